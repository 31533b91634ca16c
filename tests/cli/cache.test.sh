# phasic-cache: what it says of a cache, and what it does to it.
. "$(dirname "$0")/harness.sh"

erlang="$examples/erlang.lua"
cache=.phasic_cache

build() { phasic-build --key "$erlang" -p stages="$1"; }
file_of() { phasic-cache path "$1"; }
# The value of a member of the JSON on stdout: json '.layers.graphs.num_files'
json() { python3 -c '
import json, sys
value = json.loads(sys.stdin.read())
for name in sys.argv[1].strip(".").split("."):
    value = value[int(name)] if name.isdigit() else value[name]
print("null" if value is None else str(value).lower() if isinstance(value, bool) else value)' "$1" <"$scratch/out"; }
files() { find "$HOME/$cache" -type f | wc -l; }

test_info_of_no_cache_says_so_and_makes_none() {
  run phasic-cache info
  expect_exit 0
  expect_no_stderr
  expect_stdout_has "Directory:   $HOME/$cache (default)"
  expect_stdout_has "Status: No cached graphs"
  expect_stdout_has "Status: No cached traces"
  expect_stdout_has "Status: No cached compiled models"
  expect_true "no directory is made" [ ! -e "$HOME/$cache" ]
}

test_info_counts_entries_and_sizes_per_layer() {
  phasic-trace "$(build 3)" >"$scratch/key"
  build 4 >"$scratch/key"
  run phasic-cache info --json
  expect_exit 0
  expect_equal "$(json layers.graphs.num_files)" 2
  expect_equal "$(json layers.graphs.num_records)" 2
  expect_equal "$(json layers.traces.num_files)" 1
  expect_equal "$(json layers.traces.exists)" true
  expect_equal "$(json layers.compiled.num_files)" 0
  expect_equal "$(json layers.compiled.newest)" null
  # As du counts them, for files of less than a block each.
  expect_equal "$(json layers.graphs.total_size_bytes)" \
    "$(find "$HOME/$cache/graphs" -type f -printf '%s\n' | awk '{ n += int(($1 + 4095) / 4096) * 4096 } END { print n }')"
  expect_true "oldest is a time" grep -qE '^20[0-9-]+T[0-9:]+Z$' <<<"$(json layers.graphs.oldest)"
  run phasic-cache info traces
  expect_stdout_has "Entries: 1"
  expect_true "only the layer asked for" sh -c "! grep -q '^graphs' '$scratch/out'"
}

test_info_says_which_rule_chose_the_directory_and_what_set_a_setting() {
  PHASIC_CACHE_DIR="$scratch/work/c" run phasic-cache info
  expect_stdout_has "Directory:   $scratch/work/c (PHASIC_CACHE_DIR)"
  run phasic-cache --cache-dir "$scratch/work/d" info
  expect_stdout_has "Directory:   $scratch/work/d (--cache-dir)"
  XDG_CACHE_HOME=/x run phasic-cache info --json
  expect_equal "$(json directory)" /x/phasic
  mkdir "$HOME/$cache"
  XDG_CACHE_HOME=/x PHASIC_CACHE_FSYNC=0 run phasic-cache info --json
  expect_equal "$(json source)" "~/.phasic_cache exists"
  expect_equal "$(json settings.PHASIC_CACHE_FSYNC.value)" off
  expect_equal "$(json settings.PHASIC_CACHE_FSYNC.source)" environment
}

test_phasic_cache_ignores_the_mode() {
  build 3 >"$scratch/key"
  PHASIC_CACHE=off run phasic-cache info --json
  expect_exit 0
  expect_equal "$(json layers.graphs.num_files)" 1
}

test_list_has_a_line_per_object() {
  key=$(build 3)
  phasic-trace "$key" >"$scratch/key"
  run phasic-cache list
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 3
  expect_stdout_has "${key:0:16}"
  run phasic-cache list graphs --tsv
  expect_equal "$(head -n 1 "$scratch/out")" "$(printf 'layer\thash\tkb\tvertices\tedges\tparameters\tmultiply_adds\tlast_use\tcreated')"
  # Erlang of 3 stages: the start, 3 stages, absorbed; an edge from each but the last; one rate.
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f 1,2,4,5,6)" "$(printf 'graphs\t%s\t5\t4\t1' "$key")"
  run phasic-cache list traces --json
  expect_equal "$(wc -l <"$scratch/out")" 1
  expect_equal "$(json vertices)" 5
  expect_equal "$(json layer)" traces
}

test_list_sorts() {
  small=$(build 2)
  large=$(build 2000)
  touch -d '3 hours ago' "$(file_of "$large")"
  run_line 'phasic-cache list --tsv | tail -n +2 | cut -f 2'
  expect_stdout "$(printf '%s\n%s' "$small" "$large")"
  run_line 'phasic-cache list --tsv --sort size | tail -n +2 | cut -f 2'
  expect_stdout "$(printf '%s\n%s' "$large" "$small")"
  run phasic-cache list --sort name
  expect_exit 2
}

test_list_does_not_count_as_use_and_says_what_it_cannot_read() {
  key=$(build 3)
  file=$(file_of "$key")
  touch -d '5 hours ago' "$file"
  before=$(stat -c %Y "$file")
  run phasic-cache list
  run phasic-cache show "$key"
  expect_equal "$(stat -c %Y "$file")" "$before"
  printf rot >"$file"
  run phasic-cache list
  expect_exit 0
  expect_stderr_has "1 entry cannot be read"
  expect_true "list removes nothing" [ -e "$file" ]
}

test_show_tells_what_a_graph_holds_and_where_it_came_from() {
  key=$(build 3)
  run phasic-cache show "${key:0:10}"
  expect_exit 0
  expect_stdout_has "$key"
  expect_stdout_has "vertices:          5"
  expect_stdout_has "erlang.lua"
  expect_stdout_has "param stages: integer 3"
  run phasic-cache show "$key" --json
  expect_equal "$(json vertices)" 5
  expect_equal "$(json time)" continuous
  expect_equal "$(json parameters.0)" rate
  expect_equal "$(json requests.0.parts.param\ stages)" "integer 3"
  expect_equal "$(json requests.0.provenance.tool | cut -d' ' -f1)" phasic-build
  expect_equal "$(json bytes)" "$(stat -c %s "$(file_of "$key")")"
}

test_show_tells_what_a_trace_holds() {
  phasic-trace "$(build 3)" >"$scratch/key"
  trace=$(phasic-cache list traces --tsv | tail -n 1 | cut -f 2)
  run phasic-cache show "$trace" --json
  expect_exit 0
  expect_equal "$(json type)" trace
  expect_equal "$(json transient)" 3
}

test_path_names_the_directory_and_files() {
  run phasic-cache path
  expect_stdout "$HOME/$cache"
  key=$(build 3)
  run phasic-cache path "$key"
  expect_stdout "$HOME/$cache/graphs/${key:0:2}/$key.phg"
  expect_equal "$(head -c -32 "$(out)" | sha256sum | cut -d' ' -f1)" "$key"
}

test_path_is_absolute() {
  run phasic-cache path --cache-dir here/../there
  expect_stdout "$PWD/there"
}

test_cat_carries_objects_to_a_machine_without_the_cache() {
  key=$(build 3)
  phasic-cache cat "$key" >"$scratch/work/graph"
  expect_true "cat writes the file's bytes" cmp "$scratch/work/graph" "$(file_of "$key")"
  expected=$(phasic-moments "$key" --theta 2)
  run_line "phasic-cache cat $key | PHASIC_CACHE=off phasic-moments --theta 2"
  expect_exit 0
  expect_stdout "$expected"
  other=$(build 4)
  run_line "phasic-cache cat $key $other | PHASIC_CACHE_DIR=$scratch/work/other phasic-trace"
  expect_exit 0
  expect_stdout "$(printf '%s\n%s' "$key" "$other")"
}

test_cat_refuses_a_terminal() {
  key=$(build 3)
  command -v script >/dev/null || return 0
  script -qec "phasic-cache cat $key" "$scratch/work/typescript" >"$scratch/out" 2>"$scratch/err" </dev/null
  status=$?
  expect_exit 73
  expect_true "no binary data" sh -c "! grep -qa PHASIC '$scratch/work/typescript'"
}

test_verify_finds_what_is_damaged_and_removes_nothing() {
  key=$(build 3)
  build 4 >"$scratch/key"
  run phasic-cache verify
  expect_exit 0
  expect_stdout "Verified 2 entries and 2 records: all whole"
  file=$(file_of "$key")
  printf x | dd of="$file" bs=1 seek=100 conv=notrunc status=none
  record=$(grep -l "$key" -r "$HOME/$cache/graphs/index")
  truncate -s 50 "$record"
  run phasic-cache verify
  expect_exit 1
  expect_stdout_has "$file: damaged: its checksum does not match its bytes"
  expect_stdout_has "$record: "
  expect_stdout_has "Verified 2 entries and 2 records: 2 damaged"
  expect_true "the object stays" [ -e "$file" ]
  expect_true "the record stays" [ -e "$record" ]
  run phasic-cache verify traces
  expect_exit 0
}

test_remove_takes_an_object_and_its_records() {
  key=$(build 3)
  other=$(build 4)
  run phasic-cache remove "$key" -v
  expect_exit 0
  expect_stdout_has "Removed 1 entry (0.0 MB)"
  expect_stderr_has "[INFO] phasic-cache: removed $HOME/$cache/graphs/index"
  expect_equal "$(files)" 4
  run phasic-cache remove "$key"
  expect_exit 1
  expect_stderr_has "not in the cache"
  run phasic-cache remove "$key" "${other:0:8}"
  expect_exit 1
  expect_stdout_has "Removed 1 entry"
}

test_keys_are_checked() {
  key=$(build 3)
  twin="$HOME/$cache/graphs/${key:0:2}/${key:0:60}0000.phg"
  cp "$(file_of "$key")" "$twin"
  for command in "show" "path" "cat" "remove"; do
    run phasic-cache $command "${key:0:8}"
    expect_exit 65
    expect_one_error_line
    expect_stderr_has "ambiguous: 2 objects begin so; give more digits"
    expect_stderr_has "  $key  graphs"
    run phasic-cache $command "${key:0:7}"
    expect_exit 2
    run phasic-cache $command "../../etc/passwd"
    expect_exit 2
  done
  for command in "show" "path" "cat"; do
    run phasic-cache $command 0123456789
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "phasic-cache: key 0123456789: not in the cache"
  done
  expect_true "an ambiguous key removes nothing" [ -e "$twin" ]
}

test_clear_leaves_directories_and_what_is_not_ours() {
  phasic-trace "$(build 3)" >"$scratch/key"
  printf pickle >"$HOME/$cache/graph_0123.pkl"
  printf pickle >"$HOME/$cache/traces/0123.json"
  run phasic-cache clear traces
  expect_exit 0
  expect_stdout_has "Removed 1 entry (0.0 MB)"
  expect_equal "$(find "$HOME/$cache/graphs" -type f | wc -l)" 2
  run phasic-cache clear -v
  expect_exit 0
  expect_equal "$(grep -c removed "$scratch/err")" 2
  expect_equal "$(cd "$HOME/$cache" && find . -type f | sort | tr '\n' ' ')" \
    "./CACHEDIR.TAG ./VERSION ./graph_0123.pkl ./traces/0123.json "
  expect_true "the directories stay" [ -d "$HOME/$cache/graphs/index" ]
  run phasic-cache clear
  expect_stdout "Removed 0 entries (0.0 MB)"
}

test_a_directory_that_others_may_write_is_not_used_but_can_be_cleared() {
  key=$(build 3)
  chmod 0777 "$HOME/$cache"
  for command in "list" "show $key" "cat $key"; do
    run phasic-cache $command
    expect_exit 66
    expect_one_error_line
    expect_stderr_has "others may write there (mode 0777); chmod go-w it if it is yours, or set PHASIC_TRUST_CACHE=1"
  done
  PHASIC_TRUST_CACHE=1 run phasic-cache show "$key"
  expect_exit 0
  run phasic-cache info
  expect_exit 0
  expect_stdout_has "off: others may write there (mode 0777)"
  run phasic-cache clear
  expect_stdout_has "Removed 1 entry"
}

test_a_newer_layout_is_left_alone() {
  key=$(build 3)
  echo 2 >"$HOME/$cache/VERSION"
  for command in "list" "show $key" "verify" "clear" "remove $key"; do
    run phasic-cache $command
    expect_exit 66
    expect_stderr_has "its layout is version 2, this phasic knows 1"
  done
  run phasic-cache prune --max-files 1
  expect_exit 0
  expect_stderr_has "its layout is version 2"
  run phasic-build "$erlang" -p stages=3
  expect_exit 0
  expect_stderr_has "the cache is off"
  expect_equal "$(find "$HOME/$cache/graphs" -type f | wc -l)" 2
}

test_commands_are_explained_and_misspelt_ones_named() {
  for command in info list show path cat verify remove clear prune stats; do
    run phasic-cache $command --help
    expect_exit 0
    expect_stdout_has "Examples:"
    expect_stdout_has "phasic-cache $command"
  done
  run phasic-cache
  expect_exit 2
  run phasic-cache prnue
  expect_exit 2
  expect_stderr_has "did you mean prune?"
  run phasic-cache info graph
  expect_exit 2
  expect_stderr_has "did you mean graphs?"
}

run_suite
