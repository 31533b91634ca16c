// The results of phasic-moments as they are printed: a row for each graph and theta, with stable names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/table.hpp"
#include "cli/theta.hpp"
#include "moments/evaluate.hpp"

namespace phasic {

/// What the columns are. A single answer in text form is a list, one statistic a line; all else is a table.
struct MomentsLayout {
  TableForm form = TableForm::text;
  bool single = false;  ///< one graph, one theta
  std::vector<std::string> parameters;
  std::vector<std::string> statistics;
  std::string graph;  ///< the graph's key where there are several, else empty
};

/// Turns answers into text. Tables in text form are held back until they can be aligned: at most 4,096 rows,
/// after which the widths found so far are kept.
class MomentsTable {
 public:
  /// The header of TSV is printed when the first graph begins, and again only where the names change.
  std::string begin_graph(MomentsLayout layout);
  std::string row(const ThetaRow& row, const Answer& answer);
  /// What was held back.
  std::string finish();

 private:
  [[nodiscard]] std::vector<std::string> header() const;
  [[nodiscard]] std::vector<std::string> cells(const ThetaRow& row, const Answer& answer) const;
  [[nodiscard]] std::string list(const Answer& answer) const;
  [[nodiscard]] std::string json(const ThetaRow& row, const Answer& answer) const;

  MomentsLayout layout_;
  std::vector<std::string> printed_header_;
  std::vector<std::vector<std::string>> held_;
};

}  // namespace phasic
