#include "model/scout.hpp"

#include <algorithm>

namespace phasic {

Scout::Scout(Model& model, unsigned number)
    : model_(model),
      number_(number),
      source_(model.make_source()),
      coefficients_(source_->terms().count()),
      fresh_(StatePacking(model.declaration().state_length)),
      state_(model.declaration().state_length) {}

void Scout::begin_round(const StateTable& known) {
  if (fresh_.packing().entry_bytes() == known.packing().entry_bytes())
    fresh_.clear();
  else
    fresh_ = StateTable(known.packing());
  hashes_.clear();
  round_first_ = static_cast<std::uint32_t>(numbers_.size());
  needed_bytes_ = known.packing().entry_bytes();
}

std::size_t Scout::round_bytes() const {
  return fresh_.size() * (fresh_.packing().row_words() * sizeof(std::uint64_t) + 4 * sizeof(std::uint64_t));
}

Findings Scout::expand(const StateTable& known, std::uint32_t first, std::uint32_t last) {
  Findings findings;
  findings.scout = number_;
  findings.first_newcomer = static_cast<std::uint32_t>(numbers_.size());
  try {
    for (std::uint32_t number = first; number < last; ++number) {
      if (!expand_one(known, number, findings)) return findings;
    }
  } catch (...) {
    findings.failure = std::current_exception();
  }
  findings.is_done = true;
  return findings;
}

// False where an entry of a child does not fit.
bool Scout::expand_one(const StateTable& known, std::uint32_t number, Findings& findings) {
  known.read(number, state_);
  const Expansion found = source_->expand(state_);
  if (!pack_children(known, found)) return false;
  const std::size_t newcomers_before = numbers_.size();
  const std::size_t words = known.packing().row_words();
  const std::size_t transitions_before = findings.transitions.size();
  for (std::size_t edge = 0; edge < found.size(); ++edge) {
    const PackedRow row(children_.data() + edge * words, words);
    findings.transitions.push_back(
        {target_of(known, row, child_hashes_[edge]), coefficients_.intern(found[edge].coefficients)});
  }
  const std::size_t reward_count = model_.declaration().rewards.size();
  if (reward_count != 0) {
    if (found.size() == 0) {
      findings.rewards.resize(findings.rewards.size() + reward_count, 0.0);
    } else {
      const std::span<const double> rewards = source_->rewards(state_);
      findings.rewards.insert(findings.rewards.end(), rewards.begin(), rewards.end());
    }
  }
  findings.transition_counts.push_back(
      static_cast<std::uint32_t>(findings.transitions.size() - transitions_before));
  findings.newcomer_counts.push_back(static_cast<std::uint32_t>(numbers_.size() - newcomers_before));
  return true;
}

// All children before the first is looked up: meanwhile the processor fetches what the looks will need.
bool Scout::pack_children(const StateTable& known, const Expansion& found) {
  const StatePacking& packing = known.packing();
  const std::size_t words = packing.row_words();
  children_.resize(std::max(children_.size(), found.size() * words));
  child_hashes_.resize(std::max(child_hashes_.size(), found.size()));
  for (std::size_t edge = 0; edge < found.size(); ++edge) {
    const std::span<std::uint64_t> row(children_.data() + edge * words, words);
    if (!packing.pack(found[edge].child, row)) {
      needed_bytes_ = std::max(needed_bytes_, entry_bytes_of(found[edge].child));
      return false;
    }
    child_hashes_[edge] = hash_of(row);
    known.expect_slot(child_hashes_[edge]);
  }
  for (std::size_t edge = 0; edge < found.size(); ++edge) known.expect_row(child_hashes_[edge]);
  return true;
}

std::uint32_t Scout::target_of(const StateTable& known, PackedRow row, std::uint32_t hash) {
  if (const auto number = known.find(row, hash)) return *number;
  const std::size_t before = fresh_.size();
  const std::uint32_t place = fresh_.insert(row, hash);
  if (fresh_.size() != before) {
    hashes_.push_back(hash);
    numbers_.push_back(0);
  }
  return newcomer_mark | (round_first_ + place);
}

}  // namespace phasic
