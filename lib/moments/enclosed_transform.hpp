// The Laplace transform of a reward at one theta, and how it changes with a parameter, enclosed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "moments/enclosed_chain.hpp"
#include "moments/fates.hpp"
#include "moments/written.hpp"
#include "replay/transform.hpp"

namespace phasic {

class EnclosedTransform {
 public:
  /// `rewards` by position, empty: 1. What is viewed outlives it.
  EnclosedTransform(const Trace& trace, std::span<const double> rewards, const std::vector<Fate>& fates,
                    mpfr_prec_t bits);

  /// E[exp(-s R)] for s > 0; P(R < infinity) at 0.
  Enclosure at(const Written& s, const MpfrWeights& weights);
  /// Of the same its derivative, for a parameter that leaves closed classes as they are. Nothing where
  /// exp(s r) is beyond MPFR's numbers in discrete time: what is left out then has no known slope.
  std::optional<SignedEnclosure> slope_at(const Written& s, const SlopedWeights& weights);

 private:
  struct Shifts {
    std::vector<Mpfr> by_position;
    std::vector<bool> overwhelmed;  // exp of it is no MPFR number
    double largest_reward = 0;      // of the others
  };
  [[nodiscard]] Shifts shifts_at(const Enclosure& s) const;
  /// How often a transform is rounded, at most.
  [[nodiscard]] double count(const Written& s, const Shifts& shifts, double rate_count) const;

  const Trace& trace_;
  std::span<const double> rewards_;
  mpfr_prec_t bits_;
  std::vector<bool> settled_;
  std::vector<bool> endless_;  // empty where no position is
  std::unique_ptr<TransformReplay> replay_;
};

}  // namespace phasic
