// One thread's part in an exploration: it expands the states of a range and writes down what it finds. Until
// the explorer has numbered them, states that the table does not have are the scout's own newcomers.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "graph/coefficients.hpp"
#include "graph/graph.hpp"
#include "model/model.hpp"
#include "model/state_table.hpp"

namespace phasic {

/// What expanding a range of states gave, in the order of the states and of their edges.
struct Findings {
  unsigned scout = 0;
  /// Targets are numbers of states, or newcomers of the scout where `newcomer_mark` is set; coefficients are
  /// rows of the scout's own table.
  std::vector<GraphParts::Transition> transitions;
  std::vector<std::uint32_t> transition_counts;  ///< one per state expanded
  std::vector<std::uint32_t> newcomer_counts;    ///< how many the scout met first in each of these states
  std::vector<double> rewards;                   ///< state by state
  std::uint32_t first_newcomer = 0;
  std::exception_ptr failure;  ///< of the state behind those expanded
  bool is_done = false;
};

inline constexpr std::uint32_t newcomer_mark = std::uint32_t{1} << 31U;

class Scout {
 public:
  /// Makes its source, so it is made and destroyed on the thread that uses it.
  Scout(Model& model, unsigned number);

  [[nodiscard]] const Terms& terms() const { return source_->terms(); }
  [[nodiscard]] const CoefficientTable& coefficients() const { return coefficients_; }

  /// A new round begins: the table holds what was found before.
  void begin_round(const StateTable& known);
  /// Expands states first..last-1 of the table. A state that the model fails at ends the range. Nothing if an
  /// entry does not fit in the table's rows; then `needed_bytes` says what does.
  [[nodiscard]] Findings expand(const StateTable& known, std::uint32_t first, std::uint32_t last);
  [[nodiscard]] unsigned needed_bytes() const { return needed_bytes_; }
  /// Memory that this round's newcomers take.
  [[nodiscard]] std::size_t round_bytes() const;

  [[nodiscard]] PackedRow row(std::uint32_t newcomer) const { return fresh_[newcomer - round_first_]; }
  [[nodiscard]] std::uint32_t hash(std::uint32_t newcomer) const { return hashes_[newcomer - round_first_]; }
  /// The explorer says which number a newcomer has got.
  void settle(std::uint32_t newcomer, std::uint32_t number) { numbers_[newcomer] = number; }
  [[nodiscard]] std::uint32_t number_of(std::uint32_t target) const {
    return (target & newcomer_mark) == 0 ? target : numbers_[target ^ newcomer_mark];
  }

 private:
  [[nodiscard]] bool expand_one(const StateTable& known, std::uint32_t number, Findings& findings);
  [[nodiscard]] bool pack_children(const StateTable& known, const Expansion& found);
  std::uint32_t target_of(const StateTable& known, PackedRow row, std::uint32_t hash);

  Model& model_;
  unsigned number_;
  std::unique_ptr<TransitionSource> source_;
  CoefficientTable coefficients_;
  StateTable fresh_;                   // this round's newcomers, counted from round_first_
  std::vector<std::uint32_t> hashes_;  // theirs
  std::uint32_t round_first_ = 0;
  std::vector<std::uint32_t> numbers_;  // of all newcomers of all rounds
  unsigned needed_bytes_ = 1;
  std::vector<std::int32_t> state_;
  std::vector<std::uint64_t> children_;  // packed, one behind the other
  std::vector<std::uint32_t> child_hashes_;
};

}  // namespace phasic
