#include "cli/moments_command.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/progress.hpp"
#include "cli/distribution_rows.hpp"
#include "cli/exit.hpp"
#include "cli/items.hpp"
#include "cli/moments_table.hpp"
#include "cli/row_answerer.hpp"
#include "cli/theta.hpp"
#include "cli/theta_grid.hpp"
#include "cli/trace_command.hpp"
#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "moments/reward.hpp"

namespace phasic {

namespace {

constexpr std::size_t largest_reward_file = std::size_t{1} << 30U;

std::vector<double> read_reward(const Graph& graph, const std::string& text) {
  constexpr std::string_view count = "count:";
  if (text.starts_with(count)) return counted_reward(graph, std::string_view(text).substr(count.size()));
  if (text.front() != '@') return named_reward(graph, text);
  const std::string path = text.substr(1);
  return parse_reward(graph, read_text_file(path, largest_reward_file), path);
}

Question make_question(const Graph& graph, const MomentsOptions& options, const MomentsRequest& request) {
  Question question;
  question.precision = request.precision;
  question.simd = request.simd;
  question.rows = request.rows;
  if (!options.rewards.empty()) question.rewards.clear();
  for (const std::string& text : options.rewards)
    question.rewards.push_back({text.substr(text.front() == '@' ? 1 : 0), read_reward(graph, text)});
  question.columns = for_each_reward(request.statistics, question.rewards.size());
  if (options.gradient) {
    question.columns = with_gradients(std::move(question.columns), graph.terms().parameters.size());
  }
  return question;
}

/// Whom the rows are about; nobody in particular if there is one row a theta.
std::vector<Subject> subjects_of(const Graph& graph, Rows rows) {
  std::vector<Subject> subjects;
  if (rows == Rows::start) return subjects;
  for (const VertexId vertex : row_vertices(graph, rows)) {
    Subject& subject = subjects.emplace_back(Subject{vertex, {}});
    for (std::size_t i = 0; i < graph.state_length(); ++i)
      subject.state.push_back(graph.state_entry(vertex, i));
  }
  return subjects;
}

std::string parameter_list(const Terms& terms) {
  return fmt::format("{}", fmt::join(terms.parameters, ", "));
}

// A bad row is an error, in an error's form; the run goes on.
void complain(const Log& log, const std::string& where, const std::string& what) {
  if (!log.shows(LogLevel::error)) return;
  const std::string line = fmt::format("{}: {}: {}\n", log.tool(), printable(where), printable(what));
  std::fwrite(line.data(), 1, line.size(), stderr);
}

/// Standard output, or a file that appears whole at the end.
class Output {
 public:
  explicit Output(const std::string& file) : file_(file == "-" ? "" : file) {}
  void write(std::string_view text) {
    if (file_.empty())
      print(text);
    else
      collected_ += text;
  }
  void flush() {
    if (file_.empty()) flush_output();
  }
  void finish() {
    if (!file_.empty()) write_file_atomically(file_, as_bytes(collected_));
  }

 private:
  std::string file_;
  std::string collected_;
};

/// Answers row by row for one graph after another.
class Run {
 public:
  Run(const MomentsOptions& options, Store& store, const Log& log)
      : options_(options),
        store_(store),
        log_(log),
        request_(resolve_request(options)),
        output_(options.output) {}

  ExitCode run() {
    ItemReader reader(options_.inputs, store_);
    while (auto item = next_graph(reader, store_)) {
      const Graph graph = decode_graph(*item);
      ++graphs_;
      answer_graph(graph, reader);
    }
    output_.write(table_.finish());
    output_.finish();
    report();
    return bad_count_ > 0 && request_.bad_rows == BadRows::fail ? ExitCode::bad_data : ExitCode::done;
  }

 private:
  void answer_graph(const Graph& graph, ItemReader& reader) {
    // What is wrong with the question is found before a trace is recorded for it.
    const Question question = make_question(graph, options_, request_);
    const std::unique_ptr<ThetaSource> rows = theta_rows(graph);
    std::optional<ThetaRow> only;
    if (rows == nullptr) only = only_theta(graph);
    const auto recording = options_.rebuild ? Recording::always : Recording::where_missing;
    const FoundTrace found = obtain_trace(graph, reader, recording, store_, log_);
    if (graphs_ == 1) has_several_graphs_ = another_graph_follows(reader);
    if (has_several_graphs_ && options_.theta_file == "-") {
      throw UsageError(
          {"--theta-file -", "can be read once, and there are several graphs", "give a file", {}});
    }

    const bool is_single = only && !has_several_graphs_;
    const std::string key = has_several_graphs_ ? to_hex(graph.hash()) : "";
    if (request_.distribution.has_other_rows()) {
      DistributionRows other(graph, found.trace, question.rewards, request_.distribution,
                             {request_.form, is_single, key, options_.jobs, question.precision},
                             [this](std::string_view text) { output_.write(text); });
      answer_other_rows(only, rows.get(), other);
      return;
    }

    std::vector<std::string> names = column_names(question, graph.terms());
    const Asking asking{for_each_reward(request_.distribution.asks, question.rewards.size()),
                        request_.distribution.derivatives, question.precision.bounds};
    for (std::string& name : column_names(asking, question.rewards, graph.terms()))
      names.push_back(std::move(name));
    RowAnswerer answerer(graph, found.trace, question, asking, only ? 1 : options_.jobs);
    output_.write(
        table_.begin_graph({request_.form, is_single, graph.terms().parameters, std::move(names), key,
                            has_several_graphs_ ? find_build_parameters(store_, graph.hash()) : std::nullopt,
                            subjects_of(graph, question.rows), question.precision.bounds}));
    if (only)
      answer_rows({*only}, answerer);
    else
      answer_all(*rows, answerer);
    output_.flush();
  }

  /// A row for each state or sample.
  void answer_other_rows(const std::optional<ThetaRow>& only, ThetaSource* rows, DistributionRows& other) {
    if (other.header() == printed_header_) other.skip_header();
    printed_header_ = other.header();
    const auto answer = [&](const ThetaRow& row) {
      const std::string error = other.take(row);
      note(row, other.escalation(), other.shortfall());
      if (error.empty()) return;
      ++bad_count_;
      complain(log_, row.where, error);
    };
    if (only) answer(*only);
    while (rows != nullptr) {
      const auto row = rows->next();
      if (!row) break;
      answer(*row);
      if (options_.theta_file == "-" && !rows->has_more_here()) output_.flush();
    }
    output_.flush();
  }

  /// Nothing where there is one theta.
  std::unique_ptr<ThetaSource> theta_rows(const Graph& graph) const {
    if (!options_.grid.empty()) {
      return std::make_unique<ThetaGrid>(graph.terms(), options_.grid, options_.theta.value_or(""));
    }
    if (options_.theta_file.empty()) return nullptr;
    return std::make_unique<ThetaFile>(graph.terms(), options_.theta_file, decimals());
  }

  [[nodiscard]] Decimals decimals() const {
    return request_.precision.reads_decimals() ? Decimals::kept : Decimals::dropped;
  }

  ThetaRow only_theta(const Graph& graph) const {
    const Terms& terms = graph.terms();
    if (options_.theta) return parse_theta(terms, *options_.theta, decimals());
    if (terms.parameters.empty()) return {{}, "graph " + abbreviated(graph.hash())};
    throw UsageError({"",
                      "no theta given",
                      fmt::format("the model's parameters are {}: give --theta, --theta-file or --grid",
                                  parameter_list(terms)),
                      {}});
  }

  void answer_all(ThetaSource& source, RowAnswerer& answerer) {
    Progress progress(log_, "answering", "rows");
    std::uint64_t answered = 0;
    std::vector<ThetaRow> rows;
    while (auto row = source.next()) {
      rows.push_back(std::move(*row));
      // An optimiser that drives this process waits for its answer before it sends the next theta.
      const bool more_is_here = source.has_more_here();
      if (more_is_here && rows.size() < answerer.block_size()) continue;
      answered += rows.size();
      answer_rows(std::exchange(rows, {}), answerer);
      if (progress.is_due()) progress.show(answered, source.total());
      if (options_.theta_file == "-" && !more_is_here) output_.flush();
    }
    answer_rows(rows, answerer);
  }

  void answer_rows(const std::vector<ThetaRow>& rows, RowAnswerer& answerer) {
    const std::vector<Answer> answers = answerer.answer(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) take(rows[i], answers[i]);
  }

  void take(const ThetaRow& row, const Answer& answer) {
    if (!answer.error.empty()) {
      ++bad_count_;
      complain(log_, row.where, answer.error);
    }
    if (answer.infinite) ++infinite_count_;
    note(row, answer.escalation, answer.shortfall);
    output_.write(table_.row(row, answer));
  }

  void note(const ThetaRow& row, const std::string& escalation, const std::string& shortfall) {
    if (!escalation.empty()) {
      ++escalated_count_;
      log_.info(fmt::format("{}: {}", row.where, escalation));
    }
    if (!shortfall.empty()) {
      if (imprecise_count_++ == 0) shortfall_ = row.where + ": " + shortfall;
    }
  }

  void report() const {
    log_.info(
        fmt::format("precision: {} ({}){}", name_of(request_.precision), name_of(request_.simd),
                    escalated_count_ == 0 ? "" : fmt::format(", MPFR for {} of the rows", escalated_count_)));
    if (imprecise_count_ > 0) {
      log_.warning(fmt::format(
          "{}{}{}", shortfall_,
          imprecise_count_ == 1 ? "" : fmt::format(", and so in {} rows", imprecise_count_),
          request_.precision.kind == Precision::Kind::doubles ? "; --precision auto computes with more digits"
                                                              : ""));
    }
    if (infinite_count_ > 0) {
      log_.warning(fmt::format(
          "{} infinite: absorption cannot be reached from a state that is reached at this theta",
          infinite_count_ == 1 ? "the answer is" : fmt::format("{} answers are", infinite_count_)));
    }
  }

  const MomentsOptions& options_;
  Store& store_;
  const Log& log_;
  MomentsRequest request_;
  Output output_;
  MomentsTable table_;
  std::vector<std::string> printed_header_;  // of rows for states or samples
  bool has_several_graphs_ = false;
  std::size_t graphs_ = 0;
  std::size_t bad_count_ = 0;
  std::size_t infinite_count_ = 0;
  std::size_t escalated_count_ = 0;
  std::size_t imprecise_count_ = 0;
  std::string shortfall_;  // of the first row that is not as exact as was asked
};

}  // namespace

ExitCode moments(const MomentsOptions& options, Store& store, const Log& log) {
  return Run(options, store, log).run();
}

}  // namespace phasic
