#include "cli/moments_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "base/progress.hpp"
#include "cli/exit.hpp"
#include "cli/items.hpp"
#include "cli/moments_table.hpp"
#include "cli/theta.hpp"
#include "cli/trace_command.hpp"
#include "graph/graph.hpp"
#include "moments/evaluate.hpp"
#include "moments/reward.hpp"

namespace phasic {

namespace {

constexpr std::size_t largest_reward_file = std::size_t{1} << 30U;

std::vector<Statistic> read_statistics(const std::string& text) {
  if (text.empty()) return {{StatisticKind::mean, 1}, {StatisticKind::variance, 2}};
  const auto order = parse_unsigned(text);
  if (!order || *order < 1 || *order > largest_moment_order) {
    throw UsageError({"--moments",
                      fmt::format("'{}' is no moment order", text),
                      fmt::format("give a whole number from 1 to {}", largest_moment_order),
                      {}});
  }
  std::vector<Statistic> statistics;
  for (unsigned k = 1; k <= *order; ++k) statistics.push_back({StatisticKind::moment, k});
  return statistics;
}

Precision read_precision(const std::string& flag) {
  const char* variable = std::getenv("PHASIC_PRECISION");
  const bool from_variable = flag.empty() && variable != nullptr && *variable != '\0';
  const std::string text = from_variable ? variable : flag;
  if (text.empty()) return {};
  if (const auto precision = parse_precision(text)) return *precision;
  throw UsageError(
      {from_variable ? "PHASIC_PRECISION" : "--precision",
       fmt::format("'{}' is no precision", text),
       fmt::format("give double, mpfr or mpfr:BITS with {} to {} bits", least_mpfr_bits, most_mpfr_bits),
       {}});
}

Simd read_simd() {
  const char* const variable = std::getenv("PHASIC_SIMD");
  if (variable == nullptr || *variable == '\0') return best_simd();
  const auto simd = parse_simd(variable);
  if (!simd)
    throw UsageError({"PHASIC_SIMD",
                      fmt::format("'{}' is no kind of vectors", variable),
                      "use baseline, avx2 or avx512",
                      {}});
  if (*simd > best_simd()) {
    throw UsageError({"PHASIC_SIMD",
                      fmt::format("this processor has no {}", variable),
                      fmt::format("it has {}", name_of(best_simd())),
                      {}});
  }
  return *simd;
}

BadRows read_bad_rows(const std::string& text) {
  if (text.empty() || text == "fail") return BadRows::fail;
  if (text == "mark") return BadRows::mark;
  throw UsageError({"--bad-rows", fmt::format("'{}' is neither fail nor mark", text), "choose one", {}});
}

TableForm read_form(const MomentsOptions& options) {
  if (options.json && options.tsv) throw UsageError({"--json", "is given with --tsv", "choose one", {}});
  return options.json ? TableForm::json : options.tsv ? TableForm::tsv : TableForm::text;
}

std::vector<double> read_reward(const Graph& graph, const std::string& text) {
  if (text.empty()) return {};
  if (text.front() != '@') return named_reward(graph, text);
  const std::string path = text.substr(1);
  return parse_reward(graph, read_text_file(path, largest_reward_file), path);
}

std::string parameter_list(const Terms& terms) {
  return fmt::format("{}", fmt::join(terms.parameters, ", "));
}

/// Standard output, or a file that appears whole at the end.
class Output {
 public:
  explicit Output(std::string file) : file_(std::move(file)) {}
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

/// Answers blocks of rows, in order, with one evaluator a thread.
class RowAnswerer {
 public:
  RowAnswerer(const Graph& graph, const Trace& trace, const Question& question, unsigned jobs)
      : statistic_count_(question.statistics.size()) {
    for (unsigned i = 0; i < jobs; ++i) evaluators_.emplace_back(graph, trace, question);
  }

  /// Rows worth handing over at once.
  [[nodiscard]] std::size_t block_size() const { return 1024 * evaluators_.size(); }

  std::vector<Answer> answer(const std::vector<ThetaRow>& rows) {
    std::vector<Answer> answers(rows.size());
    const std::size_t threads = std::min(evaluators_.size(), rows.size());
    const auto part = [&](std::size_t thread) {
      const std::size_t first = thread * rows.size() / threads;
      const std::size_t last = (thread + 1) * rows.size() / threads;
      answer_part(evaluators_[thread], std::span(rows).subspan(first, last - first),
                  std::span(answers).subspan(first, last - first));
    };
    if (threads <= 1) {
      if (threads == 1) part(0);
      return answers;
    }
    std::vector<std::jthread> workers;
    for (std::size_t thread = 0; thread < threads; ++thread) workers.emplace_back(part, thread);
    workers.clear();
    return answers;
  }

 private:
  void answer_part(Evaluator& evaluator, std::span<const ThetaRow> rows, std::span<Answer> answers) const {
    std::vector<std::span<const double>> thetas;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].error.empty()) {
        thetas.emplace_back(rows[i].theta);
        places.push_back(i);
      } else {
        answers[i] = bad(rows[i].error);
      }
    }
    std::vector<Answer> found = evaluator.answers(thetas);
    for (std::size_t i = 0; i < found.size(); ++i) answers[places[i]] = std::move(found[i]);
  }

  [[nodiscard]] Answer bad(const std::string& error) const {
    const Number nan{std::numeric_limits<double>::quiet_NaN(), ""};
    return {std::vector<Number>(statistic_count_, nan), false, error, ""};
  }

  std::size_t statistic_count_;
  std::vector<Evaluator> evaluators_;
};

/// Answers row by row for one graph after another.
class Run {
 public:
  Run(const MomentsOptions& options, Store& store, const Log& log)
      : options_(options),
        store_(store),
        log_(log),
        form_(read_form(options)),
        statistics_(read_statistics(options.moments)),
        precision_(read_precision(options.precision)),
        simd_(read_simd()),
        bad_rows_(read_bad_rows(options.bad_rows)),
        output_(options.output) {
    if (options.theta && !options.theta_file.empty()) {
      throw UsageError({"--theta", "is given with --theta-file", "choose one", {}});
    }
    if (options.theta_file == "-" && options.inputs.empty()) {
      throw UsageError({"--theta-file -",
                        "and the keys would both come from standard input",
                        "give the keys as arguments",
                        {}});
    }
  }

  ExitCode run() {
    ItemReader reader(options_.inputs, store_);
    while (auto item = next_graph(reader, store_)) {
      const Graph graph = Graph::decode(item->object);
      const auto recording = options_.rebuild ? Recording::always : Recording::where_missing;
      const FoundTrace found = obtain_trace(graph, reader, recording, store_, log_);
      ++graphs_;
      if (graphs_ == 1) has_several_graphs_ = another_graph_follows(reader);
      answer_graph(graph, found.trace);
    }
    output_.write(table_.finish());
    output_.finish();
    report();
    return bad_count_ > 0 && bad_rows_ == BadRows::fail ? ExitCode::bad_data : ExitCode::done;
  }

 private:
  void answer_graph(const Graph& graph, const Trace& trace) {
    const Question question{statistics_, read_reward(graph, options_.reward), precision_, simd_};
    std::vector<std::string> names;
    for (const Statistic& statistic : statistics_) names.push_back(name_of(statistic));
    output_.write(table_.begin_graph({form_, options_.theta_file.empty() && !has_several_graphs_,
                                      graph.terms().parameters, names,
                                      has_several_graphs_ ? to_hex(graph.hash()) : ""}));
    RowAnswerer answerer(graph, trace, question, options_.theta_file.empty() ? 1 : options_.jobs);
    if (!options_.theta_file.empty())
      answer_file(graph, answerer);
    else
      answer_rows({only_theta(graph)}, answerer);
    output_.flush();
  }

  ThetaRow only_theta(const Graph& graph) const {
    const Terms& terms = graph.terms();
    if (options_.theta) return parse_theta(terms, *options_.theta);
    if (terms.parameters.empty()) return {{}, "graph " + abbreviated(graph.hash()), ""};
    throw UsageError(
        {"",
         "no theta given",
         fmt::format("the model's parameters are {}: give --theta or --theta-file", parameter_list(terms)),
         {}});
  }

  void answer_file(const Graph& graph, RowAnswerer& answerer) {
    if (options_.theta_file == "-" && has_several_graphs_) {
      throw UsageError(
          {"--theta-file -", "can be read once, and there are several graphs", "give a file", {}});
    }
    ThetaFile file(options_.theta_file);
    Progress progress(log_, "answering", "rows");
    std::uint64_t answered = 0;
    std::vector<ThetaRow> rows;
    while (auto row = file.next(graph.terms())) {
      rows.push_back(std::move(*row));
      // An optimiser that drives this process waits for its answer before it sends the next theta.
      const bool more_is_here = file.has_line();
      if (more_is_here && rows.size() < answerer.block_size()) continue;
      answered += rows.size();
      answer_rows(std::exchange(rows, {}), answerer);
      if (progress.is_due()) progress.show(answered);
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
      log_.error(fmt::format("{}: {}", row.where, answer.error));
    }
    if (answer.infinite) ++infinite_count_;
    if (!answer.escalation.empty()) {
      ++escalated_count_;
      log_.info(fmt::format("{}: {}: computed in mpfr:{}", row.where, answer.escalation, default_mpfr_bits));
    }
    output_.write(table_.row(row, answer));
  }

  void report() const {
    log_.info(fmt::format("precision: {} ({}){}", name_of(precision_), name_of(simd_),
                          escalated_count_ == 0 ? ""
                                                : fmt::format(", mpfr:{} for {} of the rows",
                                                              default_mpfr_bits, escalated_count_)));
    if (infinite_count_ > 0) {
      log_.warning(fmt::format(
          "{} infinite: absorption cannot be reached from a state that is reached at this theta",
          infinite_count_ == 1 ? "the answer is" : fmt::format("{} answers are", infinite_count_)));
    }
  }

  const MomentsOptions& options_;
  Store& store_;
  const Log& log_;
  TableForm form_;
  std::vector<Statistic> statistics_;
  Precision precision_;
  Simd simd_;
  BadRows bad_rows_;
  Output output_;
  MomentsTable table_;
  bool has_several_graphs_ = false;
  std::size_t graphs_ = 0;
  std::size_t bad_count_ = 0;
  std::size_t infinite_count_ = 0;
  std::size_t escalated_count_ = 0;
};

}  // namespace

ExitCode moments(const MomentsOptions& options, Store& store, const Log& log) {
  return Run(options, store, log).run();
}

}  // namespace phasic
