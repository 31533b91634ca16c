// The moments of one reward at one theta in each lane: each component is factorised and at once solved with
// for every moment, so that the scratch is one component's. Not a header of its own, see replay/pack-inl.hpp.

template <std::size_t Vectors>
class PackElimination final : public PackReplay {
 public:
  explicit PackElimination(const Trace& trace) : trace_(trace), factors_(trace, 0) {}

  [[nodiscard]] std::size_t lanes() const override { return P::lanes(); }

  std::vector<double> moments(std::span<const double> weights, std::span<const double> rewards,
                              unsigned order) override {
    values_.resize(trace_.transient_count() * order * P::lanes());
    factors_.set_weights(weights, no_cuts_);
    for (std::size_t c = 0; c < trace_.component_count(); ++c) {
      factors_.factor(c);
      for (unsigned moment = 1; moment <= order; ++moment) solve(c, rewards, moment);
    }
    return answers(order);
  }

 private:
  using P = Pack<Vectors>;

  [[nodiscard]] double* value(unsigned moment) {
    return values_.data() + (moment - 1) * trace_.transient_count() * P::lanes();
  }

  void solve(std::size_t component, std::span<const double> rewards, unsigned moment) {
    const double* const last = moment == 1 ? nullptr : value(moment - 1);
    factors_.solve(component, Earned<Vectors>{last, rewards}, value(moment));
  }

  std::vector<double> answers(unsigned order) {
    std::vector<double> result(order * P::lanes());
    const std::size_t n = trace_.transient_count();
    const Adjacency& rows = trace_.rows();
    for (unsigned moment = 1; moment <= order; ++moment) {
      P sum = P::broadcast(0);
      for (std::uint32_t e = rows.offsets[n]; e < rows.offsets[n + 1]; ++e) {
        if (rows.targets[e] < n)
          sum.add_product(factors_.weight(trace_.edge_classes()[e]),
                          value(moment) + rows.targets[e] * P::lanes());
      }
      sum.store_unaligned(result.data() + (moment - 1) * P::lanes());
    }
    return result;
  }

  const Trace& trace_;
  PackFactors<Vectors> factors_;
  const std::vector<bool> no_cuts_;
  AlignedDoubles values_;
};
