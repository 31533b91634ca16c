// The two-locus ARG as a source of transitions in this process: what a compiled model is to the explorer.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "model/model.hpp"

namespace phasic::bench {

class NativeArgSource final : public TransitionSource {
 public:
  explicit NativeArgSource(std::size_t samples) : side_(samples + 1) {
    terms_.parameters = {"coalescence", "recombination"};
  }
  [[nodiscard]] const Terms& terms() const override { return terms_; }
  std::span<const double> rewards(std::span<const std::int32_t>) override { return {}; }

  Expansion expand(std::span<const std::int32_t> state) override {
    rows_.clear();
    children_.clear();
    coefficients_.clear();
    std::int32_t lineages = 0;
    occupied_.clear();
    for (std::size_t i = 0; i < state.size(); ++i) {
      if (state[i] == 0) continue;
      lineages += state[i];
      occupied_.push_back(i);
    }
    for (std::size_t a = 0; a < occupied_.size() && lineages > 1; ++a) {
      const std::size_t i = occupied_[a];
      if (state[i] > 1) {
        const auto child = emit(state, state[i] * (state[i] - 1) / 2.0, 0);
        child[i] -= 2;
        child[2 * i] += 1;
      }
      for (std::size_t b = a + 1; b < occupied_.size(); ++b) {
        const std::size_t j = occupied_[b];
        const auto child = emit(state, static_cast<double>(state[i] * state[j]), 0);
        child[i] -= 1;
        child[j] -= 1;
        child[i + j] += 1;
      }
      if (i % side_ > 0 && i / side_ > 0) {
        const auto child = emit(state, 0, 1);
        child[i] -= 1;
        child[i % side_] += 1;
        child[side_ * (i / side_)] += 1;
      }
    }
    return {state.size(), terms_.count(), rows_, children_, coefficients_};
  }

 private:
  std::span<std::int32_t> emit(std::span<const std::int32_t> state, double coalescence,
                               double recombination) {
    rows_.push_back(static_cast<std::uint32_t>(rows_.size()));
    children_.insert(children_.end(), state.begin(), state.end());
    for (const double coefficient : {0.0, coalescence, recombination}) coefficients_.push_back(coefficient);
    return std::span(children_).last(state.size());
  }

  std::size_t side_;
  Terms terms_;
  std::vector<std::size_t> occupied_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::int32_t> children_;
  std::vector<double> coefficients_;
};

class NativeArg final : public Model {
 public:
  explicit NativeArg(std::size_t samples) : samples_(samples) {
    declaration_.where = "native_arg.hpp";
    declaration_.theta = {"coalescence", "recombination"};
    declaration_.state_length = (samples + 1) * (samples + 1);
    std::vector<std::int32_t> start(declaration_.state_length, 0);
    start[1 + (samples + 1)] = static_cast<std::int32_t>(samples);
    declaration_.start = {{1, start}};
  }
  [[nodiscard]] const Declaration& declaration() const override { return declaration_; }
  [[nodiscard]] std::vector<RequestPart> request_parts() const override { return {}; }
  [[nodiscard]] std::unique_ptr<TransitionSource> make_source() override {
    return std::make_unique<NativeArgSource>(samples_);
  }

 private:
  std::size_t samples_;
  Declaration declaration_;
};

}  // namespace phasic::bench
