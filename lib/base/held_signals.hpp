// Holding back the signals that end a process while there is something to clean up that a signal handler
// cannot: another program to stop, a directory to empty. Made first, and so ended last: what came meanwhile
// comes then, and has the effect it always has.
#pragma once

#include <csignal>

#include "base/file.hpp"

namespace phasic {

class HeldSignals {
 public:
  /// Holds SIGINT, SIGTERM, SIGHUP and SIGQUIT back from this thread; one that is ignored stays ignored. For
  /// a process that has no other thread: that one would get them.
  HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  /// Lets go. The process usually does not outlive this where a signal came.
  ~HeldSignals();

  /// For poll(2): readable while a signal is waiting. Not to be read, or the signal is lost. Negative where
  /// the system has none.
  [[nodiscard]] int descriptor() const { return waiting_.get(); }
  /// The mask as it was before, for programs that are started meanwhile.
  [[nodiscard]] const sigset_t& mask_before() const { return before_; }

 private:
  sigset_t before_{};
  Descriptor waiting_;
};

}  // namespace phasic
