// Where a result came from: what index records keep beside an object's hash.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace phasic {

using Provenance = std::vector<std::pair<std::string, std::string>>;

/// "tool" (`phasic-build 0.1.0`), "host" and "time" (`2026-11-24T11:15:03Z`), to stand at a provenance's end.
Provenance made_by(const std::string& tool);

/// The value of an entry; empty if there is none.
std::string value_of(const Provenance& provenance, const std::string& name);

/// `argument` as a shell takes it: quoted only where it must be.
std::string shell_quoted(const std::string& argument);

}  // namespace phasic
