#include "model/vertex_window.hpp"

#include <algorithm>

namespace phasic {

void VertexWindow::open(std::span<const std::int32_t> state, std::size_t term_count) {
  generation_ = (generation_ + 1) & 0xffffffff;
  length_ = state.size();
  terms_ = term_count;
  rows_ = 1;
  if (entries_.size() < length_) entries_.resize(length_);
  std::copy(state.begin(), state.end(), entries_.begin());
  emitted_.clear();
  coefficients_.clear();
}

bool VertexWindow::is_full() const {
  const std::uint64_t entries = (std::uint64_t{rows_} + 1) * length_ * sizeof(std::int32_t);
  const std::uint64_t edges = emitted_.size() * (sizeof(Row) + terms_ * sizeof(double));
  return limit_ != 0 && entries + edges > limit_;
}

VertexWindow::Row VertexWindow::blank() {
  const Row number = rows_++;
  const std::size_t needed = std::size_t{rows_} * length_;
  if (entries_.size() < needed) entries_.resize(2 * needed);
  const std::span<std::int32_t> entries = row(number);
  std::fill(entries.begin(), entries.end(), 0);
  return number;
}

VertexWindow::Row VertexWindow::copy_of(Row parent) {
  const Row number = rows_++;
  const std::size_t needed = std::size_t{rows_} * length_;
  if (entries_.size() < needed) entries_.resize(2 * needed);
  const std::span<const std::int32_t> source = row(parent);
  std::copy(source.begin(), source.end(), row(number).begin());
  return number;
}

std::span<double> VertexWindow::scratch() {
  coefficients_.resize(emitted_.size() * terms_);
  coefficients_.resize((emitted_.size() + 1) * terms_, 0.0);
  return std::span(coefficients_).last(terms_);
}

void VertexWindow::emit(Row child) {
  emitted_.push_back(child);
}

Expansion VertexWindow::expansion() const {
  return {length_, terms_, emitted_, std::span(entries_).first(std::size_t{rows_} * length_),
          std::span(coefficients_).first(emitted_.size() * terms_)};
}

}  // namespace phasic
