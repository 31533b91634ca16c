// The rival: KLU's refactor and solve, the strongest there is for one sparse pattern with ever new numbers.
#pragma once

#include <klu.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "graph/graph.hpp"

namespace phasic::bench {

/// M = -S in compressed columns, with the classes that make up each entry.
class KluMean {
 public:
  explicit KluMean(const Graph& graph) : graph_(graph), n_(static_cast<int>(graph.transient_count())) {
    std::vector<std::vector<std::pair<int, std::uint32_t>>> columns(graph.transient_count());
    for (VertexId v = 1; v <= graph.transient_count(); ++v) {
      columns[v - 1].emplace_back(v - 1, diagonal_);
      for (std::uint32_t e = graph.row_offsets()[v]; e < graph.row_offsets()[v + 1]; ++e) {
        const VertexId target = graph.targets()[e];
        if (graph.is_transient(target)) columns[target - 1].emplace_back(v - 1, graph.classes()[e]);
      }
    }
    for (auto& column : columns) {
      std::sort(column.begin(), column.end());
      for (const auto& [row, edge_class] : column) {
        if (edge_class == diagonal_) diagonal_place_.push_back(classes_.size());
        rows_.push_back(row);
        classes_.push_back(edge_class);
      }
      offsets_.push_back(static_cast<int>(rows_.size()));
    }
    values_.resize(rows_.size());
    klu_defaults(&common_);
    symbolic_ = klu_analyze(n_, offsets_.data(), rows_.data(), &common_);
    if (symbolic_ == nullptr) throw std::runtime_error("klu_analyze failed");
  }
  ~KluMean() {
    klu_free_numeric(&numeric_, &common_);
    klu_free_symbolic(&symbolic_, &common_);
  }
  KluMean(const KluMean&) = delete;
  KluMean& operator=(const KluMean&) = delete;

  double mean(std::span<const double> theta) {
    fill(theta);
    if (numeric_ == nullptr)
      numeric_ = klu_factor(offsets_.data(), rows_.data(), values_.data(), symbolic_, &common_);
    else
      klu_refactor(offsets_.data(), rows_.data(), values_.data(), symbolic_, numeric_, &common_);
    x_.assign(static_cast<std::size_t>(n_), 1.0);
    klu_solve(symbolic_, numeric_, n_, 1, x_.data(), &common_);
    double sum = 0;
    for (std::uint32_t e = 0; e < graph_.row_offsets()[1]; ++e) {
      sum += weights_[graph_.classes()[e]] * x_[graph_.targets()[e] - 1];
    }
    return sum;
  }

 private:
  void fill(std::span<const double> theta) {
    weights_.resize(graph_.class_count());
    for (ClassId c = 0; c < weights_.size(); ++c) {
      const auto vector = graph_.coefficients(c);
      weights_[c] = vector[0];
      for (std::size_t p = 0; p < theta.size(); ++p) weights_[c] += vector[p + 1] * theta[p];
    }
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      if (classes_[i] != diagonal_) values_[i] = -weights_[classes_[i]];
    }
    for (VertexId v = 1; v <= graph_.transient_count(); ++v) {
      double sum = 0;
      for (std::uint32_t e = graph_.row_offsets()[v]; e < graph_.row_offsets()[v + 1]; ++e) {
        sum += weights_[graph_.classes()[e]];
      }
      values_[diagonal_place_[v - 1]] = sum;
    }
  }

  static constexpr std::uint32_t diagonal_ = 0xFFFFFFFFU;
  const Graph& graph_;
  int n_;
  std::vector<int> offsets_{0};
  std::vector<int> rows_;
  std::vector<std::uint32_t> classes_;
  std::vector<std::size_t> diagonal_place_;
  std::vector<double> values_;
  std::vector<double> weights_;
  std::vector<double> x_;
  klu_common common_{};
  klu_symbolic* symbolic_ = nullptr;
  klu_numeric* numeric_ = nullptr;
};

}  // namespace phasic::bench
