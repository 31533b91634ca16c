#include "cli/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"

namespace phasic {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_file_size = std::size_t{1} << 20U;

// These files are the kernel's; one that is not there or says something new sets no limit.
std::string text_or_nothing(const fs::path& path) {
  try {
    return read_text_file(path, max_file_size);
  } catch (const Error&) {
    return {};
  }
}

// "200000 100000\n" is two processors, "max 100000\n" no limit.
std::optional<unsigned> parse_cpu_max(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::size_t end = std::min(text.find_first_of("\n ", blank + 1), text.size());
  const auto quota = parse_unsigned(text.substr(0, blank));
  const auto period = parse_unsigned(text.substr(blank + 1, end - blank - 1));
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<unsigned>(std::min<std::uint64_t>((*quota - 1) / *period + 1, 1U << 20U));
}

// The path in the unified hierarchy: the line `0::/user.slice/job`.
std::optional<std::string_view> unified_group(std::string_view membership) {
  constexpr std::string_view mark = "0::/";
  std::size_t begin = membership.starts_with(mark) ? 0 : membership.find("\n0::/");
  if (begin == std::string_view::npos) return std::nullopt;
  begin = membership.find(mark, begin) + mark.size();
  return membership.substr(begin, membership.find('\n', begin) - begin);
}

std::optional<unsigned> affinity_size() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return std::nullopt;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

}  // namespace

std::optional<unsigned> cgroup_processors(const fs::path& mount, std::string_view membership) {
  const auto group = unified_group(membership);
  if (!group) return std::nullopt;
  std::optional<unsigned> tightest;
  for (fs::path directory = mount / *group;; directory = directory.parent_path()) {
    const auto limit = parse_cpu_max(text_or_nothing(directory / "cpu.max"));
    if (limit) tightest = std::min(tightest.value_or(*limit), *limit);
    if (directory == mount || !directory.has_relative_path()) return tightest;
  }
}

unsigned available_processors() {
  // More processors than a cpu_set_t holds: the C++ library asks in its own way.
  const unsigned all = std::max(1U, affinity_size().value_or(std::thread::hardware_concurrency()));
  const auto limit = cgroup_processors("/sys/fs/cgroup", text_or_nothing("/proc/self/cgroup"));
  return std::min(all, limit.value_or(all));
}

}  // namespace phasic
