// Running another program to its end: without a shell, its output caught, in a process group of its own that
// is killed as a whole when a signal or a limit ends the wait.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/held_signals.hpp"

namespace phasic {

struct Program {
  std::vector<std::string> arguments;                            ///< the first is its path
  std::vector<std::pair<std::string, std::string>> environment;  ///< set on top of ours
  std::size_t output_limit = std::size_t{1} << 16U;              ///< bytes of output that are kept
  double seconds = 0;                                            ///< 0: no limit
};

struct ProgramOutcome {
  enum class End {
    exited,       ///< `status` is its exit code
    killed,       ///< `status` is the signal that killed it
    not_started,  ///< `status` is errno's value
    timed_out,
    interrupted,  ///< a held signal came: the program is dead, and so will this process be
  };
  End end = End::not_started;
  int status = 0;
  std::string output;  ///< standard output and error as they came, the first bytes of it
  bool output_is_cut = false;

  [[nodiscard]] bool succeeded() const { return end == End::exited && status == 0; }
};

/// Runs it with standard input at its end. Returns once all that it started and that holds its output is
/// gone.
ProgramOutcome run_program(const Program& program, const HeldSignals& held);

/// Where PATH has the program: a regular file that may be executed; a name with a slash is a path itself.
/// Empty if there is none.
std::string find_program(const std::string& name);

}  // namespace phasic
