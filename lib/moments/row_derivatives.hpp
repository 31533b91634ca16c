// Derivatives of answers that have a row for each state. Along one parameter, one more solve with the same
// factors gives the derivative of every row: M x = r has the derivative M x' = r' - M' x, and the transposed
// solve likewise. Nothing is subtracted: a derivative is a pair of non-negative vectors, what is gained and
// what is lost, each solved for by itself, so that their cancellation can be seen.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "moments/plan.hpp"
#include "replay/arithmetic.hpp"
#include "replay/solver.hpp"

namespace phasic {

/// The derivative of a vector: `gained - lost`.
template <class Vector>
struct Change {
  Vector gained;
  Vector lost;
};

/// Vectors by order, and in discrete time the same one step later (earlier, where they are transposed).
template <class Vector>
struct Ladder {
  std::vector<Vector> values;
  std::vector<Vector> steps;
};

/// Changes of vectors along one parameter, for one theta.
template <class Scalar>
class Tangents {
 public:
  using Vector = StateVector<Scalar>;
  using VectorChange = Change<Vector>;
  enum class Way { forward, transposed };  ///< M^-1 x and P x, or M^-T x and P^T x

  /// `slopes` are the derivatives of the weights, by class.
  Tangents(const Trace& trace, Solver<Scalar>& solver, std::span<const Scalar> slopes)
      : trace_(trace), solver_(solver), slopes_(slopes), magnitude_(solver.zero()) {}

  [[nodiscard]] VectorChange none() const {
    const Vector zeros(trace_.transient_count(), solver_.zero());
    return {zeros, zeros};
  }

  /// Of a solution, from the change of its right-hand side.
  VectorChange solved(Way way, VectorChange right, const Vector& solution) {
    add_change(way, right, solution);
    for (Vector* const part : {&right.gained, &right.lost}) {
      if (way == Way::forward)
        solver_.solve(*part);
      else
        solver_.solve_transposed(*part);
    }
    return right;
  }
  /// Of the vector one step later, from its change now.
  VectorChange stepped(Way way, const VectorChange& change, const Vector& x) {
    const auto step = [&](const Vector& part) {
      return way == Way::forward ? solver_.step(part) : solver_.step_transposed(part);
    };
    VectorChange result{step(change.gained), step(change.lost)};
    add_change(way, result, x);
    return result;
  }
  void add_scaled(VectorChange& sum, std::span<const double> r, unsigned power, const VectorChange& change) {
    solver_.add_scaled(sum.gained, r, power, change.gained);
    solver_.add_scaled(sum.lost, r, power, change.lost);
  }

  /// Of a solution that is 1 in absorbing vertices: the probability of something from each position.
  VectorChange where_ends_count(const Vector& solution) {
    VectorChange right = none();
    for_each_edge(
        [&](std::uint32_t i, std::uint32_t target, Vector& up, Vector& /*down*/) {
          if (target >= solution.size()) add(up[i], magnitude_);
        },
        right);
    return solved(Way::forward, std::move(right), solution);
  }
  /// Of x times the sum of the weights out of each position.
  VectorChange leaving(const VectorChange& change, const Vector& x) {
    VectorChange result = change;
    const Vector rates = solver_.leaving();
    for (std::size_t i = 0; i < x.size(); ++i) {
      multiply(result.gained[i], rates[i]);
      multiply(result.lost[i], rates[i]);
    }
    for_each_edge([&](std::uint32_t i, std::uint32_t /*target*/, Vector& up,
                      Vector& /*down*/) { add_product(up[i], magnitude_, x[i]); },
                  result);
    return result;
  }
  /// Of what x sends into each absorbing vertex.
  Change<std::vector<Scalar>> into_absorbing(const VectorChange& change, const Vector& x) {
    Change<std::vector<Scalar>> result{solver_.into_absorbing(change.gained),
                                       solver_.into_absorbing(change.lost)};
    for_each_edge(
        [&](std::uint32_t i, std::uint32_t target, auto& up, auto& /*down*/) {
          if (target >= x.size()) add_product(up[target - x.size()], magnitude_, x[i]);
        },
        result);
    return result;
  }

 private:
  /// Calls `visit(row, target, up, down)` for each edge whose weight changes, `magnitude_` being by how much:
  /// `up` is the part of `change` that grows with the weight.
  template <class Visit, class Parts>
  void for_each_edge(Visit visit, Change<Parts>& change) {
    const Adjacency& rows = trace_.rows();
    for (std::uint32_t i = 0; i < trace_.transient_count(); ++i) {
      for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
        const Scalar& slope = slopes_[trace_.edge_classes()[e]];
        if (is_zero(slope)) continue;
        set(magnitude_, slope);
        take_magnitude(magnitude_);
        if (is_negative(slope))
          visit(i, rows.targets[e], change.lost, change.gained);
        else
          visit(i, rows.targets[e], change.gained, change.lost);
      }
    }
  }
  /// sum := sum - M' x, or - M'^T x
  void add_change(Way way, VectorChange& sum, const Vector& x) {
    for_each_edge(
        [&](std::uint32_t i, std::uint32_t target, Vector& up, Vector& down) {
          add_product(down[i], magnitude_, x[i]);
          if (target >= x.size()) return;
          if (way == Way::forward)
            add_product(up[i], magnitude_, x[target]);
          else
            add_product(up[target], magnitude_, x[i]);
        },
        sum);
  }

  const Trace& trace_;
  Solver<Scalar>& solver_;
  std::span<const Scalar> slopes_;
  Scalar magnitude_;
};

/// What the solves for the values gave.
template <class Scalar>
struct SolvedRows {
  using Vector = StateVector<Scalar>;
  const std::vector<Ladder<Vector>>& ladders;  ///< by reward: forward from order 1, transposed from order 0
  const Vector& time_in_states;                ///< where it was needed
  const std::vector<Vector>& products;         ///< by ingredient; empty for all but products
  const std::vector<std::vector<Scalar>>& values;  ///< by ingredient: the answer's rows
  const std::vector<Scalar>& probabilities;        ///< of each absorbing vertex, where rows are about them
};

/// The changes of all ingredients but atoms along one parameter.
template <class Scalar>
class RowDerivatives {
 public:
  using Vector = StateVector<Scalar>;
  using VectorChange = Change<Vector>;
  using RowChange = Change<std::vector<Scalar>>;

  RowDerivatives(const Plan& plan, const Trace& trace, Solver<Scalar>& solver, std::span<const Scalar> slopes,
                 const SolvedRows<Scalar>& solved)
      : plan_(plan), trace_(trace), solver_(solver), tangents_(trace, solver, slopes), solved_(solved) {}

  /// By ingredient.
  std::vector<RowChange> run() {
    if (needs_time_in_states())
      time_change_ = tangents_.solved(Way::transposed, tangents_.none(), solved_.time_in_states);
    if (is_by_end()) probabilities_ = tangents_.into_absorbing(time_change_, solved_.time_in_states);
    for (std::size_t r = 0; r < plan_.reward_count(); ++r) ladders_.push_back(climb(r));
    std::vector<RowChange> changes;
    for (std::size_t q = 0; q < plan_.ingredients().size(); ++q) changes.push_back(change_of(q));
    return changes;
  }

 private:
  using Way = typename Tangents<Scalar>::Way;
  [[nodiscard]] bool is_by_end() const { return plan_.rows() == Rows::absorbing; }
  [[nodiscard]] Way way() const { return is_by_end() ? Way::transposed : Way::forward; }
  [[nodiscard]] bool is_discrete() const { return trace_.time() == TimeKind::discrete; }
  [[nodiscard]] bool needs_time_in_states() const { return !solved_.time_in_states.empty(); }
  /// Of the vector of order 0: ones, or the time in each state.
  [[nodiscard]] VectorChange base() const { return is_by_end() ? time_change_ : tangents_.none(); }

  /// As Solutions climbs from order to order.
  Ladder<VectorChange> climb(std::size_t reward) {
    Ladder<VectorChange> changes{{base()}, {base()}};
    const std::vector<Vector>& known = solved_.ladders[reward].values;
    const std::size_t first = is_by_end() ? 0 : 1;
    for (std::size_t order = 1; order < known.size() + first; ++order) {
      const auto& later = is_discrete() ? changes.steps : changes.values;
      VectorChange right = tangents_.none();
      const std::size_t last = is_discrete() ? order : 1;
      for (std::size_t j = 1; j <= last; ++j)
        tangents_.add_scaled(right, plan_.reward(reward), static_cast<unsigned>(j), later[order - j]);
      const Vector& x = known[order - first];
      changes.values.push_back(tangents_.solved(way(), std::move(right), x));
      if (is_discrete()) changes.steps.push_back(tangents_.stepped(way(), changes.values.back(), x));
    }
    return changes;
  }

  VectorChange product(std::size_t place) {
    const Ingredient& of = plan_.ingredients()[place];
    const auto later = [&](std::size_t reward) -> const VectorChange& {
      return is_discrete() ? ladders_[reward].steps[1] : ladders_[reward].values[1];
    };
    VectorChange right = tangents_.none();
    tangents_.add_scaled(right, plan_.reward(of.reward), 1, later(of.other));
    tangents_.add_scaled(right, plan_.reward(of.other), 1, later(of.reward));
    if (is_discrete()) {
      VectorChange both = tangents_.none();
      tangents_.add_scaled(both, plan_.reward(of.other), 1, base());
      tangents_.add_scaled(right, plan_.reward(of.reward), 1, both);
    }
    return tangents_.solved(way(), std::move(right), solved_.products[place]);
  }

  RowChange change_of(std::size_t place) {
    const Ingredient& of = plan_.ingredients()[place];
    switch (of.kind) {
      case Ingredient::Kind::moment: {
        const VectorChange& change = ladders_[of.reward].values[of.order];
        if (!is_by_end()) return by_vertex(change);
        return given_end(place, change, solved_.ladders[of.reward].values[of.order]);
      }
      case Ingredient::Kind::product: {
        const VectorChange change = product(place);
        return is_by_end() ? given_end(place, change, solved_.products[place]) : by_vertex(change);
      }
      case Ingredient::Kind::sojourn:
        return by_vertex(time_change_);
      case Ingredient::Kind::visits:
        return by_vertex(tangents_.leaving(time_change_, solved_.time_in_states));
      case Ingredient::Kind::probability:
        return probabilities_;
      case Ingredient::Kind::atom:
        break;
    }
    return {};
  }

  RowChange by_vertex(const VectorChange& change) const {
    const std::vector<Scalar> zeros(trace_.transient_count(), solver_.zero());
    RowChange result{zeros, zeros};
    for (std::size_t i = 0; i < zeros.size(); ++i) {
      set(result.gained[trace_.vertices()[i] - 1], change.gained[i]);
      set(result.lost[trace_.vertices()[i] - 1], change.lost[i]);
    }
    return result;
  }
  /// (x / p)' = (x' - (x / p) p') / p
  RowChange given_end(std::size_t place, const VectorChange& change, const Vector& y) {
    RowChange result = tangents_.into_absorbing(change, y);
    const std::vector<Scalar>& values = solved_.values[place];
    for (std::size_t a = 0; a < values.size(); ++a) {
      add_product(result.gained[a], values[a], probabilities_.lost[a]);
      add_product(result.lost[a], values[a], probabilities_.gained[a]);
      divide(result.gained[a], solved_.probabilities[a]);
      divide(result.lost[a], solved_.probabilities[a]);
    }
    return result;
  }

  const Plan& plan_;
  const Trace& trace_;
  Solver<Scalar>& solver_;
  Tangents<Scalar> tangents_;
  const SolvedRows<Scalar>& solved_;
  VectorChange time_change_;
  RowChange probabilities_;
  std::vector<Ladder<VectorChange>> ladders_;  // by reward, from order 0
};

}  // namespace phasic
