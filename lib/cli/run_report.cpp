#include "cli/run_report.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>

#include "base/file.hpp"
#include "cli/exit.hpp"
#include "cli/provenance.hpp"
#include "cli/table.hpp"

namespace phasic {

namespace {

using Clock = std::chrono::steady_clock;

std::string lookup_json(const Lookup& lookup) {
  return fmt::format(R"({{"layer":"{}","by":"{}","outcome":"{}","key":{},"seconds":{:.6f}}})",
                     name_of(lookup.layer), name_of(lookup.by), name_of(lookup.outcome),
                     lookup.key ? json_text(to_hex(*lookup.key)) : "null", lookup.seconds);
}

std::string line_of(const Log& log, const Store* store, int status, double seconds) {
  std::string line = "{";
  for (const auto& [name, value] : made_by(log.tool())) {
    line += fmt::format("{}:{},", json_text(name), json_text(value));
  }
  std::string lookups;
  if (store != nullptr) {
    for (const Lookup& lookup : store->lookups()) {
      if (!lookups.empty()) lookups += ',';
      lookups += lookup_json(lookup);
    }
  }
  return line +
         fmt::format(R"("pid":{},"cache":{},"exit":{},"seconds":{:.6f},"lookups":[{}]}})", ::getpid(),
                     store != nullptr ? json_text(name_of(store->mode())) : "null", status, seconds,
                     lookups) +
         '\n';
}

// In one piece, or others' lines would stand in the midst of it. Returns errno's value.
int append(const char* file, const std::string& line) {
  // A pipe without a reader would be waited for.
  const Descriptor log(::open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666));
  if (!log.is_open()) return errno;
  ssize_t count = -1;
  do {
    count = ::write(log.get(), line.data(), line.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return errno;
  return static_cast<std::size_t>(count) == line.size() ? 0 : ENOSPC;
}

}  // namespace

ExitCode reported(const Log& log, const Store* store, const std::function<ExitCode()>& body) {
  const char* const file = std::getenv("PHASIC_STATS_LOG");
  if (file == nullptr || *file == '\0') return body();
  const auto begin = Clock::now();
  const auto report = [&](int status) {
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (const int error = append(file, line_of(log, store, status, seconds)); error != 0) {
      log.warning(fmt::format("PHASIC_STATS_LOG: {}: this run is not in it: {}", file, error_text(error)));
    }
  };
  try {
    const ExitCode code = body();
    report(static_cast<int>(code));
    return code;
  } catch (const Error& error) {
    report(static_cast<int>(error.code()));
    throw;
  } catch (const BrokenPipe&) {
    report(128 + SIGPIPE);
    throw;
  } catch (...) {
    report(static_cast<int>(ExitCode::internal));
    throw;
  }
}

}  // namespace phasic
