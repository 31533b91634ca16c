# What travels between the tools: keys, prefixes, files, objects; and what happens to what is neither.
. "$(dirname "$0")/harness.sh"

arg="$examples/two_locus_arg.lua"
erlang="$examples/erlang.lua"
golden_mean=1.300798319675968
golden_variance=0.5844898758255812

statistic() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/out"; }

# The key of a small graph, stored.
erlang_key() { phasic-build --key "$erlang" -p stages="${1:-3}"; }

test_the_pipeline_gives_the_golden_moments() {
  run_line "phasic-build $arg -p n=6 | phasic-trace | phasic-moments --theta 2,5"
  expect_exit 0
  expect_no_stderr
  expect_near "$(statistic mean)" $golden_mean 1e-14
  expect_near "$(statistic variance)" $golden_variance 1e-13
}

test_moments_records_the_trace_itself_where_there_is_none() {
  run_line "phasic-build $arg -p n=6 | phasic-moments --theta 2,5"
  expect_exit 0
  expect_near "$(statistic mean)" $golden_mean 1e-14
  run phasic-trace --check "$(phasic-build --key "$arg" -p n=6)"
  expect_exit 0
}

test_the_same_key_travels_at_every_stage() {
  run phasic-build "$erlang"
  key=$(out)
  expect_equal "${#key}" 64
  run_line "phasic-build $erlang | phasic-trace"
  expect_stdout "$key"
  run_line "phasic-build $erlang | phasic-trace | phasic-trace"
  expect_stdout "$key"
}

test_a_second_run_hits_both_layers_and_says_so() {
  run_line "phasic-build $arg -p n=4 | phasic-trace"
  run phasic-build -v "$arg" -p n=4
  expect_stderr_has "[INFO] phasic-build: cache hit"
  run phasic-trace -v "$(out)"
  expect_stderr_has "[INFO] phasic-trace: cache hit"
}

test_a_parameter_that_changes_nothing_lands_on_the_same_graph() {
  run phasic-build --key "$arg" -p n=4
  key=$(out)
  phasic-trace "$key" >"$scratch/trace"
  run phasic-build -v "$arg" -p n=4 -p dummy=42
  expect_stdout "$key"
  expect_true "explored once more" sh -c "! grep -q 'cache hit' '$scratch/err'"
  run phasic-trace -v "$key"
  expect_stderr_has "cache hit"
}

test_keys_are_taken_whole_and_as_prefixes_of_8_digits() {
  key=$(erlang_key)
  for text in "$key" "${key:0:63}" "${key:0:8}"; do
    run phasic-moments "$text" --theta 2
    expect_exit 0
    expect_near "$(statistic mean)" 1.5 1e-15
    run phasic-trace "$text"
    expect_stdout "$key"
  done
}

test_seven_digits_are_too_few() {
  key=$(erlang_key)
  run phasic-trace "${key:0:7}"
  expect_exit 66
  expect_one_error_line
  expect_stderr_has "a key needs at least 8 digits"
}

test_an_ambiguous_prefix_lists_its_candidates() {
  key=$(erlang_key)
  shard="$HOME/.phasic_cache/graphs/${key:0:2}"
  twin="${key:0:8}$(printf '0%.0s' {1..56})"
  cp "$shard/$key.phg" "$shard/$twin.phg"
  run phasic-moments "${key:0:8}" --theta 1
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "ambiguous"
  expect_stderr_has "  $key"
  expect_stderr_has "  $twin"
}

test_an_unknown_key_is_exit_66_and_says_how_to_get_it_back() {
  erlang_key >"$scratch/key"
  unknown=$(printf 'deadbeef%.0s' {1..8})
  for tool in "phasic-trace" "phasic-moments --theta 1"; do
    run $tool "$unknown"
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "key deadbeef…: no longer in the cache (pruned?); build it again with: phasic-build ..."
    run $tool deadbeef
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "key deadbeef: not in the cache"
  done
}

test_a_key_whose_data_is_gone_is_exit_66() {
  key=$(erlang_key)
  rm -rf "$HOME/.phasic_cache"
  run phasic-moments "$key" --theta 1
  expect_exit 66
  expect_stderr_has "no longer in the cache (pruned?)"
}

test_a_key_means_nothing_where_the_cache_is_off() {
  key=$(erlang_key)
  for text in "$key" "${key:0:8}"; do
    PHASIC_CACHE=off run phasic-moments "$text" --theta 1
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "the cache is off"
  done
}

test_a_traces_key_names_the_graphs_key() {
  key=$(erlang_key)
  phasic-trace "$key" >"$scratch/key"
  trace=$(basename "$(find "$HOME/.phasic_cache/traces" -name '*.pht')" .pht)
  for tool in "phasic-trace" "phasic-moments --theta 1"; do
    run $tool "$trace"
    expect_exit 65
    expect_one_error_line
    expect_stderr_has "is a trace; give its graph's key $key"
  done
}

test_a_file_of_a_key_like_name_needs_its_path() {
  phasic-build "$erlang" -p stages=3 -o deadbeef
  run phasic-moments ./deadbeef --theta 2
  expect_exit 0
  expect_near "$(statistic mean)" 1.5 1e-15
  run phasic-moments deadbeef --theta 2
  expect_exit 66
  expect_stderr_has "write ./deadbeef"
}

test_files_keys_and_standard_input_mix() {
  key=$(erlang_key 3)
  phasic-build "$erlang" -p stages=4 -o four.phg
  run_line "phasic-build $erlang -p stages=5 | phasic-trace $key - ./four.phg"
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 3
  expect_equal "$(head -1 "$scratch/out")" "$key"
  expect_equal "$(sed -n 3p "$scratch/out")" "$(erlang_key 4)"
}

test_key_lines_may_end_as_in_dos() {
  key=$(erlang_key)
  run_line "printf '%s\\r\\n' $key | phasic-trace"
  expect_exit 0
  expect_stdout "$key"
}

test_a_pipeline_without_a_cache_gives_the_same_bytes_and_touches_nothing() {
  run_line "phasic-build $arg -p n=5 | phasic-trace | phasic-moments --theta 2,5"
  with_cache=$(out)
  rm -rf "$HOME/.phasic_cache"
  run_line "export PHASIC_CACHE=off; phasic-build $arg -p n=5 | phasic-trace | phasic-moments --theta 2,5"
  expect_exit 0
  expect_no_stderr
  expect_stdout "$with_cache"
  expect_equal "$(ls -A "$HOME")" ""
}

test_without_a_cache_no_system_call_names_its_directory() {
  command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || return 0
  # strace would hide leaks from the sanitizer and be slow with it.
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0
  export PHASIC_CACHE_DIR="$HOME/the-cache"
  run_line "export PHASIC_CACHE=off; strace -f -o build.calls phasic-build $erlang | strace -f -o trace.calls phasic-trace |
    strace -f -o moments.calls phasic-moments --theta 1"
  unset PHASIC_CACHE_DIR
  expect_exit 0
  for tool in build trace moments; do
    expect_true "strace saw phasic-$tool" grep -q execve $tool.calls
    expect_equal "$(grep -v execve $tool.calls | grep -F the-cache)" ""
  done
}

test_objects_travel_where_the_cache_is_off_for_some_tools_only() {
  run_line "PHASIC_CACHE=off phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2"
  expect_exit 0
  expect_near "$(statistic mean)" 1.5 1e-15
  run_line "phasic-build $erlang -p stages=3 -o - | PHASIC_CACHE=off phasic-trace | phasic-moments --theta 2"
  expect_exit 0
  expect_near "$(statistic mean)" 1.5 1e-15
}

test_an_output_file_holds_what_the_next_tool_needs() {
  run phasic-build "$erlang" -p stages=3 -o graph.phg
  expect_exit 0
  expect_stdout ""
  PHASIC_CACHE=off run phasic-trace graph.phg -o both.phasic
  expect_exit 0
  PHASIC_CACHE=off run phasic-moments both.phasic --theta 2
  expect_exit 0
  expect_near "$(statistic mean)" 1.5 1e-15
}

test_an_output_file_that_cannot_be_written_is_exit_73() {
  run phasic-build "$erlang" -o nowhere/graph.phg
  expect_exit 73
  expect_one_error_line
  expect_stderr_has "nowhere/graph.phg"
}

test_key_is_exit_73_where_nothing_could_be_stored() {
  PHASIC_CACHE=off run phasic-build --key "$erlang"
  expect_exit 73
  expect_one_error_line
  expect_stdout ""
  phasic-build "$erlang" -o graph.phg
  PHASIC_CACHE=off run phasic-trace --key graph.phg
  expect_exit 73
  expect_one_error_line
  expect_stdout ""
}

test_binary_never_goes_to_a_terminal() {
  command -v script >/dev/null || return 0
  PHASIC_CACHE=off run script -qec "phasic-build $erlang" /dev/null
  expect_exit 73
  expect_stdout_has "standard output: is a terminal"
  expect_true "no binary was shown" sh -c "! grep -q PHASIC '$scratch/out'"
}

test_input_from_a_terminal_is_exit_2() {
  command -v script >/dev/null || return 0
  for tool in "phasic-trace" "phasic-moments --theta 1"; do
    run script -qec "$tool" /dev/null
    expect_exit 2
    expect_stdout_has "standard input is a terminal"
  done
}

test_empty_input_is_exit_66() {
  for tool in "phasic-trace" "phasic-moments --theta 1"; do
    run $tool </dev/null
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "standard input: is empty"
  done
}

test_a_failure_upstream_does_not_look_like_a_result() {
  run_line "phasic-build $erlang -p stages=0.5 | phasic-trace | phasic-moments --theta 1"
  expect_true "the line fails" [ "$status" -ne 0 ]
  expect_stdout ""
  expect_stderr_has "phasic-build: "
}

test_garbage_on_the_pipe_is_exit_65_and_says_what_it_saw() {
  for tool in "phasic-trace" "phasic-moments --theta 1"; do
    run_line "echo 'mean 1.3' | $tool"
    expect_exit 65
    expect_one_error_line
    expect_stderr_has "standard input: neither a key nor an object: it starts with 'mean 1.3'"
    run_line "head -c 5000 /dev/zero | $tool"
    expect_exit 65
    expect_one_error_line
  done
}

test_a_truncated_object_on_the_pipe_is_exit_65() {
  phasic-build "$erlang" -o graph.phg
  size=$(stat -c %s graph.phg)
  for length in 1 7 63 64 100 $((size / 2)) $((size - 1)); do
    for tool in "phasic-trace" "phasic-moments --theta 1"; do
      run_line "head -c $length graph.phg | $tool"
      expect_exit 65
      expect_one_error_line
      expect_stdout ""
    done
  done
}

test_a_damaged_object_is_exit_65() {
  phasic-build "$erlang" -o graph.phg
  printf '\377' | dd of=graph.phg bs=1 seek=200 conv=notrunc 2>/dev/null
  run phasic-moments graph.phg --theta 1
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "graph.phg"
}

test_a_file_that_is_no_graph_is_exit_65() {
  run phasic-moments "$erlang" --theta 1
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "erlang.lua: neither a key nor an object"
}

test_a_missing_file_is_exit_66() {
  run phasic-moments nowhere.phg --theta 1
  expect_exit 66
  expect_one_error_line
  expect_stderr_has "nowhere.phg: cannot open: No such file or directory"
}

test_a_directory_is_exit_66() {
  mkdir models
  run phasic-trace models
  expect_exit 66
  expect_one_error_line
  expect_stderr_has "models: is a directory"
}

test_a_reader_that_goes_away_ends_a_tool_quietly() {
  key=$(erlang_key)
  run_line "yes $key | head -n 20000 | phasic-trace | head -n 1"
  expect_stdout "$key"
  expect_no_stderr
}

test_an_item_is_answered_before_the_next_is_there() {
  local key answer=""
  key=$(erlang_key)
  coproc tracing { phasic-trace; }
  echo "$key" >&"${tracing[1]}"
  read -r -t 20 answer <&"${tracing[0]}"
  expect_equal "$answer" "$key"
  exec {tracing[1]}>&-
  wait "$tracing_PID"
}

test_bad_input_leaves_the_cache_as_it_was() {
  erlang_key >"$scratch/key"
  before=$(cache_state)
  run_line "echo garbage | phasic-trace"
  run phasic-moments nowhere.phg --theta 1
  run phasic-build "$erlang" -p nothing=1
  expect_exit 65
  run phasic-moments "$(cat "$scratch/key")" --theta nonsense
  expect_exit 2
  expect_equal "$(cache_state | grep -v /traces/)" "$before"
}

run_suite
