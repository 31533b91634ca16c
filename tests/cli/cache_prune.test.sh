# phasic-cache prune, from its limits to its lock.
. "$(dirname "$0")/harness.sh"

erlang="$examples/erlang.lua"
cache=.phasic_cache

# made STAGES HOURS: a graph and its record that were last used so many hours ago; sets $key.
made() {
  key=$(phasic-build --key "$erlang" -p stages="$1")
  local record
  record=$(grep -l "$key" -r "$HOME/$cache/graphs/index")
  touch -d "$2 hours ago" "$(phasic-cache path "$key")" "$record"
}
entries() { find "$HOME/$cache" -name '*.ph?' | wc -l; }

test_the_nightly_job_prints_one_line() {
  made 2 10000
  old=$key
  made 3 10
  run phasic-cache prune --max-mb 100 --max-age 30
  expect_exit 0
  expect_no_stderr
  expect_stdout "Removed 1 entry (0.0 MB), kept 1 (0.0 MB), spared 0 in use"
  run phasic-cache path "$old"
  expect_exit 66
  run phasic-cache prune --max-mb 100 --max-age 30 -q
  expect_exit 0
  expect_stdout ""
}

test_a_size_limit_takes_the_oldest_first() {
  made 2 30; a=$key
  made 3 20; b=$key
  made 4 10; c=$key
  # Three graphs and three records of a block each: 24 KiB.
  run phasic-cache prune --max-size 16KiB
  expect_stdout "Removed 1 entry (0.0 MB), kept 2 (0.0 MB), spared 0 in use"
  run phasic-cache path "$a"
  expect_exit 66
  run phasic-cache prune --max-files 2
  run phasic-cache path "$b"
  expect_exit 66
  run phasic-cache path "$c"
  expect_exit 0
}

test_what_is_in_use_is_spared() {
  made 2 1
  made 3 1
  run phasic-cache prune --max-files 1
  expect_exit 0
  expect_stdout "Removed 0 entries (0.0 MB), kept 2 (0.0 MB), spared 2 in use"
  run phasic-cache prune --max-files 1 --min-age 30m
  expect_equal "$(entries)" 1
}

test_a_hit_counts_as_use() {
  made 2 100
  phasic-build -q "$erlang" -p stages=2 >"$scratch/key"
  run phasic-cache prune --max-age 1
  expect_stdout_has "Removed 0 entries"
}

test_limits_are_read_strictly() {
  made 2 10
  for arguments in "" "--max-mb 0" "--max-size 0" "--max-size 0GiB" "--max-files 0" "--max-mb -1" "--max-mb abc" \
    "--max-mb 1e3x" "--max-size 5X" "--max-size GiB" "--max-age soon" "--max-age -1" "--max-files 1.5" \
    "--max-mb nan" "--max-mb inf" "--max-size 99999999TiB" "--max-mb 5 --max-size 5MB" "--min-age 1h" \
    "--max-mb 5 --min-age x" "--max-mb" "--max-mb= " "--max-mb 5 pickles"; do
    # shellcheck disable=SC2086
    run phasic-cache prune $arguments
    expect_exit 2
    expect_one_error_line
  done
  expect_equal "$(entries)" 1
  run phasic-cache prune --max-mb 0
  expect_stderr_has 'say `phasic-cache clear`'
  for arguments in "--max-mb 0.5" "--max-size 5GiB" "--max-size 500MB" "--max-size 1.5G" "--max-size 8192" \
    "--max-age 30" "--max-age 12h" "--max-age 4w" "--max-age 90m --min-age 1d" "--max-mb 1 graphs traces"; do
    # shellcheck disable=SC2086
    run phasic-cache prune $arguments
    expect_exit 0
  done
}

test_a_dry_run_says_what_would_go() {
  made 2 100
  before=$(cache_state)
  run phasic-cache prune --max-age 1 -n -v
  expect_exit 0
  expect_stdout "Would remove 1 entry (0.0 MB), kept 0 (0.0 MB), spared 0 in use"
  expect_stderr_has "would remove $HOME/$cache/graphs"
  expect_equal "$(cache_state)" "$before"
}

test_the_summary_as_json() {
  made 2 100
  made 3 1
  run phasic-cache prune --max-age 1 --json
  expect_exit 0
  expect_equal "$(python3 -c '
import json, sys
r = json.load(sys.stdin)
print(r["outcome"], r["dry_run"], r["removed"]["entries"], r["removed"]["records"], r["removed"]["bytes"],
      r["kept"]["entries"], r["spared"]["entries"], r["failures"])' <"$scratch/out")" "done False 1 1 8192 1 0 0"
}

test_no_directory_and_another_prune_are_no_errors() {
  run phasic-cache prune --max-mb 1
  expect_exit 0
  expect_stdout "Nothing done: no directory"
  made 2 100
  touch "$HOME/$cache/.prune.lock"
  run phasic-cache prune --max-age 1
  expect_exit 0
  expect_stdout "Nothing done: another prune is at work"
  expect_equal "$(entries)" 1
  touch -d '11 minutes ago' "$HOME/$cache/.prune.lock"
  run phasic-cache prune --max-age 1
  expect_exit 0
  expect_equal "$(entries)" 0
  expect_equal "$(find "$HOME/$cache" -name '.prune*')" ""
}

test_litter_of_killed_processes_goes_after_a_day() {
  made 2 1
  shard=$(dirname "$(phasic-cache path "$key")")
  for place in "$shard" "$HOME/$cache"; do
    touch -d '25 hours ago' "$place/.tmp.host.12.0123456789abcdef"
    touch -d '23 hours ago' "$place/.tmp.host.13.0123456789abcdef"
  done
  touch -d '25 hours ago' "$HOME/$cache/.prune.host.12"
  run phasic-cache prune --max-mb 1
  expect_exit 0
  expect_equal "$(find "$HOME/$cache" -name '.tmp*12.*' -o -name '.prune*')" ""
  expect_equal "$(find "$HOME/$cache" -name '.tmp*13.*' | wc -l)" 2
}

test_the_python_librarys_files_are_neither_counted_nor_removed() {
  made 2 1
  head -c 2000000 /dev/zero >"$HOME/$cache/graph_big.pkl"
  touch -d '1000 days ago' "$HOME/$cache/graph_big.pkl"
  run phasic-cache prune --max-mb 1 --max-age 1
  expect_stdout "Removed 0 entries (0.0 MB), kept 1 (0.0 MB), spared 0 in use"
  expect_true "the file stays" [ -e "$HOME/$cache/graph_big.pkl" ]
}

test_a_link_in_a_shards_place_is_not_followed() {
  made 2 1000
  shard=$(dirname "$(phasic-cache path "$key")")
  mv "$shard" "$scratch/work/elsewhere"
  ln -s "$scratch/work/elsewhere" "$shard"
  run phasic-cache prune --max-age 1
  expect_exit 0
  expect_equal "$(find "$scratch/work/elsewhere" -type f | wc -l)" 1
}

test_a_file_that_cannot_be_removed_is_exit_74() {
  made 2 1000
  strace -o /dev/null -e trace=unlinkat true 2>/dev/null || { echo "strace cannot trace here: skipped"; return; }
  # The first unlinkat clears the way for the lock's name.
  run strace -f -o /dev/null -e trace=unlinkat -e inject=unlinkat:error=EACCES:when=2+ phasic-cache prune --max-age 1
  expect_exit 74
  expect_one_error_line
  expect_stderr_has "2 files could not be removed"
  expect_stderr_has "Permission denied"
  expect_equal "$(entries)" 1
}

test_a_full_disk_does_not_keep_prune_from_its_work() {
  made 2 1000
  strace -o /dev/null -e trace=openat true 2>/dev/null || { echo "strace cannot trace here: skipped"; return; }
  lock=$(printf '.prune.%s' "$(uname -n)")
  run strace -f -o "$scratch/trace" -e trace=linkat,renameat,renameat2 -e inject=linkat,renameat,renameat2:error=ENOSPC \
    phasic-cache prune --max-age 1
  expect_exit 0
  expect_equal "$(entries)" 0
  expect_equal "$(find "$HOME/$cache" -name "$lock*")" ""
}

test_a_terminated_prune_leaves_no_lock() {
  made 2 1000
  strace -o /dev/null true 2>/dev/null || { echo "strace cannot trace here: skipped"; return; }
  for signal in TERM INT HUP; do
    run bash -c "strace -f -o /dev/null -e trace=linkat -e inject=linkat:signal=$signal phasic-cache prune --max-age 1; exit \$?"
    expect_true "died of $signal, not $status" [ "$status" -gt 128 ]
    expect_equal "$(find "$HOME/$cache" -name '.prune*')" ""
  done
}

run_suite
