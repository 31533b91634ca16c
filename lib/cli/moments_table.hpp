// The results of phasic-moments as they are printed: a row for each graph and theta, with stable names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/build_parameters.hpp"
#include "cli/table.hpp"
#include "cli/theta.hpp"
#include "moments/evaluate.hpp"

namespace phasic {

/// Whom a row is about, where each theta has several.
struct Subject {
  VertexId vertex = 0;
  std::vector<std::int32_t> state;
};

/// What the columns are. A single answer in text form is a list, one statistic a line; all else is a table.
struct MomentsLayout {
  TableForm form = TableForm::text;
  bool single = false;  ///< one graph, one theta
  std::vector<std::string> parameters;
  std::vector<std::string> statistics;
  std::string graph;                                  ///< the graph's key where there are several, else empty
  std::optional<BuildParameters> build_parameters{};  ///< what it was built with, if that is known
  std::vector<Subject> subjects{};  ///< of the rows of each theta; none if there is one row without
  Precision::Bounds bounds = Precision::Bounds::unsaid;  ///< told: each follows its statistic, as NAME_error
};

/// Turns answers into text. Tables in text form are held back until they can be aligned: at most 4,096 rows,
/// after which the widths found so far are kept.
class MomentsTable {
 public:
  /// The header of TSV is printed when the first graph begins, and holds for all: what it does not name of a
  /// later graph's build parameters is left out, what it names and they lack is empty. Throws InputError for
  /// a graph whose theta has other names; in text form a new table begins.
  std::string begin_graph(MomentsLayout layout);
  std::string row(const ThetaRow& row, const Answer& answer);
  /// What was held back.
  std::string finish();

 private:
  [[nodiscard]] std::vector<std::string> header() const;
  [[nodiscard]] std::string part(const ThetaRow& row, const Answer& answer, const Subject* subject);
  [[nodiscard]] std::vector<std::string> cells(const ThetaRow& row, const Answer& answer,
                                               const Subject* subject) const;
  [[nodiscard]] std::string list(const Answer& answer) const;
  [[nodiscard]] std::string json(const ThetaRow& row, const Answer& answer, const Subject* subject) const;
  [[nodiscard]] bool has_bounds() const { return layout_.bounds == Precision::Bounds::told; }
  [[nodiscard]] bool is_list() const {
    return layout_.form == TableForm::text && layout_.single && layout_.subjects.empty();
  }
  /// A table about one theta need not repeat it.
  [[nodiscard]] bool shows_theta() const { return layout_.form == TableForm::tsv || !layout_.single; }

  [[nodiscard]] std::vector<std::string> build_cells() const;

  MomentsLayout layout_;
  std::vector<std::string> build_columns_;  // names of build parameters, as the first graph has them
  std::vector<std::string> printed_header_;
  std::vector<std::vector<std::string>> held_;
};

}  // namespace phasic
