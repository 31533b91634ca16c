# phasic-build as a shell user sees it: keys, cache hits, modes, options, explanations.
. "$(dirname "$0")/harness.sh"

arg="$examples/two_locus_arg.lua"
is_key() { [[ "$1" =~ ^[0-9a-f]{64}$ ]]; }
count_files() { find "$HOME/.phasic_cache/$1" -type f 2>/dev/null | grep -c "$2"; }

test_a_build_prints_the_graphs_key_and_stores_the_graph() {
  run phasic-build "$arg" -p n=4
  expect_exit 0
  expect_no_stderr
  key=$(out)
  expect_true "stdout is a key" is_key "$key"
  expect_true "the object is filed under its key" test -f "$HOME/.phasic_cache/graphs/${key:0:2}/$key.phg"
  expect_equal "$(head -c -32 "$HOME/.phasic_cache/graphs/${key:0:2}/$key.phg" | sha256sum | cut -d' ' -f1)" "$key"
}

test_the_second_build_is_a_hit_and_says_so() {
  run phasic-build -v "$arg"
  expect_exit 0
  expect_stderr_has "[INFO] phasic-build: saved graph to cache: "
  expect_stderr_has "(1044 vertices)"
  expect_stderr_has "explored 1044 vertices and 8099 edges"
  first=$(out)
  run phasic-build -v "$arg" -p n=6
  expect_exit 0
  expect_stdout "$first"
  expect_stderr_has "[INFO] phasic-build: cache hit: ${first:0:8}… (1044 vertices)"
  expect_equal "$(grep -c explored "$scratch/err")" 0
}

test_a_parameter_that_changes_nothing_lands_on_the_same_graph() {
  first=$(phasic-build "$arg" -p n=4)
  run phasic-build -v "$arg" -p n=4 -p dummy=42
  expect_stdout "$first"
  expect_stderr_has "explored"
  expect_equal "$(count_files graphs '\.phg$')" 1
  expect_equal "$(find "$HOME/.phasic_cache/graphs/index" -type f | wc -l)" 2
}

test_formatting_and_the_files_name_do_not_count() {
  first=$(phasic-build "$arg" -p n=4)
  sed -e 's/^ *//' -e 's/ *--.*$//' "$arg" >stripped.lua
  run phasic-build -v stripped.lua -p n=4
  expect_stdout "$first"
  expect_stderr_has "cache hit"
  sed 's/count - 1/count - 1 + 0/' "$arg" >changed.lua
  run phasic-build -v changed.lua -p n=4
  expect_stdout "$first"
  expect_stderr_has "explored"
}

test_what_is_included_counts_as_the_file_does() {
  mkdir lib
  printf 'return { rate = 2 } -- per unit of time\n' >lib/common.lua
  cat >m.lua <<'LUA'
local common = include "lib/common.lua"
initial { [1] = 1 }
transitions(function(state, emit) if state[1] == 1 then emit(state:with(1, -1), {}, common.rate) end end)
LUA
  first=$(phasic-build m.lua)
  printf '\n\nreturn {rate=2}\n' >lib/common.lua
  run phasic-build -v m.lua
  expect_stdout "$first"
  expect_stderr_has "cache hit"
  printf 'return { rate = 3 }\n' >lib/common.lua
  run phasic-build --lookup --explain m.lua
  expect_exit 1
  expect_stderr_has "  include lib/common.lua: "
  run_line 'phasic-build m.lua | phasic-moments'
  expect_stdout_has "0.3333333333333333"
}

test_the_last_of_a_name_wins() {
  first=$(phasic-build "$arg" -p n=4)
  run phasic-build -v "$arg" -p n=2 -p n=4
  expect_stdout "$first"
  expect_stderr_has "cache hit"
}

test_lookup_answers_without_running_a_callback() {
  run phasic-build --lookup "$arg" -p n=4
  expect_exit 1
  expect_stdout ""
  expect_no_stderr
  expect_true "nothing was made" test ! -e "$HOME/.phasic_cache"
  first=$(phasic-build "$arg" -p n=4)
  run phasic-build --lookup "$arg" -p n=4
  expect_exit 0
  expect_stdout "$first"
  cat >loud.lua <<'LUA'
parameters { "a" }
initial { [1] = 1 }
derived("d", function(t) error("derived ran") end)
reward("r", function(state) error("reward ran") end)
transitions(function(state, emit) error("transitions ran") end)
LUA
  run phasic-build --lookup loud.lua
  expect_exit 1
  expect_no_stderr
}

test_rebuild_explores_whatever_is_cached() {
  first=$(phasic-build "$arg" -p n=4)
  run phasic-build --rebuild -v "$arg" -p n=4
  expect_exit 0
  expect_stdout "$first"
  expect_stderr_has "explored"
}

test_explain_claims_nothing_where_the_cache_was_not_asked() {
  phasic-build --key "$arg" -p n=3 >/dev/null
  run phasic-build --explain --rebuild --key "$arg" -p n=3
  expect_exit 0
  expect_stderr_has "not looked up: --rebuild builds whatever is cached"
  run phasic-build --explain --cache refresh --key "$arg" -p n=3
  expect_stderr_has "not looked up: the cache's mode is refresh"
  run_line "phasic-build --explain --cache off '$arg' -p n=3 | cat >/dev/null"
  expect_exit 0
  expect_stderr_has "not looked up: the cache is off"
}

test_explain_says_what_differs_from_the_nearest_request() {
  run phasic-build --lookup --explain "$arg" -p n=6
  expect_exit 1
  expect_stderr_has "phasic-build: not cached: no graph is cached"
  phasic-build "$arg" -p n=4 >/dev/null
  phasic-build "$examples/erlang.lua" >/dev/null
  run phasic-build --lookup --explain "$arg" -p n=5
  expect_exit 1
  expect_stderr_has "param n: 4 -> 5"
  expect_stderr_has "built from $arg at "
  expect_equal "$(grep -c '^  ' "$scratch/err")" 1
  sed 's/count - 1/count - 2/' "$arg" >changed.lua
  run phasic-build --lookup --explain changed.lua -p n=4
  expect_stderr_has "  code: "
  run phasic-build --explain "$arg" -p n=4
  expect_exit 0
  expect_no_stderr
}

test_refresh_takes_no_hit_and_stores() {
  first=$(phasic-build "$arg" -p n=4)
  PHASIC_CACHE=refresh run phasic-build -v "$arg" -p n=4
  expect_exit 0
  expect_stdout "$first"
  expect_stderr_has "explored"
}

test_verify_builds_anew_and_compares() {
  first=$(phasic-build "$arg" -p n=4)
  run phasic-build --cache verify -v "$arg" -p n=4
  expect_exit 0
  expect_stdout "$first"
  expect_stderr_has "verified: ${first:0:8}… was built anew, byte for byte"
}

test_a_cache_that_is_off_is_not_touched_and_the_graph_travels() {
  phasic-build "$arg" -p n=4 -o expected.phg >/dev/null
  rm -rf "$HOME/.phasic_cache"
  run_line "PHASIC_CACHE=off phasic-build '$arg' -p n=4 | cmp - expected.phg"
  expect_exit 0
  expect_true "no cache was made" test ! -e "$HOME/.phasic_cache"
  run_line "PHASIC_CACHE=off phasic-build --key '$arg' -p n=4"
  expect_exit 73
  expect_stdout ""
  expect_one_error_line
  expect_stderr_has "phasic-build: --key: the graph could not be stored"
}

test_a_read_only_mode_serves_hits_and_writes_nothing() {
  run_line "phasic-build --cache ro '$arg' -p n=4 | head -c 7 | tail -c 6"
  expect_stdout "PHASIC"
  expect_true "no cache was made" test ! -e "$HOME/.phasic_cache"
  first=$(phasic-build "$arg" -p n=4)
  before=$(cache_state)
  run phasic-build --cache ro "$arg" -p n=4
  expect_stdout "$first"
  expect_equal "$(cache_state)" "$before"
}

test_output_files_are_objects_that_carry_their_own_hash() {
  run phasic-build "$arg" -p n=4 -o graph.phg
  expect_exit 0
  expect_stdout ""
  expect_equal "$(head -c -32 graph.phg | sha256sum | cut -d' ' -f1)" "$(phasic-build "$arg" -p n=4)"
  run phasic-build "$arg" -p n=4 -o /nowhere/graph.phg
  expect_exit 73
  expect_one_error_line
}

test_binary_never_goes_to_a_terminal() {
  run_line "PHASIC_CACHE=off script -qec \"phasic-build '$arg' -p n=4\" /dev/null"
  expect_exit 73
  expect_stdout_has "standard output: is a terminal"
  expect_equal "$(grep -c PHASIC "$scratch/out")" 0
}

test_a_damaged_object_is_built_again() {
  first=$(phasic-build "$arg" -p n=4)
  file="$HOME/.phasic_cache/graphs/${first:0:2}/$first.phg"
  chmod u+w "$file"
  printf 'X' | dd of="$file" bs=1 seek=200 conv=notrunc 2>/dev/null
  run phasic-build "$arg" -p n=4
  expect_exit 0
  expect_stdout "$first"
  expect_stderr_has "WARNING"
  run phasic-build "$arg" -p n=4
  expect_stdout "$first"
  expect_no_stderr
}

test_every_example_builds() {
  for model in "$examples"/*.lua; do
    run phasic-build "$model"
    expect_exit 0
    expect_true "$model has a key" is_key "$(out)"
  done
}

test_a_range_builds_a_graph_for_each_value() {
  local expected
  expected=$(for n in 2 3 4; do phasic-build "$arg" -p n=$n -o $n.phg; phasic-build "$arg" -p n=$n; done)
  run phasic-build "$arg" -p n=2:4
  expect_exit 0
  expect_stdout "$expected"
  run phasic-build --key "$arg" -p n=4:2:-1
  expect_stdout "$(tac <<<"$expected")"
  run phasic-build --lookup "$arg" -p n=2:5
  expect_exit 1
  expect_stdout "$expected"
  run phasic-build "$arg" -p n=2:4 -o all.phg
  expect_exit 0
  expect_true "all objects are in one file" cmp all.phg <(cat 2.phg 3.phg 4.phg)
  run phasic-build -v "$arg" -p n=7 -p n=2:4
  expect_equal "$(grep -c 'cache hit' "$scratch/err")" 3
  run_line "phasic-cache show $(phasic-build "$arg" -p n=5:6 | head -1)"
  expect_stdout_has "-p n=5"
}

test_several_ranges_give_all_combinations_the_last_fastest() {
  run phasic-build "$examples/birth_death.lua" -p start=1:2 -p capacity=3:5:2
  expect_exit 0
  expect_stdout "$(for s in 1 2; do for c in 3 5; do
    phasic-build "$examples/birth_death.lua" -p start=$s -p capacity=$c; done; done)"
}

test_ranges_are_for_numbers_only() {
  cat >m.lua <<'LUA'
local name = param("name", "a")
local rate = param("rate", 0.5)
initial { [1] = #name }
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, rate) end end)
LUA
  run phasic-build m.lua -p name=1:3 --key
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 1
  run phasic-build m.lua -p rate=0.1:0.3:0.1 --key
  expect_equal "$(tail -1 "$scratch/out")" "$(phasic-build m.lua -p rate=0.3)"
}

test_a_model_describes_itself() {
  run phasic-build "$arg" --help-model -p n=3
  expect_exit 0
  expect_no_stderr
  expect_stdout "Model: $arg
Parameters (-p):
  n      integer  6  at least 1  number of chromosomes sampled
  dummy  integer  0              does nothing: changes the request, not the graph
Theta (--theta): coalescence, recombination
Rewards (--reward): none
Properties (--reward count:): loc1, loc2
Time: continuous"
  expect_true "nothing was made" test ! -e "$HOME/.phasic_cache"
}

test_help_and_version() {
  run phasic-build --help
  expect_exit 0
  expect_stdout_has "Usage: phasic-build [OPTION...] MODEL"
  expect_stdout_has "Examples:"
  run phasic-build --version
  expect_exit 0
  expect_stdout_has "phasic-build "
}

run_suite
