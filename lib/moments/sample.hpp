// Random samples of R: the chain is simulated state by state. Sample k of a seed is the same whatever else is
// drawn, on however many threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moments/chain.hpp"

namespace phasic {

/// At one theta; safe to share between threads. The trace outlives it.
class Sampler {
 public:
  /// `rewards` by position, empty: R is the time. `fates` as find_fates gives them.
  Sampler(const Trace& trace, std::span<const double> weights, std::vector<double> rewards,
          std::vector<Fate> fates, std::uint64_t seed);

  /// Infinite where a closed class that earns is entered. Throws LimitError after a billion jumps.
  [[nodiscard]] double draw(std::uint64_t number) const;

 private:
  const Trace& trace_;
  std::vector<double> rewards_;
  std::vector<Fate> fates_;
  std::uint64_t seed_;
  std::vector<double> cumulative_;  // by edge of the trace: the sum of its row's weights so far
};

}  // namespace phasic
