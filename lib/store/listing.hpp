// The names in an open directory, one at a time: a directory of any size costs the memory of one name.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace phasic {

/// Calls `visit` with each name but `.` and `..`, in no order. A directory that cannot be read has none.
void for_each_name(int directory, const std::function<void(std::string_view)>& visit);

}  // namespace phasic
