// Random numbers without a state: the n-th block of a stream is a function of the stream's number, n and a
// seed, so that a sample depends on nothing but its own number - not on threads, not on the samples before.
// Philox4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011).
#pragma once

#include <array>
#include <cstdint>

namespace phasic {

using PhiloxBlock = std::array<std::uint32_t, 4>;

constexpr PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t multipliers[] = {0xD2511F53, 0xCD9E8D57};
  constexpr std::uint32_t weyl[] = {0x9E3779B9, 0xBB67AE85};
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t first = multipliers[0] * counter[0];
    const std::uint64_t second = multipliers[1] * counter[2];
    counter = {
        static_cast<std::uint32_t>(second >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
        static_cast<std::uint32_t>(first >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key = {key[0] + weyl[0], key[1] + weyl[1]};
  }
  return counter;
}

/// The uniform numbers of one stream, each strictly between 0 and 1.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream)
      : key_{low(seed), high(seed)}, counter_{0, 0, low(stream), high(stream)} {}

  double uniform() {
    if (used_ == 2) {
      block_ = philox(counter_, key_);
      if (++counter_[0] == 0) ++counter_[1];
      used_ = 0;
    }
    const std::uint64_t bits = (std::uint64_t{block_[2 * used_]} << 32U) | block_[2 * used_ + 1];
    ++used_;
    return (static_cast<double>(bits >> 12U) + 0.5) * 0x1p-52;
  }

 private:
  static constexpr std::uint32_t low(std::uint64_t number) { return static_cast<std::uint32_t>(number); }
  static constexpr std::uint32_t high(std::uint64_t number) {
    return static_cast<std::uint32_t>(number >> 32U);
  }
  std::array<std::uint32_t, 2> key_;
  PhiloxBlock counter_;
  PhiloxBlock block_{};
  unsigned used_ = 2;
};

}  // namespace phasic
