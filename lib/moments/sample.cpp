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

Sampler::Sampler(const Trace& trace, std::span<const double> weights, std::vector<double> rewards,
                 std::vector<Fate> fates, std::uint64_t seed)
    : trace_(trace), rewards_(std::move(rewards)), fates_(std::move(fates)), seed_(seed) {
  const Adjacency& rows = trace.rows();
  cumulative_.reserve(rows.targets.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    double sum = 0;
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e)
      cumulative_.push_back(sum += weights[trace.edge_classes()[e]]);
  }
}

double Sampler::draw(std::uint64_t number) const {
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

  double sum = 0;
  const double at = random.uniform();
  if (row_of(n).empty() || at * std::max(1.0, row_of(n).back()) >= row_of(n).back()) return 0;
  std::size_t state = target_of(n, at * std::max(1.0, row_of(n).back()));
  for (std::uint64_t jumps = 0; state < n; ++jumps) {
    if (!fates_.empty() && fates_[state] != Fate::goes_on)
      return fates_[state] == Fate::endless ? std::numeric_limits<double>::infinity() : sum;
    if (jumps == most_jumps) {
      throw LimitError({"--samples",
                        "a sample needed more than 1,000,000,000 jumps",
                        "ask for the distribution function instead",
                        {}});
    }
    const double total = row_of(state).back();
    const double reward = rewards_.empty() ? 1 : rewards_[state];
    if (reward > 0) {
      const double uniform = random.uniform();
      sum += reward * (trace_.time() == TimeKind::discrete ? steps_until_left(total, uniform)
                                                           : -std::log(uniform) / total);
    }
    state = target_of(state, random.uniform() * total);
  }
  return sum;
}

}  // namespace phasic
