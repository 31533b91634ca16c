// What can be asked of distributions in a row of its own columns, the names of those columns, and the
// answers: of every reward of a question, with derivatives in theta where these are asked for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moments/distribution.hpp"
#include "moments/distribution_gradient.hpp"
#include "moments/precision.hpp"
#include "moments/question.hpp"
#include "moments/rates.hpp"
#include "moments/theta.hpp"

namespace phasic {

/// P(R <= at) and its kin: at a time, a probability, or a point of the Laplace transform.
enum class AskKind { density, distribution, survival, quantile, laplace };

struct Ask {
  AskKind kind = AskKind::distribution;
  double at = 0;
  std::size_t reward = 0;    ///< among the question's rewards
  std::string decimal = {};  ///< as it was written, where that is kept
};

enum class Derivatives { none, by_every_parameter };

struct Asking {
  std::vector<Ask> asks;
  Derivatives derivatives = Derivatives::none;
  Precision::Bounds bounds = Precision::Bounds::unsaid;
};

/// One for each of `asked` and each reward.
std::vector<Ask> for_each_reward(std::span<const Ask> asked, std::size_t reward_count);

/// What a column is named after: the double, or where a probability below 1 is none, what was written.
std::string point_text(const Ask& ask);
/// `pdf.2`, `cdf.0.5`, `survival.1e-09`, `quantile.0.95`, `laplace.1`.
std::string name_of(const Ask& ask);
/// What a complaint is about, as it was asked for: `--cdf 0.5`; `--state-times 2` of option `state-times`.
std::string asked_text(const Ask& ask);
std::string asked_text(std::string_view option, double at);
/// All of them, with several rewards `cdf.0.5.A`; then the derivatives of each, `d.cdf.0.5.PARAMETER`.
std::vector<std::string> column_names(const Asking& asking, std::span<const Reward> rewards,
                                      const Terms& terms);

/// Throws InputError for derivatives of quantiles in discrete time.
void check_derivatives(const Asking& asking, TimeKind time);

struct AskAnswer {
  std::vector<double> values;       ///< one per column; NaN in each where there is an error
  std::vector<double> bounds = {};  ///< of each, where they are to be told; infinite where nothing is known
  std::string error = {};           ///< what is wrong with theta, or what no route gets to
};

/// Answers at one theta after another; one per thread. Graph and trace outlive it.
class AskAnswerer {
 public:
  /// Throws InputError for derivatives of quantiles in discrete time, and as Distribution does.
  AskAnswerer(const Graph& graph, const Trace& trace, std::span<const Reward> rewards, Simd simd,
              Asking asking);

  [[nodiscard]] std::size_t column_count() const {
    return asking_.asks.size() * (gradients_.empty() ? 1 : 1 + parameter_count_);
  }
  AskAnswer answer(const Theta& theta);

 private:
  [[nodiscard]] AskAnswer failed(std::string error) const;
  AskAnswer bounded_answer(const Theta& theta);
  std::optional<Distribution::Bounded> bounded_value_of(const Ask& ask, double rate_count);
  std::optional<std::vector<Distribution::Bounded>> bounded_slopes_of(const Ask& ask, const RatesAt& rates);
  std::optional<std::vector<Distribution::Bounded>> bounded_slopes_of_quantile(const Ask& ask,
                                                                               const RatesAt& rates);
  std::optional<double> value_of(const Ask& ask);
  std::optional<std::vector<double>> slopes_of(const Ask& ask);
  std::optional<std::vector<double>> slopes_of_quantile(const Ask& ask);

  Asking asking_;
  std::size_t parameter_count_;
  std::vector<Distribution> distributions_;      // by reward
  std::optional<RateReader> rates_;              // where bounds are to be told
  std::vector<DistributionGradient> gradients_;  // by reward; none where none are asked for
};

}  // namespace phasic
