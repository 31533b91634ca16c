/* A library of this ABI whose structure has a field that this version does not know. */
#include <phasic/model.h>

const struct {
  phasic_model_library known;
  void (*unknown)(void);
} newer __asm__("phasic_model") = {
    {PHASIC_MODEL_ABI, sizeof(phasic_model_library) + sizeof(void*), 0, 0, 0, 0}, 0};
