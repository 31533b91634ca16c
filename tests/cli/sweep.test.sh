# Ranges of build parameters: what phasic-moments' tables say of graphs that came from one phasic-build.
. "$(dirname "$0")/harness.sh"

tab=$(printf '\t')
sweep() { phasic-build "$examples/kingman.lua" -p n=4:10:2; }
record_count() { find "$HOME/.phasic_cache/graphs/index" -type f | wc -l; }

# The height of the tree is 2 (1 - 1/n) on average.
test_tables_begin_with_key_and_build_parameters() {
  run_line "phasic-build '$examples/kingman.lua' -p n=4:10:2 | phasic-trace | phasic-moments --theta 1 --mean --tsv"
  expect_exit 0
  expect_no_stderr
  expect_equal "$(head -1 "$scratch/out")" "graph${tab}n${tab}coalescence${tab}mean"
  expect_equal "$(cut -f2 "$scratch/out" | paste -sd' ')" "n 4 6 8 10"
  expect_equal "$(cut -f1 "$scratch/out" | sed 1d)" "$(sweep)"
  awk -F'\t' 'NR > 1 { d = $4 - 2 * (1 - 1 / $2); exit !(d < 1e-14 && d > -1e-14) }' "$scratch/out" ||
    fail "a mean does not belong to its n"
  run_line "phasic-moments $(sweep | paste -sd' ') --theta 1 --mean"
  expect_equal "$(head -1 "$scratch/out" | awk '{ print $1, $2, $3, $4 }')" "graph n coalescence mean"
}

test_json_has_them_as_a_member() {
  cat >kinds.lua <<'END'
local n, x, flag, word = param("n", 1), param("x", 0.5), param("flag", true), param("word", 'say "6"')
initial { [1] = n }
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, x) end end)
END
  run_line "phasic-build kinds.lua -p n=1:2 | phasic-moments --mean --json"
  expect_exit 0
  expect_true "typed values" grep -qE \
    '^\{"graph":"[0-9a-f]{64}","parameters":\{"n":2,"x":0.5,"flag":true,"word":"say \\"6\\""\},"theta":\[\],"mean":4\}$' \
    "$scratch/out"
}

test_a_graph_alone_costs_nothing() {
  phasic-build --key "$examples/kingman.lua" -p n=4 >/dev/null
  expect_equal "$(record_count)" 1
  run phasic-moments "$(phasic-build --key "$examples/kingman.lua" -p n=4)" --theta 1 --tsv
  expect_equal "$(head -1 "$scratch/out")" "coalescence${tab}mean${tab}variance"
}

test_hits_are_noted_too() {
  for n in 4 6; do phasic-build --key "$examples/kingman.lua" -p n=$n >/dev/null; done
  run_line "phasic-build '$examples/kingman.lua' -p n=4:6:2 | phasic-moments --theta 1 --tsv"
  expect_equal "$(cut -f2 "$scratch/out" | paste -sd' ')" "n 4 6"
  expect_equal "$(record_count)" 4
}

test_without_a_note_there_are_no_columns() {
  run_line "PHASIC_CACHE=off phasic-build '$examples/kingman.lua' -p n=4:6:2 | PHASIC_CACHE=off phasic-moments --theta 1 --tsv"
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" "graph${tab}coalescence${tab}mean${tab}variance"
  expect_equal "$(wc -l <"$scratch/out")" 3
  local keys; keys=$(for n in 4 6; do phasic-build --key "$examples/kingman.lua" -p n=$n; done)
  run phasic-moments $keys --theta 1 --tsv
  expect_equal "$(head -1 "$scratch/out")" "graph${tab}coalescence${tab}mean${tab}variance"
  # Of two graphs one is known: its column stays, the other's field is empty.
  local known; known=$(phasic-build --key "$examples/kingman.lua" -p n=8:10:2 | sed -n 1p)
  run phasic-moments "$known" ${keys%%$'\n'*} --theta 1 --tsv --mean
  expect_exit 0
  expect_equal "$(cut -f2,3 "$scratch/out" | tr '\t\n' ': ')" "n:coalescence 8:1 :1 "
}

# Which of the values that gave one graph a row is about, its key cannot tell.
test_values_that_give_one_graph_are_left_out() {
  phasic-build "$examples/two_locus_arg.lua" -p n=2:3 -p dummy=0:2 >keys
  expect_equal "$(sort -u keys | wc -l)" 2
  run phasic-moments $(cat keys) --theta 2,5 --mean --tsv
  expect_equal "$(cut -f2,3 "$scratch/out" | tr '\t\n' ': ')" "n:dummy 2: 2: 2: 3: 3: 3: "
  phasic-build "$examples/two_locus_arg.lua" -p n=2:3 -p dummy=7 >keys
  run phasic-moments $(cat keys) --theta 2,5 --mean --tsv
  expect_equal "$(cut -f2,3 "$scratch/out" | tr '\t\n' ': ')" "n:dummy 2:7 3:7 "
}

test_notes_are_ordinary_records() {
  local key; sweep >keys; key=$(head -1 keys)
  run phasic-cache verify
  expect_exit 0
  run phasic-cache show "$key"
  expect_stdout_has "built in a range with:"
  expect_stdout_has "  n: 4"
  expect_equal "$(grep -c 'requested as' "$scratch/out")" 1
  run phasic-cache show "$key" --json
  expect_stdout_has '"built_with":{"n":4},"requests":[{'
  expect_equal "$(record_count)" 8
  phasic-cache remove "$key" >/dev/null
  expect_equal "$(record_count)" 6
  phasic-cache prune --max-files 1 --min-age 0 -q
  expect_true "records go too" [ "$(record_count)" -le 1 ]
}

test_explain_looks_past_notes() {
  sweep >/dev/null
  run phasic-build --explain "$examples/kingman.lua" -p n=12
  expect_stderr_has "param n: "
  expect_true "no note is the nearest request" sh -c "! grep -q 'graph: ' '$scratch/err'"
}

test_one_table_has_one_header() {
  local keys; keys="$(phasic-build --key "$examples/kingman.lua" -p n=4) $(phasic-build --key "$examples/rabbits.lua")"
  printf '1\t2\n' >thetas
  run phasic-moments $keys --theta 1 --tsv
  expect_exit 65
  cat >other.lua <<'END'
parameters { "speed" }
initial { [1] = 1 }
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), { 1 }) end end)
END
  keys="$(phasic-build --key "$examples/kingman.lua" -p n=4) $(phasic-build --key other.lua)"
  run phasic-moments $keys --theta 1 --tsv
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "its columns would be graph speed mean variance, and the table has graph coalescence mean variance"
  expect_equal "$(wc -l <"$scratch/out")" 2
  run phasic-moments $keys --theta 1 --json
  expect_exit 0
  run phasic-moments $keys --theta 1
  expect_exit 0
  expect_equal "$(grep -c '^graph' "$scratch/out")" 2
}

run_suite
