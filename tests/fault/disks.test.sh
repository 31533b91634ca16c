# Disks that are really full or read-only, and users who really may not: what injection only imitates.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

skip() {
  echo "$current_test: $1: skipped"
  checks=$((checks + 1))
}
# in_a_mount_namespace SCRIPT: as root of a namespace of our own; what is mounted there ends with it.
in_a_mount_namespace() {
  local program=(unshare -m)
  [ "$(id -u)" -eq 0 ] || program=(unshare -rm)
  run "${program[@]}" bash -euc "$1"
}
can_mount() {
  in_a_mount_namespace "mount -t tmpfs -o size=64k none $scratch/work"
  [ "$status" -eq 0 ]
}

# From a disk without room for a directory to one that holds everything, 4 KiB at a time.
test_a_full_disk_costs_caching_only() {
  can_mount || { skip "a tmpfs cannot be mounted here"; return; }
  mkdir "$scratch/work/disk"
  local stored=0
  for ((room = 4; room <= 64; room += 4)); do
    in_a_mount_namespace "
      mount -t tmpfs -o size=64k,mode=0700 none $scratch/work/disk
      head -c \$(( (64 - $room) * 1024 )) /dev/zero >$scratch/work/disk/ballast
      export PHASIC_CACHE_DIR=$scratch/work/disk/cache
      phasic-build $erlang -p stages=3 2>$scratch/warnings | phasic-trace 2>>$scratch/warnings | phasic-moments --theta 2 2>>$scratch/warnings
      phasic-cache verify >&2
      [ -z \"\$(find $scratch/work/disk -name '.tmp*')\" ]
      phasic-build --key $erlang -p stages=3 >/dev/null 2>&1 && touch $scratch/work/stored || true"
    expect_exit 0
    expect_the_numbers
    expect_true "room $room: one warning a tool at most" [ "$(grep -c . "$scratch/warnings")" -le 3 ]
    expect_true "room $room: for want of space" sh -c "! grep -v 'No space left' '$scratch/warnings'"
    [ ! -e "$scratch/work/stored" ] || { stored=$room && break; }
    expect_true "room $room: it warns" [ -s "$scratch/warnings" ]
  done
  expect_true "in the end there was room ($stored KiB)" [ "$stored" -gt 4 ]
}

# Prune is what mends a full disk: it must not need room itself.
test_prune_makes_room_on_a_full_disk() {
  can_mount || { skip "a tmpfs cannot be mounted here"; return; }
  mkdir "$scratch/work/disk"
  in_a_mount_namespace "
    mount -t tmpfs -o size=256k,mode=0700 none $scratch/work/disk
    export PHASIC_CACHE_DIR=$scratch/work/disk
    phasic-build $erlang -p stages=3:6:1 >/dev/null
    cat /dev/zero >$scratch/work/disk/ballast 2>/dev/null || true
    find $scratch/work/disk -exec touch -d '5 hours ago' {} +
    phasic-cache prune --max-files 2
    rm $scratch/work/disk/ballast
    phasic-cache verify"
  expect_exit 0
  expect_no_stderr
  expect_stdout_has "Removed 2 entries (0.0 MB), kept 2" # and all four records
}

# Nobody may write, root neither: hits work, the rest comes down the pipe.
test_a_read_only_mount_serves_all_tools() {
  can_mount || { skip "nothing can be mounted here"; return; }
  prepare
  rm -rf "${HOME:?}/$cache" && cp -a "$scratch/saved/graph" "$HOME/$cache"
  in_a_mount_namespace "
    mount --bind $HOME/$cache $HOME/$cache
    mount -o remount,ro,bind $HOME/$cache
    phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2
    phasic-cache verify >&2
    phasic-cache info >&2
    phasic-cache clear >&2 || [ \$? -eq 74 ]
    phasic-cache prune --max-files 1 --min-age 0 >&2 || [ \$? -eq 74 ]"
  expect_exit 0
  expect_the_numbers
  expect_stderr_has "not stored in the cache: Read-only file system"
  expect_equal "$(diff -r "$scratch/saved/graph" "$HOME/$cache")" ""
}

# Someone else's cache, which this user may read, and one that he may not even read.
test_an_unprivileged_user_reads_what_he_may() {
  [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || { skip "only root can be another user"; return; }
  prepare
  cp -r "$PHASIC_BIN" "$scratch/bin" # where that user may not enter the build directory
  local other="setpriv --reuid=65534 --regid=65534 --clear-groups env PATH=$scratch/bin:$PATH"
  other+=" HOME=/nonexistent PHASIC_CACHE_DIR=$HOME/$cache"
  chmod 755 "$scratch" "$HOME"
  chmod -R go+rX "$HOME/$cache"
  cp "$erlang" "$scratch/work/model.lua"
  chmod -R go+rX "$scratch/bin" "$scratch/work"
  run_line "$other phasic-moments $key --theta 2" # root's directory is trusted
  expect_exit 0
  expect_the_numbers
  chown -R 12345 "$HOME/$cache"
  run_line "$other phasic-moments $key --theta 2"
  expect_exit 66
  expect_stderr_has "belongs to user 12345"
  run_line "$other PHASIC_TRUST_CACHE=1 phasic-moments $key --theta 2"
  expect_exit 0
  expect_the_numbers
  chown -R 65534 "$HOME/$cache"
  chmod -R a-w "$HOME/$cache"
  before=$(cache_state)
  run_line "$other phasic-moments $key --theta 2"
  expect_exit 0
  expect_the_numbers
  run_line "$other phasic-build $scratch/work/model.lua -p stages=4 2>$scratch/warnings | $other phasic-moments --cache off --theta 2"
  expect_exit 0
  expect_stdout_has "mean      2"
  expect_equal "$(grep -c 'not stored in the cache: Permission denied' "$scratch/warnings")" 1
  run_line "$other phasic-cache clear"
  expect_exit 74
  expect_equal "$(cache_state)" "$before"
  chmod -R go-rwx,u-rx "$HOME/$cache"
  run_line "$other phasic-build $scratch/work/model.lua -p stages=4 2>$scratch/warnings | $other phasic-moments --cache off --theta 2"
  expect_exit 0
  expect_stdout_has "mean      2"
  expect_equal "$(grep -c . "$scratch/warnings")" 1
  chmod -R u+rwX "$HOME/$cache"
}

run_suite
