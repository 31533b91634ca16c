// Attempts at many thetas side by side, in doubles.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "moments/task.hpp"
#include "replay/replay.hpp"

namespace phasic {

/// Lanes in which anything is out of the ordinary are left to a single attempt.
class PackAttempt {
 public:
  PackAttempt(const Task& task, std::unique_ptr<PackReplay> replay)
      : task_(task), replay_(std::move(replay)), weights_(task.trace.class_count() * lanes()) {}

  [[nodiscard]] std::size_t lanes() const { return replay_->lanes(); }

  /// At most `lanes()` thetas; nothing where one has to be asked alone.
  std::vector<std::optional<Answer>> run(std::span<const std::span<const double>> thetas);

 private:
  bool load(std::size_t lane, std::span<const double> theta);
  [[nodiscard]] std::optional<Answer> answer_in(std::size_t lane, const std::vector<double>& packed) const;

  const Task& task_;
  std::unique_ptr<PackReplay> replay_;
  std::vector<double> weights_;
};

/// Nothing where the question or the processor has no packs.
std::unique_ptr<PackAttempt> make_pack_attempt(const Task& task);

}  // namespace phasic
