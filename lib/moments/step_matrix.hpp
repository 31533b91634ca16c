// Where a chain is after some steps, by the state it began in, or how that changes with a parameter: a dense
// matrix and what it needs to be squared. The invariant is the sum of a row, exits included: 1 for
// probabilities, 0 for changes. Rounding breaks it, and each product doubles what is broken, so it is
// restored after each.
#pragma once

#include <vector>

#include "moments/uniformisation.hpp"

namespace phasic {

/// So many steps are walked by squaring at most: 2^53, beyond which doubles are not every whole number.
inline constexpr double most_squared_steps = 0x1p53;

struct StepMatrix {
  std::vector<double> entries;  ///< n x n, row by row
  std::vector<double> exits;    ///< absorbed within so many steps, by the state they began in
  /// As `entries`: the expected time in each state within so many steps. Empty where it is left out.
  std::vector<double> times = {};

  [[nodiscard]] std::size_t size() const { return exits.size(); }
};

enum class Times { left_out, kept };

StepMatrix zero_matrix(std::size_t size, Times times);
/// Row `i`: where the chain is that began in state i.
void set_row(StepMatrix& matrix, std::size_t i, const Walk::State& row);

/// sum += a b: between states first as in a, then as in b; absorbed, and the time spent, in b. What happens
/// in a is not added.
void add_product(const StepMatrix& a, const StepMatrix& b, StepMatrix& sum);
/// to += from matrix, in the same sense.
void add_product(const Walk::State& from, const StepMatrix& matrix, Walk::State& to);

/// Scales the rows to add up to 1 again.
void make_rows_one(StepMatrix& probabilities);
/// How `probabilities` change, which add up to 1: takes from each row what its changes add up to, in the
/// proportions of the row, as the scaling does when it is differentiated.
void make_rows_zero(StepMatrix& changes, const StepMatrix& probabilities);

/// Probabilities after twice as many steps.
StepMatrix square(const StepMatrix& half);
/// How they change: P P by P' P + P P'. `whole` is the square of `half`.
StepMatrix square_change(const StepMatrix& half, const StepMatrix& change, const StepMatrix& whole);

}  // namespace phasic
