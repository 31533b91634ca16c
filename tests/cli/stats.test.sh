# PHASIC_STATS_LOG and phasic-cache stats: what the cache was worth.
. "$(dirname "$0")/harness.sh"

erlang="$examples/erlang.lua"
log="$scratch/work/stats.jsonl"
pipeline="phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2"
# A member of the JSON on standard output: json '["layers"]["graphs"]["hits"]'
json() { python3 -c "import json, sys; print(json.loads(sys.stdin.readline())$1)" <"$scratch/out"; }
lines() { wc -l <"$log"; }

test_a_run_is_a_line_of_json() {
  export PHASIC_STATS_LOG="$log"
  key=$(phasic-build "$erlang" -p stages=3)
  run cat "$log"
  expect_equal "$(lines)" 1
  expect_equal "$(json '["tool"]')" "phasic-build 0.1.0"
  expect_equal "$(json '["cache"]')" rw
  expect_equal "$(json '["exit"]')" 0
  expect_true "it takes time" [ "$(json '["seconds"] > 0')" = True ]
  expect_equal "$(json '["lookups"][0]["outcome"]')" miss
  expect_equal "$(json '["lookups"][0]["by"]')" request
  expect_equal "$(json '["lookups"][0]["key"]')" "$key"
  phasic-moments "$key" --theta 2 >"$scratch/out"
  run tail -n 1 "$log"
  expect_equal "$(json '["lookups"][0]["by"]')" key
  expect_equal "$(json '["lookups"][0]["outcome"]')" hit
  expect_equal "$(json '["lookups"][1]["layer"]')" traces
  expect_equal "$(json '["lookups"][1]["outcome"]')" miss
  unset PHASIC_STATS_LOG
}

test_every_tool_writes_its_line_whatever_comes_of_the_run() {
  export PHASIC_STATS_LOG="$log"
  run_line "$pipeline"
  run phasic-cache info
  run phasic-build "$erlang" -p stages=oops
  run phasic-moments 0123456789abcdef --theta 2
  run phasic-build --lookup "$erlang" -p stages=9
  PHASIC_CACHE=off run_line "phasic-build $erlang >/dev/null"
  unset PHASIC_STATS_LOG
  expect_equal "$(lines)" 8
  run phasic-cache stats "$log" --json
  expect_exit 0
  expect_equal "$(json '["runs"]')" 8
  expect_equal "$(json '["failed_runs"]')" 2
  expect_equal "$(json '["layers"]["graphs"]["misses"]')" 2
}

test_nothing_is_written_where_no_file_is_named() {
  PHASIC_STATS_LOG='' run_line "$pipeline"
  expect_exit 0
  expect_no_stderr
  expect_equal "$(ls "$scratch/work")" ""
}

test_stats_sums_up_runs() {
  export PHASIC_STATS_LOG="$log"
  for _ in 1 2 3 4; do run_line "$pipeline"; done
  unset PHASIC_STATS_LOG
  run phasic-cache stats "$log" --json
  expect_exit 0
  expect_no_stderr
  expect_equal "$(json '["runs"]')" 12
  for layer in graphs traces; do
    expect_equal "$(json "['layers']['$layer']['misses']")" 1
  done
  # A trace is asked for by phasic-trace and by phasic-moments; a graph's key is read by both.
  expect_equal "$(json '["layers"]["graphs"]["hits"]')" 3
  expect_equal "$(json '["layers"]["graphs"]["hit_rate"]')" 0.75
  expect_equal "$(json '["layers"]["graphs"]["valued_hits"]')" 3
  expect_equal "$(json '["layers"]["graphs"]["reads"]')" 8
  expect_equal "$(json '["layers"]["traces"]["hits"]')" 7
  expect_equal "$(json '["layers"]["compiled"]["hit_rate"]')" None
  run phasic-cache stats "$log"
  expect_stdout_has "Runs: 12; 20"
  expect_true "the table" grep -qE '^graphs +3 +1 +75.0 % ' "$scratch/out"
  run_line "cat $log $log | phasic-cache stats - $log --json"
  expect_equal "$(json '["runs"]')" 36
}

test_lines_that_are_not_ours_are_counted_and_passed_over() {
  PHASIC_STATS_LOG="$log" run_line "$pipeline"
  { head -c 100 "$log"; printf '\n\nhello\n{"tool":1}\n\xff\xfe\n'; printf '[%.0s' $(seq 100000); } >>"$log"
  run phasic-cache stats "$log" --json
  expect_exit 0
  expect_equal "$(json '["runs"]')" 3
  expect_equal "$(json '["bad_lines"]')" 5
  expect_equal "$(cat "$scratch/err")" \
    "[WARNING] phasic-cache: $log: 5 lines are not counted: not what a tool writes, or cut short"
}

test_a_log_that_cannot_be_written_is_one_warning() {
  mkfifo "$scratch/work/pipe"
  for file in /nonexistent/stats "$scratch/work" "$scratch/work/pipe" /dev/full; do
    PHASIC_STATS_LOG="$file" run phasic-build "$erlang" -p stages=3
    expect_exit 0
    expect_equal "$(grep -c . "$scratch/err")" 1
    expect_stderr_has "[WARNING] phasic-build: PHASIC_STATS_LOG: $file: this run is not in it: "
  done
}

# The limit is reached in the midst of the line.
test_a_line_cut_short_by_a_full_disk_is_a_warning() {
  head -c 1000 /dev/zero | tr '\0' '\n' >"$log"
  run_line "ulimit -f 1; PHASIC_STATS_LOG=$log phasic-build $erlang -p stages=3 --cache off >/dev/null"
  expect_exit 0
  expect_stderr_has "this run is not in it"
  run phasic-cache stats "$log" --json
  expect_equal "$(json '["bad_lines"]')" 1
}

test_many_jobs_share_a_log() {
  run_line "for i in \$(seq 64); do PHASIC_STATS_LOG=$log phasic-build $erlang -p stages=3 & done; wait"
  run phasic-cache stats "$log" --json
  expect_no_stderr
  expect_equal "$(json '["runs"]')" 64
}

# Each line is one write to a file opened for appending.
test_a_line_is_one_write() {
  strace -o /dev/null -e trace=openat true 2>/dev/null || { echo "strace cannot trace here: skipped"; return; }
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0
  PHASIC_STATS_LOG="$log" run strace -y -e trace=openat,write -o "$scratch/work/calls" phasic-build "$erlang"
  expect_equal "$(grep -c "^write.*stats.jsonl" "$scratch/work/calls")" 1
  expect_true "opened for appending" grep -qE 'openat.*stats.jsonl.*O_APPEND' "$scratch/work/calls"
}

test_stats_needs_a_file_that_is_there() {
  run phasic-cache stats
  expect_exit 2
  run phasic-cache stats nowhere.jsonl
  expect_exit 66
  expect_one_error_line
  : >"$log"
  run phasic-cache stats "$log"
  expect_exit 0
  expect_stdout_has "Runs: 0"
}

run_suite
