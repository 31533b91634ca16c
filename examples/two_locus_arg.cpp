// The two-locus ancestral recombination graph, in C++: the same graph as two_locus_arg.lua, which says what
// it is.
//
//   phasic-build examples/two_locus_arg.cpp -p n=6 | phasic-trace | phasic-moments --theta 2,5
//
// prints   mean      1.3007983196759685
//          variance  0.5844898758255805      (1044 vertices, 8099 edges)
#include <phasic/model.hpp>
#include <vector>

using namespace phasic;

void define(Model& model) {
  const auto n = model.param("n", 6, "number of chromosomes sampled", {.min = 1});
  model.param("dummy", 0, "does nothing: changes the request, not the graph");

  const auto lineage = model.indexer({property("loc1", 0, n), property("loc2", 0, n)});

  model.parameters({"coalescence", "recombination"});
  model.initial({{lineage({1, 1}), n}});

  // The properties of each index, looked up once.
  struct Kind {
    Integer loc1;
    Integer loc2;
  };
  std::vector<Kind> kind;
  for (std::size_t i = 0; i < lineage.size(); ++i) {
    kind.push_back({lineage.value(i, "loc1"), lineage.value(i, "loc2")});
  }

  model.transitions([=](const State& state, const Emit& emit) {
    if (state.sum() == 1) return;  // one lineage left: absorbed

    for (const auto [i, count] : state.occupied()) {
      const Kind a = kind[i];

      // two lineages of this kind coalesce
      if (count > 1) {
        const auto both = lineage({2 * a.loc1, 2 * a.loc2});
        emit(state.with(i, -2, both, 1), {count * (count - 1) / 2, 0});
      }

      // one of this kind coalesces with one of another
      for (const auto [j, others] : state.occupied(i)) {
        const Kind b = kind[j];
        const auto both = lineage({a.loc1 + b.loc1, a.loc2 + b.loc2});
        emit(state.with(i, -1, j, -1, both, 1), {count * others, 0});
      }

      // recombination between the loci
      if (a.loc1 > 0 && a.loc2 > 0) {
        const auto left = lineage({a.loc1, 0});
        const auto right = lineage({0, a.loc2});
        emit(state.with(i, -1, left, 1, right, 1), {0, 1});
      }
    }
  });
}
