-- The Erlang distribution
--
-- A job passes through a number of stages, each taking an exponential time with rate `rate`. The state is the
-- number of stages still to come; absorbed when none is.
--
-- Source: Erlang (1917), Solution of some problems in the theory of probabilities of significance in automatic
-- telephone exchanges. Post Office Electrical Engineers' Journal 10, 189-197.
--
--   phasic-build examples/erlang.lua -p stages=5 | phasic-moments --theta 2
--
-- prints   mean      2.5                      stages / rate
--          variance  1.25                     stages / rate^2

local stages = param("stages", 5, "number of stages")

parameters { "rate" }
initial { [1] = stages }

transitions(function(state, emit)
  if state[1] > 0 then
    emit(state:with(1, -1), { rate = 1 })
  end
end)
