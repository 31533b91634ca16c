// Rows that are no row per theta: a row for each state, or for each sample, of one theta after another.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/distribution_request.hpp"
#include "cli/table.hpp"
#include "cli/theta.hpp"
#include "graph/graph.hpp"
#include "moments/enclosed_states.hpp"
#include "moments/precision.hpp"
#include "moments/rates.hpp"
#include "trace/trace.hpp"

namespace phasic {

class DistributionRows {
 public:
  using Write = std::function<void(std::string_view)>;
  struct Layout {
    TableForm form = TableForm::text;
    bool single = false;       ///< one graph, one theta
    std::string graph;         ///< the graph's key where there are several, else empty
    unsigned jobs = 1;         ///< threads that draw samples
    Precision precision = {};  ///< with bounds told, each follows its number, as NAME_error
  };

  /// Graph, trace and rewards (at least one) outlive it.
  DistributionRows(const Graph& graph, const Trace& trace, const std::vector<Reward>& rewards,
                   const DistributionRequest& request, Layout layout, Write write);

  /// Writes the rows of one theta, the header before the first of them. Returns what is wrong with the theta,
  /// empty if nothing is: then one row of nan (in JSON, an error) stands in its place.
  std::string take(const ThetaRow& row);
  /// As Answer has them, of the last theta.
  [[nodiscard]] const std::string& escalation() const { return escalation_; }
  [[nodiscard]] const std::string& shortfall() const { return shortfall_; }
  /// Where the header has been printed for this header's columns already, as by another graph.
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  void skip_header() { has_header_ = true; }

 private:
  void write_header();
  void write_row(const ThetaRow& row, const std::vector<Cell>& cells);
  void write_bad(const ThetaRow& row, const std::string& error);
  std::string take_states(const ThetaRow& row);
  std::string take_enclosed_states(const ThetaRow& row);
  [[nodiscard]] bool has_bounds() const { return layout_.precision.bounds == Precision::Bounds::told; }
  using Columns = std::vector<std::vector<double>>;
  struct Found {
    Columns columns;            ///< by column, then by vertex
    std::string far_away = {};  ///< what of what is asked is out of reach
  };
  Found state_columns();
  Found slope_columns();
  /// The same, each followed by its bounds.
  Found bounded_state_columns(const RatesAt& rates);
  Found bounded_slope_columns(const RatesAt& rates);
  void take_samples(const ThetaRow& row);

  const Graph& graph_;
  const std::vector<Reward>& rewards_;
  std::vector<Distribution> distributions_;       // by reward; where states are asked about, of the first
  std::optional<DistributionGradient> gradient_;  // where it is asked for
  std::optional<RateReader> rates_;               // where bounds are to be told
  std::optional<EnclosedStates> enclosed_;        // where doubles will not do
  const DistributionRequest& request_;
  Layout layout_;
  Write write_;
  std::vector<std::string> names_;   // of the columns behind theta
  std::vector<std::string> header_;  // of all columns
  bool has_header_ = false;
  std::string escalation_;
  std::string shortfall_;
  std::vector<std::vector<std::string>> held_;  // text, until it can be aligned
};

}  // namespace phasic
