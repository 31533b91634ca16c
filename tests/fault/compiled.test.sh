# phasic-build of a model written in C++ while its system calls fail: where its code is in the cache, and where it is
# compiled and put there. What the cache refuses is compiled, what it does not take is run all the same.
. "$(dirname "$0")/../cli/harness.sh"
. "$(dirname "$0")/inject.sh"

# The faults befall the tool, not the compiler: one that hands over at each call what the real one made once.
kind=(alone)
prepare_code() {
  mkdir -p "$scratch/saved" "$scratch/tmp"
  rm -rf "${HOME:?}/$cache" "$scratch/saved"/* "$scratch/tmp"/*
  cp "$PHASIC_SOURCE/tests/models/erlang.cpp" model.cpp
  c++ -std=c++20 -O1 -fPIC -shared -I "$PHASIC_SOURCE/include" -o "$scratch/saved/code.so" model.cpp
  cat >"$scratch/saved/c++" <<COMPILER
#!/bin/sh
[ "\$1" = --version ] && echo one that remembers && exit
while [ "\$1" != -o ]; do shift; done
exec cp "$scratch/saved/code.so" "\$2"
COMPILER
  chmod +x "$scratch/saved/c++"
  export CXX="$scratch/saved/c++" TMPDIR="$scratch/tmp"
  # Another graph's: its own has to be found with the code.
  phasic-build model.cpp -p stages=4 >"$scratch/out"
  cp -a "$HOME/$cache" "$scratch/saved/code"
}

# A program whose very first call fails has not begun: the loader dies as it can.
before_it_began() { [[ $last_command == *" at 1" ]]; }

# A graph is the one of the model; a fault in the cache costs what the cache would have saved, and nothing else does
# more than end the tool with a reason. Nothing is left where it was compiled, unless that could not be removed.
judge_build_of_code() {
  if [ "$status" -eq 0 ]; then
    follow_the_output
    at_most_one_warning
  elif in_the_cache; then
    fail "exit $status, and the fault is in the cache: $place"
  elif ! before_it_began; then
    expect_exit_among "65 66 69 73 74 127" "what is documented"
    expect_true "exit $status has its reason: $place" [ -s "$scratch/err" ]
  fi
  [[ $place == *"$TMPDIR"* ]] || expect_equal "$(ls "$TMPDIR")" ""
  rm -rf "${TMPDIR:?}"/*
  expect_a_sound_cache
}
judge() { judge_build_of_code; }
judge_untouched() {
  expect_exit 0
  expect_no_stderr
  follow_the_output
}

# The record, the object, the copy in memory, the loader.
test_code_in_the_cache_is_loaded_or_compiled_whatever_fails() {
  can_bend || return 0
  prepare_code
  before() { restore code; }
  these_faults "openat:error=EMFILE openat:error=ESTALE openat:error=EACCES newfstatat:error=EIO
    read:error=EIO pread64:error=EIO pread64:error=ESTALE pread64:error=EINTR write:error=ENOSPC memfd_create:error=EMFILE mmap:error=ENOMEM
    utimensat:error=EROFS" phasic-build model.cpp -p stages=3
  expect_true "there were faults" [ "$turns" -gt 200 ]
}

# Not close: one that is injected leaves the compiler's pipe open, and its end would never come.
test_code_that_is_compiled_is_run_and_kept_if_it_can_be() {
  can_bend || return 0
  prepare_code
  before() { restore nothing; }
  these_faults "write:error=ENOSPC write:error=EDQUOT fsync:error=EIO mkdir,mkdirat:error=ENOSPC
    linkat:error=EIO linkat:error=EXDEV renameat:error=EIO unlinkat:error=EIO pipe2:error=EMFILE
    clone3,vfork,clone:error=EAGAIN" phasic-build model.cpp -p stages=3
  expect_true "there were faults" [ "$turns" -gt 60 ]
}

run_suite
