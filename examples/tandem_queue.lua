-- Two queues in tandem
--
-- Jobs pass through two stations, one at a time each, at rates `first` and `second`. All wait at the first one at
-- the start; at most `room` of them fit in at the second, and while it is full the first one pauses. Absorbed
-- when all have passed: the makespan of the batch.
--
-- Source: Latouche and Neuts (1980), Efficient algorithmic solutions to exponential tandem queues with blocking.
-- SIAM Journal on Algebraic and Discrete Methods 1, 93-106.
--
--   phasic-build examples/tandem_queue.lua -p jobs=2 | phasic-moments --theta 1,2
--
-- prints   mean  2.666666666666667          1/a + 1/(a+b) + a/(a+b) 2/b + b/(a+b) (1/a + 1/b) for two jobs,
--                                           with the rates a of the first and b of the second station

local jobs = param("jobs", 2, "jobs at the start", { min = 1 })
local room = param("room", 10, "jobs that fit in at the second station", { min = 1 })

parameters { "first", "second" }
initial { [1] = jobs, [2] = 0 }

reward("at_first", function(state) return state[1] end)
reward("at_second", function(state) return state[2] end)
reward("paused", function(state) return state[1] > 0 and state[2] == room and 1 or 0 end)

transitions(function(state, emit)
  if state[1] > 0 and state[2] < room then
    emit(state:with(1, -1, 2, 1), { first = 1 })
  end
  if state[2] > 0 then
    emit(state:with(2, -1), { second = 1 })
  end
end)
