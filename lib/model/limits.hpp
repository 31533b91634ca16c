// How far a model may go before it is stopped. 0 means no limit. Reaching one is a LimitError (exit 69) that
// says what was being done, and in which state.
#pragma once

#include <cstdint>

namespace phasic {

struct Limits {
  /// Lua instructions for loading the file, and again for each state. From 10 million on they are counted
  /// only once a callback has run for 100 ms, so that ordinary models pay nothing.
  std::uint64_t instructions = 100'000'000;
  std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes of Lua, in each thread
  std::uint64_t vertices = 100'000'000;
  double seconds = 0;  ///< of the whole exploration, by the clock on the wall
};

}  // namespace phasic
