// A model that forgot its function.
#include <phasic/model.hpp>
