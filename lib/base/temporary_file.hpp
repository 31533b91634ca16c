// A file that is not there until it is whole: written under a name of its own beside its target, then
// published by link or rename. What is not published is removed, also when a signal ends the process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/termination.hpp"

namespace phasic {

/// This host's name, of letters, digits, dots and hyphens only, at most 64; "localhost" where it has none.
std::string host_name();

/// `.tmp.HOST.PID.RANDOM`, the last 16 hex digits.
std::string make_temporary_name();
/// Whether a name is of that form, whoever made it.
bool is_temporary_name(std::string_view name);

enum class Sync { yes, no };

class TemporaryFile {
 public:
  /// Creates it in `directory`, an open descriptor that outlives it, with the mode as the umask leaves it.
  /// Where that fails, `error` is errno's value.
  TemporaryFile(int directory, mode_t mode);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  /// 0, or errno's value of the first step that failed; later steps then do nothing.
  [[nodiscard]] int error() const noexcept { return error_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Sets exactly this mode, whatever the umask. A file system that knows no modes is no error.
  void set_mode(mode_t mode) noexcept;
  void write(std::span<const std::byte> bytes) noexcept;
  /// fsync where asked for, then close: some file systems report a full quota only there.
  void finish(Sync sync) noexcept;

  /// Makes it `name` unless there is something of that name (EEXIST). An error reported although the link
  /// was made (NFS lost the reply) is none. Returns 0 or errno's value; the temporary name stays until the
  /// end.
  int link_to(const std::string& name) noexcept;
  /// Makes it `name` in place of whatever was there. Returns 0 or errno's value.
  int rename_to(const std::string& name) noexcept;

 private:
  int directory_;
  std::string name_;
  RemovedOnTermination removal_;
  Descriptor file_;
  int error_ = 0;
  enum class Present { yes, no } present_ = Present::no;
};

}  // namespace phasic
