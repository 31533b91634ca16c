# A cache on NFS, as NFS may answer: `bend` says of every file system that it is one, carries calls out and loses the
# reply, says that a call had failed which was sent twice (there already, gone already), and that handles are stale.
# After each, the promises: a number that is printed is right, the result comes out where its makings are at hand, what
# is left in the cache is whole, and prune takes the litter.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

kind=(nfs)
ENOENT=2 EIO=5 EEXIST=17 ESTALE=116 EDQUOT=122
# The reply was lost; or it came to the second of two requests, of which the first was served.
lost="linkat:$EIO linkat:$EEXIST linkat:$ESTALE renameat:$EIO renameat:$ENOENT renameat:$ESTALE unlinkat:$EIO unlinkat:$ENOENT
  mkdirat:$EIO mkdirat:$EEXIST utimensat:$EIO fsync:$EIO close:$EIO close:$EDQUOT"
# Somebody else replaced or removed what a handle stands for.
stale="openat newfstatat fstat read pread64 write getdents64 linkat renameat unlinkat mkdirat utimensat fsync"

# nfs_turns COMMAND...: every fault at every turn, each followed by `judge`.
nfs_turns() {
  local fault way call error nth
  turns=0
  for fault in ${faults:-$(printf 'lost:%s ' $lost) $(printf "refused:%s:$ESTALE " $stale)}; do
    IFS=: read -r way call error <<<"$fault"
    for ((nth = 1; nth <= 200; nth++)); do
      before
      bend_once "$way" "$call" "$error" "$nth" "$@"
      [ -n "$place" ] || break
      turns=$((turns + 1))
      # A lost reply to link is a link: nothing is left beside it, unless it is unlink that failed.
      [[ $place == unlinkat* ]] || expect_equal "$(litter)" ""
      judge
    done
    expect_true "$fault: in the end a run went through untouched" [ "$nth" -le 200 ]
    expect_exit 0
    expect_no_stderr
  done
  echo "$current_test: $turns replies of $*"
  expect_true "there were some" [ "$turns" -gt "${least:-50}" ]
}

test_build_and_trace_hand_on_what_they_could_not_store() {
  can_bend || return 0
  prepare
  phasic-cache cat "$key" >"$scratch/graph"
  before() { restore nothing; }
  judge() { judge_writer; }
  nfs_turns phasic-build "$erlang" -p stages=3
  nfs_turns phasic-trace "$scratch/graph"
}

test_a_hit_is_right_or_made_anew() {
  can_bend || return 0
  prepare
  before() { restore whole; }
  judge() { judge_writer; }
  nfs_turns phasic-build "$erlang" -p stages=3
}

test_moments_of_a_key_are_right_or_missing() {
  can_bend || return 0
  prepare
  before() { restore "$saved"; }
  judge() { judge_moments_of_a_key; }
  for saved in graph whole; do nfs_turns phasic-moments "$key" --theta 2; done
}

# A handle that was stale once is opened again: a hit all the same.
test_one_stale_handle_of_an_entry_is_not_a_miss() {
  can_bend || return 0
  prepare
  local entries=0
  for call in openat newfstatat fstat pread64 read; do
    for ((nth = 1; nth < 60; nth++)); do
      restore whole
      rm -f "$scratch/stats"
      PHASIC_STATS_LOG=$scratch/stats bend_once refused "$call" "$ESTALE" "$nth" phasic-build "$erlang" -p stages=3
      [ -n "$place" ] || break
      [[ $place == *"$cache/graphs"* ]] || continue
      entries=$((entries + 1))
      expect_exit 0
      expect_stdout "$key"
      expect_no_stderr
      expect_true "$last_command ($place): a hit" grep -q '"outcome":"hit"' "$scratch/stats"
    done
  done
  expect_true "entries were stale $entries times" [ "$entries" -ge 6 ]
}

# From the NTH call on there is no end of stale handles: a miss, not a loop.
test_handles_that_stay_stale_are_a_miss() {
  can_bend || return 0
  prepare
  for call in openat pread64 newfstatat; do
    for nth in 1 2 3 5 8; do
      restore whole
      bend_once refused "$call" "$ESTALE" "$nth+" timeout 20 phasic-build "$erlang" -p stages=3
      judge_writer
      restore whole
      bend_once refused "$call" "$ESTALE" "$nth+" timeout 20 phasic-moments "$key" --theta 2
      [ "$status" -ne 0 ] || expect_the_numbers
      expect_exit_among "0 66 74 125 126 127" "what cannot be read"
      at_most_one_warning
    done
  done
}

# What a housekeeper was told of a file need not be so; he counts what he knows and leaves what is whole.
test_upkeep_fails_politely() {
  can_bend || return 0
  prepare
  least=20
  : >"$scratch/saved/whole/graphs/${key:0:2}/.nfs000000000001"
  find "$scratch/saved/whole" -exec touch -h -d '30 hours ago' {} +
  before() { restore whole; }
  judge() {
    expect_exit_among "0 1 65 66 74" "what cannot be read or removed"
    expect_one_complaint_at_most
    expect_true "what NFS keeps for others who have it open is left alone" [ -e "$HOME/$cache/graphs/${key:0:2}/.nfs000000000001" ]
    expect_a_sound_cache
    expect_numbers_of_the_next
  }
  nfs_turns phasic-cache prune --max-files 1 -q
  nfs_turns phasic-cache clear
  nfs_turns phasic-cache remove "$key"
  faults=$(printf "refused:%s:$ESTALE " $stale) # who only reads has no reply to lose
  nfs_turns phasic-cache verify
  nfs_turns phasic-cache list
  nfs_turns phasic-cache info
  unset least faults
}

# Locks and mapped files are what NFS is worst at.
test_no_tool_locks_or_maps() {
  can_watch || return 0
  local nfs=(-e inject=fstatfs:poke_exit=@arg2=6969000000000000)
  strace -o /dev/null -e trace=fstatfs "${nfs[@]}" true 2>/dev/null || nfs=()
  prepare
  for saved in nothing graph whole; do
    for command in "phasic-build $erlang -p stages=3" "phasic-build --lookup $erlang -p stages=3" "phasic-build --rebuild $erlang -p stages=3" \
      "phasic-trace $key" "phasic-moments $key --theta 2" "phasic-cache verify" "phasic-cache info" "phasic-cache list" \
      "phasic-cache show $key" "phasic-cache path $key" "phasic-cache cat $key" "phasic-cache prune --max-files 1 --min-age 0" \
      "phasic-cache clear" "phasic-cache remove $key"; do
      restore "$saved"
      run_line "strace -f -y -o $scratch/calls -e trace=mmap,mremap,flock,fcntl,fstatfs ${nfs[*]} $command"
      [ "$saved" != whole ] || expect_exit 0
      expect_true "$saved: strace saw $command" [ -s "$scratch/calls" ]
      expect_true "$saved: $command maps a cache file" sh -c "! grep mmap '$scratch/calls' | grep -F '$cache'"
      expect_true "$saved: $command locks" sh -c "! grep -E 'flock|F_SETLK|F_OFD_SETLK' '$scratch/calls'"
    done
  done
}

run_suite
