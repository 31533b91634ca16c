# phasic-cache prune and clear while their system calls fail, and whoever comes after them.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

# Some of the files stay, whatever happens; what stays is whole, and the next tool gets its numbers.
judge_upkeep() {
  expect_exit_among "0 66 74" "what cannot be read or removed"
  expect_one_complaint_at_most
  # An entry that could not be removed, and was not gone already, is told of.
  [[ ! ($place =~ ^unlinkat\ .*/[0-9a-f]{2}\>\ [0-9a-f]{64} && $last_command =~ \ (5|13|30)\ at\ ) ]] || expect_exit 74
  run phasic-cache verify
  expect_exit 0
  expect_numbers_of_the_next
}
judge_untouched() {
  expect_exit 0
  expect_no_stderr
}
errors="openat:error=EMFILE openat:error=EACCES openat:error=ESTALE openat:error=ENOSPC newfstatat,fstat:error=EIO
  newfstatat,fstat:error=ESTALE getdents64:error=EIO unlinkat:error=EACCES unlinkat:error=EIO unlinkat:error=ENOENT
  linkat:error=EEXIST linkat:error=EIO renameat:error=EIO close:error=EDQUOT
  openat:error=EINTR getdents64:error=EINTR unlinkat:error=EROFS linkat:error=EROFS"

# A day old, so that nothing is spared; with litter of a killed writer.
prepare_what_is_old() {
  prepare
  : >"$scratch/saved/whole/graphs/${key:0:2}/.tmp.host.1.0123456789abcdef"
  find "$scratch/saved/whole" -exec touch -h -d '30 hours ago' {} +
}

test_prune_and_clear_fail_politely() {
  can_bend || return 0
  prepare_what_is_old
  before() { restore whole; }
  judge() { judge_upkeep; }
  turns=0
  for fault in $errors; do
    every_turn "$fault" phasic-cache prune --max-files 1
    every_turn "$fault" phasic-cache clear
  done
  echo "$current_test: $turns faults"
  expect_true "there were faults" [ "$turns" -gt 100 ]
}

test_killed_anywhere_they_leave_nothing_that_is_read_and_no_lock_that_lasts() {
  can_bend || return 0
  prepare_what_is_old
  before() { restore whole; }
  judge() {
    run phasic-cache verify
    expect_exit 0
    # A lock left over is taken ten minutes later, and gone after that.
    find "$HOME/$cache" -name '.prune*' -exec touch -h -d '11 minutes ago' {} +
    run phasic-cache prune --max-files 1 --min-age 0
    expect_exit 0
    expect_equal "$(find "$HOME/$cache" -name '.prune.lock')" ""
    find "$HOME/$cache" -name '.prune*' -exec touch -h -d '25 hours ago' {} +
    run phasic-cache prune --max-files 1 --min-age 0
    expect_equal "$(find "$HOME/$cache" -name '.prune*' -o -name '.tmp*')" ""
    expect_numbers_of_the_next
  }
  turns=0
  killed_anywhere phasic-cache prune --max-files 1
  killed_anywhere phasic-cache clear
  echo "$current_test: $turns deaths"
  expect_true "they were killed often" [ "$turns" -gt 100 ]
}

# All ages are by the file server's clock: what it stamped half an hour ago was used half an hour ago, though here it
# looks six hours old.
test_the_clock_is_the_file_servers() {
  can_bend || return 0
  prepare
  find "$HOME/$cache" -type f -exec touch -h -d '30 minutes ago' {} +
  run "$bend" behind 20000 phasic-cache prune --max-age 2h --min-age 0
  expect_exit 0
  expect_stdout_has "Removed 0 entries"
  expect_true "some times were set back" [ "$(bent)" -gt 5 ]
  find "$HOME/$cache" -type f -exec touch -h -d '4 hours ago' {} +
  run "$bend" behind 20000 phasic-cache prune --max-age 2h --min-age 0
  expect_stdout_has "Removed 2 entries"
}

run_suite
