#include "cli/theta.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string_view> trimmed_parts(std::string_view text, char separator) {
  std::vector<std::string_view> parts = split(text, separator);
  for (std::string_view& part : parts) part = trimmed(part);
  return parts;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return trimmed_parts(line, '\t');
  if (line.find(',') != std::string_view::npos) return trimmed_parts(line, ',');
  auto fields = trimmed_parts(trimmed(line), ' ');
  std::erase(fields, std::string_view{});
  return fields;
}

std::string quantity(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string parameters_text(const Terms& terms) {
  if (terms.parameters.empty()) return "this model has no parameters";
  return fmt::format("this model has {}: {}", quantity(terms.parameters.size(), "parameter"),
                     fmt::join(terms.parameters, ", "));
}

double parse_or_refuse(std::string_view text) {
  const auto number = parse_double(text);
  if (!number) {
    throw UsageError({"--theta",
                      fmt::format("'{}' is no number that doubles hold", text),
                      "write --theta 2,5 or --theta name=2,other=5",
                      {}});
  }
  return *number;
}

}  // namespace

std::size_t parameter_index(const Terms& terms, std::string_view name, const std::string& where) {
  const auto found = std::ranges::find(terms.parameters, name);
  if (found == terms.parameters.end()) {
    throw InputError({where, fmt::format("there is no parameter '{}'", name), parameters_text(terms), {}});
  }
  return static_cast<std::size_t>(found - terms.parameters.begin());
}

ThetaRow parse_theta(const Terms& terms, std::string_view text, Decimals decimals) {
  const std::string where = "--theta";
  const auto fields = trimmed(text).empty() ? std::vector<std::string_view>{} : trimmed_parts(text, ',');
  ThetaRow row{std::vector<double>(terms.parameters.size(), nothing), where};
  if (decimals == Decimals::kept) row.decimals.resize(row.theta.size());
  std::vector<bool> given(terms.parameters.size(), false);
  const bool by_name = text.find('=') != std::string_view::npos;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t equals = fields[i].find('=');
    if (by_name && equals == std::string_view::npos) {
      throw UsageError({where, fmt::format("'{}' has no name", fields[i]), "name all values or none", {}});
    }
    const std::string_view written = by_name ? trimmed(fields[i].substr(equals + 1)) : fields[i];
    const double number = parse_or_refuse(written);
    const std::size_t index =
        by_name ? parameter_index(terms, trimmed(fields[i].substr(0, equals)), where) : i;
    if (index >= given.size()) continue;  // a wrong length, complained of below
    if (given[index]) {
      throw InputError({where,
                        fmt::format("'{}' is given twice", terms.parameters[index]),
                        "give each parameter once",
                        {}});
    }
    given[index] = true;
    row.theta[index] = number;
    if (decimals == Decimals::kept) row.decimals[index] = written;
  }
  if (!by_name && fields.size() != given.size()) {
    throw InputError(
        {where, fmt::format("has {}", quantity(fields.size(), "value")), parameters_text(terms), {}});
  }
  if (const auto missing = std::ranges::find(given, false); missing != given.end()) {
    throw InputError(
        {where,
         fmt::format("'{}' is missing", terms.parameters[static_cast<std::size_t>(missing - given.begin())]),
         parameters_text(terms),
         {}});
  }
  return row;
}

ThetaFile::ThetaFile(const Terms& terms, const std::string& path, Decimals decimals)
    : terms_(terms), name_(path == "-" ? "standard input" : path), lines_(path), decimals_(decimals) {}

std::string ThetaFile::where() const {
  return fmt::format("{}:{}", name_, lines_.line_number());
}

std::optional<std::string_view> ThetaFile::next_line() {
  for (;;) {
    const auto line = lines_.next();
    if (!line || !trimmed(*line).empty()) return line;
  }
}

void ThetaFile::read_header(const std::vector<std::string_view>& fields) {
  for (const std::string_view name : fields) {
    const std::size_t index = parameter_index(terms_, name, where());
    if (std::ranges::find(parameter_of_column_, index) != parameter_of_column_.end()) {
      throw InputError(
          {where(), fmt::format("the header names '{}' twice", name), "name each parameter once", {}});
    }
    parameter_of_column_.push_back(index);
  }
  if (fields.size() != terms_.parameters.size()) {
    throw InputError({where(),
                      fmt::format("the header names {}", quantity(fields.size(), "parameter")),
                      parameters_text(terms_),
                      {}});
  }
}

ThetaRow ThetaFile::read_row(const std::vector<std::string_view>& fields) const {
  ThetaRow row{std::vector<double>(terms_.parameters.size(), nothing), where()};
  if (decimals_ == Decimals::kept) row.decimals.resize(row.theta.size());
  if (fields.size() != row.theta.size()) {
    row.error = fmt::format("has {}; {}", quantity(fields.size(), "value"), parameters_text(terms_));
  }
  for (std::size_t i = 0; i < std::min(fields.size(), row.theta.size()); ++i) {
    const auto number = parse_double(fields[i]);
    if (!number) {
      if (row.error.empty()) row.error = fmt::format("'{}' is no number that doubles hold", fields[i]);
      continue;
    }
    const std::size_t index = parameter_of_column_.empty() ? i : parameter_of_column_[i];
    row.theta[index] = *number;
    if (decimals_ == Decimals::kept) row.decimals[index] = fields[i];
  }
  return row;
}

std::optional<ThetaRow> ThetaFile::next() {
  auto line = next_line();
  if (line && !has_begun_) {
    has_begun_ = true;
    const auto fields = fields_of(*line);
    if (std::ranges::none_of(fields,
                             [](std::string_view field) { return parse_double(field).has_value(); })) {
      read_header(fields);
      line = next_line();
    }
  }
  if (!line) {
    if (!has_rows_)
      throw MissingError({name_, "has no row of theta", "give a row of numbers for each theta", {}});
    return std::nullopt;
  }
  has_rows_ = true;
  return read_row(fields_of(*line));
}

}  // namespace phasic
