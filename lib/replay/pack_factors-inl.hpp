// The factors of a trace at one theta in each lane. Runs a PackProgram: each entry of L and U is finished in
// registers, from its own rate and its products in the order in which Factors adds them, so every lane has
// its bits. Not a header of its own, see replay/pack-inl.hpp.

/// A right-hand side: a vector by position, nothing for 1 everywhere, times the rewards, if there are any.
template <std::size_t Vectors>
struct Earned {
  const double* from;
  std::span<const double> rewards;

  HWY_INLINE Pack<Vectors> operator()(std::uint32_t position) const {
    using P = Pack<Vectors>;
    P result = from == nullptr ? P::broadcast(1) : P::load(from + position * P::lanes());
    if (!rewards.empty()) result.multiply(P::broadcast(rewards[position]));
    return result;
  }
};

/// Of the numbers of the group's rows, in their order.
template <std::size_t Vectors>
HWY_INLINE Pack<Vectors> sum_of_rows(const ClassGroups::ByColumn& edges, std::uint32_t group,
                                     const double* numbers) {
  using P = Pack<Vectors>;
  const std::uint32_t first = edges.begin(group);
  P sum = P::load(numbers + edges.rows[first] * P::lanes());
  for (std::uint32_t i = first + 1; i < edges.groups[group].end; ++i)
    sum.add(numbers + edges.rows[i] * P::lanes());
  return sum;
}

template <std::size_t Vectors>
class PackFactors {
 public:
  using P = Pack<Vectors>;
  static constexpr std::size_t lanes() { return P::lanes(); }

  static constexpr std::size_t any_bytes = std::numeric_limits<std::size_t>::max();

  /// Keeps so many bytes of factors at most, of the components that cost most to factorise again. The others'
  /// replace each other.
  PackFactors(const Trace& trace, std::size_t most_kept_bytes)
      : trace_(trace),
        program_(trace),
        is_kept_(dearest(most_kept_bytes)),
        passing_(trace.component_count()) {
    std::size_t end = 0;
    std::size_t most = 0;
    for (std::size_t c = 0; c < trace.component_count(); ++c) {
      places_.push_back(end);
      if (is_kept_[c])
        end += program_[c].slot_count;
      else
        most = std::max(most, program_[c].slot_count);
    }
    for (std::size_t c = 0; c < trace.component_count(); ++c) {
      if (!is_kept_[c]) places_[c] = end;
    }
    slots_.resize((end + most) * lanes());
  }

  /// `weights` has `lanes()` numbers for each class. `cuts` by position, empty for none: such a state's value
  /// is 0 in every lane. Outlives the factors.
  void set_weights(std::span<const double> weights, const std::vector<bool>& cuts) {
    weights_.assign(weights.begin(), weights.end());
    weights_.resize(weights.size() + lanes(), 0.0);  // the class of fill-in
    cuts_ = &cuts;
    least_pivots_ = P::broadcast(1);
  }

  void factor(std::size_t component) {
    if (!is_kept_[component]) passing_ = component;
    const std::uint32_t first = trace_.component_offsets()[component];
    const Pattern* pattern = trace_.pattern(component);
    double* const slots = slots_.data() + places_[component] * lanes();
    if (program_[component].panels != nullptr) {
      factor_panels(component, slots);
      return;
    }
    if (pattern != nullptr) {
      const PackSlots at(*pattern);
      Cursor cursor(program_[component]);
      for (std::uint32_t i = 0; i < pattern->size(); ++i) factor_row(*pattern, at, first, i, slots, cursor);
      return;
    }
    P pivot = P::broadcast(1);
    if (!is_cut(first)) pivot = sum_of_exits(first, first, first);
    least_pivots_.lower_to(pivot);
    pivot.store(slots);
  }

  /// The component's part of the solve with M: `right_hand_side(position)` is a pack, `x` by position, done
  /// for earlier components.
  template <class RightHandSide>
  HWY_INLINE void solve(std::size_t component, RightHandSide right_hand_side, double* x) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const Pattern* pattern = trace_.pattern(component);
    double* const slots = slots_.data() + places_[component] * lanes();
    if (const Panels* panels = program_[component].panels.get(); panels != nullptr) {
      PackPanels<Vectors>(*panels, slots)
          .solve([&](std::uint32_t i) HWY_ATTR { return earned_later(first + i, first, right_hand_side, x); },
                 x + first * lanes());
      return;
    }
    if (pattern == nullptr) {
      P sum = earned_later(first, first, right_hand_side, x);
      sum.divide(slots);
      sum.store(x + first * lanes());
      return;
    }
    const PackSlots at(*pattern);
    double* const own = x + first * lanes();
    for (std::uint32_t i = 0; i < pattern->size(); ++i) {
      P sum = earned_later(first + i, first, right_hand_side, x);
      const Adjacency& lower = pattern->lower;
      for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry)
        sum.add_product(slots + at.lower(entry) * lanes(), own + lower.targets[entry] * lanes());
      sum.store(own + i * lanes());
    }
    for (std::uint32_t i = static_cast<std::uint32_t>(pattern->size()); i-- > 0;) {
      P sum = P::load(own + i * lanes());
      const Adjacency& upper = pattern->upper;
      for (std::uint32_t entry = upper.offsets[i]; entry < upper.offsets[i + 1]; ++entry)
        sum.add_product(slots + at.upper(entry) * lanes(), own + upper.targets[entry] * lanes());
      sum.divide(slots + at.pivot(i) * lanes());
      sum.store(own + i * lanes());
    }
  }

  /// The component's part of the solve with M^T. `right_hand_side(position)` has what enters it, too.
  template <class RightHandSide>
  HWY_INLINE void solve_transposed(const Columns& columns, std::size_t component,
                                   RightHandSide right_hand_side, double* x) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const Pattern* pattern = trace_.pattern(component);
    double* const slots = slots_.data() + places_[component] * lanes();
    if (const Panels* panels = program_[component].panels.get(); panels != nullptr) {
      PackPanels<Vectors>(*panels, slots)
          .solve_transposed([&](std::uint32_t i) HWY_ATTR { return right_hand_side(first + i); },
                            x + first * lanes());
      return;
    }
    if (pattern == nullptr) {
      P sum = right_hand_side(first);
      sum.divide(slots);
      sum.store(x + first * lanes());
      return;
    }
    const PackSlots at(*pattern);
    const Columns::OfPattern& own_columns = columns.pattern(component);
    double* const own = x + first * lanes();
    for (std::uint32_t i = 0; i < pattern->size(); ++i) {
      P sum = right_hand_side(first + i);
      for (const auto& [row, entry] : own_columns.upper[i])
        sum.add_product(slots + at.upper(entry) * lanes(), own + row * lanes());
      sum.divide(slots + at.pivot(i) * lanes());
      sum.store(own + i * lanes());
    }
    for (std::uint32_t i = static_cast<std::uint32_t>(pattern->size()); i-- > 0;) {
      P sum = P::load(own + i * lanes());
      for (const auto& [row, entry] : own_columns.lower[i])
        sum.add_product(slots + at.lower(entry) * lanes(), own + row * lanes());
      sum.store(own + i * lanes());
    }
  }

  /// What enters a position from later components, done there; rows that are cut are 0.
  HWY_INLINE P entering(const ClassGroups::ByColumn& edges, std::uint32_t position, const double* x) const {
    P total = P::broadcast(0);
    for (std::uint32_t group = edges.offsets[position]; group < edges.offsets[position + 1]; ++group)
      total.add_product(sum_of_rows<Vectors>(edges, group, x), weight(edges.groups[group].edge_class));
    return total;
  }

  /// Of all components in lists.
  static std::size_t slot_count(const Trace& trace) {
    std::size_t count = 0;
    for (std::size_t c = 0; c < trace.component_count(); ++c)
      count += trace.pattern(c) == nullptr ? 1 : PackSlots(*trace.pattern(c)).count();
    return count;
  }
  /// Whether the component's factors are still there.
  [[nodiscard]] bool has(std::size_t component) const { return is_kept_[component] || passing_ == component; }
  [[nodiscard]] const double* weight(std::size_t edge_class) const {
    return weights_.data() + edge_class * lanes();
  }
  [[nodiscard]] bool is_cut(std::uint32_t position) const { return !cuts_->empty() && (*cuts_)[position]; }
  [[nodiscard]] const std::vector<bool>& cuts() const { return *cuts_; }
  /// Whether a state was met that nothing leaves, by lane.
  [[nodiscard]] std::vector<bool> met_closed_states() const {
    alignas(64) double least[lanes()];
    least_pivots_.store(least);
    std::vector<bool> met;
    for (const double pivot : least) met.push_back(pivot == 0);
    return met;
  }

 private:
  /// The components with the most multiply-adds for each slot, as many as fit.
  [[nodiscard]] std::vector<bool> dearest(std::size_t most_bytes) const {
    std::vector<std::pair<double, std::size_t>> costs;
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      const Pattern* pattern = trace_.pattern(c);
      const double products = pattern == nullptr ? 0 : static_cast<double>(multiply_adds(*pattern));
      costs.emplace_back(-products / static_cast<double>(program_[c].slot_count), c);
    }
    std::ranges::sort(costs);
    std::vector<bool> is_kept(costs.size());
    std::size_t slots_left = most_bytes / (lanes() * sizeof(double));
    for (const auto& [cost, component] : costs) {
      if (program_[component].slot_count > slots_left) continue;
      slots_left -= program_[component].slot_count;
      is_kept[component] = true;
    }
    return is_kept;
  }

  /// Where the program of a component goes on.
  struct Cursor {
    explicit Cursor(const PackProgram::Component& program)
        : start(program.start_classes.data()),
          length(program.product_counts.data()),
          product(program.products.data()) {}
    const std::uint32_t* start;
    const std::uint32_t* length;
    const PackProgram::Product* product;
  };

  HWY_INLINE P finish_entry(const double* slots, Cursor& cursor) const {
    P sum = P::load(weight(*cursor.start++));
    for (const PackProgram::Product* end = cursor.product + *cursor.length++; cursor.product != end;
         ++cursor.product) {
      sum.add_product(slots + cursor.product->multiplier * lanes(), slots + cursor.product->entry * lanes());
    }
    return sum;
  }

  /// The sum of the rates that leave the component, in the order of the row.
  HWY_INLINE P sum_of_exits(std::uint32_t position, std::uint32_t first, std::uint32_t last) const {
    const Adjacency& rows = trace_.rows();
    P sum = P::broadcast(0);
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      if (column < first || column >= last) sum.add(weight(trace_.edge_classes()[e]));
    }
    return sum;
  }

  void factor_panels(std::size_t component, double* slots) {
    const std::uint32_t first = trace_.component_offsets()[component];
    const std::uint32_t last = trace_.component_offsets()[component + 1];
    const Adjacency& rows = trace_.rows();
    const std::uint32_t* edge_slot = program_[component].edge_slots.data();
    const auto load_row = [&](std::uint32_t i) HWY_ATTR {
      const std::uint32_t position = first + i;
      P exit = P::broadcast(is_cut(position) ? 1 : 0);
      for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
        const bool is_inner = rows.targets[e] >= first && rows.targets[e] < last;
        const double* const rate = weight(trace_.edge_classes()[e]);
        if (!is_cut(position)) {
          if (is_inner)
            P::load(rate).store(slots + *edge_slot * lanes());
          else
            exit.add(rate);
        }
        if (is_inner) ++edge_slot;
      }
      return exit;
    };
    least_pivots_.lower_to(PackPanels<Vectors>(*program_[component].panels, slots).factor(load_row));
  }

  HWY_INLINE void factor_row(const Pattern& pattern, const PackSlots& at, std::uint32_t first,
                             std::uint32_t i, double* slots, Cursor& cursor) {
    const auto& [lower, upper] = pattern;
    if (is_cut(first + i)) {
      cut_row(pattern, at, i, slots, cursor);
      return;
    }
    P total = sum_of_exits(first + i, first, first + static_cast<std::uint32_t>(pattern.size()));
    for (std::uint32_t entry = lower.offsets[i]; entry < lower.offsets[i + 1]; ++entry) {
      const std::uint32_t k = lower.targets[entry];
      P multiplier = finish_entry(slots, cursor);
      multiplier.divide(slots + at.pivot(k) * lanes());
      multiplier.store(slots + at.lower(entry) * lanes());
      total.add_product(multiplier, slots + at.exit(k) * lanes());
    }
    total.store(slots + at.exit(i) * lanes());
    for (std::uint32_t entry = upper.offsets[i]; entry < upper.offsets[i + 1]; ++entry) {
      const P rate = finish_entry(slots, cursor);
      rate.store(slots + at.upper(entry) * lanes());
      total.add(rate);
    }
    least_pivots_.lower_to(total);
    total.store(slots + at.pivot(i) * lanes());
  }

  /// A row of zeros that leaves at rate 1.
  void cut_row(const Pattern& pattern, const PackSlots& at, std::uint32_t i, double* slots, Cursor& cursor) {
    const auto clear = [&](std::size_t slot) HWY_ATTR {
      cursor.product += *cursor.length++;
      ++cursor.start;
      P::broadcast(0).store(slots + slot * lanes());
    };
    const auto& [lower, upper] = pattern;
    for (std::uint32_t e = lower.offsets[i]; e < lower.offsets[i + 1]; ++e) clear(at.lower(e));
    for (std::uint32_t e = upper.offsets[i]; e < upper.offsets[i + 1]; ++e) clear(at.upper(e));
    P::broadcast(1).store(slots + at.exit(i) * lanes());
    P::broadcast(1).store(slots + at.pivot(i) * lanes());
  }

  /// The right-hand side, and what edges into earlier components earn there; nothing for a state that is cut.
  template <class RightHandSide>
  HWY_INLINE P earned_later(std::uint32_t position, std::uint32_t first, RightHandSide right_hand_side,
                            const double* x) const {
    if (is_cut(position)) return P::broadcast(0);
    P sum = right_hand_side(position);
    const Adjacency& rows = trace_.rows();
    for (std::uint32_t e = rows.offsets[position]; e < rows.offsets[position + 1]; ++e) {
      const std::uint32_t column = rows.targets[e];
      if (column >= first) break;
      sum.add_product(weight(trace_.edge_classes()[e]), x + column * lanes());
    }
    return sum;
  }

  const Trace& trace_;
  PackProgram program_;
  std::vector<bool> is_kept_;        // by component
  std::size_t passing_;              // whose factors are where those go that are not kept
  std::vector<std::size_t> places_;  // where each component's slots begin
  AlignedDoubles slots_;
  AlignedDoubles weights_;
  const std::vector<bool>* cuts_ = nullptr;
  P least_pivots_ = P::broadcast(1);
};
