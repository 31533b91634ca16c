#include "cli/cache_options.hpp"

namespace phasic {

void add_prune_options(CLI::App& prune, CachePruneOptions& options) {
  add_text_option(prune, "--max-mb", options.max_mb, "N", "keep at most N MB (1,048,576 bytes each)");
  add_text_option(prune, "--max-size", options.max_size, "SIZE", "the same with a unit: 500MB, 5GiB");
  add_text_option(prune, "--max-age", options.max_age, "AGE",
                  "remove what was last used longer ago: days, or 12h, 4w");
  add_text_option(prune, "--max-files", options.max_files, "N", "keep at most N files, records included");
  add_text_option(prune, "--min-age", options.min_age, "AGE",
                  "spare what was used since, whatever the limits [2h]");
  add_flag(prune, "-n,--dry-run", options.dry_run, "remove nothing, say what would go");
  add_flag(prune, "--json", options.json, "print the summary as one JSON object");
}

}  // namespace phasic
