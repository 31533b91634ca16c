// phasic-cache list: a line per object.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cli/cache_commands.hpp"
#include "cli/cache_site.hpp"
#include "cli/object_facts.hpp"
#include "cli/quantity.hpp"
#include "cli/table.hpp"
#include "store/audit.hpp"
#include "store/guard.hpp"
#include "store/inventory.hpp"

namespace phasic {

namespace {

enum class SortBy { used, size, created };

SortBy parse_sort(const std::string& text) {
  if (text == "used") return SortBy::used;
  if (text == "size") return SortBy::size;
  if (text == "created") return SortBy::created;
  throw UsageError({"--sort", fmt::format("'{}' is no order", text), "give used, size or created", {}});
}

struct Row {
  CacheFile file;
  Stamp created = 0;
  ObjectSummary summary;
};

// Where the file system does not know when a file was made, its last use is the best there is.
Stamp creation_of(const OpenDirectory& shard, const CacheFile& file) {
  struct statx status {};
  const std::string name = file_name(file.place());
  if (::statx(shard.descriptor.get(), name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0 ||
      (status.stx_mask & STATX_BTIME) == 0) {
    return file.last_use;
  }
  return static_cast<Stamp>(status.stx_btime.tv_sec) * stamp_second + status.stx_btime.tv_nsec;
}

/// Rows, and how many objects could not be read.
struct Listing {
  std::deque<Row> rows;  // of a million, in pieces: a vector that grows would hold them twice
  std::uint64_t unreadable = 0;
};

bool is_gone(const OpenDirectory& shard, const CacheFile& file) {
  struct stat status {};
  return ::fstatat(shard.descriptor.get(), file_name(file.place()).c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
             0 &&
         (errno == ENOENT || errno == ESTALE);
}

void add_row(const OpenDirectory& shard, const CacheFile& file, Listing& listing) {
  Row row{file, creation_of(shard, file), {}};
  const auto object = read_object(shard, file.place());
  // Pruned since the directory was listed.
  if (!object && is_gone(shard, file)) return;
  try {
    if (object) row.summary = summary_of(*object);
  } catch (const FormatError&) {
    ++listing.unreadable;
  }
  if (!object) ++listing.unreadable;
  listing.rows.push_back(row);
}

Listing list_layer(const CacheSite& site, const std::vector<Layer>& layers) {
  Listing listing;
  for (const Layer layer : layers) {
    for_each_shard(site.tree, layer, FileKind::object,
                   [&](const OpenDirectory& shard, const ShardContent& content) {
                     if (!is_usable(shard, layer, site.settings)) return;
                     for (const CacheFile& file : content.files) add_row(shard, file, listing);
                   });
  }
  return listing;
}

// Newest or largest first; equal ones by hash, so that the order is the same on every machine.
void sort(std::deque<Row>& rows, SortBy order) {
  const auto weight = [order](const Row& row) -> std::int64_t {
    switch (order) {
      case SortBy::used:
        return row.file.last_use;
      case SortBy::size:
        return static_cast<std::int64_t>(row.file.size);
      case SortBy::created:
        break;
    }
    return row.created;
  };
  std::ranges::sort(rows, [&](const Row& one, const Row& other) {
    return weight(one) != weight(other) ? weight(one) > weight(other) : one.file.name < other.file.name;
  });
}

Cell kilobytes_cell(std::uint64_t bytes) {
  const std::string text = fmt::format("{:.1f}", static_cast<double>(bytes) / 1024.0);
  return {text, text};
}

Cell count_cell(const std::optional<std::uint64_t>& count) {
  return count ? Cell{std::to_string(*count), std::to_string(*count)} : empty_cell();
}

const std::vector<std::string> columns{"layer",      "hash",          "kb",       "vertices", "edges",
                                       "parameters", "multiply_adds", "last_use", "created"};

std::vector<Cell> cells_of(const Row& row) {
  return {text_cell(name_of(row.file.layer)),    text_cell(to_hex(row.file.name)),
          kilobytes_cell(row.file.size),         count_cell(row.summary.vertices),
          count_cell(row.summary.edges),         count_cell(row.summary.parameters),
          count_cell(row.summary.multiply_adds), text_cell(time_text(row.file.last_use)),
          text_cell(time_text(row.created))};
}

// For people: as many digits of the hash as they would copy, and no column that is seldom asked for.
std::vector<std::string> line_of(const Row& row) {
  constexpr std::size_t shown_digits = 16;
  std::vector<std::string> line;
  for (const Cell& cell : cells_of(row)) line.push_back(cell.text);
  line[1].resize(shown_digits);
  line.pop_back();
  return line;
}

// Columns are aligned over as many lines as anybody looks at, so that a million of them are never held as
// text.
void print_as_text(const std::deque<Row>& rows) {
  constexpr std::size_t most_lines = 10'000;
  for (std::size_t begin = 0; begin < rows.size(); begin += most_lines) {
    std::vector<std::vector<std::string>> lines{
        {"layer", "hash", "KB", "vertices", "edges", "parameters", "multiply-adds", "last use"}};
    for (std::size_t i = begin; i < std::min(begin + most_lines, rows.size()); ++i) {
      lines.push_back(line_of(rows[i]));
    }
    print(aligned(lines));
  }
}

}  // namespace

ExitCode cache_list(const CacheSite& site, const CacheListOptions& options) {
  const auto layers = resolve_layers(options.layers);
  const SortBy order = parse_sort(options.sort);
  if (options.json && options.tsv) throw UsageError({"--json", "is given with --tsv", "choose one", {}});
  require_usable(site);
  Listing listing = list_layer(site, layers);
  sort(listing.rows, order);
  if (options.json) {
    for (const Row& row : listing.rows) print(json_line(columns, cells_of(row)));
  } else if (options.tsv) {
    print(tsv_line(columns));
    for (const Row& row : listing.rows) print(tsv_line(cells_of(row)));
  } else if (listing.rows.empty()) {
    site.log.info("nothing is cached there");
  } else {
    print_as_text(listing.rows);
  }
  if (listing.unreadable > 0) {
    site.log.warning(
        fmt::format("{} cannot be read: damaged, which `phasic-cache verify` tells, or another version's",
                    count_text(listing.unreadable, "entry", "entries")));
  }
  return ExitCode::done;
}

}  // namespace phasic
