#include "graph/matrix_market.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "base/text_lines.hpp"

namespace phasic {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

class MarketReader {
 public:
  MarketReader(std::string_view text, const std::string& where) : lines_(text), where_(where) {}

  MarketMatrix read() {
    read_banner();
    read_sizes();
    if (is_array_)
      read_array();
    else
      read_coordinates();
    sort_entries();
    return std::move(matrix_);
  }

 private:
  [[noreturn]] void reject(std::string what, std::string remedy) const {
    reject_at(lines_.line_number(), std::move(what), std::move(remedy));
  }
  [[noreturn]] void reject_at(std::size_t line, std::string what, std::string remedy) const {
    throw InputError({fmt::format("{}:{}", where_, line), std::move(what), std::move(remedy), {}});
  }

  // The words of the next line that is neither empty nor a comment.
  bool next_words() {
    while (const auto line = lines_.next()) {
      cut(*line);
      if (!words_.empty() && words_.front().front() != '%') return true;
    }
    return false;
  }

  void cut(std::string_view line) {
    words_.clear();
    for (;;) {
      line = trimmed(line);
      if (line.empty()) return;
      const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
      words_.push_back(line.substr(0, end));
      line.remove_prefix(end);
    }
  }

  void read_banner() {
    constexpr const char* example = "begin with %%MatrixMarket matrix coordinate real general";
    const auto line = lines_.next();
    if (!line) throw MissingError({where_, "is empty", example, {}});
    cut(*line);
    if (words_.empty() || lower_case(words_[0]) != "%%matrixmarket" || words_.size() != 5)
      reject("this is no Matrix Market file", example);
    std::array<std::string, 4> kind;
    std::transform(words_.begin() + 1, words_.end(), kind.begin(), lower_case);
    const auto& [object, form, field, symmetry] = kind;
    if (object != "matrix" || (form != "coordinate" && form != "array"))
      reject(fmt::format("'{} {}' is not read", object, form), "a matrix, coordinate or array, is");
    if (field != "real" && field != "double" && field != "integer" && (field != "pattern" || form == "array"))
      reject(fmt::format("entries of the kind '{}' are not read", field),
             "real and integer ones are, and pattern for coordinates");
    if (symmetry != "general" && symmetry != "symmetric")
      reject(fmt::format("the symmetry '{}' is not read", symmetry), "general and symmetric are");
    is_array_ = form == "array";
    is_pattern_ = field == "pattern";
    is_symmetric_ = symmetry == "symmetric";
  }

  std::size_t size_of(std::string_view word) const {
    const auto number = parse_unsigned(word);
    if (!number) reject(fmt::format("'{}' is no size", word), "sizes are integers >= 0");
    return *number;
  }

  void read_sizes() {
    if (!next_words())
      reject("there is no line of sizes",
             "after the comments come rows, columns and, for coordinates, entries");
    if (words_.size() != (is_array_ ? 2U : 3U))
      reject(fmt::format("{} numbers where the sizes must be", words_.size()),
             is_array_ ? "give rows and columns" : "give rows, columns and entries");
    matrix_.rows = size_of(words_[0]);
    matrix_.columns = size_of(words_[1]);
    if (!is_array_) claimed_ = size_of(words_[2]);
    if (matrix_.rows > UINT32_MAX || matrix_.columns > UINT32_MAX)
      reject("the matrix is larger than 4,294,967,295 rows", "");
    if (is_symmetric_ && matrix_.rows != matrix_.columns) reject("a symmetric matrix is not square", "");
  }

  std::uint32_t index_of(std::string_view word, std::size_t size, const char* what) const {
    const auto number = parse_unsigned(word);
    if (!number || *number < 1 || *number > size)
      reject(fmt::format("there is no {} {}", what, word), fmt::format("{}s are 1 to {}", what, size));
    return static_cast<std::uint32_t>(*number - 1);
  }

  double value_of(std::string_view word) const {
    const auto value = parse_double(word);
    if (!value) reject(fmt::format("'{}' is no finite number", word), "entries are finite numbers");
    return *value;
  }

  void read_coordinates() {
    std::size_t count = 0;
    while (next_words()) {
      if (++count > claimed_)
        reject(fmt::format("there are more entries than the {} that are claimed", claimed_),
               "correct the line of sizes");
      if (words_.size() != (is_pattern_ ? 2U : 3U))
        reject(fmt::format("{} numbers where an entry must be", words_.size()),
               is_pattern_ ? "give row and column" : "give row, column and value");
      const std::uint32_t row = index_of(words_[0], matrix_.rows, "row");
      const std::uint32_t column = index_of(words_[1], matrix_.columns, "column");
      add(row, column, is_pattern_ ? 1 : value_of(words_[2]));
    }
    if (count < claimed_)
      reject(fmt::format("the file ends after {} of {} entries", count, claimed_),
             "it is cut short, or its sizes are wrong");
  }

  // Column by column; of a symmetric matrix, from the diagonal down.
  void read_array() {
    std::size_t column = 0;
    std::size_t row = 0;
    while (next_words()) {
      for (const std::string_view word : words_) {
        if (column >= matrix_.columns || matrix_.rows == 0)
          reject(fmt::format("there are more entries than {} x {}", matrix_.rows, matrix_.columns),
                 "correct the line of sizes");
        add(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column), value_of(word));
        if (++row < matrix_.rows) continue;
        ++column;
        row = is_symmetric_ ? column : 0;
      }
    }
    if (column < matrix_.columns && matrix_.rows > 0)
      reject(fmt::format("the file ends before row {} of column {}", row + 1, column + 1),
             "it is cut short, or its sizes are wrong");
  }

  void add(std::uint32_t row, std::uint32_t column, double value) {
    matrix_.entries.push_back({row, column, value, lines_.line_number()});
    if (is_symmetric_ && row != column) matrix_.entries.push_back({column, row, value, lines_.line_number()});
  }

  void sort_entries() {
    auto& entries = matrix_.entries;
    const auto place = [](const MarketMatrix::Entry& e) { return std::tuple(e.row, e.column, e.line); };
    std::ranges::sort(entries, {}, place);
    const auto twice = std::ranges::adjacent_find(
        entries, [](const auto& a, const auto& b) { return a.row == b.row && a.column == b.column; });
    if (twice == entries.end()) return;
    // cppcheck-suppress derefInvalidIteratorRedundantCheck ; what adjacent_find found has a neighbour
    reject_at((twice + 1)->line,
              fmt::format("the entry of row {} and column {} is in line {} already",
                          twice->row + std::size_t{1}, twice->column + std::size_t{1}, twice->line),
              "give each entry once");
  }

  TextLines lines_;
  const std::string& where_;
  MarketMatrix matrix_;
  std::vector<std::string_view> words_;
  bool is_array_ = false;
  bool is_pattern_ = false;
  bool is_symmetric_ = false;
  std::size_t claimed_ = 0;
};

}  // namespace

MarketMatrix read_matrix_market(std::string_view text, const std::string& where) {
  return MarketReader(text, where).read();
}

}  // namespace phasic
