#include "store/prune.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

#include "base/error.hpp"
#include "store/prune_lock.hpp"

namespace phasic {

namespace {

// Oldest use first; of equals records first, then by path.
auto queue_position(const CacheFile& file) {
  return std::tuple(file.last_use, file.kind == FileKind::object, file.layer, file.name);
}

// Records before objects, and by shard, so that a directory is opened once.
auto removal_position(const CacheFile& file) {
  return std::tuple(file.kind == FileKind::object, file.layer, file.name);
}

/// What is still there while the queue is worked off.
struct Remaining {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  [[nodiscard]] bool exceeds(const PruneLimits& limits) const {
    return (limits.max_bytes && bytes > *limits.max_bytes) || (limits.max_files && files > *limits.max_files);
  }
};

bool is_expired(const CacheFile& file, const PruneLimits& limits, Stamp now) {
  return limits.max_age && file.last_use < now - *limits.max_age - age_margin;
}

class Prune {
 public:
  Prune(const Tree& tree, const OpenDirectory& root, const PruneLimits& limits, DryRun dry_run,
        const std::function<void(const std::string&)>& told)
      : tree_(tree), root_(root), limits_(limits), dry_run_(dry_run), told_(told), lock_(root) {}

  PruneResult run(std::span<const Layer> layers) {
    if (lock_.state() == PruneLock::State::of_another) {
      result_.outcome = PruneResult::Outcome::another_at_work;
      return result_;
    }
    for (const Temporary& temporary : temporaries_in_root(root_)) remove_if_abandoned(root_, temporary);
    std::vector<CacheFile> files;
    for (const Layer layer : layers) survey(layer, files);
    PrunePlan plan = plan_prune(std::move(files), limits_, lock_.now());
    result_.spared = plan.spared;
    remove(plan.victims);
    return result_;
  }

 private:
  void survey(Layer layer, std::vector<CacheFile>& files) {
    for (const FileKind kind : {FileKind::record, FileKind::object}) {
      for_each_shard(tree_, layer, kind, [&](const OpenDirectory& shard, const ShardContent& content) {
        lock_.keep_alive();
        for (const Temporary& temporary : content.temporaries) remove_if_abandoned(shard, temporary);
        for (CacheFile file : content.files) {
          correct_future(shard, file);
          result_.kept.add(file);
          files.push_back(file);
        }
      });
    }
  }

  // A clock that was ahead must not keep a file for ever.
  void correct_future(const OpenDirectory& shard, CacheFile& file) const {
    if (file.last_use <= lock_.now() + future_margin) return;
    file.last_use = lock_.now();
    if (dry_run_ == DryRun::no) {
      ::utimensat(shard.descriptor.get(), file_name(file.place()).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    }
  }

  void remove_if_abandoned(const OpenDirectory& directory, const Temporary& temporary) {
    if (temporary.last_use > lock_.now() - temporary_lifetime) return;
    told_((directory.path / temporary.name).string());
    if (dry_run_ == DryRun::no && !unlink(directory, temporary.name)) return;
    ++result_.temporaries_removed;
    result_.temporary_bytes += disk_size(temporary.size);
  }

  void remove(const std::vector<CacheFile>& victims) {
    OpenDirectory shard;
    const CacheFile* before = nullptr;
    for (const CacheFile& victim : victims) {
      if (!lock_.keep_alive()) {
        result_.outcome = PruneResult::Outcome::taken_over;
        return;
      }
      if (before == nullptr || before->kind != victim.kind || before->layer != victim.layer ||
          before->name.front() != victim.name.front()) {
        shard = tree_.open_shard(victim.place(), Missing::leave);
      }
      before = &victim;
      if (shard.is_open()) remove(shard, victim);
    }
  }

  enum class Since { unused, used, vanished };
  // What was used since it was surveyed is in use.
  static Since survey_again(const OpenDirectory& shard, const std::string& name, const CacheFile& file) {
    struct stat status {};
    if (::fstatat(shard.descriptor.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return Since::vanished;
    }
    return stamp_of(status.st_mtim) > file.last_use ? Since::used : Since::unused;
  }

  void remove(const OpenDirectory& shard, const CacheFile& victim) {
    const std::string name = file_name(victim.place());
    const Since since = dry_run_ == DryRun::yes ? Since::unused : survey_again(shard, name, victim);
    if (since == Since::used) {
      result_.spared.add(victim);
      return;
    }
    if (since == Since::unused) {
      if (dry_run_ == DryRun::no && !unlink(shard, name)) return;
      told_((shard.path / name).string());
      result_.removed.add(victim);
    }
    result_.kept.subtract(victim);
  }

  bool unlink(const OpenDirectory& directory, const std::string& name) {
    if (::unlinkat(directory.descriptor.get(), name.c_str(), 0) == 0) return true;
    if (errno == ENOENT) return false;
    if (result_.failure_count++ == 0) {
      result_.first_failure = (directory.path / name).string() + ": " + error_text(errno);
    }
    return false;
  }

  const Tree& tree_;
  const OpenDirectory& root_;
  const PruneLimits& limits_;
  DryRun dry_run_;
  const std::function<void(const std::string&)>& told_;
  PruneLock lock_;
  PruneResult result_;
};

}  // namespace

void FileTally::add(const CacheFile& file) {
  ++(file.kind == FileKind::object ? objects : records);
  bytes += disk_size(file.size);
}

void FileTally::subtract(const CacheFile& file) {
  --(file.kind == FileKind::object ? objects : records);
  bytes -= disk_size(file.size);
}

PrunePlan plan_prune(std::vector<CacheFile> files, const PruneLimits& limits, Stamp now) {
  std::ranges::sort(files, {}, queue_position);
  Remaining remaining{0, files.size()};
  for (const CacheFile& file : files) remaining.bytes += disk_size(file.size);
  PrunePlan plan;
  for (const CacheFile& file : files) {
    if (!is_expired(file, limits, now) && !remaining.exceeds(limits)) break;
    if (file.last_use > now - limits.min_age) {
      plan.spared.add(file);
      continue;
    }
    remaining.bytes -= disk_size(file.size);
    --remaining.files;
    plan.victims.push_back(file);
  }
  std::ranges::sort(plan.victims, {}, removal_position);
  return plan;
}

PruneResult prune(const Tree& tree, std::span<const Layer> layers, const PruneLimits& limits, DryRun dry_run,
                  const std::function<void(const std::string&)>& told) {
  OpenDirectory root = tree.open_root(Missing::leave);
  // Compiled code may lie elsewhere, and still be there.
  if (!root.is_open() && std::ranges::find(layers, Layer::compiled) != layers.end()) {
    root = tree.open_shards(Layer::compiled, FileKind::object, Missing::leave);
  }
  if (!root.is_open()) {
    PruneResult nothing;
    nothing.outcome = PruneResult::Outcome::no_directory;
    return nothing;
  }
  return Prune(tree, root, limits, dry_run, told).run(layers);
}

}  // namespace phasic
