// How many processors this process may use: less than the machine has under taskset, Slurm or a container.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace phasic {

/// The affinity mask's size, capped by the control group's cpu.max; at least 1.
unsigned available_processors();

/// The tightest cpu.max from the group that `membership` (the text of /proc/self/cgroup) names up to the root
/// of the hierarchy at `mount`, as whole processors, rounded up. Nothing where no limit is set.
std::optional<unsigned> cgroup_processors(const std::filesystem::path& mount, std::string_view membership);

}  // namespace phasic
