#include "graph/coefficients.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace phasic {

namespace {

std::size_t hash_of(std::span<const double> vector) {
  std::uint64_t hash = 0x9E3779B97F4A7C15U;
  for (const double value : vector) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 0xD6E8FEB86659FD93U;
    hash ^= hash >> 32U;
  }
  return static_cast<std::size_t>(hash);
}

// Bitwise: a NaN equals itself, so that a vector with one is interned too and can be reported.
bool same(std::span<const double> a, std::span<const double> b) {
  return std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

}  // namespace

std::uint32_t CoefficientTable::intern(std::span<const double> vector) {
  if (2 * (count_ + 1) > slots_.size()) grow();
  // Appended first, so that -0.0 can be turned into 0.0 before it is compared.
  const std::size_t start = values_.size();
  for (const double value : vector) values_.push_back(value + 0.0);
  const std::span<const double> candidate(values_.data() + start, width_);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(candidate) & mask;
  while (slots_[slot] != 0) {
    const std::uint32_t number = slots_[slot] - 1;
    if (same((*this)[number], candidate)) {
      values_.resize(start);
      return number;
    }
    slot = (slot + 1) & mask;
  }
  slots_[slot] = static_cast<std::uint32_t>(++count_);
  return static_cast<std::uint32_t>(count_ - 1);
}

void CoefficientTable::grow() {
  std::vector<std::uint32_t> larger(std::max<std::size_t>(64, 2 * slots_.size()), 0);
  const std::size_t mask = larger.size() - 1;
  for (std::uint32_t number = 0; number < count_; ++number) {
    std::size_t slot = hash_of((*this)[number]) & mask;
    while (larger[slot] != 0) slot = (slot + 1) & mask;
    larger[slot] = number + 1;
  }
  slots_ = std::move(larger);
}

}  // namespace phasic
