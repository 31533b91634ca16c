# phasic-build --from: graphs of other programs, from the file to the numbers.
. "$(dirname "$0")/harness.sh"

edges="$examples/import/coalescent.tsv"
value() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/out"; }
edge_list() { printf 'from\tto\tconstant\na\tb\t1\n'; }

test_an_edge_list_becomes_the_graph_of_the_model_that_it_states() {
  run phasic-build --from edges "$edges"
  expect_exit 0
  expect_no_stderr
  key=$(out)
  # Kingman with 4 lineages: 1/6 + 1/3 + 1, 1/36 + 1/9 + 1; the tree's length 4/6 + 3/3 + 2/1.
  run phasic-moments "$key" --theta 1
  expect_near "$(value mean)" 1.5 1e-15
  expect_near "$(value variance)" 1.1388888888888888 1e-15
  run phasic-moments "$key" --theta 2 --reward length
  expect_near "$(value mean)" 1.8333333333333333 1e-15
}

test_the_key_of_an_import_is_its_content() {
  first=$(phasic-build --from edges "$edges")
  cp "$edges" other.tsv
  run phasic-build -v --from edges other.tsv
  expect_stdout "$first"
  expect_stderr_has "cache hit: ${first:0:8}… (5 vertices)"
  run_line "cat other.tsv | phasic-build -v --from edges -"
  expect_stdout "$first"
  expect_stderr_has "cache hit"
  run phasic-build --lookup --from edges other.tsv
  expect_exit 0
  expect_stdout "$first"
  sed 's/6$/7/' "$edges" >changed.tsv
  run phasic-build --lookup --explain --from edges changed.tsv
  expect_exit 1
  expect_stdout ""
  expect_stderr_has "not cached: the nearest cached request gave ${first:0:8}…, built from $edges"
  expect_stderr_has "  content: "
}

test_the_record_says_how_to_import_it_again() {
  key=$(phasic-build --from edges "$edges" --time continuous)
  run phasic-cache show "$key"
  expect_stdout_has "phasic-build --from edges --time continuous $edges"
}

test_every_mode_of_the_cache_works() {
  run phasic-build --from edges "$edges" --cache off -o a.phg
  expect_exit 0
  expect_true "nothing is cached" test ! -e "$HOME/.phasic_cache"
  key=$(phasic-build --key --from edges "$edges")
  expect_equal "$(phasic-build --from edges "$edges" -o -| sha256sum)" "$(sha256sum <a.phg)"
  run phasic-build -v --cache verify --from edges "$edges"
  expect_stdout "$key"
  expect_stderr_has "verified: ${key:0:8}… was built anew, byte for byte"
  run phasic-build -v --rebuild --from edges "$edges"
  expect_stdout "$key"
  expect_stderr_has "saved graph to cache"
  run_line "PHASIC_CACHE=off phasic-build --from edges '$edges' | PHASIC_CACHE=off phasic-moments --theta 1"
  expect_exit 0
  expect_near "$(value mean)" 1.5 1e-15
}

# Geometric: success with probability 0.3 in each step, 1/0.3 steps.
test_time_may_be_discrete() {
  run_line "printf 'from\tto\tconstant\na\tb\t0.3\na\ta\t0.7\n' | phasic-build --from edges --time discrete - | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" 3.3333333333333333 1e-15
  expect_near "$(value variance)" 7.7777777777777777 1e-14
}

# E[T] = 1/(x y) + 1/(x + 1)
test_columns_may_be_formulas() {
  run_line "printf 'from\tto\tconstant\tx\ty\tproduct=x*y\na\tb\t0\t0\t0\t1\nb\tc\t1\t1\t0\t0\n' | phasic-build --from edges - | phasic-moments --theta x=2,y=5"
  expect_exit 0
  expect_near "$(value mean)" 0.43333333333333333 1e-15
}

test_a_writer_in_python_is_forty_lines() {
  command -v python3 >/dev/null || { checks=$((checks + 1)); return; }
  expect_true "edges.py has 40 lines at most" test "$(wc -l <"$examples/writers/edges.py")" -le 40
  run_line "python3 '$examples/writers/edges.py' 10 | phasic-build --from edges - | phasic-moments --theta growth=1,decline=2"
  expect_exit 0
  expect_near "$(value mean)" "$(awk 'BEGIN { for (i = 1; i <= 10; ++i) s += 0.5^(i - 1) / (2 * i); printf "%.17g", s }')" 1e-14
  # Vertices, states and numbers are those of the model in Lua.
  expect_equal "$(phasic-build "$examples/birth_death.lua" -p capacity=10 | xargs phasic-cache show | awk '/structure/ { print $2 }')" \
    "$(python3 "$examples/writers/edges.py" 10 | phasic-build --from edges - | xargs phasic-cache show | awk '/structure/ { print $2 }')"
}

test_a_serialized_graph_of_the_python_library() {
  run phasic-build --from json "$examples/import/coalescent.json"
  expect_exit 0
  # Names aside, and the reward, it is the edge list's graph.
  expect_equal "$(phasic-cache show "$(out)" | grep structure:)" "$(phasic-cache show "$(phasic-build --from edges "$edges")" | grep structure:)"
  run phasic-moments "$(out)" --theta theta0=1
  expect_near "$(value mean)" 1.5 1e-15
  sed 's/linear/log/; s/"param_length": 1/"param_length": 2/; s/\([631]\).0\]/\1.0, 1]/g; s/\[\[1, 1.0, 1\]\]/[[1, 1.0]]/' "$examples/import/coalescent.json" >log.json
  run_line "phasic-build --from json log.json | phasic-moments --theta 2,3"
  expect_exit 0
  expect_near "$(value mean)" 0.25 1e-15
  sed 's/3.0\]/3.0/' "$examples/import/coalescent.json" >broken.json
  run phasic-build --from json broken.json
  expect_exit 65
  expect_stderr_has "phasic-build: broken.json: param_edges: it has another form than it should"
  run phasic-build --from json "$examples/import/coalescent.json" --time discrete
  expect_exit 2
  expect_stderr_has "phasic-build: --time: means nothing for --from json; leave it out"
}

# The busy period from one customer: (1 + r + r^2) / service; from two, the passage to one comes first.
test_a_matrix() {
  run_line "phasic-build --from matrix '$examples/import/mm1k.mtx' | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" 0.875 1e-15
  run_line "phasic-build --from matrix '$examples/import/mm1k.mtx' --initial '$examples/import/mm1k_start.mtx' | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" 1.25 1e-15
  # Content again: the start counts, its name does not.
  first=$(phasic-build --from matrix "$examples/import/mm1k.mtx" --initial "$examples/import/mm1k_start.mtx")
  cp "$examples/import/mm1k_start.mtx" other.mtx
  run_line "phasic-build -v --from matrix '$examples/import/mm1k.mtx' --initial - <other.mtx"
  expect_stdout "$first"
  expect_stderr_has "cache hit"
  expect_true "another start is another graph" test "$first" != "$(phasic-build --from matrix "$examples/import/mm1k.mtx")"
  run phasic-cache show "$first"
  expect_stdout_has "phasic-build --from matrix --initial $examples/import/mm1k_start.mtx $examples/import/mm1k.mtx"
}

# Two steps that succeed with probability 0.3 each: the sum of two geometric times.
test_a_matrix_of_probabilities() {
  printf '%%%%MatrixMarket matrix array real general\n2 2\n0.7\n0\n0.3\n0.7\n' >t.mtx
  run_line "phasic-build --from matrix --time discrete t.mtx | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" 6.666666666666667 1e-15
  expect_near "$(value variance)" 15.555555555555555 1e-14
  run phasic-build --from matrix t.mtx
  expect_exit 65
  expect_stderr_has "phasic-build: t.mtx: row 1: the diagonal entry 0.7 is positive; that of a generator is the negative rate of leaving; a matrix of probabilities needs --time discrete"
}

# With f = 1, r = 5, c = 0.9 the state of two machines is visited 1 / (1 - c r / (f + r)) = 4 times, for 1/(2 f) each, and
# that of one c times as often, for 1/(f + r): 2 + 0.6; running machines: 2 * 2 + 0.6.
test_a_model_that_storm_exported() {
  run phasic-build --from drn "$examples/import/machines.drn"
  expect_exit 0
  expect_no_stderr
  key=$(out)
  run phasic-moments "$key" --theta fail=1,repair=5,cover=0.9
  expect_near "$(value mean)" 2.6 1e-14
  run phasic-moments "$key" --theta fail=1,repair=5,cover=0.9 --reward running
  expect_near "$(value mean)" 4.6 1e-14
  # The third state is absorbing as it is, so the label changes the request, and nothing else.
  run phasic-build -v --from drn "$examples/import/machines.drn" --target down
  expect_stdout "$key"
  expect_stderr_has "saved graph to cache"
  run phasic-cache show "$key"
  expect_stdout_has "phasic-build --from drn"
  # Until the first failure: 1/(2 f).
  sed 's/^state 1 .*/& first/' "$examples/import/machines.drn" >first.drn
  sed 's/^state 2 .*/& first/' first.drn >either.drn
  run_line "phasic-build --from drn either.drn --target first | phasic-moments --theta 4,5,0.9"
  expect_exit 0
  expect_near "$(value mean)" 0.125 1e-15
}

test_what_is_wrong_with_an_exported_model() {
  sed '/^state 1/,$d' "$examples/import/machines.drn" >gap.drn
  run phasic-build --from drn gap.drn
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "phasic-build: gap.drn: the file ends after 1 of 3 states; it is cut short, or @nr_states is wrong"
  sed 's/^state 2/state 3/' "$examples/import/machines.drn" >gap.drn
  run phasic-build --from drn gap.drn
  expect_exit 65
  expect_stderr_has "phasic-build: gap.drn:26: state '3' where state 2 must be; states are numbered from 0 without gaps"
  sed 's/CTMC$/MDP/' "$examples/import/machines.drn" >mdp.drn
  run phasic-build --from drn mdp.drn
  expect_exit 65
  expect_stderr_has "phasic-build: mdp.drn:5: a model of type 'MDP' is not read"
  run phasic-build --from drn "$examples/import/machines.drn" --target broken
  expect_exit 65
  expect_stderr_has "phasic-build: $examples/import/machines.drn: no state has the label 'broken'; labels are deadlock, down, init"
  run phasic-build --from json "$examples/import/coalescent.json" --target x
  expect_exit 2
  expect_stderr_has "phasic-build: --target: means nothing for --from json"
  # What is left out is said.
  sed 's/action 0 \[0\]/action 0 [1]/' "$examples/import/machines.drn" >jumps.drn
  run phasic-build --from drn jumps.drn
  expect_exit 0
  expect_stderr_has "[WARNING] phasic-build: jumps.drn: the reward 'running' is left out: it has rewards of transitions"
}

# Out and in again: the JSON is the same object, the matrix at one theta has the same moments.
test_what_the_cache_prints_comes_back() {
  for model in two_locus_arg kingman bottleneck gamblers_ruin rabbits; do
    key=$(phasic-build "$examples/$model.lua")
    expect_equal "$(phasic-cache show "$key" --format json | phasic-build --from json -)" "$key"
  done
  key=$(phasic-build "$examples/two_locus_arg.lua" -p n=5)
  phasic-cache show "$key" --format mtx --theta 2,5 >s.mtx
  phasic-cache show "$key" --format initial >a.mtx
  run_line "phasic-build --from matrix s.mtx --initial a.mtx | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" 1.264272062302333 1e-13
  key=$(phasic-build "$examples/gamblers_ruin.lua")
  theta=$(phasic-cache show "$key" | awk '/^parameters:/ { print $2 }')
  phasic-cache show "$key" --format mtx ${theta:+--theta 0.4} >t.mtx
  phasic-cache show "$key" --format initial >a.mtx
  run_line "phasic-build --from matrix --time discrete t.mtx --initial a.mtx | phasic-moments"
  expect_exit 0
  expect_near "$(value mean)" "$(phasic-moments "$key" ${theta:+--theta 0.4} | awk '$1 == "mean" { print $2 }')" 1e-13
}

test_a_matrix_that_is_no_generator() {
  sed 's/^2 1 2$/2 1 2.5/' "$examples/import/mm1k.mtx" >wrong.mtx
  run phasic-build --from matrix wrong.mtx
  expect_exit 65
  expect_stdout ""
  expect_one_error_line
  expect_stderr_has "phasic-build: wrong.mtx: row 2: it adds up to 0.5, more than 0: this is no generator"
  head -n 9 "$examples/import/mm1k.mtx" >short.mtx
  run phasic-build --from matrix short.mtx
  expect_exit 65
  expect_stderr_has "phasic-build: short.mtx:9: the file ends after 5 of 7 entries"
  run phasic-build --from matrix "$examples/import/mm1k.mtx" --initial missing.mtx
  expect_exit 66
  expect_stderr_has "phasic-build: missing.mtx: cannot open"
  run phasic-build --from edges "$edges" --initial "$examples/import/mm1k_start.mtx"
  expect_exit 2
  expect_stderr_has "phasic-build: --initial: means nothing for --from edges"
  run phasic-build --from matrix - --initial -
  expect_exit 2
}

test_what_the_command_line_cannot_mean() {
  run phasic-build --from edge "$edges"
  expect_exit 2
  expect_stderr_has "phasic-build: --from: there is no format 'edge'; did you mean 'edges'?"
  run phasic-build --from edges "$edges" --time never
  expect_exit 2
  expect_stderr_has "phasic-build: --time: there is no kind of time 'never'; it is continuous or discrete"
  run phasic-build --from edges "$edges" -p n=4
  expect_exit 2
  expect_stderr_has "phasic-build: --param: is for models"
  run phasic-build --from edges "$edges" --help-model
  expect_exit 2
  run phasic-build --time discrete "$examples/kingman.lua"
  expect_exit 2
  expect_stderr_has "phasic-build: --time: means nothing without --from"
  run phasic-build --from edges "$edges" -o "$edges"
  expect_exit 2
  expect_one_error_line
}

test_what_is_wrong_with_a_file() {
  run phasic-build --from edges missing.tsv
  expect_exit 66
  expect_stderr_has "phasic-build: missing.tsv: cannot open: No such file or directory"
  : >empty.tsv
  run phasic-build --from edges empty.tsv
  expect_exit 66
  expect_stderr_has "phasic-build: empty.tsv: is empty"
  run_line "phasic-build --from edges - </dev/null"
  expect_exit 66
  expect_stderr_has "phasic-build: standard input: is empty"
  { edge_list; printf '\nvertex\tstart\nB\t1\n'; } >nowhere.tsv
  run phasic-build --from edges nowhere.tsv
  expect_exit 65
  expect_stderr_has "phasic-build: nowhere.tsv:5: no edge comes from or leads to the vertex 'B'"
  expect_one_error_line
  { edge_list; printf 'b\tc\t-2\n'; } >negative.tsv
  run phasic-build --from edges negative.tsv
  expect_exit 65
  expect_stderr_has "phasic-build: negative.tsv:3: the rate -2 is negative"
  { edge_list; printf 'b\ta\t2\n'; } >trap.tsv
  run phasic-build --from edges trap.tsv
  expect_exit 65
  expect_stderr_has "phasic-build: trap.tsv: vertex 'a': absorption cannot be reached from here"
  run phasic-build --from edges "$edges" --max-vertices 4
  expect_exit 69
  expect_stderr_has "phasic-build: $edges: it has more than 4 vertices; raise --max-vertices (0: no limit)"
  run phasic-build --from edges "$edges" --max-vertices 5
  expect_exit 0
  run phasic-build "$edges"
  expect_exit 65
  expect_true "nothing is half-written" test -z "$(find "$HOME/.phasic_cache" -name '.tmp*' 2>/dev/null)"
}

test_a_message_does_not_repeat_a_whole_file() {
  { printf 'from\tto\tconstant\na\tb\t'; head -c 1000000 /dev/zero | tr '\0' x; } >long.tsv
  run phasic-build --from edges long.tsv
  expect_exit 65
  expect_one_error_line
  expect_true "the message is short" test "$(wc -c <"$scratch/err")" -lt 1500
  # And what controls a terminal is written out.
  printf 'from\tto\tconstant\na\tb\t\033[31m1\n' >colour.tsv
  run phasic-build --from edges colour.tsv
  expect_stderr_has "colour.tsv:2: '\x1b[31m1' is no finite number"
}

test_a_hole_of_a_terabyte_is_not_read() {
  truncate -s 1T hole.tsv || { checks=$((checks + 1)); return; }
  # A sanitizer reserves more address space than this.
  local room="ulimit -v 4000000;"
  [ -n "${PHASIC_SANITIZE:-}" ] && room=
  run_line "$room phasic-build --from edges hole.tsv"
  expect_exit 69
  expect_stderr_has "phasic-build: hole.tsv: longer than 8589934592 bytes"
}

run_suite
