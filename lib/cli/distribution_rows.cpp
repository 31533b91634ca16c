#include "cli/distribution_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <iterator>
#include <limits>
#include <thread>
#include <utility>

#include "base/number_text.hpp"
#include "replay/tracked.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_held_rows = 4096;
constexpr std::size_t samples_per_thread = 4096;
constexpr const char* bound_suffix = "_error";
constexpr const char* of_state_probabilities = "state-probabilities";
constexpr const char* of_state_times = "state-times";

/// `1,0,2`, as reward files have it; in JSON an array.
Cell state_cell(const Graph& graph, VertexId vertex) {
  if (graph.state_length() == 0) return empty_cell();
  std::string text;
  for (std::size_t i = 0; i < graph.state_length(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ",", graph.state_entry(vertex, i));
  return {text, "[" + text + "]"};
}

/// Samples first, first + 1, ..., drawn on so many threads.
std::vector<std::vector<double>> draw(const Sampler& sampler, std::uint64_t first, std::uint64_t count,
                                      unsigned jobs) {
  std::vector<std::vector<double>> samples(count);
  const auto part = [&](std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t k = begin; k < end; ++k) samples[k] = sampler.draw(first + k);
  };
  if (jobs <= 1) {
    part(0, count);
    return samples;
  }
  std::vector<std::exception_ptr> problems(jobs);
  {
    std::vector<std::jthread> workers;
    for (unsigned job = 0; job < jobs; ++job) {
      workers.emplace_back([&, job] {
        try {
          part(count * job / jobs, count * (job + 1) / jobs);
        } catch (...) {
          problems[job] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& problem : problems) {
    if (problem) std::rethrow_exception(problem);
  }
  return samples;
}

/// From times by vertex.
std::vector<double> earned(const Reward& reward, std::vector<double> times) {
  for (std::size_t v = 0; v < reward.values.size(); ++v)
    times[v] = reward.values[v] == 0 ? 0 : times[v] * reward.values[v];
  return times;
}
/// The errors are those of a product that is rounded.
Distribution::BoundedStates earned(const Reward& reward, const Distribution::BoundedStates& times) {
  constexpr double unit = 0x1p-53;
  Distribution::BoundedStates result{earned(reward, times.values), earned(reward, times.errors)};
  for (std::size_t v = 0; v < reward.values.size(); ++v) {
    if (reward.values[v] != 0 && reward.values[v] != 1)
      result.errors[v] = slack * (result.errors[v] + unit * std::fabs(result.values[v]));
  }
  return result;
}

void append(std::vector<std::vector<double>>& columns, Distribution::BoundedStates found) {
  columns.push_back(std::move(found.values));
  columns.push_back(std::move(found.errors));
}

/// With several rewards, a column for each of them.
std::vector<std::string> for_rewards(const std::string& name, const std::vector<Reward>& rewards) {
  if (rewards.size() == 1) return {name};
  std::vector<std::string> names;
  for (const Reward& reward : rewards) names.push_back(fmt::format("{}.{}", name, reward.name));
  return names;
}

/// Of what there is about each state.
std::vector<std::string> state_names(const DistributionRequest& request, const std::vector<Reward>& rewards,
                                     const Terms& terms) {
  std::vector<std::string> names;
  for (const Written& t : request.state_probabilities)
    names.push_back("probability." + shortest_text(t.number));
  for (const Written& t : request.state_times) {
    for (std::string& name : for_rewards("time." + shortest_text(t.number), rewards))
      names.push_back(std::move(name));
  }
  if (request.derivatives == Derivatives::none) return names;
  const std::size_t last = names.size();
  for (std::size_t i = 0; i < last; ++i) {
    for (const std::string& parameter : terms.parameters)
      names.push_back(fmt::format("d.{}.{}", names[i], parameter));
  }
  return names;
}

std::vector<std::string> column_names(const DistributionRequest& request, const std::vector<Reward>& rewards,
                                      const Terms& terms, Precision::Bounds bounds) {
  if (request.samples > 0) return for_rewards("sample", rewards);
  std::vector<std::string> names{"vertex", "state"};
  for (const std::string& name : state_names(request, rewards, terms)) {
    names.push_back(name);
    if (bounds == Precision::Bounds::told) names.push_back(name + bound_suffix);
  }
  return names;
}

}  // namespace

DistributionRows::DistributionRows(const Graph& graph, const Trace& trace, const std::vector<Reward>& rewards,
                                   const DistributionRequest& request, Layout layout, Write write)
    : graph_(graph),
      rewards_(rewards),
      request_(request),
      layout_(std::move(layout)),
      write_(std::move(write)),
      names_(column_names(request, rewards, graph.terms(), layout_.precision.bounds)) {
  for (const Reward& reward : rewards) distributions_.emplace_back(graph, trace, reward.values);
  if (request.is_by_state() && layout_.precision.reads_decimals()) {
    enclosed_.emplace(graph, trace, rewards,
                      StateAsks{request.state_probabilities, request.state_times, request.derivatives},
                      layout_.precision);
  } else if (request.derivatives == Derivatives::by_every_parameter) {
    gradient_.emplace(graph, trace, std::vector<double>{});
  }
  if (has_bounds())
    rates_.emplace(graph, trace, gradient_ ? RateReader::Slopes::wanted : RateReader::Slopes::none);
  if (!layout_.graph.empty()) header_.emplace_back("graph");
  const auto& parameters = graph.terms().parameters;
  if (!layout_.single || layout_.form == TableForm::tsv)
    header_.insert(header_.end(), parameters.begin(), parameters.end());
  header_.insert(header_.end(), names_.begin(), names_.end());
}

void DistributionRows::write_header() {
  if (has_header_ || layout_.form == TableForm::json) return;
  has_header_ = true;
  if (layout_.form == TableForm::tsv)
    write_(tsv_line(std::span<const std::string>(header_)));
  else if (!layout_.single || request_.samples == 0 || names_.size() > 1)
    held_.push_back(header_);
}

void DistributionRows::write_row(const ThetaRow& row, const std::vector<Cell>& cells) {
  if (layout_.form == TableForm::json) {
    std::string text = "{";
    if (!layout_.graph.empty()) text += fmt::format("\"graph\":{},", json_text(layout_.graph));
    text += "\"theta\":" + json_numbers(row.theta);
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += fmt::format(",{}:{}", json_text(names_[i]), cells[i].json);
    return write_(text + "}\n");
  }
  std::vector<std::string> fields;
  if (!layout_.graph.empty()) fields.push_back(layout_.graph);
  if (header_.size() > names_.size() + fields.size()) {
    for (const double number : row.theta) fields.push_back(shortest_text(number));
  }
  for (const Cell& cell : cells) fields.push_back(cell.text);
  if (layout_.form == TableForm::tsv || fields.size() == 1)
    return write_(tsv_line(std::span<const std::string>(fields)));
  held_.push_back(std::move(fields));
  if (held_.size() >= most_held_rows) write_(aligned(std::exchange(held_, {})));
}

void DistributionRows::write_bad(const ThetaRow& row, const std::string& error) {
  if (layout_.form != TableForm::json)
    return write_row(row,
                     std::vector<Cell>(names_.size(), number_cell(std::numeric_limits<double>::quiet_NaN())));
  std::string text = "{";
  if (!layout_.graph.empty()) text += fmt::format("\"graph\":{},", json_text(layout_.graph));
  write_(text + fmt::format("\"theta\":{},\"error\":{}}}\n", json_numbers(row.theta), json_text(error)));
}

std::string DistributionRows::take(const ThetaRow& row) {
  write_header();
  std::string error = row.error;
  for (Distribution& distribution : distributions_) {
    if (error.empty() && !enclosed_) error = distribution.begin(row.theta);
  }
  if (gradient_ && error.empty()) gradient_->begin(row.theta);
  if (error.empty() && request_.samples > 0) take_samples(row);
  if (error.empty() && request_.is_by_state())
    error = enclosed_ ? take_enclosed_states(row) : take_states(row);
  if (!error.empty()) write_bad(row, error);
  if (!held_.empty()) write_(aligned(std::exchange(held_, {})));
  return error;
}

DistributionRows::Found DistributionRows::state_columns() {
  Found found;
  for (const auto& [t, decimal] : request_.state_probabilities) {
    auto values = distributions_.front().state_probabilities(t);
    if (!values) return {{}, asked_text(of_state_probabilities, t)};
    found.columns.push_back(std::move(*values));
  }
  for (const auto& [t, decimal] : request_.state_times) {
    const auto values = distributions_.front().state_times(t);
    if (!values) return {{}, asked_text(of_state_times, t)};
    for (const Reward& reward : rewards_) found.columns.push_back(earned(reward, *values));
  }
  return found;
}

/// The derivatives of each column by all parameters.
DistributionRows::Found DistributionRows::slope_columns() {
  Found found;
  for (const auto& [t, decimal] : request_.state_probabilities) {
    auto slopes = gradient_->state_probabilities(t);
    if (!slopes) return {{}, asked_text(of_state_probabilities, t)};
    std::ranges::move(*slopes, std::back_inserter(found.columns));
  }
  for (const auto& [t, decimal] : request_.state_times) {
    const auto slopes = gradient_->state_times(t);
    if (!slopes) return {{}, asked_text(of_state_times, t)};
    for (const Reward& reward : rewards_) {
      for (const std::vector<double>& times : *slopes) found.columns.push_back(earned(reward, times));
    }
  }
  return found;
}

DistributionRows::Found DistributionRows::bounded_state_columns(const RatesAt& rates) {
  Found found;
  for (const auto& [t, decimal] : request_.state_probabilities) {
    auto numbers = distributions_.front().bounded_state_probabilities(t, rates.doubles.count);
    if (!numbers) return {{}, asked_text(of_state_probabilities, t)};
    append(found.columns, std::move(*numbers));
  }
  for (const auto& [t, decimal] : request_.state_times) {
    const auto numbers = distributions_.front().bounded_state_times(t, rates.doubles.count);
    if (!numbers) return {{}, asked_text(of_state_times, t)};
    for (const Reward& reward : rewards_) append(found.columns, earned(reward, *numbers));
  }
  return found;
}

DistributionRows::Found DistributionRows::bounded_slope_columns(const RatesAt& rates) {
  Found found;
  for (const auto& [t, decimal] : request_.state_probabilities) {
    auto slopes = gradient_->bounded_state_probabilities(t, rates);
    if (!slopes) return {{}, asked_text(of_state_probabilities, t)};
    for (auto& by_vertex : *slopes) append(found.columns, std::move(by_vertex));
  }
  for (const auto& [t, decimal] : request_.state_times) {
    const auto slopes = gradient_->bounded_state_times(t, rates);
    if (!slopes) return {{}, asked_text(of_state_times, t)};
    for (const Reward& reward : rewards_) {
      for (const auto& by_vertex : *slopes) append(found.columns, earned(reward, by_vertex));
    }
  }
  return found;
}

std::string DistributionRows::take_states(const ThetaRow& row) {
  std::optional<RatesAt> rates;
  if (rates_) rates.emplace(*rates_, Theta(row.theta, row.decimals));
  Found found = rates ? bounded_state_columns(*rates) : state_columns();
  if (found.far_away.empty() && gradient_) {
    Found slopes = rates ? bounded_slope_columns(*rates) : slope_columns();
    std::ranges::move(slopes.columns, std::back_inserter(found.columns));
    if (!slopes.far_away.empty()) found.far_away = "the derivative of " + slopes.far_away;
  }
  if (!found.far_away.empty()) {
    return found.far_away +
           (rates ? " has no error bound: too many jumps to follow, and of other ways none is known"
                  : " is out of reach: too many jumps");
  }
  for (VertexId vertex = 1; vertex < graph_.vertex_count(); ++vertex) {
    std::vector<Cell> cells{number_cell(vertex), state_cell(graph_, vertex)};
    for (std::size_t i = 0; i < found.columns.size(); ++i) {
      const double number = found.columns[i][vertex];
      cells.push_back(rates_ && i % 2 == 1 ? bound_cell(number) : number_cell(number));
    }
    write_row(row, cells);
  }
  return "";
}

std::string DistributionRows::take_enclosed_states(const ThetaRow& row) {
  const EnclosedStates::Found found = enclosed_->answer({row.theta, row.decimals});
  escalation_ = found.escalation;
  shortfall_ = found.shortfall;
  if (!found.error.empty()) return found.error;
  for (VertexId vertex = 1; vertex < graph_.vertex_count(); ++vertex) {
    std::vector<Cell> cells{number_cell(vertex), state_cell(graph_, vertex)};
    for (const auto& column : found.columns) {
      cells.push_back(number_cell(column[vertex].value));
      if (has_bounds()) cells.push_back(number_cell(column[vertex].error));
    }
    write_row(row, cells);
  }
  return "";
}

void DistributionRows::take_samples(const ThetaRow& row) {
  std::vector<Earning> others;
  for (std::size_t r = 1; r < distributions_.size(); ++r) others.push_back(distributions_[r].earning());
  const Sampler sampler = distributions_.front().sampler(request_.seed, std::move(others));
  for (std::uint64_t done = 0; done < request_.samples;) {
    const auto count = std::min<std::uint64_t>(samples_per_thread * layout_.jobs, request_.samples - done);
    for (const std::vector<double>& sample : draw(sampler, done, count, layout_.jobs)) {
      std::vector<Cell> cells;
      for (const double earned : sample) cells.push_back(number_cell(earned));
      write_row(row, cells);
    }
    done += count;
  }
}

}  // namespace phasic
