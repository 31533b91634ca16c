#include "model/small_blocks.hpp"

#include <cstdlib>
#include <utility>

namespace phasic {

SmallBlocks::~SmallBlocks() {
  while (slabs_ != nullptr) std::free(std::exchange(slabs_, slabs_->next));
}

// A slab begins with the list of slabs.
bool SmallBlocks::refill(std::size_t size) noexcept {
  constexpr std::size_t slab_bytes = std::size_t{1} << 14U;
  const std::size_t block_bytes = (list_of(size) + 1) * step;
  void* memory = std::malloc(slab_bytes);
  if (memory == nullptr) return false;
  slabs_ = ::new (memory) Block{slabs_};
  auto* bytes = static_cast<std::byte*>(memory);
  for (std::size_t at = step; at + block_bytes <= slab_bytes; at += block_bytes) give(bytes + at, size);
  return true;
}

}  // namespace phasic
