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
  for i in 1 2 3 4 5 6 7 8 9; do # Fu 1995: branches above i samples are 2/i long
    ask kingman.lua -p n=10 -- --theta 1 --reward count:descendants=$i
    expect_near "$(value mean)" "$(awk -v i=$i 'BEGIN { printf "%.17g", 2 / i }')" 1e-14
  done
  ask kingman.lua -p n=10 -- --theta 1 --reward count:descendants # all 10 samples, as long as the tree is high
  expect_near "$(value mean)" 18 1e-14
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

# By exact fractions: covariance 9221/307328. Derivatives by differences of 60-digit elimination.
test_rabbits_together() {
  ask rabbits.lua -- --theta 2,4 --reward left --reward right --covariance --mean --correlation
  expect_near "$(value cov.left.right)" 0.030003774468971261 1e-14
  expect_near "$(value cor.left.right)" 0.18612697484829884 1e-13
  expect_near "$(value mean.left)" 0.81122448979591837 1e-15
}

# With r = (1 - win) / win: the goal is reached with probability (1 - r^stake) / (1 - r^goal); a fair game that is
# won takes (goal^2 - stake^2) / 3 games, one that is lost stake (2 goal - stake) / 3 (Feller, XIV.3; Stern 1975).
test_gamblers_ends() {
  ask gamblers_ruin.lua -p stake=3 -p goal=10 -- --theta 0.4 --absorption --tsv
  expect_near "$(awk '$3 == 10 { print $4 }' "$scratch/out")" "$(awk 'BEGIN { printf "%.17g", (1 - 1.5^3) / (1 - 1.5^10) }')" 1e-14
  ask gamblers_ruin.lua -p stake=3 -p goal=10 -- --theta 0.5 --absorption --mean --tsv
  expect_near "$(awk '$3 == 10 { print $5 }' "$scratch/out")" "$(awk 'BEGIN { printf "%.17g", 91 / 3 }')" 1e-14
  expect_near "$(awk '$3 == "0" { print $5 }' "$scratch/out")" 17 1e-14
}

# Both rabbits on the left: a flood at rate 2 comes before a jump at rate 1 with probability 2/3. The expected time
# with both there is 39/112 by exact fractions.
test_rabbits_by_state() {
  ask rabbits.lua -- --theta 2,4 --reward right --atom
  expect_near "$(value atom)" 0.66666666666666667 1e-15
  ask rabbits.lua -- --theta 2,4 --sojourn --tsv
  expect_near "$(awk '$4 == "2,0" { print $5 }' "$scratch/out")" "$(awk 'BEGIN { printf "%.17g", 39 / 112 }')" 1e-14
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

# One lineage of each population, by the two equations of the model's header: with theta 1, 0.5, 1, 2 they give 6/5.
test_isolation_with_migration() {
  ask isolation_with_migration.lua -- --theta 1,0.5,1,2
  expect_near "$(value mean)" 1.2 1e-14
  ask isolation_with_migration.lua -p left=2 -p right=0 -- --theta 1,0.5,1,2
  expect_near "$(value mean)" 0.9 1e-14
  # No migration: until the split, an exponential time, nothing happens to one lineage of each.
  ask isolation_with_migration.lua -- --theta 1,0,4,0.5 --reward before_split
  expect_near "$(value mean)" 0.25 1e-14
  # One population from the start, n = 5: Kingman's 2 (1 - 1/n) / ancestral, as the split's time goes to 0.
  ask isolation_with_migration.lua -p left=5 -p right=0 -- --theta 1,1,1e15,4
  expect_near "$(value mean)" 0.4 1e-13
}

# Without selection, from i mutants: sum over j >= i of i/j and over j < i of (N - i) / (N - j). With selection
# the mutants take over with probability (1 - 1/r) / (1 - r^-N), r = mutant / wild, from one.
test_moran() {
  for mutants in 1 4 9; do
    ask moran.lua -p size=10 -p mutants=$mutants -- --theta 1,1
    expect_near "$(value mean)" "$(awk -v i=$mutants 'BEGIN { N = 10; for (j = i; j < N; ++j) s += i / j
      for (j = 1; j < i; ++j) s += (N - i) / (N - j); printf "%.17g", s }')" 1e-14
  done
  for mutant in 0.5 1.1 3; do
    ask moran.lua -p size=20 -- --theta $mutant,1 --reward almost_fixed
    expect_near "$(value mean)" "$(awk -v r=$mutant 'BEGIN { printf "%.17g", (1 - 1 / r) / (1 - r^-20) / r }')" 1e-12
  done
}

# (1 + sleep / wake)^2 / coalescence for two active lineages, whatever the scale of sleep and wake.
test_seed_bank() {
  for scale in 0.001 1 50; do
    ask seed_bank.lua -- --theta "$(awk -v s=$scale 'BEGIN { printf "2,%.17g,%.17g", 3 * s, 1.5 * s }')"
    expect_near "$(value mean)" 4.5 1e-12
  done
  # Two lineages are awake together for 1 / coalescence.
  ask seed_bank.lua -- --theta 2,0,1
  expect_near "$(value mean)" 0.5 1e-14
  # From two dormant lineages, with all rates 1: two active ones need T = 4, one of each D = T + 3/2, and the first
  # of two to wake takes 1/2: D + 1/2.
  ask seed_bank.lua -p active=0 -p dormant=2 -- --theta 1,1,1
  expect_near "$(value mean)" 6 1e-14
}

# D(k) = (1 + min(k, crew) repair D(k - 1)) / ((machines - k) failure), summed.
test_machine_repair() {
  for crew in 0 1 3; do
    ask machine_repair.lua -p machines=6 -p crew=$crew -- --theta 0.3,0.8
    expect_near "$(value mean)" "$(awk -v c=$crew 'BEGIN { for (k = 0; k < 6; ++k) {
      d = (1 + (k < c ? k : c) * 0.8 * d) / ((6 - k) * 0.3); s += d } printf "%.17g", s }')" 1e-13
  done
}

# E(i, j), jobs at the first and second station, from the empty system upwards.
test_tandem_queue() {
  for room in 1 2 10; do
    ask tandem_queue.lua -p jobs=6 -p room=$room -- --theta 1.5,2
    expect_near "$(value mean)" "$(awk -v K=$room 'BEGIN { n = 6; a = 1.5; b = 2
      for (i = 0; i <= n; ++i) for (j = 0; j <= n - i && j <= K; ++j) { if (i + j == 0) continue
        u = (i > 0 && j < K) ? a : 0; v = j > 0 ? b : 0
        E[i, j] = (1 + u * E[i - 1, j + 1] + v * E[i, j - 1]) / (u + v) }
      printf "%.17g", E[n, 0] }')" 1e-13
  done
  # A very fast second station: the first one alone, an Erlang time.
  ask tandem_queue.lua -p jobs=6 -- --theta 2,1e18
  expect_near "$(value mean)" 3 1e-13
}

# E(s, i) from i = 0 upwards; without infection the last of i to recover takes 1 + 1/2 + ... + 1/i.
test_sir_epidemic() {
  ask sir_epidemic.lua -p susceptible=8 -p infected=2 -- --theta 2.5,1
  expect_near "$(value mean)" "$(awk 'BEGIN { S = 8; I = 2; N = 10; b = 2.5; g = 1
    for (s = 0; s <= S; ++s) for (i = 1; i <= N - s; ++i) {
      u = b * s * i / N; E[s, i] = (1 + (s > 0 ? u * E[s - 1, i + 1] : 0) + g * i * E[s, i - 1]) / (u + g * i) }
    printf "%.17g", E[S, I] }')" 1e-13
  ask sir_epidemic.lua -p susceptible=5 -p infected=3 -- --theta 0,2
  expect_near "$(value mean)" "$(awk 'BEGIN { printf "%.17g", (1 + 1 / 2 + 1 / 3) / 2 }')" 1e-14
  # With infection much faster than recovery everybody is infected once.
  ask sir_epidemic.lua -p susceptible=9 -p infected=1 -- --theta 1e16,1 --reward infected
  expect_near "$(value mean)" 10 1e-12
}

# Feller, XIV.3: duration i (N - i) of a fair game, its variance i (N - i) (i^2 + (N - i)^2 - 2) / 3; else
# (i - N (1 - r^i) / (1 - r^N)) / (1 - 2 p), r = (1 - p) / p.
test_gamblers_ruin() {
  ask gamblers_ruin.lua -- --theta 0.5
  expect_near "$(value mean)" 21 1e-13
  expect_near "$(value variance)" 392 1e-12
  for win in 0.25 0.6; do
    ask gamblers_ruin.lua -- --theta $win
    expect_near "$(value mean)" "$(awk -v p=$win 'BEGIN { r = (1 - p) / p
      printf "%.17g", (3 - 10 * (1 - r^3) / (1 - r^10)) / (1 - 2 * p) }')" 1e-12
  done
}

# Two lineages: (1 + change / ancient) / (coalescence + change), ancient = coalescence exp(decline). For n, from
# n lineages down: first in the earlier epoch, then in the present one.
test_bottleneck() {
  for n in 2 6; do
    ask bottleneck.lua -p n=$n -- --theta 1.5,0.7,2
    expect_near "$(value mean)" "$(awk -v n=$n 'BEGIN { c = 1.5; s = 0.7; a = c * exp(2)
      for (k = 2; k <= n; ++k) { p = k * (k - 1) / 2; A += 1 / (p * a); E = (1 + p * c * E + s * A) / (p * c + s) }
      printf "%.17g", E }')" 1e-13
  done
  # No decline: Kingman's coalescent.
  ask bottleneck.lua -p n=10 -- --theta 1,3,0
  expect_near "$(value mean)" 1.8 1e-14
}

# Four stages take 5 on average at rate 0.8, two lineages 1 / rate.
# Negative binomial: variance steps (1 - p) / p^2. The double next to the decimal has another 1 - p.
test_nearly_certain() {
  ask nearly_certain.lua -- --theta 0.999999999999
  expect_near "$(value variance)" 9.999778782818784e-12 1e-15
  ask nearly_certain.lua -- --theta 0.999999999999 --digits 20
  expect_equal "$(value mean)" 10.000000000010000000
  expect_equal "$(value variance)" 1.0000000000020000000e-11
  ask nearly_certain.lua -p steps=3 -- --theta 0.999999999999 --error-bounds
  expect_true "a bound below 1e-26" awk '$1 == "variance" && !($4 < 1e-26) { exit 1 }' "$scratch/out"
  # More than ten tries: 1 - p^10.
  ask nearly_certain.lua -- --theta 0.999999999999 --survival 10 --error-bounds
  expect_true "within its bound" awk '{ off = $2 - 9.9997787827987851e-12; if (off < 0) off = -off
    exit !(off <= $4 && $4 < 1e-14) }' "$scratch/out"
  ask nearly_certain.lua -p steps=7 -- --theta 0.7 --digits 40 --mean
  expect_equal "$(value mean)" 10.00000000000000000000000000000000000000
}

test_newton_with_a_coprocess() {
  run "$examples/newton.sh" "$(phasic-build --key "$examples/erlang.lua" -p stages=4)" 5
  expect_exit 0
  expect_stdout 0.8
  run "$examples/newton.sh" "$(phasic-build --key "$examples/kingman.lua" -p n=2)" 0.125 3
  expect_stdout 8
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
