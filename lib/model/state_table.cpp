#include "model/state_table.hpp"

#include <algorithm>
#include <bit>

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

StateTable::StateTable(const StatePacking& packing) : rows_(packing), slots_(first_slots) {
  rows_.reserve(first_slots / 2);
}

std::optional<StateRange> StateTable::claim(std::uint32_t count) {
  const std::lock_guard lock(claiming_);
  if (std::uint64_t{claimed_} + count > slots_.size() / 2) return std::nullopt;
  const StateRange range{claimed_, claimed_ + count};
  claimed_ = range.last;
  rows_.resize(claimed_);
  return range;
}

std::uint32_t StateTable::insert(PackedRow row, std::uint32_t hash, std::uint32_t fresh) {
  const std::size_t mask = slots_.size() - 1;
  bool is_written = false;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    std::uint64_t entry = slots_[slot].load(std::memory_order_acquire);
    if (entry == 0) {
      // The row first: who sees the slot may read it.
      if (!is_written) std::ranges::copy(row, rows_.row(fresh).begin());
      is_written = true;
      const std::uint64_t own = std::uint64_t{hash} << 32U | (fresh + 1);
      if (slots_[slot].compare_exchange_strong(entry, own, std::memory_order_acq_rel)) return fresh;
    }
    if (hash_in(entry) == hash && std::ranges::equal(rows_[number_in(entry)], row)) return number_in(entry);
  }
}

void StateTable::expect_row(std::uint32_t hash) const {
  constexpr std::size_t line_words = 8;
  const std::uint64_t first = slots_[hash & (slots_.size() - 1)].load(std::memory_order_acquire);
  if (first == 0) return;
  const PackedRow row = rows_[number_in(first)];
  for (std::size_t word = 0; word < std::min(row.size(), 4 * line_words); word += line_words) {
    __builtin_prefetch(&row[word]);
  }
}

void StateTable::grow(std::uint32_t count) {
  const std::uint64_t wanted = 2 * (std::uint64_t{claimed_} + count);
  if (wanted <= slots_.size()) return;
  rows_.reserve(std::bit_ceil(wanted) / 2);
  Slots before(std::bit_ceil(wanted));
  before.swap(slots_);
  refill(before);
}

void StateTable::widen(unsigned entry_bytes) {
  if (entry_bytes <= packing().entry_bytes()) return;
  rows_ = rows_.widened(entry_bytes);
  rows_.reserve(slots_.size() / 2);
  Slots before(slots_.size());
  before.swap(slots_);
  for (std::atomic<std::uint64_t>& slot : before) {
    if (slot == 0) continue;
    const std::uint32_t number = number_in(slot);
    slot = std::uint64_t{hash_of(rows_[number])} << 32U | (number + 1);
  }
  refill(before);
}

void StateTable::refill(const Slots& before) {
  const std::size_t mask = slots_.size() - 1;
  for (const std::atomic<std::uint64_t>& entry : before) {
    const std::uint64_t value = entry.load(std::memory_order_relaxed);
    if (value == 0) continue;
    std::size_t slot = hash_in(value) & mask;
    while (slots_[slot].load(std::memory_order_relaxed) != 0) slot = (slot + 1) & mask;
    slots_[slot].store(value, std::memory_order_relaxed);
  }
}

// The rows behind the new end move into the gaps before it.
StateTable::Released StateTable::release(std::span<const StateRange> unused) && {
  std::uint32_t size = claimed_;
  for (const StateRange& range : unused) size -= range.size();
  Released released{std::move(rows_), std::vector<std::uint32_t>(claimed_ - size)};
  std::vector<bool> is_used(claimed_ - size, true);
  std::vector<std::uint32_t> gaps;
  for (const StateRange& range : unused) {
    for (std::uint32_t number = range.first; number < range.last; ++number) {
      if (number < size)
        gaps.push_back(number);
      else
        is_used[number - size] = false;
    }
  }
  for (std::uint32_t i = 0; i < is_used.size(); ++i) {
    if (!is_used[i]) continue;
    std::ranges::copy(released.states[size + i], released.states.row(gaps.back()).begin());
    released.moved[i] = gaps.back();
    gaps.pop_back();
  }
  released.states.resize(size);
  slots_ = Slots();
  return released;
}

}  // namespace phasic
