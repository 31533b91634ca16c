#include "moments/sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace phasic {

namespace {

constexpr std::uint64_t most_jumps = 1'000'000'000;

/// How many steps a state is kept that is left with this probability in each: 1, 2, ...
double steps_until_left(double leaving, double uniform) {
  if (leaving >= 1) return 1;
  return 1 + std::floor(std::log(uniform) / std::log1p(-leaving));
}

}  // namespace

Sampler::Sampler(const Trace& trace, std::span<const double> weights, std::vector<Earning> earnings,
                 std::uint64_t seed)
    : trace_(trace), earnings_(std::move(earnings)), seed_(seed) {
  const Adjacency& rows = trace.rows();
  cumulative_.reserve(rows.targets.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double sum = 0;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
      cumulative_.push_back(sum += weights[trace.edge_classes()[e]]);
  }
}

std::vector<double> Sampler::draw(std::uint64_t number) const {
  RandomStream random(seed_, number);
  const Adjacency& rows = trace_.rows();
  const std::size_t n = trace_.transient_count();
  const auto row_of = [&](std::size_t i) {
    return std::span(cumulative_).subspan(rows.offsets[i], rows.offsets[i + 1] - rows.offsets[i]);
  };
  const auto target_of = [&](std::size_t i, double at) -> std::size_t {
    const auto row = row_of(i);
    const auto edge = static_cast<std::size_t>(std::ranges::upper_bound(row, at) - row.begin());
    return rows.targets[rows.offsets[i] + std::min(edge, row.size() - 1)];
  };

  std::vector<double> sums(earnings_.size(), 0.0);
  const double at = random.uniform();
  if (row_of(n).empty() || at * std::max(1.0, row_of(n).back()) >= row_of(n).back()) return sums;
  std::size_t state = target_of(n, at * std::max(1.0, row_of(n).back()));
  for (std::uint64_t jumps = 0; state < n; ++jumps) {
    if (has_ended(state, sums)) return sums;
    if (jumps == most_jumps) {
      throw LimitError({"--samples",
                        "a sample needed more than 1,000,000,000 jumps",
                        "ask for the distribution function instead",
                        {}});
    }
    const double total = row_of(state).back();
    if (earns(state)) {
      const double uniform = random.uniform();
      const double stay =
          trace_.time() == TimeKind::discrete ? steps_until_left(total, uniform) : -std::log(uniform) / total;
      for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += reward_of(r, state) * stay;
    }
    state = target_of(state, random.uniform() * total);
  }
  return sums;
}

bool Sampler::earns(std::size_t state) const {
  for (std::size_t r = 0; r < earnings_.size(); ++r) {
    if (reward_of(r, state) > 0) return true;
  }
  return false;
}

/// A class is closed for all rewards alike; those that earn in it are infinite.
bool Sampler::has_ended(std::size_t state, std::span<double> sums) const {
  const std::vector<Fate>& closed = earnings_.front().fates;
  if (closed.empty() || closed[state] == Fate::goes_on) return false;
  for (std::size_t r = 0; r < sums.size(); ++r) {
    if (earnings_[r].fates[state] == Fate::endless) sums[r] = std::numeric_limits<double>::infinity();
  }
  return true;
}

}  // namespace phasic
