# phasic-cache show --format: a graph for other programs, and for people.
. "$(dirname "$0")/harness.sh"

rabbits() { phasic-build --key "$examples/rabbits.lua"; }

test_json_is_the_python_librarys_layout() {
  run phasic-cache show "$(rabbits)" --format json
  expect_exit 0
  expect_no_stderr
  expect_stdout_has '"states":[[0,0],[0,1],[0,2],[1,0],[1,1],[2,0],[0,0]]'
  expect_stdout_has '"constant_edges":[[1,3,1],[2,4,1],[3,1,1],[4,2,1],[4,5,1],[5,4,1]]'
  expect_stdout_has '"param_edges":[[1,6,0,1],[2,6,0,1],[3,6,1,0],[4,1,1,0],[4,3,0,1],[5,6,1,0]]'
  expect_stdout_has '"parameters":["flood_left","flood_right"]'
}

# returns KEY: the graph that its JSON gives is the same, to the byte.
returns() {
  run_line "phasic-cache show $1 --format json | PHASIC_CACHE=off phasic-build --from json - | sha256sum"
  expect_exit 0
  expect_stdout "$(phasic-cache cat "$1" | sha256sum)"
}

test_json_gives_back_the_same_graph() {
  returns "$(rabbits)"
  for model in kingman bottleneck gamblers_ruin isolation_with_migration tandem_queue; do
    returns "$(phasic-build --key "$examples/$model.lua")"
  done
  returns "$(phasic-build --key "$examples/two_locus_arg.lua" -p n=4)"
  cat >all.lua <<'END'
local kind = indexer { group("ball", property("größe", -1, 1)), slots { "epoch" } }
parameters { "a", "b" }
derived("d", function(t) return select(t.a, "<=", t.b, logistic(t.a) ^ 0.1, min(-t.b, sqrt(3))) end)
initial { {0.25, { [1] = 2, [4] = -7 }}, {0.5, { [2] = 1 }} }
reward("belohnung_ä", function(state) return state[1] / 3 end)
transitions(function(state, emit)
  for i, count in state:occupied() do
    if i < 4 then emit(state:with(i, -1), { a = count, d = 0.1, b = -1e-300 }, 1 / 3) end
  end
end)
END
  returns "$(phasic-build --key all.lua)"
}

# States that are equal keep their vertices, and names may have any characters.
test_json_gives_back_imported_graphs() {
  printf 'from\tto\tconstant\tsay "hi"\\ä\n1\t2\t1\t0.5\n2\t3\t0\t1\n2\t1\t2\t0\n' >edges.tsv
  returns "$(phasic-build --key --from edges edges.tsv)"
}

test_matrices_are_those_of_a_theta() {
  run phasic-cache show "$(rabbits)" --format mtx --theta 2,4
  expect_exit 0
  expect_equal "$(sed 1,2d "$scratch/out" | paste -sd'|')" \
    "5 5 13|1 1 -5|1 3 1|2 2 -5|2 4 1|3 1 1|3 3 -3|4 1 2|4 2 1|4 3 4|4 4 -8|4 5 1|5 4 1|5 5 -3"
  run phasic-cache show "$(rabbits)" --format mtx --theta flood_right=4,flood_left=2
  expect_true "theta by name" grep -q '^4 4 -8$' "$scratch/out"
  run phasic-cache show "$(rabbits)" --format initial
  expect_equal "$(sed 1,2d "$scratch/out" | paste -sd'|')" "1 5 1|1 5 1"
}

test_prism_reads_transitions_and_labels() {
  run phasic-cache show "$(rabbits)" --format tra --theta 2,4
  expect_equal "$(paste -sd'|' "$scratch/out")" \
    "6 13|0 2 1|0 5 4|1 3 1|1 5 4|2 0 1|2 5 2|3 0 2|3 1 1|3 2 4|3 4 1|4 3 1|4 5 2|5 5 1"
  run phasic-cache show "$(rabbits)" --format lab
  expect_equal "$(paste -sd'|' "$scratch/out")" '0="init" 1="absorbed"|4: 0|5: 1'
}

test_graphviz_draws_the_picture() {
  run phasic-cache show "$(rabbits)" --format dot
  expect_exit 0
  expect_stdout_has 'v5 [label="(2, 0)"'
  expect_stdout_has 'v4 -> v1 [label=" flood_left "]'
  expect_equal "$(grep -c 'subgraph cluster_' "$scratch/out")" 2
  if command -v dot >/dev/null; then
    cp "$scratch/out" picture.dot
    run dot -Tsvg picture.dot
    expect_exit 0
    expect_no_stderr
    expect_stdout_has '</svg>'
  fi
  run phasic-cache show "$(rabbits)" --format dot --theta 2,4
  expect_stdout_has 'v4 -> v1 [label=" 2 "]'
}

test_a_picture_has_a_sensible_size() {
  local key; key=$(phasic-build --key "$examples/two_locus_arg.lua" -p n=6)
  run phasic-cache show "$key" --format dot
  expect_exit 69
  expect_one_error_line
  expect_stderr_has "a picture of 1044 vertices tells nothing, and would take long to draw"
  expect_stderr_has "raise --max-vertices (now 200; 0: no limit)"
  for most in 0 1044; do
    run phasic-cache show "$key" --format dot --max-vertices $most
    expect_exit 0
  done
  run phasic-cache show "$key" --format dot --max-vertices some
  expect_exit 2
}

test_what_cannot_be_shown_is_refused() {
  local key trace; key=$(rabbits)
  run phasic-cache show "$key" --format xml
  expect_exit 2
  expect_stderr_has "--format: 'xml' is no format; there are json, mtx, initial, tra, lab and dot"
  run phasic-cache show "$key" --format mtx
  expect_exit 2
  expect_stderr_has "the model's parameters are flood_left, flood_right: give --theta"
  run phasic-cache show "$key" --format tra --theta 1
  expect_exit 65
  expect_stderr_has "has 1 value"
  run phasic-cache show "$key" --format tra --theta 1,-1
  expect_exit 65
  expect_stderr_has "is negative"
  run phasic-cache show "$key" --format json --theta 1,2
  expect_exit 2
  run phasic-cache show "$key" --theta 1,2
  expect_exit 2
  expect_stderr_has "--theta: is given without --format"
  run phasic-cache show "$key" --format json --json
  expect_exit 2
  phasic-trace "$key" >/dev/null
  trace=$(phasic-cache list traces --tsv | sed -n 2p | cut -f2)
  run phasic-cache show "$trace" --format dot
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "is a trace, and --format is for graphs"
}

test_prism_labels_want_one_start() {
  cat >two.lua <<'END'
initial { {0.5, {[1] = 1}}, {0.5, {[1] = 2}} }
transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)
END
  run phasic-cache show "$(phasic-build --key two.lua)" --format lab
  expect_exit 65
  expect_stderr_has "the chain does not start in one state"
}

run_suite
