-- The structured coalescent on two islands
--
-- Lineages sampled on two islands, looking back in time: a pair on the same island coalesces at rate
-- `coalescence`, and each lineage moves to the other island at rate `migration`. Absorbed when one lineage is
-- left, wherever it is.
--
-- Source: Notohara (1990), The coalescent and the genealogical process in geographically structured
-- population. Journal of Mathematical Biology 29, 59-75.
--
--   phasic-build examples/two_islands.lua -p left=2 -p right=0 | phasic-moments --theta 1,0.25
--   phasic-build examples/two_islands.lua -p left=1 -p right=1 | phasic-moments --theta 1,0.25
--
-- prints   mean  2.0000000000000004   two lineages of one island: 2, whatever the migration
-- and      mean  4                    of both islands: 2 + 1 / (2 migration)

local left = param("left", 1, "lineages sampled on the left island", { min = 0 })
local right = param("right", 1, "lineages sampled on the right island", { min = 0 })
check(left + right >= 1, "at least one lineage is sampled")

parameters { "coalescence", "migration" }
initial { [1] = left, [2] = right }

reward("left", function(state) return state[1] end)
reward("right", function(state) return state[2] end)

transitions(function(state, emit)
  if state:sum() == 1 then return end

  for here, count in state:occupied() do
    local there = 3 - here
    if count > 1 then
      emit(state:with(here, -1), { coalescence = count * (count - 1) / 2 })
    end
    emit(state:with(here, -1, there, 1), { migration = count })
  end
end)
