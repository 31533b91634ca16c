-- A linear birth-death process, until extinction
--
-- Each individual gives birth at rate `birth` and dies at rate `death`; there is room for `capacity` of them.
-- Absorbed when the last one has died.
--
-- Source: Karlin and Taylor (1975), A First Course in Stochastic Processes, section 4.7.
--
--   phasic-build examples/birth_death.lua -p start=1 -p capacity=10 | phasic-moments --theta 1,2
--
-- prints   mean      0.6930648561507938
--          (the sum over i = 1..capacity of (birth / death)^(i - 1) / (i death), near ln 2 for a large capacity)

local start = param("start", 1, "individuals at the start")
local capacity = param("capacity", 10, "largest number of individuals")

parameters { "birth", "death" }
initial { [1] = start }

reward("lifetime", function(state) return state[1] end) -- summed over all individuals

transitions(function(state, emit)
  local count = state[1]
  if count > 0 then
    emit(state:with(1, -1), { death = count })
  end
  if count > 0 and count < capacity then
    emit(state:with(1, 1), { birth = count })
  end
end)
