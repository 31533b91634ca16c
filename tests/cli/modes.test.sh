# PHASIC_CACHE=off, ro, rw, refresh and verify, in every tool that has a mode.
. "$(dirname "$0")/harness.sh"

erlang="$examples/erlang.lua"
cache=.phasic_cache
numbers="mean      1.5
variance  0.75"
stamps() { (cd "$HOME" && find . -printf '%p %T@ %s\n' | sort); }

# Four hours unused, so that a use would show.
prepare() {
  key=$(phasic-build --key "$erlang" -p stages=3)
  phasic-build "$erlang" -p stages=3 | phasic-trace >"$scratch/out"
  phasic-cache cat "$key" >"$scratch/work/graph"
  find "$HOME/$cache" -exec touch -d '4 hours ago' {} +
}
# Each tool, with all that it needs even where the cache is off.
commands() {
  printf '%s\n' "phasic-build $erlang -p stages=3" "phasic-trace $scratch/work/graph" \
    "phasic-moments $scratch/work/graph --theta 2"
}
# What a log of runs says the cache was asked, counted.
lookups() { grep -o '"layer":"[a-z]*","by":"[a-z]*","outcome":"[a-z]*"' "$1" | cut -d'"' -f4,8,12 | tr '"' ' ' | sort | uniq -c | xargs; }

test_off_asks_and_stores_nothing() {
  prepare
  before=$(stamps)
  commands | while read -r command; do
    PHASIC_CACHE=off PHASIC_STATS_LOG="$scratch/work/log" run_line "$command | cat"
    expect_exit 0
    expect_no_stderr
    echo "$failures" >"$scratch/failures"
  done
  expect_equal "$(cat "$scratch/failures")" 0
  expect_equal "$(lookups "$scratch/work/log")" ""
  expect_equal "$(stamps)" "$before"
}

test_ro_serves_and_writes_nothing_not_even_a_time_of_use() {
  prepare
  before=$(stamps)
  run_line "export PHASIC_CACHE=ro; phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2"
  expect_exit 0
  expect_no_stderr
  expect_stdout "$numbers"
  # What is not there is made, and travels.
  run_line "export PHASIC_CACHE=ro; phasic-build $erlang -p stages=4 | phasic-trace | phasic-moments --theta 2"
  expect_exit 0
  expect_stdout_has "mean      2"
  run phasic-build --cache ro --key "$erlang" -p stages=4
  expect_exit 73
  run phasic-trace --cache ro --check "$key"
  expect_exit 0
  expect_equal "$(stamps)" "$before"
}

# The next use within ten minutes is no news.
test_rw_is_the_default_and_notes_uses() {
  prepare
  PHASIC_CACHE=rw run phasic-moments "$key" --theta 2
  expect_stdout "$numbers"
  expect_equal "$(find "$HOME/$cache" -name "$key.phg" -mmin -5 | wc -l)" 1
  expect_equal "$(find "$HOME/$cache/traces" -type f -mmin -5 | wc -l)" 2
}

test_refresh_takes_no_hit_and_stores() {
  prepare
  find "$HOME/$cache/graphs/index" "$HOME/$cache/traces" -type f -delete
  run_line "export PHASIC_CACHE=refresh PHASIC_STATS_LOG=$scratch/work/log
            phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2"
  expect_exit 0
  expect_stdout "$numbers"
  # The graph's key is read by both, nothing is asked for.
  expect_equal "$(lookups "$scratch/work/log")" "2 graphs key hit"
  expect_equal "$(find "$HOME/$cache/graphs/index" -type f | wc -l)" 1
  expect_equal "$(find "$HOME/$cache/traces" -name '*.pht' | wc -l)" 1
  run phasic-moments -v --cache refresh "$key" --theta 2
  expect_stderr_has "recorded trace"
  run phasic-build -v --cache refresh "$erlang" -p stages=3
  expect_stderr_has "saved graph to cache"
}

test_verify_makes_anew_and_compares() {
  prepare
  run phasic-build --cache verify "$erlang" -p stages=3
  expect_exit 0
  expect_stdout "$key"
  run phasic-trace -v --cache verify "$key"
  expect_exit 0
  expect_stderr_has "recorded trace"
  run phasic-moments -v --cache verify "$key" --theta 2
  expect_exit 0
  expect_stdout "$numbers"
  expect_stderr_has "recorded trace"
}

# forge RECORD OBJECT: the record of one request leads to what another came out as, with a checksum that is right.
forge() {
  local body
  body=$(grep -v '^checksum ' "$1" | sed "s/^object .*/object $2/; s/^length .*/length $(stat -c %s "$(phasic-cache path "$2")")/")
  printf '%s\nchecksum %s\n' "$body" "$(printf '%s\n' "$body" | sha256sum | cut -d' ' -f1)" >"$1"
}

test_verify_finds_a_forged_record_and_exits_70() {
  prepare
  other=$(phasic-build --key "$erlang" -p stages=4)
  forge "$(grep -rl "object $key" "$HOME/$cache/graphs/index")" "$other"
  # This is why a directory that strangers may write to is not trusted.
  run phasic-build "$erlang" -p stages=3
  expect_stdout "$other"
  run phasic-build --cache verify "$erlang" -p stages=3
  expect_exit 70
  expect_one_error_line
  expect_stderr_has "cached: $other"
  expect_stderr_has "built:  $key"
}

# A record that leads to the trace of another graph: the trace says itself whose it is.
test_a_forged_trace_record_is_a_miss_in_every_mode() {
  prepare
  trace=$(phasic-cache list traces --tsv | tail -n 1 | cut -f 2)
  record=$(grep -rl "object $trace" "$HOME/$cache/traces/index")
  phasic-build "$erlang" -p stages=4 | phasic-trace >"$scratch/out"
  other=$(phasic-cache list traces --tsv | cut -f 2 | grep -v -e "$trace" -e hash)
  for mode in ro rw verify; do
    forge "$record" "$other"
    run phasic-moments --cache $mode "$key" --theta 2
    expect_exit 0
    expect_stdout "$numbers"
    expect_equal "$(grep -c WARNING "$scratch/err")" 1
    expect_stderr_has "is of another structure than its record says"
  done
  run phasic-moments "$key" --theta 2
  expect_no_stderr
}

test_an_option_wins_over_the_variable_and_other_modes_are_refused() {
  prepare
  before=$(stamps)
  PHASIC_CACHE=rw run phasic-moments --cache ro "$key" --theta 2
  expect_exit 0
  expect_equal "$(stamps)" "$before"
  PHASIC_CACHE=off run phasic-moments --cache ro "$key" --theta 2
  expect_exit 0
  commands | while read -r command; do
    PHASIC_CACHE=maybe run_line "$command"
    expect_exit 2
    expect_stderr_has "PHASIC_CACHE: 'maybe' is not possible; give off, ro, rw, refresh or verify"
    echo "$failures" >"$scratch/failures"
  done
  expect_equal "$(cat "$scratch/failures")" 0
}

# phasic-cache looks after the directory whatever the mode of the others.
test_phasic_cache_has_no_mode() {
  prepare
  for mode in off ro refresh verify; do
    PHASIC_CACHE=$mode run phasic-cache verify
    expect_exit 0
    expect_stdout_has "Verified 2 entries"
  done
}

run_suite
