#include "moments/step_matrix.hpp"

#include <algorithm>

namespace phasic {

namespace {

/// Row i, exits included.
double row_sum(const StepMatrix& matrix, std::size_t i) {
  const double* const row = matrix.entries.data() + i * matrix.size();
  double sum = matrix.exits[i];
  for (std::size_t j = 0; j < matrix.size(); ++j) sum += row[j];
  return sum;
}

}  // namespace

StepMatrix zero_matrix(std::size_t size, Times times) {
  const std::vector<double> none(size * size, 0.0);
  return {none, std::vector<double>(size, 0.0), times == Times::kept ? none : std::vector<double>{}};
}

void set_row(StepMatrix& matrix, std::size_t i, const Walk::State& row) {
  const auto first = static_cast<std::ptrdiff_t>(i * matrix.size());
  std::ranges::copy(row.states, matrix.entries.begin() + first);
  if (!matrix.times.empty()) std::ranges::copy(row.times, matrix.times.begin() + first);
  matrix.exits[i] = row.gone;
}

void add_product(const StepMatrix& a, const StepMatrix& b, StepMatrix& sum) {
  const std::size_t n = a.size();
  const auto add = [n](double factor, const double* from, double* to) {
    for (std::size_t j = 0; j < n; ++j) to[j] += factor * from[j];
  };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < n; ++k) {
      const double factor = a.entries[i * n + k];
      if (factor == 0) continue;
      add(factor, b.entries.data() + k * n, sum.entries.data() + i * n);
      if (!b.times.empty()) add(factor, b.times.data() + k * n, sum.times.data() + i * n);
      sum.exits[i] += factor * b.exits[k];
    }
  }
}

void add_product(const Walk::State& from, const StepMatrix& matrix, Walk::State& to) {
  const std::size_t n = matrix.size();
  double gone = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double here = from.states[i];
    if (here == 0) continue;
    for (std::size_t j = 0; j < n; ++j) to.states[j] += here * matrix.entries[i * n + j];
    for (std::size_t j = 0; j < to.times.size(); ++j) to.times[j] += here * matrix.times[i * n + j];
    gone += here * matrix.exits[i];
  }
  to.gone += gone;
}

void make_rows_one(StepMatrix& probabilities) {
  const std::size_t n = probabilities.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double sum = row_sum(probabilities, i);
    double* const row = probabilities.entries.data() + i * n;
    for (std::size_t j = 0; j < n; ++j) row[j] /= sum;
    probabilities.exits[i] /= sum;
  }
}

void make_rows_zero(StepMatrix& changes, const StepMatrix& probabilities) {
  const std::size_t n = changes.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double sum = row_sum(changes, i);
    double* const row = changes.entries.data() + i * n;
    const double* const share = probabilities.entries.data() + i * n;
    for (std::size_t j = 0; j < n; ++j) row[j] -= sum * share[j];
    changes.exits[i] -= sum * probabilities.exits[i];
  }
}

StepMatrix square(const StepMatrix& half) {
  StepMatrix whole{std::vector<double>(half.entries.size(), 0.0), half.exits, half.times};
  add_product(half, half, whole);
  make_rows_one(whole);
  return whole;
}

StepMatrix square_change(const StepMatrix& half, const StepMatrix& change, const StepMatrix& whole) {
  StepMatrix result{std::vector<double>(half.entries.size(), 0.0), change.exits, change.times};
  add_product(change, half, result);
  add_product(half, change, result);
  make_rows_zero(result, whole);
  return result;
}

}  // namespace phasic
