#include "graph/read_matrix.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "graph/matrix_market.hpp"

namespace phasic {

namespace {

using Entry = MarketMatrix::Entry;
constexpr double unit = 0x1p-53;

/// The exact sum of what was added, rounded at the end: partial sums that do not overlap (Shewchuk 1997).
class ExactSum {
 public:
  void add(double term) {
    std::size_t kept = 0;
    for (double partial : partials_) {
      if (std::abs(term) < std::abs(partial)) std::swap(term, partial);
      const double sum = term + partial;
      const double lost = partial - (sum - term);
      if (lost != 0) partials_[kept++] = lost;
      term = sum;
    }
    partials_.resize(kept);
    partials_.push_back(term);
  }
  [[nodiscard]] double value() const {
    double sum = 0;
    for (std::size_t i = partials_.size(); i-- > 0;) sum += partials_[i];
    return sum;
  }

 private:
  std::vector<double> partials_;  // ascending in magnitude
};

class MatrixReader {
 public:
  MatrixReader(const MatrixText& matrix, TimeKind time)
      : where_(matrix.where),
        is_discrete_(time == TimeKind::discrete),
        matrix_(read_matrix_market(matrix.text, matrix.where)) {
    if (matrix_.rows != matrix_.columns)
      throw InputError({where_,
                        fmt::format("the matrix has {} rows and {} columns", matrix_.rows, matrix_.columns),
                        "it must be square",
                        {}});
    if (matrix_.rows == 0)
      throw InputError({where_, "the matrix has no rows", "give one for each state", {}});
    // Each row that can be reached has an entry somewhere, and rows are what memory is taken for.
    if (matrix_.rows > matrix.text.size()) {
      throw InputError({where_,
                        fmt::format("{} rows are more than a file of {} bytes can speak of", matrix_.rows,
                                    matrix.text.size()),
                        "the file is cut short, or its sizes are wrong",
                        {}});
    }
    imported_.noun = "row";
    imported_.parts.time = time;
    imported_.parts.state_count = matrix_.rows;
  }

  Imported read(const std::optional<MatrixText>& initial) {
    const std::span<const Entry> entries = matrix_.entries;
    std::size_t first = 0;
    for (std::uint32_t row = 0; row < matrix_.rows; ++row) {
      std::size_t end = first;
      while (end < entries.size() && entries[end].row == row) ++end;
      take_row(row, entries.subspan(first, end - first));
      first = end;
    }
    if (initial)
      take_initial(*initial);
    else
      imported_.parts.start.push_back({0, 1.0});
    if (has_exit_) ++imported_.parts.state_count;
    std::move(edges_).move_into(imported_.parts);
    return std::move(imported_);
  }

 private:
  [[noreturn]] void reject(std::uint32_t row, std::string what, std::string remedy) const {
    throw InputError(
        {fmt::format("{}: row {}", where_, row + std::size_t{1}), std::move(what), std::move(remedy), {}});
  }

  void take_row(std::uint32_t row, std::span<const Entry> entries) {
    ExactSum lacking;  // to 0, or to 1
    if (is_discrete_) lacking.add(1);
    double scale = is_discrete_ ? 1 : 0;
    for (const Entry& entry : entries) {
      lacking.add(-entry.value);
      if (entry.column == row) {
        if (!is_discrete_) scale = std::abs(entry.value);
        check_diagonal(row, entry.value);
      } else if (entry.value < 0) {
        reject(row,
               fmt::format("the entry of column {}, {}, is negative", entry.column + std::size_t{1},
                           shortest_text(entry.value)),
               is_discrete_ ? "probabilities are >= 0" : "only the diagonal of a generator is");
      } else if (entry.value > 0) {
        add_edge(row, entry.column, entry.value);
      }
    }
    const double exit = lacking.value();
    const double rounding = static_cast<double>(entries.size() + 1) * unit * scale;
    if (!(exit >= -rounding)) refuse_sum(row, exit);
    if (exit > rounding) {
      has_exit_ = true;
      add_edge(row, static_cast<std::uint32_t>(matrix_.rows), exit);
    }
  }

  void check_diagonal(std::uint32_t row, double value) const {
    if (is_discrete_ ? value >= 0 : value <= 0) return;
    reject(row,
           fmt::format("the diagonal entry {} is {}", shortest_text(value),
                       is_discrete_ ? "negative" : "positive"),
           is_discrete_ ? "probabilities are >= 0"
                        : "that of a generator is the negative rate of leaving; a matrix of probabilities "
                          "needs --time discrete");
  }

  [[noreturn]] void refuse_sum(std::uint32_t row, double exit) const {
    if (is_discrete_)
      reject(row, fmt::format("it adds up to {}, more than 1", shortest_text(1 - exit)),
             "write probabilities with all their digits, 17");
    reject(row, fmt::format("it adds up to {}, more than 0: this is no generator", shortest_text(-exit)),
           "write rates with all their digits, 17; a matrix of probabilities needs --time discrete");
  }

  void add_edge(std::uint32_t row, std::uint32_t target, double rate) {
    edges_.add(row, target, imported_.parts.coefficients.intern(std::span(&rate, 1)));
  }

  void take_initial(const MatrixText& text) {
    const MarketMatrix initial = read_matrix_market(text.text, text.where);
    const std::size_t length = std::max(initial.rows, initial.columns);
    if (std::min(initial.rows, initial.columns) != 1 || length != matrix_.rows)
      throw InputError({text.where,
                        fmt::format("it has {} rows and {} columns", initial.rows, initial.columns),
                        fmt::format("give one probability for each of the {} rows", matrix_.rows),
                        {}});
    double sum = 0;
    for (const Entry& entry : initial.entries) {
      if (!(entry.value >= 0 && entry.value <= 1))
        throw InputError({fmt::format("{}:{}", text.where, entry.line),
                          fmt::format("{} is no probability", shortest_text(entry.value)),
                          "give numbers between 0 and 1",
                          {}});
      sum += entry.value;
      imported_.parts.start.push_back({std::max(entry.row, entry.column), entry.value});
    }
    if (sum > 1 + 1e-9)
      throw InputError({text.where,
                        fmt::format("the start probabilities add up to {}, more than 1", shortest_text(sum)),
                        "a sum below 1 leaves an atom at 0",
                        {}});
  }

  const std::string& where_;
  bool is_discrete_;
  MarketMatrix matrix_;
  Imported imported_;
  EdgeList edges_;
  bool has_exit_ = false;
};

}  // namespace

Imported read_matrix(const MatrixText& matrix, const std::optional<MatrixText>& initial, TimeKind time) {
  return MatrixReader(matrix, time).read(initial);
}

}  // namespace phasic
