#include "store/audit.hpp"

#include "base/error.hpp"
#include "store/reading.hpp"

namespace phasic {

namespace {

std::optional<std::string> find_fault_in_record(const OpenDirectory& shard, const Place& place) {
  const FileContent content = read_small_file(shard.descriptor.get(), file_name(place), longest_record);
  if (content.outcome == ReadOutcome::absent) return std::nullopt;
  if (content.outcome != ReadOutcome::read) return content.why;
  const std::string_view text = as_text(content.bytes);
  try {
    const Record record = decode_record(text);
    if (record.request.bytes == place.name && record.layer == place.layer) return std::nullopt;
    return "a record of another request";
  } catch (const FormatError& error) {
    if (has_valid_checksum(text)) return std::nullopt;
    return error.complaint().what;
  }
}

std::optional<std::string> find_fault_in_object(const OpenDirectory& shard, const Place& place) {
  FileContent content = read_object_file(shard.descriptor.get(), place);
  switch (content.outcome) {
    case ReadOutcome::absent:
      return std::nullopt;
    case ReadOutcome::unknown_format:
      if (is_whole_by_name(shard.descriptor.get(), place)) return std::nullopt;
      return content.why;
    case ReadOutcome::read:
      break;
    default:
      return content.why;
  }
  try {
    if (Object::verify(std::move(content.bytes)).hash().bytes == place.name) return std::nullopt;
    return "its content is another object's";
  } catch (const FormatError& error) {
    return error.complaint().what;
  }
}

}  // namespace

std::optional<Record> read_record(const OpenDirectory& shard, const Place& place) {
  const FileContent content = read_small_file(shard.descriptor.get(), file_name(place), longest_record);
  if (content.outcome != ReadOutcome::read) return std::nullopt;
  try {
    Record record = decode_record(as_text(content.bytes));
    if (record.request.bytes == place.name && record.layer == place.layer) return record;
  } catch (const FormatError&) {  // not whole: no record
  }
  return std::nullopt;
}

std::optional<Object> read_object(const OpenDirectory& shard, const Place& place) {
  FileContent content = read_object_file(shard.descriptor.get(), place);
  if (content.outcome != ReadOutcome::read) return std::nullopt;
  try {
    Object object = Object::verify(std::move(content.bytes));
    if (object.hash().bytes == place.name) return object;
  } catch (const FormatError&) {  // not whole: no object
  }
  return std::nullopt;
}

std::optional<std::string> find_fault(const OpenDirectory& shard, const Place& place) {
  return place.kind == FileKind::record ? find_fault_in_record(shard, place)
                                        : find_fault_in_object(shard, place);
}

AuditResult audit(const Tree& tree, Layer layer,
                  const std::function<void(const std::string&, const std::string&)>& told) {
  AuditResult result;
  for (const FileKind kind : {FileKind::object, FileKind::record}) {
    for_each_shard(tree, layer, kind, [&](const OpenDirectory& shard, const ShardContent& content) {
      (kind == FileKind::object ? result.object_count : result.record_count) += content.files.size();
      for (const CacheFile& file : content.files) {
        const auto fault = find_fault(shard, file.place());
        if (!fault) continue;
        ++result.fault_count;
        told((shard.path / file_name(file.place())).string(), *fault);
      }
    });
  }
  return result;
}

}  // namespace phasic
