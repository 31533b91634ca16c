#include "moments/reward.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

using State = std::vector<std::int32_t>;

std::optional<State> parse_state(std::string_view text) {
  State state;
  for (const std::string_view part : split(text, ',')) {
    const auto entry = parse_integer(trimmed(part));
    if (!entry || *entry < INT32_MIN || *entry > INT32_MAX) return std::nullopt;
    state.push_back(static_cast<std::int32_t>(*entry));
  }
  return state;
}

/// Reads reward files for one graph, a line at a time.
class RewardReader {
 public:
  RewardReader(const Graph& graph, const std::string& where)
      : graph_(graph),
        where_(where),
        rewards_(graph.vertex_count(), 0),
        given_(graph.vertex_count(), false) {}

  void take(std::string_view line) {
    ++line_number_;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return;
    const std::size_t gap = line.find('\t');
    if (gap == std::string_view::npos) reject("no TAB in this line", "write `vertex<TAB>value`");
    const std::string_view name = trimmed(line.substr(0, gap));
    const double value = value_of(trimmed(line.substr(gap + 1)));
    for (const VertexId vertex : vertices_of(name)) {
      if (given_[vertex]) reject(fmt::format("'{}' has a reward already", name), "give each vertex one");
      given_[vertex] = true;
      if (graph_.is_transient(vertex)) rewards_[vertex] = value;
    }
  }
  [[nodiscard]] std::vector<double> finish() && { return std::move(rewards_); }

 private:
  [[noreturn]] void reject(std::string what, std::string remedy) const {
    throw InputError({fmt::format("{}:{}", where_, line_number_), std::move(what), std::move(remedy), {}});
  }

  [[nodiscard]] double value_of(std::string_view text) const {
    const auto value = parse_double(text);
    if (!value) reject(fmt::format("'{}' is no finite number", text), "give a reward >= 0");
    if (*value < 0) reject(fmt::format("the reward {} is negative", text), "give a reward >= 0");
    return *value;
  }

  std::vector<VertexId> vertices_of(std::string_view name) {
    const bool is_state = name.find(',') != std::string_view::npos;
    if (const auto vertex = parse_unsigned(name); vertex && !is_state) {
      if (*vertex >= graph_.vertex_count()) {
        reject(fmt::format("there is no vertex {}", name),
               fmt::format("vertices are 0 (the start) to {}", graph_.vertex_count() - 1));
      }
      return {static_cast<VertexId>(*vertex)};
    }
    const auto state = parse_state(name);
    if (!state) reject(fmt::format("'{}' is neither a vertex nor a state", name), "write 7 or 1,0,2");
    if (by_state_.empty()) index_states();
    const auto found = by_state_.find(*state);
    if (found == by_state_.end()) {
      reject(fmt::format("there is no state ({})", name),
             fmt::format("states of this graph have {} entries", graph_.state_length()));
    }
    return found->second;
  }

  void index_states() {
    for (VertexId v = 1; v < graph_.vertex_count(); ++v) {
      State state(graph_.state_length());
      for (std::size_t i = 0; i < state.size(); ++i) state[i] = graph_.state_entry(v, i);
      by_state_[std::move(state)].push_back(v);
    }
  }

  const Graph& graph_;
  const std::string& where_;
  std::size_t line_number_ = 0;
  std::vector<double> rewards_;
  std::vector<bool> given_;
  std::map<State, std::vector<VertexId>> by_state_;
};

const StateProperty& property_of(const Graph& graph, std::string_view name) {
  const auto& properties = graph.properties();
  const auto found = std::ranges::find(properties, name, &StateProperty::name);
  if (found != properties.end()) return *found;
  std::vector<std::string_view> names;
  for (const StateProperty& property : properties) names.push_back(property.name);
  throw InputError({"--reward",
                    fmt::format("the model has no property '{}'", name),
                    names.empty() ? "it has none; an indexer in the model file names what a state counts"
                                  : fmt::format("it has {}", fmt::join(names, ", ")),
                    {}});
}

/// The entries of a property that have one value, as things to count.
std::vector<StateProperty::Entry> entries_with(const StateProperty& property, std::string_view value) {
  const auto wanted = parse_integer(value);
  std::vector<StateProperty::Entry> entries;
  for (const auto& entry : property.entries) {
    if (wanted && entry.value == *wanted) entries.push_back({entry.index, 1});
  }
  if (!entries.empty()) return entries;
  const auto [least, most] = std::ranges::minmax(property.entries, {}, &StateProperty::Entry::value);
  throw InputError({"--reward",
                    fmt::format("property '{}' is nowhere '{}'", property.name, value),
                    fmt::format("its values are from {} to {}", least.value, most.value),
                    {}});
}

}  // namespace

std::vector<double> counted_reward(const Graph& graph, std::string_view property) {
  const std::size_t equals = property.find('=');
  const StateProperty& asked = property_of(graph, property.substr(0, equals));
  const std::vector<StateProperty::Entry> entries =
      equals == std::string_view::npos ? asked.entries : entries_with(asked, property.substr(equals + 1));
  std::vector<double> reward(graph.vertex_count(), 0);
  for (VertexId v = 1; v <= graph.transient_count(); ++v) {
    for (const auto& [index, value] : entries) {
      reward[v] += static_cast<double>(value) * static_cast<double>(graph.state_entry(v, index));
    }
    if (reward[v] >= 0) continue;
    throw InputError(
        {"--reward",
         fmt::format("count:{} is {} in vertex {}, state {}", property, reward[v], v, graph.state_text(v)),
         "rewards are at least 0",
         {}});
  }
  return reward;
}

std::vector<double> named_reward(const Graph& graph, std::string_view name) {
  if (const auto reward = graph.reward(name)) return {reward->begin(), reward->end()};
  const auto& names = graph.reward_names();
  throw InputError({"--reward",
                    fmt::format("the model has no reward '{}'", name),
                    names.empty() ? "it has none; @FILE reads one from a file"
                                  : fmt::format("it has {}", fmt::join(names, ", ")),
                    {}});
}

std::vector<double> parse_reward(const Graph& graph, std::string_view text, const std::string& where) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  RewardReader reader(graph, where);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    reader.take(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::move(reader).finish();
}

}  // namespace phasic
