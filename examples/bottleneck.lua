-- A population that was smaller once
--
-- Looking back in time, each pair of n lineages coalesces at rate `coalescence`, until, at rate `change`, the
-- sample enters an earlier epoch in which the population was smaller by a factor exp(-decline): pairs
-- coalesce at the rate coalescence * exp(decline), a derived term. Absorbed when one lineage is left.
--
-- Source: Marjoram and Donnelly (1994), Pairwise comparisons of mitochondrial DNA sequences in subdivided
-- populations and implications for early human evolution. Genetics 136, 673-683, for the sudden change; here
-- its time is exponential.
--
--   phasic-build examples/bottleneck.lua -p n=2 | phasic-moments --theta 1,1,0.5
--
-- prints   mean  0.8032653298563167         (1 + change exp(-decline) / coalescence) / (coalescence + change)

local n = param("n", 2, "lineages sampled", { min = 2 })

local pairs_of = include "lib/pairs.lua"
local entry = indexer { slots { "lineages", "epoch" } }

parameters { "coalescence", "change", "decline" }
derived("ancient", function(t) return t.coalescence * exp(t.decline) end)
initial { [entry.lineages] = n, [entry.epoch] = 1 }

reward("total_length", function(state) return state[entry.lineages] end)

transitions(function(state, emit)
  local lineages, epoch = state[entry.lineages], state[entry.epoch]
  if lineages == 1 then return end

  if epoch == 1 then
    emit(state:with(entry.lineages, -1), { coalescence = pairs_of(lineages) })
    emit(state:with(entry.epoch, 1), { change = 1 })
  else
    emit(state:with(entry.lineages, -1), { ancient = pairs_of(lineages) })
  end
end)
