// Random samples of R: the chain is simulated state by state. Sample k of a seed is the same whatever else is
// drawn, on however many threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moments/chain.hpp"

namespace phasic {

/// A reward as a sampler collects it: by position, empty for time; `fates` as find_fates gives them.
struct Earning {
  std::vector<double> rewards;
  std::vector<Fate> fates;
};

/// At one theta; safe to share between threads. The trace outlives it.
class Sampler {
 public:
  Sampler(const Trace& trace, std::span<const double> weights, std::vector<Earning> earnings,
          std::uint64_t seed);

  /// What the chain earns on its way, by reward. Infinite where a closed class that earns is entered. Throws
  /// LimitError after a billion jumps.
  [[nodiscard]] std::vector<double> draw(std::uint64_t number) const;

 private:
  [[nodiscard]] double reward_of(std::size_t reward, std::size_t state) const {
    const std::vector<double>& rewards = earnings_[reward].rewards;
    return rewards.empty() ? 1 : rewards[state];
  }
  [[nodiscard]] bool earns(std::size_t state) const;
  [[nodiscard]] bool has_ended(std::size_t state, std::span<double> sums) const;

  const Trace& trace_;
  std::vector<Earning> earnings_;
  std::uint64_t seed_;
  std::vector<double> cumulative_;  // by edge of the trace: the sum of its row's weights so far
};

}  // namespace phasic
