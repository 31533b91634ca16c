#include "cli/exit.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <stdio_ext.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>

#include "base/termination.hpp"
#include "base/utf8.hpp"

namespace phasic {

namespace {

// What a hostile file says at length is not repeated.
std::string printable_part(std::string_view text) {
  constexpr std::size_t most = 1000;
  if (text.size() <= most) return printable(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return printable(text.substr(0, end)) + "…";
}

void complain(std::string_view tool, const Complaint& complaint) {
  std::string text = fmt::format("{}: ", tool);
  if (!complaint.where.empty()) text += printable(complaint.where) + ": ";
  text += printable_part(complaint.what);
  if (!complaint.remedy.empty()) text += "; " + printable_part(complaint.remedy);
  text += '\n';
  for (const std::string& detail : complaint.details) {
    // A detail may be a compiler's or Lua's own message, several lines long.
    for (std::size_t begin = 0; begin <= detail.size();) {
      const std::size_t end = std::min(detail.find('\n', begin), detail.size());
      if (end > begin || end < detail.size()) {
        text += "  " + printable(std::string_view(detail).substr(begin, end - begin)) + '\n';
      }
      begin = end + 1;
    }
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int report(std::string_view tool, const Error& error) {
  Complaint complaint = error.complaint();
  if (error.code() == ExitCode::usage && complaint.remedy.empty()) {
    complaint.remedy = fmt::format("try '{} --help'", tool);
  }
  complain(tool, complaint);
  return static_cast<int>(error.code());
}

int guarded(std::string_view name, const std::function<ExitCode()>& body) {
  try {
    const ExitCode code = body();
    flush_output();
    return static_cast<int>(code);
  } catch (const Error& error) {
    return report(name, error);
  } catch (const std::bad_alloc&) {
    return report(name, LimitError({"", "out of memory", "", {}}));
  } catch (const std::exception& error) {
    return report(name, InternalError({"", "internal error", "please report it", {error.what()}}));
  }
}

// A standard stream that the parent closed would be the next file we open, and a result would be written into
// it. /dev/null, opened the wrong way round, fails instead.
void occupy_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    [[maybe_unused]] const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

[[noreturn]] void die_of_broken_pipe() {
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
  std::_Exit(128 + SIGPIPE);  // the signal is blocked
}

[[noreturn]] void fail_to_write() {
  const int reason = errno;
  if (reason == EPIPE) throw BrokenPipe{};
  throw IoError({"standard output", "cannot write: " + error_text(reason), "", {}});
}

}  // namespace

int run_tool(std::string_view name, const std::function<ExitCode()>& body) {
  occupy_standard_streams();
  remove_temporaries_on_termination();
  // Ignored, a broken pipe is an error like any other, which unwinds the stack.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // so is a limit on the size of files
  try {
    const int status = guarded(name, body);
    // What was printed before an error is still a result.
    if (status != 0) flush_output();
    return status;
  } catch (const BrokenPipe&) {
    die_of_broken_pipe();
  } catch (const IoError& error) {
    return report(name, error);
  }
}

// What goes to the system at a time ends with a line, so that a signal in between leaves whole ones: a file
// takes it all, a pipe takes 4,096 bytes (the size of the buffer) or none.
void print(std::string_view text) {
  const auto has_room_for = [](std::string_view part) {
    return ::__fpending(stdout) + part.size() <= ::__fbufsize(stdout);
  };
  while (!text.empty()) {
    const std::size_t line = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view part = has_room_for(text) ? text : text.substr(0, line);
    if (!has_room_for(part)) flush_output();
    if (std::fwrite(part.data(), 1, part.size(), stdout) != part.size()) fail_to_write();
    text.remove_prefix(part.size());
  }
}

void flush_output() {
  if (std::fflush(stdout) != 0) fail_to_write();
}

std::string printable(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length > 1 || (byte >= 0x20U && byte < 0x7FU)) {
      line += text.substr(0, length);
    } else if (byte == '\n') {
      line += "\\n";
    } else if (byte == '\t') {
      line += "\\t";
    } else if (byte == '\r') {
      line += "\\r";
    } else {
      line += fmt::format("\\x{:02x}", byte);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

}  // namespace phasic
