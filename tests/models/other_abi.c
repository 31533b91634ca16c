/* A library for an ABI that is not there yet. */
#include <stdint.h>
const struct {
  uint32_t abi;
  uint32_t size;
} phasic_model = {2, 4096};
