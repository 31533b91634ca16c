# What the cache promises, seen from outside: system calls, full disks, signals, rot.
. "$(dirname "$0")/harness.sh"

erlang="$examples/erlang.lua"
cache=.phasic_cache
pipeline="phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2"
# Erlang of 3 stages at rate 2.
expect_the_numbers() {
  expect_near "$(awk '$1 == "mean" { print $2 }' "$scratch/out")" 1.5 1e-15
  expect_near "$(awk '$1 == "variance" { print $2 }' "$scratch/out")" 0.75 1e-14
}
can_trace() {
  strace -o /dev/null -e trace=openat true 2>/dev/null && return
  echo "$current_test: strace cannot trace here: skipped"
  checks=$((checks + 1))
  return 1
}
# The sanitizers make system calls of their own.
is_sanitized() { [ -n "${PHASIC_SANITIZE:-}" ]; }

test_a_cache_that_is_off_is_not_touched() {
  can_trace || return 0
  run_line "$pipeline"
  before=$(cache_state)
  find "$HOME" -exec touch -d '1 hour ago' {} +
  stamps=$(find "$HOME" -printf '%p %T@ %C@\n' | sort)
  export PHASIC_CACHE=off
  run_line "phasic-build $erlang -p stages=3 >$scratch/work/graph"
  run_line "phasic-trace $scratch/work/graph >$scratch/work/trace"
  i=0
  for command in "phasic-build $erlang -p stages=3" "phasic-trace $scratch/work/graph" \
    "phasic-moments --theta 2 $scratch/work/graph" "phasic-moments --theta 2 $scratch/work/trace"; do
    i=$((i + 1))
    run_line "strace -f -e trace=all -o $scratch/work/calls.$i $command | cat"
    expect_exit 0
    expect_true "$command: strace saw the start" grep -q execve "$scratch/work/calls.$i"
    expect_true "$command names the cache" sh -c "! grep -v execve '$scratch/work/calls.$i' | grep -F '$cache'"
  done
  expect_the_numbers
  run_line "$pipeline"
  expect_the_numbers
  unset PHASIC_CACHE
  expect_equal "$(cache_state)" "$before"
  expect_equal "$(find "$HOME" -printf '%p %T@ %C@\n' | sort)" "$stamps"
}

test_no_cache_file_is_mapped_or_locked() {
  can_trace || return 0
  for round in cold warm; do
    run_line "phasic-build $erlang -p stages=3"
    key=$(out)
    for command in "phasic-build $erlang -p stages=3" "phasic-trace $key" "phasic-moments $key --theta 2" \
      "phasic-cache verify" "phasic-cache prune --max-mb 1"; do
      run_line "strace -f -y -e trace=mmap,mmap2,flock,fcntl,fcntl64 -o $scratch/work/calls $command"
      expect_exit 0
      expect_true "$round: $command maps a cache file" sh -c "! grep mmap '$scratch/work/calls' | grep -F '$cache'"
      expect_true "$round: $command locks" sh -c "! grep -E 'flock|F_SETLK|F_OFD_SETLK' '$scratch/work/calls'"
    done
  done
}

# Nothing but directories and the two files of the root is opened by commands that only count.
test_info_and_prune_open_no_entry() {
  can_trace || return 0
  run_line "$pipeline"
  for command in "phasic-cache info" "phasic-cache prune --max-files 1 --min-age 0"; do
    run_line "strace -f -e trace=openat,open -o $scratch/work/calls $command"
    expect_exit 0
    expect_true "$command opens an entry" sh -c "! grep -E '[0-9a-f]{64}' '$scratch/work/calls'"
  done
}

test_what_cannot_be_stored_goes_down_the_pipe() {
  can_trace || return 0
  is_sanitized && return 0
  # In a cache that is empty its first files fail, in one that is begun the object itself.
  for begun in no yes; do for failure in fsync:error=EIO fsync:error=EDQUOT linkat,renameat:error=EIO mkdirat:error=ENOSPC mkdirat,mkdir:error=EROFS; do
    rm -rf "${HOME:?}/$cache"
    [ "$begun" = no ] || phasic-build --key "$erlang" -p stages=2 >"$scratch/out"
    before=$(find "$HOME" -name '*.ph?')
    run_line "strace -o /dev/null -e trace=${failure%%:*} -e inject=$failure \
                phasic-build $erlang -p stages=3 2>$scratch/work/warning | phasic-moments --theta 2 --cache off"
    expect_exit 0
    expect_the_numbers
    expect_equal "$(grep -c WARNING "$scratch/work/warning")" 1
    expect_equal "$(find "$HOME" -name '.tmp*' -o -name '*.ph?')" "$before"
    run strace -o /dev/null -e trace="${failure%%:*}" -e inject="$failure" phasic-build --key "$erlang" -p stages=3
    expect_exit 73
    expect_stdout ""
  done; done
}

test_a_limit_on_file_sizes_costs_caching_only() {
  run_line "(ulimit -f 1; phasic-build $examples/kingman.lua -p n=14) 2>$scratch/work/warning | cat >$scratch/work/graph"
  expect_exit 0
  expect_equal "$(grep -c 'not stored in the cache: File too large' "$scratch/work/warning")" 1
  expect_true "the graph went down the pipe" [ -s "$scratch/work/graph" ]
  expect_equal "$(find "$HOME/$cache" -name '.tmp*' -o -name '*.phg')" ""
  run_line "ulimit -f 1; phasic-build --key $examples/kingman.lua -p n=14"
  expect_exit 73
}

test_a_read_only_cache_serves() {
  run_line "$pipeline"
  key=$(phasic-build "$erlang" -p stages=3)
  find "$HOME/$cache" -exec touch -d '5 hours ago' {} +
  cat >"$scratch/work/inside" <<SCRIPT
set -e
mount --bind "$HOME/$cache" "$HOME/$cache"
mount -o remount,ro,bind "$HOME/$cache"
phasic-build -v "$erlang" -p stages=3
phasic-moments $key --theta 2
phasic-build --key "$erlang" -p stages=4 || echo "exit \$?"
phasic-build "$erlang" -p stages=4 | phasic-moments --theta 2 --tsv
SCRIPT
  if [ "$(id -u)" -ne 0 ]; then
    chmod -R a-w "$HOME/$cache"
    sed -i /mount/d "$scratch/work/inside"
    run bash "$scratch/work/inside"
    chmod -R u+w "$HOME/$cache"
  elif unshare -m true 2>/dev/null; then
    run unshare -m bash "$scratch/work/inside"
    grep -q 'mount:' "$scratch/err" && { echo "$current_test: cannot mount here: skipped"; return; }
  else
    echo "$current_test: neither a user nor a mount namespace: skipped"
    checks=$((checks + 1))
    return
  fi
  expect_exit 0
  expect_stderr_has "cache hit"
  expect_the_numbers
  expect_stdout_has "exit 73"
  # Two builds and the moments of what was not there: one warning each.
  expect_true "a warning per process, and no more" [ "$(grep -c 'WARNING' "$scratch/err")" -le 3 ]
  expect_stderr_has "not stored in the cache"
}

test_damage_is_one_warning_and_the_right_numbers() {
  run_line "$pipeline"
  for file in "$HOME/$cache"/*/??/* "$HOME/$cache"/*/index/??/*; do
    printf x | dd of="$file" bs=1 seek=40 conv=notrunc status=none
    run_line "$pipeline"
    expect_exit 0
    expect_the_numbers
    expect_equal "$(grep -c WARNING "$scratch/err")" 1
    expect_stderr_has "$file: "
    expect_stderr_has "; removed"
    run_line "$pipeline"
    expect_no_stderr
  done
}

# make_newer FILE OFFSET: what a later version of phasic might have written instead: an object whose container (8) or
# content (28) is of the next version, or such a record (0), whole and under its digest. Prints its path.
make_newer() {
  python3 - "$1" "$2" <<'END'
import hashlib, os, struct, sys
path, offset = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
os.chmod(path, 0o600)
if offset == 0:
    text = data.replace(b"phasic record 1", b"phasic record 2")
    text = text[:text.rindex(b"checksum ")]
    open(path, "wb").write(text + b"checksum " + hashlib.sha256(text).hexdigest().encode() + b"\n")
    print(path)
    sys.exit()
struct.pack_into("<I", data, offset, struct.unpack_from("<I", data, offset)[0] + 1)
digest = hashlib.sha256(data[:-32])
data[-32:] = digest.digest()
name = digest.hexdigest()
layer = os.path.dirname(os.path.dirname(path))
place = os.path.join(layer, name[:2], name + os.path.splitext(path)[1])
os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
open(place, "wb").write(data)
os.chmod(place, 0o600)
os.remove(path)
print(place)
END
}
# say_of_records OLD NEW: every record that leads to one object leads to another.
say_of_records() {
  python3 - "$HOME/$cache" "$1" "$2" <<'END'
import hashlib, os, sys
root, old, new = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
for directory, _, names in os.walk(root):
    for path in (os.path.join(directory, name) for name in names if "/index/" in directory):
        text = open(path, "rb").read()
        if b"object " + old not in text: continue
        text = text[:text.rindex(b"checksum ")].replace(b"object " + old, b"object " + new)
        open(path, "wb").write(text + b"checksum " + hashlib.sha256(text).hexdigest().encode() + b"\n")
END
}
hash_in() { basename "${1%.*}"; }

test_what_a_newer_version_wrote_is_one_warning_and_the_right_numbers() {
  for model in "$erlang" "$PHASIC_SOURCE/tests/models/erlang.cpp"; do
    line="phasic-build $model -p stages=3 | phasic-trace | phasic-moments --theta 2"
    for offset in 0 8 28; do
      rm -rf "${HOME:?}/$cache"
      run_line "$line"
      expect_exit 0
      [ "$offset" -eq 0 ] && files=$(find "$HOME/$cache" -path '*/index/*' -type f) ||
        files=$(find "$HOME/$cache" -name '*.ph[gtc]')
      for file in $files; do
        newer=$(make_newer "$file" "$offset")
        [ "$offset" -eq 0 ] || say_of_records "$(hash_in "$file")" "$(hash_in "$newer")"
        # Code is looked for where its graph is not there.
        case $file in
          */compiled/*) find "$HOME/$cache/graphs" -type f -delete ;;
        esac
        run_line "$line"
        expect_exit 0
        expect_the_numbers
        expect_true "$file at $offset: one warning" [ "$(grep -c WARNING "$scratch/err")" -eq 1 ]
        expect_true "$newer: what the newer version wrote stays" [ "$offset" -eq 0 -o -e "$newer" ]
        run_line "$line"
        expect_exit 0
        expect_the_numbers
        expect_no_stderr
        run phasic-cache verify
        expect_exit 0
      done
    done
  done
}

test_a_key_that_only_a_newer_version_reads_says_so() {
  local key newer offset
  for offset in 8 28; do
    rm -rf "${HOME:?}/$cache"
    key=$(phasic-build --key "$erlang" -p stages=3)
    newer=$(hash_in "$(make_newer "$HOME/$cache/graphs/${key:0:2}/$key.phg" "$offset")")
    for tool in phasic-trace "phasic-moments --theta 2"; do
      for text in "$newer" "${newer:0:8}"; do
        # shellcheck disable=SC2086 # several words
        run $tool "$text"
        expect_exit 65
        expect_equal "$(grep -c WARNING "$scratch/err")" $((offset == 8 ? 1 : 0))
        expect_true "says that this version does not read it" grep -qE "that this version (of phasic does not|cannot) read; .*build" "$scratch/err"
      done
    done
    run phasic-cache cat "$newer"
    expect_exit $((offset == 8 ? 65 : 0))
    [ "$offset" -eq 8 ] || continue
    expect_stderr_has "use the version that wrote it, or copy the file"
    run phasic-cache show "$newer"
    expect_exit 65
    expect_one_error_line
    expect_stderr_has "$newer.phg: is of a format that this version of phasic does not read; use the version that wrote it"
  done
}

test_a_killed_build_leaves_nothing_that_is_read() {
  can_trace || return 0
  is_sanitized && return 0
  calls=mkdir,mkdirat,openat,newfstatat,write,fsync,close,linkat,unlinkat,renameat,renameat2
  for ((n = 1; n < 400; n++)); do
    run bash -c "strace -o /dev/null -e trace=$calls -e inject=$calls:signal=KILL:when=$n \
                   phasic-build $erlang -p stages=3; exit \$?"
    finished=$status
    phasic-cache verify >"$scratch/out" 2>"$scratch/err"
    status=$?
    expect_exit 0
    [ "$finished" -eq 0 ] && break
    # Whatever is left over is taken by prune when it is a day old.
    find "$HOME" -mindepth 1 -exec touch -h -d '25 hours ago' {} +
    phasic-cache prune -q --max-mb 100 >"$scratch/out" 2>&1
    expect_equal "$(find "$HOME" -name '.tmp*')" ""
  done
  expect_true "the build succeeded in the end, untouched, at $n" [ "$n" -gt 20 ]
  expect_true "and not for want of trying" [ "$n" -lt 400 ]
  run_line "$pipeline"
  expect_no_stderr
  expect_the_numbers
}

test_every_error_at_every_call_costs_caching_only() {
  can_trace || return 0
  is_sanitized && return 0
  for failure in mkdirat:ENOSPC fsync:EDQUOT linkat:EIO linkat:EPERM linkat:EXDEV renameat:EIO fsync:ESTALE unlinkat:EIO \
    fchmod:EPERM utimensat:EROFS; do
    call=${failure%:*}
    for n in 1 2 3 4 1+; do
      rm -rf "${HOME:?}/$cache"
      run_line "strace -o /dev/null -e trace=$call -e inject=$call:error=${failure#*:}:when=$n \
                  phasic-build $erlang -p stages=3 2>$scratch/work/warning | phasic-moments --theta 2"
      expect_exit 0
      expect_the_numbers
      expect_true "$failure at $n: at most one warning" [ "$(grep -c . "$scratch/work/warning")" -le 1 ]
      run phasic-cache verify
      expect_exit 0
    done
  done
}

test_what_goes_between_finding_and_showing_is_missing_not_damaged() {
  can_trace || return 0
  is_sanitized && return 0
  local key
  key=$(phasic-build "$erlang" -p stages=3)
  run strace -o /dev/null -P "$key.phg" -e trace=openat -e inject=openat:error=ENOENT phasic-cache show "$key"
  expect_exit 66
  expect_one_error_line
  expect_stderr_has "key $key: no longer in the cache (pruned?)"
}

test_a_signal_ends_a_build_without_a_trace() {
  can_trace || return 0
  is_sanitized && return 0
  for signal in TERM:143 INT:130 HUP:129; do
    rm -rf "${HOME:?}/$cache"
    for ((n = 1; n <= 3; n++)); do
      run bash -c "strace -o /dev/null -e trace=fsync -e inject=fsync:signal=${signal%:*}:when=$n \
                     phasic-build $erlang -p stages=3; exit \$?"
      expect_exit "${signal#*:}"
      expect_equal "$(find "$HOME" -name '.tmp*')" ""
    done
  done
}

# Every call that reads, failing at each of its turns: the numbers are right, or the key's data is not there.
test_every_error_at_every_read_is_a_miss() {
  can_trace || return 0
  is_sanitized && return 0
  run_line "$pipeline"
  key=$(phasic-build "$erlang" -p stages=3)
  cp -a "$HOME/$cache" "$scratch/work/whole"
  for failure in openat:ESTALE newfstatat:ESTALE pread64:ESTALE openat:EACCES newfstatat:EIO pread64:EIO pread64:EINTR; do
    call=${failure%:*}
    for ((n = 1; n < 60; n++)); do
      rm -rf "${HOME:?}/$cache"
      cp -a "$scratch/work/whole" "$HOME/$cache"
      run strace -o "$scratch/work/calls" -e trace="$call" -e inject="$call:error=${failure#*:}:when=$n" \
        phasic-moments "$key" --theta 2
      grep -q INJECTED "$scratch/work/calls" || break
      case $failure:$status in
        # Tried once more: nobody notices.
        *ESTALE:0 | *EINTR:0) expect_the_numbers ;;
        *:0) expect_the_numbers ;;
        *ESTALE:* | *EINTR:*) fail "$failure at $n: exit $status" ;;
        *:66) expect_stderr_has "key ${key:0:8}" ;;
        *) fail "$failure at $n: exit $status" ;;
      esac
      expect_true "$failure at $n: a warning, and an error, at most" [ "$(grep -cv '^ ' "$scratch/err")" -le 2 ]
      run phasic-cache verify
      expect_exit 0
    done
    expect_true "$failure happened, and the last run had no such call left" [ "$n" -gt 3 ]
    expect_true "$failure: the loop ended" [ "$n" -lt 60 ]
  done
}

# strace makes the file system's type that of NFS.
test_a_key_is_looked_for_again_on_a_network_file_system() {
  can_trace || return 0
  nfs="strace -f -o /dev/null -e trace=fstatfs -e inject=fstatfs:poke_exit=@arg2=6969000000000000"
  $nfs true 2>/dev/null || { echo "$current_test: this strace cannot change what a call returns: skipped"; return; }
  key=$(phasic-build --key "$erlang" -p stages=3)
  mv "$HOME/$cache/graphs/${key:0:2}" "$scratch/work/late"
  run_line "(sleep 0.5; mv $scratch/work/late $HOME/$cache/graphs/${key:0:2}) & $nfs phasic-moments $key --theta 2"
  expect_exit 0
  expect_the_numbers
  begin=$(date +%s%N)
  run_line "$nfs phasic-moments 0123456789abcdef --theta 2"
  expect_exit 66
  expect_true "it looked for two seconds" [ $(($(date +%s%N) - begin)) -ge 1900000000 ]
  begin=$(date +%s%N)
  run_line "phasic-moments 0123456789abcdef --theta 2"
  expect_true "locally it does not wait" [ $(($(date +%s%N) - begin)) -lt 1000000000 ]
}

test_files_are_synced_before_they_are_published_unless_waived() {
  can_trace || return 0
  run_line "strace -o $scratch/work/calls -e trace=fsync,linkat phasic-build $erlang -p stages=3"
  expect_exit 0
  expect_true "fsync comes before link" [ "$(grep -n fsync "$scratch/work/calls" | head -n 1 | cut -d: -f1)" -lt \
    "$(grep -n linkat "$scratch/work/calls" | head -n 1 | cut -d: -f1)" ]
  run_line "PHASIC_CACHE_FSYNC=0 strace -o $scratch/work/calls -e trace=fsync,linkat phasic-build $erlang -p stages=4"
  expect_exit 0
  expect_true "a link" grep -q linkat "$scratch/work/calls"
  expect_true "no fsync" sh -c "! grep -q fsync '$scratch/work/calls'"
}

test_a_group_can_share_a_cache() {
  mkdir "$scratch/work/shared"
  chmod 2770 "$scratch/work/shared"
  export PHASIC_CACHE_DIR="$scratch/work/shared" PHASIC_TRUST_CACHE=1
  run_line "umask 077; $pipeline"
  expect_exit 0
  expect_no_stderr
  expect_equal "$(find "$scratch/work/shared" -type f ! -perm 660)" ""
  expect_equal "$(find "$scratch/work/shared" -type d ! -perm 2770)" ""
  unset PHASIC_TRUST_CACHE
  run_line "$pipeline"
  expect_exit 0
  expect_the_numbers
  expect_stderr_has "the cache is off"
  unset PHASIC_CACHE_DIR
}

test_sixty_four_builds_at_once_make_one_graph() {
  run_line "for i in \$(seq 64); do phasic-build $erlang -p stages=5 & done; wait"
  expect_exit 0
  expect_no_stderr
  expect_equal "$(sort -u "$scratch/out" | wc -l)" 1
  expect_equal "$(wc -l <"$scratch/out")" 64
  expect_equal "$(find "$HOME/$cache/graphs" -type f | wc -l)" 2
}

# A tool that has only a key cannot make what is gone: it says so. Every number that is printed is right.
test_the_whole_cache_may_vanish_at_any_time() {
  run_line "(for i in \$(seq 60); do rm -rf $HOME/$cache; done) 2>/dev/null & for i in \$(seq 20); do $pipeline; done; wait"
  expect_exit 0
  expect_equal "$(grep '^mean' "$scratch/out" | sort -u)" "mean      1.5"
  expect_equal "$(($(grep -c '^mean' "$scratch/out") + $(grep -c 'no longer in the cache (pruned?)' "$scratch/err")))" 20
}

run_suite
