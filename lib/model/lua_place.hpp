// Where in the model's files something happened, as Lua tells it. Lua is given each file's number as the
// chunk's name: it would shorten a path to 60 characters.
#pragma once

#include <string>
#include <string_view>

#include "model/source_files.hpp"

struct lua_State;

namespace phasic {

/// The chunk's name of file `number`: a mark that no source line contains, and the number.
std::string chunk_name(std::size_t number);
/// The file that has this chunk's name; 0 if none has.
std::size_t file_of_chunk(std::string_view chunk);
/// Whether a message begins with a place in a file.
bool has_place(std::string_view message);

/// Where the function of the file that called us is.
SourcePlace calling_place(lua_State* lua);
/// Where the innermost function of the files that runs is; line 0 if there is none.
SourcePlace innermost_place(lua_State* lua);

/// A message as Lua makes it, its chunk names replaced by paths, on one line.
struct Located {
  SourcePlace place;
  std::string text;
};
Located take_apart(std::string_view message, const SourceFiles& files);

}  // namespace phasic
