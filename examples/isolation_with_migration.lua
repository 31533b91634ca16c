-- Isolation with migration
--
-- Two populations, `left` and `right`, exchange migrants since they split from one ancestor. Looking back in
-- time, a pair of lineages in one population coalesces at rate `coalescence`, each lineage migrates at rate
-- `migration`, and at rate `split` the populations merge: all lineages are in the ancestor from then on, where a
-- pair coalesces at rate `ancestral`. Absorbed when one lineage is left.
--
-- Source: Hobolth, Andersen, Mailund (2011), On computing the coalescence time density in an isolation-with-
-- migration model with few samples. Genetics 187, 1241-1243; here the time of the split is exponential.
--
--   phasic-build examples/isolation_with_migration.lua -p left=1 -p right=1 | phasic-moments --theta 1,0.5,1,2
--
-- prints   mean  1.2000000000000002
--          (with s the split, a the ancestral, c the coalescence, m the migration rate: one lineage of each has
--          S = (1 + 2 m T + s / a) / (2 m + s), two of one have T = (1 + 2 m S + s / a) / (c + 2 m + s))

local left = param("left", 1, "lineages sampled on the left", { min = 0 })
local right = param("right", 1, "lineages sampled on the right", { min = 0 })
check(left + right >= 2, "a genealogy needs at least two lineages")

local pairs_of = include "lib/pairs.lua"
local population = indexer { slots { "left", "right", "ancestor" } }

parameters { "coalescence", "migration", "split", "ancestral" }
initial { [population.left] = left, [population.right] = right }

reward("before_split", function(state) return state[population.ancestor] == 0 and 1 or 0 end)

local here = { population.left, population.right }
local other = { population.right, population.left }

transitions(function(state, emit)
  if state:sum() == 1 then return end

  if state[population.ancestor] > 0 then
    emit(state:with(population.ancestor, -1), { ancestral = pairs_of(state[population.ancestor]) })
    return
  end
  for i = 1, 2 do
    local count = state[here[i]]
    if count > 0 then
      emit(state:with(here[i], -1, other[i], 1), { migration = count })
      emit(state:with(here[i], -1), { coalescence = pairs_of(count) })
    end
  end
  local inside, outside = state[population.left], state[population.right]
  emit(state:with(population.left, -inside, population.right, -outside, population.ancestor, inside + outside),
    { split = 1 })
end)
