// What must not outlive the process: names in directories that are removed should a signal end it. Each is
// removed by its owner in the ordinary course of things; this is for SIGINT, SIGTERM, SIGHUP and SIGPIPE.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace phasic {

/// While it lives, the file `name` in `directory` (an open descriptor that outlives it) goes if one of those
/// signals ends the process. Where `inode` is not 0, it goes only while it still is that file. Registered
/// before the file is made, nothing can come between. The table has room for 64 names: what does not find
/// room stays behind, as after SIGKILL.
class RemovedOnTermination {
 public:
  RemovedOnTermination(int directory, std::string_view name, ino_t inode = 0) noexcept;
  RemovedOnTermination(RemovedOnTermination&& other) noexcept;
  RemovedOnTermination& operator=(RemovedOnTermination&& other) noexcept;
  ~RemovedOnTermination();

 private:
  void release() noexcept;
  int slot_ = -1;
};

/// From now on these signals remove what is registered; then the process dies of the signal, so that a shell
/// sees 130, 143, 129 or 141. A signal that was ignored (nohup) stays ignored.
void remove_temporaries_on_termination();

/// Removes what is registered, now: for signal handlers that end the process.
void remove_temporaries() noexcept;

}  // namespace phasic
