# Sourced by the suites of faults, after harness.sh: running a tool while one of its system calls fails or kills it.
# `during COMMAND` says what is done; `before` makes the cache anew; `judge` looks at what came of it.

erlang="$examples/erlang.lua"
cache=.phasic_cache
bend="$PHASIC_BUILD/tests/fault/bend"

# Whether calls can be bent here, as they are made: the sanitizers make some of their own.
can_bend() {
  [ -z "${PHASIC_SANITIZE:-}" ] && [ -x "$bend" ] && return
  echo "$current_test: not built for this processor, or sanitized: skipped"
  checks=$((checks + 1))
  return 1
}

# Whether what they do can be watched.
can_watch() {
  [ -z "${PHASIC_SANITIZE:-}" ] && strace -o /dev/null -e trace=openat true 2>/dev/null && return
  echo "$current_test: strace cannot trace these tools here: skipped"
  checks=$((checks + 1))
  return 1
}

# Erlang of 3 stages at rate 2: mean 3/2, variance 3/4.
numbers="mean      1.5
variance  0.75"
expect_the_numbers() { expect_equal "$(<"$scratch/out")" "$numbers"; }

# Who comes next builds and traces, or finds both, and has its numbers without a word.
expect_numbers_of_the_next() {
  phasic-build "$erlang" -p stages=3 2>"$scratch/err" | phasic-moments --theta 2 >"$scratch/out" 2>>"$scratch/err"
  status=$((PIPESTATUS[0] + PIPESTATUS[1]))
  last_command="whoever comes after $last_command"
  expect_exit 0
  expect_no_stderr
  expect_the_numbers
}

# A graph and its trace, and a cache that holds only the graph, to copy from. Times are copied as well: what is saved is
# as old as it was made.
prepare() {
  mkdir -p "$scratch/saved"
  rm -rf "${HOME:?}/$cache" "$scratch/saved"/*
  key=$(phasic-build --key "$erlang" -p stages=3)
  cp -a "$HOME/$cache" "$scratch/saved/graph"
  phasic-trace "$key" >"$scratch/out"
  cp -a "$HOME/$cache" "$scratch/saved/whole"
}
# restore NOTHING|graph|whole
restore() {
  rm -rf "${HOME:?}/$cache"
  [ "$1" = nothing ] || cp -a "$scratch/saved/$1" "$HOME/$cache"
}

# bend_once WAY CALLS ERRNO|- NTH COMMAND...: keeps standard output and error, the exit code in `status`, and in `place`
# the call that was bent, empty if none was. What is in `kind` bends more: nfs, alone.
kind=()
export BENT="$scratch/bent"
bend_once() {
  local way=$1 calls=$2 error=$3 nth=$4
  shift 4
  last_command="$* with $way $calls $error at $nth"
  [ "$error" = - ] && error=()
  : >"$BENT"
  # Who kills itself is not told of by bash in a subshell.
  ("$bend" "${kind[@]}" "$way" "$calls" "${error[@]}" "$nth" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    exit $?) 2>/dev/null
  status=$?
  place=""
  { read -r count && [ "$count" -gt 0 ] && read -r place; } <"$BENT"
  return 0
}
# inject CALLS:WHAT NTH COMMAND...: WHAT is error=EIO or signal=KILL.
declare -A numbers_of_errors=([ENOENT]=2 [EINTR]=4 [EIO]=5 [EAGAIN]=11 [ENOMEM]=12 [EACCES]=13 [EEXIST]=17 [EXDEV]=18
  [EMFILE]=24 [ENOSPC]=28 [EROFS]=30 [ESTALE]=116 [EDQUOT]=122)
inject() {
  local calls=${1%%:*} what=${1#*:} nth=$2
  shift 2
  case $what in
    signal=KILL) bend_once killed "$calls" - "$nth" "$@" ;;
    *) bend_once refused "$calls" "${numbers_of_errors[${what#error=}]}" "$nth" "$@" ;;
  esac
}
# expect_exit_among 'CODE...' 'what they are for'
expect_exit_among() {
  checks=$((checks + 1))
  [[ " $1 " == *" $status "* ]] || fail "exit $status is none for $2: $last_command: $place"
}
# Of tools that do not stop for what they warn of; others may say both (at_most_one_warning).
expect_one_complaint_at_most() {
  checks=$((checks + 1))
  local line complaints=0
  while IFS= read -r line; do [[ $line == " "* ]] || complaints=$((complaints + 1)); done <"$scratch/err"
  [ "$complaints" -le 1 ] || fail "more than one warning or error: $last_command: $place"
}
in_the_cache() { [[ $place == *"$cache"* ]]; }

# Whether a file of the cache could not be written for a reason that does not go away.
is_of_an_unfinished_write() {
  [[ $place =~ ^(write|fsync|close)\ .*$cache.*/\.tmp && $last_command =~ \ (5|28|122)\ at\  ]]
}

# Whether a signal came while bytes of the cache were moved: nobody need notice.
is_interruption() { [[ $place =~ ^(read|pread64|write)\ .*$cache && $last_command =~ \ 4\ at\  ]]; }
expect_nothing_noticed() {
  expect_exit 0
  expect_no_stderr
}

# How often `bend` bent something.
bent() { head -n 1 "$BENT"; }

# Paths of unfinished writes.
litter() { compgen -G "$HOME/$cache/.tmp*" || compgen -G "$HOME/$cache/*/??/.tmp*" || compgen -G "$HOME/$cache/*/index/??/.tmp*"; }

# Whatever happened: what is left in the cache is whole, and prune takes the litter when it is a day old.
expect_a_sound_cache() {
  phasic-cache verify >"$scratch/verified" 2>&1
  local sound=$?
  expect_true "$last_command: what is left is whole: $(<"$scratch/verified")" [ "$sound" -eq 0 ]
  litter >"$scratch/litter" || return 0
  find "$HOME" -mindepth 1 -exec touch -h -d '25 hours ago' {} +
  expect_true "prune takes the litter" phasic-cache prune -q --max-mb 100 --min-age 0
  expect_equal "$(find "$HOME" -name '.tmp*')" ""
}

# every_turn CALLS:WHAT COMMAND...: at the first call, the second ..., until a run goes through untouched. Before each
# run `before` is called, after each `judge`, which finds what `inject` leaves.
turns=0
every_turn() {
  local fault=$1 nth
  shift
  for ((nth = 1; nth <= 400; nth++)); do
    before
    inject "$fault" "$nth" "$@"
    [ -n "$place" ] || break
    turns=$((turns + 1))
    judge
  done
  expect_true "$fault: in the end a run went through untouched" [ "$nth" -le 400 ]
  judge_untouched
}

# killed_anywhere COMMAND...: at each turn of any call that has to do with files.
killed_anywhere() {
  every_turn mkdir,mkdirat,openat,newfstatat,write,pread64,fsync,close,linkat,unlinkat,renameat,utimensat:signal=KILL "$@"
}

# these_faults 'FAULT...' COMMAND...: each of them, at each turn.
these_faults() {
  turns=0
  local fault faults=$1
  shift
  for fault in $faults; do every_turn "$fault" "$@"; done
  echo "$current_test: $turns faults"
}
# all_faults COMMAND...: each error that a call can have.
all_faults() {
  local faults="
    openat:error=EMFILE openat:error=ESTALE openat:error=EACCES openat:error=ENOSPC openat:error=EROFS openat:error=EINTR
    newfstatat,fstat,statx:error=EIO newfstatat,fstat,statx:error=ESTALE
    read,pread64:error=EIO read,pread64:error=ESTALE read,pread64:error=EINTR getdents64:error=EIO
    write:error=ENOSPC write:error=EDQUOT write:error=EIO write:error=EINTR
    fsync:error=EIO close:error=EDQUOT fchmod:error=EROFS utimensat:error=EROFS mkdir,mkdirat:error=ENOSPC
    linkat:error=EIO linkat:error=EXDEV linkat:error=EDQUOT renameat:error=EIO renameat:error=ESTALE
    unlinkat:error=EIO unlinkat:error=EACCES"
  these_faults "$faults" "$@"
}

at_most_one_warning() {
  local text
  text=$(<"$scratch/err")
  expect_true "$last_command: one warning at most" [ "${text#*WARNING*WARNING}" = "$text" ]
}

# What came out of a tool before phasic-moments: a key or an object, from which the right numbers follow.
follow_the_output() {
  phasic-moments --theta 2 <"$scratch/out" >"$scratch/followed" 2>"$scratch/err.next"
  status=$?
  expect_exit 0
  expect_equal "$(<"$scratch/followed")" "$numbers"
}

judge_writer() {
  ! is_interruption || expect_nothing_noticed
  if [ "$status" -eq 0 ]; then
    # A file that could not be written whole is none, whatever its bytes look like.
    ! is_of_an_unfinished_write || expect_true "$last_command: $place: there is a warning" grep -q WARNING "$scratch/err"
    follow_the_output
    at_most_one_warning
  elif in_the_cache; then
    fail "exit $status, and the fault is in the cache: $place"
  else
    # The model, the graph's file or standard output itself; the loader ends with 127.
    expect_exit_among "66 70 73 74 127" "what cannot be read or written"
  fi
  expect_a_sound_cache
}

# It has only a key: a graph that cannot be read cannot be made anew.
judge_moments_of_a_key() {
  ! is_interruption || expect_nothing_noticed
  case $status in
    0) expect_the_numbers ;;
    66) in_the_cache && expect_stderr_has "key ${key:0:8}" ;;
    74) in_the_cache && fail "exit 74, and the fault is in the cache: $place" ;;
    *) fail "exit $status: $place" ;;
  esac
  at_most_one_warning
  expect_a_sound_cache
}
