#include "model/scout.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace phasic {

namespace {

constexpr std::uint32_t claimed_at_once = 128;  // numbers: asking for them is rare, few are left over
constexpr std::uint32_t handed_over_at_once = 256;
// Fewer states than these are handed over only if they have taken a while.
constexpr std::uint32_t worth_sharing = 16;
constexpr std::chrono::microseconds a_while{50};
constexpr std::size_t first_transitions = 4096;  // in one piece of the findings,
constexpr std::size_t most_transitions = 65536;  // more in each that follows
constexpr std::size_t most_rows = 8192;

}  // namespace

Scout::Scout(Model& model, StateTable& states, Crew& crew)
    : model_(model),
      states_(states),
      crew_(crew),
      source_(model.make_source()),
      coefficients_(source_->terms().count()),
      state_(model.declaration().state_length) {}

std::uint32_t Scout::insert_start(std::span<const std::int32_t> state) {
  claim(1);
  std::vector<std::uint64_t> row(states_.packing().row_words());
  if (!states_.packing().pack(state, row)) {
    throw InternalError({"", "a start state does not fit in the table's rows", "", {}});
  }
  return number_of(row, hash_of(row));
}

std::optional<std::uint32_t> Scout::next_state() {
  if (todo_.empty()) return std::nullopt;
  const std::uint32_t number = todo_.front().first++;
  if (todo_.front().size() == 0) todo_.pop_front();
  return number;
}

void Scout::share() {
  std::uint32_t count = 0;
  for (const StateRange& range : todo_) count += range.size();
  if (count < 2) return;
  const auto now = Clock::now();
  if (count < worth_sharing && now - shared_at_ < a_while) return;
  shared_at_ = now;
  std::vector<StateRange> work;
  for (std::uint32_t rest = count / 2; rest > 0;) {
    StateRange& last = todo_.back();
    const std::uint32_t size = std::min({rest, last.size(), handed_over_at_once});
    work.push_back({last.last - size, last.last});
    last.last -= size;
    rest -= size;
    if (last.size() == 0) todo_.pop_back();
  }
  crew_.hand_over(work);
}

void Scout::expand(std::uint32_t number) {
  states_.read(number, state_);
  const Expansion found = source_->expand(state_);
  pack_children(found);
  Findings& findings = findings_with_room(found.size());
  const Findings::Row row{number, static_cast<std::uint32_t>(findings.transitions.size()),
                          static_cast<std::uint32_t>(found.size())};
  const std::size_t words = states_.packing().row_words();
  for (std::size_t edge = 0; edge < found.size(); ++edge) {
    const PackedRow child(children_.data() + edge * words, words);
    findings.transitions.push_back(
        {number_of(child, child_hashes_[edge]), coefficients_.intern(found[edge].coefficients)});
  }
  const std::size_t reward_count = model_.declaration().rewards.size();
  if (reward_count != 0 && row.count == 0) {
    findings.rewards.resize(findings.rewards.size() + reward_count, 0.0);
  } else if (reward_count != 0) {
    const std::span<const double> rewards = source_->rewards(state_);
    findings.rewards.insert(findings.rewards.end(), rewards.begin(), rewards.end());
  }
  findings.rows.push_back(row);
  ++tally_.expanded;
}

// Rows stay together, and a piece never grows beyond what is reserved for it.
Findings& Scout::findings_with_room(std::size_t transitions) {
  const auto has_room = [&](const Findings& piece) {
    return piece.transitions.size() + transitions <= piece.transitions.capacity() &&
           piece.rows.size() < most_rows;
  };
  if (findings_.empty() || !has_room(findings_.back())) {
    const std::size_t usual = findings_.empty()
                                  ? first_transitions
                                  : std::min(2 * findings_.back().transitions.capacity(), most_transitions);
    findings_.emplace_back().transitions.reserve(std::max(usual, transitions));
  }
  return findings_.back();
}

void Scout::claim(std::size_t count) {
  if (count > std::numeric_limits<std::uint32_t>::max() / 4) {
    throw LimitError({model_.declaration().where, "a state has too many transitions", "", {}});
  }
  while (free_count_ < count) {
    const std::uint32_t wanted = std::max(claimed_at_once, static_cast<std::uint32_t>(count) - free_count_);
    if (const auto range = states_.claim(wanted)) {
      free_.push_back(*range);
      free_count_ += wanted;
    } else {
      crew_.alone([&] { states_.grow(wanted); });
    }
  }
}

// Whatever must make others stand still comes before the first child is inserted.
void Scout::pack_children(const Expansion& found) {
  claim(found.size());
  while (!try_to_pack(found)) {
    unsigned bytes = 1;
    for (std::size_t edge = 0; edge < found.size(); ++edge)
      bytes = std::max(bytes, entry_bytes_of(found[edge].child));
    crew_.alone([&] { states_.widen(bytes); });
  }
}

// All children before the first is looked up: meanwhile the processor fetches what the looks will need.
bool Scout::try_to_pack(const Expansion& found) {
  const StatePacking& packing = states_.packing();
  const std::size_t words = packing.row_words();
  children_.resize(std::max(children_.size(), found.size() * words));
  child_hashes_.resize(std::max(child_hashes_.size(), found.size()));
  for (std::size_t edge = 0; edge < found.size(); ++edge) {
    const std::span<std::uint64_t> row(children_.data() + edge * words, words);
    if (!packing.pack(found[edge].child, row)) return false;
    child_hashes_[edge] = hash_of(row);
    states_.expect_slot(child_hashes_[edge]);
  }
  for (std::size_t edge = 0; edge < found.size(); ++edge) states_.expect_row(child_hashes_[edge]);
  return true;
}

std::uint32_t Scout::number_of(PackedRow row, std::uint32_t hash) {
  const std::uint32_t fresh = free_.front().first;
  const std::uint32_t number = states_.insert(row, hash, fresh);
  if (number != fresh) return number;
  ++free_.front().first;
  if (free_.front().size() == 0) free_.pop_front();
  --free_count_;
  ++tally_.found;
  if (!todo_.empty() && todo_.back().last == fresh)
    ++todo_.back().last;
  else
    todo_.push_back({fresh, fresh + 1});
  return number;
}

}  // namespace phasic
