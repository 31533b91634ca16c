#include "graph/packed_states.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace phasic {

static_assert(std::endian::native == std::endian::little, "rows are made of bytes in reverse order");

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20U;

template <class T>
constexpr std::uint32_t half_range = std::uint32_t{1} << (8 * sizeof(T) - 1);

// The bytes of an entry, the highest first in memory.
template <class T>
T big_endian(T entry) {
  if constexpr (sizeof(T) == 2) return static_cast<T>((entry >> 8U) | (entry << 8U));
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(entry);
  return entry;
}

template <class T>
bool write_entries(std::span<const std::int32_t> state, std::uint64_t* row) {
  auto* out = reinterpret_cast<unsigned char*>(row);
  std::uint32_t seen = 0;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const std::uint32_t entry = static_cast<std::uint32_t>(state[i]) + half_range<T>;
    seen |= entry;
    const T bytes = big_endian(static_cast<T>(entry));
    std::memcpy(out + i * sizeof(T), &bytes, sizeof(T));
  }
  return sizeof(T) == 4 || (seen >> (8 * sizeof(T) % 32)) == 0;
}

template <class T>
void read_entries(PackedRow row, std::span<std::int32_t> state) {
  constexpr std::size_t per_word = sizeof(std::uint64_t) / sizeof(T);
  for (std::size_t i = 0; i < state.size(); i += per_word) {
    const std::uint64_t bytes = __builtin_bswap64(row[i / per_word]);
    T entries[per_word];
    std::memcpy(entries, &bytes, sizeof bytes);
    const std::size_t last = std::min(per_word, state.size() - i);
    for (std::size_t k = 0; k < last; ++k) {
      state[i + k] = static_cast<std::int32_t>(big_endian(entries[k]) - half_range<T>);
    }
  }
}

}  // namespace

StatePacking::StatePacking(std::size_t state_length, unsigned entry_bytes)
    : length_(state_length),
      entry_bytes_(entry_bytes),
      row_words_((state_length * entry_bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t)) {}

bool StatePacking::pack(std::span<const std::int32_t> state, std::span<std::uint64_t> row) const {
  if (row.empty()) return true;
  row.back() = 0;
  const bool fits = entry_bytes_ == 1   ? write_entries<std::uint8_t>(state, row.data())
                    : entry_bytes_ == 2 ? write_entries<std::uint16_t>(state, row.data())
                                        : write_entries<std::uint32_t>(state, row.data());
  for (std::uint64_t& word : row) word = __builtin_bswap64(word);
  return fits;
}

void StatePacking::unpack(PackedRow row, std::span<std::int32_t> state) const {
  if (entry_bytes_ == 1) return read_entries<std::uint8_t>(row, state);
  if (entry_bytes_ == 2) return read_entries<std::uint16_t>(row, state);
  read_entries<std::uint32_t>(row, state);
}

unsigned entry_bytes_of(std::span<const std::int32_t> entries) {
  std::int32_t least = 0;
  std::int32_t most = 0;
  for (const std::int32_t entry : entries) {
    least = std::min(least, entry);
    most = std::max(most, entry);
  }
  if (least >= INT8_MIN && most <= INT8_MAX) return 1;
  return least >= INT16_MIN && most <= INT16_MAX ? 2 : 4;
}

PackedStates::PackedStates(const StatePacking& packing)
    : packing_(packing),
      shift_(static_cast<unsigned>(std::bit_width(std::max<std::size_t>(
                                       1, block_bytes / 8 / std::max<std::size_t>(1, packing.row_words()))) -
                                   1)),
      mask_((std::size_t{1} << shift_) - 1) {}

PackedStates::PackedStates(std::span<const std::int32_t> entries, std::size_t state_length, std::size_t count)
    : PackedStates(StatePacking(state_length, entry_bytes_of(entries))) {
  for (std::size_t i = 0; i < count; ++i) {
    static_cast<void>(packing_.pack(entries.subspan(i * state_length, state_length), next_row()));
  }
}

// A block never grows beyond what is reserved for it, so its rows do not move.
std::span<std::uint64_t> PackedStates::next_row() {
  const std::size_t number = count_++;
  const std::size_t words = packing_.row_words();
  if (number >> shift_ == blocks_.size()) blocks_.emplace_back().reserve((mask_ + 1) * words);
  std::vector<std::uint64_t>& block = blocks_[number >> shift_];
  block.resize(block.size() + words);
  return std::span(block).last(words);
}

void PackedStates::clear() {
  count_ = 0;
  for (std::vector<std::uint64_t>& block : blocks_) block.clear();
}

void PackedStates::append(PackedRow row) {
  std::ranges::copy(row, next_row().begin());
}

PackedStates PackedStates::widened(unsigned entry_bytes) const {
  PackedStates wide(StatePacking(packing_.state_length(), entry_bytes));
  std::vector<std::int32_t> state(packing_.state_length());
  for (std::size_t i = 0; i < count_; ++i) {
    packing_.unpack((*this)[i], state);
    static_cast<void>(wide.packing_.pack(state, wide.next_row()));
  }
  return wide;
}

}  // namespace phasic
