#include "trace/trace.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"
#include "trace/format.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

Trace random_trace(std::uint64_t seed) {
  return record(make_graph(test::random_parts(seed, {.states = 12})));
}

TEST(Trace, ReadsBackWhatItWrote) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Trace trace = random_trace(seed);
    const Trace copy = Trace::decode(trace.object());
    EXPECT_EQ(copy.hash(), trace.hash());
    EXPECT_EQ(copy.structure_hash(), trace.structure_hash());
    EXPECT_EQ(copy.rows(), trace.rows());
    EXPECT_EQ(copy.multiply_add_count(), trace.multiply_add_count());
  }
}

TEST(Trace, RefusesAGraphInItsPlace) {
  EXPECT_THROW(Trace::decode(test::erlang(3).object()), FormatError);
}

/// Applies a change to the parts of a good trace and expects it to be refused, from parts and from bytes.
template <class Change>
void expect_refused(const char* what, Change change) {
  TraceParts parts = trace_format::decode(random_trace(5).object());
  change(parts);
  const Object object = trace_format::encode(parts);
  EXPECT_THROW(Trace::decode(object), FormatError) << what;
  EXPECT_THROW(Trace::make(std::move(parts)), FormatError) << what;
}

TEST(Trace, RefusesWhatAReplayCouldNotRelyOn) {
  expect_refused("a column beyond all vertices", [](TraceParts& p) { p.rows.targets.back() = 0x7FFFFFFF; });
  expect_refused("a class that is not there", [](TraceParts& p) { p.edge_classes[0] = 1000; });
  expect_refused("a position twice", [](TraceParts& p) { p.vertices[0] = p.vertices[1]; });
  expect_refused("a vertex that is not there", [](TraceParts& p) { p.vertices[0] = 1000; });
  expect_refused("the start among the positions", [](TraceParts& p) { p.vertices[0] = 0; });
  expect_refused("a pattern that is not there", [](TraceParts& p) { p.component_patterns.back() = 77; });
  expect_refused("a pattern of another size", [](TraceParts& p) { p.patterns.back() = Pattern{}; });
  expect_refused("an entry of L above the diagonal",
                 [](TraceParts& p) { p.patterns.back().lower.targets[0] = 11; });
  expect_refused("an entry of U below the diagonal",
                 [](TraceParts& p) { p.patterns.back().upper.targets[0] = 0; });
  expect_refused("an infinite coefficient", [](TraceParts& p) { p.coefficients[0] = INFINITY; });
  expect_refused("half a coefficient vector", [](TraceParts& p) { p.coefficients.pop_back(); });
  expect_refused("no terms", [](TraceParts& p) { p.term_count = 0; });
  expect_refused("a class too few", [](TraceParts& p) { p.edge_classes.pop_back(); });
}

TEST(Trace, RefusesAnEdgeIntoALaterComponent) {
  TraceParts parts = trace_format::decode(record(test::erlang(3)).object());
  // Positions 0, 1, 2 are the last phase, the middle one, the first: let the last lead to the first.
  parts.rows = {{0, 2, 3, 4, 5}, {2, 3, 0, 1, 2}};
  parts.edge_classes.insert(parts.edge_classes.begin(), parts.edge_classes.front());
  EXPECT_THROW(Trace::make(std::move(parts)), FormatError);
}

}  // namespace
}  // namespace phasic
