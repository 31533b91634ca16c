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

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "moments/plan.hpp"
#include "moments/row_derivatives.hpp"
#include "replay/arithmetic.hpp"
#include "replay/solver.hpp"

namespace phasic {

template <class Scalar>
struct Solution {
  std::vector<std::vector<Scalar>> ingredients;  ///< each by row of the answer, and lane
  std::vector<ClassSums<Scalar>> sensitivities;  ///< of each, where there are gradients and one row
  /// By parameter, then of each ingredient and by row, where there are gradients and several rows.
  std::vector<std::vector<Change<std::vector<Scalar>>>> changes;
};

/// One run over a plan; the solver has factored. Derivatives of rows other than the start's take one lane.
template <class Scalar>
class Solutions {
 public:
  using Vector = StateVector<Scalar>;

  /// The solver has factored with these weights and cuts; for atoms it factors again. `slopes` are the
  /// derivatives of the weights by parameter, then by class, where there are gradients.
  Solutions(const Plan& plan, const Trace& trace, Solver<Scalar>& solver, std::span<const Scalar> weights,
            const std::vector<bool>& cuts, std::span<const std::vector<Scalar>> slopes)
      : plan_(plan),
        trace_(trace),
        time_(trace.time()),
        solver_(solver),
        weights_(weights),
        cuts_(cuts),
        slopes_(slopes),
        forward_(plan.reward_count()),
        adjoint_(forward_.size()) {
    ones_ = solver_.start();
    for (Scalar& number : ones_) set(number, 1.0);
    zeros_ = Vector(ones_.size(), solver_.zero());
  }

  Solution<Scalar> run() {
    Solution<Scalar> solution;
    if (plan_.rows() == Rows::absorbing)
      probabilities_ = ending(time_in_states(), solver_.start_into_absorbing());
    else
      solve_forward();
    if (plan_.has_gradients() && plan_.rows() == Rows::start) solve_adjoints();
    for (const Ingredient& of : plan_.ingredients())
      solution.ingredients.push_back(of.kind == Ingredient::Kind::atom ? std::vector<Scalar>{} : value(of));
    if (plan_.has_gradients()) differentiate(solution);
    // Atoms come last: they take the solver's factors.
    for (std::size_t q = 0; q < solution.ingredients.size(); ++q) {
      if (plan_.ingredients()[q].kind == Ingredient::Kind::atom) solve_atom(q, solution);
    }
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

  /// For `solve_all`: each reward's solves up to its order, one from the other, the first from `root`.
  std::vector<Recurrence> append_recurrences(std::vector<Recurrence> all, std::size_t root,
                                             std::span<const unsigned> orders) const {
    for (std::size_t r = 0; r < orders.size(); ++r) {
      for (unsigned order = 1; order <= orders[r]; ++order)
        all.push_back({plan_.reward(r), order == 1 ? root : all.size()});
    }
    return all;
  }

  void solve_forward() {
    std::vector<unsigned> orders;
    for (std::size_t r = 0; r < plan_.reward_count(); ++r) orders.push_back(plan_.order(r));
    if (time_ == TimeKind::discrete) {
      for (std::size_t r = 0; r < orders.size(); ++r) solve_forward(r);
      return;
    }
    auto solved = solver_.solve_all(ones_, append_recurrences({}, 0, orders));
    auto next = solved.begin();
    for (std::size_t r = 0; r < orders.size(); ++r) {
      for (unsigned order = 1; order <= orders[r]; ++order) forward_[r].values.push_back(std::move(*next++));
    }
  }

  /// All that gradients need, in one pass over the factors; in discrete time they are solved as they come.
  void solve_adjoints() {
    if (time_ == TimeKind::discrete) return;
    std::vector<unsigned> orders(plan_.reward_count(), 0);
    for (const Ingredient& of : plan_.ingredients()) {
      const bool is_moment = of.kind == Ingredient::Kind::moment;
      orders[of.reward] = std::max(orders[of.reward], is_moment ? of.order - 1 : 1);
      if (of.kind == Ingredient::Kind::product) orders[of.other] = std::max(orders[of.other], 1U);
    }
    auto solved = solver_.solve_all_transposed(solver_.start(), append_recurrences({{{}, 0}}, 1, orders));
    auto next = solved.begin();
    time_in_states_ = std::move(*next++);
    for (std::size_t r = 0; r < orders.size(); ++r) {
      adjoint_[r].values.push_back(time_in_states_);
      for (unsigned order = 1; order <= orders[r]; ++order) adjoint_[r].values.push_back(std::move(*next++));
    }
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
  /// other
  /// (`later_a`, `later_b`), and in discrete time both earned at once, times `base`.
  Vector product_earned(std::size_t a, std::size_t b, const Vector& later_a, const Vector& later_b,
                        const Vector& base) {
    Vector sum = zeros_;
    solver_.add_scaled(sum, plan_.reward(a), 1, later_b);
    solver_.add_scaled(sum, plan_.reward(b), 1, later_a);
    if (time_ == TimeKind::discrete) {
      Vector both = zeros_;
      solver_.add_scaled(both, plan_.reward(b), 1, base);
      solver_.add_scaled(sum, plan_.reward(a), 1, both);
    }
    return sum;
  }
  Vector product_earned(std::size_t a, std::size_t b) {
    const bool is_discrete = time_ == TimeKind::discrete;
    return product_earned(a, b, is_discrete ? forward_[a].steps[0] : forward_[a].values[0],
                          is_discrete ? forward_[b].steps[0] : forward_[b].values[0], ones_);
  }

  std::vector<Scalar> value(const Ingredient& of) {
    switch (of.kind) {
      case Ingredient::Kind::moment:
        if (plan_.rows() == Rows::absorbing) return given_end(solve_adjoint(of.reward, of.order)[of.order]);
        return from_rows(forward_[of.reward].values[of.order - 1]);
      case Ingredient::Kind::product:
        return product(of.reward, of.other);
      case Ingredient::Kind::sojourn:
        return by_vertex(time_in_states());
      case Ingredient::Kind::visits:
        return visits();
      case Ingredient::Kind::probability:
        return probabilities_;
      case Ingredient::Kind::atom:
        break;
    }
    return {};
  }

  std::vector<Scalar> product(std::size_t a, std::size_t b) {
    if (plan_.rows() == Rows::start) return solver_.product(time_in_states(), product_earned(a, b));
    const Vector solution = solved_product(a, b);
    return plan_.rows() == Rows::states ? by_vertex(solution) : given_end(solution);
  }

  /// Where there is a row for each state, or for each end.
  Vector solved_product(std::size_t a, std::size_t b) {
    if (plan_.rows() == Rows::states) {
      Vector x = product_earned(a, b);
      solver_.solve(x);
      return x;
    }
    solve_adjoint(a, 1);
    solve_adjoint(b, 1);
    const bool is_discrete = time_ == TimeKind::discrete;
    Vector y = product_earned(a, b, is_discrete ? adjoint_[a].steps[1] : adjoint_[a].values[1],
                              is_discrete ? adjoint_[b].steps[1] : adjoint_[b].values[1], time_in_states());
    solver_.solve_transposed(y);
    return y;
  }

  std::vector<Scalar> visits() {
    Vector entries = solver_.leaving();
    for (std::size_t i = 0; i < entries.size(); ++i) multiply(entries[i], time_in_states()[i]);
    return by_vertex(entries);
  }

  /// Absorbed before a state that earns: such states are cut, so nothing comes from them.
  void solve_atom(std::size_t place, Solution<Scalar>& solution) {
    const auto rewards = plan_.reward(plan_.ingredients()[place].reward);
    atom_cuts_.assign(trace_.transient_count(), true);
    for (std::size_t i = 0; i < rewards.size(); ++i)
      atom_cuts_[i] = rewards[i] > 0 || (!cuts_.empty() && cuts_[i]);
    static_cast<void>(solver_.factor(weights_, atom_cuts_));
    Vector x = solver_.exits();
    solver_.solve(x);
    solution.ingredients[place] = from_rows(x);
    if (plan_.rows() == Rows::start) {
      add_what_starts_absorbed(solution.ingredients[place]);
      if (plan_.has_gradients()) solution.sensitivities[place] = sensitivity_of_atom(x);
      return;
    }
    for (std::size_t p = 0; p < solution.changes.size(); ++p) {
      Tangents<Scalar> tangents(trace_, solver_, slopes_[p]);
      const auto change = tangents.where_ends_count(x);
      solution.changes[p][place] = {by_vertex(change.gained), by_vertex(change.lost)};
    }
  }

  /// The start may be absorbed at once, or be nowhere with what its probabilities lack: a difference of
  /// constants, taken exactly.
  void add_what_starts_absorbed(std::vector<Scalar>& atom) {
    const std::size_t lanes = solver_.lanes();
    Scalar missing = solver_.zero();
    set(missing, missing_at_start(trace_));
    const std::vector<Scalar> absorbed = solver_.start_into_absorbing();
    for (std::size_t i = 0; i < absorbed.size(); ++i) add(atom[i % lanes], absorbed[i]);
    for (Scalar& number : atom) add(number, missing);
  }

  /// x is 1 in absorbing vertices, so edges into them gain what leaves by them.
  ClassSums<Scalar> sensitivity_of_atom(const Vector& x) {
    Vector y = solver_.start();
    solver_.solve_transposed(y);
    const Sensitivity<Scalar> pair{{&y, &x}};
    ClassSums<Scalar> sums = std::move(solver_.class_sums({&pair, 1}).front());
    const Adjacency& rows = trace_.rows();
    const std::size_t lanes = solver_.lanes();
    for (std::uint32_t i = 0; i < trace_.transient_count(); ++i) {
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
        if (rows.targets[e] < trace_.transient_count()) continue;
        for (std::size_t lane = 0; lane < lanes; ++lane)
          add(sums.gained[trace_.edge_classes()[e] * lanes + lane], y[i * lanes + lane]);
      }
    }
    return sums;
  }

  std::vector<Scalar> from_rows(const Vector& x) {
    return plan_.rows() == Rows::states ? by_vertex(x) : solver_.from_start(x);
  }
  std::vector<Scalar> by_vertex(const Vector& x) const {
    std::vector<Scalar> result(x.size(), solver_.zero());
    const std::size_t lanes = solver_.lanes();
    for (std::size_t i = 0; i < x.size(); ++i)
      set(result[(trace_.vertices()[i / lanes] - 1) * lanes + i % lanes], x[i]);
    return result;
  }
  std::vector<Scalar> ending(const Vector& y, std::vector<Scalar> sum) {
    const std::vector<Scalar> sent = solver_.into_absorbing(y);
    for (std::size_t a = 0; a < sum.size(); ++a) add(sum[a], sent[a]);
    return sum;
  }
  std::vector<Scalar> given_end(const Vector& y) {
    std::vector<Scalar> result = solver_.into_absorbing(y);
    for (std::size_t a = 0; a < result.size(); ++a) divide(result[a], probabilities_[a]);
    return result;
  }

  void differentiate(Solution<Scalar>& solution) {
    if (plan_.rows() == Rows::start) {
      solution.sensitivities = sensitivities();
      return;
    }
    std::vector<Vector> products(plan_.ingredients().size());
    for (std::size_t q = 0; q < products.size(); ++q) {
      const Ingredient& of = plan_.ingredients()[q];
      if (of.kind == Ingredient::Kind::product) products[q] = solved_product(of.reward, of.other);
    }
    const SolvedRows<Scalar> solved{plan_.rows() == Rows::absorbing ? adjoint_ : forward_, time_in_states_,
                                    products, solution.ingredients, probabilities_};
    for (const std::vector<Scalar>& slopes : slopes_)
      solution.changes.push_back(RowDerivatives<Scalar>(plan_, trace_, solver_, slopes, solved).run());
  }

  std::vector<ClassSums<Scalar>> sensitivities() {
    std::vector<Vector> products;
    products.reserve(plan_.ingredients().size());
    std::vector<Sensitivity<Scalar>> pairs_of_all;
    // All transposed solves come before the first pointer to their results.
    for (const Ingredient& of : plan_.ingredients()) {
      solve_adjoint(of.reward, of.kind == Ingredient::Kind::moment ? of.order - 1 : 1);
      if (of.kind == Ingredient::Kind::product) solve_adjoint(of.other, 1);
    }
    for (const Ingredient& of : plan_.ingredients()) pairs_of_all.push_back(pairs_of(of, products));
    return solver_.class_sums(pairs_of_all);
  }
  /// `products` keeps what the pairs lead to; it has room, so nothing in it moves.
  Sensitivity<Scalar> pairs_of(const Ingredient& of, std::vector<Vector>& products) {
    const std::vector<Vector>& x = forward_[of.reward].values;
    const std::vector<Vector>& y = adjoint_[of.reward].values;
    Sensitivity<Scalar> pairs;
    if (of.kind == Ingredient::Kind::atom) return pairs;  // has factors of its own
    if (of.kind == Ingredient::Kind::moment) {
      for (unsigned l = 0; l < of.order; ++l) pairs.emplace_back(&y[l], &x[of.order - 1 - l]);
      return pairs;
    }
    products.push_back(product_earned(of.reward, of.other));
    solver_.solve(products.back());
    return {{&y[0], &products.back()},
            {&y[1], &forward_[of.other].values[0]},
            {&adjoint_[of.other].values[1], &x[0]}};
  }

  const Plan& plan_;
  const Trace& trace_;
  TimeKind time_;
  Solver<Scalar>& solver_;
  std::span<const Scalar> weights_;
  const std::vector<bool>& cuts_;
  std::span<const std::vector<Scalar>> slopes_;
  std::vector<Ladder<Vector>> forward_;  // by reward, from order 1
  std::vector<Ladder<Vector>> adjoint_;  // by reward, from order 0
  Vector time_in_states_;
  std::vector<Scalar> probabilities_;  // of each absorbing vertex, where the rows are about them
  std::vector<bool> atom_cuts_;
  Vector ones_;
  Vector zeros_;
};

}  // namespace phasic
