# phasic-build, phasic-trace and phasic-moments while their system calls fail. The rules, after any fault:
#   - a number that is printed is right, and a key that is printed leads to right numbers;
#   - where the fault is in the cache and the model or graph is at hand, the result comes out all the same, with one
#     warning at most; a tool that has only a key may say that it is gone;
#   - what is left in the cache is whole, and prune takes the litter.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

judge_untouched() {
  expect_exit 0
  expect_no_stderr
}

test_build_stores_or_hands_on_its_graph_whatever_fails() {
  can_bend || return 0
  before() { restore nothing; }
  judge() { judge_writer; }
  all_faults phasic-build "$erlang" -p stages=3
  expect_true "there were faults" [ "$turns" -gt 100 ]
}

test_trace_stores_or_hands_on_its_trace_whatever_fails() {
  can_bend || return 0
  prepare
  phasic-cache cat "$key" >"$scratch/graph"
  before() { restore nothing; }
  judge() { judge_writer; }
  all_faults phasic-trace "$scratch/graph"
  expect_true "there were faults" [ "$turns" -gt 100 ]
}

test_moments_of_a_key_are_right_or_missing() {
  can_bend || return 0
  prepare
  before() { restore graph; }
  judge() { judge_moments_of_a_key; }
  all_faults phasic-moments "$key" --theta 2
  expect_true "there were faults" [ "$turns" -gt 100 ]
}

# A tool may die at any call; whoever comes next reads nothing half-written.
test_killed_anywhere_they_leave_nothing_that_is_read() {
  can_bend || return 0
  prepare
  phasic-cache cat "$key" >"$scratch/graph"
  before() { restore "$saved"; }
  judge() {
    # The numbers of a moments run that was killed on its way out are right as well.
    [ -s "$scratch/out" ] && [ "$tool" = phasic-moments ] && expect_the_numbers
    expect_a_sound_cache
    expect_numbers_of_the_next
  }
  turns=0
  saved=nothing tool=phasic-build
  killed_anywhere phasic-build "$erlang" -p stages=3
  tool=phasic-trace
  killed_anywhere phasic-trace "$scratch/graph"
  saved=graph tool=phasic-moments
  killed_anywhere phasic-moments "$key" --theta 2
  echo "$current_test: $turns deaths"
  expect_true "they were killed often" [ "$turns" -gt 150 ]
}

# Any read or write may move less than was asked for: NFS and signals do that.
test_short_reads_and_writes_are_continued() {
  can_bend || return 0
  for most in 1 7 100; do
    for where in "$cache" pipe:; do
      restore nothing
      run_line "$bend short $most $where phasic-build $erlang -p stages=3 | $bend short $most $where phasic-trace |
                  $bend short $most $where phasic-moments --theta 2"
      expect_exit 0
      expect_no_stderr
      expect_the_numbers
      expect_true "$most bytes in $where: something was short" [ "$(bent)" -gt 0 ]
      run "$bend" short "$most" "$where" phasic-cache verify
      expect_exit 0
      run_line "$bend short $most $where phasic-build $erlang -p stages=3 --cache off |
                  $bend short $most $where phasic-moments --theta 2 --cache off | cat"
      expect_exit 0
      expect_the_numbers
    done
  done
}

# Done, but said to have failed: NFS loses replies, and quotas are told at close.
test_a_lost_reply_does_no_harm() {
  can_bend || return 0
  for call in linkat:5 linkat:116 renameat:5 renameat:116 unlinkat:5 unlinkat:2 mkdirat:5 mkdirat:17 fsync:5 close:122; do
    for ((nth = 1; nth < 60; nth++)); do
      restore nothing
      bend_once lost "${call%:*}" "${call#*:}" "$nth" phasic-build "$erlang" -p stages=3
      [ -n "$place" ] || break
      if [ "$status" -eq 0 ]; then
        follow_the_output
      else
        expect_true "exit $status: only the loader and standard output may fail" grep -qE "^(74|127) close" <<<"$status ${call%:*}"
      fi
      at_most_one_warning
      run phasic-cache verify
      expect_exit 0
    done
    expect_true "$call: the loop ended" [ "$nth" -lt 60 ]
  done
  # A link whose reply was lost is a link: stored, without a word.
  restore nothing
  bend_once lost linkat 5 1 phasic-build --key "$erlang" -p stages=3
  expect_exit 0
  expect_no_stderr
  expect_equal "$(litter)" ""
}

# Prune, clear and `rm -rf` may take a temporary before it has its name.
test_a_writer_whose_temporary_vanished_writes_once_more() {
  can_bend || return 0
  prepare
  for error in ENOENT ESTALE; do
    for ((nth = 1; nth < 20; nth++)); do
      restore nothing
      bend_once refused renameat "${numbers_of_errors[$error]}" "$nth" phasic-build --key "$erlang" -p stages=3
      [ -n "$place" ] || break
      expect_exit 0
      expect_stdout "$key"
      expect_no_stderr
      run phasic-build --lookup "$erlang" -p stages=3
      expect_stdout "$key"
    done
    expect_true "$error: tag, version and record vanished" [ "$nth" -gt 3 ]
  done
}

# A damaged file that another process replaces while it is read: what is whole is not removed.
test_what_replaced_a_damaged_file_stays() {
  can_bend || return 0
  prepare
  local file=$HOME/$cache/graphs/${key:0:2}/$key.phg
  local saved=$scratch/saved/whole/graphs/${key:0:2}/$key.phg
  local met=0
  for ((nth = 1; nth < 200; nth++)); do
    restore whole
    chmod u+w "$file"
    printf x | dd of="$file" bs=1 seek=200 conv=notrunc status=none
    bend_once meanwhile openat,fstat,newfstatat,pread64,unlinkat "cp -p $saved $file.new && mv $file.new $file" "$nth" \
      phasic-moments "$key" --theta 2
    [ -n "$place" ] || break
    case $status in
      0) expect_the_numbers ;;
      *) expect_exit 66 && met=$((met + 1)) ;;
    esac
    # Between the last look and the removal nobody can help it.
    [[ $place == unlinkat* ]] || expect_true "$last_command: $place: it is still there" [ -e "$file" ]
  done
  expect_true "it was replaced before and after it was read" [ "$met" -gt 0 -a "$nth" -gt $((met + 1)) ]
}

run_suite
