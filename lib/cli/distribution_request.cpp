#include "cli/distribution_request.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "cli/value_range.hpp"
#include "replay/arithmetic.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_columns = 100'000;

/// Two columns of one name could not be told apart.
void refuse_repetitions(std::vector<std::string> names, const std::string& option) {
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return;
  throw UsageError({option,
                    fmt::format("two of its numbers are {}, after which a column is named", *repeated),
                    "ask for each once",
                    {}});
}

/// A number that stands alone is known as it is written, those of a range are doubles.
std::vector<Written> read_list(const std::optional<std::string>& text, const std::string& option) {
  std::vector<Written> values;
  if (!text) return values;
  for (const std::string_view part : split(*text, ',')) {
    const auto some = read_value_range(part, option, "write 1,2,5 or lo:hi:count or lo:hi:count:log");
    const bool is_range = part.find(':') != std::string_view::npos;
    for (const double number : some) values.push_back({number, is_range ? "" : std::string(part)});
    if (values.size() > most_columns) {
      throw UsageError({option,
                        fmt::format("more than {} values are asked for", most_columns),
                        "ask for fewer at a time",
                        {}});
    }
  }
  return values;
}

std::vector<Written> read_times(const std::optional<std::string>& text, const std::string& option) {
  std::vector<Written> times = read_list(text, option);
  std::vector<std::string> names;
  for (const Written& time : times) {
    if (time.number < 0) {
      throw UsageError(
          {option, fmt::format("{} is negative", shortest_text(time.number)), "give numbers >= 0", {}});
    }
    names.push_back(shortest_text(time.number));
  }
  refuse_repetitions(std::move(names), option);
  return times;
}

bool is_probability(const Written& p, Decimals decimals) {
  if (!(p.number > 0)) return false;
  return p.number < 1 || (decimals == Decimals::kept && is_zero(whole_part(p).number));
}

std::vector<Ask> read_quantiles(const std::optional<std::string>& text, Decimals decimals) {
  std::vector<Ask> quantiles;
  std::vector<std::string> names;
  for (const Written& p : read_list(text, "--quantile")) {
    if (!is_probability(p, decimals)) {
      const bool is_rounded = decimals == Decimals::dropped && is_probability(p, Decimals::kept);
      throw UsageError(
          {"--quantile",
           fmt::format("{} is not between 0 and 1{}", p.decimal.empty() ? shortest_text(p.number) : p.decimal,
                       is_rounded ? ", as a double" : ""),
           is_rounded ? "give --digits or --precision mpfr, which take it at its word"
                      : "give probabilities above 0 and below 1",
           {}});
    }
    quantiles.push_back({AskKind::quantile, p.number, 0, p.decimal});
    names.push_back(point_text(quantiles.back()));
  }
  refuse_repetitions(std::move(names), "--quantile");
  return quantiles;
}

void append(std::vector<Ask>& asks, AskKind kind, const std::vector<Written>& at) {
  for (const Written& value : at) asks.push_back({kind, value.number, 0, value.decimal});
}

std::uint64_t read_count(const std::string& text) {
  constexpr std::uint64_t most = 1'000'000'000'000;
  const auto count = parse_unsigned(text);
  if (count && *count >= 1 && *count <= most) return *count;
  throw UsageError({"--samples",
                    fmt::format("'{}' is no number of samples", text),
                    fmt::format("give a whole number from 1 to {}", most),
                    {}});
}

std::uint64_t read_seed(const std::string& text) {
  if (const auto seed = parse_unsigned(text)) return *seed;
  throw UsageError({"--seed", fmt::format("'{}' is no seed", text), "give a whole number >= 0", {}});
}

/// Each of these has rows of its own, so one excludes the others.
void refuse_mixtures(const DistributionRequest& request) {
  if (!request.has_other_rows()) return;
  if (!request.asks.empty() || (request.is_by_state() && request.samples > 0)) {
    throw UsageError({request.samples > 0 ? "--samples" : "--state-probabilities, --state-times",
                      "have rows of their own, and other columns are asked for",
                      "ask for them in a run of its own",
                      {}});
  }
}

}  // namespace

DistributionRequest resolve_distribution(const DistributionOptions& options, Decimals decimals) {
  DistributionRequest request;
  append(request.asks, AskKind::density, read_times(options.density, "--pdf"));
  append(request.asks, AskKind::distribution, read_times(options.distribution, "--cdf"));
  append(request.asks, AskKind::survival, read_times(options.survival, "--survival"));
  std::ranges::move(read_quantiles(options.quantile, decimals), std::back_inserter(request.asks));
  append(request.asks, AskKind::laplace, read_times(options.laplace, "--laplace"));
  request.state_probabilities = read_times(options.state_probabilities, "--state-probabilities");
  request.state_times = read_times(options.state_times, "--state-times");
  if (options.samples) request.samples = read_count(*options.samples);
  if (options.seed) {
    if (!options.samples) throw UsageError({"--seed", "is given without --samples", "", {}});
    request.seed = read_seed(*options.seed);
  }
  refuse_mixtures(request);
  return request;
}

}  // namespace phasic
