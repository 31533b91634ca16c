// What the cache was asked and how it answered, for statistics. A request is asked in two steps, record and
// object; where it misses, its cost is known once what was made instead is published.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "store/record.hpp"

namespace phasic {

enum class LookupBy {
  request,  ///< would it have to be made?
  key,      ///< reading what a key names
};
enum class LookupOutcome { hit, miss };
std::string_view name_of(LookupBy by);
std::string_view name_of(LookupOutcome outcome);

struct Lookup {
  Layer layer = Layer::graphs;
  LookupBy by = LookupBy::request;
  LookupOutcome outcome = LookupOutcome::miss;
  std::optional<ObjectHash> key;  ///< none for a miss after which nothing was made
  /// From the question to the answer; of a miss after which something was made, until that was stored.
  double seconds = 0;
};

/// Is told what a store does, in order.
class LookupLog {
 public:
  void begin_request(Layer layer);
  /// The record that answers the request, or that there is none.
  void note_record(Layer layer, const std::optional<ObjectHash>& object);
  void begin_load(Layer layer, const ObjectHash& hash);
  void note_load(Layer layer, const ObjectHash& hash, LookupOutcome outcome);
  void note_published(Layer layer, const ObjectHash& hash);

  [[nodiscard]] const std::vector<Lookup>& all() const { return all_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Open {
    Clock::time_point since;
    std::optional<ObjectHash> wanted;  // the record's object, until it is loaded
    std::optional<std::size_t> miss;   // its place, until something is published instead
  };
  Open& open(Layer layer) { return open_[static_cast<std::size_t>(layer)]; }
  static double seconds_since(Clock::time_point since);

  std::vector<Lookup> all_;
  std::array<Open, 3> open_;
  Clock::time_point load_since_;
};

}  // namespace phasic
