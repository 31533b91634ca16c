// The class sums of several sensitivities, a number in each lane, in one pass over the components from the
// last to the first: what enters one, then what is within. Not a header of its own, see replay/pack-inl.hpp.

template <std::size_t Vectors>
class PackClassSums {
 public:
  using P = Pack<Vectors>;
  /// y^T dM x: which of the vectors `y` and which of `x`.
  struct Pair {
    std::size_t y;
    std::size_t x;
  };

  PackClassSums(const ClassGroups& groups, std::size_t class_count)
      : groups_(groups), class_count_(class_count) {}

  /// All sums to 0, of so many sensitivities.
  void begin(std::vector<const double*> y, std::vector<const double*> x,
             std::span<const std::vector<Pair>> pairs) {
    y_ = std::move(y);
    x_ = std::move(x);
    pairs_ = pairs;
    gained_.assign(pairs.size() * class_count_ * P::lanes(), 0.0);
    lost_by_kind_.assign(pairs.size() * groups_.kind_count() * P::lanes(), 0.0);
    sums_.resize(y_.size() * P::lanes());
  }

  /// The edges that lead to this position from later components, where y is known; x is known here.
  HWY_INLINE void add_entering(std::uint32_t position) { add_gained(groups_.entering, position); }

  /// The same where the sensitivities are those of two moments, y_0 x_0 and y_0 x_1 + y_1 x_0. Everything
  /// that is made of a row's y_0 and y_1 is made at once: `y_0` and `y_1` here become what enters, too.
  HWY_INLINE void enter_two_moments(const PackFactors<Vectors>& factors, std::uint32_t position, double* y_0,
                                    double* y_1) {
    const std::size_t here = position * P::lanes();
    const P x0 = P::load(x_[0] + here);
    const P x1 = P::load(x_[1] + here);
    P first = P::broadcast(0);
    P second = P::broadcast(0);
    const ClassGroups::ByColumn& edges = groups_.entering;
    for (std::uint32_t group = edges.offsets[position]; group < edges.offsets[position + 1]; ++group) {
      const ClassId edge_class = edges.groups[group].edge_class;
      const P y0 = sum_of_rows<Vectors>(edges, group, y_0);
      const P y1 = sum_of_rows<Vectors>(edges, group, y_1);
      first.add_product(y0, factors.weight(edge_class));
      second.add_product(y1, factors.weight(edge_class));
      add_products(edge_class, y0, y1, x0, x1);
    }
    first.store(y_0 + here);
    second.store(y_1 + here);
  }

  /// The edges within the component that lead to this position, and what is lost there: x is known here, y
  /// everywhere from here on.
  HWY_INLINE void add(std::uint32_t position) {
    const std::size_t here = position * P::lanes();
    for (std::size_t q = 0; q < pairs_.size(); ++q) {
      P sum = P::broadcast(0);
      for (const auto& [y, x] : pairs_[q]) sum.add_product(y_[y] + here, x_[x] + here);
      add_to(lost_place(q, position), sum);
    }
    add_gained(groups_.inner, position);
  }

  /// The same where the sensitivities are those of two moments: in registers.
  HWY_INLINE void add_two_moments(std::uint32_t position) {
    const std::size_t here = position * P::lanes();
    const P x0 = P::load(x_[0] + here);
    const P x1 = P::load(x_[1] + here);
    P first = P::broadcast(0);
    P second = P::broadcast(0);
    first.add_product(x0, y_[0] + here);
    second.add_product(x1, y_[0] + here);
    second.add_product(x0, y_[1] + here);
    add_to(lost_place(0, position), first);
    add_to(lost_place(1, position), second);
    const ClassGroups::ByColumn& edges = groups_.inner;
    for (std::uint32_t group = edges.offsets[position]; group < edges.offsets[position + 1]; ++group) {
      add_products(edges.groups[group].edge_class, sum_of_rows<Vectors>(edges, group, y_[0]),
                   sum_of_rows<Vectors>(edges, group, y_[1]), x0, x1);
    }
  }

  [[nodiscard]] std::vector<ClassSums<double>> result() const {
    std::vector<ClassSums<double>> result;
    for (std::size_t q = 0; q < pairs_.size(); ++q) result.push_back({gained(q), lost(q)});
    return result;
  }

 private:
  HWY_INLINE static void add_to(double* place, const P& addend) {
    P sum = P::load(place);
    sum.add(addend);
    sum.store(place);
  }
  HWY_INLINE void add_gained(const ClassGroups::ByColumn& edges, std::uint32_t position) {
    const std::size_t here = position * P::lanes();
    for (std::uint32_t group = edges.offsets[position]; group < edges.offsets[position + 1]; ++group) {
      for (std::size_t k = 0; k < y_.size(); ++k)
        sum_of_rows<Vectors>(edges, group, y_[k]).store(sums_.data() + k * P::lanes());
      for (std::size_t q = 0; q < pairs_.size(); ++q) {
        double* const place = gained_place(q, edges.groups[group].edge_class);
        P sum = P::load(place);
        for (const auto& [y, x] : pairs_[q]) sum.add_product(sums_.data() + y * P::lanes(), x_[x] + here);
        sum.store(place);
      }
    }
  }
  /// What edges of one class gain of two moments.
  HWY_INLINE void add_products(ClassId edge_class, const P& y0, const P& y1, const P& x0, const P& x1) {
    double* const place = gained_place(0, edge_class);
    double* const other = gained_place(1, edge_class);
    P first = P::load(place);
    first.add_product(y0, x0);
    first.store(place);
    P second = P::load(other);
    second.add_product(y0, x1);
    second.add_product(y1, x0);
    second.store(other);
  }
  HWY_INLINE double* gained_place(std::size_t sensitivity, ClassId edge_class) {
    return gained_.data() + (sensitivity * class_count_ + edge_class) * P::lanes();
  }
  HWY_INLINE double* lost_place(std::size_t sensitivity, std::uint32_t position) {
    return lost_by_kind_.data() + (sensitivity * groups_.kind_count() + groups_.kinds[position]) * P::lanes();
  }

  [[nodiscard]] std::vector<double> gained(std::size_t sensitivity) const {
    const auto first = gained_.begin() + static_cast<std::ptrdiff_t>(sensitivity * class_count_ * P::lanes());
    return {first, first + static_cast<std::ptrdiff_t>(class_count_ * P::lanes())};
  }
  [[nodiscard]] std::vector<double> lost(std::size_t sensitivity) const {
    AlignedDoubles sums(class_count_ * P::lanes(), 0.0);
    for (std::size_t kind = 0; kind < groups_.kind_count(); ++kind) {
      const double* by_kind = lost_by_kind_.data() + (sensitivity * groups_.kind_count() + kind) * P::lanes();
      for (std::uint32_t k = groups_.kind_offsets[kind]; k < groups_.kind_offsets[kind + 1]; ++k) {
        double* const place = sums.data() + groups_.counts[k].edge_class * P::lanes();
        P sum = P::load(place);
        sum.add_product(P::broadcast(groups_.counts[k].edges), by_kind);
        sum.store(place);
      }
    }
    return {sums.begin(), sums.end()};
  }

  const ClassGroups& groups_;
  std::size_t class_count_;
  std::vector<const double*> y_;
  std::vector<const double*> x_;
  std::span<const std::vector<Pair>> pairs_;  // by sensitivity
  AlignedDoubles gained_;                     // by sensitivity and class
  AlignedDoubles lost_by_kind_;               // by sensitivity and kind of row
  AlignedDoubles sums_;                       // by y, over the rows of one group
};
