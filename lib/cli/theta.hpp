// Theta as users give it: one on the command line, or a row each in a TSV or CSV file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_reader.hpp"
#include "graph/terms.hpp"

namespace phasic {

/// A row that was asked for. Where `error` is not empty the row is bad, and `theta` holds what could be read
/// (NaN for the rest), one number per parameter.
struct ThetaRow {
  std::vector<double> theta;
  std::string where;  ///< `--theta`, or `grid.tsv:17`
  std::string error = {};
  std::vector<std::string> decimals = {};  ///< as they were written, where these are kept and all are known
};

/// Whether rows keep the decimals that were written: a double holds 17 digits of them.
enum class Decimals { dropped, kept };

/// `2,5` or `coalescence=2,recombination=5` (any order, each once). Throws UsageError for what is no number,
/// InputError for an unknown, repeated or missing name or a wrong length.
ThetaRow parse_theta(const Terms& terms, std::string_view text, Decimals decimals = Decimals::dropped);

/// The place of a parameter in theta. Throws InputError naming `where` and the parameters there are.
std::size_t parameter_index(const Terms& terms, std::string_view name, const std::string& where);

/// Thetas in order, one after another.
class ThetaSource {
 public:
  virtual ~ThetaSource() = default;
  /// The next row, or nothing at the end.
  virtual std::optional<ThetaRow> next() = 0;
  /// Whether the next row is here already, so that asking for it would not wait.
  [[nodiscard]] virtual bool has_more_here() const = 0;
  /// How many rows there are; 0 where that is not known.
  [[nodiscard]] virtual std::uint64_t total() const { return 0; }
};

/// Rows of a file, in order, as they arrive. Fields are separated by TABs, else commas, else blanks; blank
/// lines are passed over. The first row is a header if none of its fields is a number; then it names every
/// parameter once, in any order.
class ThetaFile final : public ThetaSource {
 public:
  /// "-" is standard input. Throws MissingError if it cannot be opened.
  ThetaFile(const Terms& terms, const std::string& path, Decimals decimals = Decimals::dropped);

  /// The next row, or nothing at the end. Throws InputError for a wrong header, MissingError for a file
  /// without a row.
  std::optional<ThetaRow> next() override;
  [[nodiscard]] bool has_more_here() const override { return lines_.has_line(); }

 private:
  std::optional<std::string_view> next_line();
  void read_header(const std::vector<std::string_view>& fields);
  [[nodiscard]] ThetaRow read_row(const std::vector<std::string_view>& fields) const;
  [[nodiscard]] std::string where() const;

  const Terms& terms_;
  std::string name_;
  LineReader lines_;
  Decimals decimals_;
  std::vector<std::size_t> parameter_of_column_;  // empty: in order
  bool has_begun_ = false;
  bool has_rows_ = false;
};

}  // namespace phasic
