#include "model/state_table.hpp"

#include <cstring>

namespace phasic {

namespace {

constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * multiplier;
  return hash ^ (hash >> 32);
}

std::uint32_t hash_of(std::span<const std::int32_t> state) {
  std::uint64_t hash = state.size();
  std::size_t i = 0;
  for (; i + 2 <= state.size(); i += 2) {
    std::uint64_t word = 0;
    std::memcpy(&word, state.data() + i, sizeof word);
    hash = mixed(hash, word);
  }
  if (i < state.size()) hash = mixed(hash, static_cast<std::uint32_t>(state[i]));
  return static_cast<std::uint32_t>(hash ^ (hash >> 29));
}

}  // namespace

StateTable::StateTable(std::size_t state_length) : length_(state_length), slots_(1024, 0) {}

std::uint32_t StateTable::insert(std::span<const std::int32_t> state) {
  const std::uint32_t hash = hash_of(state);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    const std::uint32_t number = slots_[slot] - 1;
    if (hashes_[number] == hash &&
        std::memcmp(entries_.data() + std::size_t{number} * length_, state.data(), state.size_bytes()) == 0) {
      return number;
    }
    slot = (slot + 1) & mask;
  }
  const auto number = static_cast<std::uint32_t>(hashes_.size());
  slots_[slot] = number + 1;
  hashes_.push_back(hash);
  entries_.insert(entries_.end(), state.begin(), state.end());
  if (2 * hashes_.size() > slots_.size()) grow();
  return number;
}

void StateTable::grow() {
  slots_.assign(2 * slots_.size(), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
    std::size_t slot = hashes_[number] & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

}  // namespace phasic
