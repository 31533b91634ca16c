#include "moments/powers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace phasic {

namespace {

/// sum of a[i] b[i]
double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

Powers::Powers(const Walk& walk, Times times) : walk_(walk), size_(walk.chain().size()), times_(times) {}

std::vector<double> Powers::no_times() const {
  return std::vector<double>(times_ == Times::kept ? size_ : 0, 0.0);
}

bool Powers::reaches(double t) const {
  return walk_.rate() * t <= most_squared_steps;
}

double Powers::cost(double t) const {
  const double n = static_cast<double>(size_);
  const double matrices = times_ == Times::kept ? 2 : 1;
  return matrices * n * n * n * (1 + std::log2(std::max(2.0, walk_.rate() * t)));
}

StepMatrix Powers::first_power() const {
  StepMatrix matrix = zero_matrix(size_, times_);
  for (std::size_t i = 0; i < size_; ++i) {
    Walk::State from = walk_.state(i);
    from.times = no_times();
    if (walk_.chain().time == TimeKind::continuous)
      walk_.drift(from, 1);
    else
      walk_.advance(from);
    set_row(matrix, i, from);
  }
  make_rows_one(matrix);
  return matrix;
}

Walk::State Powers::after(double steps) {
  Walk::State vector = walk_.start();
  vector.times = no_times();
  const double whole = std::floor(steps);
  if (walk_.chain().time == TimeKind::continuous) walk_.drift(vector, steps - whole);
  auto left = static_cast<std::uint64_t>(whole);
  for (std::size_t j = 0; left > 0; ++j, left /= 2) {
    if (j == powers_.size()) powers_.push_back(j == 0 ? first_power() : square(powers_[j - 1]));
    if (left % 2 == 0) continue;
    Walk::State next{std::vector<double>(size_, 0.0), vector.gone, std::move(vector.times)};
    add_product(vector, powers_[j], next);
    vector = std::move(next);
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

Walk::Occupation Powers::occupation(double t) {
  Walk::State now = after(walk_.rate() * t);
  return {std::move(now.states), std::move(now.times)};
}

}  // namespace phasic
