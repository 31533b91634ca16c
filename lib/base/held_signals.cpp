#include "base/held_signals.hpp"

#include <sys/signalfd.h>

namespace phasic {

HeldSignals::HeldSignals() {
  sigset_t held{};
  ::sigemptyset(&held);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    struct sigaction action {};
    // A blocked signal waits even where it is ignored.
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN) {
      ::sigaddset(&held, signal);
    }
  }
  ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  waiting_ = Descriptor(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
}

HeldSignals::~HeldSignals() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace phasic
