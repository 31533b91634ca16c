// The oracle for where a chain is at a time, and for what follows from that: dense, in MPFR. In continuous
// time exp(Q t) and its integral by Taylor's series, scaling and squaring; in discrete time step by step. It
// shares nothing with the library but the graph.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "graph/graph.hpp"
#include "replay/mpfr.hpp"

namespace phasic::test {

class DenseFlow {
 public:
  /// Parameters only, no derived terms. Rewards by vertex (> 0 in every transient state), in continuous time.
  DenseFlow(const Graph& graph, const std::vector<Mpfr>& theta, mpfr_prec_t bits,
            const std::vector<double>& reward = {})
      : graph_(graph), bits_(bits), n_(graph.vertex_count() - 1), rates_(n_ * n_, Mpfr(bits)) {
    for (ClassId c = 0; c < graph.class_count(); ++c) {
      Mpfr weight(bits, graph.coefficients(c)[0]);
      for (std::size_t p = 0; p < theta.size(); ++p) {
        Mpfr term = theta[p];
        mpfr_mul_d(term.get(), term.get(), graph.coefficients(c)[1 + p], MPFR_RNDN);
        mpfr_add(weight.get(), weight.get(), term.get(), MPFR_RNDN);
      }
      weights_.push_back(std::move(weight));
    }
    start_.assign(n_, Mpfr(bits));
    for (std::uint32_t e = 0; e < graph.row_offsets()[1]; ++e) start_[graph.targets()[e] - 1] = weight(e);
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      Mpfr& diagonal = rates_[(v - 1) * n_ + v - 1];
      for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
        Mpfr rate = weight(e);
        if (!reward.empty()) mpfr_div_d(rate.get(), rate.get(), reward[v], MPFR_RNDN);
        mpfr_sub(diagonal.get(), diagonal.get(), rate.get(), MPFR_RNDN);
        Mpfr& place = rates_[(v - 1) * n_ + graph.targets()[e] - 1];
        mpfr_add(place.get(), place.get(), rate.get(), MPFR_RNDN);
      }
    }
  }

  /// The largest rate at which a state is left; in discrete time 1.
  [[nodiscard]] double largest_rate() const {
    if (graph_.time() == TimeKind::discrete) return 1;
    double largest = 0;
    for (std::size_t i = 0; i < n_; ++i) largest = std::max(largest, -rates_[i * n_ + i].to_double());
    return largest;
  }

  /// By vertex less 1: the probability of being there at t, and the expected time there until then.
  struct Occupation {
    std::vector<Mpfr> probability;
    std::vector<Mpfr> time;
  };
  [[nodiscard]] Occupation at(const Mpfr& t) const {
    return graph_.time() == TimeKind::discrete ? after_steps(mpfr_get_ui(t.get(), MPFR_RNDD)) : at_time(t);
  }
  [[nodiscard]] Occupation at(double t) const { return at(Mpfr(bits_, t)); }

  /// Density (in discrete time the probability of t), distribution and survival function.
  struct MpfrPoint {
    Mpfr density;
    Mpfr distribution;
    Mpfr survival;
  };
  [[nodiscard]] MpfrPoint point(double t) const { return point(Mpfr(bits_, t)); }
  [[nodiscard]] MpfrPoint point(const Mpfr& t) const {
    const auto alive_in = [&](const std::vector<Mpfr>& probability) {
      Mpfr sum(bits_);
      for (std::size_t i = 0; i < graph_.transient_count(); ++i)
        mpfr_add(sum.get(), sum.get(), probability[i].get(), MPFR_RNDN);
      return sum;
    };
    const Occupation now = at(t);
    MpfrPoint result{Mpfr(bits_), Mpfr(bits_), alive_in(now.probability)};
    mpfr_ui_sub(result.distribution.get(), 1, result.survival.get(), MPFR_RNDN);
    if (graph_.time() == TimeKind::discrete) {
      Mpfr before(bits_, 1.0);
      Mpfr earlier = t;
      mpfr_sub_ui(earlier.get(), earlier.get(), 1, MPFR_RNDN);
      if (mpfr_sgn(t.get()) > 0) before = alive_in(at(earlier).probability);
      mpfr_sub(result.density.get(), before.get(), result.survival.get(), MPFR_RNDN);
      return result;
    }
    for (std::size_t i = 0; i < graph_.transient_count(); ++i) {
      for (std::size_t a = graph_.transient_count(); a < n_; ++a)
        mpfr_fma(result.density.get(), now.probability[i].get(), rates_[i * n_ + a].get(),
                 result.density.get(), MPFR_RNDN);
    }
    return result;
  }

 private:
  using Matrix = std::vector<Mpfr>;

  [[nodiscard]] const Mpfr& weight(std::uint32_t edge) const { return weights_[graph_.classes()[edge]]; }
  [[nodiscard]] std::vector<Mpfr> row_times(const std::vector<Mpfr>& row, const Matrix& matrix) const {
    std::vector<Mpfr> result(n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      if (mpfr_zero_p(row[i].get()) != 0) continue;
      for (std::size_t j = 0; j < n_; ++j)
        mpfr_fma(result[j].get(), row[i].get(), matrix[i * n_ + j].get(), result[j].get(), MPFR_RNDN);
    }
    return result;
  }
  /// c += a b
  void add_product(Matrix& c, const Matrix& a, const Matrix& b) const {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t k = 0; k < n_; ++k) {
        if (mpfr_zero_p(a[i * n_ + k].get()) != 0) continue;
        for (std::size_t j = 0; j < n_; ++j) {
          if (mpfr_zero_p(b[k * n_ + j].get()) != 0) continue;
          mpfr_fma(c[i * n_ + j].get(), a[i * n_ + k].get(), b[k * n_ + j].get(), c[i * n_ + j].get(),
                   MPFR_RNDN);
        }
      }
    }
  }
  [[nodiscard]] Matrix times(const Matrix& a, const Matrix& b) const {
    Matrix c(n_ * n_, Mpfr(bits_));
    add_product(c, a, b);
    return c;
  }
  static void add_to(Matrix& sum, const Matrix& addend) {
    for (std::size_t i = 0; i < sum.size(); ++i)
      mpfr_add(sum[i].get(), sum[i].get(), addend[i].get(), MPFR_RNDN);
  }

  [[nodiscard]] Occupation at_time(const Mpfr& t) const {
    const double jumps = largest_rate() * t.to_double();
    int squarings = 20;  // and until the norm is below 2^-20
    if (jumps > 0) squarings = std::max(0, squarings + static_cast<int>(std::ceil(std::log2(jumps))));
    Mpfr step = t;
    mpfr_div_2si(step.get(), step.get(), squarings, MPFR_RNDN);
    Matrix generator = rates_;
    for (Mpfr& entry : generator) mpfr_mul(entry.get(), entry.get(), step.get(), MPFR_RNDN);
    Matrix addend(n_ * n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) mpfr_set_ui(addend[i * n_ + i].get(), 1, MPFR_RNDN);
    Matrix power = addend;
    Matrix integral(n_ * n_, Mpfr(bits_));
    const auto last = static_cast<unsigned long>(bits_ / 20 + 2);
    for (unsigned long k = 1; k <= last; ++k) {
      for (std::size_t i = 0; i < addend.size(); ++i) {
        Mpfr part = addend[i];
        mpfr_mul(part.get(), part.get(), step.get(), MPFR_RNDN);
        mpfr_div_ui(part.get(), part.get(), k, MPFR_RNDN);
        mpfr_add(integral[i].get(), integral[i].get(), part.get(), MPFR_RNDN);
      }
      addend = times(addend, generator);
      for (Mpfr& entry : addend) mpfr_div_ui(entry.get(), entry.get(), k, MPFR_RNDN);
      add_to(power, addend);
    }
    for (int k = 0; k < squarings; ++k) {
      add_to(integral, times(power, integral));
      power = times(power, power);
    }
    return {row_times(start_, power), row_times(start_, integral)};
  }

  [[nodiscard]] Occupation after_steps(unsigned long steps) const {
    Occupation now{start_, std::vector<Mpfr>(n_, Mpfr(bits_))};
    for (unsigned long k = 0; k < steps; ++k) {
      add_to(now.time, now.probability);
      // The rows of rates add up to 0, so this is a step.
      add_to(now.probability, row_times(now.probability, rates_));
    }
    return now;
  }

  const Graph& graph_;
  mpfr_prec_t bits_;
  std::size_t n_;
  std::vector<Mpfr> weights_;
  std::vector<Mpfr> start_;
  Matrix rates_;
};

/// Some times for a chain: from next to none to so many jumps; in discrete time a hundred steps and more.
inline std::vector<double> times_for(const DenseFlow& flow, TimeKind time, double most_jumps) {
  if (time == TimeKind::discrete) return {0, 1, 2, 7, 150};
  std::vector<double> times;
  for (const double jumps : {0.0, 1e-5, 0.3, 15.0, 900.0, most_jumps})
    times.push_back(jumps / flow.largest_rate());
  return times;
}

}  // namespace phasic::test
