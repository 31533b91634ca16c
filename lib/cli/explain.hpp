// Why a request was a miss: how it differs from the nearest one that is cached.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/record.hpp"

namespace phasic {

/// What a request is compared by.
struct Request {
  std::span<const RequestPart> parts;
  std::string model;  ///< as its records name it; of two equally near records, one of this model is nearer
  std::string_view thing = "graph";  ///< what is asked for
};

/// Lines such as `param n: 8 -> 6` (cached -> asked) after a first one that names the record,
/// or one line that says that nothing is cached.
std::vector<std::string> explain_miss(const Request& request, std::span<const Record> cached);

}  // namespace phasic
