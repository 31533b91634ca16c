# Sourced by every suite: a fresh HOME and working directory, the tools on PATH, and checks that say what was
# expected. A suite is a list of functions named test_*; `run_suite` at its end runs each in a fresh cache.
set -u

: "${PHASIC_BIN:?set to the directory of the built tools}"
: "${PHASIC_SOURCE:?set to the source tree}"
export PATH="$PHASIC_BIN:$PATH"
unset "${!PHASIC_CACHE@}" "${!PHASIC_COMPILE@}" PHASIC_TRUST_CACHE CXX PHASIC_JOBS PHASIC_LOG_LEVEL PHASIC_PRECISION PHASIC_STATS_LOG XDG_CACHE_HOME SLURM_CPUS_PER_TASK OMP_NUM_THREADS
export LC_ALL=C.UTF-8
# Leaks are looked for where the tests of units end; LeakSanitizer does not work under strace, and it would take longer
# than most runs of a tool. To keep who called for each piece of memory doubles what a start takes.
[ -z "${PHASIC_SANITIZE:-}" ] || export ASAN_OPTIONS="detect_leaks=0:malloc_context_size=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"

scratch=$(mktemp -d)
trap 'chmod -R u+rwx "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT
failures=0
checks=0
examples="$PHASIC_SOURCE/examples"

fail() {
  failures=$((failures + 1))
  printf '%s: FAILED: %s\n' "$current_test" "$1"
  [ -s "$scratch/out" ] && { printf '  stdout:\n'; head -c 2000 "$scratch/out" | cat -v | sed 's/^/    /'; printf '\n'; }
  [ -s "$scratch/err" ] && { printf '  stderr:\n'; head -c 2000 "$scratch/err" | cat -v | sed 's/^/    /'; printf '\n'; }
  return 0
}

# run COMMAND...: runs it with stdin as given, keeps stdout, stderr and the exit code.
run() {
  last_command="$*"
  "$@" >"$scratch/out" 2>"$scratch/err"
  status=$?
}
# run_line 'a | b': the same for a line of shell, with pipefail.
run_line() {
  last_command="$1"
  bash -o pipefail -c "$1" >"$scratch/out" 2>"$scratch/err" </dev/null
  status=$?
}

expect_exit() {
  checks=$((checks + 1))
  [ "$status" -eq "$1" ] || fail "exit $status, expected $1: $last_command"
}
expect_stdout() {
  checks=$((checks + 1))
  [ "$(cat "$scratch/out")" = "$1" ] || fail "stdout is not '$1': $last_command"
}
expect_stdout_has() {
  checks=$((checks + 1))
  grep -qF -- "$1" "$scratch/out" || fail "stdout lacks '$1': $last_command"
}
expect_stderr_has() {
  checks=$((checks + 1))
  grep -qF -- "$1" "$scratch/err" || fail "stderr lacks '$1': $last_command"
}
expect_no_stderr() {
  checks=$((checks + 1))
  [ ! -s "$scratch/err" ] || fail "stderr is not empty: $last_command"
}
# One complaint: the first line is `TOOL: ...`, whatever follows is indented.
expect_one_error_line() {
  checks=$((checks + 1))
  [ "$(grep -cv '^ ' "$scratch/err")" -eq 1 ] || fail "stderr is not one line with indented details: $last_command"
}
# expect_true 'what' COMMAND...
expect_true() {
  checks=$((checks + 1))
  local what=$1
  shift
  "$@" || fail "$what"
}
expect_equal() {
  checks=$((checks + 1))
  [ "$1" = "$2" ] || fail "'$1' is not '$2'"
}
# expect_near VALUE EXPECTED RELATIVE: decimal numbers.
expect_near() {
  checks=$((checks + 1))
  awk -v a="$1" -v b="$2" -v r="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; m = b < 0 ? -b : b; exit !(a != "" && d <= r * m) }' ||
    fail "'$1' is not within $3 of '$2': ${last_command:-}"
}
# The system's, which is what the packages bring: one that a version manager stands before takes ten times as long.
if [ -x /usr/bin/python3 ]; then
  python3() { /usr/bin/python3 "$@"; }
  export -f python3
fi
out() { cat "$scratch/out"; }
err() { cat "$scratch/err"; }
# A fingerprint of the cache: names, sizes and contents of all files.
cache_state() { (cd "${1:-$HOME/.phasic_cache}" 2>/dev/null && find . -type f -print0 | sort -z | xargs -0r sha256sum); }

run_suite() {
  for current_test in $(declare -F | awk '{print $3}' | grep '^test_'); do
    export HOME="$scratch/home"
    chmod -R u+rwx "$scratch/home" 2>/dev/null
    rm -rf "$scratch/home" "$scratch/work"
    mkdir -p "$scratch/home" "$scratch/work"
    cd "$scratch/work" || exit 1
    "$current_test"
  done
  printf '%d checks, %d failures\n' "$checks" "$failures"
  [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
}
