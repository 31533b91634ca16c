#include "graph/read_edges.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/number_text.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"
#include "graph/formula_text.hpp"

namespace phasic {

namespace {

constexpr std::string_view reward_prefix = "reward:";

using Fields = std::span<const std::string_view>;

class EdgeReader {
 public:
  EdgeReader(std::string_view text, const std::string& where, TimeKind time) : lines_(text), where_(where) {
    imported_.parts.time = time;
  }

  Imported read() {
    while (const auto line = lines_.next()) {
      const std::string_view text = trimmed(*line);
      if (text.empty())
        table_ = Table::none;
      else if (text.front() != '#')
        take(*line);
    }
    finish();
    return std::move(imported_);
  }

 private:
  enum class Table { none, edges, vertices };
  enum class Column { start, state, reward };

  [[noreturn]] void reject(std::string what, std::string remedy) const {
    throw InputError({place(), std::move(what), std::move(remedy), {}});
  }
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", where_, lines_.line_number()); }

  void take(std::string_view line) {
    if (table_ == Table::none && !has_edges_ && !has_vertices_) splitter_.choose_separator(line);
    const auto fields = splitter_.split(line);
    if (!fields)
      reject("a double quote does not end, or ends before its field does",
             "write \"\" for a quote in quotes");
    if (table_ == Table::none)
      begin_table(*fields);
    else if (fields->size() != width_)
      reject(fmt::format("{} field{} where the header has {}", fields->size(), fields->size() == 1 ? "" : "s",
                         width_),
             "fields are separated as in the first line");
    else if (table_ == Table::edges)
      take_edge(*fields);
    else
      take_vertex(*fields);
  }

  void begin_table(Fields header) {
    width_ = header.size();
    check_columns(header);
    if (header[0] == "from" && header.size() > 1 && header[1] == "to")
      begin_edges(header);
    else if (header[0] == "vertex")
      begin_vertices(header);
    else if (header[0] == "from")
      reject("the header has no column 'to' after 'from'", "begin with from, to, and a column for each term");
    else
      reject(fmt::format("'{}' is no header of a table", header[0]),
             "a table of edges begins with from and to, one of vertices with vertex; an empty line ends it");
  }

  void check_columns(Fields header) const {
    std::vector<std::string_view> sorted(header.begin(), header.end());
    std::ranges::sort(sorted);
    if (sorted.front().empty()) reject("a column has no name", "name each column");
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
      reject(fmt::format("there are two columns '{}'", *twice), "name each once");
  }

  void begin_edges(Fields header) {
    if (has_edges_) reject("there is a table of edges already", "give one");
    if (header.size() == 2)
      reject("there is no column for a rate", "add one for each term: constant, or a parameter's name");
    has_edges_ = true;
    table_ = Table::edges;
    Terms& terms = imported_.parts.terms;
    std::vector<std::pair<std::string_view, std::string_view>> formulas;  // columns `name=formula`
    for (const std::string_view column : header.subspan(2)) {
      if (const std::size_t sign = column.find('='); sign != std::string_view::npos)
        formulas.emplace_back(trimmed(column.substr(0, sign)), trimmed(column.substr(sign + 1)));
      else if (column != "constant")
        terms.parameters.emplace_back(column);
    }
    const FormulaReader reader(terms.parameters);
    for (const auto& [name, formula] : formulas) {
      if (name == "constant") reject("a derived term is named constant", "that name is taken");
      FormulaRecorder recorder;
      const auto value = reader.read(formula, place(), recorder);
      terms.derived.push_back({std::string(name), recorder.formula_of(value)});
    }
    check_terms();
    place_columns(header.subspan(2));
  }

  void check_terms() const {
    try {
      check(imported_.parts.terms);
    } catch (const InputError& error) {
      reject(error.complaint().what, error.complaint().remedy);
    }
  }

  // Where the coefficients of each column go: the constant first, then parameters, then derived terms.
  void place_columns(Fields columns) {
    const Terms& terms = imported_.parts.terms;
    imported_.parts.coefficients = CoefficientTable(terms.count());
    coefficients_.assign(terms.count(), 0.0);
    std::size_t parameter = 1;
    std::size_t derived = 1 + terms.parameters.size();
    for (const std::string_view column : columns) {
      const bool is_derived = column.find('=') != std::string_view::npos;
      term_of_.push_back(column == "constant" ? 0 : is_derived ? derived++ : parameter++);
    }
  }

  void begin_vertices(Fields header) {
    if (has_vertices_) reject("there is a table of vertices already", "give one");
    has_vertices_ = true;
    table_ = Table::vertices;
    for (const std::string_view column : header.subspan(1)) {
      if (column == "start") {
        columns_.push_back(Column::start);
        has_start_ = true;
      } else if (column == "state") {
        columns_.push_back(Column::state);
        has_states_ = true;
      } else if (column.starts_with(reward_prefix) && column.size() > reward_prefix.size()) {
        columns_.push_back(Column::reward);
        imported_.parts.rewards.push_back({std::string(column.substr(reward_prefix.size())), {}});
      } else {
        reject(fmt::format("a table of vertices has no column '{}'", column),
               "columns are start, state and reward:NAME");
      }
    }
  }

  std::uint32_t number_of(std::string_view label) {
    if (label.empty()) reject("a vertex has an empty label", "give each vertex a label");
    const auto [found, is_new] =
        numbers_.try_emplace(std::string(label), static_cast<std::uint32_t>(numbers_.size()));
    if (is_new) imported_.names.emplace_back(label);
    if (numbers_.size() == std::numeric_limits<std::uint32_t>::max())
      throw LimitError({place(), "more than 4,294,967,294 vertices", "", {}});
    return found->second;
  }

  void take_edge(Fields fields) {
    const std::uint32_t from = number_of(fields[0]);
    const std::uint32_t to = number_of(fields[1]);
    if (from == to && imported_.parts.time == TimeKind::continuous)
      reject(fmt::format("the edge leads from '{}' to itself", fields[0]),
             "leave it out: in continuous time it does nothing");
    for (std::size_t i = 2; i < fields.size(); ++i) {
      const auto value = parse_double(fields[i]);
      if (!value)
        reject(fmt::format("'{}' is no finite number", fields[i]),
               "give a coefficient for each term; 0 where there is none");
      coefficients_[term_of_[i - 2]] = *value;
    }
    const bool is_constant =
        std::all_of(coefficients_.begin() + 1, coefficients_.end(), [](double c) { return c == 0; });
    if (is_constant && coefficients_[0] < 0)
      reject(fmt::format("the {} {} is negative",
                         imported_.parts.time == TimeKind::discrete ? "probability" : "rate",
                         shortest_text(coefficients_[0])),
             "rates and probabilities are >= 0");
    if (edges_.size() == std::numeric_limits<std::uint32_t>::max())
      throw LimitError({place(), "more than 4,294,967,295 edges", "", {}});
    mark_as_connected(from);
    mark_as_connected(to);
    edges_.add(from, to, imported_.parts.coefficients.intern(coefficients_));
    if (!first_from_) first_from_ = from;
  }

  void mark_as_connected(std::uint32_t vertex) {
    if (vertex >= has_edge_.size()) has_edge_.resize(numbers_.size(), false);
    has_edge_[vertex] = true;
  }

  void take_vertex(Fields fields) {
    const std::uint32_t vertex = number_of(fields[0]);
    if (vertex >= line_of_.size()) line_of_.resize(numbers_.size(), 0);
    if (line_of_[vertex] != 0)
      reject(fmt::format("the vertex '{}' is in line {} already", fields[0], line_of_[vertex]),
             "give each vertex one line");
    line_of_[vertex] = lines_.line_number();
    std::size_t reward = 0;
    for (std::size_t i = 1; i < fields.size(); ++i) {
      switch (columns_[i - 1]) {
        case Column::start:
          imported_.parts.start.push_back({vertex, start_of(fields[i])});
          break;
        case Column::state:
          take_state(vertex, fields[i]);
          break;
        case Column::reward:
          take_reward(vertex, imported_.parts.rewards[reward++], fields[i]);
          break;
      }
    }
  }

  double start_of(std::string_view field) {
    const auto value = parse_double(field);
    if (!value || *value < 0 || *value > 1)
      reject(fmt::format("'{}' is no start probability", field), "give numbers between 0 and 1");
    start_sum_ += *value;
    if (start_sum_ > 1 + 1e-9)
      reject("up to here the start probabilities add up to more than 1", "a sum below 1 leaves an atom at 0");
    return *value;
  }

  void take_reward(std::uint32_t vertex, GraphParts::Reward& reward, std::string_view field) const {
    const auto value = parse_double(field);
    if (!value || *value < 0)
      reject(fmt::format("'{}' is no reward", field), "rewards are finite numbers >= 0");
    if (*value == 0) return;
    if (vertex >= reward.values.size()) {
      require_room_for_rewards(imported_.parts.rewards.size(), numbers_.size(), place());
      reward.values.resize(vertex + std::size_t{1}, 0.0);
    }
    reward.values[vertex] = *value;
  }

  // Entries are separated by commas or blanks.
  void take_state(std::uint32_t vertex, std::string_view field) {
    std::vector<std::int32_t> state;
    while (!field.empty()) {
      const std::size_t end = std::min(field.find_first_of(", "), field.size());
      const auto entry = parse_integer(field.substr(0, end));
      if (!entry || *entry < INT32_MIN || *entry > INT32_MAX)
        reject(fmt::format("'{}' is no entry of a state", field.substr(0, end)),
               "write integers of 32 bits, 2,0,1 or 2 0 1");
      state.push_back(static_cast<std::int32_t>(*entry));
      const std::size_t next = std::min(field.find_first_not_of(' ', end), field.size());
      field.remove_prefix(next);
      if (field.starts_with(',')) field.remove_prefix(1);
      field = trimmed(field);
    }
    GraphParts& parts = imported_.parts;
    if (parts.state_length == 0) parts.state_length = state.size();
    if (state.empty() || state.size() != parts.state_length)
      reject(fmt::format("a state of {} entries where others have {}", state.size(), parts.state_length),
             "all states are of one length");
    state_row_.resize(numbers_.size(), 0);
    parts.states.insert(parts.states.end(), state.begin(), state.end());
    state_row_[vertex] = static_cast<std::uint32_t>(parts.states.size() / parts.state_length);
  }

  void finish() {
    if (!has_edges_ && !has_vertices_)
      throw MissingError({where_, "is empty", "begin with a line from, to, and a column for each term", {}});
    if (!first_from_)
      throw InputError(
          {where_, "there are no edges", "write them as lines of a table that begins with from and to", {}});
    GraphParts& parts = imported_.parts;
    parts.state_count = numbers_.size();
    require_edges();
    if (has_states_) order_states();
    if (!has_start_) parts.start.push_back({*first_from_, 1.0});
    require_room_for_rewards(parts.rewards.size(), parts.state_count, where_);
    for (auto& reward : parts.rewards) reward.values.resize(parts.state_count, 0.0);
    std::move(edges_).move_into(parts);
  }

  void require_edges() {
    has_edge_.resize(numbers_.size(), false);
    const auto lonely = std::ranges::find(has_edge_, false);
    if (lonely == has_edge_.end()) return;
    const auto vertex = static_cast<std::size_t>(lonely - has_edge_.begin());
    throw InputError({fmt::format("{}:{}", where_, line_of_[vertex]),
                      fmt::format("no edge comes from or leads to the vertex '{}'", imported_.names[vertex]),
                      spelling_remedy(vertex),
                      {}});
  }

  [[nodiscard]] std::string spelling_remedy(std::size_t vertex) const {
    std::vector<std::string> others;
    for (std::size_t i = 0; i < has_edge_.size() && others.size() < 1000; ++i) {
      if (has_edge_[i]) others.push_back(imported_.names[i]);
    }
    const auto meant = nearest_spelling(imported_.names[vertex], others);
    return meant ? fmt::format("did you mean '{}'?", *meant) : "leave it out, or add its edges";
  }

  // The table may come in any order; its states follow the numbers of their vertices.
  void order_states() {
    GraphParts& parts = imported_.parts;
    state_row_.resize(parts.state_count, 0);
    if (const auto missing = std::ranges::find(state_row_, 0U); missing != state_row_.end()) {
      const auto vertex = static_cast<std::size_t>(missing - state_row_.begin());
      throw InputError({where_,
                        fmt::format("the vertex '{}' has no state", imported_.names[vertex]),
                        "where states are given, each vertex has one",
                        {}});
    }
    std::vector<std::int32_t> states;
    states.reserve(parts.states.size());
    for (const std::uint32_t row : state_row_) {
      const auto first = parts.states.begin() + static_cast<std::ptrdiff_t>((row - 1) * parts.state_length);
      states.insert(states.end(), first, first + static_cast<std::ptrdiff_t>(parts.state_length));
    }
    parts.states = std::move(states);
  }

  TextLines lines_;
  const std::string& where_;
  Imported imported_;
  FieldSplitter splitter_;
  Table table_ = Table::none;
  std::size_t width_ = 0;  // of the current table
  bool has_edges_ = false;
  bool has_vertices_ = false;
  bool has_start_ = false;
  bool has_states_ = false;
  double start_sum_ = 0;
  std::vector<std::size_t> term_of_;  // of each column of edges
  std::vector<double> coefficients_;
  std::vector<Column> columns_;  // of the table of vertices, after the first
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<bool> has_edge_;
  std::vector<std::size_t> line_of_;      // of each vertex in the table of vertices, or 0
  std::vector<std::uint32_t> state_row_;  // of each vertex among the states read, from 1; 0 is none
  EdgeList edges_;
  std::optional<std::uint32_t> first_from_;
};

}  // namespace

Imported read_edges(std::string_view text, const std::string& where, TimeKind time) {
  return EdgeReader(text, where, time).read();
}

}  // namespace phasic
