// Reading what is in the cache without using it: nothing is touched, removed or warned of.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "store/inventory.hpp"
#include "store/object.hpp"
#include "store/record.hpp"
#include "store/tree.hpp"

namespace phasic {

/// Records are small; a longer file is none.
inline constexpr std::size_t longest_record = std::size_t{1} << 20U;

/// The record at this place, if it is whole and about this request.
std::optional<Record> read_record(const OpenDirectory& shard, const Place& place);
/// The object at this place, if it is whole and of this name.
std::optional<Object> read_object(const OpenDirectory& shard, const Place& place);

/// What is wrong with a file, in words; nothing if it is whole. One that another version wrote is whole.
std::optional<std::string> find_fault(const OpenDirectory& shard, const Place& place);

struct AuditResult {
  std::uint64_t object_count = 0;
  std::uint64_t record_count = 0;
  std::uint64_t fault_count = 0;
};
/// Reads every object and record of a layer; `told` is called with the path of each that fails, and why.
AuditResult audit(const Tree& tree, Layer layer,
                  const std::function<void(const std::string& path, const std::string& fault)>& told);

}  // namespace phasic
