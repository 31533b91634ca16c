#include "graph/json_members.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.hpp"

namespace phasic {

namespace {

enum class Form { table, list, number, flag, text, texts, named, unknown };

Form form_of(std::string_view member) {
  constexpr std::array<std::pair<std::string_view, Form>, 17> known{{{"states", Form::table},
                                                                     {"edges", Form::table},
                                                                     {"constant_edges", Form::table},
                                                                     {"start_edges", Form::table},
                                                                     {"param_edges", Form::table},
                                                                     {"start_param_edges", Form::table},
                                                                     {"vertex_indices", Form::list},
                                                                     {"param_length", Form::number},
                                                                     {"state_length", Form::number},
                                                                     {"n_vertices", Form::number},
                                                                     {"is_discrete", Form::flag},
                                                                     {"was_dph", Form::flag},
                                                                     {"weight_mode", Form::text},
                                                                     {"parameters", Form::texts},
                                                                     {"derived", Form::named},
                                                                     {"rewards", Form::named},
                                                                     {"properties", Form::named}}};
  const auto found = std::ranges::find(known, member, &std::pair<std::string_view, Form>::first);
  return found == known.end() ? Form::unknown : found->second;
}

/// Takes nlohmann's events. `depth_` counts the open arrays and objects; the one object is the first.
class MemberReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  MemberReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}
  JsonMembers members() && { return std::move(members_); }

  bool null() override { return form_ == Form::unknown && depth_ > 0 ? true : misplaced(); }
  bool boolean(bool value) override {
    if (form_ == Form::flag && depth_ == 1) return members_.flags[member_] = value, true;
    return skipped();
  }
  bool number_integer(number_integer_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t& /*written*/) override { return number(value); }

  bool string(string_t& value) override {
    if (form_ == Form::text && depth_ == 1) return members_.texts[member_] = value, true;
    if (form_ == Form::texts && depth_ == 2) return members_.parameters->push_back(value), true;
    if (form_ == Form::named && depth_ == 3 && key_ == "name") return current_->name = value, true;
    if (form_ == Form::named && depth_ == 5 && current_->words.size() == current_->rows.size() &&
        row_is_empty()) {
      return current_->words.push_back(value), true;
    }
    return skipped();
  }
  bool binary(binary_t& /*value*/) override { return misplaced(); }

  bool start_object(std::size_t /*size*/) override {
    if (form_ == Form::named && depth_ == 2)
      current_ = &members_.named[member_].emplace_back();
    else if (form_ != Form::unknown || (depth_ == 0 && !member_.empty()))
      return misplaced();
    ++depth_;
    return true;
  }
  bool key(string_t& name) override {
    if (depth_ == 1)
      begin_member(name);
    else
      key_ = name;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    ++depth_;
    switch (form_) {
      case Form::unknown:
        return depth_ > 1 || misplaced();
      case Form::table:
        if (depth_ == 2) return members_.tables[member_], true;
        return depth_ == 3 || misplaced();
      case Form::list:
        if (depth_ == 2) return members_.lists[member_], true;
        return misplaced();
      case Form::texts:
        if (depth_ == 2) return members_.parameters.emplace(), true;
        return misplaced();
      case Form::named:
        if (depth_ == 2) return members_.named[member_], true;
        if (depth_ == 4) return key_ == "values" || key_ == "formula" || key_ == "entries" || misplaced();
        return depth_ == 5 || misplaced();
      default:
        return misplaced();
    }
  }
  bool end_array() override {
    if (form_ == Form::table && depth_ == 3) end_row(members_.tables[member_]);
    if (form_ == Form::named && depth_ == 5) end_row(current_->rows);
    if (form_ == Form::named && depth_ == 4 && !row_is_empty()) end_row(current_->rows);
    --depth_;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& /*error*/) override {
    const std::string_view before = text_.substr(0, std::min(position, text_.size()));
    const auto line = 1 + std::ranges::count(before, '\n');
    std::string near = token.substr(0, 20);
    std::ranges::replace_if(
        near, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    throw InputError({fmt::format("{}:{}", where_, line),
                      near.empty() ? "this is no JSON" : fmt::format("this is no JSON, near '{}'", near),
                      "numbers are finite and fit into a double; NaN and Infinity are no JSON",
                      {}});
  }

 private:
  [[noreturn]] void reject(const std::string& what, std::string remedy) const {
    throw InputError({fmt::format("{}: {}", where_, member_), what, std::move(remedy), {}});
  }

  bool misplaced() const {
    if (member_.empty()) {
      throw InputError(
          {where_, "the JSON text is no object", "give what Graph.serialize() returns, as JSON", {}});
    }
    reject("it has another form than it should", "phasic-import(5) shows each member");
  }
  bool skipped() const { return (form_ == Form::unknown && depth_ > 0) || misplaced(); }

  void begin_member(const std::string& name) {
    member_ = name;
    form_ = form_of(name);
    if (form_ != Form::unknown && !seen_.insert(name).second)
      reject("the member is given twice", "give it once");
  }

  bool number(double value) {
    switch (form_) {
      case Form::table:
        if (depth_ == 3) return members_.tables[member_].values.push_back(value), true;
        break;
      case Form::list:
        if (depth_ == 2) return members_.lists[member_].push_back(value), true;
        break;
      case Form::number:
        if (depth_ == 1) return members_.numbers[member_] = value, true;
        break;
      case Form::named:
        if (depth_ == 4 || depth_ == 5) return current_->rows.values.push_back(value), true;
        break;
      default:
        break;
    }
    return skipped();
  }

  [[nodiscard]] bool row_is_empty() const {
    const JsonRows& rows = current_->rows;
    return rows.values.size() == (rows.ends.empty() ? 0 : rows.ends.back());
  }
  static void end_row(JsonRows& rows) { rows.ends.push_back(rows.values.size()); }

  std::string_view text_;
  const std::string& where_;
  JsonMembers members_;
  std::set<std::string, std::less<>> seen_;
  std::size_t depth_ = 0;
  std::string member_;  // of the one object
  Form form_ = Form::unknown;
  std::string key_;  // within it
  JsonNamed* current_ = nullptr;
};

}  // namespace

JsonMembers read_json_members(std::string_view text, const std::string& where) {
  MemberReader reader(text, where);
  nlohmann::json::sax_parse(text, &reader);
  return std::move(reader).members();
}

}  // namespace phasic
