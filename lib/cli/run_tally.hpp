// Sums up lines that PHASIC_STATS_LOG collected. The sum does not depend on the order of the lines.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "store/lookups.hpp"

namespace phasic {

/// Requests are counted, and apart from them the objects that were read because their key was given.
struct LayerTally {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t reads = 0;    ///< by key, found
  std::uint64_t missing = 0;  ///< by key, not found
  double hit_seconds = 0;     ///< looking up and reading what was there, by request
  double miss_seconds = 0;    ///< looking up and making what was not
  /// What the hits would have cost, less what they did: known where a miss with the same outcome is in a log.
  double saved_seconds = 0;
  std::uint64_t valued_hits = 0;  ///< hits that went into saved_seconds
};

struct RunSum {
  std::uint64_t runs = 0;
  std::uint64_t failed_runs = 0;  ///< with an exit status above 1; 1 is an answer
  std::string first;              ///< `2026-11-24T11:15:03Z`, empty where there is no run
  std::string last;
  std::array<LayerTally, 3> layers;
};

class RunTally {
 public:
  /// Counts a line; false, and nothing is counted, if it is none that a tool wrote.
  bool take(std::string_view line);
  [[nodiscard]] RunSum sum() const;

 private:
  /// Of all requests that came out as one object.
  struct Cost {
    std::uint64_t hits = 0;
    double hit_seconds = 0;
    std::uint64_t misses = 0;
    double miss_seconds = 0;
  };
  void count(const Lookup& lookup);

  RunSum sum_;
  std::array<std::map<ObjectHash, Cost>, 3> costs_;
};

}  // namespace phasic
