# Models written in C++: compiled once, kept as the cache's third layer, and run from there alone.
. "$(dirname "$0")/harness.sh"

cache=.phasic_cache
compiler=$(command -v c++ || command -v g++ || command -v clang++)

# A chain of n stages, left at the rate theta, in the C interface: it compiles in no time.
# write_model FILE [EXTRA]: EXTRA is put before its last line.
write_model() {
  cat >"$1" <<'MODEL'
#include <phasic/model.h>

#include "rates.hpp"

namespace {

struct Chain {
  int32_t child = 0;
  double coefficients[2] = {0, rate};
};

int create(phasic_host* host, void** instance) {
  phasic_param n{"n", "number of stages", {PHASIC_INTEGER, {3}}, nullptr, nullptr};
  phasic_value stages{};
  if (host->param(host, {"", __LINE_HERE__}, &n, &stages)) return 1;
  const char* names[] = {"rate"};
  if (host->parameters(host, {nullptr, 0}, names, 1)) return 1;
  const phasic_entry start{0, static_cast<int32_t>(stages.integer)};
  if (host->initial(host, {nullptr, 0}, 1, &start, 1)) return 1;
  *instance = new Chain;
  return 0;
}

void destroy(void* instance) { delete static_cast<Chain*>(instance); }

int expand(void* instance, const int32_t* state, size_t length, phasic_expansion* found) {
  Chain& chain = *static_cast<Chain*>(instance);
  if (length != 1 || state[0] == 0) return 0;
  chain.child = state[0] - 1;
  found->edge_count = found->child_count = found->state_length = 1;
  found->term_count = 2;
  found->children = &chain.child;
  found->coefficients = chain.coefficients;
  return 0;
}

}  // namespace

MODEL
  sed -i 's/__LINE_HERE__/14/' "$1"
  printf '%s\n' "${2:-}" >>"$1"
  cat >>"$1" <<'MODEL'
const phasic_model_library phasic_model = {PHASIC_MODEL_ABI, sizeof(phasic_model_library), create, destroy, expand, nullptr};
MODEL
  printf '#pragma once\nconstexpr double rate = 1;\n' >"$(dirname "$1")/rates.hpp"
}
# What the model above is in Lua.
write_twin() {
  cat >"$1" <<'MODEL'
local n = param("n", 3, "number of stages")
parameters { "rate" }
initial { [1] = n }
transitions(function(state, emit)
  if state[1] > 0 then emit(state:with(1, -1), { 1 }) end
end)
MODEL
}

can_trace() {
  strace -o /dev/null -e trace=openat true 2>/dev/null && return
  echo "$current_test: strace cannot trace here: skipped"
  checks=$((checks + 1))
  return 1
}
# without_compiler COMMAND...: the same with a PATH that has none.
without_compiler() { PATH="$PHASIC_BIN" run "$@"; }
files_of() { find "$HOME/$cache/$1" -type f -name "*.$2" 2>/dev/null | wc -l; }
codes() { files_of compiled phc; }
# A compiler that counts its calls, but for --version, in the file `calls`, and goes on with the real one.
write_compiler() {
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<COMPILER
#!/bin/sh
[ "\$1" = --version ] || echo call >>"$scratch/work/calls"
exec $compiler "\$@"
COMPILER
  chmod +x "$1"
  : >"$scratch/work/calls"
}
calls() { wc -l <"$scratch/work/calls"; }
expect_calls() { expect_equal "$(calls)" "$1"; }

test_a_model_in_cpp_is_the_graph_that_it_is_in_lua() {
  write_model model.cpp
  write_twin model.lua
  for parameters in "" "-p n=7"; do
    # shellcheck disable=SC2086  (words)
    key=$(phasic-build --key model.lua $parameters)
    # shellcheck disable=SC2086
    run phasic-build --key model.cpp $parameters
    expect_exit 0
    expect_no_stderr
    expect_stdout "$key"
  done
  run_line "phasic-build model.cpp -p n=2 | phasic-trace | phasic-moments --theta 4"
  expect_near "$(awk '$1 == "mean" { print $2 }' "$scratch/out")" 0.5 1e-15
}

test_a_second_run_calls_no_compiler() {
  can_trace || return 0
  write_model model.cpp
  run phasic-build model.cpp
  expect_exit 0
  # The graph cached; then only the code; then with no compiler to be found.
  for command in "phasic-build model.cpp" "phasic-build model.cpp -p n=4" "phasic-build model.cpp --rebuild" \
    "env PATH=$PHASIC_BIN $PHASIC_BIN/phasic-build model.cpp -p n=5" "phasic-build model.cpp --help-model"; do
    run_line "strace -f -e trace=execve -o calls $command"
    expect_exit 0
    expect_no_stderr
    expect_true "$command runs another program" sh -c "! grep execve calls | grep -vE '/(phasic-build|env)\"'"
    expect_true "$command was traced" grep -q execve calls
  done
  expect_equal "$(codes)" 1
}

test_no_file_of_the_cache_is_mapped() {
  can_trace || return 0
  write_model model.cpp
  for round in cold warm; do
    run_line "strace -f -y -e trace=mmap,mmap2,execve -o calls phasic-build model.cpp"
    expect_exit 0
    expect_true "$round: maps a cache file" sh -c "! grep mmap calls | grep -F '$cache'"
  done
}

test_what_does_not_count_calls_no_compiler() {
  write_model model.cpp
  write_compiler bin/c++
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp
  key=$(out)
  expect_calls 1
  mkdir other
  sed 's/^namespace {$/\n\n\/\/ a comment\nnamespace\n{/' model.cpp >other/renamed.cc
  sed 's/;/ ; \/* semicolon *\//' rates.hpp >other/rates.hpp
  PATH="$PWD/bin:$PATH" run phasic-build other/renamed.cc
  expect_exit 0
  expect_stdout "$key"
  expect_calls 1
}

test_what_counts_is_compiled_anew() {
  write_model model.cpp
  write_compiler bin/c++
  export PATH="$PWD/bin:$PATH"
  run phasic-build model.cpp
  key=$(out)
  sed -i 's/rate = 1/rate = 2/' rates.hpp
  run phasic-build model.cpp
  expect_exit 0
  expect_calls 2
  expect_true "another rate is another graph" [ "$(out)" != "$key" ]
  sed -i 's/rate = 2/rate = 1/' rates.hpp
  run phasic-build model.cpp
  expect_stdout "$key"
  expect_calls 2
  # Options of CXX may change what the text means; a compiler's name does not.
  sed -i 's/rate = 1/rate = RATE/' rates.hpp
  CXX="c++ -DRATE=1" run phasic-build model.cpp
  expect_stdout "$key"
  CXX="c++ -DRATE=5" run phasic-build model.cpp
  expect_exit 0
  expect_true "another option is another graph" [ "$(out)" != "$key" ]
  PATH=${PATH#*:}
}

test_presets_are_codes_of_their_own_and_one_graph() {
  write_model model.cpp
  run phasic-build model.cpp
  key=$(out)
  for preset in fast max balanced; do
    run phasic-build model.cpp --compile "$preset" -v
    expect_exit 0
    expect_stdout "$key"
  done
  expect_stderr_has "cache hit"
  expect_equal "$(codes)" 3
  PHASIC_COMPILE=max run phasic-build model.cpp -v
  expect_stderr_has "cache hit"
  expect_equal "$(codes)" 3
  PHASIC_COMPILE=fastest run phasic-build model.cpp
  expect_exit 2
  expect_stderr_has "phasic-build: PHASIC_COMPILE: 'fastest' is not possible; give fast, balanced or max"
  run phasic-build model.cpp --compile slow
  expect_exit 2
  expect_stderr_has "--compile: 'slow' is not possible"
  PHASIC_COMPILE=fastest run phasic-build model.cpp --compile fast
  expect_exit 0
}

test_the_log_tells_what_is_waited_for() {
  write_model model.cpp
  run phasic-build model.cpp -v
  expect_exit 0
  expect_true "says what is compiled" grep -qE '^\[INFO\] phasic-build: compiling model.cpp with [a-z+]+ [0-9.]+ \(balanced\)$' "$scratch/err"
  expect_stderr_has "saved code to cache: "
  run phasic-build model.cpp -v
  expect_stderr_has "cache hit: "
  expect_true "compiles again" sh -c "! grep -q compiling '$scratch/err'"
}

test_a_compile_error_is_the_compilers_own() {
  write_model model.cpp "int wrong = nonsense;"
  line=$(grep -n nonsense model.cpp | cut -d: -f1)
  mkdir models && mv model.cpp rates.hpp models
  run phasic-build models/model.cpp
  expect_exit 65
  expect_stdout ""
  expect_one_error_line
  expect_stderr_has "phasic-build: models/model.cpp: does not compile with $compiler (balanced)"
  expect_stderr_has "  models/model.cpp:$line:"
  expect_stderr_has "nonsense"
  expect_equal "$(codes)" 0
  # So is what an included file does wrong, and one that is not there.
  write_model models/model.cpp
  echo 'constexpr double rate = wrong;' >models/rates.hpp
  run phasic-build models/model.cpp
  expect_exit 65
  expect_stderr_has "  models/rates.hpp:1:"
  rm models/rates.hpp
  run phasic-build models/model.cpp
  expect_exit 65
  expect_stderr_has "rates.hpp: No such file"
  write_model models/model.cpp "void missing(); int use = (missing(), 1);"
  run phasic-build models/model.cpp
  expect_exit 65
  expect_one_error_line
}

test_a_file_that_depends_on_the_day_is_refused() {
  write_model model.cpp 'const char* day = __DATE__;'
  run phasic-build model.cpp
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "model.cpp:$(grep -n __DATE__ model.cpp | cut -d: -f1): __DATE__ makes the model depend on when it is compiled"
}

test_no_compiler_and_no_code_says_so() {
  write_model model.cpp
  without_compiler phasic-build model.cpp
  expect_exit 66
  expect_stdout ""
  expect_one_error_line
  expect_stderr_has "phasic-build: model.cpp: there is no compiler (c++, g++ or clang++), and no code in the cache for it; install g++, set CXX, or build it once"
  CXX="/nowhere/g++ -O1" run phasic-build model.cpp
  expect_exit 66
  expect_stderr_has "there is no compiler (/nowhere/g++ (CXX))"
  CXX=/bin/true run phasic-build model.cpp
  expect_exit 66
  expect_stderr_has "/bin/true: compiled nothing; set CXX to a C++ compiler"
}

test_lookup_never_compiles() {
  write_model model.cpp
  write_compiler bin/c++
  PATH="$PWD/bin:$PATH" run phasic-build --lookup model.cpp
  expect_exit 1
  expect_stdout ""
  expect_no_stderr
  expect_calls 0
  PATH="$PWD/bin:$PATH" run phasic-build --lookup --help-model model.cpp
  expect_exit 1
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp
  key=$(out)
  PATH="$PWD/bin:$PATH" run phasic-build --lookup model.cpp
  expect_exit 0
  expect_stdout "$key"
  PATH="$PWD/bin:$PATH" run phasic-build --lookup model.cpp -p n=9
  expect_exit 1
  expect_calls 1
}

test_another_compiler_is_a_miss_and_none_takes_what_is_there() {
  write_model model.cpp
  write_compiler bin/c++
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp
  key=$(out)
  # Another mtime, then another path, then another size.
  touch -d '1 hour ago' bin/c++
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp --lookup --explain
  expect_exit 1
  expect_stderr_has "phasic-build: code not cached: the compiler is another; compiler mtime: "
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp
  expect_calls 2
  cp -p -r bin other
  PATH="$PWD/other:$PATH" run phasic-build model.cpp
  expect_calls 3
  echo '# longer' >>other/c++
  touch -r bin/c++ other/c++
  PATH="$PWD/other:$PATH" run phasic-build model.cpp
  expect_exit 0
  expect_calls 4
  # The same one again is none.
  PATH="$PWD/other:$PATH" run phasic-build model.cpp
  expect_calls 4
  without_compiler phasic-build model.cpp
  expect_exit 0
  expect_no_stderr
  expect_stdout "$key"
  CXX=/nowhere/g++ run phasic-build model.cpp -p n=4
  expect_exit 0
  expect_calls 4
}

test_the_cache_modes_hold_for_code_too() {
  write_model model.cpp
  write_compiler bin/c++
  export PATH="$PWD/bin:$PATH"
  PHASIC_CACHE=off run_line "phasic-build model.cpp | phasic-moments --theta 1"
  expect_exit 0
  expect_calls 1
  expect_true "off makes no cache" [ ! -e "$HOME/$cache" ]
  run phasic-build model.cpp
  expect_calls 2
  before=$(cache_state)
  PHASIC_CACHE=ro run phasic-build model.cpp
  expect_exit 0
  expect_calls 2
  sed -i 's/rate = 1/rate = 3/' rates.hpp
  PHASIC_CACHE=ro run_line "phasic-build model.cpp | cat"
  expect_exit 0
  expect_calls 3
  expect_equal "$(cache_state)" "$before"
  sed -i 's/rate = 3/rate = 1/' rates.hpp
  PHASIC_CACHE=refresh run phasic-build model.cpp
  expect_exit 0
  expect_calls 4
  PHASIC_CACHE=verify run phasic-build model.cpp -v
  expect_exit 0
  expect_calls 5
  expect_stderr_has "compiled anew, byte for byte"
  PHASIC_CACHE=verify without_compiler phasic-build model.cpp
  expect_exit 0
  PATH=${PATH#*:}
}

# Loaded from there it would be whoever may write that decides what is run.
test_code_is_run_only_from_where_nobody_else_writes() {
  write_model model.cpp
  write_compiler bin/c++
  export PATH="$PWD/bin:$PATH"
  run phasic-build model.cpp
  key=$(out)
  expect_calls 1
  for place in compiled compiled/index "compiled/$(cd "$HOME/$cache/compiled" && ls -d ??)"; do
    for trust in 0 1; do
      chmod g+w "$HOME/$cache/$place"
      PHASIC_TRUST_CACHE=$trust run phasic-build model.cpp
      expect_exit 0
      expect_stdout "$key"
      expect_equal "$(grep -c WARNING "$scratch/err")" 1
      expect_stderr_has "not read from the cache: others may write "
      expect_stderr_has "set PHASIC_COMPILED_DIR to a directory of your own"
      chmod g-w "$HOME/$cache/$place"
    done
  done
  expect_calls 7
  run phasic-build model.cpp
  expect_no_stderr
  expect_calls 7
  # A whole cache that others may write is used where it is trusted, but no code of it.
  chmod g+w "$HOME/$cache"
  PHASIC_TRUST_CACHE=1 run phasic-build model.cpp
  expect_exit 0
  expect_stdout "$key"
  expect_calls 8
  PHASIC_TRUST_CACHE=1 PHASIC_COMPILED_DIR="$scratch/work/private" run phasic-build model.cpp
  expect_calls 9
  PHASIC_TRUST_CACHE=1 PHASIC_COMPILED_DIR="$scratch/work/private" run phasic-build model.cpp
  expect_no_stderr
  expect_calls 9
  chmod g-w "$HOME/$cache"
  # A file that others may write is not used either, and replaced.
  find "$HOME/$cache/compiled" -name '*.phc' -exec chmod g+w {} +
  run phasic-build model.cpp
  expect_exit 0
  expect_equal "$(grep -c WARNING "$scratch/err")" 1
  expect_calls 10
  run phasic-build model.cpp
  expect_no_stderr
  expect_calls 10
  PATH=${PATH#*:}
}

test_the_layer_can_lie_elsewhere() {
  write_model model.cpp
  export PHASIC_COMPILED_DIR="$scratch/work/elsewhere"
  run phasic-build model.cpp
  expect_exit 0
  expect_equal "$(find elsewhere -name '*.phc' | wc -l)" 1
  expect_true "nothing lies in the cache" [ ! -e "$HOME/$cache/compiled" ]
  run phasic-cache info compiled
  expect_stdout_has "Path: $scratch/work/elsewhere"
  expect_stdout_has "Entries: 1, and 1 index record"
  rm -rf "${HOME:?}/$cache"
  run phasic-cache prune compiled --max-files 1 --min-age 0
  expect_exit 0
  expect_stdout_has "Removed"
  unset PHASIC_COMPILED_DIR
}

test_phasic_cache_knows_the_layer() {
  write_model model.cpp
  run phasic-build model.cpp
  run phasic-cache list compiled --tsv
  hash=$(sed -n 2p "$scratch/out" | cut -f 2)
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f 1)" compiled
  run phasic-cache show "${hash:0:12}"
  expect_exit 0
  for text in "type:              compiled model" "preset:            balanced" "processor: " "abi:               1" \
    "model: $scratch/work/model.cpp" "compiler: $compiler" "compiler version: " "include rates.hpp: "; do
    expect_stdout_has "$text"
  done
  run phasic-cache show "$hash" --json
  expect_true "JSON" python3 -c 'import json, sys; v = json.load(open(sys.argv[1])); assert v["preset"] == "balanced" and v["requests"][0]["provenance"]["compiler"]' "$scratch/out"
  run phasic-cache path "$hash"
  expect_true "the path is its file" [ -f "$(out)" ]
  run_line "phasic-cache cat $hash | cmp - $(out)"
  expect_exit 0
  run phasic-cache verify compiled
  expect_exit 0
  expect_stdout "Verified 1 entry and 1 record: all whole"
  # Given where a graph is wanted, it says what it is.
  run phasic-moments "$hash" --theta 1
  expect_exit 65
  expect_one_error_line
  run phasic-cache remove "$hash"
  expect_exit 0
  expect_equal "$(files_of compiled '*')" 0
  run phasic-build model.cpp
  run phasic-cache clear compiled
  expect_exit 0
  expect_stdout_has "1 entry"
  expect_equal "$(codes)" 0
  expect_equal "$(files_of graphs phg)" 1
  run phasic-cache info compiled
  expect_stdout_has "Status: No cached compiled models"
  run phasic-build model.cpp -p n=4
  run phasic-cache prune compiled --max-files 1
  expect_exit 0
  expect_stdout_has "spared 1 in use"
  run phasic-cache prune compiled --max-size 4KiB --min-age 0
  expect_exit 0
  expect_equal "$(codes)" 0
  expect_equal "$(files_of graphs phg)" 2
}

test_rotten_code_is_made_again() {
  write_model model.cpp
  run phasic-build model.cpp
  key=$(out)
  file=$(phasic-cache path "$(phasic-cache list compiled --tsv | sed -n 2p | cut -f 2)")
  for offset in 10 100 1000 5000; do
    chmod u+w "$file"
    printf '\377\376' | dd of="$file" bs=1 seek="$offset" conv=notrunc 2>/dev/null
    run phasic-build model.cpp
    expect_exit 0
    expect_stdout "$key"
    expect_equal "$(grep -c WARNING "$scratch/err")" 1
    expect_stderr_has "$file"
    run phasic-build model.cpp
    expect_no_stderr
  done
  run phasic-cache verify
  expect_exit 0
}

test_swapped_codes_are_not_run() {
  write_model model.cpp
  run phasic-build model.cpp
  key=$(out)
  sed 's/rate = 1/rate = 9/' rates.hpp >r && mv r rates.hpp
  run phasic-build model.cpp
  mapfile -t paths < <(find "$HOME/$cache/compiled" -name '*.phc')
  mv "${paths[0]}" swap && mv "${paths[1]}" "${paths[0]}" && mv swap "${paths[1]}"
  mapfile -t records < <(find "$HOME/$cache/compiled/index" -type f)
  mv "${records[0]}" swap && mv "${records[1]}" "${records[0]}" && mv swap "${records[1]}"
  sed -i 's/rate = 9/rate = 1/' rates.hpp
  run phasic-build model.cpp --rebuild
  expect_exit 0
  expect_stdout "$key"
}

test_explain_tells_which_part_of_a_model_missed() {
  write_model model.cpp
  run phasic-build --lookup --explain model.cpp
  expect_exit 1
  expect_stderr_has "phasic-build: code not cached: no code is cached"
  run phasic-build model.cpp
  run phasic-build --lookup --explain model.cpp -p n=8
  expect_exit 1
  expect_stderr_has "  param n: 3 -> 8"
  run phasic-build --lookup --explain model.cpp --compile fast
  expect_exit 1
  expect_stderr_has "  preset: balanced -> fast"
  sed -i 's/rate = 1/rate = 7/' rates.hpp
  run phasic-build --explain model.cpp
  expect_exit 0
  expect_stderr_has "  include rates.hpp: "
  expect_stderr_has "phasic-build: code not cached: "
  expect_stderr_has "phasic-build: not cached: "
}

test_a_range_is_compiled_once_and_provenance_says_how() {
  write_model model.cpp
  write_compiler bin/c++
  PATH="$PWD/bin:$PATH" run phasic-build model.cpp -p n=2:4 --compile fast
  expect_exit 0
  expect_calls 1
  expect_equal "$(wc -l <"$scratch/out")" 3
  run phasic-cache show "$(sed -n 2p "$scratch/out")"
  expect_stdout_has "model: $scratch/work/model.cpp"
  expect_stdout_has "command: phasic-build $scratch/work/model.cpp --compile fast -p n=3"
}

test_help_model_describes_a_compiled_model() {
  write_model model.cpp
  run phasic-build model.cpp --help-model
  expect_exit 0
  expect_no_stderr
  expect_stdout_has "n  integer  3  number of stages"
  without_compiler phasic-build model.cpp --help-model -p n=5
  expect_exit 0
}

# Whatever the path was when it was compiled: line numbers belong to the file as it is named now.
test_what_a_model_does_wrong_is_told_with_file_and_line() {
  mkdir models
  cat >models/model.cpp <<'MODEL'
#include <phasic/model.hpp>
#include "rule.hpp"
void define(phasic::Model& model) {
  const auto n = model.param("n", 3, "number of stages");
  model.parameters({"rate"});
  model.initial({{0, n}});
  model.transitions([=](const phasic::State& state, const phasic::Emit& emit) {
    rule(state, emit);
    if (state[0] > 0) emit(state.with(0, -1), {n == 3 ? -1.0 : 1.0});
  });
}
MODEL
  cat >models/rule.hpp <<'RULE'
inline void rule(const phasic::State& state, const phasic::Emit& emit) {
  if (state[0] == 2) emit(state.with(0, -1), {1.0, 2.0});
}
RULE
  run phasic-build models/model.cpp
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "phasic-build: models/model.cpp:9: in state (3): the rate to (2) is negative"
  mv models renamed
  mv renamed/model.cpp renamed/other.cc
  cd renamed || return
  without_compiler phasic-build other.cc
  expect_exit 65
  expect_stderr_has "phasic-build: other.cc:9: in state (3): the rate to (2) is negative"
  cd /
  without_compiler phasic-build "$scratch/work/renamed/other.cc" -p n=4
  expect_exit 65
  expect_stderr_has "phasic-build: $scratch/work/renamed/rule.hpp:2: in state (2): 2 rates for 1 parameter"
  cd "$scratch/work" || return
}

test_a_transition_to_the_state_itself_is_told_as_in_lua() {
  cat >model.cpp <<'MODEL'
#include <phasic/model.hpp>
void define(phasic::Model& model) {
  if (model.param("discrete", false, "whether time is")) model.time(phasic::Time::discrete);
  model.parameters({"rate"});
  model.initial({{0, 1}});
  model.transitions([](const phasic::State& state, const phasic::Emit& emit) {
    if (state[0] == 2) return;
    emit(state, {0.5});
    emit(state.with(0, 1), {0.25});
  });
}
MODEL
  run phasic-build model.cpp
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "phasic-build: model.cpp:8: in state (1): a transition leads to the state itself"
  run bash -c 'phasic-build model.cpp -p discrete=true | phasic-moments --theta 1 --mean'
  expect_exit 0
  expect_stdout_has 'mean  4'
}

test_code_that_needs_a_sanitizers_runtime_is_refused() {
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0 # the runtime is there
  write_model model.cpp
  CXX="$compiler -fsanitize=address" run phasic-build model.cpp
  if grep -q 'does not compile' "$scratch/err"; then return 0; fi # the compiler has none
  expect_exit 65
  expect_one_error_line
  expect_stdout ''
  expect_stderr_has "is compiled with -fsanitize=address, whose runtime must be there when a process begins; leave the option out"
}

test_a_library_of_the_users_own_is_loaded_without_a_compiler() {
  write_model model.cpp
  write_twin model.lua
  run "$compiler" -std=c++20 -shared -fPIC -I "$PHASIC_SOURCE/include" model.cpp -o model.so
  expect_exit 0
  without_compiler phasic-build ./model.so
  expect_exit 0
  expect_stdout "$(phasic-build model.lua)"
  expect_equal "$(codes)" 0
}

test_many_builds_at_once_are_one_code() {
  write_model model.cpp
  for i in 1 2 3 4 5 6 7 8; do phasic-build model.cpp >"out.$i" 2>"err.$i" & done
  wait
  expect_equal "$(cat out.? | sort -u | wc -l)" 1
  expect_equal "$(cat err.? | wc -c)" 0
  expect_equal "$(codes)" 1
  expect_equal "$(find "$HOME" -name '.tmp*')" ""
}

# Both the compiler and we die, and nothing is left.
test_a_signal_ends_a_compilation_without_a_trace() {
  write_model model.cpp
  mkdir tmp
  cat >slow <<'COMPILER'
#!/bin/sh
[ "$1" = --version ] && exit 0
touch "$TMPDIR/half"
echo $$ >"$PIDS"
sleep 100 & echo $! >>"$PIDS"
kill -$SIGNAL $PPID
wait
COMPILER
  chmod +x slow
  for signal in TERM:143 INT:130 HUP:129; do
    PIDS="$PWD/pids" SIGNAL=${signal%:*} TMPDIR="$PWD/tmp" CXX="$PWD/slow" run bash -c 'phasic-build model.cpp; exit $?'
    expect_exit "${signal#*:}"
    expect_equal "$(ls tmp)" ""
    expect_equal "$(wc -l <pids)" 2
    for pid in $(cat pids); do
      expect_true "process $pid lives" sh -c "! grep -qs '^State:.[^Z]' /proc/$pid/status"
    done
  done
  expect_equal "$(find "$HOME" -type f)" ""
}

test_a_limit_ends_a_compilation() {
  write_model model.cpp
  printf '#!/bin/sh\n[ "$1" = --version ] || sleep 100\n' >slow
  chmod +x slow
  CXX="$PWD/slow" run phasic-build model.cpp --max-seconds 0.2
  expect_exit 69
  expect_one_error_line
  expect_stderr_has "compiling took more than 0.2 s; raise --max-seconds"
}

test_a_model_that_changes_under_the_compiler_is_not_kept() {
  write_model model.cpp
  printf '#!/bin/sh\n[ "$1" = --version ] || echo "// late" >>rates.hpp\nexec %s "$@"\n' "$compiler" >editing
  chmod +x editing
  CXX="$PWD/editing" run phasic-build model.cpp
  expect_exit 65
  expect_stderr_has "rates.hpp: changed while it was compiled; run the command again"
  expect_equal "$(codes)" 0
}

run_suite
