# phasic-moments and phasic-trace as a shell user meets them: forms of output, theta, rewards, bad input.
. "$(dirname "$0")/harness.sh"

rabbits() { phasic-build --key "$examples/rabbits.lua" "$@"; }
arg() { phasic-build --key "$examples/two_locus_arg.lua" -p n=3; }

test_text_is_one_statistic_a_line() {
  run phasic-moments "$(rabbits)" --theta 2,4
  expect_exit 0
  expect_no_stderr
  expect_equal "$(out | awk '{ print $1 }' | paste -sd' ')" "mean variance"
  expect_true "values line up" grep -q '^mean      0\.5038' "$scratch/out"
}

test_json_is_one_object_a_line() {
  run phasic-moments "$(rabbits)" --theta 2,4 --json
  expect_exit 0
  expect_true "the documented members" grep -qE '^\{"theta":\[2,4\],"mean":0\.50382653[0-9]*,"variance":0\.2264567[0-9]*\}$' "$scratch/out"
}

test_tsv_has_a_header_of_names() {
  run phasic-moments "$(rabbits)" --theta 2,4 --tsv --moments 2
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" "$(printf 'flood_left\tflood_right\tmoment1\tmoment2')"
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f1,2)" "$(printf '2\t4')"
}

test_theta_by_name_in_any_order() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta flood_right=4,flood_left=2
  expect_stdout "$(phasic-moments "$key" --theta 2,4)"
}

test_theta_file_with_and_without_header() {
  local key; key=$(rabbits)
  printf '2\t4\n1,1\n' >plain
  printf '\xef\xbb\xbfflood_right\tflood_left\r\n4\t2\r\n\r\n1\t1' >named
  run phasic-moments "$key" --theta-file plain --tsv
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 3
  local plain; plain=$(out)
  run phasic-moments "$key" --theta-file named --tsv
  expect_exit 0
  expect_stdout "$plain"
  run phasic-moments "$key" --theta-file - --tsv <plain
  expect_stdout "$plain"
  run phasic-moments "$key" --theta-file plain
  expect_equal "$(out | head -1 | tr -s ' ')" "$(out | head -1 | tr -s ' ' | sed 's/^ //')"
  expect_stdout_has "mean"
}

test_each_row_equals_a_single_call_whatever_the_threads() {
  local key; key=$(arg)
  awk 'BEGIN { for (i = 1; i <= 700; ++i) printf "%.3f\t%.3f\n", i / 7, 50 / i }' >thetas
  run phasic-moments "$key" --theta-file thetas --tsv -j 1
  expect_exit 0
  cp "$scratch/out" one
  run phasic-moments "$key" --theta-file thetas --tsv -j 4
  expect_true "four threads print what one prints" cmp -s one "$scratch/out"
  run phasic-moments "$key" --theta "$(sed -n '333p' thetas | tr '\t' ,)" --tsv
  expect_equal "$(sed -n 2p "$scratch/out")" "$(sed -n 334p one)"
}

test_interrupted_has_printed_whole_rows() {
  local key signal; key=$(rabbits)
  for signal in INT TERM; do
    timeout -s $signal 0.5 phasic-moments "$key" --grid flood_left=1:2:30000 --grid flood_right=1:2:3000 --tsv -j 2 >file
    timeout -s $signal 0.5 phasic-moments "$key" --grid flood_left=1:2:30000 --grid flood_right=1:2:3000 --tsv | cat >pipe
    for output in file pipe; do
      expect_true "$signal, $output: was interrupted" test "$(wc -l <$output)" -lt 90000001
      # A busy machine may not have got to the first.
      [ ! -s $output ] || expect_equal "$(tail -c 1 $output | od -An -c | tr -d ' ')" '\n'
      expect_equal "$(awk -F'\t' 'NF != 4 || $4 == ""' $output | wc -l)" 0
    done
  done
}

test_answers_a_row_before_the_next_is_sent() {
  local key answer; key=$(rabbits)
  coproc phasic-moments "$key" --theta-file - --tsv
  echo 2,4 >&"${COPROC[1]}"
  read -r -t 20 -u "${COPROC[0]}" answer
  expect_equal "$answer" "$(printf 'flood_left\tflood_right\tmean\tvariance')"
  read -r -t 20 -u "${COPROC[0]}" answer
  expect_equal "${answer%%.*}" "$(printf '2\t4\t0')"
  local input=${COPROC[1]}
  exec {input}>&-
  wait "$COPROC_PID"
}

test_bad_rows_keep_their_place() {
  local key; key=$(rabbits)
  printf '2,4\n1\n1,2,3\nx,1\n-1,4\n1,inf\n2,4\n' >thetas
  run phasic-moments "$key" --theta-file thetas --tsv
  expect_exit 65
  expect_equal "$(wc -l <"$scratch/out")" 8
  expect_equal "$(grep -c 'nan	nan$' "$scratch/out")" 5
  expect_equal "$(sed -n 2p "$scratch/out")" "$(sed -n 8p "$scratch/out")"
  expect_stderr_has "thetas:2: has 1 value; this model has 2 parameters: flood_left, flood_right"
  expect_stderr_has "thetas:4: 'x' is no number that doubles hold"
  expect_stderr_has "thetas:5: the rate from state"
  expect_stderr_has "is negative"
  run phasic-moments "$key" --theta-file thetas --json --bad-rows mark
  expect_exit 0
  expect_equal "$(grep -c '"error":' "$scratch/out")" 5
}

test_wrong_headers_are_refused() {
  local key; key=$(rabbits)
  printf 'flood_left\tflood_up\n1\t2\n' >unknown
  printf 'flood_left\tflood_left\n1\t2\n' >twice
  printf 'flood_left\n1\n' >short
  : >empty
  printf 'flood_left\tflood_right\n' >only_header
  run phasic-moments "$key" --theta-file unknown
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "unknown:1: there is no parameter 'flood_up'"
  run phasic-moments "$key" --theta-file twice
  expect_exit 65
  expect_stderr_has "the header names 'flood_left' twice"
  run phasic-moments "$key" --theta-file short
  expect_exit 65
  run phasic-moments "$key" --theta-file empty
  expect_exit 66
  run phasic-moments "$key" --theta-file only_header
  expect_exit 66
  run phasic-moments "$key" --theta-file not_there
  expect_exit 66
  expect_stderr_has "not_there"
}

test_wrong_theta_on_the_command_line() {
  local key; key=$(rabbits)
  run phasic-moments "$key"
  expect_exit 2
  expect_stderr_has "flood_left, flood_right"
  run phasic-moments "$key" --theta 2
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "--theta: has 1 value; this model has 2 parameters: flood_left, flood_right"
  run phasic-moments "$key" --theta 2,4,6
  expect_exit 65
  run phasic-moments "$key" --theta 2,x
  expect_exit 2
  run phasic-moments "$key" --theta 2,nan
  expect_exit 2
  run phasic-moments "$key" --theta 2,1e400
  expect_exit 2
  run phasic-moments "$key" --theta flood_left=2,flood_down=4
  expect_exit 65
  expect_stderr_has "there is no parameter 'flood_down'"
  run phasic-moments "$key" --theta flood_left=2,flood_left=4
  expect_exit 65
  run phasic-moments "$key" --theta flood_left=2
  expect_exit 65
  expect_stderr_has "'flood_right' is missing"
  run phasic-moments "$key" --theta 2,4 --theta-file x
  expect_exit 2
  run phasic-moments "$key" --theta=-1,4
  expect_exit 65
  expect_stderr_has "is negative"
  expect_stdout_has "nan"
}

test_wrong_questions_are_refused() {
  local key; key=$(rabbits)
  for order in 0 101 -1 x 1.5 ''; do
    run phasic-moments "$key" --theta 2,4 --moments "$order"
    [ -z "$order" ] || expect_exit 2
  done
  run phasic-moments "$key" --theta 2,4 --precision quad
  expect_exit 2
  run phasic-moments "$key" --theta 2,4 --precision mpfr:10
  expect_exit 2
  run env PHASIC_PRECISION=quad phasic-moments "$key" --theta 2,4
  expect_exit 2
  expect_stderr_has PHASIC_PRECISION
  run phasic-moments "$key" --theta 2,4 --reward foxes
  expect_exit 65
  expect_stderr_has "the model has no reward 'foxes'; it has left, right"
  run phasic-moments "$key" --theta 2,4 --tsv --json
  expect_exit 2
}

test_an_empty_value_is_a_mistake_in_a_script() {
  local key option; key=$(rabbits)
  for option in --reward --theta-file --precision --cache --cache-dir -o -j --bad-rows --grid --log-level; do
    run phasic-moments "$key" --theta 2,4 "$option" ""
    expect_exit 2
    expect_one_error_line
    expect_stdout ""
  done
  run phasic-moments "$key" --theta 2,4 --reward left --reward left
  expect_exit 2
  expect_stderr_has "--reward: 'left' is given twice"
}

test_wrong_questions_leave_the_cache_as_it_was() {
  local graph before; graph=$PWD/graph.phg
  PHASIC_CACHE=off phasic-build "$examples/rabbits.lua" >"$graph"
  for line in "--theta 1" "--theta zz=1,flood_left=2" "--theta 2,x" "" "--theta 2,4 --reward nope" "--theta-file nofile" \
              "--grid flood_left=1:2:2" "--theta 2,4 --reward @nofile" "--theta 2,4 -j x" "--theta 2,4 -j 0"; do
    run phasic-moments "$graph" $line
    expect_true "refused: $line" test "$status" -ne 0
    expect_one_error_line
    expect_true "no cache was made for: $line" test ! -e "$HOME/.phasic_cache"
  done
  run phasic-trace "$graph" -j x
  expect_exit 2
}

test_a_bad_row_has_an_errors_form() {
  run phasic-moments "$(rabbits)" --theta=-1,4
  expect_exit 65
  expect_one_error_line
  expect_true "tool, where, what" grep -q '^phasic-moments: --theta: the rate from state' "$scratch/err"
}

test_a_dash_is_standard_output() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 -o -
  expect_exit 0
  expect_stdout "$(phasic-moments "$key" --theta 2,4)"
  expect_true "no file of that name" test ! -e ./-
}

test_directories_are_no_files() {
  run phasic-moments "$(rabbits)" --theta-file .
  expect_exit 66
  expect_stderr_has "is a directory"
  run phasic-moments "$(rabbits)" --theta 2,4 --reward @.
  expect_exit 66
  run phasic-build .
  expect_exit 66
  run phasic-trace .
  expect_exit 66
}

test_check_says_no_for_a_graph_that_is_not_there() {
  run phasic-trace --check 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  expect_exit 1
  expect_no_stderr
  run phasic-trace --check --rebuild "$(rabbits)"
  expect_exit 2
}

test_rewards_from_a_file() {
  local key; key=$(rabbits)
  printf '# rabbits on the right\n0,2\t2\n1,1\t1\n0,1\t1\n' >right.tsv
  run phasic-moments "$key" --theta 2,4 --reward @right.tsv
  expect_exit 0
  expect_stdout "$(phasic-moments "$key" --theta 2,4 --reward right)"
  printf '0,2\t2\n9,9\t1\n' >wrong.tsv
  run phasic-moments "$key" --theta 2,4 --reward @wrong.tsv
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "wrong.tsv:2: there is no state (9,9)"
  run phasic-moments "$key" --theta 2,4 --reward @missing.tsv
  expect_exit 66
}

test_mpfr_agrees_with_double() {
  local key; key=$(arg)
  run phasic-moments "$key" --theta 2,5 --precision mpfr:300
  expect_exit 0
  expect_near "$(out | awk '$1 == "mean" { print $2 }')" 1.097774069101282 1e-15
}

test_numbers_beyond_doubles_are_decimals_not_inf() {
  local key; key=$(phasic-build --key "$examples/erlang.lua" -p stages=1)
  run phasic-moments "$key" --theta 1e-300 --moments 2 -v
  expect_exit 0
  # 2e600, but for the double that 1e-300 is.
  expect_true "an exponent of 600" grep -qE '^moment2 +[12]\.[09]+[0-9]*e\+(600|599)$' "$scratch/out"
  expect_stderr_has "beyond the range of doubles"
  run phasic-moments "$key" --theta 1e-300 --moments 2 --json
  expect_stdout_has "e+"
}

test_an_infinite_mean_is_an_answer() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 0,0
  expect_exit 0
  expect_stdout_has "mean      inf"
  expect_equal "$(grep -c WARNING "$scratch/err")" 1
  run phasic-moments "$key" --theta 0,0 --json
  expect_exit 0
  expect_stdout_has '"mean":null'
  expect_stdout_has '"note":"infinite"'
  run phasic-moments "$(phasic-build --key "$examples/erlang.lua")" --theta 0
  expect_stdout_has inf
}

test_several_graphs_are_told_apart() {
  local a b; a=$(rabbits); b=$(rabbits -p rabbits=3)
  run phasic-moments "$a" "$b" --theta 2,4 --tsv
  expect_exit 0
  expect_equal "$(cut -f1 "$scratch/out" | paste -sd' ')" "graph $a $b"
  run phasic-moments "$a" "$b" --theta 2,4 --json
  expect_equal "$(grep -c '^{"graph":"' "$scratch/out")" 2
  run_line "printf '%s\n%s\n' $a $b | phasic-trace | phasic-moments --theta 2,4 --tsv"
  expect_equal "$(wc -l <"$scratch/out")" 3
}

test_the_shape_of_a_distribution() {
  local key; key=$(phasic-build --key "$examples/erlang.lua" -p stages=16)
  run phasic-moments "$key" --theta 2 --kurtosis --mean --sd --central 3 --skewness --moments 1 --variance
  expect_exit 0
  expect_equal "$(out | awk '{ print $1 }' | paste -sd' ')" "mean variance sd skewness kurtosis moment1 central2 central3"
  expect_near "$(out | awk '$1 == "skewness" { print $2 }')" 0.5 1e-12
  expect_near "$(out | awk '$1 == "kurtosis" { print $2 }')" 3.375 1e-12
  run phasic-moments "$key" --theta 2 --central 1
  expect_exit 2
  run phasic-moments "$key" --theta 2 --central 101
  expect_exit 2
}

test_several_rewards_have_columns_each() {
  local key; key=$(rabbits)
  printf '0,2\t2\n1,1\t1\n0,1\t1\n' >right.tsv
  run phasic-moments "$key" --theta 2,4 --reward left --reward @right.tsv --tsv --mean --covariance --correlation --sd
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | tr '\t' ' ')" \
    "flood_left flood_right mean.left mean.right.tsv sd.left sd.right.tsv cov.left.right.tsv cor.left.right.tsv"
  run phasic-moments "$key" --theta 2,4 --reward left --reward right
  expect_equal "$(out | awk '{ print $1 }' | paste -sd' ')" "mean.left mean.right variance.left variance.right"
  run phasic-moments "$key" --theta 2,4 --reward left --reward right --json --covariance --gradient
  expect_true "the documented members" grep -qE \
    '^\{"theta":\[2,4\],"cov.left.right":0\.0300[0-9]*,"d.cov.left.right.flood_left":-[0-9.]*,"d.cov.left.right.flood_right":-[0-9.]*\}$' "$scratch/out"
  local option
  for option in --covariance --correlation; do
    run phasic-moments "$key" --theta 2,4 $option
    expect_exit 2
    expect_stderr_has "$option: needs two rewards"
  done
  run phasic-moments "$key" --theta 2,4 --reward left --reward foxes
  expect_exit 65
}

test_gradients_come_after_the_values() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --gradient
  expect_exit 0
  expect_equal "$(out | awk '{ print $1 }' | paste -sd' ')" \
    "mean variance d.mean.flood_left d.mean.flood_right d.variance.flood_left d.variance.flood_right"
  run phasic-moments "$key" --theta-file - --gradient --tsv <<<"$(printf '2,4\n-1,4\n2,4')"
  expect_exit 65
  expect_equal "$(sed -n 3p "$scratch/out" | tr '\t' ' ')" "-1 4 nan nan nan nan nan nan"
  expect_equal "$(sed -n 2p "$scratch/out")" "$(sed -n 4p "$scratch/out")"
}

test_tables_have_a_row_for_each_state() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --sojourn --visits --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | tr '\t' ' ')" "flood_left flood_right vertex state sojourn visits"
  expect_equal "$(cut -f3,4 "$scratch/out" | tail -n +2 | tr '\t\n' '= ')" "1=0,1 2=0,2 3=1,0 4=1,1 5=2,0 "
  # Their sum, each state with its rabbits on the left: the mean of that reward.
  expect_near "$(tail -n +2 "$scratch/out" | awk '{ split($4, n, ","); s += n[1] * $5 } END { printf "%.17g", s }')" 0.81122448979591837 1e-14
  run phasic-moments "$key" --theta 2,4 --from-every-state
  expect_equal "$(head -1 "$scratch/out" | tr -s ' ')" "vertex state mean variance"
  expect_near "$(out | awk '$2 == "2,0" { print $3 }')" 0.50382653061224492 1e-14
  run phasic-moments "$key" --theta-file - --from-every-state --mean --json --bad-rows mark <<<"$(printf '2,4\n-1,4\n')"
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 6
  expect_true "vertex and state" grep -qE '^\{"theta":\[2,4\],"vertex":5,"state":\[2,0\],"mean":0\.5038' "$scratch/out"
  run phasic-moments "$key" --theta-file - --from-every-state --mean --tsv <<<"$(printf '2,4\n-1,4\n')"
  expect_exit 65
  expect_equal "$(grep -c 'nan$' "$scratch/out")" 5
  run phasic-moments "$key" --theta 0,0 --sojourn --json
  expect_equal "$(grep -c '"sojourn":null,"note":"infinite"}' "$scratch/out")" 3
}

# Both rabbits on the left, flooded at rate f: a jump comes first with probability 2 / (2 + f).
test_gradients_of_every_row() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --reward right --atom --gradient
  expect_exit 0
  expect_near "$(out | awk '$1 == "d.atom.flood_left" { print $2 }')" "$(awk 'BEGIN { printf "%.17g", 1 / 9 }')" 1e-15
  run phasic-moments "$key" --theta 2,4 --from-every-state --mean --sojourn --gradient --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | cut -f3- | tr '\t' ' ')" \
    "vertex state mean sojourn d.mean.flood_left d.mean.flood_right d.sojourn.flood_left d.sojourn.flood_right"
  # The chain begins with both on the left.
  run phasic-moments "$key" --theta 2,4 --gradient
  local derivative; derivative=$(out | awk '$1 == "d.mean.flood_left" { print $2 }')
  run phasic-moments "$key" --theta 2,4 --from-every-state --mean --gradient --json
  expect_equal "$(grep '"state":\[2,0\]' "$scratch/out" | sed 's/.*"d.mean.flood_left":\([^,]*\).*/\1/' | cut -c1-15)" "$(cut -c1-15 <<<"$derivative")"
  key=$(phasic-build --key "$examples/gamblers_ruin.lua" -p stake=1 -p goal=2)
  run phasic-moments "$key" --theta 0.4 --absorption --mean --gradient --tsv
  expect_exit 0
  expect_equal "$(cut -f3- "$scratch/out" | tr '\t' ' ' | sed -n '2,3p' | cut -d' ' -f1,4)" "$(printf '0 -1\n2 1')"
}

test_questions_about_different_rows_are_refused() {
  local key line; key=$(rabbits)
  for line in "--sojourn --mean" "--visits --atom" "--sojourn --absorption" "--from-every-state --absorption" \
              "--absorption --atom"; do
    run phasic-moments "$key" --theta 2,4 $line
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "ask in two calls"
  done
}

test_grids() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --grid flood_left=1:3:3 --grid flood_right=0.1:10:3:log --tsv --mean
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 10
  expect_equal "$(cut -f1,2 "$scratch/out" | sed -n '2p;3p;4p;5p;10p' | paste -sd' ')" \
    "$(printf '1\t0.1 1\t1 1\t10 2\t0.1 3\t10')"
  expect_equal "$(sed -n 6p "$scratch/out" | cut -f3)" "$(phasic-moments "$key" --theta 2,1 --mean | awk '{ print $2 }')"
  run phasic-moments "$key" --grid flood_left=2 --theta flood_right=4 --json
  expect_exit 0
  expect_stdout_has '{"theta":[2,4],'
  run phasic-moments "$key" --grid flood_left=1:3:0 --grid flood_right=1
  expect_exit 2
  expect_one_error_line
  run phasic-moments "$key" --grid flood_left=1:3:2
  expect_exit 65
  expect_stderr_has "'flood_right' has no value; give --grid flood_right=... or --theta flood_right=..."
  run phasic-moments "$key" --grid flood_down=1:3:2 --grid flood_left=1
  expect_exit 65
  run phasic-moments "$key" --grid flood_left=1 --theta-file x
  expect_exit 2
}

test_simd_changes_no_digit() {
  local key simd; key=$(arg)
  phasic-moments "$key" --grid coalescence=0.1:10:40:log --grid recombination=0:7:30 --tsv --moments 4 >best
  for simd in baseline avx2 avx512; do
    run env PHASIC_SIMD=$simd phasic-moments "$key" --grid coalescence=0.1:10:40:log --grid recombination=0:7:30 --tsv --moments 4
    if [ "$status" -eq 2 ]; then expect_stderr_has "this processor has no $simd"; else expect_true "$simd" cmp -s best "$scratch/out"; fi
  done
  run env PHASIC_SIMD=mmx phasic-moments "$key" --theta 1,1
  expect_exit 2
}

test_results_go_to_a_file_whole_or_not_at_all() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --tsv -o result.tsv
  expect_exit 0
  expect_stdout ""
  expect_equal "$(wc -l <result.tsv)" 2
  echo old >keep
  run phasic-moments "$key" --theta 2 -o keep
  expect_exit 65
  expect_equal "$(cat keep)" old
  run phasic-moments "$key" --theta 2,4 -o no/such/directory
  expect_exit 73
}

test_build_and_moments_work_without_trace_between_them() {
  run_line "phasic-build '$examples/rabbits.lua' | phasic-moments --theta 2,4"
  expect_exit 0
  expect_equal "$(find "$HOME/.phasic_cache/traces" -name '*.pht' | wc -l)" 1
}

test_trace_says_what_it_did() {
  local key; key=$(arg)
  run phasic-trace --check "$key"
  expect_exit 1
  expect_stdout ""
  run phasic-trace -v "$key"
  expect_exit 0
  expect_stdout "$key"
  expect_stderr_has "recorded trace: 30 states"
  expect_stderr_has "saved trace to cache"
  run phasic-trace -v "$key"
  expect_stderr_has "cache hit: trace"
  run phasic-trace --check "$key"
  expect_exit 0
  expect_stdout "$key"
  run phasic-trace --explain "$key"
  expect_no_stderr
  run phasic-trace -v --rebuild "$key"
  expect_stderr_has "recorded trace"
}

test_a_trace_of_the_arg_is_small() {
  local key; key=$(phasic-build --key "$examples/two_locus_arg.lua" -p n=6)
  run phasic-trace -v "$key"
  local multiply_adds size
  multiply_adds=$(grep -oE '[0-9]+ multiply-adds' "$scratch/err" | cut -d' ' -f1)
  expect_true "under 20,000 multiply-adds a mean, not $multiply_adds" test "$multiply_adds" -lt 20000
  size=$(stat -c %s "$(find "$HOME/.phasic_cache/traces" -name '*.pht')")
  expect_true "under 80 KB, not $size bytes" test "$size" -lt 81920
}

test_a_renamed_parameter_keeps_its_trace() {
  phasic-build "$examples/erlang.lua" | phasic-trace >/dev/null
  sed 's/rate/pace/g' "$examples/erlang.lua" >renamed.lua
  run_line "phasic-build renamed.lua | phasic-trace -v"
  expect_exit 0
  expect_stderr_has "cache hit: trace"
}

test_a_traces_key_is_not_a_graphs() {
  local key trace; key=$(rabbits)
  phasic-trace "$key" >/dev/null
  trace=$(basename "$(find "$HOME/.phasic_cache/traces" -name '*.pht')" .pht)
  for tool in "phasic-trace" "phasic-moments --theta 2,4"; do
    run $tool "$trace"
    expect_exit 65
    expect_one_error_line
    expect_stderr_has "is a trace; give its graph's key $key"
  done
}

test_keys_that_are_not_there() {
  local none=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  run phasic-trace $none
  expect_exit 66
  expect_one_error_line
  run_line "echo $none | phasic-moments --theta 1"
  expect_exit 66
  expect_stderr_has "no longer in the cache"
  run phasic-moments 01234567 --theta 1
  expect_exit 66
  run env PHASIC_CACHE=off phasic-moments "$(rabbits)" --theta 2,4
  expect_exit 66
  expect_stderr_has "the cache is off"
  run_line "phasic-moments --theta 1 </dev/null"
  expect_exit 66
  run phasic-moments no_such_file --theta 1
  expect_exit 66
}

test_prefixes_of_keys() {
  local key; key=$(rabbits)
  run phasic-moments "${key:0:8}" --theta 2,4
  expect_exit 0
}

test_files_that_are_no_graphs() {
  echo 'not a graph' >text
  run phasic-trace ./text
  expect_exit 65
  expect_one_error_line
  PHASIC_CACHE=off phasic-build "$examples/rabbits.lua" >graph.phg
  head -c -100 graph.phg >short
  run_line "phasic-moments --theta 2,4 <short"
  expect_exit 65
  expect_one_error_line
  (cat graph.phg; printf 'x') >long
  run_line "phasic-moments --theta 2,4 <long"
  expect_exit 65
  { head -c 1000 graph.phg; printf '\377'; tail -c +1002 graph.phg; } >flipped
  cmp -s graph.phg flipped || {
    run phasic-moments ./flipped --theta 2,4
    expect_exit 65
    expect_stderr_has "checksum"
  }
}

test_without_a_cache_the_data_goes_down_the_pipe() {
  export PHASIC_CACHE=off
  run_line "phasic-build '$examples/two_locus_arg.lua' -p n=6 | phasic-trace | phasic-moments --theta 2,5"
  unset PHASIC_CACHE
  expect_exit 0
  expect_near "$(out | awk '$1 == "mean" { print $2 }')" 1.300798319675968 1e-15
  expect_true "no cache was made" test ! -e "$HOME/.phasic_cache"
}

test_objects_in_a_file_serve_without_a_cache() {
  phasic-build "$examples/rabbits.lua" | phasic-trace -o rabbits.phasic
  run env PHASIC_CACHE=off phasic-moments rabbits.phasic --theta 2,4 -v
  expect_exit 0
  expect_true "the trace in the file was used" bash -c "! grep -q 'recorded trace' '$scratch/err'"
}

test_a_trace_behind_the_wrong_graph_is_refused() {
  export PHASIC_CACHE=off
  phasic-build "$examples/rabbits.lua" >a
  phasic-build "$examples/erlang.lua" | phasic-trace >b
  unset PHASIC_CACHE
  local graph_size; graph_size=$(PHASIC_CACHE=off phasic-build "$examples/erlang.lua" | wc -c)
  tail -c +$((graph_size + 1)) b >trace
  run_line "cat a trace | PHASIC_CACHE=off phasic-moments --theta 2,4"
  expect_exit 65
  expect_stderr_has "is not one of it"
  run_line "PHASIC_CACHE=off phasic-moments --theta 2,4 <trace"
  expect_exit 65
}

test_cache_modes() {
  local key; key=$(rabbits)
  run phasic-trace --cache ro "$key" -v
  expect_exit 0
  expect_equal "$(find "$HOME/.phasic_cache/traces" -name '*.pht' 2>/dev/null | wc -l)" 0
  phasic-trace "$key" >/dev/null
  run phasic-moments --cache verify "$key" --theta 2,4 -v
  expect_exit 0
  expect_stderr_has "recorded trace"
  run phasic-trace --cache wrong "$key"
  expect_exit 2
}

# Two rabbits with an indexer of slots: exact fractions give 37/392 and the variance.
slotted_rabbits() {
  cat >slotted.lua <<'END'
local island = indexer { slots { "left", "right" } }
local left, right = island.left, island.right
parameters { "flood_left", "flood_right" }
initial { [left] = 2 }
transitions(function(state, emit)
  if state[left] > 0 then
    emit(state:with(left, -1, right, 1), {}, 1)
    emit(state:with(left, -state[left]), { flood_left = 1 })
  end
  if state[right] > 0 then
    emit(state:with(right, -1, left, 1), {}, 1)
    emit(state:with(right, -state[right]), { flood_right = 1 })
  end
end)
END
  phasic-build --key slotted.lua
}

test_a_count_is_a_reward() {
  local key; key=$(slotted_rabbits)
  run phasic-moments "$key" --theta 2,4 --reward count:right
  expect_exit 0
  expect_near "$(awk '/^mean/ { print $2 }' "$scratch/out")" 0.094387755102040816 1e-15
  expect_near "$(awk '/^variance/ { print $2 }' "$scratch/out")" 0.0463478758850479 1e-13
  local count; count=$(out)
  run phasic-moments "$key" --theta 2,4 --reward count:right=1
  expect_stdout "$count"
  run phasic-cache show "$key"
  expect_stdout_has "properties:        left right"
}

test_a_count_that_is_not_there_says_what_is() {
  local key; key=$(slotted_rabbits)
  run phasic-moments "$key" --theta 2,4 --reward count:middle
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "--reward: the model has no property 'middle'; it has left, right"
  run phasic-moments "$key" --theta 2,4 --reward count:right=2
  expect_exit 65
  expect_stderr_has "property 'right' is nowhere '2'; its values are from 1 to 1"
  run phasic-moments "$(rabbits)" --theta 2,4 --reward count:right
  expect_exit 65
  expect_stderr_has "it has none; an indexer in the model file names what a state counts"
  run phasic-moments "$(rabbits)" --theta 2,4 --reward count:
  expect_exit 65
  expect_one_error_line
}

run_suite
