// What a callback sees of the chain: the state it was called with and the children it has made of it, as rows
// of one buffer. Lua holds a handle to a row, not the row, so that a child costs no memory of Lua's and one
// that is kept beyond its callback is recognised.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/model.hpp"

namespace phasic {

class VertexWindow {
 public:
  using Row = std::uint32_t;

  /// `memory_limit` in bytes, 0 for none: a callback could make children without end.
  explicit VertexWindow(std::uint64_t memory_limit) : limit_(memory_limit) {}

  /// Row 0 becomes `state`; all earlier handles go stale.
  void open(std::span<const std::int32_t> state, std::size_t term_count);
  [[nodiscard]] std::size_t length() const { return length_; }

  /// The state that the window was opened with.
  [[nodiscard]] std::span<const std::int32_t> state() const { return std::span(entries_).first(length_); }
  [[nodiscard]] std::span<std::int32_t> row(Row number) {
    return {entries_.data() + std::size_t{number} * length_, length_};
  }
  /// Whether one more row would take more memory than is allowed.
  [[nodiscard]] bool is_full() const;
  /// A new row, equal to `parent`.
  Row copy_of(Row parent);
  /// A new row of zeros.
  Row blank();

  /// A handle names this window's generation and a row of it.
  [[nodiscard]] std::uint64_t handle(Row number) const { return (generation_ << 32) | number; }
  [[nodiscard]] std::optional<Row> resolve(std::uint64_t handle) const {
    const auto number = static_cast<Row>(handle);
    if ((handle >> 32) != generation_ || number >= rows_) return std::nullopt;
    return number;
  }

  /// Coefficients of an edge being read, all 0 at first; `emit` keeps them for `child`.
  std::span<double> scratch();
  void emit(Row child);
  [[nodiscard]] std::size_t edge_count() const { return emitted_.size(); }
  /// The edges emitted so far.
  [[nodiscard]] Expansion expansion() const;

 private:
  std::uint64_t limit_;
  std::uint64_t generation_ = 0;  // 32 bits of it are used: a handle would have to outlive 4 billion states
  std::size_t length_ = 0;
  std::size_t terms_ = 0;
  Row rows_ = 0;
  std::vector<std::int32_t> entries_;
  std::vector<Row> emitted_;
  std::vector<double> coefficients_;  // of the edges in emitted_, then the scratch
};

}  // namespace phasic
