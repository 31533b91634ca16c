# Bad input to phasic-build: one line that says where, what and what would be right, the right exit code, and a
# cache that is left as it was.
. "$(dirname "$0")/harness.sh"

arg="$examples/two_locus_arg.lua"

# expect_complaint CODE 'text' ARGUMENT...: phasic-build with these arguments fails in this way.
expect_complaint() {
  local code=$1 text=$2
  shift 2
  before=$(cache_state)
  run phasic-build "$@"
  expect_exit "$code"
  expect_one_error_line
  expect_stderr_has "$text"
  expect_stdout ""
  expect_equal "$(cache_state)" "$before"
}

# model 'text': a model file m.lua in which the function of a state's transitions is this.
model() {
  printf 'parameters { "a", "b" }\ninitial { [1] = 2, [2] = 0 }\ntransitions(function(state, emit)\n%s\nend)\n' "$1" >m.lua
}

fill_cache() { phasic-build "$examples/erlang.lua" >/dev/null; }

test_a_command_line_that_cannot_be_read() {
  fill_cache
  expect_complaint 2 "phasic-build: " # no model
  expect_complaint 2 "phasic-build: unknown option --lokup; did you mean --lookup?" --lokup "$arg"
  expect_complaint 2 "unexpected argument extra" "$arg" extra
  expect_complaint 2 "-p n: is no assignment; write -p name=value" "$arg" -p n
  expect_complaint 2 "-p =6: is no assignment" "$arg" -p =6
  expect_complaint 2 "--lookup: is given with --rebuild; choose one" --lookup --rebuild "$arg"
  expect_complaint 2 "--key: is given with -o" --key -o x.phg "$arg"
  expect_complaint 2 "--max-vertices: 'many' is no number" --max-vertices many "$arg"
  expect_complaint 2 "--max-memory: '5XB' is no amount of memory" --max-memory 5XB "$arg"
  expect_complaint 2 "--max-seconds: '-1' is no duration" --max-seconds=-1 "$arg"
  expect_complaint 2 "-j: 'none' is not possible; give a number from 1 to 4096" -j none "$arg"
  expect_complaint 2 "--cache: 'maybe' is not possible" --cache maybe "$arg"
}

test_a_file_that_is_not_there_or_no_model() {
  fill_cache
  expect_complaint 66 "phasic-build: nothing.lua: " nothing.lua
  mkdir directory
  before=$(cache_state)
  run phasic-build directory
  expect_true "a directory is an error" test "$status" -ne 0
  expect_one_error_line
  phasic-build "$arg" -p n=2 -o graph.phg
  expect_complaint 65 "graph.phg: is an object of ours, no model file; give it to phasic-trace or phasic-moments" graph.phg
  printf '\x1bLua\x54\x00\x19\x93' >bytecode.lua
  expect_complaint 65 "bytecode.lua" bytecode.lua
}

test_syntax_errors_name_file_and_line() {
  fill_cache
  model 'if state[1] != 2 then end'
  expect_complaint 65 "phasic-build: m.lua:4: 'then' expected near '!'; Lua writes ~= for 'not equal'" m.lua
  model 'local x = = 1'
  expect_complaint 65 "phasic-build: m.lua:4: unexpected symbol near '='" m.lua
  : >empty.lua
  expect_complaint 65 "phasic-build: empty.lua: the model has no initial state; add initial { [index] = count }" empty.lua
}

test_run_time_errors_name_file_line_and_state() {
  fill_cache
  model 'local x; x.y = 1'
  expect_complaint 65 "phasic-build: m.lua:4: in state (2, 0): attempt to index a nil value (local 'x')" m.lua
  model 'if state[1] == 1 then error("stop") end if state[1] > 0 then emit(state:with(1, -1), { 1, 0 }) end'
  expect_complaint 65 "phasic-build: m.lua:4: in state (1, 0): stop" m.lua
  printf 'local x = os.time()\n' >m.lua
  expect_complaint 65 "phasic-build: m.lua:1: there is no variable 'os'; model files have no access to it" m.lua
}

test_included_files_that_are_missing_or_wrong() {
  fill_cache
  printf '\ninclude "none.lua"\n' >m.lua
  expect_complaint 66 "phasic-build: m.lua:2: include \"none.lua\": " m.lua
  printf 'include "/etc/passwd"\n' >m.lua
  expect_complaint 65 "phasic-build: m.lua:1: include of '/etc/passwd'; name a file by its path" m.lua
  printf 'include "a.lua"\n' >m.lua
  printf '\ninclude "m.lua"\n' >a.lua
  expect_complaint 65 "phasic-build: a.lua:2: this include leads back to its own file: m.lua -> a.lua -> m.lua" m.lua
  printf '\n\nlocal x = nil + 1\n' >a.lua
  expect_complaint 65 "phasic-build: a.lua:3: attempt to perform arithmetic on a nil value" m.lua
}

test_parameters_that_are_not_declared_or_of_another_type() {
  fill_cache
  expect_complaint 65 "-p m=6: $arg declares no parameter 'm'" "$arg" -p m=6
  expect_stderr_has "  n = 6 (integer): number of chromosomes sampled"
  expect_stderr_has "  dummy = 0 (integer)"
  expect_complaint 65 "-p dumy=1: $arg declares no parameter 'dumy'; did you mean dummy?" "$arg" -p dumy=1
  expect_complaint 65 "-p n=6.5: n is declared as an integer; give an integer, such as -p n=6" "$arg" -p n=6.5
  expect_complaint 65 "-p n=: n is declared as an integer" "$arg" -p n=
}

test_the_model_is_not_overwritten_by_its_graph() {
  fill_cache
  cp "$examples/erlang.lua" m.lua
  ln m.lua other_name
  expect_complaint 2 "-o m.lua: is the model file itself; name another file" m.lua -o m.lua
  expect_complaint 2 "-o other_name: is the model file itself" ./m.lua -o other_name
  expect_true "the model is as it was" cmp -s m.lua "$examples/erlang.lua"
}

test_parameters_out_of_their_bounds_or_that_do_not_go_together() {
  fill_cache
  expect_complaint 65 "phasic-build: -p n=0: n is out of range; n is at least 1" "$arg" -p n=0
  printf 'local n = param("n", 6)\ncheck(n %% 2 == 0, "n is even")\n' >m.lua
  expect_complaint 65 "phasic-build: m.lua:2: n is even; here n = 7" m.lua -p n=7
}

test_ranges_that_go_nowhere_or_out_of_bounds() {
  fill_cache
  expect_complaint 65 "-p n=10:4: the step leads away from the last value; write first:last:step" "$arg" -p n=10:4
  expect_complaint 65 "-p n=4:10:0: a range with a step of 0" "$arg" -p n=4:10:0
  expect_complaint 65 "-p n=4::2: n is declared as an integer" "$arg" -p n=4::2
  run phasic-build "$arg" -p n=2:0:-1 -o x.phg
  expect_exit 65
  expect_stderr_has "-p n=0: n is out of range; n is at least 1"
  expect_true "no file is left" test ! -e x.phg
}

test_properties_out_of_range() {
  fill_cache
  printf 'local ix = indexer { property("loc1", 0, 6) }\nlocal i = ix { loc1 = 7 }\n' >m.lua
  expect_complaint 65 "phasic-build: m.lua:2: loc1 = 7 is out of range; loc1 runs from 0 to 6" m.lua
  model 'emit(state:with(3, 1), { 1, 0 })'
  expect_complaint 65 "m.lua:4: in state (2, 0): index 3 of a state is out of range; indices run from 1 to 2" m.lua
}

test_rates_of_the_wrong_length_name_or_sign() {
  fill_cache
  model 'emit(state:with(1, -1), { 1 })'
  expect_complaint 65 "m.lua:4: in state (2, 0): 1 rate for 2 parameters; list one for each, in order (a, b)" m.lua
  model 'emit(state:with(1, -1), { c = 1 })'
  expect_complaint 65 "m.lua:4: in state (2, 0): rates name 'c'; the parameters and derived terms are: a, b" m.lua
  model 'emit(state:with(1, -1), { -1, 0 })'
  expect_complaint 65 "m.lua:4: in state (2, 0): the rate to (1, 0) is negative for every theta; rates are at least 0" m.lua
  model 'emit(state:with(1, -1), { 0/0, 0 })'
  expect_complaint 65 "m.lua:4: in state (2, 0): the rate of a is " m.lua
  model 'emit(state:with(1, -1), { 1, 0 }, 1/0)'
  expect_complaint 65 "the rate of the constant is inf; rates are finite numbers" m.lua
  model 'emit({ 1 }, { 1, 0 })'
  expect_complaint 65 "a child has 1 entry; a state of this model has 2" m.lua
  model 'emit(state:with(), { 1, 0 })'
  expect_complaint 65 "a transition leads to the state itself" m.lua
}

test_states_from_which_absorption_cannot_be_reached() {
  fill_cache
  model 'if state[1] == 2 then emit(state:with(1, -1), { 1, 0 }) else emit(state:with(1, 1), { 1, 0 }) end'
  expect_complaint 65 "phasic-build: m.lua:3: in state (1, 0): absorption cannot be reached from here" m.lua
}

test_limits_say_what_was_being_done_and_where() {
  fill_cache
  model 'while true do end'
  expect_complaint 69 "phasic-build: m.lua:4: in state (2, 0): transitions took more than 100000000 instructions" m.lua
  expect_complaint 69 "transitions took more than 1000000 instructions" --max-instructions 1000000 m.lua
  expect_complaint 69 "transitions took more than 0.2 seconds" --max-instructions 0 --max-seconds 0.2 m.lua
  # As short as can be asked for: it ends, and is not drowned by its own timer.
  run timeout 60 phasic-build --max-seconds 1e-9 m.lua
  expect_exit 69
  model 'local t = {} for i = 1, 1e9 do t[i] = i end'
  expect_complaint 69 "m.lua:4: in state (2, 0): transitions took more than 16777216 bytes of memory; raise --max-memory (0: no limit)" \
    --max-memory 16MiB m.lua
  model 'emit(state:with(1, 1), { 1, 0 })'
  expect_complaint 69 "m.lua:3: in state (1000, 0): the exploration found more than 1000 vertices" --max-vertices 1000 m.lua
  expect_complaint 69 "m.lua:3: in state (2, 0): the exploration found more than 1 vertices" --max-vertices 1 m.lua
  printf 'while true do end\n' >m.lua
  expect_complaint 69 "m.lua:1: running the top level of the file took more than 100000000 instructions" --lookup m.lua
}

run_suite
