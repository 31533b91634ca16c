-- Kingman's coalescent, by block sizes
--
-- The genealogy of n sampled chromosomes, looking back in time: each pair of lineages coalesces at rate
-- `coalescence`. A state counts the lineages by the number of samples that descend from them: entry i is the
-- number of lineages with i descendants. Absorbed when one lineage, with all n descendants, is left.
--
-- Source: Kingman (1982), The coalescent. Stochastic Processes and their Applications 13, 235-248. For rewards
-- by block counts: Hobolth, Siri-Jegousse, Bladt (2019), Theor. Popul. Biol. 127, 16-32.
--
--   phasic-build examples/kingman.lua -p n=10 | phasic-moments --theta 1
--
-- prints   mean      1.8000000000000003       = 2 (1 - 1/n), the height of the tree, but for rounding
-- and with --reward total_length              5.657936507936507 = 2 (1 + 1/2 + ... + 1/9)
--     with --reward singletons                2, for every n
--     with --reward count:descendants=3       0.6666666666666666 = 2 / 3, the branches above three samples
--                                             (Fu 1995, Theor. Popul. Biol. 48, 172-197)

local n = param("n", 10, "number of chromosomes sampled", { min = 1 })

local block = indexer { property("descendants", 1, n) }

parameters { "coalescence" }
initial { [block { descendants = 1 }] = n }

-- What accumulates per unit of time: the tree's height, the length of all its branches, and of the branches
-- that lead to a single sample.
reward("tree_height", function(state) return 1 end)
reward("total_length", function(state) return state:sum() end)
reward("singletons", function(state) return state[block { descendants = 1 }] end)

transitions(function(state, emit)
  for i, count in state:occupied() do
    if count > 1 then -- two blocks of equal size
      emit(state:with(i, -2, 2 * i, 1), { count * (count - 1) / 2 })
    end
    for j, others in state:occupied(i) do -- one of this size, one larger
      emit(state:with(i, -1, j, -1, i + j, 1), { count * others })
    end
  end
end)
