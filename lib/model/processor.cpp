#include "model/processor.hpp"

#include <fmt/core.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digest.hpp"
#include "base/line_reader.hpp"
#include "base/text.hpp"

namespace phasic {

namespace {

// What the kernel says of the first processor and what decides what it can do; clock rates change.
constexpr std::array<std::string_view, 11> fields{
    "vendor_id",       "cpu family",       "model",       "model name", "stepping",    "flags",
    "CPU implementer", "CPU architecture", "CPU variant", "CPU part",   "CPU revision"};

struct Description {
  std::string name = "unknown";
  DigestBytes digest{};
};

Description describe() {
  Description description;
  Sha256 digest;
  LineReader reader("/proc/cpuinfo");
  while (const auto line = reader.next()) {
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos) break;  // the first processor ends at an empty line
    const std::string_view field = trimmed(line->substr(0, colon));
    const std::string_view value = trimmed(line->substr(colon + 1));
    if (field == "model name" || field == "CPU part") description.name = value;
    if (field == "Features" || std::ranges::find(fields, field) != fields.end()) {
      digest.feed_text(field).feed_text(value);
    }
  }
  description.digest = digest.finish();
  return description;
}

std::string level() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool is_v2 = __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("ssse3") != 0 &&
                     __builtin_cpu_supports("popcnt") != 0;
  const bool is_v3 = is_v2 && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
                     __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("fma") != 0;
  const bool is_v4 = is_v3 && __builtin_cpu_supports("avx512f") != 0 &&
                     __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512cd") != 0 &&
                     __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
  return is_v4 ? "x86-64-v4" : is_v3 ? "x86-64-v3" : is_v2 ? "x86-64-v2" : "x86-64-v1";
#else
  return least_processor();
#endif
}

}  // namespace

std::string least_processor() {
#if defined(__x86_64__)
  return "x86-64-v1";
#else
  utsname system{};
  return ::uname(&system) == 0 ? system.machine : "unknown";
#endif
}

std::string this_processor() {
  const Description description = describe();
  return fmt::format("{}, {}, {}", level(), description.name, to_hex(description.digest).substr(0, 16));
}

}  // namespace phasic
