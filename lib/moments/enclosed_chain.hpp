// A chain at one theta whose numbers are enclosed: what the weights of classes may be off by, and what was
// rounded on the way to the chain, is in the width of each. Numbers may carry their derivative by a
// parameter.
#pragma once

#include <span>
#include <vector>

#include "moments/chain.hpp"
#include "replay/sloped_enclosure.hpp"

namespace phasic {

/// As Chain is, with enclosures for numbers. In continuous time `stays` is empty.
template <class Number>
struct ChainOf {
  TimeKind time = TimeKind::continuous;
  Adjacency rows;
  std::vector<Number> rates;
  std::vector<Number> exits;
  std::vector<Number> stays;
  std::vector<Number> start;
  Number atom{MPFR_PREC_MIN};

  [[nodiscard]] std::size_t size() const { return exits.size(); }
};
using EnclosedChain = ChainOf<Enclosure>;
using SlopedChain = ChainOf<SlopedEnclosure>;

/// Weights of classes in MPFR, all of as many bits, and up to how many roundings of these they are exact.
struct MpfrWeights {
  std::vector<Mpfr> by_class;
  double count = 0;
  mpfr_prec_t bits = 0;
};

/// With their derivatives by one parameter.
struct SlopedWeights {
  MpfrWeights weights;
  std::vector<Tracked<Mpfr>> slopes;
  double slope_count = 0;  ///< up to how many roundings the worst slope is exact
};

/// As make_chain and make_chain_with_absorbing_states; with what the start lacks to 1 in the atom.
EnclosedChain enclose_chain(const Trace& trace, const MpfrWeights& weights, std::span<const double> rewards,
                            const std::vector<Fate>& fates);
EnclosedChain enclose_chain_with_absorbing_states(const Trace& trace, const MpfrWeights& weights);

/// The same with derivatives. A parameter that lets the chain out of settled positions has none: its numbers
/// here mean nothing.
SlopedChain enclose_chain(const Trace& trace, const SlopedWeights& weights, std::span<const double> rewards,
                          const std::vector<Fate>& fates);
SlopedChain enclose_chain_with_absorbing_states(const Trace& trace, const SlopedWeights& weights);

}  // namespace phasic
