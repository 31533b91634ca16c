-- The Moran model with selection
--
-- A population of constant size has `mutants` individuals of a new type. A mutant reproduces at rate `mutant`,
-- any other individual at rate `wild`; the child takes the place of one of the population, chosen at random.
-- Absorbed when the new type is lost or has taken over.
--
-- Source: Moran (1958), Random processes in genetics. Proc. Camb. Philos. Soc. 54, 60-71.
--
--   phasic-build examples/moran.lua -p size=10 -p mutants=1 | phasic-moments --theta 1,1
--
-- prints   mean  2.8289682539682537         without selection, from one mutant: 1 + 1/2 + ... + 1/(size - 1)
-- and with --reward almost_fixed, times the rate `mutant`, the probability that the mutants take over

local size = param("size", 10, "individuals", { min = 2 })
local mutants = param("mutants", 1, "mutants at the start", { min = 1 })
check(mutants < size, "there are fewer mutants than individuals")

parameters { "mutant", "wild" }
initial { [1] = mutants }

reward("almost_fixed", function(state) return state[1] == size - 1 and (size - 1) / size or 0 end)

transitions(function(state, emit)
  local count = state[1]
  local meetings = count * (size - count) / size
  if meetings > 0 then
    emit(state:with(1, 1), { mutant = meetings })
    emit(state:with(1, -1), { wild = meetings })
  end
end)
