// One thread's part in an exploration: it expands states, puts their children into the table that all share,
// and writes down what it finds. States that it was first to find are its own to expand, in that order, until
// it hands some of them over.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "graph/coefficients.hpp"
#include "graph/graph.hpp"
#include "model/crew.hpp"
#include "model/model.hpp"
#include "model/state_table.hpp"

namespace phasic {

/// What expanding some states gave, one behind the other.
struct Findings {
  struct Row {
    std::uint32_t state;
    std::uint32_t first;  ///< of its transitions
    std::uint32_t count;
  };
  std::vector<Row> rows;
  /// Targets are numbers of the table, coefficients rows of the scout's own table.
  std::vector<GraphParts::Transition> transitions;
  std::vector<double> rewards;  ///< row by row
  [[nodiscard]] std::span<const GraphParts::Transition> operator[](const Row& row) const {
    return std::span(transitions).subspan(row.first, row.count);
  }
};

class Scout {
 public:
  /// Makes its source, so it is made and destroyed on the thread that uses it.
  Scout(Model& model, StateTable& states, Crew& crew);

  /// The number of a state from which the exploration starts.
  [[nodiscard]] std::uint32_t insert_start(std::span<const std::int32_t> state);

  /// The next of its own states; nothing if it has none left.
  [[nodiscard]] std::optional<std::uint32_t> next_state();
  void take(StateRange work) { todo_.push_back(work); }
  /// Hands over half of its states, if they are worth it.
  void share();
  /// Expands a state. Throws what the model throws; then nothing is written down.
  void expand(std::uint32_t number);

  [[nodiscard]] const Terms& terms() const { return source_->terms(); }
  [[nodiscard]] const CoefficientTable& coefficients() const { return coefficients_; }
  [[nodiscard]] std::vector<Findings>& findings() { return findings_; }
  struct Tally {
    std::uint32_t expanded = 0;
    std::uint32_t found = 0;  ///< states that it was first to find
  };
  /// What it did since this was asked before.
  [[nodiscard]] Tally take_tally() { return std::exchange(tally_, {}); }
  /// Numbers that it claimed and did not use.
  [[nodiscard]] const std::deque<StateRange>& unused() const { return free_; }

 private:
  using Clock = std::chrono::steady_clock;
  void claim(std::size_t count);
  void pack_children(const Expansion& found);
  [[nodiscard]] bool try_to_pack(const Expansion& found);
  [[nodiscard]] std::uint32_t number_of(PackedRow row, std::uint32_t hash);
  [[nodiscard]] Findings& findings_with_room(std::size_t transitions);

  Model& model_;
  StateTable& states_;
  Crew& crew_;
  std::unique_ptr<TransitionSource> source_;
  CoefficientTable coefficients_;
  std::deque<StateRange> free_;  // claimed numbers
  std::uint32_t free_count_ = 0;
  std::deque<StateRange> todo_;
  std::vector<Findings> findings_;
  Tally tally_;
  Clock::time_point shared_at_{};
  std::vector<std::int32_t> state_;
  std::vector<std::uint64_t> children_;  // packed, one behind the other
  std::vector<std::uint32_t> child_hashes_;
};

}  // namespace phasic
