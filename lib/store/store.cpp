#include "store/store.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "store/audit.hpp"
#include "store/guard.hpp"
#include "store/inventory.hpp"
#include "store/listing.hpp"
#include "store/patience.hpp"
#include "store/publication.hpp"
#include "store/reading.hpp"
#include "store/tree.hpp"

namespace phasic {

namespace {

enum class State { not_begun, on, refused };
enum class Warned { no, yes };

/// A shard and what was read in it.
struct Reading {
  OpenDirectory shard;
  FileContent content;
};

constexpr std::string_view written_by_another_version = "another version of phasic wrote it";

const char* remedy_for(Layer layer) {
  return layer == Layer::compiled ? "; set PHASIC_COMPILED_DIR to a directory of your own" : "";
}

// A file outlives the mode its directory once had, and code that others may write is never run.
void refuse_foreign_code(const Place& place, FileContent& content) {
  if (place.layer != Layer::compiled || content.outcome != ReadOutcome::read ||
      trust_in(content.status) == Trust::ours) {
    return;
  }
  content.outcome = ReadOutcome::failed;
  content.error = EACCES;
  content.bytes.clear();
  content.why = "others may write it";
}

// What is there under the object's name.
enum class Presence { absent, same, different };
Presence presence_in(const OpenDirectory& shard, const Place& place, const Object& object) {
  FileContent content = read_object_file(shard.descriptor.get(), place);
  refuse_foreign_code(place, content);
  if (content.outcome == ReadOutcome::absent) return Presence::absent;
  const bool is_same =
      content.outcome == ReadOutcome::read && std::ranges::equal(content.bytes, object.bytes());
  return is_same ? Presence::same : Presence::different;
}

}  // namespace

struct Store::Implementation {
  Implementation(StoreSettings chosen, Log told) : settings(std::move(chosen)), log(std::move(told)) {}

  StoreSettings settings;
  Log log;
  State state = State::not_begun;
  std::optional<Tree> tree;
  LookupLog lookups;
  Warned warned_of_writing = Warned::no;
  Warned warned_of_reading = Warned::no;

  bool begin();
  void refuse(const std::string& reason);
  [[nodiscard]] bool writes() const { return settings.mode != CacheMode::read_only; }
  [[nodiscard]] Sync sync() const { return settings.sync_files ? Sync::yes : Sync::no; }

  template <class Read>
  Reading read(const Place& place, Read read_file);
  std::optional<Object> load(const Place& place);
  std::optional<Record> find(const Place& place);
  [[nodiscard]] bool is_of_another_version(const Place& place);
  void judge(const Place& place, const Reading& reading);
  void discard(const Place& place, const Reading& reading, std::string_view why);
  void warn_of_reading(const std::filesystem::path& path, std::string_view why);

  OpenDirectory open_for_writing(const Place& place);
  template <class Write>
  Stored write(const Place& place, Write write_into);
  Stored publish(const Place& place, const Object& object);
  [[nodiscard]] Stored is_there(const Place& place, const Object& object) const;

  [[nodiscard]] std::vector<Match> matches(std::string_view prefix) const;
  [[nodiscard]] std::vector<Record> records(Layer layer) const;
  [[nodiscard]] bool is_on_network() const;
};

// ---- Beginning ------------------------------------------------------------------------------------------

bool Store::Implementation::begin() {
  if (settings.mode == CacheMode::off) return false;
  if (state != State::not_begun) return state == State::on;
  state = State::on;
  try {
    tree.emplace(find_cache_directory(settings.directory).path, settings.compiled_directory);
  } catch (const UsageError& error) {
    refuse(error.what());
    return false;
  }
  const OpenDirectory root = tree->open_root(Missing::leave);
  if (root.is_open()) {
    if (const auto reason = reason_to_refuse(root, settings))
      refuse(Error(ExitCode::no_input, *reason).what());
  } else if (root.error != ENOENT && root.error != ESTALE) {
    refuse(fmt::format("{}: {}", root.path.string(), error_text(root.error)));
  }
  return state == State::on;
}

void Store::Implementation::refuse(const std::string& reason) {
  state = State::refused;
  log.warning("the cache is off: " + reason);
}

// ---- Reading --------------------------------------------------------------------------------------------

// A stale handle (the file or directory was replaced on its server) is tried once more from the root.
template <class Read>
Reading Store::Implementation::read(const Place& place, Read read_file) {
  for (int attempt = 0;; ++attempt) {
    Reading reading{tree->open_shard(place, Missing::leave), {}};
    FileContent& content = reading.content;
    if (!reading.shard.is_open()) {
      content.outcome = reading.shard.error == ENOENT ? ReadOutcome::absent : ReadOutcome::failed;
      content.error = reading.shard.error;
      content.why = error_text(content.error);
    } else if (!is_usable(reading.shard, place.layer, settings)) {
      content.outcome = ReadOutcome::failed;
      content.why = why_foreign(reading.shard) + remedy_for(place.layer);
    } else {
      content = read_file(reading.shard.descriptor.get());
      refuse_foreign_code(place, content);
    }
    if (content.error != ESTALE || attempt > 0) return reading;
  }
}

std::optional<Object> Store::Implementation::load(const Place& place) {
  Reading reading = read(place, [&](int shard) { return read_object_file(shard, place); });
  if (reading.content.outcome != ReadOutcome::read) {
    judge(place, reading);
    return std::nullopt;
  }
  try {
    Object object = Object::verify(std::move(reading.content.bytes));
    if (object.hash().bytes == place.name) {
      if (writes()) refresh_time_of_use(reading.shard.descriptor.get(), file_name(place));
      return object;
    }
    discard(place, reading, "damaged: its content is another object's");
  } catch (const FormatError& error) {
    discard(place, reading, error.complaint().what);
  }
  return std::nullopt;
}

std::optional<Record> Store::Implementation::find(const Place& place) {
  const Reading reading =
      read(place, [&](int shard) { return read_small_file(shard, file_name(place), longest_record); });
  if (reading.content.outcome != ReadOutcome::read) {
    judge(place, reading);
    return std::nullopt;
  }
  const std::string_view text = as_text(reading.content.bytes);
  try {
    Record record = decode_record(text);
    if (record.request.bytes == place.name && record.layer == place.layer) {
      if (writes()) refresh_time_of_use(reading.shard.descriptor.get(), file_name(place));
      return record;
    }
    discard(place, reading, "damaged: a record of another request");
  } catch (const FormatError& error) {
    if (has_valid_checksum(text))
      warn_of_reading(tree->path_of(place), written_by_another_version);
    else
      discard(place, reading, error.complaint().what);
  }
  return std::nullopt;
}

bool Store::Implementation::is_of_another_version(const Place& place) {
  const Reading reading = read(place, [&](int shard) { return read_object_file(shard, place); });
  return reading.content.outcome == ReadOutcome::unknown_format &&
         is_whole_by_name(reading.shard.descriptor.get(), place);
}

// Something else than bytes to verify was found.
void Store::Implementation::judge(const Place& place, const Reading& reading) {
  const FileContent& content = reading.content;
  switch (content.outcome) {
    case ReadOutcome::read:
    case ReadOutcome::absent:
      return;
    case ReadOutcome::failed:
      if (content.error != ESTALE) {
        warn_of_reading(
            reading.shard.is_open() && content.error != 0 ? tree->path_of(place) : reading.shard.path,
            content.why);
      }
      return;
    case ReadOutcome::not_regular:
      warn_of_reading(tree->path_of(place), content.why);
      return;
    case ReadOutcome::unknown_format:
      if (is_whole_by_name(reading.shard.descriptor.get(), place)) {
        warn_of_reading(tree->path_of(place), written_by_another_version);
        return;
      }
      [[fallthrough]];
    case ReadOutcome::malformed:
      discard(place, reading, content.why);
  }
}

// Removes a damaged file, if it still is the one that was read: another process may have replaced it.
void Store::Implementation::discard(const Place& place, const Reading& reading, std::string_view why) {
  std::string_view what_was_done = "left in place";
  if (settings.keep_corrupt) {
    what_was_done = "kept (PHASIC_KEEP_CORRUPT)";
  } else if (writes()) {
    const int shard = reading.shard.descriptor.get();
    const std::string name = file_name(place);
    struct stat status {};
    if (::fstatat(shard, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        is_same_file(identity_of(status), reading.content.identity) &&
        ::unlinkat(shard, name.c_str(), 0) == 0) {
      what_was_done = "removed";
    }
  }
  log.warning(fmt::format("{}: {}; {}", tree->path_of(place).string(), why, what_was_done));
}

void Store::Implementation::warn_of_reading(const std::filesystem::path& path, std::string_view why) {
  if (warned_of_reading == Warned::yes) return;
  warned_of_reading = Warned::yes;
  log.warning(fmt::format("{}: not read from the cache: {}", path.string(), why));
}

// ---- Writing --------------------------------------------------------------------------------------------

// The shard, made if need be; `error` is set where it cannot be used.
OpenDirectory Store::Implementation::open_for_writing(const Place& place) {
  OpenDirectory root = tree->open_root(Missing::make);
  if (!root.is_open()) return root;
  if (const auto reason = reason_to_refuse(root, settings)) {
    refuse(Error(ExitCode::no_input, *reason).what());
    root.error = EACCES;
    return root;
  }
  root.error = mark_as_cache(root, settings);
  if (root.error != 0) return root;
  OpenDirectory shard = tree->open_shard(place, Missing::make);
  if (shard.is_open() && !is_usable(shard, place.layer, settings)) shard.error = EACCES;
  return shard;
}

// Calls `write_into(shard)`, which returns errno's value. Once more where the temporary file or the directory
// vanished meanwhile: prune and `rm -rf` may do that at any time.
template <class Write>
Stored Store::Implementation::write(const Place& place, Write write_into) {
  for (int attempt = 0;; ++attempt) {
    const OpenDirectory shard = open_for_writing(place);
    if (state == State::refused) return Stored::no;
    const int error = shard.error != 0 ? shard.error : write_into(shard);
    if (error == 0) return Stored::yes;
    if ((error == ENOENT || error == ESTALE) && attempt == 0) continue;
    // Where something foreign was not read, it is clear that it is not written either.
    const bool is_known = shard.trust == Trust::foreign && warned_of_reading == Warned::yes;
    if (warned_of_writing == Warned::no && !is_known) {
      warned_of_writing = Warned::yes;
      std::string why = error_text(error);
      if (shard.trust == Trust::foreign) (why = why_foreign(shard)) += remedy_for(place.layer);
      log.warning(fmt::format("{}: not stored in the cache: {}", shard.path.string(), why));
    }
    return Stored::no;
  }
}

Stored Store::Implementation::publish(const Place& place, const Object& object) {
  return write(place, [&](const OpenDirectory& shard) {
    switch (presence_in(shard, place, object)) {
      case Presence::same:
        refresh_time_of_use(shard.descriptor.get(), file_name(place));
        return 0;
      case Presence::absent:
        return publish_object(shard, place, object.bytes(), IfPresent::keep, sync());
      case Presence::different:
        // What is to be examined must not be overwritten.
        if (settings.keep_corrupt) return EEXIST;
        return publish_object(shard, place, object.bytes(), IfPresent::replace, sync());
    }
    return EINVAL;
  });
}

Stored Store::Implementation::is_there(const Place& place, const Object& object) const {
  const OpenDirectory shard = tree->open_shard(place, Missing::leave);
  const bool is_same = shard.is_open() && is_usable(shard, place.layer, settings) &&
                       presence_in(shard, place, object) == Presence::same;
  return is_same ? Stored::yes : Stored::no;
}

// ---- Looking around -------------------------------------------------------------------------------------

std::vector<Store::Match> Store::Implementation::matches(std::string_view prefix) const {
  std::vector<Match> found;
  if (prefix.size() < 2) return found;
  const std::string shard_name(prefix.substr(0, 2));
  for (const Layer layer : all_layers) {
    const OpenDirectory shard = tree->open_shard(layer, FileKind::object, shard_name);
    if (!shard.is_open() || !is_usable(shard, layer, settings)) continue;
    for_each_name(shard.descriptor.get(), [&](std::string_view name) {
      const auto hash = parse_file_name(layer, FileKind::object, shard_name, name);
      if (hash && name.starts_with(prefix)) found.push_back({layer, ObjectHash{*hash}});
    });
  }
  std::ranges::sort(found, {}, [](const Match& match) { return std::pair(match.hash, match.layer); });
  return found;
}

std::vector<Record> Store::Implementation::records(Layer layer) const {
  std::vector<Record> found;
  for_each_shard(*tree, layer, FileKind::record,
                 [&](const OpenDirectory& shard, const ShardContent& content) {
                   if (!is_usable(shard, layer, settings)) return;
                   for (const CacheFile& file : content.files) {
                     // A damaged one is noticed, and removed, when it is asked for.
                     if (auto record = read_record(shard, file.place())) found.push_back(std::move(*record));
                   }
                 });
  return found;
}

bool Store::Implementation::is_on_network() const {
  const OpenDirectory root = tree->open_root(Missing::leave);
  struct statfs status {};
  return root.is_open() && ::fstatfs(root.descriptor.get(), &status) == 0 &&
         is_network_file_system(status.f_type);
}

// ---- The store ------------------------------------------------------------------------------------------

Store::Store(StoreSettings settings, const Log& log)
    : implementation_(std::make_unique<Implementation>(std::move(settings), log)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

CacheMode Store::mode() const {
  return implementation_->settings.mode;
}

bool Store::is_on() {
  return implementation_->begin();
}

std::optional<Object> Store::load(Layer layer, const ObjectHash& hash, Patience patience) {
  if (!is_on()) return std::nullopt;
  const Place place = place_of(layer, hash);
  implementation_->lookups.begin_load(layer, hash);
  auto object = implementation_->load(place);
  if (!object && patience == Patience::network && implementation_->is_on_network()) {
    object = look_again([&] { return implementation_->load(place); },
                        [](const auto& found) { return found.has_value(); });
  }
  implementation_->lookups.note_load(layer, hash, object ? LookupOutcome::hit : LookupOutcome::miss);
  return object;
}

bool Store::is_of_another_version(Layer layer, const ObjectHash& hash) {
  return is_on() && implementation_->is_of_another_version(place_of(layer, hash));
}

std::optional<Record> Store::find(Layer layer, const RequestKey& key) {
  if (mode() == CacheMode::refresh || !is_on()) return std::nullopt;
  implementation_->lookups.begin_request(layer);
  auto record = implementation_->find(place_of(layer, key));
  implementation_->lookups.note_record(layer, record ? std::optional(record->object) : std::nullopt);
  return record;
}

Stored Store::publish(Layer layer, const Object& object) {
  if (!is_on()) return Stored::no;
  const Place place = place_of(layer, object.hash());
  const Stored stored = implementation_->writes() ? implementation_->publish(place, object)
                                                  : implementation_->is_there(place, object);
  implementation_->lookups.note_published(layer, object.hash());
  return stored;
}

Stored Store::file(const Record& record) {
  if (!is_on() || !implementation_->writes()) return Stored::no;
  const Place place = place_of(record.layer, record.request);
  const std::string text = encode(record);
  return implementation_->write(place, [&](const OpenDirectory& shard) {
    return publish_by_rename(shard, file_name(place), as_bytes(text), implementation_->sync());
  });
}

std::vector<Store::Match> Store::matches(std::string_view prefix, Patience patience) {
  if (!is_on()) return {};
  auto matches = implementation_->matches(prefix);
  if (!matches.empty() || patience == Patience::none || !implementation_->is_on_network()) return matches;
  return look_again([&] { return implementation_->matches(prefix); },
                    [](const auto& found) { return !found.empty(); });
}

std::vector<Record> Store::records(Layer layer) {
  if (!is_on()) return {};
  return implementation_->records(layer);
}

const std::vector<Lookup>& Store::lookups() const {
  return implementation_->lookups.all();
}

}  // namespace phasic
