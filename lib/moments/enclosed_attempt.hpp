// What every attempt in more bits has in common, whatever is asked of a distribution: the weights at a theta,
// and whether what was found is as exact as was asked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "moments/ask.hpp"
#include "moments/bounded.hpp"
#include "moments/enclosed_derivative.hpp"
#include "moments/enclosed_distribution.hpp"
#include "moments/enough_bits.hpp"
#include "moments/evaluate.hpp"

namespace phasic {

/// What is asked about, and how precisely. Graph, trace and rewards outlive it.
struct EnclosedSubject {
  EnclosedSubject(const Graph& graph_in, const Trace& trace_in, std::span<const Reward> rewards_in,
                  const Precision& precision_in, Derivatives derivatives)
      : graph(graph_in),
        trace(trace_in),
        rewards(rewards_in),
        precision(precision_in),
        parameter_count(derivatives == Derivatives::none ? 0 : graph_in.terms().parameters.size()),
        rates(graph_in, trace_in,
              derivatives == Derivatives::none ? RateReader::Slopes::none : RateReader::Slopes::wanted) {}

  const Graph& graph;
  const Trace& trace;
  std::span<const Reward> rewards;
  Precision precision;
  std::size_t parameter_count;  ///< that derivatives are asked by
  RateReader rates;
};

/// Weights of classes at one theta, with their derivatives where these are asked for.
struct FoundWeights {
  MpfrWeights weights;
  std::vector<std::vector<Tracked<Mpfr>>> slopes;  // by parameter
  std::vector<double> slope_counts;                // by parameter, of the worst

  [[nodiscard]] SlopedWeights by(std::size_t parameter) const {
    return {weights, slopes[parameter], slope_counts[parameter]};
  }
};

/// Where there are none, `tried` says why.
std::optional<FoundWeights> find_weights(const EnclosedSubject& subject, const Theta& theta, unsigned bits,
                                         Chance chance, Tried& tried);

/// Of numbers that are not far.
Bounded judged(const EnclosedNumber& found, const Precision& precision, Chance chance);
Bounded judged(const EnclosedSlope& found, Yardstick yardstick, const Precision& precision, Chance chance);

/// Of a derivative that is not told from 0, where many bits more than were asked do not: what it is taken for
/// if an attempt in more is out of reach.
std::optional<Bounded> taken_for_zero(const EnclosedSlope& found, const Bounded& as_judged,
                                      const Precision& precision, mpfr_prec_t bits);

/// Derivatives change sign: near that, each is compared with what it is of, by the part of theta.
Yardstick yardstick_of(const Bounded& value, double parameter);

/// Why there is no number: `what` is that which was asked.
std::string far_text(const std::string& what);
std::string undecided_text(const std::string& what);
inline constexpr const char* derivative_of = "the derivative of ";

}  // namespace phasic
