// Carries a plan out: which solves, forward for moments and transposed for what is weighed by the expected
// time in each state, give the ingredients and their derivatives. In any scalar, for one theta or for one in
// each lane.
//
// In continuous time E[exp(tA + uB)] = alpha^T (M - tA - uB)^-1 exits, in discrete time with
// exp(-tA - uB) - P in the middle. Ingredients are its coefficients: forward vectors x are those of the part
// right of alpha^T, transposed vectors y those of the part left of the exits, and the derivative of a
// coefficient by the matrix is a sum of y^T dM x. Discrete recurrences are written such that nothing is
// subtracted: reward earned in a step times what is still to come after it.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "moments/plan.hpp"
#include "replay/arithmetic.hpp"
#include "replay/solver.hpp"

namespace phasic {

template <class Scalar>
struct Solution {
  std::vector<std::vector<Scalar>> ingredients;  ///< each by lane
  std::vector<ClassSums<Scalar>> sensitivities;  ///< of each, where there are gradients
};

/// One run over a plan; the solver has factored.
template <class Scalar>
class Solutions {
 public:
  using Vector = StateVector<Scalar>;

  Solutions(const Plan& plan, TimeKind time, Solver<Scalar>& solver)
      : plan_(plan), time_(time), solver_(solver), forward_(plan.reward_count()), adjoint_(forward_.size()) {
    ones_ = solver_.start();
    for (Scalar& number : ones_) set(number, 1.0);
    zeros_ = Vector(ones_.size(), solver_.zero());
  }

  Solution<Scalar> run() {
    Solution<Scalar> solution;
    for (std::size_t r = 0; r < plan_.reward_count(); ++r) solve_forward(r);
    for (const Ingredient& ingredient : plan_.ingredients())
      solution.ingredients.push_back(value(ingredient));
    if (plan_.has_gradients()) solution.sensitivities = differentiate();
    return solution;
  }

 private:
  /// What a solve for a moment starts from: `later(j)` is the vector j orders lower, one step later where
  /// time is discrete.
  template <class Later>
  Vector earned(std::size_t reward, unsigned order, Later later) {
    Vector sum = zeros_;
    const unsigned last = time_ == TimeKind::discrete ? order : 1;
    for (unsigned j = 1; j <= last; ++j) solver_.add_scaled(sum, plan_.reward(reward), j, later(j));
    return sum;
  }

  void solve_forward(std::size_t reward) {
    auto& [values, steps] = forward_[reward];
    for (unsigned order = 1; order <= plan_.order(reward); ++order) {
      const std::vector<Vector>& source = time_ == TimeKind::discrete ? steps : values;
      Vector x = earned(reward, order, [&](unsigned j) -> const Vector& {
        return j == order ? ones_ : source[order - j - 1];
      });
      solver_.solve(x);
      values.push_back(std::move(x));
      if (time_ == TimeKind::discrete) steps.push_back(solver_.step(values.back()));
    }
  }

  /// The transposed vectors of a reward for orders 0 to `highest`.
  const std::vector<Vector>& solve_adjoint(std::size_t reward, unsigned highest) {
    auto& [values, steps] = adjoint_[reward];
    if (values.empty()) {
      values.push_back(time_in_states());
      steps.push_back(values.back());
    }
    while (values.size() <= highest) {
      const auto order = static_cast<unsigned>(values.size());
      const std::vector<Vector>& source = time_ == TimeKind::discrete ? steps : values;
      Vector y = earned(reward, order, [&](unsigned j) -> const Vector& { return source[order - j]; });
      solver_.solve_transposed(y);
      values.push_back(std::move(y));
      if (time_ == TimeKind::discrete) steps.push_back(solver_.step_transposed(values.back()));
    }
    return values;
  }

  /// M^-T alpha
  const Vector& time_in_states() {
    if (time_in_states_.empty()) {
      time_in_states_ = solver_.start();
      solver_.solve_transposed(time_in_states_);
    }
    return time_in_states_;
  }

  /// What a solve for E[R_a R_b] starts from: each reward earned here times what is still to come of the
  /// other.
  Vector product_earned(std::size_t a, std::size_t b) {
    const auto& later = [&](std::size_t r) -> const Vector& {
      return time_ == TimeKind::discrete ? forward_[r].steps[0] : forward_[r].values[0];
    };
    Vector sum = zeros_;
    solver_.add_scaled(sum, plan_.reward(a), 1, later(b));
    solver_.add_scaled(sum, plan_.reward(b), 1, later(a));
    if (time_ == TimeKind::discrete) {
      Vector both = zeros_;
      solver_.add_scaled(both, plan_.reward(b), 1, ones_);
      solver_.add_scaled(sum, plan_.reward(a), 1, both);
    }
    return sum;
  }

  std::vector<Scalar> value(const Ingredient& ingredient) {
    if (ingredient.kind == Ingredient::Kind::moment)
      return solver_.from_start(forward_[ingredient.reward].values[ingredient.order - 1]);
    return solver_.product(time_in_states(), product_earned(ingredient.reward, ingredient.other));
  }

  std::vector<ClassSums<Scalar>> differentiate() {
    std::vector<Vector> products;
    products.reserve(plan_.ingredients().size());
    std::vector<Sensitivity<Scalar>> sensitivities;
    // All transposed solves come before the first pointer to their results.
    for (const Ingredient& of : plan_.ingredients()) {
      solve_adjoint(of.reward, of.kind == Ingredient::Kind::moment ? of.order - 1 : 1);
      if (of.kind == Ingredient::Kind::product) solve_adjoint(of.other, 1);
    }
    for (const Ingredient& of : plan_.ingredients()) {
      const std::vector<Vector>& x = forward_[of.reward].values;
      const std::vector<Vector>& y = adjoint_[of.reward].values;
      Sensitivity<Scalar>& pairs = sensitivities.emplace_back();
      if (of.kind == Ingredient::Kind::moment) {
        for (unsigned l = 0; l < of.order; ++l) pairs.emplace_back(&y[l], &x[of.order - 1 - l]);
        continue;
      }
      products.push_back(product_earned(of.reward, of.other));
      solver_.solve(products.back());
      pairs = {{&y[0], &products.back()},
               {&y[1], &forward_[of.other].values[0]},
               {&adjoint_[of.other].values[1], &x[0]}};
    }
    return solver_.class_sums(sensitivities);
  }

  struct Vectors {
    std::vector<Vector> values;
    std::vector<Vector> steps;  // in discrete time: the same one step later (or earlier)
  };

  const Plan& plan_;
  TimeKind time_;
  Solver<Scalar>& solver_;
  std::vector<Vectors> forward_;  // by reward, from order 1
  std::vector<Vectors> adjoint_;  // by reward, from order 0
  Vector time_in_states_;
  Vector ones_;
  Vector zeros_;
};

}  // namespace phasic
