// The oracle for distribution functions: exp(S t) by Taylor's series, scaling and squaring on the dense
// matrix in MPFR, with so many bits that squaring away fifty binary digits of stiffness leaves hundreds. It
// shares nothing with the library but the graph.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "graph/graph.hpp"
#include "moments/uniformisation.hpp"
#include "replay/mpfr.hpp"

namespace phasic::test {

class DenseExponential {
 public:
  /// Parameters only, no derived terms. Rewards by vertex (> 0 in every transient state), empty: 1.
  DenseExponential(const Graph& graph, const std::vector<double>& theta,
                   const std::vector<double>& reward = {}, mpfr_prec_t bits = 400)
      : bits_(bits), n_(graph.transient_count()), start_(n_, Mpfr(bits)), exits_(n_, Mpfr(bits)) {
    rates_.assign(n_ * n_, Mpfr(bits));
    std::vector<double> terms{1};
    terms.insert(terms.end(), theta.begin(), theta.end());
    const auto weight = [&](std::uint32_t edge) {
      Mpfr sum(bits);
      for (std::size_t t = 0; t < terms.size(); ++t) {
        Mpfr term(bits, terms[t]);
        mpfr_mul_d(term.get(), term.get(), graph.coefficients(graph.classes()[edge])[t], MPFR_RNDN);
        mpfr_add(sum.get(), sum.get(), term.get(), MPFR_RNDN);
      }
      return sum;
    };
    for (std::uint32_t e = 0; e < graph.row_offsets()[1]; ++e) {
      if (graph.is_transient(graph.targets()[e])) start_[graph.targets()[e] - 1] = weight(e);
    }
    for (VertexId v = 1; v <= n_; ++v) {
      for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
        Mpfr rate = weight(e);
        if (!reward.empty()) mpfr_div_d(rate.get(), rate.get(), reward[v], MPFR_RNDN);
        Mpfr& diagonal = rates_[(v - 1) * n_ + v - 1];
        mpfr_sub(diagonal.get(), diagonal.get(), rate.get(), MPFR_RNDN);
        const VertexId target = graph.targets()[e];
        Mpfr& place = graph.is_transient(target) ? rates_[(v - 1) * n_ + target - 1] : exits_[v - 1];
        mpfr_add(place.get(), place.get(), rate.get(), MPFR_RNDN);
      }
    }
  }

  Point at(double t) const {
    const std::vector<Mpfr> states = row_times(start_, exponential(t));
    Mpfr alive(bits_);
    for (const Mpfr& state : states) mpfr_add(alive.get(), alive.get(), state.get(), MPFR_RNDN);
    Mpfr gone(bits_);
    mpfr_ui_sub(gone.get(), 1, alive.get(), MPFR_RNDN);
    Mpfr density(bits_);
    for (std::size_t i = 0; i < n_; ++i)
      mpfr_fma(density.get(), states[i].get(), exits_[i].get(), density.get(), MPFR_RNDN);
    return {density.to_double(), gone.to_double(), alive.to_double()};
  }

  /// By transient state.
  std::vector<double> probabilities(double t) const {
    std::vector<double> result;
    for (const Mpfr& state : row_times(start_, exponential(t))) result.push_back(state.to_double());
    return result;
  }

 private:
  using Matrix = std::vector<Mpfr>;

  std::vector<Mpfr> row_times(const std::vector<Mpfr>& row, const Matrix& matrix) const {
    std::vector<Mpfr> result(n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j)
        mpfr_fma(result[j].get(), row[i].get(), matrix[i * n_ + j].get(), result[j].get(), MPFR_RNDN);
    }
    return result;
  }
  Matrix times(const Matrix& a, const Matrix& b) const {
    Matrix c(n_ * n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t k = 0; k < n_; ++k) {
        for (std::size_t j = 0; j < n_; ++j)
          mpfr_fma(c[i * n_ + j].get(), a[i * n_ + k].get(), b[k * n_ + j].get(), c[i * n_ + j].get(),
                   MPFR_RNDN);
      }
    }
    return c;
  }

  Matrix exponential(double t) const {
    double largest = 0;
    for (const Mpfr& rate : rates_) largest = std::max(largest, std::fabs(rate.to_double()));
    int squarings = 20;  // and until the norm is below 2^-20
    if (largest * t > 0)
      squarings = std::max(0, squarings + static_cast<int>(std::ceil(std::log2(largest * t))));
    Matrix step = rates_;
    for (Mpfr& entry : step) {
      mpfr_mul_d(entry.get(), entry.get(), t, MPFR_RNDN);
      mpfr_div_2si(entry.get(), entry.get(), squarings, MPFR_RNDN);
    }
    Matrix sum(n_ * n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) mpfr_set_ui(sum[i * n_ + i].get(), 1, MPFR_RNDN);
    Matrix addend = sum;
    for (unsigned long k = 1; k <= 24; ++k) {  // 2^(-20 * 24) is far beyond the bits
      addend = times(addend, step);
      for (std::size_t i = 0; i < addend.size(); ++i) {
        mpfr_div_ui(addend[i].get(), addend[i].get(), k, MPFR_RNDN);
        mpfr_add(sum[i].get(), sum[i].get(), addend[i].get(), MPFR_RNDN);
      }
    }
    for (int k = 0; k < squarings; ++k) sum = times(sum, sum);
    return sum;
  }

  mpfr_prec_t bits_;
  std::size_t n_;
  std::vector<Mpfr> start_;
  std::vector<Mpfr> exits_;
  Matrix rates_;
};

}  // namespace phasic::test
