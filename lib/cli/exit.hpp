// The one place where errors become a line on stderr and an exit code. Nothing else in phasic prints an error
// or ends the process.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace phasic {

/// Runs a tool's body. Whatever it throws is printed as `tool: where: what; remedy` with the details indented
/// beneath, and turned into its exit code: std::bad_alloc becomes exit 69, anything unexpected exit 70. A
/// complaint about the command line that has no remedy points to `--help`. Flushes stdout and reports a
/// failure to write it (exit 74).
///
/// A reader that went away ends the process by SIGPIPE, without a word, but only after the stack has been
/// unwound, so that no temporary file is left.
int run_tool(std::string_view name, const std::function<ExitCode()>& body);

/// Standard output was closed by its reader. Thrown by `print`, caught by `run_tool` alone.
struct BrokenPipe {};

/// Writes to stdout, buffered, checking: throws IoError where it cannot (a full disk), so that no result is
/// lost silently, and BrokenPipe where nobody reads any more. A process that a signal ends has written whole
/// lines.
void print(std::string_view text);
/// Hands on what `print` has buffered, with the same checks.
void flush_output();

/// `text` on one line: control characters as \n, \t or \x1b, invalid UTF-8 as \xff.
std::string printable(std::string_view text);

}  // namespace phasic
