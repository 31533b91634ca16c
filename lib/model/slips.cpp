#include "model/slips.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "model/tokens.hpp"

namespace phasic {

namespace {

struct Slip {
  std::string_view wrong;
  std::string_view remedy;
};

// Pairs of neighbouring tokens, or single ones; the first that is on the line wins.
constexpr std::array<Slip, 17> slips{{
    {"!=", "Lua writes ~= for 'not equal'"},
    {"&&", "Lua writes 'and' for &&"},
    {"||", "Lua writes 'or' for ||"},
    {"++", "Lua has no ++; write i = i + 1"},
    {"+=", "Lua has no +=; write x = x + y"},
    {"-=", "Lua has no -=; write x = x - y"},
    {"*=", "Lua has no *=; write x = x * y"},
    {"/=", "Lua has no /=; write x = x / y, or ~= for 'not equal'"},
    {"=>", "Lua writes >= for 'at least', and function(x) ... end for functions"},
    {"=<", "Lua writes <= for 'at most'"},
    {"->", "Lua writes function(x) ... end for functions, and object:method() for methods"},
    {"!", "Lua writes 'not' for !"},
    {"?", "Lua writes (condition and a or b) for condition ? a : b"},
    {"elif", "Lua writes elseif"},
    {"elsif", "Lua writes elseif"},
    {"continue", "Lua has no continue; write goto next, with ::next:: at the loop's end"},
    {"#include", "write include \"file.lua\""},
}};

constexpr std::array<Slip, 15> foreign_names{{
    {"require", "write include \"file.lua\""},
    {"dofile", "write include \"file.lua\""},
    {"null", "Lua writes nil"},
    {"None", "Lua writes nil"},
    {"undefined", "Lua writes nil"},
    {"NULL", "Lua writes nil"},
    {"True", "Lua writes true"},
    {"False", "Lua writes false"},
    {"len", "Lua writes #x for the length of x"},
    {"range", "Lua writes for i = first, last do ... end"},
    {"print", "model files print nothing; stop with error(text) to see a value"},
    {"def", "Lua writes local function name(x) ... end"},
    {"var", "Lua writes local x = value"},
    {"let", "Lua writes local x = value"},
    {"switch", "Lua writes if ... elseif ... end"},
}};

constexpr std::array<std::string_view, 20> kept_out{
    "pcall",  "xpcall", "coroutine", "setmetatable", "getmetatable",   "load",   "loadstring", "loadfile",
    "io",     "os",     "debug",     "package",      "collectgarbage", "rawget", "rawset",     "rawequal",
    "rawlen", "_G",     "utf8",      "warn"};

bool stands_at(const std::vector<Token>& tokens, std::size_t i, std::string_view wrong) {
  if (tokens[i].kind == TokenKind::string) return false;
  if (tokens[i].text == wrong) return true;
  if (i + 1 >= tokens.size() || tokens[i].text.size() + tokens[i + 1].text.size() != wrong.size())
    return false;
  const bool adjacent = tokens[i].text.data() + tokens[i].text.size() == tokens[i + 1].text.data();
  return adjacent && wrong.starts_with(tokens[i].text) && wrong.ends_with(tokens[i + 1].text);
}

}  // namespace

std::string syntax_remedy(std::string_view source, std::uint32_t line, std::string_view message) {
  const std::vector<Token> tokens = lua_tokens(source);
  for (const Slip& slip : slips) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      // Lua may notice a slip only at the first token of the next line.
      const bool near = tokens[i].line == line || tokens[i].line + 1 == line;
      if (near && stands_at(tokens, i, slip.wrong)) return std::string(slip.remedy);
    }
  }
  if (message == "C stack overflow") return "Lua nests code, and calls of library functions, 200 deep";
  if (message.find("'=' expected near") != std::string_view::npos) {
    return "a statement is an assignment (x = 1), a call (f(x)), or starts with a word such as local, if, "
           "for";
  }
  if (message.find("'then' expected near '='") != std::string_view::npos) {
    return "Lua writes == for 'equal'";
  }
  return "";
}

std::string name_remedy(std::string_view name) {
  const auto known = std::find_if(foreign_names.begin(), foreign_names.end(),
                                  [&](const Slip& slip) { return slip.wrong == name; });
  if (known != foreign_names.end()) return std::string(known->remedy);
  if (std::find(kept_out.begin(), kept_out.end(), name) != kept_out.end()) {
    return "model files have no access to it; see phasic-model(5) for what there is";
  }
  return fmt::format("write local {} = ... before its first use", name);
}

}  // namespace phasic
