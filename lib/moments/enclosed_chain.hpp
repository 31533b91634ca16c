// A chain at one theta whose numbers are enclosed: what the weights of classes may be off by, and what was
// rounded on the way to the chain, is in the width of each.
#pragma once

#include <span>
#include <vector>

#include "moments/chain.hpp"
#include "replay/enclosure.hpp"

namespace phasic {

/// As Chain is, with enclosures for numbers. In continuous time `stays` is empty.
struct EnclosedChain {
  TimeKind time = TimeKind::continuous;
  Adjacency rows;
  std::vector<Enclosure> rates;
  std::vector<Enclosure> exits;
  std::vector<Enclosure> stays;
  std::vector<Enclosure> start;
  Enclosure atom{MPFR_PREC_MIN};

  [[nodiscard]] std::size_t size() const { return exits.size(); }
};

/// Weights of classes in MPFR, all of as many bits, and up to how many roundings of these they are exact.
struct MpfrWeights {
  std::vector<Mpfr> by_class;
  double count = 0;
  mpfr_prec_t bits = 0;
};

/// As make_chain and make_chain_with_absorbing_states; with what the start lacks to 1 in the atom.
EnclosedChain enclose_chain(const Trace& trace, const MpfrWeights& weights, std::span<const double> rewards,
                            const std::vector<Fate>& fates);
EnclosedChain enclose_chain_with_absorbing_states(const Trace& trace, const MpfrWeights& weights);

}  // namespace phasic
