#include "moments/chain.hpp"

#include <algorithm>
#include <utility>

#include "moments/chain_elimination.hpp"
#include "moments/missing_start.hpp"

namespace phasic {

namespace {

std::vector<Mpfr> in_mpfr(std::vector<Wide> numbers) {
  std::vector<Mpfr> result;
  result.reserve(numbers.size());
  for (Wide& number : numbers) result.push_back(std::move(number.value));
  return result;
}

}  // namespace

double Chain::largest_rate() const {
  if (time == TimeKind::discrete) return 1;
  double largest = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    double sum = exits[i];
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) sum += rates[e];
    largest = std::max(largest, sum);
  }
  return largest;
}

Chain make_chain(const Trace& trace, std::span<const double> weights, std::span<const double> rewards,
                 const std::vector<Fate>& fates) {
  std::vector<bool> make_edges;
  for (const double weight : weights) make_edges.push_back(weight != 0);
  Chain chain;
  auto numbers = ChainElimination<double>(trace, {weights, make_edges}, rewards, fates).finish(chain);
  chain.rates = std::move(numbers.rates);
  chain.exits = std::move(numbers.exits);
  chain.stays = std::move(numbers.stays);
  chain.start = std::move(numbers.start);
  chain.atom = numbers.atom + missing_start(trace, weights);
  return chain;
}

MpfrChain make_chain(const Trace& trace, std::span<const Mpfr> weights, std::span<const double> rewards,
                     const std::vector<Fate>& fates, std::span<const Tracked<Mpfr>> slopes) {
  std::vector<Wide> wide;
  for (const Mpfr& weight : weights) wide.emplace_back(weight);
  MpfrChain chain;
  auto numbers =
      ChainElimination<Wide>(trace, {wide, edge_makers(weights, slopes)}, rewards, fates).finish(chain.shape);
  chain.rates = in_mpfr(std::move(numbers.rates));
  chain.exits = in_mpfr(std::move(numbers.exits));
  chain.stays = in_mpfr(std::move(numbers.stays));
  chain.start = in_mpfr(std::move(numbers.start));
  chain.atom = std::move(numbers.atom.value);
  return chain;
}

}  // namespace phasic
