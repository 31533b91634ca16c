// From the columns of a question to the solves that answer them. Every column is an algebraic expression of
// a few *ingredients*, expectations that solves give; the plan numbers them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "moments/question.hpp"
#include "replay/mpfr.hpp"
#include "trace/trace.hpp"

namespace phasic {

/// E[R_reward^order] / order!, with another reward E[R_reward R_other], P(absorbed with R_reward = 0), or
/// what is about no reward.
struct Ingredient {
  enum class Kind { moment, product, atom, sojourn, visits, probability };
  Kind kind = Kind::moment;
  std::size_t reward = 0;
  unsigned order = 1;
  std::size_t other = 0;
  friend bool operator==(const Ingredient&, const Ingredient&) = default;
};

/// What a column needs besides moments of its reward; nothing for most.
std::optional<Ingredient> special_ingredient(const Statistic& column);

/// 1 less the start's probabilities, to the last bit; not below 0.
Mpfr missing_at_start(const Trace& trace);

class Plan {
 public:
  Plan(const Question& question, const Trace& trace);

  [[nodiscard]] const std::vector<Ingredient>& ingredients() const { return ingredients_; }
  /// The place of E[R] among the ingredients; those of E[R^2] / 2, E[R^3] / 6... follow, `order(reward)` in
  /// all.
  [[nodiscard]] std::size_t first_moment(std::size_t reward) const { return first_moments_[reward]; }
  [[nodiscard]] unsigned order(std::size_t reward) const { return orders_[reward]; }
  [[nodiscard]] std::size_t product(std::size_t reward, std::size_t other) const;
  [[nodiscard]] std::size_t find(const Ingredient& ingredient) const;

  [[nodiscard]] std::size_t reward_count() const { return orders_.size(); }
  /// By position; empty for 1 everywhere.
  [[nodiscard]] std::span<const double> reward(std::size_t reward) const { return rewards_[reward]; }
  [[nodiscard]] bool has_gradients() const { return has_gradients_; }
  [[nodiscard]] Rows rows() const { return rows_; }
  /// Whether the moments of a single reward, and their gradients, are all there is.
  [[nodiscard]] bool is_of_moments() const {
    return rows_ == Rows::start && orders_.size() == 1 && ingredients_.size() == orders_[0];
  }
  [[nodiscard]] bool is_plain() const { return is_of_moments() && !has_gradients_; }

 private:
  std::vector<std::vector<double>> rewards_;
  std::vector<unsigned> orders_;
  std::vector<std::size_t> first_moments_;
  std::vector<Ingredient> ingredients_;
  bool has_gradients_ = false;
  Rows rows_;
};

}  // namespace phasic
