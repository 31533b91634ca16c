# What all tools have in common: help, version, complaints about the command line, exit codes.
. "$(dirname "$0")/harness.sh"

tools=()
for path in "$PHASIC_BIN"/phasic-*; do
  [ -x "$path" ] && tools+=("$(basename "$path")")
done

# The shortest command line of a tool that gets past its parser.
shortest() {
  case $1 in
    phasic-build) echo "phasic-build model.lua" ;;
    phasic-cache) echo "phasic-cache info" ;;
    *) echo "$1" ;;
  esac
}

test_help_names_every_option_and_ends_with_examples() {
  for tool in "${tools[@]}"; do
    run "$tool" --help
    expect_exit 0
    expect_no_stderr
    expect_stdout_has "Usage: $tool"
    expect_stdout_has "--version"
    expect_stdout_has "Examples:"
    expect_equal "$(awk '/^Examples:/ { exit } length($0) > 80' "$scratch/out")" ""
  done
}

test_version_is_one_line() {
  for tool in "${tools[@]}"; do
    run "$tool" --version
    expect_exit 0
    expect_stdout "$tool 0.1.0"
    expect_no_stderr
  done
}

test_help_and_version_touch_no_cache() {
  for tool in "${tools[@]}"; do
    run "$tool" --version
    run "$tool" --help
  done
  expect_equal "$(ls -A "$HOME")" ""
}

test_unknown_option_names_its_nearest_spelling() {
  for tool in "${tools[@]}"; do
    run "$tool" --verison </dev/null
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "$tool: unknown option --verison; did you mean --version?"
    expect_stdout ""
  done
}

test_unknown_option_like_no_other_points_to_help() {
  for tool in "${tools[@]}"; do
    run "$tool" --frobnicate </dev/null
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "$tool: unknown option --frobnicate; try '$tool --help'"
  done
}

test_missing_value_is_exit_2() {
  for tool in "${tools[@]}"; do
    run $(shortest "$tool") --cache-dir </dev/null
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "--cache-dir needs a value"
  done
}

test_settings_that_are_not_possible_are_exit_2_and_name_the_choices() {
  for tool in "${tools[@]}"; do
    run $(shortest "$tool") --log-level loud </dev/null
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "--log-level: 'loud' is not possible; give off, error, warning, info or debug"
    PHASIC_LOG_LEVEL=loud run $(shortest "$tool") </dev/null
    expect_exit 2
    expect_stderr_has "PHASIC_LOG_LEVEL: 'loud'"
    PHASIC_CACHE_FSYNC=maybe run $(shortest "$tool") </dev/null
    expect_exit 2
    expect_stderr_has "PHASIC_CACHE_FSYNC: 'maybe' is not possible; set it to 0 or 1"
  done
}

test_full_disk_behind_standard_output_is_exit_74() {
  for tool in "${tools[@]}"; do
    run_line "$tool --help > /dev/full"
    expect_exit 74
    expect_one_error_line
    expect_stderr_has "$tool: standard output: cannot write: No space left on device"
    run_line "$tool --version >&-"
    expect_exit 74
  done
}

test_reader_that_went_away_ends_a_tool_quietly() {
  for tool in "${tools[@]}"; do
    run_line "(sleep 0.2; exec $tool --help) | true"
    expect_exit 141
    expect_no_stderr
  done
}


run_suite
