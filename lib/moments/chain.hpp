// A chain at one theta as numbers, its reward turned into time: R is the time until absorption of another
// absorbing chain. States that earn nothing are passed through in no time, so they are eliminated (without
// subtraction, as everywhere); in continuous time the rates of the others are divided by their rewards, in
// discrete time a state of reward r becomes r states in a row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moments/fates.hpp"
#include "moments/rates.hpp"
#include "replay/mpfr.hpp"
#include "replay/tracked.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// What a chain is made of besides its edges, or how that changes with a parameter.
struct ChainNumbers {
  std::vector<double> rates;  ///< by edge; per unit of R. In discrete time: probabilities
  std::vector<double> exits;  ///< by state: rate (probability) of absorption
  std::vector<double> stays;  ///< by state: in discrete time the probability of staying put
  std::vector<double> start;  ///< by state
  double atom = 0;            ///< P(R = 0): absorbed at the start, or before anything is earned
};

struct Chain : ChainNumbers {
  TimeKind time = TimeKind::continuous;
  Adjacency rows;  ///< between living states, none to itself
  /// By state: what it was in the trace.
  std::vector<std::uint32_t> positions;
  /// Each number is a product of one up to so many roundings, and as many times those of a rate; a
  /// probability of staying is not, it is off by `stay_roundings` and a rate's, absolutely.
  double roundings = 0;
  double rate_uses = 1;
  double stay_roundings = 0;

  [[nodiscard]] std::size_t size() const { return exits.size(); }
  /// The largest rate at which a state is left (in discrete time 1).
  [[nodiscard]] double largest_rate() const;
};

/// A chain and its derivatives. Edges whose rate is 0 at this theta are among its edges if some parameter
/// changes that, so there may be more states and edges than in the chain alone.
struct ChainGradient {
  Chain chain;
  std::vector<ChainNumbers> slopes;  ///< by parameter
  std::vector<ChainNumbers> errors;  ///< of these, in units of roundoff, where they are asked for
};

/// How exact weights and their derivatives are, in units of roundoff relative to each.
struct WeightCounts {
  double weights = 0;
  std::span<const std::vector<double>> slopes = {};  ///< by parameter, then by class; empty: 0
  [[nodiscard]] double slope(std::size_t parameter, std::size_t edge_class) const {
    return slopes.empty() ? 0 : slopes[parameter][edge_class];
  }
};

/// In discrete time rewards are whole numbers. Throws LimitError for a chain of more than 100 million states.
Chain make_chain(const Trace& trace, std::span<const double> weights, std::span<const double> rewards,
                 const std::vector<Fate>& fates);

/// The same with its numbers in MPFR, and without what the start lacks to 1 in its atom. Where staying put is
/// an edge, it is one even if that looks impossible.
struct MpfrChain {
  Chain shape;  ///< has no numbers
  std::vector<Mpfr> rates;
  std::vector<Mpfr> exits;
  std::vector<Mpfr> stays;
  std::vector<Mpfr> start;
  Mpfr atom{MPFR_PREC_MIN};
};
/// With edges too whose weights are 0 at this theta, where a slope (by class; empty: none) changes that.
MpfrChain make_chain(const Trace& trace, std::span<const Mpfr> weights, std::span<const double> rewards,
                     const std::vector<Fate>& fates, std::span<const Tracked<Mpfr>> slopes = {});

/// How the numbers of such a chain change with the parameter that the slopes are by; its weights are exact up
/// to so many roundings.
struct MpfrSlopes {
  std::vector<Tracked<Mpfr>> rates;
  std::vector<Tracked<Mpfr>> exits;
  std::vector<Tracked<Mpfr>> stays;
  std::vector<Tracked<Mpfr>> start;
  Tracked<Mpfr> atom{Mpfr(MPFR_PREC_MIN)};
};
MpfrSlopes make_slopes(const Trace& trace, std::span<const Mpfr> weights, double count,
                       std::span<const Tracked<Mpfr>> slopes, std::span<const double> rewards,
                       const std::vector<Fate>& fates);

/// `slopes`: the derivatives of the weights, by parameter, then by class. A parameter that lets the chain out
/// of settled positions has no derivative: its numbers here mean nothing.
ChainGradient make_chain_gradient(const Trace& trace, std::span<const double> weights,
                                  std::span<const std::vector<double>> slopes,
                                  std::span<const double> rewards, const std::vector<Fate>& fates);

/// Adds the errors of the slopes to such a gradient, infinite where nothing is known. Where states were
/// eliminated, the true slopes are found with as many bits as it takes.
void add_errors(ChainGradient& gradient, const Trace& trace, const RatesAt& rates,
                std::span<const double> rewards, const std::vector<Fate>& fates);

/// Time as it is, with absorbing vertices as states too, which nothing leaves: state i < n is position i,
/// state n + a absorbing vertex number a. What the start leaves of 1 is nowhere.
Chain make_chain_with_absorbing_states(const Trace& trace, std::span<const double> weights);
ChainGradient make_chain_gradient_with_absorbing_states(const Trace& trace, std::span<const double> weights,
                                                        std::span<const std::vector<double>> slopes);
std::vector<ChainNumbers> slope_errors_with_absorbing_states(const Trace& trace,
                                                             std::span<const std::vector<double>> slopes,
                                                             const WeightCounts& counts);

}  // namespace phasic
