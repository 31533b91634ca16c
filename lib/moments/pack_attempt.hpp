// Attempts at many thetas side by side, in doubles.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "moments/attempt.hpp"
#include "moments/task.hpp"
#include "replay/replay.hpp"
#include "replay/solver.hpp"

namespace phasic {

/// Lanes in which anything is out of the ordinary are left to a single attempt.
class PackAttempt {
 public:
  /// For the moments of one reward, for those and their gradients, and for all else.
  using Arithmetic = std::variant<std::unique_ptr<PackReplay>, std::unique_ptr<PackGradients>,
                                  std::unique_ptr<Solver<double>>>;
  PackAttempt(const Task& task, Arithmetic arithmetic);

  [[nodiscard]] std::size_t lanes() const { return lanes_; }

  /// At most `lanes()` thetas; nothing where one has to be asked alone.
  std::vector<std::optional<Answer>> run(std::span<const Theta> thetas);

 private:
  void load(std::size_t lane, const Theta& theta);
  [[nodiscard]] bool is_right(std::span<const double> weights) const;
  [[nodiscard]] Solution<double> solution_of(PackReplay& replay);
  [[nodiscard]] Solution<double> solution_of(PackGradients& gradients);
  [[nodiscard]] Solution<double> solution_of(Solver<double>& solver);
  [[nodiscard]] std::optional<Answer> answer_in(std::size_t lane, const Solution<double>& solution) const;

  const Task& task_;
  Arithmetic arithmetic_;
  std::size_t lanes_;
  std::vector<double> weights_;       // by class and lane
  std::vector<Rates<double>> rates_;  // by lane
  std::vector<bool> is_sound_;        // by lane
};

/// Nothing where the question or the processor has no packs.
std::unique_ptr<PackAttempt> make_pack_attempt(const Task& task);

}  // namespace phasic
