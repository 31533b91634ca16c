# Compiled models that go wrong: each ends with one clear line and an exit code, and leaves nothing behind.
. "$(dirname "$0")/harness.sh"

libraries="$PHASIC_BUILD/tests/models"

# wrong EXIT 'TEXT' LIBRARY [OPTIONS]: the model fails with this code and text, in one line, and nothing is printed
# or stored.
wrong() {
  local code=$1 text=$2 library=$3
  shift 3
  run phasic-build "$libraries/$library.so" "$@"
  expect_exit "$code"
  expect_stderr_has "$text"
  expect_one_error_line
  expect_stdout ''
  expect_equal "$(find "$HOME/.phasic_cache" -name '*.phg' 2>/dev/null | wc -l)" 0
}
# fault NAME: the same, for what faults.cpp does in state (1).
fault() {
  local code=$1 text=$2 name=$3
  shift 3
  wrong "$code" "$text" faults -p fault="$name" "$@"
}

test_a_library_answers_like_any_model() {
  run phasic-build "$libraries/two_locus_arg.so" -p n=4
  expect_exit 0
  expect_no_stderr
  local key
  key=$(out)
  run phasic-build "$examples/two_locus_arg.lua" -p n=4
  expect_stdout "$key"
  run phasic-build --lookup "$libraries/two_locus_arg.so" -p n=4 -p dummy=0
  expect_stdout "$key"
  run phasic-build --lookup "$libraries/two_locus_arg.so" -p n=5
  expect_exit 1
  run phasic-build "$libraries/two_locus_arg.so" -p n=2:4
  expect_exit 0
  expect_equal "$(out | wc -l)" 3
}

test_help_model_shows_what_a_library_declares() {
  run phasic-build --help-model "$libraries/two_locus_arg.so"
  expect_exit 0
  expect_stdout_has 'n      integer  6  at least 1  number of chromosomes sampled'
  expect_stdout_has 'Theta (--theta): coalescence, recombination'
}

test_a_library_is_a_file_and_never_looked_for_on_a_path() {
  cp "$libraries/two_locus_arg.so" model.so
  run phasic-build --key model.so -p n=2
  expect_exit 0
  rm model.so
  run env LD_LIBRARY_PATH="$libraries" phasic-build two_locus_arg.so -p n=2
  expect_exit 66
}

test_the_request_is_the_content() {
  cp "$libraries/two_locus_arg.so" here.so
  run phasic-build "$libraries/two_locus_arg.so" -p n=2
  run phasic-build --lookup ./here.so -p n=2
  expect_exit 0
  printf x >>here.so
  run phasic-build --lookup ./here.so -p n=2
  expect_exit 1
}

test_what_is_no_model_is_refused() {
  wrong 65 'was built for ABI 2; this is ABI 1: build it again' other_abi
  wrong 65 'was built with the headers of a newer phasic' newer
  wrong 65 'exports no phasic_model' no_model
  wrong 65 'exports a phasic_model that is not whole' wrong_symbol
  wrong 65 'exports a phasic_model that is not whole' null_members
  wrong 65 'has no function define' no_define
  printf 'parameters {}' >text.so
  run phasic-build ./text.so
  expect_exit 65
  expect_stderr_has './text.so: is no shared library'
  head -c 5000 "$libraries/two_locus_arg.so" >short.so
  run phasic-build ./short.so
  expect_exit 65
  expect_stderr_has './short.so: '
  expect_one_error_line
  run phasic-build ./missing.so
  expect_exit 66
}

test_a_wrong_parameter_is_refused_as_in_lua() {
  wrong 65 "-p n=6.5: n is declared as an integer" two_locus_arg -p n=6.5
  wrong 65 '-p n=0: n is out of range; n is at least 1' two_locus_arg -p n=0
  wrong 65 "declares no parameter 'm'" two_locus_arg -p m=3
}

test_code_that_crashes_ends_with_one_line() {
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0  # whose runtime reports these itself
  fault 65 'crashed (SIGSEGV) while expanding state (1); ' segfault
  fault 65 'divided an integer by zero' divide
  fault 65 'aborted (SIGABRT) while expanding state (1); ' abort
  fault 65 'ended the process (exit) while expanding state (1); ' exit
  fault 65 'ended the process (exit) while expanding state (1); ' quick_exit
  fault 65 'ended the process (exit) while expanding state (1); ' _exit
  fault 65 'ended the process (exit) while expanding state (1); ' _Exit
  fault 65 'crashed (SIGSEGV) while expanding state (1); ' recursion
  fault 65 'aborted (SIGABRT) while it was declared; ' abort -p when=define
  fault 65 'crashed (SIGSEGV) while it was declared; ' segfault -p when=define
  fault 65 'crashed (SIGSEGV) while computing the rewards of state (1); ' segfault -p when=reward
}

test_code_that_crashes_when_it_is_loaded_ends_with_one_line() {
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0
  export PHASIC_TEST_LOAD_FAULT=segfault
  fault 65 'crashed (SIGSEGV) while it was loaded; ' none
  PHASIC_TEST_LOAD_FAULT=abort
  fault 65 'aborted (SIGABRT) while it was loaded; ' none
  unset PHASIC_TEST_LOAD_FAULT
  export PHASIC_TEST_UNLOAD_FAULT=abort
  run phasic-build "$libraries/faults.so"
  expect_exit 65
  expect_stderr_has 'aborted (SIGABRT) while it was unloaded; '
  unset PHASIC_TEST_UNLOAD_FAULT
}

test_exceptions_are_told_with_their_text() {
  fault 65 'in state (1): the model threw an exception: no such thing: xxxx' throw
  fault 65 'in state (1): the model threw an exception: of a type that is no std::exception' throw_int
  fault 65 'faults.so: the model threw an exception: no such thing: xxxx' throw -p when=define
  fault 65 'in state (1): the model says no; say yes' fail
  fault 69 'in state (1): out of memory' bad_alloc
  [ -n "${PHASIC_SANITIZE:-}" ] || fault 69 'in state (1): out of memory' too_much
}

test_an_exception_where_none_may_pass_ends_the_process_in_words() {
  run phasic-build "$libraries/faults.so" -p fault=terminate
  expect_exit 65
  expect_stderr_has 'aborted (SIGABRT) while expanding state (1); '
}

test_what_does_not_return_is_stopped() {
  fault 69 'took more than --max-seconds allow while expanding state (1); ' loop --max-seconds 0.3
  fault 69 'took more than --max-seconds allow while it was declared; ' loop -p when=define --max-seconds 0.05
  expect_equal "$(find "$HOME" . -name '.tmp*' | wc -l)" 0
}

test_what_allocates_without_end_is_stopped() {
  fault 69 'took more memory than --max-memory allows while expanding state (1); ' endless --max-memory 50MiB
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0
  fault 69 'took more memory than --max-memory allows while expanding state (1); ' allocate --max-memory 50MiB
  fault 69 'took more memory than --max-memory allows while it was declared; ' allocate -p when=define --max-memory 50MiB
}

test_a_stopped_model_leaves_an_output_file_as_it_was() {
  echo before >result
  run phasic-build "$libraries/faults.so" -p fault=loop --max-seconds 0.3 -o result
  expect_exit 69
  expect_equal "$(cat result)" before
  expect_equal "$(ls -A)" result
}

test_keys_before_the_fault_are_printed() {
  run phasic-build "$libraries/plain.so" -p fault=8:9
  expect_exit 65
  run phasic-build "$libraries/plain.so" -p fault=27:28
  expect_exit 65
  run phasic-build "$libraries/plain.so" -p fault=31:32
  expect_exit 0
  expect_equal "$(out | sort -u | wc -l)" 1
}

test_signals_outside_of_the_model_are_what_they_were() {
  run_line "timeout --preserve-status -s ABRT 0.3 phasic-build '$libraries/faults.so' -p fault=loop"
  expect_exit 65
  expect_stderr_has 'aborted (SIGABRT) while expanding state (1)'
  run_line "timeout --preserve-status -s TERM 0.3 phasic-build '$libraries/faults.so' -p fault=loop"
  expect_exit 143
  expect_no_stderr
}

run_suite
