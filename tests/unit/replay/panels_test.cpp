#include "replay/panels.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/cases.hpp"
#include "support/chains.hpp"
#include "trace/record.hpp"

namespace phasic {
namespace {

Pattern dense(std::uint32_t size) {
  Pattern pattern;
  for (std::uint32_t i = 0; i < size; ++i) {
    for (std::uint32_t k = 0; k < i; ++k) pattern.lower.targets.push_back(k);
    for (std::uint32_t k = i + 1; k < size; ++k) pattern.upper.targets.push_back(k);
    pattern.lower.offsets.push_back(static_cast<std::uint32_t>(pattern.lower.targets.size()));
    pattern.upper.offsets.push_back(static_cast<std::uint32_t>(pattern.upper.targets.size()));
  }
  return pattern;
}

TEST(Panels, HoldADensePatternWithoutAZero) {
  const Panels panels = make_panels(dense(40));
  ASSERT_EQ(panels.panels.size(), 3U);
  EXPECT_EQ(panels.panels[0].size, 16U);
  EXPECT_EQ(panels.panels[2].lower_count, 32U);
  EXPECT_EQ(panels.panels[2].upper_count(), 0U);
  // A row has 40 columns and the exit; pivots follow.
  EXPECT_EQ(panels.pivot_slot, 40U * 41U);
  EXPECT_EQ(panels.slot_count, 40U * 42U);
}

TEST(Panels, GiveEveryEntryAPlaceOfItsOwn) {
  for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
    const Trace trace = record(make_graph(test::random_parts(seed, {.states = 60, .density = 0.03})));
    for (std::size_t c = 0; c < trace.component_count(); ++c) {
      const Pattern* pattern = trace.pattern(c);
      if (pattern == nullptr) continue;
      const Panels panels = make_panels(*pattern);
      std::set<std::size_t> places;
      for (std::uint32_t i = 0; i < pattern->size(); ++i) {
        for (const auto row : {pattern->lower[i], pattern->upper[i]}) {
          for (const std::uint32_t column : row) {
            EXPECT_LT(panels.slot(i, column), panels.pivot_slot);
            EXPECT_TRUE(places.insert(panels.slot(i, column)).second);
          }
        }
      }
    }
  }
}

// What a source passes on has to lie within the row, left to right.
TEST(Panels, LeadEachColumnOfASourceToOneOfThePanel) {
  for (std::uint64_t seed = 0; seed < test::cases(20); ++seed) {
    const Trace trace = record(make_graph(test::random_parts(seed, {.states = 60, .density = 0.05})));
    for (std::size_t c = 0; c < trace.component_count(); ++c) {
      if (trace.pattern(c) == nullptr) continue;
      const Panels panels = make_panels(*trace.pattern(c));
      for (const Panels::Panel& panel : panels.panels) {
        for (std::uint32_t s = panel.source_begin; s < panel.source_end; ++s) {
          const Panels::Source& source = panels.sources[s];
          const std::uint32_t count = panels.panels[source.panel].upper_count();
          for (std::uint32_t u = 0; u < count; ++u)
            EXPECT_LT(panels.places[source.place + u], panels.places[source.place + u + 1]);
          EXPECT_EQ(panels.places[source.place + count], panel.width() - 1);
        }
      }
    }
  }
}

// Rows without multipliers are left out of a product: to leave out another would lose what it gets.
TEST(Panels, TellWhichRowsASourceChanges) {
  std::size_t left_out = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Trace trace = record(make_graph(test::random_parts(seed, {.states = 60, .density = 0.05})));
    for (std::size_t c = 0; c < trace.component_count(); ++c) {
      const Pattern* pattern = trace.pattern(c);
      if (pattern == nullptr) continue;
      const Panels panels = make_panels(*pattern);
      for (std::uint32_t i = 0; i < pattern->size(); ++i) {
        const Panels::Panel& panel = panels.panels[panels.panel_of_row[i]];
        std::set<std::uint32_t> sources;
        for (const std::uint32_t column : pattern->lower[i]) sources.insert(panels.panel_of_row[column]);
        for (std::uint32_t s = panel.source_begin; s < panel.source_end; ++s) {
          const Panels::Source& source = panels.sources[s];
          const bool is_changed = (source.rows >> (i - panel.first) & 1) != 0;
          EXPECT_EQ(is_changed, sources.contains(source.panel));
          left_out += is_changed ? 0U : 1U;
        }
      }
    }
  }
  EXPECT_GT(left_out, 100U);
}

}  // namespace
}  // namespace phasic
