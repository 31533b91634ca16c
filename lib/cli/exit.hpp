// The one place where errors become a line on stderr and an exit code.
#pragma once

#include <functional>
#include <string_view>

#include "base/error.hpp"

namespace phasic {

/// Runs a tool's body. Whatever it throws is printed as `tool: where: what; remedy` with the details indented
/// beneath, and turned into its exit code; CLI11's own complaints become exit 2, std::bad_alloc exit 69, and
/// anything unexpected exit 70. Flushes stdout and reports a failure to write it (exit 74).
int run_tool(std::string_view name, const std::function<ExitCode()>& body);

}  // namespace phasic
