// The factors of a trace at one theta, in any scalar, and how they are substituted. Not a header of its own:
// replay_mpfr.cpp and replay_double.cpp include it into a namespace that has the operations of
// replay/arithmetic.hpp for their scalar, the latter once for every kind of processor.
//
// With what leaves a state as its pivot d, a component's matrix is (I - L)(D - U), everything non-negative.

enum class Extent { one_component, all_components };  ///< whose factors are kept at a time

template <class Scalar>
class Factors {
 public:
  /// `weights` by class, `cuts` by position or empty: such a state has no future, its value is 0. `shifts` by
  /// position or empty: what else leaves a state, for nowhere.
  struct Inputs {
    std::span<const Scalar> weights;
    const std::vector<bool>& cuts;
    std::span<const Scalar> shifts = {};
    [[nodiscard]] bool is_cut(std::uint32_t position) const { return !cuts.empty() && cuts[position]; }
  };
  // A double stays in a register and is stored when it is done; an Mpfr is worked on where it lies, so that
  // no loop allocates.
  using Local = std::conditional_t<std::is_same_v<Scalar, double>, double, Scalar&>;
  static void store(Scalar& place, const Local& local) {
    if constexpr (std::is_same_v<Scalar, double>) place = local;
  }

  /// What is looked up once for all that is done with a component.
  struct Component {
    std::uint32_t first;
    std::uint32_t size;
    const Pattern* pattern;  ///< nothing for one state
    Scalar* lower;
    Scalar* upper;
    Scalar* pivots;
  };

  Factors(const Trace& trace, const Scalar& zero, Extent extent);
  [[nodiscard]] Component component(std::size_t number);
  void factor(const Inputs& in, const Component& component);

  /// To `all[position]`: what its edges into earlier components earn, and row i of the solve with I - L.
  void substitute_lower(const Inputs& in, const Component& component, std::uint32_t i, Scalar* all);
  /// The component's solve with D - U, from its last row to its first.
  void substitute_upper(const Component& component, Scalar* all);
  /// The transposed of both; a state that is cut has 0 in the end. What enters the component is there
  /// already.
  void substitute_transposed(const Inputs& in, const Component& component, Scalar* all);
  /// Adds what enters the component from later ones.
  void add_entering(const Inputs& in, const ClassGroups::ByColumn& entering, const Component& component,
                    Scalar* all);

  void forget_closed_states() { met_closed_state_ = false; }
  [[nodiscard]] bool met_closed_state() const { return met_closed_state_; }

 private:
  struct Place {
    std::size_t row = 0;
    std::size_t lower = 0;
    std::size_t upper = 0;
  };
  /// What a row of U of a large component has in common with its neighbours.
  struct RowShape {
    std::uint32_t run;  ///< the entry from which on columns follow one another without a gap
    std::uint32_t
        nested;  ///< so many rows from this one on have its columns: each the last one's, but for its own
  };
  static constexpr std::uint32_t most_nested = 4;
  /// Small components are faster without a look at shapes.
  static bool is_large(const Pattern& pattern) {
    return std::is_same_v<Scalar, double> && pattern.upper.targets.size() > std::size_t{1} << 15U;
  }
  static std::vector<RowShape> shapes_of(const Adjacency& upper);

  void factor_row(const Inputs& in, const Component& component, std::uint32_t i);
  void factor_row_by_blocks(const Inputs& in, const Component& component, const RowShape* shapes,
                            std::uint32_t i);
  template <std::uint32_t Depth>
  void add_block(const Component& component, const RowShape* shapes, const Scalar* multipliers,
                 std::uint32_t k);
  void begin_row(const Pattern& pattern, std::uint32_t i);
  void finish_row(const Component& component, std::uint32_t i, Local total);
  Local scatter(const Inputs& in, std::uint32_t position, std::uint32_t first, std::uint32_t last);

  const Trace& trace_;
  bool met_closed_state_ = false;
  std::vector<Place> places_;  // where each component's factors begin; one: each takes the place of the last
  std::vector<Scalar> work_;
  std::vector<Scalar> pivots_;
  std::vector<Scalar> exits_;
  std::map<const Pattern*, std::vector<RowShape>> shapes_;  // of large components
  std::vector<Scalar> lower_;
  std::vector<Scalar> upper_;
  Scalar zero_;
  Scalar total_;
  Scalar multiplier_;
};

template <class Scalar>
Factors<Scalar>::Factors(const Trace& trace, const Scalar& zero, Extent extent)
    : trace_(trace), places_(1), zero_(zero), total_(zero), multiplier_(zero) {
  Place end;
  Place largest;
  for (std::size_t c = 0; c < trace.component_count(); ++c) {
    const std::size_t size = trace.component_offsets()[c + 1] - trace.component_offsets()[c];
    const Pattern* pattern = trace.pattern(c);
    const std::size_t lower = pattern == nullptr ? 0 : pattern->lower.targets.size();
    const std::size_t upper = pattern == nullptr ? 0 : pattern->upper.targets.size();
    end = {end.row + size, end.lower + lower, end.upper + upper};
    largest = {std::max(largest.row, size), std::max(largest.lower, lower), std::max(largest.upper, upper)};
    if (pattern != nullptr && is_large(*pattern) && !shapes_.contains(pattern))
      shapes_[pattern] = shapes_of(pattern->upper);
    if (extent == Extent::all_components) places_.push_back(end);
  }
  const Place& kept = extent == Extent::all_components ? end : largest;
  work_.assign(largest.row, zero);
  pivots_.assign(kept.row, zero);
  exits_.assign(largest.row, zero);
  lower_.assign(kept.lower, zero);
  upper_.assign(kept.upper, zero);
}

/// Lays one row out: rates within the component into `work_`; returns the sum of all others.
template <class Scalar>
[[gnu::always_inline]] inline typename Factors<Scalar>::Local Factors<Scalar>::scatter(const Inputs& in,
                                                                                       std::uint32_t position,
                                                                                       std::uint32_t first,
                                                                                       std::uint32_t last) {
  const Adjacency& rows = trace_.rows();
  Local exit = total_;
  set(exit, in.shifts.empty() ? zero_ : in.shifts[position]);
  if (in.is_cut(position)) {
    set(exit, 1.0);
    return exit;
  }
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    const Scalar& weight = in.weights[trace_.edge_classes()[e]];
    if (column >= first && column < last)
      set(work_[column - first], weight);
    else
      add(exit, weight);
  }
  return exit;
}

template <class Scalar>
typename Factors<Scalar>::Component Factors<Scalar>::component(std::size_t number) {
  const std::uint32_t first = trace_.component_offsets()[number];
  const Place place = places_.size() == 1 ? Place{} : places_[number];
  return {first,
          trace_.component_offsets()[number + 1] - first,
          trace_.pattern(number),
          lower_.data() + place.lower,
          upper_.data() + place.upper,
          pivots_.data() + place.row};
}

/// What is eliminated last leads to almost all that is left, so columns at the end of a row often follow one
/// another, and rows that do have columns in common. Short runs do not count.
template <class Scalar>
std::vector<typename Factors<Scalar>::RowShape> Factors<Scalar>::shapes_of(const Adjacency& upper) {
  constexpr std::uint32_t worth_a_loop = 8;
  std::vector<RowShape> shapes(upper.size());
  for (std::uint32_t i = static_cast<std::uint32_t>(upper.size()); i-- > 0;) {
    const std::uint32_t end = upper.offsets[i + 1];
    std::uint32_t begin = end;
    while (begin > upper.offsets[i] && upper.targets[begin - 1] + (end - begin) == upper.targets[end - 1])
      --begin;
    shapes[i].run = end - begin < worth_a_loop ? end : begin;
    const auto row = upper[i];
    shapes[i].nested = 1;
    if (!row.empty() && row.front() == i + 1 && std::ranges::equal(row.subspan(1), upper[i + 1]))
      shapes[i].nested += shapes[i + 1].nested;
  }
  return shapes;
}

template <class Scalar>
[[gnu::always_inline]] inline void Factors<Scalar>::begin_row(const Pattern& pattern, std::uint32_t i) {
  for (const std::uint32_t k : pattern.lower[i]) set(work_[k], zero_);
  for (const std::uint32_t j : pattern.upper[i]) set(work_[j], zero_);
  set(work_[i], zero_);  // collects what leads back to the row itself, which GTH leaves out
}

template <class Scalar>
[[gnu::always_inline]] inline void Factors<Scalar>::finish_row(const Component& component, std::uint32_t i,
                                                               Local total) {
  const Adjacency& upper = component.pattern->upper;
  set(exits_[i], total);
  for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
    set(component.upper[u], work_[upper.targets[u]]);
    add(total, component.upper[u]);
  }
  set(component.pivots[i], total);
  if (is_zero(total)) met_closed_state_ = true;
}

template <class Scalar>
void Factors<Scalar>::factor_row(const Inputs& in, const Component& component, std::uint32_t i) {
  const auto& [lower, upper] = *component.pattern;
  begin_row(*component.pattern, i);
  Local total = scatter(in, component.first + i, component.first, component.first + component.size);
  Local multiplier = multiplier_;
  for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
    const std::uint32_t k = lower.targets[entry];
    set(multiplier, work_[k]);
    divide(multiplier, component.pivots[k]);
    set(component.lower[entry], multiplier);
    add_product(total, multiplier, exits_[k]);
    for (std::uint32_t u = upper.offsets[k]; u < upper.offsets[k + 1]; ++u)
      add_product(work_[upper.targets[u]], multiplier, component.upper[u]);
  }
  finish_row(component, i, total);
}

/// The same, up to four nested rows of U at a time: an entry that all of them change is read and written
/// once.
template <class Scalar>
void Factors<Scalar>::factor_row_by_blocks(const Inputs& in, const Component& component,
                                           const RowShape* shapes, std::uint32_t i) {
  const auto& [lower, upper] = *component.pattern;
  begin_row(*component.pattern, i);
  Local total = scatter(in, component.first + i, component.first, component.first + component.size);
  const std::uint32_t end = lower.offsets[i + 1];
  for (std::uint32_t entry = lower.offsets[i]; entry < end;) {
    const std::uint32_t first = lower.targets[entry];
    const std::uint32_t depth = std::min({shapes[first].nested, most_nested, end - entry});
    Scalar* const multipliers = component.lower + entry;
    for (std::uint32_t k = first; k < first + depth; ++k, ++entry) {
      Scalar multiplier = work_[k];
      for (std::uint32_t before = first; before < k; ++before)
        add_product(multiplier, multipliers[before - first],
                    component.upper[upper.offsets[before] + k - before - 1]);
      divide(multiplier, component.pivots[k]);
      add_product(total, multiplier, exits_[k]);
      component.lower[entry] = multiplier;
    }
    if (depth == 4)
      add_block<4>(component, shapes, multipliers, first);
    else if (depth == 3)
      add_block<3>(component, shapes, multipliers, first);
    else if (depth == 2)
      add_block<2>(component, shapes, multipliers, first);
    else
      add_block<1>(component, shapes, multipliers, first);
  }
  finish_row(component, i, total);
}

/// To the row: its multipliers times rows [k, k + Depth) of U, in columns that all of these have.
template <class Scalar>
template <std::uint32_t Depth>
[[gnu::always_inline]] inline void Factors<Scalar>::add_block(const Component& component,
                                                              const RowShape* shapes,
                                                              const Scalar* multipliers, std::uint32_t k) {
  const Adjacency& upper = component.pattern->upper;
  const std::uint32_t last = k + Depth - 1;
  const std::uint32_t begin = upper.offsets[last];
  const std::uint32_t count = upper.offsets[last + 1] - begin;
  const std::uint32_t run = shapes[last].run - begin;
  const std::uint32_t* const columns = upper.targets.data() + begin;
  Scalar factors[Depth];
  const Scalar* rows[Depth];
  for (std::uint32_t d = 0; d < Depth; ++d) {
    factors[d] = multipliers[d];
    rows[d] = component.upper + upper.offsets[k + d] + (Depth - 1 - d);
  }
  for (std::uint32_t u = 0; u < run; ++u) {
    Scalar sum = work_[columns[u]];
    for (std::uint32_t d = 0; d < Depth; ++d) add_product(sum, factors[d], rows[d][u]);
    work_[columns[u]] = sum;
  }
  if (run == count) return;
  // Nothing overlaps, so doubles go by vectors.
  Scalar* const __restrict sums = &work_[columns[run]];
  for (std::uint32_t u = 0; u < count - run; ++u) {
    Scalar sum = sums[u];
    for (std::uint32_t d = 0; d < Depth; ++d) add_product(sum, factors[d], rows[d][run + u]);
    sums[u] = sum;
  }
}

template <class Scalar>
[[gnu::always_inline]] inline void Factors<Scalar>::factor(const Inputs& in, const Component& component) {
  if (component.pattern == nullptr) {
    const Local total = scatter(in, component.first, component.first, component.first);
    set(component.pivots[0], total);
    if (is_zero(total)) met_closed_state_ = true;
    return;
  }
  if constexpr (std::is_same_v<Scalar, double>) {
    if (is_large(*component.pattern)) {
      const RowShape* const shapes = shapes_.find(component.pattern)->second.data();
      for (std::uint32_t i = 0; i < component.size; ++i) factor_row_by_blocks(in, component, shapes, i);
      return;
    }
  }
  for (std::uint32_t i = 0; i < component.size; ++i) factor_row(in, component, i);
}

template <class Scalar>
[[gnu::always_inline]] inline void Factors<Scalar>::substitute_lower(const Inputs& in,
                                                                     const Component& component,
                                                                     std::uint32_t i, Scalar* all) {
  const std::uint32_t position = component.first + i;
  if (in.is_cut(position)) return;
  const Adjacency& rows = trace_.rows();
  Local sum = all[position];
  for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
    const std::uint32_t column = rows.targets[e];
    if (column >= component.first) break;
    add_product(sum, in.weights[trace_.edge_classes()[e]], all[column]);
  }
  if (component.pattern != nullptr) {
    const Adjacency& lower = component.pattern->lower;
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      add_product(sum, component.lower[entry], all[component.first + lower.targets[entry]]);
    }
  }
  store(all[position], sum);
}

template <class Scalar>
[[gnu::always_inline]] inline void Factors<Scalar>::substitute_upper(const Component& component,
                                                                     Scalar* all) {
  Scalar* const x = all + component.first;
  if (component.pattern == nullptr) {
    divide(*x, *component.pivots);
    return;
  }
  const Adjacency& upper = component.pattern->upper;
  for (std::uint32_t i = component.size; i-- > 0;) {
    Local sum = x[i];
    for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u) {
      add_product(sum, component.upper[u], x[upper.targets[u]]);
    }
    divide(sum, component.pivots[i]);
    store(x[i], sum);
  }
}

template <class Scalar>
void Factors<Scalar>::substitute_transposed(const Inputs& in, const Component& component, Scalar* all) {
  Scalar* const x = all + component.first;
  if (component.pattern == nullptr) {
    divide(*x, *component.pivots);
  } else {
    const auto& [lower, upper] = *component.pattern;
    for (std::uint32_t i = 0; i < component.size; ++i) {
      divide(x[i], component.pivots[i]);
      for (std::uint32_t u = upper.offsets[i]; u < upper.offsets[i + 1]; ++u)
        add_product(x[upper.targets[u]], component.upper[u], x[i]);
    }
    for (std::uint32_t i = component.size; i-- > 0;) {
      for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry)
        add_product(x[lower.targets[entry]], component.lower[entry], x[i]);
    }
  }
  for (std::uint32_t i = 0; i < component.size; ++i) {
    if (in.is_cut(component.first + i)) set(x[i], zero_);
  }
}

/// The sum over the classes of weight times what has that class, so that sums by class serve derivatives as
/// well.
template <class Scalar>
void Factors<Scalar>::add_entering(const Inputs& in, const ClassGroups::ByColumn& entering,
                                   const Component& component, Scalar* all) {
  Local total = total_;
  Local sum = multiplier_;
  for (std::uint32_t position = component.first; position < component.first + component.size; ++position) {
    const std::uint32_t last = entering.offsets[position + 1];
    std::uint32_t group = entering.offsets[position];
    if (group == last) continue;
    set(total, zero_);
    for (; group < last; ++group) {
      set(sum, zero_);
      for (std::uint32_t i = entering.begin(group); i < entering.groups[group].end; ++i)
        add(sum, all[entering.rows[i]]);
      add_product(total, in.weights[entering.groups[group].edge_class], sum);
    }
    add(all[position], total);
  }
}
