#include "graph/read_json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/formula.hpp"
#include "graph/json_members.hpp"

namespace phasic {

namespace {

constexpr double most_vertices = 4294967293.0;
constexpr double most_parameters = 4096;

class JsonReader {
 public:
  JsonReader(JsonMembers members, const std::string& where)
      : members_(std::move(members)), where_(where), edges_(), vertices_(vertex_count()) {
    imported_.first = 0;
  }

  Imported read() {
    parts().time = flag("is_discrete") ? TimeKind::discrete : TimeKind::continuous;
    find_start();
    take_states();
    take_terms();
    take_edges();
    take_start();
    take_rewards();
    take_properties();
    std::move(edges_).move_into(parts());
    return std::move(imported_);
  }

 private:
  GraphParts& parts() { return imported_.parts; }

  [[noreturn]] void reject(const std::string& member, std::string what, std::string remedy) const {
    throw InputError({fmt::format("{}: {}", where_, member), std::move(what), std::move(remedy), {}});
  }
  static std::string element(std::string_view member, std::size_t index) {
    return fmt::format("{}[{}]", member, index);
  }

  [[nodiscard]] double number(const std::string& name, double least, double most) const {
    const auto found = members_.numbers.find(name);
    if (found == members_.numbers.end())
      reject(name, "the member is missing", "give what Graph.serialize() returns");
    const double value = found->second;
    if (!(value >= least && value <= most) || value != std::floor(value))
      reject(name, fmt::format("{} is no number of such things", value),
             fmt::format("it is an integer from {} to {}", least, most));
    return value;
  }
  [[nodiscard]] bool flag(const std::string& name) const {
    const auto found = members_.flags.find(name);
    return found != members_.flags.end() && found->second;
  }
  [[nodiscard]] const JsonRows& table(const std::string& name, bool is_required) const {
    static const JsonRows nothing;
    const auto found = members_.tables.find(name);
    if (found != members_.tables.end()) return found->second;
    if (is_required) reject(name, "the member is missing", "give what Graph.serialize() returns");
    return nothing;
  }

  // Nothing is allocated for vertices that are claimed and not there.
  std::size_t vertex_count() const {
    const double claimed = number("n_vertices", 1, most_vertices);
    const std::size_t there = table("states", true).size();
    if (claimed != static_cast<double>(there))
      reject("states", fmt::format("there are {} where n_vertices says {}", there, claimed),
             "give each vertex its state");
    return there;
  }

  void find_start() {
    const auto indices = members_.lists.find("vertex_indices");
    if (indices == members_.lists.end()) {
      const auto first = table("states", true)[0];
      if (std::ranges::all_of(first, [](double entry) { return entry == 0; })) start_ = 0;
      return;
    }
    if (indices->second.size() != vertices_)
      reject("vertex_indices", fmt::format("there are {} for {} vertices", indices->second.size(), vertices_),
             "give one for each state");
    const auto found = std::ranges::find(indices->second, 0.0);
    if (found == indices->second.end()) return;
    if (std::find(found + 1, indices->second.end(), 0.0) != indices->second.end())
      reject("vertex_indices", "two vertices have the index 0", "that is the start's");
    start_ = static_cast<std::size_t>(found - indices->second.begin());
  }

  void take_states() {
    const JsonRows& states = table("states", true);
    parts().state_length = static_cast<std::size_t>(number("state_length", 0, most_vertices));
    parts().state_count = vertices_ - (start_ ? 1 : 0);
    for (std::size_t v = 0; v < vertices_; ++v) {
      if (states[v].size() != parts().state_length)
        reject(element("states", v),
               fmt::format("it has {} entries where state_length says {}", states[v].size(),
                           parts().state_length),
               "all states are of one length");
      if (v == start_) continue;
      for (const double entry : states[v]) {
        if (entry != std::floor(entry) || entry < INT32_MIN || entry > INT32_MAX)
          reject(element("states", v), fmt::format("{} is no integer of 32 bits", entry),
                 "states are made of such");
        parts().states.push_back(static_cast<std::int32_t>(entry));
      }
    }
  }

  // Parameters, then derived terms; in mode log one term, the product of all parameters.
  void take_terms() {
    const auto found = members_.texts.find("weight_mode");
    const std::string mode = found == members_.texts.end() ? "linear" : found->second;
    if (mode != "linear" && mode != "log")
      reject("weight_mode", fmt::format("'{}' is not read", mode), "graphs of mode linear or log are");
    is_log_ = mode == "log";
    width_ = static_cast<std::size_t>(number("param_length", 0, most_parameters));
    if (members_.tables.contains("param_edges") && !members_.parameters &&
        table("param_edges", false).size() == 0)
      width_ = 0;
    const auto derived = members_.named.find("derived");
    const std::size_t derived_count = derived == members_.named.end() ? 0 : derived->second.size();
    if (derived_count > width_ || (is_log_ && derived_count > 0))
      reject("derived", "there are more of them than coefficients",
             "param_length counts parameters and derived terms");
    name_parameters(width_ - derived_count);
    if (derived_count > 0) take_derived(derived->second);
    if (is_log_) add_product();
    parts().coefficients = CoefficientTable(parts().terms.count());
    coefficients_.assign(parts().terms.count(), 0.0);
  }

  void name_parameters(std::size_t count) {
    if (members_.parameters) {
      if (members_.parameters->size() != count)
        reject("parameters",
               fmt::format("there are {} names for {} parameters", members_.parameters->size(), count),
               "name each");
      parts().terms.parameters = *members_.parameters;
    } else {
      for (std::size_t i = 0; i < count; ++i) parts().terms.parameters.push_back(fmt::format("theta{}", i));
    }
  }

  void take_derived(const std::vector<JsonNamed>& derived) {
    for (std::size_t d = 0; d < derived.size(); ++d) {
      const JsonNamed& term = derived[d];
      const std::string place = element("derived", d);
      if (term.words.size() != term.rows.size())
        reject(place, "a step has no operation", "a step is [\"add\", 0, 1]");
      DerivedTerm& read = parts().terms.derived.emplace_back(DerivedTerm{term.name, {}});
      for (std::size_t step = 0; step < term.rows.size(); ++step)
        read.formula.push_back(step_of(term.words[step], term.rows[step], place));
    }
  }

  FormulaNode step_of(const std::string& word, std::span<const double> numbers,
                      const std::string& place) const {
    const auto operation = operation_named(word);
    if (!operation)
      reject(place, fmt::format("there is no operation '{}'", word), "they are named in phasic-import(5)");
    const bool has_number = *operation == Operation::constant || *operation == Operation::parameter;
    const std::size_t wanted = has_number ? 1 : *operand_count(static_cast<std::uint32_t>(*operation));
    if (numbers.size() != wanted)
      reject(place,
             fmt::format("'{}' has {} numbers behind it where it takes {}", word, numbers.size(), wanted),
             "a step is [\"add\", 0, 1]");
    FormulaNode node;
    node.operation = *operation;
    if (node.operation == Operation::constant) {
      node.value = numbers[0];
      return node;
    }
    for (std::size_t k = 0; k < numbers.size(); ++k) {
      if (!(numbers[k] >= 0 && numbers[k] <= most_vertices) || numbers[k] != std::floor(numbers[k]))
        reject(place, fmt::format("{} is no step or parameter", numbers[k]), "they are counted from 0");
      node.operands[k] = static_cast<std::uint32_t>(numbers[k]);
    }
    return node;
  }

  void add_product() {
    if (parts().terms.parameters.empty()) return;
    FormulaRecorder recorder;
    auto product = recorder.parameter(0);
    for (std::uint32_t i = 1; i < parts().terms.parameters.size(); ++i)
      product = recorder.apply(Operation::multiply, {product, recorder.parameter(i)});
    parts().terms.derived.push_back({"product", recorder.formula_of(product)});
  }

  /// The state that an index means; `member` and `row` for messages.
  std::uint32_t state_of(double index, const std::string& member, std::size_t row) const {
    if (!(index >= 0 && index < static_cast<double>(vertices_)) || index != std::floor(index))
      reject(element(member, row), fmt::format("there is no vertex {}", index),
             fmt::format("vertices are 0 to {}", vertices_ - 1));
    const auto vertex = static_cast<std::size_t>(index);
    if (vertex == start_)
      reject(element(member, row), "it is about the start",
             "the start's edges are start_edges, and none leads to it");
    return static_cast<std::uint32_t>(start_ && vertex > *start_ ? vertex - 1 : vertex);
  }

  void add_edge(std::span<const double> ends, const std::string& member, std::size_t row) {
    const std::uint32_t from = state_of(ends[0], member, row);
    const std::uint32_t to = state_of(ends[1], member, row);
    if (from == to && parts().time == TimeKind::continuous)
      reject(element(member, row), "the edge leads from a vertex to itself",
             "in continuous time it does nothing");
    edges_.add(from, to, parts().coefficients.intern(coefficients_));
  }

  void take_edges() {
    take_constant_edges("edges", true);
    take_constant_edges("constant_edges", false);
    const JsonRows& rows = table("param_edges", false);
    if (rows.size() > 0 && flag("was_dph"))
      reject("was_dph", "the library rescales the edges of this graph at each theta",
             "serialize it before discretize(), or with theta fixed");
    if (table("start_param_edges", false).size() > 0)
      reject("start_param_edges", "start probabilities depend on theta", "only constant ones are read");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row].size() < 2 + width_)
        reject(element("param_edges", row), fmt::format("it has {} numbers", rows[row].size()),
               fmt::format("it takes from, to, and at least {} coefficients", width_));
      take_coefficients(rows[row].subspan(2, width_), row);
      add_edge(rows[row], "param_edges", row);
    }
  }

  void take_coefficients(std::span<const double> given, std::size_t row) {
    std::ranges::fill(coefficients_, 0.0);
    if (!is_log_) {
      std::ranges::copy(given, coefficients_.begin() + 1);
      return;
    }
    double product = 1;
    for (const double coefficient : given) product *= coefficient;
    if (!(product > 0) || !std::isfinite(product))
      reject(element("param_edges", row), "the product of its coefficients is not positive",
             "in mode log a rate is the product of all of them, and of theta");
    coefficients_.back() = product;
  }

  void take_constant_edges(const std::string& member, bool is_required) {
    const JsonRows& rows = table(member, is_required);
    std::ranges::fill(coefficients_, 0.0);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row].size() != 3)
        reject(element(member, row), fmt::format("it has {} numbers", rows[row].size()),
               "it takes from, to and a rate");
      coefficients_[0] = rows[row][2];
      // What a constant part lacks, the part that theta decides may make up for.
      if (coefficients_[0] < 0 && member == "edges")
        reject(element(member, row), fmt::format("the rate {} is negative", coefficients_[0]),
               "rates and probabilities are >= 0");
      add_edge(rows[row], member, row);
    }
  }

  void take_start() {
    const JsonRows& rows = table("start_edges", true);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row].size() != 2)
        reject(element("start_edges", row), fmt::format("it has {} numbers", rows[row].size()),
               "it takes to and a probability");
      const double probability = rows[row][1];
      if (!(probability >= 0 && probability <= 1))
        reject(element("start_edges", row), fmt::format("{} is no probability", probability),
               "give numbers between 0 and 1");
      parts().start.push_back({state_of(rows[row][0], "start_edges", row), probability});
    }
    if (rows.size() == 0) reject("start_edges", "the chain starts nowhere", "give the edges of the start");
  }

  void take_rewards() {
    const auto found = members_.named.find("rewards");
    if (found == members_.named.end()) return;
    for (const JsonNamed& reward : found->second) {
      const std::string place = fmt::format("rewards: {}", reward.name);
      if (reward.rows.size() != 1 || reward.rows[0].size() != vertices_)
        reject(place, "there is not one value for each vertex", "give [name, values]");
      GraphParts::Reward& read = parts().rewards.emplace_back(GraphParts::Reward{reward.name, {}});
      for (std::size_t v = 0; v < vertices_; ++v) {
        const double value = reward.rows[0][v];
        if (value < 0) reject(place, fmt::format("the reward {} is negative", value), "rewards are >= 0");
        if (v != start_) read.values.push_back(value);
      }
    }
  }

  void take_properties() {
    const auto found = members_.named.find("properties");
    if (found == members_.named.end()) return;
    for (const JsonNamed& property : found->second) {
      const std::string place = fmt::format("properties: {}", property.name);
      StateProperty& read = parts().properties.emplace_back(StateProperty{property.name, {}});
      for (std::size_t i = 0; i < property.rows.size(); ++i) {
        const auto row = property.rows[i];
        const auto is_integer = [](double x, double least, double most) {
          return x >= least && x <= most && x == std::floor(x);
        };
        if (row.size() != 2 || !is_integer(row[0], 0, most_vertices) ||
            !is_integer(row[1], INT32_MIN, INT32_MAX))
          reject(place, "an entry is no pair of integers", "an entry is [index, value]");
        read.entries.push_back({static_cast<std::uint32_t>(row[0]), static_cast<std::int32_t>(row[1])});
      }
    }
  }

  JsonMembers members_;
  const std::string& where_;
  Imported imported_;
  EdgeList edges_;
  std::size_t vertices_;              // rows of `states`
  std::optional<std::size_t> start_;  // one of them, or none
  bool is_log_ = false;
  std::size_t width_ = 0;  // coefficients of an edge that are used
  std::vector<double> coefficients_;
};

}  // namespace

Imported read_json(std::string_view text, const std::string& where) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw MissingError({where, "is empty", "give what Graph.serialize() returns, as JSON", {}});
  return JsonReader(read_json_members(text, where), where).read();
}

}  // namespace phasic
