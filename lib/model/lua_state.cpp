#include "model/lua_state.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/error.hpp"
#include "model/lua_api.hpp"
#include "model/lua_place.hpp"
#include "model/watchdog.hpp"

namespace phasic {

namespace {

// An error outside every protected call: the few that we make can only run out of memory.
int on_panic(lua_State*) {
  throw LimitError({"", "the model's memory is used up", "raise --max-memory", {}});
}

}  // namespace

LuaState::LuaState(std::uint64_t memory_limit) : limit_(memory_limit) {
  lua_ = lua_newstate(&LuaState::allocate, this);
  if (lua_ == nullptr) {
    throw LimitError({"", "not even an empty model fits in the memory allowed", "raise --max-memory", {}});
  }
  lua_atpanic(lua_, on_panic);
}

LuaState::~LuaState() {
  watchdog_ = nullptr;  // it is gone already
  lua_close(lua_);
}

// Lua's error for this carries no position, and its message handler is not called.
void LuaState::note_refusal() {
  if (lua_ == nullptr) return;
  const SourcePlace place = innermost_place(lua_);
  if (place.line > 0) place_of_refusal_ = place;
}

void LuaState::release(void* block, std::size_t size) {
  if (block == nullptr) return;
  if (size <= SmallBlocks::largest)
    small_.give(block, size);
  else
    std::free(block);
}

void* LuaState::resize(void* block, std::size_t old_size, std::size_t new_size) {
  const bool was_small = block != nullptr && old_size <= SmallBlocks::largest;
  const bool is_small = new_size <= SmallBlocks::largest;
  if (!is_small && !was_small) return std::realloc(block, new_size);
  if (was_small && is_small && SmallBlocks::are_alike(old_size, new_size)) return block;
  void* moved = is_small ? small_.take(new_size) : std::malloc(new_size);
  if (moved != nullptr && block != nullptr) {
    std::memcpy(moved, block, std::min(old_size, new_size));
    release(block, old_size);
  }
  return moved;
}

void* LuaState::allocate(void* self, void* block, std::size_t old_size, std::size_t new_size) {
  auto& state = *static_cast<LuaState*>(self);
  if (block == nullptr) old_size = 0;  // then it is the type of what will live there
  if (new_size == 0) {
    state.release(block, old_size);
    state.used_ -= old_size;
    return nullptr;
  }
  if (new_size > old_size && state.limit_ != 0 && state.used_ + (new_size - old_size) > state.limit_) {
    state.note_refusal();
    return nullptr;
  }
  if (new_size > old_size && state.watchdog_ != nullptr) state.watchdog_->charge_block(new_size);
  void* moved = state.resize(block, old_size, new_size);
  if (moved != nullptr) state.used_ = state.used_ - old_size + new_size;
  return moved;
}

}  // namespace phasic
