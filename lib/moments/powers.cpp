#include "moments/powers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

namespace {

constexpr double most_steps = 9007199254740992.0;  // 2^53: whole numbers of doubles

/// sum of a[i] b[i]
double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Powers::Powers(const Walk& walk) : walk_(walk), size_(walk.chain().size()) {}

bool Powers::reaches(double t) const {
  return walk_.rate() * t <= most_steps;
}

double Powers::cost(double t) const {
  const double n = static_cast<double>(size_);
  return n * n * n * (1 + std::log2(std::max(2.0, walk_.rate() * t)));
}

Powers::Matrix Powers::first_power() const {
  Matrix matrix{std::vector<double>(size_ * size_, 0.0), std::vector<double>(size_, 0.0)};
  for (std::size_t i = 0; i < size_; ++i) {
    Walk::State from = walk_.state(i);
    if (walk_.chain().time == TimeKind::continuous)
      walk_.drift(from, 1);
    else
      walk_.advance(from);
    std::ranges::copy(from.states, matrix.entries.begin() + static_cast<std::ptrdiff_t>(i * size_));
    matrix.exits[i] = from.gone;
  }
  normalise(matrix);
  return matrix;
}

void Powers::normalise(Matrix& matrix) const {
  for (std::size_t i = 0; i < size_; ++i) {
    double* const row = matrix.entries.data() + i * size_;
    double sum = matrix.exits[i];
    for (std::size_t j = 0; j < size_; ++j) sum += row[j];
    for (std::size_t j = 0; j < size_; ++j) row[j] /= sum;
    matrix.exits[i] /= sum;
  }
}

Powers::Matrix Powers::square(const Matrix& half) const {
  Matrix whole{std::vector<double>(size_ * size_, 0.0), half.exits};
  for (std::size_t i = 0; i < size_; ++i) {
    double* const row = whole.entries.data() + i * size_;
    for (std::size_t k = 0; k < size_; ++k) {
      const double factor = half.entries[i * size_ + k];
      if (factor == 0) continue;
      const double* const from = half.entries.data() + k * size_;
      for (std::size_t j = 0; j < size_; ++j) row[j] += factor * from[j];
      whole.exits[i] += factor * half.exits[k];
    }
  }
  normalise(whole);
  return whole;
}

void Powers::apply(const Matrix& matrix, Walk::State& vector) const {
  vector.gone += dot(vector.states, matrix.exits);
  std::vector<double> next(size_, 0.0);
  for (std::size_t i = 0; i < size_; ++i) {
    const double here = vector.states[i];
    if (here == 0) continue;
    const double* const row = matrix.entries.data() + i * size_;
    for (std::size_t j = 0; j < size_; ++j) next[j] += here * row[j];
  }
  vector.states = std::move(next);
}

Walk::State Powers::after(double steps) {
  Walk::State vector = walk_.start();
  const double whole = std::floor(steps);
  if (walk_.chain().time == TimeKind::continuous) walk_.drift(vector, steps - whole);
  auto left = static_cast<std::uint64_t>(whole);
  for (std::size_t j = 0; left > 0; ++j, left /= 2) {
    if (j == powers_.size()) powers_.push_back(j == 0 ? first_power() : square(powers_[j - 1]));
    if (left % 2 == 1) apply(powers_[j], vector);
  }
  return vector;
}

Point Powers::at(double t) {
  const double steps = walk_.rate() * t;
  const auto alive = [](const Walk::State& now) {
    double sum = 0;
    for (const double probability : now.states) sum += probability;
    return sum;
  };
  if (walk_.chain().time == TimeKind::continuous) {
    const Walk::State now = after(steps);
    return {walk_.rate() * dot(now.states, walk_.chain().exits), now.gone, alive(now)};
  }
  double density = 0;
  if (t == 0) density = walk_.chain().atom;
  if (t >= 1 && std::floor(t) == t) density = dot(after(t - 1).states, walk_.chain().exits);
  const Walk::State now = after(std::floor(t));
  return {density, now.gone, alive(now)};
}

std::vector<double> Powers::probabilities(double t) {
  return after(walk_.rate() * t).states;
}

}  // namespace phasic
