// An owned Lua state whose memory is counted and limited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "model/small_blocks.hpp"
#include "model/source_files.hpp"

struct lua_State;

namespace phasic {

class Watchdog;

class LuaState {
 public:
  /// `memory_limit` in bytes, 0 for none. Beyond it Lua reports that memory is out.
  explicit LuaState(std::uint64_t memory_limit);
  ~LuaState();
  LuaState(const LuaState&) = delete;
  LuaState& operator=(const LuaState&) = delete;

  [[nodiscard]] lua_State* get() const { return lua_; }
  /// Every block of memory is charged to this watchdog from now on; it outlives all calls into Lua.
  void charge_to(Watchdog& watchdog) { watchdog_ = &watchdog; }
  /// What was running when memory was last refused; line 0 if it never was.
  [[nodiscard]] SourcePlace place_of_refusal() const { return place_of_refusal_; }

 private:
  void note_refusal();
  static void* allocate(void* self, void* block, std::size_t old_size, std::size_t new_size);
  void* resize(void* block, std::size_t old_size, std::size_t new_size);
  void release(void* block, std::size_t size);
  SmallBlocks small_;  // outlives the Lua state
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  SourcePlace place_of_refusal_;
  lua_State* lua_ = nullptr;
  Watchdog* watchdog_ = nullptr;
};

}  // namespace phasic
