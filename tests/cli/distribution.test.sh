# Distributions as a shell user asks for them.
. "$(dirname "$0")/harness.sh"

examples=$PHASIC_SOURCE/examples
value() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/out"; }
rabbits() { phasic-build --key "$examples/rabbits.lua"; }

# Values of an independent dense solve.
test_two_rabbits() {
  run phasic-moments "$(rabbits)" --theta 2,4 --pdf 1 --cdf 1 --survival 1
  expect_exit 0
  expect_no_stderr
  expect_near "$(value pdf.1)" 0.29481407705142 1e-13
  expect_near "$(value cdf.1)" 0.86392812223392 1e-13
  expect_near "$(value survival.1)" 0.13607187776608 1e-13
}

# prod C / (C + s) over C = 6, 3, 1.
test_the_transform_of_kingmans_coalescent() {
  run phasic-moments "$(phasic-build --key "$examples/kingman.lua" -p n=4)" --theta 1 --laplace 0,0.5
  expect_exit 0
  expect_equal "$(value laplace.0)" 1
  expect_near "$(value laplace.0.5)" 0.52747252747252749 1e-15
}

# Two phases in a row with success probability 0.3.
test_mass_in_discrete_time() {
  cat >two.lua <<'END'
time "discrete"
parameters { "success" }
initial { { 1, { [1] = 0 } } }
transitions(function(state, emit)
  if state[1] < 2 then emit(state:with(1, 1), { 1 }) end
end)
END
  local key; key=$(phasic-build --key two.lua)
  run phasic-moments "$key" --theta 0.3 --pdf 0,1,2,3,5 --cdf 3 --quantile 0.2,0.5
  expect_exit 0
  expect_equal "$(value pdf.0) $(value pdf.1)" "0 0"
  expect_near "$(value pdf.2)" 0.09 1e-15
  expect_near "$(value pdf.3)" 0.126 1e-15
  expect_near "$(value pdf.5)" 0.12348 1e-15
  expect_near "$(value cdf.3)" 0.216 1e-15
  expect_equal "$(value quantile.0.2) $(value quantile.0.5)" "3 6"
}

test_an_exponential() {
  local key; key=$(phasic-build --key "$examples/erlang.lua" -p stages=1)
  run phasic-moments "$key" --theta 2 --survival 100 --quantile 0.5,0.999999 --cdf 1e-12
  expect_exit 0
  expect_near "$(value survival.100)" 1.3838965267367376e-87 1e-12
  expect_near "$(value quantile.0.5)" 0.34657359027997264 1e-14
  expect_near "$(value quantile.0.999999)" 6.9077552789687745 1e-9
  expect_near "$(value cdf.1e-12)" 1.999999999998e-12 1e-14
}

# Of n = 10,000 stages: at the mean 1/2 + 1/(3 sqrt(2 pi n)) - ..., and the median of a Gamma distribution, n - 1/3 + 8/(405 n).
test_a_nearly_certain_time() {
  run phasic-moments "$(phasic-build --key "$examples/erlang.lua" -p stages=10000)" --theta 10000 --cdf 1 --quantile 0.5
  expect_exit 0
  expect_near "$(value cdf.1)" 0.50132980833995566 1e-9
  expect_near "$(value quantile.0.5)" 0.99996666686 1e-9
}

test_columns_come_in_a_fixed_order_and_go_with_moments() {
  run phasic-moments "$(rabbits)" --theta 2,4 --laplace 1 --quantile 0.5 --survival 1 --cdf 0:1:3 --pdf 1 --mean --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" \
    "$(printf 'flood_left\tflood_right\tmean\tpdf.1\tcdf.0\tcdf.0.5\tcdf.1\tsurvival.1\tquantile.0.5\tlaplace.1')"
  run phasic-moments "$(rabbits)" --theta 2,4 --cdf 1:100:3:log --json
  expect_stdout_has '"cdf.1":0.863'
  expect_stdout_has '"cdf.10":'
  expect_stdout_has '"cdf.100":'
}

test_an_answer_does_not_depend_on_what_else_is_asked() {
  local key alone; key=$(phasic-build --key "$examples/two_locus_arg.lua" -p n=4)
  alone=$(phasic-moments "$key" --theta 2,5 --cdf 1.5 --tsv | tail -1 | cut -f3)
  run phasic-moments "$key" --theta 2,5 --cdf 0.1:30:50,1.5,1000 --quantile 0.3 --tsv
  expect_exit 0
  expect_equal "$(tail -1 "$scratch/out" | cut -f53)" "$alone"
}

test_rows_are_the_same_on_any_number_of_threads() {
  local key jobs; key=$(rabbits)
  for jobs in 1 3; do
    run phasic-moments "$key" --grid flood_left=0.1:3:20 --grid flood_right=1:2:5 --cdf 1,1e6 --quantile 0.5 --tsv -j $jobs
    expect_exit 0
    cp "$scratch/out" "rows.$jobs"
  done
  expect_true "the same" cmp -s rows.1 rows.3
  expect_equal "$(wc -l <rows.1)" 101
  expect_equal "$(sed -n 2p rows.1 | cut -f3-)" "$(phasic-moments "$key" --theta 0.1,1 --cdf 1,1e6 --quantile 0.5 --tsv | sed -n 2p | cut -f3-)"
}

test_simd_changes_no_digit_of_a_contour() {
  local key simd; key=$(phasic-build --key "$examples/two_locus_arg.lua" -p n=5)
  phasic-moments "$key" --theta 2,1e7 --cdf 0.1:10:20 --laplace 0.1:3:7 >best
  for simd in baseline avx2 avx512; do
    run env PHASIC_SIMD=$simd phasic-moments "$key" --theta 2,1e7 --cdf 0.1:10:20 --laplace 0.1:3:7
    if [ "$status" -eq 2 ]; then expect_stderr_has "this processor has no $simd"; else expect_true "$simd" cmp -s best "$scratch/out"; fi
  done
}

# The time of right rabbits is 0 where the left island is flooded before one jumps.
test_a_reward_that_may_be_zero_has_an_atom() {
  run phasic-moments "$(rabbits)" --theta 2,4 --reward right --cdf 0 --quantile 0.6
  expect_exit 0
  expect_near "$(value cdf.0)" 0.66666666666666663 1e-15
  expect_equal "$(value quantile.0.6)" 0
}

test_where_the_chain_is() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --state-probabilities 0,1 --state-times 1 --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" \
    "$(printf 'flood_left\tflood_right\tvertex\tstate\tprobability.0\tprobability.1\ttime.1')"
  expect_equal "$(awk -F'\t' '$4 == "2,0" { print $5 }' "$scratch/out")" 1
  expect_near "$(awk -F'\t' '$4 == "0,0" { print $6 }' "$scratch/out")" 0.86392812223392 1e-13
  expect_near "$(awk -F'\t' 'NR > 1 { sum += $6 } END { printf "%.17g", sum }' "$scratch/out")" 1 1e-14
  run phasic-moments "$key" --theta 2,4 --state-times 1e3
  # All of the mean, 395/784.
  expect_near "$(awk 'NR > 1 { sum += $3 } END { printf "%.17g", sum }' "$scratch/out")" 0.50382653061224492 1e-12
  run phasic-moments "$key" --theta 2,4 --state-probabilities 1 --json
  expect_stdout_has '{"theta":[2,4],"vertex":1,"state":[0,1],"probability.1":'
}

# One exponential stage at rate 2: F = 1 - exp(-2t), q = -log(1 - p) / 2, L = 2 / (2 + s).
test_derivatives_of_an_exponential() {
  local key; key=$(phasic-build --key "$examples/erlang.lua" -p stages=1)
  run phasic-moments "$key" --theta 2 --pdf 1 --cdf 1 --survival 1 --quantile 0.5 --laplace 3 --gradient --mean --tsv
  expect_exit 0
  expect_no_stderr
  expect_equal "$(head -1 "$scratch/out" | tr '\t' ' ')" "rate mean d.mean.rate pdf.1 cdf.1 survival.1 quantile.0.5 laplace.3 \
d.pdf.1.rate d.cdf.1.rate d.survival.1.rate d.quantile.0.5.rate d.laplace.3.rate"
  expect_near "$(sed -n 2p "$scratch/out" | cut -f9)" "$(awk 'BEGIN { printf "%.17g", -exp(-2) }')" 1e-13
  expect_near "$(sed -n 2p "$scratch/out" | cut -f10)" "$(awk 'BEGIN { printf "%.17g", exp(-2) }')" 1e-13
  expect_near "$(sed -n 2p "$scratch/out" | cut -f11)" "$(awk 'BEGIN { printf "%.17g", -exp(-2) }')" 1e-13
  expect_near "$(sed -n 2p "$scratch/out" | cut -f12)" "$(awk 'BEGIN { printf "%.17g", -log(2) / 4 }')" 1e-12
  expect_near "$(sed -n 2p "$scratch/out" | cut -f13)" 0.12 1e-14
  # Asking for derivatives changes no digit of what they are of.
  local values; values=$(sed -n 2p "$scratch/out" | cut -f4-8)
  run phasic-moments "$key" --theta 2 --pdf 1 --cdf 1 --survival 1 --quantile 0.5 --laplace 3 --tsv
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f2-)" "$values"
}

test_derivatives_are_the_same_for_any_threads_and_vectors() {
  local key simd; key=$(phasic-build --key "$examples/two_locus_arg.lua" -p n=4)
  printf '2\t5\n2\t1e7\n-1\t5\n0.5\t0\n' >thetas
  phasic-moments "$key" --theta-file thetas --cdf 0.5,2 --quantile 0.5 --laplace 1 --gradient --tsv -j 1 >one 2>/dev/null
  phasic-moments "$key" --theta-file thetas --cdf 0.5,2 --quantile 0.5 --laplace 1 --gradient --tsv -j 3 >three 2>/dev/null
  expect_true "threads" cmp -s one three
  expect_equal "$(sed -n 4p one | tr '\t' '\n' | grep -c nan)" 12
  for simd in baseline avx2; do
    run env PHASIC_SIMD=$simd phasic-moments "$key" --theta-file thetas --cdf 0.5,2 --quantile 0.5 --laplace 1 --gradient --tsv
    [ "$status" -eq 2 ] || expect_true "$simd" cmp -s one "$scratch/out"
  done
}

# Too many jumps to follow; in discrete time there is no contour either.
test_derivatives_do_not_end_where_jumps_are_too_many() {
  local key slope
  cat >waiting.lua <<'END'
time "discrete"
parameters { "p" }
initial { [1] = 1 }
transitions(function(state, emit)
  if state[1] == 1 then emit(state:with(1, -1), { p = 1 }) end
end)
END
  key=$(phasic-build --key waiting.lua)
  run phasic-moments "$key" --theta 1e-9 --survival 1e9 --pdf 2e9 --gradient
  expect_exit 0
  expect_no_stderr
  # (1 - p)^t is exp(-1 - p / 2), its derivative -t (1 - p)^(t - 1); the derivative of p (1 - p)^(t - 1) is (1 - t p) (1 - p)^(t - 2).
  expect_near "$(awk -v x="$(value d.survival.1e+09.p)" 'BEGIN { printf "%.17g", x / 1e9 }')" -0.36787944135538201 1e-12
  expect_near "$(value d.pdf.2e+09.p)" -0.13533528337194798 1e-12
  # Rare floods, of which one in two meets a rabbit: P(R > t) = exp(-(a + b) t / 2).
  key=$(phasic-build --key "$examples/rabbits.lua" -p rabbits=1)
  run phasic-moments "$key" --theta 2e-13,4e-13 --cdf 1e13 --quantile 0.5 --gradient
  expect_exit 0
  slope=$(value d.cdf.1e+13.flood_left)
  expect_near "$(awk -v x="$slope" 'BEGIN { printf "%.17g", x / 5e12 }')" 0.049787068367863944 1e-12
  # q = 2 log(2) / (a + b), so dq / q = -da / (a + b).
  slope=$(awk -v x="$(value d.quantile.0.5.flood_right)" -v q="$(value quantile.0.5)" 'BEGIN { printf "%.17g", 6e-13 * x / q }')
  expect_near "$slope" -1 1e-11
  run phasic-moments "$key" --theta 2e-13,4e-13 --state-probabilities 1e13 --gradient --tsv
  expect_exit 0
  slope=$(awk -F'\t' '$4 == "0,0" { print $6 }' "$scratch/out")
  expect_near "$(awk -v x="$slope" 'BEGIN { printf "%.17g", x / 5e12 }')" 0.049787068367863944 1e-12
  # Half of (1 - exp(-3)) / 3e-13 on either side.
  run phasic-moments "$key" --theta 2e-13,4e-13 --state-times 1e13 --gradient --tsv
  expect_exit 0
  expect_near "$(awk -F'\t' '$4 == "1,0" { printf "%.17g", $5 * 6e-13 }' "$scratch/out")" 0.95021293163213606 1e-12
  # Of as many steps as would not fit into the memory.
  run phasic-moments "$key" --theta 2e-9,4e-9 --state-times 1e9
  expect_exit 0
  expect_near "$(awk '$2 == "1,0" { printf "%.17g", $3 * 6e-9 }' "$scratch/out")" 0.95021293163213606 1e-8
}

# A waiting time of whole numbers, which a small change of theta does not move.
test_quantiles_in_discrete_time_have_no_derivatives() {
  local key; key=$(phasic-build --key "$examples/gamblers_ruin.lua")
  run phasic-moments "$key" --theta 0.5 --quantile 0.5 --gradient
  expect_exit 65
  expect_one_error_line
  expect_stdout ""
  expect_stderr_has "--quantile: in discrete time"
  # Ruin or the goal in three games from 3 of 10: three losses in a row, (1 - p)^3.
  run phasic-moments "$key" --theta 0.4 --cdf 3 --gradient
  expect_near "$(value cdf.3)" 0.216 1e-15
  expect_near "$(value d.cdf.3.win)" -1.08 1e-14
}

test_several_rewards_have_distributions_each() {
  local key; key=$(rabbits)
  run phasic-moments "$key" --theta 2,4 --reward left --reward right --mean --cdf 0,1 --laplace 1 --gradient --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | tr '\t' '\n' | sed -n '3,15p' | paste -sd' ')" \
    "mean.left mean.right d.mean.left.flood_left d.mean.left.flood_right d.mean.right.flood_left d.mean.right.flood_right \
cdf.0.left cdf.0.right cdf.1.left cdf.1.right laplace.1.left laplace.1.right d.cdf.0.left.flood_left"
  local both; both=$(sed -n 2p "$scratch/out" | cut -f12)
  run phasic-moments "$key" --theta 2,4 --reward right --cdf 1
  expect_equal "$(value cdf.1)" "$both"
}

# A state earns its reward times the time in it: one rabbit on the left earns what the state has, none on the right.
test_what_is_earned_in_each_state() {
  local key; key=$(phasic-build --key "$examples/rabbits.lua" -p rabbits=1)
  run phasic-moments "$key" --theta 2,4 --state-times 1 --reward left --reward right --gradient --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | cut -f3- | tr '\t' ' ')" "vertex state time.1.left time.1.right \
d.time.1.left.flood_left d.time.1.left.flood_right d.time.1.right.flood_left d.time.1.right.flood_right"
  expect_equal "$(awk -F'\t' '$4 == "1,0" { print $6, $9, $10 }' "$scratch/out")" "0 0 0"
  local left; left=$(awk -F'\t' '$4 == "1,0" { print $5 }' "$scratch/out")
  run phasic-moments "$key" --theta 2,4 --state-times 1 --state-probabilities 1 --tsv
  expect_equal "$(awk -F'\t' '$4 == "1,0" { print $6 }' "$scratch/out")" "$left"
}

test_samples_of_several_rewards_are_of_one_walk() {
  local key; key=$(phasic-build --key "$examples/rabbits.lua" -p rabbits=1)
  run phasic-moments "$key" --theta 2,4 --samples 50 --reward left --reward right
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | xargs)" "sample.left sample.right"
  expect_equal "$(wc -l <"$scratch/out")" 51
}

test_samples() {
  local key jobs; key=$(rabbits)
  for jobs in 1 4; do
    run phasic-moments "$key" --theta 2,4 --samples 20000 --seed 7 -j $jobs
    expect_exit 0
    cp "$scratch/out" "samples.$jobs"
  done
  expect_true "threads change nothing" cmp -s samples.1 samples.4
  expect_equal "$(wc -l <samples.1)" 20000
  expect_equal "$(phasic-moments "$key" --theta 2,4 --samples 3 --seed 7)" "$(head -3 samples.1)"
  # Mean 395/784, standard deviation 0.4759: five standard errors of 20,000 are 0.017.
  expect_true "the mean" awk '{ sum += $1 } END { d = sum / NR - 395 / 784; exit !(d < 0.017 && d > -0.017) }' samples.1
  expect_true "another seed" bash -c "! cmp -s samples.1 <(phasic-moments $key --theta 2,4 --samples 20000 --seed 8)"
  run phasic-moments "$key" --grid flood_left=1:2:2 --theta flood_right=4 --samples 2 --tsv
  expect_equal "$(wc -l <"$scratch/out")" 5
  expect_equal "$(head -1 "$scratch/out")" "$(printf 'flood_left\tflood_right\tsample')"
  run phasic-moments "$key" --theta 2,4 --samples 1 --json
  expect_stdout_has '{"theta":[2,4],"sample":'
}

test_infinity_is_an_answer() {
  run phasic-moments "$(rabbits)" --theta 0,0 --quantile 0.5 --cdf 10 --laplace 0
  expect_exit 0
  expect_equal "$(value quantile.0.5)" inf
  expect_equal "$(value cdf.10) $(value laplace.0)" "0 0"
  expect_equal "$(grep -c WARNING "$scratch/err")" 1
  run phasic-moments "$(rabbits)" --theta 0,0 --samples 2
  expect_stdout "$(printf 'inf\ninf')"
}

test_bad_rows_keep_their_place() {
  printf '2\t4\n-1\t4\nx\t1\n1\t1\n' >thetas
  run phasic-moments "$(rabbits)" --theta-file thetas --cdf 1 --mean --tsv
  expect_exit 65
  expect_equal "$(sed -n 3p "$scratch/out" | cut -f3,4)" "$(printf 'nan\tnan')"
  expect_equal "$(wc -l <"$scratch/out")" 5
  run phasic-moments "$(rabbits)" --theta-file thetas --samples 1 --json --bad-rows mark
  expect_exit 0
  expect_equal "$(grep -c '"error":' "$scratch/out")" 2
  expect_equal "$(wc -l <"$scratch/out")" 4
  run phasic-moments "$(rabbits)" --theta-file thetas --state-probabilities 1 --tsv
  expect_exit 65
}

test_wrong_questions_are_refused() {
  local key line; key=$(rabbits)
  for line in "--cdf=-1" "--pdf 1,x" "--survival 1,,2" "--cdf nan" "--cdf inf" "--cdf 0:1:0" "--cdf 1:2" "--cdf 0:1:3:log" \
              "--quantile 0" "--quantile 1" "--quantile 0.5,1.5" "--quantile=-0.1" "--laplace=-1" "--samples 0" "--samples 1.5" \
              "--samples x" "--seed 3" "--samples 3 --seed -1" "--samples 3 --cdf 1" "--samples 3 --mean" "--state-times=-1" \
              "--samples 3 --state-times 1" "--state-times 1 --mean" "--state-probabilities 1 --reward left" \
              "--samples 3 --gradient" "--cdf 0:1:1000000" "--state-probabilities x" \
              "--cdf 1,1" "--cdf 0:2:3,1" "--state-times 1,0.99999999999999999999" "--quantile 0.99999999999999999999"; do
    run phasic-moments "$key" --theta 2,4 $line
    expect_exit 2
    expect_one_error_line
    expect_stdout ""
  done
  run phasic-moments "$key" --theta 2,4 --cdf ""
  expect_exit 2
}

test_rewards_in_discrete_time_are_whole_numbers() {
  local key; key=$(phasic-build --key "$examples/gamblers_ruin.lua")
  printf '1\t0.5\n' >half.tsv
  run phasic-moments "$key" --theta 0.5 --reward @half.tsv --cdf 1
  expect_exit 65
  expect_one_error_line
  expect_stderr_has "no whole number"
  run phasic-moments "$key" --theta 0.5 --reward @half.tsv --laplace 1
  expect_exit 0
}

run_suite
