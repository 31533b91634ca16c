// Lua's headers as the C++ build of Lua wants them: without extern "C", since its errors are C++ exceptions.
#pragma once

#include <lua.h>
// Order matters: the two below need lua.h.
#include <lauxlib.h>
#include <lualib.h>
