// Notices a callback that changes a variable outside of it: then the chain would depend on the order in which
// states are visited. Tables may be written to (a memo is no harm), variables may not.
//
// Seen are the variables of every function that can be reached when the check is made: through variables,
// globals and tables, however deep. Not seen is what a table holds, nor functions that a callback makes
// itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/lua_api.hpp"

namespace phasic {

class PurityCheck {
 public:
  /// Remembers what the variables hold of the function on the stack's top, and of all functions that it can
  /// reach. Takes the function off the stack.
  explicit PurityCheck(lua_State* lua);

  /// The name of a variable that holds something else now.
  [[nodiscard]] std::optional<std::string> changed_variable() const;

 private:
  struct Variable {
    std::string name;
    int number;      ///< of the upvalue in its function
    const void* id;  ///< the same for all functions that share it
  };
  class Search;
  lua_State* lua_;
  int kept_;  ///< registry reference: a list of each variable's function and value
  std::vector<Variable> variables_;
};

}  // namespace phasic
