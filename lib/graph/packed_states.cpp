#include "graph/packed_states.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

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

// Entries of T, read into as wide or wider ones.
template <class T, class Entry>
void read_entries(PackedRow row, std::span<Entry> state) {
  constexpr std::size_t per_word = sizeof(std::uint64_t) / sizeof(T);
  const auto read_word = [&](std::size_t word, std::span<Entry> part) {
    const std::uint64_t bytes = __builtin_bswap64(row[word]);
    T entries[per_word];
    std::memcpy(entries, &bytes, sizeof bytes);
    for (std::size_t k = 0; k < part.size(); ++k) {
      const auto entry = static_cast<T>(big_endian(entries[k]) - half_range<T>);
      part[k] = static_cast<std::make_signed_t<T>>(entry);
    }
  };
  const std::size_t whole = state.size() / per_word;
  for (std::size_t word = 0; word < whole; ++word) {
    read_word(word, state.subspan(word * per_word).template first<per_word>());
  }
  if (whole < row.size()) read_word(whole, state.subspan(whole * per_word));
}

template <class Entry>
void read_entries_of(unsigned entry_bytes, PackedRow row, std::span<Entry> state) {
  if (entry_bytes == 1) return read_entries<std::uint8_t>(row, state);
  if constexpr (sizeof(Entry) > 1) {
    if (entry_bytes == 2) return read_entries<std::uint16_t>(row, state);
  }
  if constexpr (sizeof(Entry) > 2) read_entries<std::uint32_t>(row, state);
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
  read_entries_of(entry_bytes_, row, state);
}
void StatePacking::unpack(PackedRow row, std::span<std::int16_t> state) const {
  read_entries_of(entry_bytes_, row, state);
}
void StatePacking::unpack(PackedRow row, std::span<std::int8_t> state) const {
  read_entries_of(entry_bytes_, row, state);
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

void PackedStates::reserve(std::size_t count) {
  blocks_.resize(std::max(blocks_.size(), (count + mask_) >> shift_));
}

// A block is made whole, so its rows do not move.
void PackedStates::resize(std::size_t count) {
  reserve(count);
  for (std::size_t block = count_ >> shift_; block < (count + mask_) >> shift_; ++block) {
    if (blocks_[block].empty()) blocks_[block].resize((mask_ + 1) * packing_.row_words());
  }
  count_ = count;
}

std::span<std::uint64_t> PackedStates::next_row() {
  resize(count_ + 1);
  return row(count_ - 1);
}

void PackedStates::append(PackedRow row) {
  std::ranges::copy(row, next_row().begin());
}

PackedStates PackedStates::widened(unsigned entry_bytes) const {
  PackedStates wide(StatePacking(packing_.state_length(), entry_bytes));
  wide.reserve(blocks_.size() << shift_);
  std::vector<std::int32_t> state(packing_.state_length());
  for (std::size_t i = 0; i < count_; ++i) {
    packing_.unpack((*this)[i], state);
    static_cast<void>(wide.packing_.pack(state, wide.next_row()));
  }
  return wide;
}

}  // namespace phasic
