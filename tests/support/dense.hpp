// The oracle: moments by Gaussian elimination with partial pivoting on the dense matrix, in MPFR. It shares
// nothing with the library but the graph: no ordering, no components, no GTH.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "graph/graph.hpp"
#include "replay/mpfr.hpp"

namespace phasic::test {

class DenseOracle {
 public:
  DenseOracle(const Graph& graph, const std::vector<double>& theta, mpfr_prec_t bits = 256)
      : DenseOracle(graph, in_mpfr(theta, bits), bits) {}

  DenseOracle(const Graph& graph, const std::vector<Mpfr>& theta, mpfr_prec_t bits)
      : graph_(graph), bits_(bits), n_(graph.transient_count()) {
    std::vector<Mpfr> terms{Mpfr(bits, 1.0)};
    terms.insert(terms.end(), theta.begin(), theta.end());
    for (ClassId c = 0; c < graph.class_count(); ++c) {
      Mpfr weight(bits_);
      for (std::size_t t = 0; t < terms.size(); ++t) {
        Mpfr term = terms[t];
        mpfr_mul_d(term.get(), term.get(), graph.coefficients(c)[t], MPFR_RNDN);
        mpfr_add(weight.get(), weight.get(), term.get(), MPFR_RNDN);
      }
      weights_.push_back(std::move(weight));
    }
  }

  /// E[R^k] from every transient state for k = 0..order; `reward` by vertex, empty for time.
  std::vector<std::vector<Mpfr>> from_states(unsigned order, const std::vector<double>& reward = {}) {
    std::vector<std::vector<Mpfr>> from_state(order + 1, std::vector<Mpfr>(n_, Mpfr(bits_, 1.0)));
    for (unsigned k = 1; k <= order; ++k) {
      std::vector<Mpfr> right = graph_.time() == TimeKind::continuous ? continuous_side(from_state, k, reward)
                                                                      : discrete_side(from_state, k, reward);
      from_state[k] = solve(std::move(right));
    }
    return from_state;
  }

  /// E[R^k] from the start for k = 1..order.
  std::vector<Mpfr> moments(unsigned order, const std::vector<double>& reward = {}) {
    const auto from_state = from_states(order, reward);
    std::vector<Mpfr> result;
    for (unsigned k = 1; k <= order; ++k) result.push_back(from_start(from_state[k]));
    return result;
  }

  /// The probability of ending in each absorbing vertex, not counting what starts there.
  std::vector<Mpfr> probabilities() {
    std::vector<Mpfr> result;
    for (VertexId end = static_cast<VertexId>(n_ + 1); end < graph_.vertex_count(); ++end) {
      std::vector<Mpfr> right(n_, Mpfr(bits_));
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::uint32_t e = graph_.row_offsets()[i + 1]; e < graph_.row_offsets()[i + 2]; ++e) {
          if (graph_.targets()[e] == end) mpfr_set(right[i].get(), weight(e).get(), MPFR_RNDN);
        }
      }
      result.push_back(from_start(solve(std::move(right))));
    }
    return result;
  }

  /// The probability of being absorbed, at the start or later, before a state of positive reward; and of
  /// being nowhere.
  Mpfr probability_without(const std::vector<double>& reward) {
    auto a = matrix();
    std::vector<Mpfr> right(n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      const bool earns = reward[i + 1] > 0;
      for (std::size_t j = 0; earns && j < n_; ++j) mpfr_set_ui(a[i][j].get(), i == j ? 1 : 0, MPFR_RNDN);
      for (std::uint32_t e = graph_.row_offsets()[i + 1]; e < graph_.row_offsets()[i + 2]; ++e) {
        if (earns || graph_.is_transient(graph_.targets()[e])) continue;
        mpfr_add(right[i].get(), right[i].get(), weight(e).get(), MPFR_RNDN);
      }
    }
    // Whoever starts in a transient state and does not end so is all that is missing from 1.
    std::vector<Mpfr> other = solve(std::move(a), std::move(right));
    for (Mpfr& probability : other) mpfr_ui_sub(probability.get(), 1, probability.get(), MPFR_RNDN);
    Mpfr result = from_start(other);
    mpfr_ui_sub(result.get(), 1, result.get(), MPFR_RNDN);
    return result;
  }

  /// E[exp(-s R); R finite], without what is absorbed at the start.
  Mpfr transform(double s, const std::vector<double>& reward = {}) {
    auto a = matrix();
    std::vector<Mpfr> right(n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      Mpfr shift(bits_, s);
      mpfr_mul_d(shift.get(), shift.get(), reward_of(reward, i), MPFR_RNDN);
      if (graph_.time() == TimeKind::discrete) mpfr_expm1(shift.get(), shift.get(), MPFR_RNDN);
      mpfr_add(a[i][i].get(), a[i][i].get(), shift.get(), MPFR_RNDN);
      for (std::uint32_t e = graph_.row_offsets()[i + 1]; e < graph_.row_offsets()[i + 2]; ++e) {
        if (!graph_.is_transient(graph_.targets()[e]))
          mpfr_add(right[i].get(), right[i].get(), weight(e).get(), MPFR_RNDN);
      }
    }
    return from_start(solve(std::move(a), std::move(right)));
  }

  [[nodiscard]] const Mpfr& weight(std::uint32_t edge) const { return weights_[graph_.classes()[edge]]; }

  Mpfr from_start(const std::vector<Mpfr>& by_state) const {
    Mpfr sum(bits_);
    for (std::uint32_t e = 0; e < graph_.row_offsets()[1]; ++e) {
      const VertexId v = graph_.targets()[e];
      if (!graph_.is_transient(v)) continue;
      mpfr_fma(sum.get(), weight(e).get(), by_state[v - 1].get(), sum.get(), MPFR_RNDN);
    }
    return sum;
  }

  static std::vector<Mpfr> in_mpfr(const std::vector<double>& numbers, mpfr_prec_t bits) {
    std::vector<Mpfr> result;
    for (const double number : numbers) result.emplace_back(bits, number);
    return result;
  }

 private:
  static double reward_of(const std::vector<double>& reward, std::size_t i) {
    return reward.empty() ? 1.0 : reward[i + 1];
  }

  // M m_k = k r m_(k-1)
  std::vector<Mpfr> continuous_side(const std::vector<std::vector<Mpfr>>& m, unsigned k,
                                    const std::vector<double>& reward) const {
    std::vector<Mpfr> right = m[k - 1];
    for (std::size_t i = 0; i < n_; ++i)
      mpfr_mul_d(right[i].get(), right[i].get(), k * reward_of(reward, i), MPFR_RNDN);
    return right;
  }

  // (I - P) m_k = sum over j of (-1)^(j+1) C(k,j) r^j m_(k-j)
  std::vector<Mpfr> discrete_side(const std::vector<std::vector<Mpfr>>& m, unsigned k,
                                  const std::vector<double>& reward) const {
    std::vector<Mpfr> right(n_, Mpfr(bits_));
    for (std::size_t i = 0; i < n_; ++i) {
      Mpfr factor(bits_, -1.0);
      for (unsigned j = 1; j <= k; ++j) {
        mpfr_mul_d(factor.get(), factor.get(), -reward_of(reward, i) * (k - j + 1), MPFR_RNDN);
        mpfr_div_ui(factor.get(), factor.get(), j, MPFR_RNDN);
        mpfr_fma(right[i].get(), factor.get(), m[k - j][i].get(), right[i].get(), MPFR_RNDN);
      }
    }
    return right;
  }

  std::vector<std::vector<Mpfr>> matrix() const {
    std::vector<std::vector<Mpfr>> a(n_, std::vector<Mpfr>(n_, Mpfr(bits_)));
    for (std::size_t i = 0; i < n_; ++i) {
      const auto v = static_cast<VertexId>(i + 1);
      for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) {
        const Mpfr& weight = weights_[graph_.classes()[e]];
        mpfr_add(a[i][i].get(), a[i][i].get(), weight.get(), MPFR_RNDN);
        const VertexId target = graph_.targets()[e];
        if (graph_.is_transient(target)) {
          mpfr_sub(a[i][target - 1].get(), a[i][target - 1].get(), weight.get(), MPFR_RNDN);
        }
      }
    }
    return a;
  }

  std::vector<Mpfr> solve(std::vector<Mpfr> right) const { return solve(matrix(), std::move(right)); }
  std::vector<Mpfr> solve(std::vector<std::vector<Mpfr>> a, std::vector<Mpfr> right) const {
    for (std::size_t k = 0; k < n_; ++k) {
      std::size_t best = k;
      for (std::size_t i = k + 1; i < n_; ++i) {
        if (mpfr_cmpabs(a[i][k].get(), a[best][k].get()) > 0) best = i;
      }
      std::swap(a[k], a[best]);
      std::swap(right[k], right[best]);
      for (std::size_t i = k + 1; i < n_; ++i) {
        if (mpfr_zero_p(a[i][k].get()) != 0) continue;
        Mpfr factor(bits_);
        mpfr_div(factor.get(), a[i][k].get(), a[k][k].get(), MPFR_RNDN);
        mpfr_neg(factor.get(), factor.get(), MPFR_RNDN);
        for (std::size_t j = k; j < n_; ++j) {
          mpfr_fma(a[i][j].get(), factor.get(), a[k][j].get(), a[i][j].get(), MPFR_RNDN);
        }
        mpfr_fma(right[i].get(), factor.get(), right[k].get(), right[i].get(), MPFR_RNDN);
      }
    }
    for (std::size_t i = n_; i-- > 0;) {
      for (std::size_t j = i + 1; j < n_; ++j) {
        Mpfr product(bits_);
        mpfr_mul(product.get(), a[i][j].get(), right[j].get(), MPFR_RNDN);
        mpfr_sub(right[i].get(), right[i].get(), product.get(), MPFR_RNDN);
      }
      mpfr_div(right[i].get(), right[i].get(), a[i][i].get(), MPFR_RNDN);
    }
    return right;
  }

  const Graph& graph_;
  mpfr_prec_t bits_;
  std::size_t n_;
  std::vector<Mpfr> weights_;
};

/// |value - truth| / |truth|, computed in the precision of the truth.
inline double relative_error(double value, const Mpfr& truth) {
  Mpfr error(truth.bits(), value);
  mpfr_sub(error.get(), error.get(), truth.get(), MPFR_RNDN);
  mpfr_div(error.get(), error.get(), truth.get(), MPFR_RNDN);
  return std::fabs(error.to_double());
}

}  // namespace phasic::test
