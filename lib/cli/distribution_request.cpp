#include "cli/distribution_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/text.hpp"
#include "cli/value_range.hpp"

namespace phasic {

namespace {

constexpr std::size_t most_columns = 100'000;

/// Columns are named after doubles: two of one name could not be told apart.
void refuse_repetitions(const std::vector<Written>& values, const std::string& option) {
  std::vector<double> numbers;
  for (const Written& value : values) numbers.push_back(value.number);
  std::ranges::sort(numbers);
  const auto repeated = std::ranges::adjacent_find(numbers);
  if (repeated == numbers.end()) return;
  throw UsageError(
      {option,
       fmt::format("two of its numbers are {}, after which a column is named", shortest_text(*repeated)),
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
  refuse_repetitions(values, option);
  return values;
}

std::vector<Written> read_times(const std::optional<std::string>& text, const std::string& option) {
  std::vector<Written> times = read_list(text, option);
  for (const Written& time : times) {
    if (time.number < 0) {
      throw UsageError(
          {option, fmt::format("{} is negative", shortest_text(time.number)), "give numbers >= 0", {}});
    }
  }
  return times;
}

std::vector<Written> read_probabilities(const std::optional<std::string>& text) {
  std::vector<Written> probabilities = read_list(text, "--quantile");
  for (const Written& p : probabilities) {
    if (!(p.number > 0 && p.number < 1)) {
      throw UsageError({"--quantile",
                        fmt::format("{} is not between 0 and 1, as a double",
                                    p.decimal.empty() ? shortest_text(p.number) : p.decimal),
                        "give probabilities above 0 and below 1",
                        {}});
    }
  }
  return probabilities;
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

DistributionRequest resolve_distribution(const DistributionOptions& options) {
  DistributionRequest request;
  append(request.asks, AskKind::density, read_times(options.density, "--pdf"));
  append(request.asks, AskKind::distribution, read_times(options.distribution, "--cdf"));
  append(request.asks, AskKind::survival, read_times(options.survival, "--survival"));
  append(request.asks, AskKind::quantile, read_probabilities(options.quantile));
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
