#include "model/state_table.hpp"

#include <algorithm>
#include <cstring>

namespace phasic {

namespace {

constexpr std::size_t first_slots = 1024;

std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint32_t hash_in(std::uint64_t slot) {
  return static_cast<std::uint32_t>(slot >> 32U);
}
std::uint32_t number_in(std::uint64_t slot) {
  return static_cast<std::uint32_t>(slot) - 1;
}

}  // namespace

std::uint32_t hash_of(PackedRow row) {
  constexpr std::uint64_t first = 0x9e3779b97f4a7c15;
  constexpr std::uint64_t second = 0xd1b54a32d192ed03;
  std::uint64_t hash = first ^ row.size();
  std::size_t i = 0;
  for (; i + 2 <= row.size(); i += 2)
    hash = folded_product(row[i] ^ first ^ hash, row[i + 1] ^ second) + hash;
  if (i < row.size()) hash = folded_product(row[i] ^ first ^ hash, second);
  hash = folded_product(hash, first);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

StateTable::StateTable(const StatePacking& packing) : rows_(packing), slots_(first_slots, 0) {}

// Where the row is, or the free slot where it belongs.
std::size_t StateTable::slot_of(PackedRow row, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (hash_in(slots_[slot]) == hash && std::ranges::equal(rows_[number_in(slots_[slot])], row)) break;
  }
  return slot;
}

std::optional<std::uint32_t> StateTable::find(PackedRow row, std::uint32_t hash) const {
  const std::uint64_t found = slots_[slot_of(row, hash)];
  if (found == 0) return std::nullopt;
  return number_in(found);
}

void StateTable::expect_row(std::uint32_t hash) const {
  constexpr std::size_t line_words = 8;
  const std::uint64_t first = slots_[hash & (slots_.size() - 1)];
  if (first == 0) return;
  const PackedRow row = rows_[number_in(first)];
  for (std::size_t word = 0; word < std::min(row.size(), 4 * line_words); word += line_words) {
    __builtin_prefetch(&row[word]);
  }
}

std::uint32_t StateTable::insert(PackedRow row, std::uint32_t hash) {
  const std::size_t slot = slot_of(row, hash);
  if (slots_[slot] != 0) return number_in(slots_[slot]);
  const auto number = static_cast<std::uint32_t>(rows_.size());
  rows_.append(row);
  slots_[slot] = std::uint64_t{hash} << 32U | (number + 1);
  if (2 * rows_.size() > slots_.size()) grow();
  return number;
}

void StateTable::place(std::uint64_t entry) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_in(entry) & mask;
  while (slots_[slot] != 0) slot = (slot + 1) & mask;
  slots_[slot] = entry;
}

void StateTable::grow() {
  std::vector<std::uint64_t> before(2 * slots_.size(), 0);
  before.swap(slots_);
  for (const std::uint64_t entry : before) {
    if (entry != 0) place(entry);
  }
}

void StateTable::clear() {
  rows_.clear();
  std::ranges::fill(slots_, 0);
}

void StateTable::widen(unsigned entry_bytes) {
  rows_ = rows_.widened(entry_bytes);
  std::ranges::fill(slots_, 0);
  for (std::uint32_t number = 0; number < rows_.size(); ++number) {
    place(std::uint64_t{hash_of(rows_[number])} << 32U | (number + 1));
  }
}

}  // namespace phasic
