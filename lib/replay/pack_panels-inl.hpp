// Factors in panels, a number in each lane: every entry has its products added in the order of its columns,
// as everywhere, so blocking changes no digit. Not a header of its own, see replay/pack-inl.hpp.

template <std::size_t Vectors>
class PackPanels {
 public:
  using P = Pack<Vectors>;

  /// `slots` are the component's.
  HWY_INLINE PackPanels(const Panels& panels, double* slots) : panels_(panels), slots_(slots) {}

  /// `load_row(i)` stores the rates of row i into zeroed slots and returns what leaves the component. Returns
  /// the least pivot, by lane.
  template <class LoadRow>
  P factor(LoadRow load_row) {
    P least = P::broadcast(std::numeric_limits<double>::infinity());
    for (const Panels::Panel& panel : panels_.panels) {
      double* const entries = at(panel.slot);
      std::fill_n(entries, std::size_t{panel.size} * panel.width() * P::lanes(), 0.0);
      for (std::uint32_t i = 0; i < panel.size; ++i)
        load_row(panel.first + i).store(entries + ((i + std::size_t{1}) * panel.width() - 1) * P::lanes());
      for (std::uint32_t s = panel.source_begin; s < panel.source_end; ++s) update(panel, panels_.sources[s]);
      for (std::uint32_t i = 0; i < panel.size; ++i) least.lower_to(finish_row(panel, i));
    }
    return least;
  }

  /// `right_hand_side(i)` is a pack.
  template <class RightHandSide>
  void solve(RightHandSide right_hand_side, double* x) const {
    for (const Panels::Panel& panel : panels_.panels) {
      for (std::uint32_t i = panel.first; i < panel.first + panel.size; ++i) {
        P sum = right_hand_side(i);
        const double* entry = row(panel, i);
        for (std::uint32_t s = panel.source_begin; s < panel.source_end; ++s) {
          const Panels::Source& of = panels_.sources[s];
          const Panels::Panel& source = panels_.panels[of.panel];
          if (has_row(of, i - panel.first)) add_dot(sum, entry, x, source.first, source.first + source.size);
          entry += source.size * P::lanes();
        }
        add_dot(sum, entry, x, panel.first, i);
        sum.store(x + i * P::lanes());
      }
    }
    for (auto panel = panels_.panels.rbegin(); panel != panels_.panels.rend(); ++panel) {
      for (std::uint32_t i = panel->first + panel->size; i-- > panel->first;) {
        P sum = P::load(x + i * P::lanes());
        const double* entry = row(*panel, i) + (panel->lower_count + i + 1 - panel->first) * P::lanes();
        entry = add_dot(sum, entry, x, i + 1, panel->first + panel->size);
        for (std::uint32_t u = panel->upper_begin; u < panel->upper_end; ++u, entry += P::lanes())
          sum.add_product(entry, x + panels_.upper_columns[u] * P::lanes());
        sum.divide(pivot(i));
        sum.store(x + i * P::lanes());
      }
    }
  }

  template <class RightHandSide>
  void solve_transposed(RightHandSide right_hand_side, double* x) const {
    for (std::uint32_t i = 0; i < panels_.panel_of_row.size(); ++i)
      right_hand_side(i).store(x + i * P::lanes());
    for (const Panels::Panel& panel : panels_.panels) {
      for (std::uint32_t i = panel.first; i < panel.first + panel.size; ++i) {
        P here = P::load(x + i * P::lanes());
        here.divide(pivot(i));
        here.store(x + i * P::lanes());
        const double* entry = row(panel, i) + (panel.lower_count + i + 1 - panel.first) * P::lanes();
        entry = scatter(here, entry, x, i + 1, panel.first + panel.size);
        for (std::uint32_t u = panel.upper_begin; u < panel.upper_end; ++u, entry += P::lanes())
          add_at(x + panels_.upper_columns[u] * P::lanes(), here, entry);
      }
    }
    for (auto panel = panels_.panels.rbegin(); panel != panels_.panels.rend(); ++panel) {
      for (std::uint32_t i = panel->first + panel->size; i-- > panel->first;) {
        const P here = P::load(x + i * P::lanes());
        const double* entry = row(*panel, i);
        for (std::uint32_t s = panel->source_begin; s < panel->source_end; ++s) {
          const Panels::Source& of = panels_.sources[s];
          const Panels::Panel& source = panels_.panels[of.panel];
          if (has_row(of, i - panel->first))
            scatter(here, entry, x, source.first, source.first + source.size);
          entry += source.size * P::lanes();
        }
        scatter(here, entry, x, panel->first, i);
      }
    }
  }

 private:
  // As many sums as stay in registers, rows by columns by vectors.
  static constexpr std::size_t registers = HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON ? 16 : 8;
  static constexpr std::size_t most_rows = registers == 16 ? 4 : 2;
  static constexpr std::size_t columns_of_tile(std::size_t rows) {
    return std::clamp<std::size_t>(registers / (rows * Vectors), 1, 8);
  }

  static bool has_row(const Panels::Source& source, std::uint32_t row) {
    return (source.rows >> row & 1) != 0;
  }
  [[nodiscard]] double* at(std::size_t slot) const { return slots_ + slot * P::lanes(); }
  [[nodiscard]] double* row(const Panels::Panel& panel, std::uint32_t i) const {
    return at(panel.slot + std::size_t{i - panel.first} * panel.width());
  }
  [[nodiscard]] double* pivot(std::size_t i) const { return at(panels_.pivot_slot + i); }

  HWY_INLINE static const double* add_dot(P& sum, const double* entry, const double* x, std::uint32_t first,
                                          std::uint32_t last) {
    for (std::uint32_t k = first; k < last; ++k, entry += P::lanes())
      sum.add_product(entry, x + k * P::lanes());
    return entry;
  }
  HWY_INLINE static void add_at(double* place, const P& a, const double* b) {
    P sum = P::load(place);
    sum.add_product(a, b);
    sum.store(place);
  }
  HWY_INLINE static const double* scatter(const P& from, const double* entry, double* x, std::uint32_t first,
                                          std::uint32_t last) {
    for (std::uint32_t k = first; k < last; ++k, entry += P::lanes()) add_at(x + k * P::lanes(), from, entry);
    return entry;
  }

  /// The multipliers of the source's rows, then their products with its rows of U.
  void update(const Panels::Panel& panel, const Panels::Source& of) {
    const Panels::Panel& source = panels_.panels[of.panel];
    const Factor factor{source, source.size, source.lower_count + source.size,
                        source.upper_count() + std::size_t{1}, panels_.places.data() + of.place};
    double* rows[most_rows];
    std::size_t count = 0;
    for (std::uint32_t left = of.rows; left != 0; left &= left - 1) {
      rows[count] = row(panel, panel.first + static_cast<std::uint32_t>(std::countr_zero(left)));
      find_multipliers(rows[count] + of.lower * P::lanes(), source, source.size);
      if (++count < most_rows) continue;
      multiply_rows<most_rows>(rows, of.lower, factor);
      count = 0;
    }
    if (count == 1) multiply_rows<1>(rows, of.lower, factor);
    if constexpr (most_rows == 4) {
      if (count == 2) multiply_rows<2>(rows, of.lower, factor);
      if (count == 3) multiply_rows<3>(rows, of.lower, factor);
    }
  }

  /// Of `count` rows of the source, into the place of what they are made from.
  HWY_INLINE void find_multipliers(double* multipliers, const Panels::Panel& source, std::uint32_t count) {
    for (std::uint32_t k = 0; k < count; ++k) {
      P sum = P::load(multipliers + k * P::lanes());
      const double* entry = at(source.slot + source.lower_count + k);
      for (std::uint32_t before = 0; before < k; ++before, entry += source.width() * P::lanes())
        sum.add_product(multipliers + before * P::lanes(), entry);
      sum.divide(pivot(source.first + k));
      sum.store(multipliers + k * P::lanes());
    }
  }

  /// `count` columns of the first `depth` rows of a panel, from column `begin` on, and the columns that they
  /// are for in the rows they are added to: the same ones where there are no `places`.
  struct Factor {
    const Panels::Panel& panel;
    std::uint32_t depth;
    std::size_t begin;
    std::size_t count;
    const std::uint32_t* places;
  };

  /// To each of the rows, its multipliers (from column `lower` on) times the factor.
  template <std::size_t Rows>
  HWY_INLINE void multiply_rows(double* const* rows, std::uint32_t lower, const Factor& factor) {
    constexpr std::size_t width = columns_of_tile(Rows);
    std::size_t j = 0;
    for (; j + width <= factor.count; j += width) multiply_tile<Rows, width>(rows, lower, factor, j);
    if constexpr (width > 4) {
      if (j + 4 <= factor.count) multiply_tile<Rows, 4>(rows, lower, factor, j), j += 4;
    }
    if constexpr (width > 2) {
      if (j + 2 <= factor.count) multiply_tile<Rows, 2>(rows, lower, factor, j), j += 2;
    }
    for (; j < factor.count; ++j) multiply_tile<Rows, 1>(rows, lower, factor, j);
  }
  template <std::size_t Rows, std::size_t Width>
  HWY_INLINE void multiply_tile(double* const* rows, std::uint32_t lower, const Factor& factor,
                                std::size_t j) {
    const std::size_t stride = factor.panel.width() * P::lanes();
    std::size_t targets[Width];
    for (std::size_t c = 0; c < Width; ++c)
      targets[c] = (factor.places == nullptr ? factor.begin + j + c : factor.places[j + c]) * P::lanes();
    P sums[Rows][Width];
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t c = 0; c < Width; ++c) sums[r][c] = P::load(rows[r] + targets[c]);
    }
    std::size_t multiplier = lower * P::lanes();
    const double* entry = at(factor.panel.slot + factor.begin + j);
    for (std::uint32_t k = 0; k < factor.depth; ++k, multiplier += P::lanes(), entry += stride) {
      P entries[Width];
      for (std::size_t c = 0; c < Width; ++c) entries[c] = P::load(entry + c * P::lanes());
      for (std::size_t r = 0; r < Rows; ++r) {
        const P one = P::load(rows[r] + multiplier);
        for (std::size_t c = 0; c < Width; ++c) sums[r][c].add_product(one, entries[c]);
      }
    }
    for (std::size_t r = 0; r < Rows; ++r) {
      for (std::size_t c = 0; c < Width; ++c) sums[r][c].store(rows[r] + targets[c]);
    }
  }

  /// What earlier rows of the panel do to its `i`th, and its pivot.
  P finish_row(const Panels::Panel& panel, std::uint32_t i) {
    double* const entries = row(panel, panel.first + i);
    find_multipliers(entries + panel.lower_count * P::lanes(), panel, i);
    const std::size_t begin = panel.lower_count + i + std::size_t{1};
    double* const rows[] = {entries};
    multiply_rows<1>(rows, panel.lower_count, {panel, i, begin, panel.width() - begin, nullptr});
    P total = P::load(entries + (panel.width() - std::size_t{1}) * P::lanes());
    for (std::size_t j = begin; j + 1 < panel.width(); ++j) total.add(entries + j * P::lanes());
    total.store(pivot(panel.first + i));
    return total;
  }

  const Panels& panels_;
  double* slots_;
};
