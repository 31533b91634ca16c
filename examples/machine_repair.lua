-- Machines that break and a crew that repairs them
--
-- Each of the working machines breaks at rate `failure`; each of the crew repairs one machine at a time, at rate
-- `repair`. All work at the start; absorbed when none does: the time to failure of a system that needs one.
--
-- Source: Trivedi (2002), Probability and Statistics with Reliability, Queuing and Computer Science
-- Applications, 2nd edition, section 8.2: the machine repairman model.
--
--   phasic-build examples/machine_repair.lua -p machines=3 -p crew=1 | phasic-moments --theta 1,2
--
-- prints   mean  3.8333333333333326         23/6: D(0) + D(1) + D(2) with D(k) the mean time from k broken
--          machines to k + 1, D(k) = (1 + min(k, crew) repair D(k - 1)) / ((machines - k) failure)

local machines = param("machines", 3, "number of machines", { min = 1 })
local crew = param("crew", 1, "number of people who repair", { min = 0 })

parameters { "failure", "repair" }
initial { [1] = machines }

reward("broken", function(state) return machines - state[1] end)

transitions(function(state, emit)
  local working = state[1]
  if working == 0 then return end

  emit(state:with(1, -1), { failure = working })
  emit(state:with(1, 1), { repair = math.min(machines - working, crew) })
end)
