# Something else in the place of each part of a cache: no tool hangs, follows it, reads or removes what lies outside, or
# prints a wrong number.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

limit=20 # seconds; a tool that opens a FIFO waits for ever

# put KIND PATH: replaces PATH.
put() {
  rm -rf "$2"
  case $1 in
    link) ln -s "$scratch/outside/file" "$2" ;;
    link-to-directory) ln -s "$scratch/outside" "$2" ;;
    dangling) ln -s "$scratch/outside/nothing" "$2" ;;
    loop) ln -s "$(basename "$2")" "$2" ;;
    fifo) mkfifo "$2" ;;
    device) mknod "$2" c 1 5 2>/dev/null ;; # /dev/zero never ends
    directory) mkdir "$2" && echo inside >"$2/file" ;;
    empty) : >"$2" ;;
    huge) truncate -s 1T "$2" 2>/dev/null ;;
    socket) python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$2" 2>/dev/null ;;
  esac
}
kinds="link link-to-directory dangling loop fifo device directory empty huge socket"
[ -z "${PHASIC_SANITIZE:-}" ] || kinds="link fifo directory empty" # a start takes ten times as long

make_outside() {
  rm -rf "$scratch/outside"
  mkdir -p "$scratch/outside/ab"
  echo "not yours" >"$scratch/outside/file"
  # It would be pruned and cleared if it were ours.
  cp "$(phasic-cache path "$key")" "$scratch/outside/"
  mkdir "$scratch/outside/${key:0:2}"
  cp "$(phasic-cache path "$key")" "$scratch/outside/${key:0:2}/"
  find "$scratch/outside" -exec touch -d '3 days ago' {} +
  outside=$(find "$scratch/outside" -type f -printf '%p %T@ %s\n' | sort)
}
expect_outside_untouched() {
  expect_equal "$(find "$scratch/outside" -type f -printf '%p %T@ %s\n' | sort)" "$outside"
}

expect_everything_to_end_well() {
  local what=$1
  run_line "timeout $limit phasic-build $erlang -p stages=3 | timeout $limit phasic-trace | timeout $limit phasic-moments --theta 2"
  last_command="$what"
  expect_exit 0
  expect_the_numbers
  for command in "verify" "info" "list" "prune --max-files 1 --min-age 0" "clear"; do
    run timeout "$limit" phasic-cache $command
    last_command="$what: phasic-cache $command"
    expect_true "$last_command: exit $status" grep -qw "$status" <<<"0 1 66 74"
  done
  expect_outside_untouched
}

test_something_else_in_the_place_of_any_part() {
  prepare
  make_outside
  restore whole
  local parts
  parts=$(cd "$HOME" && find "$cache" -mindepth 1 | sort)
  for part in $parts; do
    for kind in $kinds; do
      restore whole
      put "$kind" "$HOME/$part" && [ -e "$HOME/$part" -o -L "$HOME/$part" ] || continue
      expect_everything_to_end_well "$kind in the place of $part"
    done
  done
}

test_something_else_in_the_place_of_the_root() {
  prepare
  make_outside
  for kind in dangling loop fifo device empty socket; do
    put "$kind" "$HOME/$cache" && [ -e "$HOME/$cache" -o -L "$HOME/$cache" ] || continue
    expect_everything_to_end_well "$kind in the place of the root"
    rm -f "$HOME/$cache"
  done
}

test_something_else_in_the_place_of_prunes_lock() {
  prepare
  make_outside
  for kind in $kinds; do
    restore whole
    put "$kind" "$HOME/$cache/.prune.lock" && [ -e "$HOME/$cache/.prune.lock" -o -L "$HOME/$cache/.prune.lock" ] || continue
    expect_everything_to_end_well "$kind in the place of the lock"
  done
}

# Names that nobody of ours gives, beside those that we give.
test_names_that_are_not_ours_are_left_alone() {
  prepare
  restore whole
  local shard="$HOME/$cache/graphs/${key:0:2}" name
  for name in "$key" "$key.pht" "${key^^}.phg" "$key.phg~" "x$key.phg" "${key:0:63}.phg" ".tmp" ".tmp.host" "..phg" \
    "$(printf 'x%.0s' $(seq 250))" $'new\nline' "../escape" "graph.pkl"; do
    echo theirs >"$shard/$name"
  done
  echo theirs >"$HOME/$cache/graphs/index/${key:0:2}" 2>/dev/null || echo theirs >"$HOME/$cache/graphs/index/zz"
  find "$HOME/$cache" -exec touch -d '3 days ago' {} +
  before=$(grep -rl theirs "$HOME/$cache" | sort | wc -l)
  run phasic-cache prune --max-files 1 --min-age 0
  expect_exit 0
  run phasic-cache clear
  expect_exit 0
  expect_equal "$(grep -rl theirs "$HOME/$cache" | wc -l)" "$before"
  expect_equal "$(find "$HOME/$cache" -name '*.ph?' -size +1k)" ""
}

run_suite
