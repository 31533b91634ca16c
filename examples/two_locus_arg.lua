-- The two-locus ancestral recombination graph
--
-- The genealogy of n chromosomes at two loci, looking back in time. A lineage is ancestral to `loc1` of the
-- sampled chromosomes at the first locus and to `loc2` of them at the second; a state counts the lineages of
-- each kind. Any two lineages coalesce, and a lineage that is ancestral at both loci splits. The time to
-- absorption is the time until a single lineage is left.
--
-- Source: Hudson (1983), Properties of a neutral allele model with intragenic recombination. Theor. Popul.
-- Biol. 23, 183-201. As in the Python library's example, `recombination` is the rate of each kind of lineage
-- that is present, not of each single lineage.
--
--   phasic-build examples/two_locus_arg.lua -p n=6 | phasic-trace | phasic-moments --theta 2,5
--
-- prints   mean      1.3007983196759685
--          variance  0.5844898758255805      (1044 vertices, 8099 edges)

local n = param("n", 6, "number of chromosomes sampled", { min = 1 })
local dummy = param("dummy", 0, "does nothing: changes the request, not the graph")

local lineage = indexer { property("loc1", 0, n), property("loc2", 0, n) }

parameters { "coalescence", "recombination" }
initial { [lineage { loc1 = 1, loc2 = 1 }] = n }

-- The properties of each index, looked up once.
local kind = {}
for i = 1, #lineage do
  kind[i] = lineage:props(i)
end

transitions(function(state, emit)
  if state:sum() == 1 then return end -- one lineage left: absorbed

  for i, count in state:occupied() do
    local a = kind[i]

    -- two lineages of this kind coalesce
    if count > 1 then
      local both = lineage { loc1 = 2 * a.loc1, loc2 = 2 * a.loc2 }
      emit(state:with(i, -2, both, 1), { count * (count - 1) / 2, 0 })
    end

    -- one of this kind coalesces with one of another
    for j, others in state:occupied(i) do
      local b = kind[j]
      local both = lineage { loc1 = a.loc1 + b.loc1, loc2 = a.loc2 + b.loc2 }
      emit(state:with(i, -1, j, -1, both, 1), { count * others, 0 })
    end

    -- recombination between the loci
    if a.loc1 > 0 and a.loc2 > 0 then
      local left = lineage { loc1 = a.loc1, loc2 = 0 }
      local right = lineage { loc1 = 0, loc2 = a.loc2 }
      emit(state:with(i, -1, left, 1, right, 1), { 0, 1 })
    end
  end
end)
