// What the functions of a model are called with: the state, the children made of it, and the way to hand them
// over. All of it is valid only in the call that got it. Nothing is allocated per transition.
#pragma once

#include <phasic/model_formula.hpp>

#include <initializer_list>
#include <vector>

namespace phasic {
inline namespace model_abi_1 {

/// A sum of numbers times terms, and perhaps a constant: `3 * coalescence`, `1 - p`.
template <std::size_t N>
struct Rate {
  double constant = 0;
  double factors[N == 0 ? 1 : N] = {};
  std::uint32_t terms[N == 0 ? 1 : N] = {};
};

/// An entry that is not 0.
struct Occupied {
  std::size_t index;
  Integer count;
};

namespace detail {

inline Rate<1> as_rate(Term term) {
  return {0, {1}, {term.index}};
}
template <std::size_t N>
Rate<N> as_rate(const Rate<N>& rate) {
  return rate;
}
inline Rate<0> as_rate(Number number) {
  return {number.value, {}, {}};
}

template <class T>
inline constexpr bool is_rate = false;
template <>
inline constexpr bool is_rate<Term> = true;
template <std::size_t N>
inline constexpr bool is_rate<Rate<N>> = true;

template <std::size_t N, std::size_t M>
Rate<N + M> sum(const Rate<N>& a, double sign, const Rate<M>& b) {
  Rate<N + M> result;
  result.constant = a.constant + sign * b.constant;
  for (std::size_t i = 0; i < N; ++i) {
    result.factors[i] = a.factors[i];
    result.terms[i] = a.terms[i];
  }
  for (std::size_t i = 0; i < M; ++i) {
    result.factors[N + i] = sign * b.factors[i];
    result.terms[N + i] = b.terms[i];
  }
  return result;
}

template <std::size_t N>
Rate<N> scaled(Rate<N> rate, double factor) {
  rate.constant *= factor;
  for (std::size_t i = 0; i < N; ++i) rate.factors[i] *= factor;
  return rate;
}

/// The state that is being expanded and the edges found so far. Vectors only grow: their sizes are
/// capacities.
struct Window {
  const std::int32_t* state = nullptr;
  std::size_t length = 0;
  std::size_t theta_count = 0;
  std::size_t term_count = 1;
  bool is_expanding = false;

  std::size_t rows = 0;
  std::size_t edges = 0;
  std::vector<std::int32_t> children;
  std::vector<std::uint32_t> targets;
  std::vector<double> coefficients;
  std::vector<phasic_place> places;
  std::vector<Occupied> occupied;
  bool knows_occupied = false;

  void open(const std::int32_t* entries, std::size_t count) {
    state = entries;
    length = count;
    rows = 0;
    edges = 0;
    knows_occupied = false;
  }

  void find_occupied() {
    occupied.clear();
    for (std::size_t i = 0; i < length; ++i) {
      if (state[i] != 0) occupied.push_back({i, state[i]});
    }
    knows_occupied = true;
  }

  std::uint32_t add_row() {
    if ((rows + 1) * length > children.size()) children.resize(2 * (rows + 1) * length);
    return static_cast<std::uint32_t>(rows++);
  }
  std::int32_t* row(std::uint32_t number) { return children.data() + number * length; }

  std::uint32_t add_copy() {
    const std::uint32_t number = add_row();
    std::int32_t* const entries = row(number);
    for (std::size_t i = 0; i < length; ++i) entries[i] = state[i];
    return number;
  }

  /// Coefficients of the next edge, all 0.
  double* next_coefficients() {
    if ((edges + 1) * term_count > coefficients.size()) {
      coefficients.resize(2 * (edges + 1) * term_count);
      targets.resize(2 * (edges + 1));
      places.resize(2 * (edges + 1));
    }
    double* const next = coefficients.data() + edges * term_count;
    for (std::size_t i = 0; i < term_count; ++i) next[i] = 0;
    return next;
  }

  // A rate of 0 is no transition.
  void add_edge(std::uint32_t child, const double* rates, const Place& where) {
    bool is_zero = true;
    for (std::size_t i = 0; i < term_count; ++i) is_zero = is_zero && rates[i] == 0;
    if (is_zero) return;
    targets[edges] = child;
    places[edges] = where;
    ++edges;
  }

  void change(std::uint32_t child, const Index& index, Integer difference) {
    if (index.value < 0 || index.value >= static_cast<Integer>(length)) refuse_index(index);
    std::int32_t& entry = row(child)[index.value];
    std::int32_t changed = 0;
    if (__builtin_add_overflow(static_cast<Integer>(entry), difference, &changed)) {
      refuse(index.where, {"entry [", index.value, "] of a child leaves the range of 32 bits; ", entry, " + ",
                           difference, " is too much"});
    }
    entry = changed;
  }

  [[noreturn]] void refuse_index(const Index& index) const {
    refuse(index.where, {"index ", index.value, " of a state is out of range; indices run from 0 to ",
                         static_cast<Integer>(length) - 1});
  }
};

}  // namespace detail

template <class A, class B>
concept SumOfRates = (detail::is_rate<A> || detail::is_rate<B>)&&(detail::is_rate<A> ||
                                                                  Arithmetic<A>)&&(detail::is_rate<B> ||
                                                                                   Arithmetic<B>);
template <class A, class B>
requires SumOfRates<A, B>
auto operator+(const A& a, const B& b) {
  return detail::sum(detail::as_rate(a), 1, detail::as_rate(b));
}
template <class A, class B>
requires SumOfRates<A, B>
auto operator-(const A& a, const B& b) {
  return detail::sum(detail::as_rate(a), -1, detail::as_rate(b));
}
template <class A>
requires detail::is_rate<A>
auto operator-(const A& a) {
  return detail::scaled(detail::as_rate(a), -1);
}
template <Arithmetic T, class A>
requires detail::is_rate<A>
auto operator*(T factor, const A& a) {
  return detail::scaled(detail::as_rate(a), static_cast<double>(factor));
}
template <class A, Arithmetic T>
requires detail::is_rate<A>
auto operator*(const A& a, T factor) {
  return detail::scaled(detail::as_rate(a), static_cast<double>(factor));
}

class State;

/// A child: the state, changed. It may be changed further, and goes to `emit`.
class Child {
 public:
  /// The state itself, unchanged: `emit(state, rates)`, which discrete time allows.
  Child(const State& state);
  /// `with(i, -1, j, +1)`: these differences added to these entries.
  template <class... More>
  const Child& with(Index index, Whole difference, const More&... more) const {
    window_->change(row_, index, difference.value);
    if constexpr (sizeof...(more) != 0) with_more(index.where, more...);
    return *this;
  }
  [[nodiscard]] Integer operator[](Index index) const {
    if (index.value < 0 || index.value >= static_cast<Integer>(window_->length)) window_->refuse_index(index);
    return window_->row(row_)[index.value];
  }

 private:
  friend class State;
  friend class Emit;
  Child(detail::Window& window, std::uint32_t row) : window_(&window), row_(row) {}

  template <class I, class D, class... More>
  void with_more(const Place& where, const I& index, const D& difference, const More&... more) const {
    window_->change(row_, Index(index, where), Whole(difference).value);
    if constexpr (sizeof...(more) != 0) with_more(where, more...);
  }

  detail::Window* window_;
  std::uint32_t row_;
};

class State {
 public:
  explicit State(detail::Window& window) : window_(&window) {}

  [[nodiscard]] std::size_t size() const { return window_->length; }
  [[nodiscard]] Integer operator[](Index index) const {
    if (index.value < 0 || index.value >= static_cast<Integer>(size())) window_->refuse_index(index);
    return window_->state[index.value];
  }
  [[nodiscard]] const std::int32_t* begin() const { return window_->state; }
  [[nodiscard]] const std::int32_t* end() const { return window_->state + window_->length; }
  [[nodiscard]] Integer sum() const {
    Integer total = 0;
    for (const std::int32_t entry : *this) total += entry;
    return total;
  }

  struct OccupiedEntries {
    const Occupied* first;
    const Occupied* last;
    [[nodiscard]] const Occupied* begin() const { return first; }
    [[nodiscard]] const Occupied* end() const { return last; }
  };
  /// The entries that are not 0, in order: `for (const auto [i, count] : state.occupied())`.
  [[nodiscard]] OccupiedEntries occupied() const {
    if (!window_->knows_occupied) window_->find_occupied();
    const std::vector<Occupied>& all = window_->occupied;
    return {all.data(), all.data() + all.size()};
  }
  /// Those behind an index, so that two nested loops visit each pair once.
  [[nodiscard]] OccupiedEntries occupied(std::size_t behind) const {
    OccupiedEntries rest = occupied();
    while (rest.first != rest.last && rest.first->index <= behind) ++rest.first;
    return rest;
  }

  /// A child: the state with these differences added to these entries, `state.with(i, -1, j, +1)`.
  template <class... More>
  Child with(Index index, Whole difference, const More&... more) const {
    const Child child(*window_, window_->add_copy());
    return child.with(index, difference, more...);
  }

 private:
  friend class Child;
  detail::Window* window_;
};

inline Child::Child(const State& state) : window_(state.window_), row_(window_->add_copy()) {}

/// Hands a transition over: `emit(child, rates)`.
class Emit {
 public:
  explicit Emit(detail::Window& window) : window_(&window) {}

  /// A number for each parameter of theta, in order, and a constant: `emit(child, {3, 0})`, `emit(child, {},
  /// 1)`.
  void operator()(const Child& child, std::initializer_list<Number> rates, Number constant = 0,
                  Place where = {}) const {
    if (rates.size() != window_->theta_count && rates.size() != 0) refuse_count(rates.size(), where);
    double* const coefficients = coefficients_of(child, where);
    coefficients[0] = constant.value;
    double* next = coefficients;
    for (const Number rate : rates) *++next = rate.value;
    window_->add_edge(child.row_, coefficients, where);
  }

  /// A sum of multiples of terms: `emit(child, 3 * coalescence + bottleneck)`, `emit(child, 1 - p)`.
  template <class R>
  requires detail::is_rate<R>
  void operator()(const Child& child, const R& rate, Place where = {}) const {
    const auto sum = detail::as_rate(rate);
    double* const coefficients = coefficients_of(child, where);
    coefficients[0] = sum.constant;
    add(coefficients, sum);
    window_->add_edge(child.row_, coefficients, where);
  }

  /// A number alone could be a constant or the rate of the first parameter: say which.
  template <Arithmetic T>
  void operator()(const Child&, T) const {
    static_assert(!Arithmetic<T>,
                  "write emit(child, {rate1, rate2}), emit(child, 2 * term) or, for a constant "
                  "rate, emit(child, {}, rate)");
  }

  /// A child given whole, entry by entry.
  template <class R>
  void operator()(const std::vector<std::int32_t>& child, const R& rate, Place where = {}) const {
    operator()(child_of(child.data(), child.size(), where), rate, where);
  }
  void operator()(const std::vector<std::int32_t>& child, std::initializer_list<Number> rates,
                  Number constant = 0, Place where = {}) const {
    operator()(child_of(child.data(), child.size(), where), rates, constant, where);
  }

 private:
  double* coefficients_of(const Child& child, const Place& where) const {
    if (!window_->is_expanding)
      detail::refuse(where, {"emit was called outside transitions; it belongs there"});
    if (child.window_ != window_ || child.row_ >= window_->rows) {
      detail::refuse(where,
                     {"this child is of an earlier state; a child is valid only in the call that made it"});
    }
    return window_->next_coefficients();
  }

  template <std::size_t N>
  void add(double* coefficients, const Rate<N>& rate) const {
    for (std::size_t i = 0; i < N; ++i) coefficients[rate.terms[i]] += rate.factors[i];
  }

  [[nodiscard]] Child child_of(const std::int32_t* entries, std::size_t count, const Place& where) const {
    if (count != window_->length) {
      detail::refuse(where, {"a child has ", count, " entries; a state of this model has ", window_->length});
    }
    const Child child(*window_, window_->add_row());
    for (std::size_t i = 0; i < count; ++i) window_->row(child.row_)[i] = entries[i];
    return child;
  }

  [[noreturn]] void refuse_count(std::size_t count, const Place& where) const {
    detail::refuse(where, {count, count == 1 ? " rate for " : " rates for ", window_->theta_count,
                           window_->theta_count == 1 ? " parameter" : " parameters",
                           "; list one for each, in order, or write 2 * term"});
  }

  detail::Window* window_;
};

}  // namespace model_abi_1
}  // namespace phasic
