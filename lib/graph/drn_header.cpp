#include "graph/drn_header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

class HeaderReader {
 public:
  HeaderReader(TextLines& lines, const std::string& where, DrnValues& values)
      : lines_(lines), where_(where), values_(values) {}

  DrnHeader read() {
    for (auto line = next(); line; line = next()) {
      if (line->empty() || line->starts_with("//")) continue;
      is_empty_ = false;
      if (!take(*line)) {
        require_parts();
        return std::move(header_);
      }
    }
    if (is_empty_) throw MissingError({where_, "is empty", "give what storm --exportbuild writes", {}});
    reject("the file ends before @model", "it is cut short, or no DRN file");
  }

 private:
  [[noreturn]] void reject(std::string what, std::string remedy) const {
    throw InputError({place(), std::move(what), std::move(remedy), {}});
  }
  [[nodiscard]] std::string place() const { return fmt::format("{}:{}", where_, lines_.line_number()); }

  // A line that ended a section belongs to what follows.
  std::optional<std::string_view> next() {
    if (held_) return std::exchange(held_, std::nullopt);
    const auto line = lines_.next();
    return line ? std::optional(trimmed(*line)) : std::nullopt;
  }

  // The line under a heading, which may be empty.
  std::string_view below(std::string_view heading) {
    const auto line = next();
    if (!line) reject(fmt::format("the file ends after {}", heading), "it is cut short");
    return *line;
  }

  // False at the end of the header.
  bool take(std::string_view line) {
    const std::string_view heading = line.substr(0, line.find_first_of(": \t"));
    const std::string_view rest = trimmed(line.substr(std::min(line.find(':'), line.size() - 1) + 1));
    if (heading != "@model" && !seen_.insert(std::string(heading)).second)
      reject(fmt::format("{} is given twice", heading), "give it once");
    if (heading == "@type")
      take_type(rest);
    else if (heading == "@value_type")
      take_value_type(rest);
    else if (heading == "@parameters")
      take_parameters();
    else if (heading == "@placeholders")
      take_placeholders();
    else if (heading == "@reward_models")
      for (const std::string_view name : words_of(below(heading))) header_.rewards.emplace_back(name);
    else if (heading == "@nr_states")
      take_state_count();
    else if (heading == "@nr_choices")
      header_.choices = count_below(heading);
    else if (heading != "@model")
      reject(fmt::format("'{}' is no part of a header", line.substr(0, 40)),
             "a DRN file begins with @type: CTMC or DTMC");
    return heading != "@model";
  }

  void take_type(std::string_view type) {
    std::string upper(type);
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (upper == "CTMC")
      header_.time = TimeKind::continuous;
    else if (upper == "DTMC")
      header_.time = TimeKind::discrete;
    else
      reject(fmt::format("a model of type '{}' is not read", type),
             "CTMC and DTMC are; what has choices needs a scheduler first");
  }

  void take_value_type(std::string_view type) const {
    if (type == "double" || type == "rational" || type == "parametric") return;
    reject(fmt::format("values of type '{}' are not read", type), "double, rational and parametric ones are");
  }

  void take_parameters() {
    std::vector<std::string> names;
    for (const std::string_view name : words_of(below("@parameters"))) names.emplace_back(name);
    values_.set_parameters(std::move(names), place());
  }

  void take_placeholders() {
    for (auto line = next(); line; line = next()) {
      if (line->starts_with('@')) {
        held_ = line;
        return;
      }
      if (line->empty() || line->starts_with("//")) continue;
      const std::size_t colon = line->find(':');
      const std::string_view name = trimmed(line->substr(0, colon));
      if (colon == std::string_view::npos || !name.starts_with('$') || name.size() < 2)
        reject("this is no placeholder", "write $name : value");
      values_.add_placeholder(name.substr(1), trimmed(line->substr(colon + 1)), place());
    }
  }

  void take_state_count() {
    constexpr std::uint64_t most_states = 4294967293;
    header_.states = count_below("@nr_states");
    if (header_.states == 0 || header_.states > most_states)
      reject(fmt::format("{} states cannot be read", header_.states),
             fmt::format("a chain has 1 to {}", most_states));
  }

  std::uint64_t count_below(std::string_view heading) {
    const std::string_view line = below(heading);
    const auto count = parse_unsigned(line);
    if (!count)
      reject(fmt::format("'{}' is no number for {}", line.substr(0, 40), heading), "give an integer");
    return *count;
  }

  void require_parts() const {
    if (!seen_.contains("@type"))
      reject("@type is missing", "write @type: CTMC or @type: DTMC before @model");
    if (!seen_.contains("@nr_states"))
      reject("@nr_states is missing", "give the number of states before @model");
  }

  TextLines& lines_;
  const std::string& where_;
  DrnValues& values_;
  DrnHeader header_;
  std::optional<std::string_view> held_;
  std::set<std::string, std::less<>> seen_;
  bool is_empty_ = true;
};

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    text = trimmed(text);
    if (text.empty()) return words;
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

DrnHeader read_drn_header(TextLines& lines, const std::string& where, DrnValues& values) {
  return HeaderReader(lines, where, values).read();
}

}  // namespace phasic
