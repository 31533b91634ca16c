// How phasic fails: by throwing one of the types below, each of which says where, what, and what would be
// right, and carries the exit code that a shell sees. cli/ prints them; nothing else does.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace phasic {

/// Exit codes of all tools (BSD sysexits where they fit); 128+n is death by signal n.
enum class ExitCode : int {
  done = 0,
  no = 1,              ///< the answer is no: not cached, verify failed, nothing removed
  usage = 2,           ///< the command line cannot be read
  bad_data = 65,       ///< read, but wrong for this model or file
  no_input = 66,       ///< file or key missing, or empty input
  limit = 69,          ///< a limit was reached
  internal = 70,       ///< our own fault
  cannot_create = 73,  ///< cannot write a result
  io = 74,             ///< input/output error
};

/// One complaint, in the order in which it is printed: `where: what; remedy`, then the details, indented.
/// Every part but `what` may be empty.
struct Complaint {
  std::string where;
  std::string what;
  std::string remedy;
  std::vector<std::string> details;
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, Complaint complaint);
  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] const Complaint& complaint() const noexcept { return complaint_; }

 private:
  ExitCode code_;
  Complaint complaint_;
};

/// The command line cannot be read (exit 2).
struct UsageError : Error {
  explicit UsageError(Complaint complaint) : Error(ExitCode::usage, std::move(complaint)) {}
};
/// Input was read and is wrong (exit 65).
struct InputError : Error {
  explicit InputError(Complaint complaint) : Error(ExitCode::bad_data, std::move(complaint)) {}
};
/// Bytes that are not a whole, well-formed object, record or file of ours (exit 65; inside the store: a
/// miss).
struct FormatError : InputError {
  using InputError::InputError;
};
/// A file or key is missing, or input is empty (exit 66).
struct MissingError : Error {
  explicit MissingError(Complaint complaint) : Error(ExitCode::no_input, std::move(complaint)) {}
};
/// A limit on instructions, memory, vertices or seconds was reached (exit 69).
struct LimitError : Error {
  explicit LimitError(Complaint complaint) : Error(ExitCode::limit, std::move(complaint)) {}
};
/// An invariant of ours does not hold (exit 70).
struct InternalError : Error {
  explicit InternalError(Complaint complaint) : Error(ExitCode::internal, std::move(complaint)) {}
};
/// A result cannot be written where it was asked for (exit 73).
struct StoreError : Error {
  explicit StoreError(Complaint complaint) : Error(ExitCode::cannot_create, std::move(complaint)) {}
};
/// Reading or writing failed half-way (exit 74).
struct IoError : Error {
  explicit IoError(Complaint complaint) : Error(ExitCode::io, std::move(complaint)) {}
};

/// The text of an errno value, thread-safe: "No space left on device".
std::string error_text(int error_number);

}  // namespace phasic
