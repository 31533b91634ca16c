-- The duration of an epidemic (SIR)
--
-- Each infected individual meets others at rate `infection`, chosen at random, infects those who are
-- susceptible, and recovers at rate `recovery`, for good. Absorbed when nobody is infected.
--
-- Source: Bailey (1975), The Mathematical Theory of Infectious Diseases, 2nd edition, chapter 6: the general
-- stochastic epidemic.
--
--   phasic-build examples/sir_epidemic.lua -p susceptible=1 -p infected=1 | phasic-moments --theta 2,1
--
-- prints   mean  1.25                       (1 + b E(0, 2)) / (b + g) with b = infection / 2, g = recovery
--                                           and E(0, 2) = 3 / (2 g)
-- and with --reward infected, times the rate `recovery`, the mean number of those who were ever infected

local susceptible = param("susceptible", 1, "susceptible individuals at the start", { min = 0 })
local infected = param("infected", 1, "infected individuals at the start", { min = 1 })

local size = susceptible + infected
local person = indexer { slots { "susceptible", "infected" } }

parameters { "infection", "recovery" }
initial { [person.susceptible] = susceptible, [person.infected] = infected }

reward("infected", function(state) return state[person.infected] end)

transitions(function(state, emit)
  local s, i = state[person.susceptible], state[person.infected]
  if i == 0 then return end

  emit(state:with(person.infected, -1), { recovery = i })
  emit(state:with(person.susceptible, -1, person.infected, 1), { infection = s * i / size })
end)
