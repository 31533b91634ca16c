-- The seed bank coalescent
--
-- Lineages are active or dormant, like plants and seeds. Looking back in time, each pair of active lineages
-- coalesces at rate `coalescence`, an active lineage falls asleep at rate `sleep`, and a dormant one wakes up
-- at rate `wake`. Absorbed when one lineage is left.
--
-- Source: Blath, Gonzalez Casanova, Kurt, Wilke-Berenguer (2016), A new coalescent for seed-bank models.
-- Annals of Applied Probability 26, 857-891.
--
--   phasic-build examples/seed_bank.lua -p active=2 | phasic-moments --theta 1,0.5,0.25
--
-- prints   mean  9                          (1 + sleep / wake)^2 / coalescence, for two active lineages

local active = param("active", 2, "active lineages sampled", { min = 0 })
local dormant = param("dormant", 0, "dormant lineages sampled", { min = 0 })
check(active + dormant >= 2, "a genealogy needs at least two lineages")

local pairs_of = include "lib/pairs.lua"

parameters { "coalescence", "sleep", "wake" }
initial { [1] = active, [2] = dormant }

reward("active", function(state) return state[1] end)
reward("dormant", function(state) return state[2] end)

transitions(function(state, emit)
  if state:sum() == 1 then return end

  emit(state:with(1, -1), { coalescence = pairs_of(state[1]) })
  emit(state:with(1, -1, 2, 1), { sleep = state[1] })
  emit(state:with(2, -1, 1, 1), { wake = state[2] })
end)
