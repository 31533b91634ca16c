-- The busy period of an M/M/1/K queue
--
-- Customers arrive at rate `arrival` and are served one at a time at rate `service`; at most `capacity` of
-- them fit in, the rest are turned away. The busy period starts with one customer and ends when none is left.
--
-- Source: Gross, Shortle, Thompson, Harris (2008), Fundamentals of Queueing Theory, 4th edition, section 2.12.
--
--   phasic-build examples/mm1k.lua -p capacity=5 | phasic-moments --theta 1,2
--
-- prints   mean      0.96875                  (1 + r + ... + r^(K - 1)) / service, with r = arrival / service

local capacity = param("capacity", 5, "customers that fit in, the one served included")

parameters { "arrival", "service" }
initial { [1] = 1 }

reward("customers", function(state) return state[1] end)

transitions(function(state, emit)
  local customers = state[1]
  if customers == 0 then return end

  emit(state:with(1, -1), { service = 1 })
  if customers < capacity then
    emit(state:with(1, 1), { arrival = 1 })
  end
end)
