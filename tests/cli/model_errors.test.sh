# Every error that phasic-model(5) names, from a model that makes it; and no other. The page's ERRORS, with "..." for
# what varies, are the patterns; each of them must match a complaint below, and each complaint one of them.
. "$(dirname "$0")/harness.sh"

errors="$scratch/errors"

# whole CODE 'text' 'file' ARGUMENT...: phasic-build refuses the model with this text and exit code.
whole() {
  local code=$1 text=$2
  printf '%s' "$3" >m.lua
  shift 3
  run phasic-build m.lua "$@"
  expect_exit "$code"
  expect_one_error_line
  expect_stderr_has "$text"
  head -1 "$scratch/err" >>"$errors"
}
# top 'text' 'code': at the top level of a model.
top() { whole 65 "$1" "$2"$'\ninitial { [1] = 1 } transitions(function(state, emit) end)'; }
# named 'text' 'code': the same behind an indexer of two groups and slots.
grouped() {
  top "$1" 'local index = indexer { group("ball", property("size", 1, 2), property("hue", 0, 1)), group("box", property("size", 0, 3)), slots { "epoch" } } '"$2"
}
# state 'text' 'code': in the transitions of state (2, 0).
state() {
  whole 65 "$1" 'parameters { "a", "b" } derived("d", function(t) return t.a * t.b end) initial { [1] = 2, [2] = 0 }
transitions(function(state, emit) '"$2"' end)'
}
# formula 'text' 'code': in the function of a derived term of t.
formula() {
  whole 65 "$1" 'parameters { "a", "b" } derived("d", function(t) '"$2"' end) initial { [1] = 1 } transitions(function() end)'
}

test_errors_of_the_language() {
  top "syntax error near '!'; Lua writes ~= for 'not equal'" 'x != 2'
  top "unexpected symbol near" 'local x = )'
  top "unfinished string near" 'local x = "abc'
  top "'then' expected near '='" 'if x = 2 then end'
  top "Lua writes ~= for 'not equal'" 'if 1 != 2 then end'
  top "nests code" "local x = $(printf '(%.0s' $(seq 300))1"
  top "there is no variable 'x'; write local x = ... before its first use" 'local y = x'
  top "there is no variable 'pcall'; model files have no access to it" 'pcall(function() end)'
  top "there is no variable 'print'; model files print nothing" 'print(1)'
  top "model files have no string.rep; see phasic-model(5) for what there is" 'local x = string.rep("a", 9)'
  top "model files have no math.random" 'local x = math.random()'
  top "attempt to perform arithmetic on a nil value" 'local x = nil + 1'
  top "attempt to index a nil value" 'local t local x = t.y'
  top "attempt to call a number value" 'local f = 3 f()'
  top "attempt to compare number with string" 'local x = 1 < "2"'
  top "attempt to concatenate a nil value" 'local x = "a" .. nil'
  top "bad argument #1 to" 'local x = string.upper()'
  top "bad argument #2 to 'insert'" 'table.insert({}, 9, 1)'
  top "table.insert takes (table, value) or (table, position, value)" 'table.insert({}, 1, 2, 3)'
  top "%p would show an address; use %s" 'local x = string.format("%p", {})'
  top "the table has a table as a key" 'local t = { [{}] = 1 } for k in pairs(t) do end'
  top "m.lua:1: my own words, not the page's; here n = 2" 'param("n", 2) error("my own words, not the page'"'"'s; here n = 2")'
  top "assertion failed!" 'assert(false)'
  top "error was called with a table" 'error({})'
  top "the library table 'math' cannot be changed" 'math.pi = 3'
}

test_errors_of_parameters_of_the_file() {
  top "the name of a param is nil; it is a string" 'param()'
  top "the name of a param is '9n'; use letters, digits and _" 'param("9n", 1)'
  top "the name of a param is 'größe'; use A to Z" 'param("größe", 1)'
  top "param 'n' is declared twice" 'param("n", 1) param("n", 2)'
  top "the default of param 'n' is nil; it is an integer, number, boolean or string" 'param("n")'
  top "the default of param 'n' is not a number (nan)" 'param("n", 0/0)'
  top "the help text of a param is 3; it is a string" 'param("n", 1, 3)'
  top "the bounds of param 'n' are 3" 'param("n", 1, "", 3)'
  top "the bounds of param 'n' name low; there are min and max" 'param("n", 1, "", { low = 1 })'
  top "the min of param 'n' is 0.5; it is an integer" 'param("n", 1, "", { min = 0.5 })'
  top "only integers and numbers have bounds" 'param("n", "text", "", { min = 1 })'
  top "param 'n' has bounds from 3 to 2" 'param("n", 2, "", { min = 3, max = 2 })'
  top "the default of param 'n', 1, is out of range; n is at least 2" 'param("n", 1, "", { min = 2 })'
  top "check takes a condition, no function" 'check(function() end, "x")'
  top "the message of a check is nil; it is a string" 'check(true)'
  top "k is at most n; here n = 2" 'param("n", 2) check(3 <= 2, "k is at most n")'
  local model='local n = param("n", 4, "", { max = 9 }) initial { [1] = n } transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)'
  whole 65 "declares no parameter 'm'; it declares these:" "$model" -p m=3
  whole 65 "n is declared as an integer; give an integer" "$model" -p n=6.5
  whole 65 "-p n=12: n is out of range; n is at most 9" "$model" -p n=12
  whole 65 "the number is out of range; integers run from" "$model" -p n=99999999999999999999
  whole 65 "a range with a step of 0" "$model" -p n=1:3:0
  whole 65 "the step leads away from the last value" "$model" -p n=1:3:-1
  whole 65 "a range of more than 1000000 values" "$model" -p n=1:9999999
  whole 65 "the numbers of this range have too many digits" 'local x = param("x", 0.5) initial { [1] = 1 } transitions(function() end)' -p x=0.1234567890123456789:1:1
}

test_errors_of_declarations() {
  top "the parameters come as 3; write them as a list" 'parameters(3)'
  top "the parameters have the key 'a'" 'parameters { a = 1 }'
  top "number 1 of the parameters is 3; it is a string" 'parameters { 3 }'
  top "'a' is there twice among the parameters" 'parameters { "a", "a" }'
  top "parameters was called twice" 'parameters { "a" } parameters { "b" }'
  top "parameters comes after derived" 'derived("d", function() return 1 end) parameters { "a" }'
  top "'a' is already a parameter or derived term" 'parameters { "a" } derived("a", function(t) return t.a end)'
  top "nil instead of a function; write derived" 'derived("d")'
  top "3 instead of a function; write reward" 'reward("r", 3)'
  top "the name of a reward is '2x'; use letters" 'reward("2x", function() end)'
  top "reward 'r' is declared twice" 'reward("r", function() return 1 end) reward("r", function() return 1 end)'
  top "transitions was called twice (first in m.lua:1)" 'transitions(function() end)'
  top "time was called twice" 'time "discrete" time "discrete"'
  top 'time "slow" is unknown' 'time "slow"'
  whole 65 "the model has no initial state" 'transitions(function() end)'
  whole 65 "the model has no transitions" 'initial { [1] = 1 }'
  whole 65 "the initial state is empty" 'initial {} transitions(function() end)'
  whole 65 "initial takes a table" 'initial(3)'
  whole 65 "initial was called twice" 'initial { [1] = 1 } initial { [1] = 2 }'
  whole 65 "the initial state has no entries" 'initial { {1, {}} } transitions(function() end)'
  whole 65 "initial state 2 is no pair of a probability and a state" 'initial { {0.5, { [1] = 1 }}, {0.5} }'
  whole 65 "initial state 1 has probability 2; it is at least 0 and at most 1" 'initial { {2, { [1] = 1 }} }'
  whole 65 "the probability of initial state 1 is the string" 'initial { {"x", { [1] = 1 }} }'
  whole 65 "every initial state has probability 0" 'initial { {0, { [1] = 1 }} }'
  whole 65 "the initial probabilities sum to 1.2" 'initial { {0.6, { [1] = 1 }}, {0.6, { [1] = 2 }} }'
  whole 65 "index 0 of a state; indices start at 1" 'initial { [0] = 1 }'
  whole 65 "index 99999999 of a state; indices run from 1 to 16777216" 'initial { [99999999] = 1 }'
  whole 65 "an index of a state is the string" 'initial { x = 1 }'
  whole 65 "entry [1] of a state is 0.5; it is an integer" 'initial { [1] = 0.5 }'
  whole 65 "entry [1] of a state is 9999999999; entries of a state are integers of 32 bits" 'initial { [1] = 9999999999 }'
  whole 65 "initial names index 3, and the indexer has 2" 'indexer { slots { "a", "b" } } initial { [3] = 1 } transitions(function() end)'
  state "param was called in a callback; it belongs to the top level of the file" 'param("n", 1)'
}

test_errors_of_indexers() {
  top "a model has one indexer" 'indexer { slots { "a" } } indexer { slots { "b" } }'
  top "part 1 of the indexer is 3" 'indexer { 3 }'
  top "part 2 of the indexer is out of place" 'indexer { slots { "a" }, property("b", 0, 1) }'
  top "the indexer mixes groups and properties" 'indexer { property("a", 0, 1), group("g", property("b", 0, 1)) }'
  top "a group or slot cannot be named 'all'" 'indexer { slots { "all" } }'
  top "group 'g' has 3 among its properties" 'group("g", 3)'
  top "group 'g' has no property" 'indexer { group("g") }'
  top "property 'a' is named twice" 'indexer { property("a", 0, 1), property("a", 0, 1) }'
  top "group or slot 'g' is named twice" 'indexer { group("g", property("a", 0, 1)), slots { "g" } }'
  top "property 'a' runs from 2 to 1; the minimum comes first" 'indexer { property("a", 2, 1) }'
  top "an indexer has at most 16777216 entries" 'indexer { property("a", 0, 99999999) }'
  top "values of properties are integers of 32 bits" 'indexer { property("a", 0, 9999999999) }'
  top "the indexer is too large" 'indexer { property("a", 1, 9999), property("b", 1, 9999) }'
  top "the indexer is empty" 'indexer {}'
  top "the minimum of property 'a' is nil; it is an integer" 'property("a")'
  top "a = 5 is out of range; a runs from 0 to 2" 'local i = indexer { property("a", 0, 2) } local x = i { a = 5 }'
  top "property 'a' is 0.5; it is an integer" 'local i = indexer { property("a", 0, 2) } local x = i { a = 0.5 }'
  top "this indexer has slots only" 'local i = indexer { slots { "s" } } local x = i { s = 1 }'
  grouped "this indexer has several groups; write indexer.ball" 'local x = index { size = 1 }'
  grouped "property 'hue' is missing; name every property" 'local x = index.ball { size = 1 }'
  grouped "there is no property 'colour'; the properties are size, hue" 'local x = index.ball { colour = 1 }'
  grouped "an indexer takes properties by name, not 3" 'local x = index.ball(3)'
  grouped "size = 7 is out of range" 'local x = index.box:all { size = 7 }'
  grouped "index 0 is out of range; indices run from 1 to 9" 'index:props(0)'
  grouped "the indexer has no group, slot or method 'bag'" 'local x = index.bag'
  grouped "an indexer cannot be changed" 'index.ball = 3'
}

test_errors_of_included_files() {
  printf 'return include "m.lua"\n' >circle.lua
  mkdir directory
  whole 66 'include "nothing.lua"' 'include "nothing.lua"'
  top "this include leads back to its own file" 'include "circle.lua"'
  top "is no regular file" 'include "directory"'
  top "include of '/etc/passwd'; name a file by its path" 'include "/etc/passwd"'
  state "include was called in a callback" 'include "circle.lua"'
  top "the path of an include is 3; it is a string" 'include(3)'
}

test_errors_of_formulas() {
  formula "so it cannot be compared" 'if t.a < t.b then return t.a end return t.b'
  formula "so '==' here is always false" 'if t.a == 2 then return t.a end return t.b'
  formula "so 'not' here is always false" 'return not t.a and 1 or 2'
  formula "theta has no 'c'; its parameters are: a, b" 'return t.c'
  whole 65 "derived term 'e' is declared later; declare it first" 'parameters { "a" } derived("d", function(t) return t.e end) derived("e", function(t) return t.a end) initial { [1] = 1 } transitions(function() end)'
  formula "derived term 'd' returns nil" 'local x = t.a'
  formula "a formula has a constant that is not finite; constants are finite numbers" 'return t.a * (1 / 0)'
  formula "an operand of a formula is nil; it is a number" 'return t.a * nil'
  formula "min and max need at least one argument" 'return min()'
  formula "select has no comparison '!='" 'return select(t.a, "!=", t.b, 1, 2)'
  formula "select in a derived term; write select(a" 'return select(1, 2, 3)'
  formula "the argument is nil; it is a number" 'return exp(nil)'
}

test_errors_in_callbacks() {
  state "index 0 of a state; Lua counts from 1" 'local x = state[0]'
  state "index 3 of a state is out of range; indices run from 1 to 2" 'local x = state[3]'
  state "a state has no 'size'" 'local x = state.size'
  state "a state cannot be changed" 'state[1] = 3'
  state "1 instead of a state; call methods with a colon" 'state.with(1, -1)'
  state "an index without a difference" 'state:with(1)'
  state "a difference is the string" 'state:with(1, "x")'
  state "entry [1] of a child leaves the range of 32 bits" 'state:with(1, 2147483647)'
  state "occupied starts behind an index; it is at least 0" 'state:occupied(-1)'
  state "the index to start behind is" 'state:occupied("x")'
  state "pairs takes no state" 'for k in pairs(state) do end'
  state "a child has 1 entry; a state of this model has 2" 'emit({ 1 }, { 1, 1 })'
  state "entry [1] of a child is" 'emit({ "x", 1 }, { 1, 1 })'
  state "entry [1] of a child is 9999999999; entries of a state are integers of 32 bits" 'emit({ 9999999999, 1 }, { 1, 1 })'
  state "emit got 3 as child" 'emit(3, { 1, 1 })'
  state "emit got no rate" 'emit(state:with(1, -1))'
  state "emit got 3 as a fourth argument" 'emit(state:with(1, -1), { 1, 1 }, 2, 3)'
  state "rates are 3" 'emit(state:with(1, -1), 3)'
  whole 65 "1 rate for 0 parameters; write emit(child, {}, rate) for a constant" 'initial { [1] = 1 } transitions(function(state, emit) emit(state:with(1, -1), { 1 }) end)'
  state "1 rate for 2 parameters; list one for each, in order (a, b), or name them" 'emit(state:with(1, -1), { 1 })'
  state "rates mix positions and names" 'emit(state:with(1, -1), { 1, a = 1 })'
  state "rates name 'c'; the parameters and derived terms are: a, b, d" 'emit(state:with(1, -1), { c = 1 })'
  state "the rate of a is the string" 'emit(state:with(1, -1), { a = "x" })'
  state "the rate of a is inf; rates are finite numbers" 'emit(state:with(1, -1), { a = 1 / 0 })'
  state "the rate to (1, 0) is negative for every theta" 'emit(state:with(1, -1), { a = -1 })'
  state "a transition leads to the state itself" 'emit(state:with(1, 0), { 1, 1 })'
  state "a callback sets the global 'x'" 'x = 3'
  state "absorption cannot be reached from here" 'emit({ 2 - state[1], state[1] }, { 1, 1 })'
  whole 65 "this state is from an earlier call" 'local kept = {} initial { [1] = 2 }
transitions(function(state, emit) if kept[1] then local x = kept[1][1] end kept[1] = state if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)'
  whole 65 "transitions changes 'count', a variable outside of it" 'local count = 0 initial { [1] = 2 }
transitions(function(state, emit) count = count + 1 end)'
  whole 65 "emit was called outside transitions" 'local kept = {} initial { [1] = 2 }
reward("r", function(state) kept[1](state, {}, 1) return 1 end)
transitions(function(state, emit) kept[1] = emit if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)'
  whole 65 "reward 'r' is -1" 'initial { [1] = 2 } reward("r", function() return -1 end)
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)'
  whole 65 "reward 'r' is nil" 'initial { [1] = 2 } reward("r", function() end)
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)'
}

test_limits() {
  local walk='initial { [1] = 1 } transitions(function(state, emit) emit(state:with(1, 1), {}, 1) end)'
  whole 69 "transitions took more than 1000 instructions" 'initial { [1] = 1 } transitions(function() while true do end end)' --max-instructions 1000
  whole 69 "bytes of memory; raise --max-memory" 'local t = {} for i = 1, 1e9 do t[i] = i end' --max-memory 4MiB
  whole 69 "not even an empty model fits in the memory allowed; raise --max-memory" 'initial { 1 }' --max-memory 1KiB
  whole 69 "seconds; raise --max-seconds" 'while true do end' --max-seconds 0.2 --max-instructions 0
  whole 69 "the exploration found more than 50 vertices" "$walk" --max-vertices 50
}

# Patterns of the page: what stands between underscores on the lines of ERRORS that begin with one.
patterns() {
  sed -n '/^# ERRORS/,/^# [^E]/p' "$PHASIC_SOURCE/man/phasic-model.5.scd" | grep '^_' |
    sed 's/\\_/\x01/g' | grep -oE '_[^_]+_' | sed 's/^_//; s/_$//; s/\x01/_/g; s/\\\(.\)/\1/g'
}
as_expression() { sed 's/[][\\.*^$+?(){}|]/\\&/g; s/\\\.\\\.\\\./.*/g'; }

test_zz_the_page_names_each_of_them_and_no_other() {
  local pattern line
  patterns >"$scratch/patterns"
  expect_true "the page has patterns" [ "$(wc -l <"$scratch/patterns")" -gt 50 ]
  as_expression <"$scratch/patterns" >"$scratch/expressions"
  while read -r pattern; do
    expect_true "no model makes the error '$pattern'" grep -qE -- "$(as_expression <<<"$pattern")" "$errors"
  done <"$scratch/patterns"
  while read -r line; do
    expect_true "the page does not name: $line" grep -qEf "$scratch/expressions" <<<"$line"
  done <"$errors"
}

run_suite
