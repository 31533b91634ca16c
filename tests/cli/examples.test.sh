# Every example, from its file to its numbers, against closed forms or values with a derivation of their own.
. "$(dirname "$0")/harness.sh"

# ask MODEL [BUILD OPTIONS] -- [MOMENTS OPTIONS]: leaves the answer in $scratch/out.
ask() {
  local build=()
  while [ "$1" != -- ]; do build+=("$1"); shift; done
  shift
  last_command="phasic-build ${build[*]} | phasic-trace | phasic-moments $*"
  (set -o pipefail; phasic-build "$examples/${build[0]}" "${build[@]:1}" | phasic-trace | phasic-moments "$@") \
    >"$scratch/out" 2>"$scratch/err"
  status=$?
  expect_exit 0
}
value() { awk -v name="$1" '$1 == name { print $2 }' "$scratch/out"; }

# Exact fractions, 600-digit elimination and two independent solvers agree on these.
test_two_locus_arg() {
  ask two_locus_arg.lua -p n=6 -- --theta 2,5
  expect_near "$(value mean)" 1.300798319675968 1e-15
  expect_near "$(value variance)" 0.5844898758255812 1e-14
  local n=2
  for mean in 0.8270298403886188 1.097774069101282 1.195883473275236 1.264272062302333; do
    ask two_locus_arg.lua -p n=$n -- --theta 2,5
    expect_near "$(value mean)" $mean 1e-15
    n=$((n + 1))
  done
}

# Without recombination both loci share one tree, Kingman's; with very much they are independent trees.
test_two_locus_arg_between_its_limits() {
  ask two_locus_arg.lua -p n=5 -- --theta 1,0
  expect_near "$(value mean)" 1.6 1e-15
}

# Height: sum over k = 2..n of 1/C(k,2); its variance: the sum of the squares. Length: 2 (1 + ... + 1/(n-1)),
# variance 4 (1 + ... + 1/(n-1)^2). Singletons: 2 for every n (Fu 1995).
test_kingman() {
  for n in 2 5 10; do
    local closed
    closed=$(awk -v n=$n 'BEGIN { for (k = 2; k <= n; ++k) { m += 2 / (k * (k - 1)); v += (2 / (k * (k - 1)))^2;
      l += 2 / (k - 1); w += 4 / (k - 1)^2 } printf "%.17g %.17g %.17g %.17g", m, v, l, w }')
    read -r mean variance length length_variance <<<"$closed"
    ask kingman.lua -p n=$n -- --theta 1
    expect_near "$(value mean)" "$mean" 1e-14
    expect_near "$(value variance)" "$variance" 1e-13
    ask kingman.lua -p n=$n -- --theta 1 --reward tree_height
    expect_near "$(value mean)" "$mean" 1e-14
    ask kingman.lua -p n=$n -- --theta 1 --reward total_length
    expect_near "$(value mean)" "$length" 1e-14
    expect_near "$(value variance)" "$length_variance" 1e-13
    ask kingman.lua -p n=$n -- --theta 1 --reward singletons
    expect_near "$(value mean)" 2 1e-14
  done
  ask kingman.lua -p n=10 -- --theta 4
  expect_near "$(value mean)" 0.45 1e-14
}

# Strobeck 1987: two lineages of one island need two units of time, whatever the migration.
test_two_islands() {
  for migration in 0.01 0.25 7; do
    ask two_islands.lua -p left=2 -p right=0 -- --theta coalescence=1,migration=$migration
    expect_near "$(value mean)" 2 1e-14
    ask two_islands.lua -p left=1 -p right=1 -- --theta coalescence=1,migration=$migration
    expect_near "$(value mean)" "$(awk -v m=$migration 'BEGIN { printf "%.17g", 2 + 1 / (2 * m) }')" 1e-14
  done
}

# By exact fractions: mean 395/784, E[T^2] and E[T^3]; 37/392 with the rabbits on the right as reward.
test_rabbits() {
  ask rabbits.lua -- --theta 2,4
  expect_near "$(value mean)" 0.50382653061224492 1e-15
  expect_near "$(value variance)" 0.22645674979175343 1e-14
  ask rabbits.lua -- --theta 2,4 --moments 3
  expect_near "$(value moment2)" 0.4802979227405248 1e-15
  expect_near "$(value moment3)" 0.6559101757731154 1e-15
  ask rabbits.lua -- --theta 2,4 --reward right
  expect_near "$(value mean)" 0.094387755102040816 1e-15
  expect_near "$(value variance)" 0.0463478758850479 1e-13
}

# E[T^k] = n (n+1) ... (n+k-1) / rate^k
test_erlang() {
  ask erlang.lua -p stages=5 -- --theta 2
  expect_near "$(value mean)" 2.5 1e-15
  expect_near "$(value variance)" 1.25 1e-14
  ask erlang.lua -p stages=5 -- --theta 2 --moments 4
  expect_near "$(value moment4)" 105 1e-14
  ask erlang.lua -p stages=10000 -- --theta 10000
  expect_near "$(value mean)" 1 1e-13
  expect_near "$(value variance)" 0.0001 1e-9
}

# From one individual: sum over i of (birth/death)^(i-1) / (i death).
test_birth_death() {
  for capacity in 1 10 100; do
    ask birth_death.lua -p capacity=$capacity -- --theta birth=1,death=2
    expect_near "$(value mean)" "$(awk -v c=$capacity 'BEGIN { for (i = 1; i <= c; ++i) s += 0.5^(i - 1) / (2 * i); printf "%.17g", s }')" 1e-14
  done
  # A mean of 2^200 and more, where an elimination with subtraction has no digit left.
  ask birth_death.lua -p capacity=200 -- --theta birth=2,death=1
  expect_near "$(value mean)" "$(awk 'BEGIN { for (i = 1; i <= 200; ++i) s += 2^(i - 1) / i; printf "%.17g", s }')" 1e-13
}

# (1 + r + ... + r^(K-1)) / service
test_mm1k() {
  ask mm1k.lua -p capacity=5 -- --theta 1,2
  expect_near "$(value mean)" 0.96875 1e-15
  ask mm1k.lua -p capacity=50 -- --theta arrival=1.01,service=1
  expect_near "$(value mean)" "$(awk 'BEGIN { for (i = 0; i < 50; ++i) s += 1.01^i; printf "%.17g", s }')" 1e-13
}

# What a header of an example says it prints, it prints.
test_every_example_states_what_it_prints() {
  local model line command expected
  for model in "$examples"/*.lua; do
    command=$(sed -n 's/^--   \(phasic-build .*\)$/\1/p' "$model" | head -1)
    expected=$(sed -n 's/^-- prints  *mean  *\([0-9.e+-]*\).*/\1/p' "$model" | head -1)
    expect_true "$(basename "$model") says how to run it" test -n "$command"
    expect_true "$(basename "$model") says what it prints" test -n "$expected"
    last_command=$command
    line=$(cd "$PHASIC_SOURCE" && bash -o pipefail -c "$command" 2>"$scratch/err" | awk '$1 == "mean" { print $2 }')
    expect_near "$line" "$expected" 1e-15
  done
}

run_suite
