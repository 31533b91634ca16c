#include "cli/moments_request.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

unsigned read_order(const std::string& text, const char* option, unsigned least) {
  const auto order = parse_unsigned(text);
  if (order && *order >= least && *order <= largest_moment_order) return static_cast<unsigned>(*order);
  throw UsageError({option,
                    fmt::format("'{}' is no moment order", text),
                    fmt::format("give a whole number from {} to {}", least, largest_moment_order),
                    {}});
}

void check_rewards(const MomentsOptions& options) {
  for (std::size_t i = 0; i < options.rewards.size(); ++i) {
    if (std::ranges::find(options.rewards, options.rewards[i]) !=
        options.rewards.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw UsageError(
          {"--reward", fmt::format("'{}' is given twice", options.rewards[i]), "give each reward once", {}});
    }
  }
  if ((options.covariance || options.correlation) && options.rewards.size() < 2) {
    throw UsageError({options.covariance ? "--covariance" : "--correlation",
                      "needs two rewards",
                      "give --reward twice or more",
                      {}});
  }
}

Rows read_rows(const MomentsOptions& options) {
  const bool is_of_states = options.from_every_state || options.sojourn || options.visits;
  if (!is_of_states && !options.absorption) return Rows::start;
  const char* const option = options.absorption         ? "--absorption"
                             : options.from_every_state ? "--from-every-state"
                             : options.sojourn          ? "--sojourn"
                                                        : "--visits";
  if (is_of_states && options.absorption) {
    throw UsageError({option,
                      "has a row for each absorbing state, and what else is asked one for each other state",
                      "ask in two calls",
                      {}});
  }
  if (options.absorption && options.atom)
    throw UsageError({option, "is given with --atom", "ask in two calls", {}});
  return options.absorption ? Rows::absorbing : Rows::states;
}

/// In the order of the columns, whatever the order of the flags.
std::vector<Statistic> read_statistics(const MomentsOptions& options) {
  using enum StatisticKind;
  std::vector<Statistic> statistics;
  const std::pair<bool, StatisticKind> flags[] = {{options.mean, mean},
                                                  {options.variance, variance},
                                                  {options.standard_deviation, standard_deviation},
                                                  {options.skewness, skewness},
                                                  {options.kurtosis, kurtosis}};
  for (const auto& [is_asked, kind] : flags) {
    if (is_asked) statistics.push_back({kind, 1});
  }
  if (options.moments) {
    for (unsigned k = 1, last = read_order(*options.moments, "--moments", 1); k <= last; ++k) {
      statistics.push_back({moment, k});
    }
  }
  if (options.central) {
    for (unsigned k = 2, last = read_order(*options.central, "--central", 2); k <= last; ++k) {
      statistics.push_back({central, k});
    }
  }
  if (options.covariance) statistics.push_back({covariance});
  if (options.correlation) statistics.push_back({correlation});
  if (options.atom) statistics.push_back({atom});
  const bool is_of_states = options.sojourn || options.visits;
  if (!statistics.empty() && is_of_states && !options.from_every_state) {
    throw UsageError({options.sojourn ? "--sojourn" : "--visits",
                      "has a row for each state, and what else is asked has one for all",
                      "ask in two calls, or add --from-every-state",
                      {}});
  }
  if (options.absorption) statistics.insert(statistics.begin(), {probability});
  if (options.sojourn) statistics.push_back({sojourn});
  if (options.visits) statistics.push_back({visits});
  return statistics;
}

struct Setting {
  std::string source;
  std::string text;
};
Setting precision_setting(const MomentsOptions& options) {
  const char* const variable = std::getenv("PHASIC_PRECISION");
  if (options.precision.empty() && variable != nullptr) return {"PHASIC_PRECISION", variable};
  return {"--precision", options.precision};
}

Precision read_kind(const MomentsOptions& options) {
  const auto [source, text] = precision_setting(options);
  if (text.empty()) return {};
  if (const auto precision = parse_precision(text)) return *precision;
  throw UsageError({source,
                    fmt::format("'{}' is no precision", text),
                    fmt::format("give auto, double, mpfr or mpfr:BITS with {} to {} bits", least_mpfr_bits,
                                most_mpfr_bits),
                    {}});
}

double read_tolerance(const std::string& text) {
  const auto tolerance = parse_double(text);
  if (tolerance && *tolerance > 0 && *tolerance < 1) return *tolerance;
  throw UsageError({"--tolerance",
                    fmt::format("'{}' is no tolerance", text),
                    "give a relative error above 0 and below 1, such as 1e-12",
                    {}});
}

unsigned read_digits(const std::string& text) {
  const auto digits = parse_unsigned(text);
  if (digits && *digits >= 1 && *digits <= most_digits) return static_cast<unsigned>(*digits);
  throw UsageError({"--digits",
                    fmt::format("'{}' is no number of digits", text),
                    fmt::format("give a whole number from 1 to {}", most_digits),
                    {}});
}

Precision read_precision(const MomentsOptions& options) {
  Precision precision = read_kind(options);
  if (options.tolerance && options.digits) {
    throw UsageError(
        {"--tolerance", "is given with --digits, which says how exact numbers have to be", "choose one", {}});
  }
  if (options.tolerance) precision.tolerance = read_tolerance(*options.tolerance);
  if (options.digits) precision.digits = read_digits(*options.digits);
  if (options.error_bounds) precision.bounds = Precision::Bounds::told;
  if (precision.kind == Precision::Kind::doubles && precision.digits > most_double_digits) {
    throw UsageError({"--digits",
                      fmt::format("asks for {} digits of doubles", precision.digits),
                      fmt::format("give at most {}, or --precision auto", most_double_digits),
                      {}});
  }
  return precision;
}

Simd read_simd() {
  const char* const variable = std::getenv("PHASIC_SIMD");
  if (variable == nullptr || *variable == '\0') return best_simd();
  const auto simd = parse_simd(variable);
  if (!simd)
    throw UsageError({"PHASIC_SIMD",
                      fmt::format("'{}' is no kind of vectors", variable),
                      "use baseline, avx2, avx512 or neon",
                      {}});
  if (!has_simd(*simd)) {
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

/// What a distribution is asked for does not go with everything.
void check_distribution(const MomentsOptions& options, const MomentsRequest& request) {
  const DistributionRequest& distribution = request.distribution;
  if (distribution.is_empty()) return;
  if (options.digits && distribution.samples > 0) {
    throw UsageError({"--digits", "is given with --samples, which are doubles", "ask in two calls", {}});
  }
  if (request.precision.kind == Precision::Kind::mpfr && distribution.samples > 0) {
    throw UsageError({precision_setting(options).source,
                      "asks for mpfr, and --samples are doubles",
                      "draw them with --precision auto, in a call of their own",
                      {}});
  }
  if (options.digits && request.precision.kind == Precision::Kind::doubles) {
    throw UsageError({"--digits",
                      "of distributions are not proven by doubles",
                      "give --precision auto, or --error-bounds to see how good doubles are",
                      {}});
  }
  if (options.error_bounds && distribution.samples > 0) {
    throw UsageError({"--error-bounds",
                      "is not known of --samples, which are random",
                      "bounds are known of everything else",
                      {}});
  }
  if (distribution.has_other_rows() && !request.statistics.empty()) {
    throw UsageError({distribution.samples > 0 ? "--samples" : "--state-probabilities, --state-times",
                      "have rows of their own, and moments are asked for",
                      "ask for them in a run of its own",
                      {}});
  }
  if (request.rows != Rows::start) {
    throw UsageError(
        {"", "a distribution is asked for, and moments with a row for each state", "ask in two calls", {}});
  }
  if (options.gradient && distribution.samples > 0) {
    throw UsageError(
        {"--gradient", "is given with --samples, which have no derivatives", "ask in two calls", {}});
  }
  if (!distribution.state_probabilities.empty() && !options.rewards.empty()) {
    throw UsageError({"--reward",
                      "does not go with --state-probabilities, which are about no reward",
                      "ask without it; --state-times have what is earned in each state",
                      {}});
  }
}

}  // namespace

MomentsRequest resolve_request(const MomentsOptions& options) {
  if (options.theta_file.empty() + options.grid.empty() == 0) {
    throw UsageError({"--grid", "is given with --theta-file", "choose one", {}});
  }
  check_rewards(options);
  if (options.theta && !options.theta_file.empty()) {
    throw UsageError({"--theta", "is given with --theta-file", "choose one", {}});
  }
  if (options.theta_file == "-" && options.inputs.empty()) {
    throw UsageError({"--theta-file -",
                      "and the keys would both come from standard input",
                      "give the keys as arguments",
                      {}});
  }
  const Rows rows = read_rows(options);
  const Precision precision = read_precision(options);
  const Decimals decimals = precision.reads_decimals() ? Decimals::kept : Decimals::dropped;
  MomentsRequest request{read_form(options),
                         rows,
                         read_statistics(options),
                         resolve_distribution(options.distribution, decimals),
                         precision,
                         read_simd(),
                         read_bad_rows(options.bad_rows)};
  check_distribution(options, request);
  if (options.gradient) request.distribution.derivatives = Derivatives::by_every_parameter;
  if (request.statistics.empty() && request.distribution.is_empty())
    request.statistics = {{StatisticKind::mean}, {StatisticKind::variance}};
  return request;
}

}  // namespace phasic
