// A number for each lane. Not a header of its own: replay_double.cpp includes it once for every kind of
// vectors.

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<double>;
using Lanes = hn::Vec<Tag>;

/// `Vectors` vectors side by side. Loops over them are unrolled, so that sums stay in registers.
template <std::size_t Vectors>
struct Pack {
  Lanes part[Vectors];

  static constexpr std::size_t lanes() { return Vectors * hn::MaxLanes(Tag()); }
  static constexpr std::size_t place(std::size_t vector) { return vector * hn::MaxLanes(Tag()); }

  HWY_INLINE static Pack load(const double* from) {
    Pack pack;
    for (std::size_t v = 0; v < Vectors; ++v) pack.part[v] = hn::Load(Tag(), from + place(v));
    return pack;
  }
  HWY_INLINE static Pack broadcast(double number) {
    Pack pack;
    for (std::size_t v = 0; v < Vectors; ++v) pack.part[v] = hn::Set(Tag(), number);
    return pack;
  }
  HWY_INLINE void store(double* to) const {
    for (std::size_t v = 0; v < Vectors; ++v) hn::Store(part[v], Tag(), to + place(v));
  }
  HWY_INLINE void store_unaligned(double* to) const {
    for (std::size_t v = 0; v < Vectors; ++v) hn::StoreU(part[v], Tag(), to + place(v));
  }
  HWY_INLINE void add(const double* addend) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::Add(part[v], hn::Load(Tag(), addend + place(v)));
  }
  HWY_INLINE void add(const Pack& addend) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::Add(part[v], addend.part[v]);
  }
  HWY_INLINE void add_product(const double* a, const double* b) {
    for (std::size_t v = 0; v < Vectors; ++v)
      part[v] = hn::MulAdd(hn::Load(Tag(), a + place(v)), hn::Load(Tag(), b + place(v)), part[v]);
  }
  HWY_INLINE void add_product(const Pack& a, const double* b) {
    for (std::size_t v = 0; v < Vectors; ++v)
      part[v] = hn::MulAdd(a.part[v], hn::Load(Tag(), b + place(v)), part[v]);
  }
  HWY_INLINE void add_product(const Pack& a, const Pack& b) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::MulAdd(a.part[v], b.part[v], part[v]);
  }
  HWY_INLINE void divide(const double* by) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::Div(part[v], hn::Load(Tag(), by + place(v)));
  }
  HWY_INLINE void multiply(const Pack& by) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::Mul(part[v], by.part[v]);
  }
  /// number := max(0, 1 - number)
  HWY_INLINE void complement() {
    for (std::size_t v = 0; v < Vectors; ++v)
      part[v] = hn::Max(hn::Sub(hn::Set(Tag(), 1.0), part[v]), hn::Zero(Tag()));
  }
  HWY_INLINE void lower_to(const Pack& other) {
    for (std::size_t v = 0; v < Vectors; ++v) part[v] = hn::Min(part[v], other.part[v]);
  }
};
