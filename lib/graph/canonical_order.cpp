#include "graph/canonical_order.hpp"

#include <algorithm>
#include <span>

#include "base/workers.hpp"

namespace phasic {

namespace {

// Sorting moves a word of each row along with the number, so that comparing touches no row.
struct Keyed {
  std::uint64_t word;
  std::uint32_t state;
};

struct IsBefore {
  bool operator()(const Keyed& a, const Keyed& b) const {
    return a.word != b.word ? a.word < b.word : a.state < b.state;
  }
};

// Sorts by the first word, then each group that it leaves equal by the next. Groups wait in a list: states
// can be long, so they are not left to recursion.
class WordSort {
 public:
  WordSort(const PackedStates& states, std::span<Keyed> all) : states_(states), all_(all) {}

  void run() {
    waiting_.push_back({0, all_.size(), 0});
    while (!waiting_.empty()) {
      const Group group = waiting_.back();
      waiting_.pop_back();
      sort(group);
    }
  }

 private:
  struct Group {
    std::size_t first;
    std::size_t last;
    std::size_t word;
  };

  void sort(Group group) {
    const std::span<Keyed> rows = all_.subspan(group.first, group.last - group.first);
    // Words that all rows share say nothing.
    bool differ = false;
    for (; group.word < states_.packing().row_words() && !differ; ++group.word) {
      for (Keyed& row : rows) {
        row.word = states_[row.state][group.word];
        differ = differ || row.word != rows[0].word;
      }
    }
    std::sort(rows.begin(), rows.end(), IsBefore());
    if (!differ) return;
    for (std::size_t first = 0; first < rows.size();) {
      std::size_t last = first + 1;
      while (last < rows.size() && rows[last].word == rows[first].word) ++last;
      if (last > first + 1) waiting_.push_back({group.first + first, group.first + last, group.word});
      first = last;
    }
  }

  const PackedStates& states_;
  std::span<Keyed> all_;
  std::vector<Group> waiting_;
};

// Merges two sorted parts into `merged`, from the front as far as its middle.
template <class Before>
void merge_front(std::span<const Keyed> a, std::span<const Keyed> b, std::span<Keyed> merged,
                 const Before& is_before) {
  auto left = a.begin();
  auto right = b.begin();
  for (Keyed& out : merged.first(merged.size() / 2)) {
    const bool from_left = right == b.end() || (left != a.end() && is_before(*left, *right));
    out = from_left ? *left++ : *right++;
  }
}

// The same, from the back.
template <class Before>
void merge_back(std::span<const Keyed> a, std::span<const Keyed> b, std::span<Keyed> merged,
                const Before& is_before) {
  auto left = a.rbegin();
  auto right = b.rbegin();
  const std::span<Keyed> half = merged.subspan(merged.size() / 2);
  for (auto out = half.rbegin(); out != half.rend(); ++out) {
    const bool from_right = left == a.rend() || (right != b.rend() && is_before(*left, *right));
    *out = from_right ? *right++ : *left++;
  }
}

}  // namespace

std::vector<std::uint32_t> lexicographic_order(const PackedStates& states, Workers& workers) {
  std::vector<Keyed> rows(states.size());
  for (std::uint32_t state = 0; state < rows.size(); ++state) rows[state].state = state;
  std::vector<std::size_t> ends;
  for (std::size_t part = 0; part <= workers.count(); ++part) {
    ends.push_back(rows.size() * part / workers.count());
  }
  workers.run([&](unsigned worker) {
    WordSort(states, std::span(rows).subspan(ends[worker], ends[worker + 1] - ends[worker])).run();
  });
  const auto is_before = [&](const Keyed& a, const Keyed& b) {
    const auto order = std::lexicographical_compare_three_way(states[a.state].begin(), states[a.state].end(),
                                                              states[b.state].begin(), states[b.state].end());
    return order != 0 ? order < 0 : a.state < b.state;
  };
  // Sorted parts are merged in pairs, each from both of its ends, until one is left.
  while (ends.size() > 2) {
    std::vector<Keyed> merged(rows.size());
    const auto merge = [&](std::size_t half) {
      const std::size_t first = ends[half / 2 * 2];
      const std::size_t middle = ends[std::min(half / 2 * 2 + 1, ends.size() - 1)];
      const std::size_t last = ends[std::min(half / 2 * 2 + 2, ends.size() - 1)];
      const std::span<const Keyed> a = std::span(rows).subspan(first, middle - first);
      const std::span<const Keyed> b = std::span(rows).subspan(middle, last - middle);
      const std::span<Keyed> out = std::span(merged).subspan(first, last - first);
      if (half % 2 == 0)
        merge_front(a, b, out, is_before);
      else
        merge_back(a, b, out, is_before);
    };
    workers.split(ends.size() / 2 * 2, [&](std::size_t first, std::size_t last) {
      for (std::size_t half = first; half < last; ++half) merge(half);
    });
    rows = std::move(merged);
    std::vector<std::size_t> fewer;
    for (std::size_t part = 0; part < ends.size(); part += 2) fewer.push_back(ends[part]);
    if (fewer.back() != rows.size()) fewer.push_back(rows.size());
    ends = std::move(fewer);
  }
  std::vector<std::uint32_t> order(rows.size());
  std::ranges::transform(rows, order.begin(), &Keyed::state);
  return order;
}

}  // namespace phasic
