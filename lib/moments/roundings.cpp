#include "moments/roundings.hpp"

#include <algorithm>
#include <cmath>

namespace phasic {

namespace {

Count operator+(const Count& a, const Count& b) {
  return {a.fixed + b.fixed, a.per_rate + b.per_rate, a.per_slope + b.per_slope};
}
Count operator+(const Count& a, double roundings) {
  return a + Count{roundings, 0, 0};
}
Count operator*(double factor, const Count& a) {
  return {factor * a.fixed, factor * a.per_rate, factor * a.per_slope};
}
/// Of a sum of what is exact up to one and what is exact up to the other.
Count larger(const Count& a, const Count& b) {
  return {std::max(a.fixed, b.fixed), std::max(a.per_rate, b.per_rate), std::max(a.per_slope, b.per_slope)};
}

/// How many addends the longest sums have.
struct Lengths {
  double start = 0;      ///< edges of the start
  double states = 0;     ///< transient states
  double row = 0;        ///< edges out of a state
  double column = 0;     ///< edges into a state
  double absorbing = 0;  ///< edges into an absorbing vertex
  double edge_class = 0;
};

Lengths measure(const Trace& trace) {
  const std::size_t n = trace.transient_count();
  const Adjacency& rows = trace.rows();
  std::vector<double> entering(n + trace.absorbing_count(), 0);
  std::vector<double> members(trace.class_count(), 0);
  Lengths lengths;
  for (std::size_t i = 0; i < n; ++i) {
    lengths.row = std::max(lengths.row, static_cast<double>(rows[i].size()));
    for (std::uint32_t e = rows.offsets[i]; e < rows.offsets[i + 1]; ++e) {
      ++entering[rows.targets[e]];
      ++members[trace.edge_classes()[e]];
    }
  }
  for (std::size_t i = 0; i < entering.size(); ++i) {
    double& longest = i < n ? lengths.column : lengths.absorbing;
    longest = std::max(longest, entering[i]);
  }
  for (const double count : members) lengths.edge_class = std::max(lengths.edge_class, count);
  lengths.states = static_cast<double>(n);
  lengths.start = static_cast<double>(rows[n].size());
  return lengths;
}

/// Counts for one plan; names as in docs/numerics.md.
class Counting {
 public:
  Counting(const Plan& plan, const Trace& trace)
      : plan_(plan), is_discrete_(trace.time() == TimeKind::discrete), lengths_(measure(trace)) {
    const ErrorCounts& counts = trace.error_counts();
    const auto rates = static_cast<double>(counts.rates);
    solve_ = {static_cast<double>(counts.solve), rates, 0};
    transposed_ = {static_cast<double>(counts.transposed), rates, 0};
  }

  Roundings run() {
    unsigned highest = 1;
    for (const Ingredient& of : plan_.ingredients()) highest = std::max(highest, of.order);
    climb(highest);
    Roundings roundings;
    for (const Ingredient& of : plan_.ingredients()) roundings.values.push_back(value(of));
    if (!plan_.has_gradients()) return roundings;
    climb_changes(highest);
    for (const Ingredient& of : plan_.ingredients())
      roundings.changes.push_back(plan_.rows() == Rows::start ? sensitivity(of) : change(of));
    return roundings;
  }

 private:
  static constexpr Count rate{0, 1, 0};
  static constexpr Count slope{0, 0, 1};

  /// What a right-hand side of some order adds to the vector that is `length` addends and a step away:
  /// rewards' powers, and in discrete time the step, with a probability of staying that is 1 less a sum.
  [[nodiscard]] Count earning(unsigned order, double length) const {
    if (!is_discrete_) return {1, 0, 0};
    return step(length) + std::exp2(order) * staying() + 3.0 * order;
  }
  [[nodiscard]] static Count step(double length) { return rate + (length + 1); }
  [[nodiscard]] Count staying() const { return rate + lengths_.row; }
  /// The same for the product of two rewards.
  [[nodiscard]] Count earning_both(double length) const {
    if (!is_discrete_) return {2, 0, 0};
    return step(length) + 2 * staying() + 3;
  }

  void climb(unsigned highest) {
    forward_.assign(1, Count{});
    adjoint_.assign(1, transposed_);
    for (unsigned k = 1; k <= highest; ++k) {
      // What the first moment starts from is the reward itself.
      forward_.push_back(solve_ + forward_.back() + (k == 1 ? Count{} : earning(k, lengths_.row)));
      adjoint_.push_back(transposed_ + adjoint_.back() + earning(k, lengths_.column));
    }
    product_ = forward_[1] + earning_both(lengths_.row);
    adjoint_product_ = adjoint_[1] + earning_both(lengths_.column);
  }

  [[nodiscard]] Count value(const Ingredient& of) const {
    switch (of.kind) {
      case Ingredient::Kind::moment:
        if (plan_.rows() == Rows::absorbing) return given_end(adjoint_[of.order]);
        return plan_.rows() == Rows::start ? forward_[of.order] + lengths_.start : forward_[of.order];
      case Ingredient::Kind::product:
        if (plan_.rows() == Rows::start) return transposed_ + product_ + lengths_.states;
        return plan_.rows() == Rows::states ? solve_ + product_ : given_end(transposed_ + adjoint_product_);
      case Ingredient::Kind::atom:
        return plan_.rows() == Rows::start ? solve_ + (lengths_.start + 2) : solve_;
      case Ingredient::Kind::sojourn:
        return transposed_;
      case Ingredient::Kind::visits:
        return transposed_ + rate + (lengths_.row + 1);
      case Ingredient::Kind::probability:
        return into_absorbing(transposed_);
    }
    return {};
  }
  [[nodiscard]] Count into_absorbing(const Count& vector) const {
    return vector + rate + (lengths_.absorbing + 1);
  }
  [[nodiscard]] Count given_end(const Count& vector) const {
    return into_absorbing(vector) + into_absorbing(transposed_) + 1;
  }

  /// Sums over the edges of a class of products of transposed and forward vectors.
  [[nodiscard]] Count sensitivity(const Ingredient& of) const {
    Count worst;
    double pairs = 1;
    switch (of.kind) {
      case Ingredient::Kind::atom:
        worst = transposed_ + solve_ + lengths_.edge_class;
        break;
      case Ingredient::Kind::product:
        worst = larger(transposed_ + solve_ + product_, adjoint_[1] + forward_[1]);
        pairs = 3;
        break;
      default:
        for (unsigned l = 0; l < of.order; ++l) worst = larger(worst, adjoint_[l] + forward_[of.order - l]);
        pairs = of.order;
    }
    return worst + (pairs * (lengths_.edge_class + 1) + 2 * lengths_.edge_class);
  }

  void climb_changes(unsigned highest) {
    const double length = 2 * lengths_.row;
    const double transposed_length = lengths_.row + lengths_.column;
    forward_changes_.assign(1, Count{});
    adjoint_changes_.assign(1, transposed_ + transposed_ + slope + transposed_length);
    for (unsigned k = 1; k <= highest; ++k) {
      const Count earned = forward_changes_.back() + earning(k, lengths_.row) + length;
      forward_changes_.push_back(solve_ + larger(earned, forward_[k] + slope) + length);
      const Count given = adjoint_changes_.back() + earning(k, lengths_.column) + transposed_length;
      adjoint_changes_.push_back(transposed_ + larger(given, adjoint_[k] + slope) + transposed_length);
    }
    product_change_ =
        solve_ + length +
        larger(forward_changes_[1] + earning_both(lengths_.row) + length, solve_ + product_ + slope);
    adjoint_product_change_ = transposed_ + transposed_length +
                              larger(adjoint_changes_[1] + earning_both(lengths_.column) + transposed_length,
                                     transposed_ + adjoint_product_ + slope);
  }

  [[nodiscard]] Count change(const Ingredient& of) const {
    const bool by_end = plan_.rows() == Rows::absorbing;
    const Count& time = adjoint_changes_[0];
    switch (of.kind) {
      case Ingredient::Kind::moment:
        if (!by_end) return forward_changes_[of.order];
        return given_end(of, adjoint_changes_[of.order], adjoint_[of.order]);
      case Ingredient::Kind::product:
        if (!by_end) return product_change_;
        return given_end(of, adjoint_product_change_, transposed_ + adjoint_product_);
      case Ingredient::Kind::atom:
        return solve_ + larger(solve_ + slope, slope) + 3 * lengths_.row;
      case Ingredient::Kind::sojourn:
        return time;
      case Ingredient::Kind::visits:
        return larger(time + rate + lengths_.row, transposed_ + slope) + (lengths_.row + 1);
      case Ingredient::Kind::probability:
        return change_into_absorbing(time, transposed_);
    }
    return {};
  }
  [[nodiscard]] Count change_into_absorbing(const Count& change, const Count& vector) const {
    return larger(change + rate, vector + slope) + 2 * lengths_.absorbing;
  }
  [[nodiscard]] Count given_end(const Ingredient& of, const Count& change, const Count& vector) const {
    const Count of_probability = change_into_absorbing(adjoint_changes_[0], transposed_);
    return larger(change_into_absorbing(change, vector), value(of) + of_probability) +
           into_absorbing(transposed_) + 2;
  }

  const Plan& plan_;
  bool is_discrete_;
  Lengths lengths_;
  Count solve_;
  Count transposed_;
  std::vector<Count> forward_;  // by order
  std::vector<Count> adjoint_;
  Count product_;  // the right-hand side
  Count adjoint_product_;
  std::vector<Count> forward_changes_;
  std::vector<Count> adjoint_changes_;
  Count product_change_;
  Count adjoint_product_change_;
};

}  // namespace

Roundings count_roundings(const Plan& plan, const Trace& trace) {
  return Counting(plan, trace).run();
}

}  // namespace phasic
