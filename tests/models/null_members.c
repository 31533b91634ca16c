/* A library whose functions are not there. */
#include <phasic/model.h>
const phasic_model_library phasic_model = {
    PHASIC_MODEL_ABI, sizeof(phasic_model_library), NULL, NULL, NULL, NULL};
