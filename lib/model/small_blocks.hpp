// Memory for what a Lua state has most of: small blocks that live shortly. Freed ones wait in a list for the
// next of their size, so that taking one is a few instructions. One thread's.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace phasic {

class SmallBlocks {
 public:
  static constexpr std::size_t largest = 256;  ///< bytes

  SmallBlocks() = default;
  ~SmallBlocks();
  SmallBlocks(const SmallBlocks&) = delete;
  SmallBlocks& operator=(const SmallBlocks&) = delete;

  /// Whether blocks of these sizes, 1 to `largest`, are interchangeable.
  [[nodiscard]] static bool are_alike(std::size_t one, std::size_t other) {
    return list_of(one) == list_of(other);
  }
  /// A block of `size` bytes, 1 to `largest`, aligned for everything; null if there is no memory.
  [[nodiscard]] void* take(std::size_t size) noexcept {
    Block*& first = free_[list_of(size)];
    if (first == nullptr && !refill(size)) return nullptr;
    Block* block = first;
    first = block->next;
    return block;
  }
  /// Takes back a block that `take` gave for `size` bytes.
  void give(void* block, std::size_t size) noexcept {
    Block*& first = free_[list_of(size)];
    first = ::new (block) Block{first};
  }

 private:
  static constexpr std::size_t step = 16;
  struct Block {
    Block* next;
  };
  [[nodiscard]] static std::size_t list_of(std::size_t size) { return (size - 1) / step; }
  [[nodiscard]] bool refill(std::size_t size) noexcept;
  std::array<Block*, largest / step> free_{};
  Block* slabs_ = nullptr;
};

}  // namespace phasic
