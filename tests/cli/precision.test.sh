# How exact phasic-moments is: bounds, tolerances, digits, and what is said of them.
. "$(dirname "$0")/harness.sh"

key_of() { phasic-build --key "$examples/$1" "${@:2}"; }
# N significant digits of a fraction, as Python's integers and fractions have them: rounded half to even.
fraction_digits() {
  python3 -c '
import sys
from decimal import Decimal, getcontext, ROUND_HALF_EVEN
from fractions import Fraction
value = Fraction(sys.argv[1]); digits = int(sys.argv[2])
getcontext().prec = digits; getcontext().rounding = ROUND_HALF_EVEN; getcontext().Emax = 10 ** 6; getcontext().Emin = -10 ** 6
text = Decimal(value.numerator) / Decimal(value.denominator)
sign, numbers, exponent = text.as_tuple()
numbers = "".join(map(str, numbers)); numbers += "0" * (digits - len(numbers))
place = text.adjusted() + 1
assert 0 <= place <= digits or place > -5
print(numbers[:place] + ("." + numbers[place:] if place < digits else "") if place > 0 else "0." + "0" * -place + numbers)
' "$1" "$2"
}

# Two rabbits: mean 395/784, with the number on the right as reward 37/392 (docs of the example; exact fractions).
test_digits_are_those_of_exact_fractions() {
  local key digits; key=$(key_of rabbits.lua)
  for digits in 1 2 15 16 17 30 100 1000 3000; do
    run phasic-moments "$key" --theta 2,4 --mean --digits $digits
    expect_exit 0
    expect_no_stderr
    expect_stdout "mean  $(fraction_digits 395/784 $digits)"
    run phasic-moments "$key" --theta 2,4 --mean --reward right --digits $digits
    expect_stdout "mean  $(fraction_digits 37/392 $digits)"
  done
}

# Kingman: mean sum of 1/C(k,2), variance sum of 1/C(k,2)^2, at a rate that no double holds.
test_digits_take_theta_at_its_word() {
  local key; key=$(key_of kingman.lua -p n=6)
  local mean variance
  mean=$(python3 -c 'from fractions import Fraction as F; print(sum(F(2, k * (k - 1)) for k in range(2, 7)) / F("0.1"))')
  variance=$(python3 -c 'from fractions import Fraction as F; print(sum(F(2, k * (k - 1)) ** 2 for k in range(2, 7)) / F("0.1") ** 2)')
  run phasic-moments "$key" --theta 0.1 --digits 100
  expect_stdout "$(printf 'mean      %s\nvariance  %s' "$(fraction_digits "$mean" 100)" "$(fraction_digits "$variance" 100)")"
  printf 'coalescence\n0.1\n1e-1\n' >thetas
  run phasic-moments "$key" --theta-file thetas --mean --digits 40 --json
  expect_stdout "$(printf '{"theta":[0.1],"mean":%s}\n{"theta":[0.1],"mean":%s}' "$(fraction_digits "$mean" 40)" "$(fraction_digits "$mean" 40)")"
  run phasic-moments "$key" --theta coalescence=0.1000000000000000055511151231257827 --mean --digits 30
  expect_stdout "mean  $(fraction_digits "$(python3 -c '
from fractions import Fraction as F
print(F(5, 3) / F("0.1000000000000000055511151231257827"))')" 30)"
}

# An exponential of rate 8/5: the mean is 0.625, in the middle between 0.62 and 0.63, and exactly so.
test_a_tie_goes_to_the_even_digit() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 1.6 --mean --digits 2
  expect_exit 0
  expect_stdout "mean  0.62"
  run phasic-moments "$key" --theta 1.6 --mean --digits 3
  expect_stdout "mean  0.625"
  run phasic-moments "$key" --theta 0.5 --mean --digits 20 --error-bounds
  expect_stdout "mean  2.0000000000000000000 +- 0"
}

# Two stages, each with a reward of its own: a covariance of 0, and means of 1/0.16 = 6.25, in the middle between 6.2 and
# 6.3, which no number of bits of 0.16 proves.
test_a_zero_beside_it_does_not_hide_what_is_not_proven() {
  cat >two.lua <<'LUA'
parameters { "rate" }
initial { [1] = 2 }
reward("first", function(state) return state[1] == 2 and 1 or 0 end)
reward("second", function(state) return state[1] == 1 and 1 or 0 end)
transitions(function(state, emit)
  if state[1] > 0 then emit(state:with(1, -1), { rate = 1 }) end
end)
LUA
  local key; key=$(phasic-build --key two.lua)
  run phasic-moments "$key" --theta 0.16 --digits 2 --reward first --reward second --mean --covariance -v
  expect_exit 0
  expect_stdout "$(printf 'mean.first        6.2\nmean.second       6.2\ncov.first.second  0')"
  expect_stderr_has "--theta: a statistic cancels: computed in mpfr"
  expect_stderr_has "[WARNING] phasic-moments: --theta: 2 digits are not proven"
  run phasic-moments "$key" --theta 0.16 --reward first --reward second --mean --covariance --precision double --tolerance 1e-17
  expect_exit 0
  expect_stderr_has "--theta: a statistic cancels, and the error bound is beyond the tolerance; --precision auto"
}

test_error_bounds_stand_beside_their_numbers() {
  local key; key=$(key_of rabbits.lua)
  run phasic-moments "$key" --theta 2,4 --error-bounds
  expect_exit 0
  expect_true "text" grep -qE '^mean      0\.50382653[0-9]* \+- [1-9]\.[0-9][0-9]e-1[3-6]$' "$scratch/out"
  run phasic-moments "$key" --theta 2,4 --error-bounds --tsv
  expect_equal "$(head -1 "$scratch/out")" "$(printf 'flood_left\tflood_right\tmean\tmean_error\tvariance\tvariance_error')"
  expect_equal "$(sed -n 2p "$scratch/out" | awk -F'\t' '{ print NF }')" 6
  run phasic-moments "$key" --theta 2,4 --error-bounds --json
  expect_true "JSON" grep -qE '^\{"theta":\[2,4\],"mean":0\.[0-9]+,"mean_error":[0-9.e-]+,"variance":0\.[0-9]+,"variance_error":[0-9.e-]+\}$' "$scratch/out"
  expect_true "it reads" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$scratch/out"
  run phasic-moments "$key" --theta 2,4 --error-bounds --gradient --tsv
  expect_stdout_has "d.mean.flood_left_error"
  run phasic-moments "$key" --theta 2,4 --error-bounds --sojourn --tsv
  expect_stdout_has "sojourn_error"
}

test_bad_rows_have_no_bound() {
  local key; key=$(key_of rabbits.lua)
  printf '2,4\n-1,4\nx,1\n' >thetas
  run phasic-moments "$key" --theta-file thetas --error-bounds --tsv --mean
  expect_exit 65
  expect_equal "$(sed -n 3p "$scratch/out" | cut -f3,4)" "$(printf 'nan\tnan')"
  expect_equal "$(sed -n 4p "$scratch/out" | cut -f3,4)" "$(printf 'nan\tnan')"
}

test_a_tolerance_decides_the_precision() {
  local key; key=$(key_of two_locus_arg.lua -p n=4)
  run phasic-moments "$key" --theta 2,5 -v
  expect_exit 0
  expect_stderr_has "precision: auto"
  expect_true "doubles do" test "$(grep -c mpfr "$scratch/err")" = 0
  run phasic-moments "$key" --theta 2,5 -v --tolerance 1e-14 --error-bounds
  expect_exit 0
  expect_stderr_has "--theta: the error bound is beyond the tolerance: computed in mpfr:128"
  expect_true "within it" awk '$1 == "mean" && $4 > 1e-14 { exit 1 }' "$scratch/out"
  run phasic-moments "$key" --theta 2,5 --precision double --tolerance 1e-14
  expect_exit 0
  expect_stderr_has "--theta: the error bound is beyond the tolerance; --precision auto computes with more digits"
  expect_equal "$(wc -l <"$scratch/err")" 1
  expect_stdout "$(phasic-moments "$key" --theta 2,5)"
}

test_doubles_alone_do_not_leave_their_range() {
  local key; key=$(key_of kingman.lua -p n=3)
  run phasic-moments "$key" --theta 1e-200 --precision double
  expect_exit 65
  expect_stderr_has "--theta: a number is beyond the range of doubles; --precision auto computes it"
  run phasic-moments "$key" --theta 1e-200 --variance
  expect_exit 0
  expect_stdout_has "e+400"
  run phasic-moments "$key" --theta 1e-200 --variance --error-bounds --digits 5
  expect_stdout "variance  1.1111e+400 +- 1.12e+395"
}

test_every_thread_count_and_vector_prints_the_same_bounds() {
  local key simd; key=$(key_of two_locus_arg.lua -p n=3)
  awk 'BEGIN { for (i = 1; i <= 400; ++i) printf "%.3f\t%.3f\n", i / 7, 50 / i }' >thetas
  for options in "--error-bounds" "--digits 12" "--error-bounds --gradient" "--digits 20 --error-bounds"; do
    # shellcheck disable=SC2086 # several options
    phasic-moments "$key" --theta-file thetas --tsv -j 1 $options >one
    for simd in baseline avx2 avx512; do
      # shellcheck disable=SC2086
      PHASIC_SIMD=$simd phasic-moments "$key" --theta-file thetas --tsv -j 3 $options >other 2>err || {
        grep -q "this processor has no" err && continue; }
      expect_true "$simd prints what one thread prints with $options" cmp -s one other
    done
  done
}

test_what_cannot_be_asked() {
  local key text; key=$(key_of rabbits.lua)
  for text in 0 -1 1.5 100001 x ''; do
    run phasic-moments "$key" --theta 2,4 "--digits=$text"
    expect_exit 2
    expect_one_error_line
  done
  for text in 0 -1 1 nan inf 1e-400 x ''; do
    run phasic-moments "$key" --theta 2,4 "--tolerance=$text"
    expect_exit 2
    expect_one_error_line
  done
  run phasic-moments "$key" --theta 2,4 --digits 5 --tolerance 1e-3
  expect_exit 2
  expect_stderr_has "--tolerance: is given with --digits"
  run phasic-moments "$key" --theta 2,4 --digits 16 --precision double
  expect_exit 2
  expect_stderr_has "at most 15"
  run phasic-moments "$key" --theta 2,4 --precision automatic
  expect_exit 2
  expect_stderr_has "auto, double, mpfr"
  run phasic-moments "$key" --theta 2,4 --samples 3 --digits 5
  expect_exit 2
  expect_stderr_has "--digits: is given with --samples"
  run phasic-moments "$key" --theta 2,4 --samples 3 --precision mpfr
  expect_exit 2
  expect_one_error_line
  expect_stderr_has "--precision: asks for mpfr, and --samples are doubles"
  run env PHASIC_PRECISION=mpfr:200 phasic-moments "$key" --theta 2,4 --samples 3
  expect_exit 2
  expect_stderr_has "PHASIC_PRECISION: asks for mpfr, and --samples are doubles"
  run env PHASIC_PRECISION=mpfr phasic-moments "$key" --theta 2,4 --samples 3 --precision auto
  expect_exit 0
  run phasic-moments "$key" --theta 2,4 --cdf 1 --digits 5 --precision double
  expect_exit 2
  expect_stderr_has "--digits: of distributions are not proven by doubles"
  run phasic-moments "$key" --theta 2,4 --samples 3 --error-bounds
  expect_exit 2
  expect_stderr_has "--error-bounds: is not known of --samples"
}

# Two routes to a derivative: what is printed, and differences of values at thetas that are 1e-24 apart.
differences_of() {
  python3 -c '
import subprocess, sys
from decimal import Decimal, getcontext
getcontext().prec = 200
key, theta, *options = sys.argv[1:]
theta = theta.split(","); digits = 20; near = Decimal("1e-24")
def rows(theta, *more):
    call = ["phasic-moments", key, "--theta", ",".join(theta), "--tsv", *options, *more]
    lines = subprocess.run(call, check=True, capture_output=True, text=True).stdout.splitlines()
    return lines[0].split("\t"), [line.split("\t") for line in lines[1:]]
names, found = rows(theta, "--gradient", "--digits", str(digits))
parameters = names[:len(theta)]
compared = 0
for p, parameter in enumerate(parameters):
    moved = [theta[:p] + [str(Decimal(theta[p]) + sign * near)] + theta[p + 1:] for sign in (1, -1)]
    (columns, above), (_, below) = (rows(there, "--digits", "80") for there in moved)
    for i, column in enumerate(columns):
        if "d." + column + "." + parameter not in names: continue
        place = names.index("d." + column + "." + parameter)
        for high, low, row in zip(above, below, found):
            truth = (Decimal(high[i]) - Decimal(low[i])) / (2 * near)
            assert abs(Decimal(row[place]) - truth) <= abs(truth) * Decimal(10) ** (1 - digits), (column, parameter, row[place], truth)
            compared += 1
print(compared)
' "$@"
}

test_digits_of_derivatives_are_those_of_differences() {
  local key
  # Through formulas of theta, in steps of a game, through states that earn nothing, and however far away.
  key=$(key_of bottleneck.lua)
  run differences_of "$key" 1.1,0.3,1.7 --pdf 0.7 --cdf 0.7 --survival 3 --quantile 0.3 --laplace 2
  expect_exit 0
  expect_no_stderr
  expect_stdout 15
  key=$(key_of gamblers_ruin.lua)
  run differences_of "$key" 0.3 --pdf 3 --cdf 3 --survival 7 --laplace 2
  expect_stdout 4
  key=$(key_of rabbits.lua)
  run differences_of "$key" 2,4 --reward left --pdf 0.7 --cdf 0.7,0 --survival 3 --quantile 0.5 --laplace 2
  expect_stdout 12
  run differences_of "$key" 2,4 --state-probabilities 0.3 --state-times 0.3,1e5
  expect_stdout 36
  key=$(key_of seed_bank.lua -p active=2)
  run differences_of "$key" 1,2e7,2e7 --survival 4 --pdf 4
  expect_stdout 6
}

# What happens at one locus does not depend on recombination with another, which no bits tell, and more than some
# thousands are out of reach. Two lineages each have half of the time: 1 - exp(-c / 2), by c.
test_a_derivative_that_is_zero_is_found_to_be() {
  local key; key=$(key_of two_locus_arg.lua -p n=2)
  run phasic-moments "$key" --theta 1,2 --reward count:loc1=1 --cdf 1 --gradient --digits 3
  expect_exit 0
  expect_stdout_has "d.cdf.1.coalescence    0.303"
  grep -qx "d.cdf.1.recombination  0" "$scratch/out" || fail "the derivative is not 0"
}

# exp(-2) at rate 2 and t = 1: the derivative of the distribution function is exp(-2), and a parameter that
# nothing depends on has the derivative 0.
test_digits_of_derivatives_are_printed_wherever_values_are() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 2 --cdf 1 --gradient --digits 30
  expect_exit 0
  expect_no_stderr
  expect_stdout_has "d.cdf.1.rate  0.135335283236612691893999494972"
  run phasic-moments "$key" --theta 2 --cdf 1 --gradient --precision mpfr
  expect_stdout_has "d.cdf.1.rate  0.1353352832366127"
  run env PHASIC_PRECISION=mpfr phasic-moments "$key" --theta 2 --cdf 1 --gradient --error-bounds --json
  expect_stdout_has '"d.cdf.1.rate":0.1353352832366127,"d.cdf.1.rate_error":'
  run phasic-moments "$key" --theta 2 --state-times 1 --gradient --digits 20 --error-bounds --tsv
  expect_exit 0
  expect_stdout_has "d.time.1.rate_error"
  # The time in the stage is (1 - exp(-2)) / 2, by the rate exp(-2) / 2 less a quarter of 1 - exp(-2).
  expect_stdout_has "-0.14849853757254048108"
}

test_distributions_have_error_bounds() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 2 --mean --cdf 1 --laplace 2 --error-bounds --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" \
    "$(printf 'rate\tmean\tmean_error\tcdf.1\tcdf.1_error\tlaplace.2\tlaplace.2_error')"
  # 1 - exp(-2), and a half.
  expect_true "they hold" awk -F'\t' 'NR == 2 { off = $4 - 0.86466471676338730811; if (off < 0) off = -off
    exit !(off <= $5 + 1e-16 && $5 < 1e-12 && $6 == 0.5 && $7 < 1e-14) }' "$scratch/out"
  run phasic-moments "$key" --theta 2 --pdf 1 --survival 300 --quantile 0.5 --error-bounds
  expect_exit 0
  expect_true "text" grep -qE '^survival\.300 +2\.65[0-9]*e-261 \+- [1-9]\.[0-9]{2}e-27[0-9]$' "$scratch/out"
  run phasic-moments "$key" --theta 2 --cdf 1 --error-bounds --json
  expect_true "JSON" grep -qE '^\{"theta":\[2\],"cdf\.1":0\.[0-9]+,"cdf\.1_error":[0-9.e-]+\}$' "$scratch/out"
}

test_states_at_a_time_have_error_bounds() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 2 --state-probabilities 1 --state-times 1 --error-bounds --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out")" \
    "$(printf 'rate\tvertex\tstate\tprobability.1\tprobability.1_error\ttime.1\ttime.1_error')"
  # exp(-2) and (1 - exp(-2)) / 2.
  expect_true "they hold" awk -F'\t' 'function off(x) { return x < 0 ? -x : x }
    NR == 2 { exit !(off($4 - 0.13533528323661269189) <= $5 + 1e-17 && $5 > 0 && $5 < 1e-13 &&
                     off($6 - 0.43233235838169365405) <= $7 + 1e-17 && $7 > 0 && $7 < 1e-13) }' "$scratch/out"
  run phasic-moments "$key" --theta 2 --state-times 1 --error-bounds
  expect_exit 0
  expect_true "text" grep -qE '^ +1 +1 +0\.432[0-9]+ +[1-9]\.[0-9]{2}e-1[0-9]$' "$scratch/out"
  run phasic-moments "$key" --theta 2 --state-probabilities 1 --error-bounds --json
  expect_true "JSON" grep -qE '^\{"theta":\[2\],"vertex":1,.*"probability\.1":0\.135[0-9]+,"probability\.1_error":[0-9.e-]+\}$' \
    "$scratch/out"
  run phasic-moments "$key" --theta 3e9 --state-times 1 --error-bounds --tsv
  expect_exit 65
  expect_stderr_has "--theta: --state-times 1 has no error bound: too many jumps to follow"
}

# Of an exponential distribution at rate 2, by the rate: exp(-2), minus that, minus that, -log(2) / 4 and 2 / 16.
test_derivatives_of_distributions_have_error_bounds() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 2 --cdf 1 --survival 1 --pdf 1 --quantile 0.5 --laplace 2 --gradient --error-bounds --json
  expect_exit 0
  python3 - "$scratch/out" <<'PYTHON' || expect_true "bounds hold" false
import json, math, sys
row = json.load(open(sys.argv[1]))
e = 0.13533528323661269189
for name, truth in {"cdf.1": e, "survival.1": -e, "pdf.1": -e, "quantile.0.5": -math.log(2) / 4, "laplace.2": 0.125}.items():
    value, bound = row[f"d.{name}.rate"], row[f"d.{name}.rate_error"]
    assert abs(value - truth) <= bound + 5e-17 and 0 < bound < 1e-12, (name, value, bound)
PYTHON
  run phasic-moments "$key" --theta 2 --cdf 1 --gradient --error-bounds
  expect_true "text" grep -qE '^d\.cdf\.1\.rate +0\.1353352832366[0-9]+ \+- [1-9]\.[0-9]{2}e-1[0-9]$' "$scratch/out"
  run phasic-moments "$key" --theta 2 --state-probabilities 1 --state-times 1 --gradient --error-bounds --tsv
  expect_exit 0
  expect_equal "$(head -1 "$scratch/out" | cut -f 4-)" \
    "$(printf '%s\t%s_error\t' probability.1 probability.1 time.1 time.1 d.probability.1.rate d.probability.1.rate)$(
      printf '%s\t%s_error' d.time.1.rate d.time.1.rate)"
  # -exp(-2), and (3 exp(-2) - 1) / 4.
  expect_true "they hold" awk -F'\t' 'function off(x) { return x < 0 ? -x : x }
    NR == 2 { exit !(off($8 + 0.13533528323661269189) <= $9 + 3e-17 && $9 < 1e-13 &&
                     off($10 + 0.14849853757254048108) <= $11 + 3e-17 && $11 < 1e-13) }' "$scratch/out"
  run phasic-moments "$key" --theta 3e9 --cdf 1 --gradient --error-bounds --tsv
  expect_exit 65
  expect_stderr_has "--cdf 1 has no error bound"
}

test_a_distribution_too_far_away_has_no_bound() {
  local key; key=$(key_of erlang.lua -p stages=3)
  run phasic-moments "$key" --theta 3e9 --cdf 1 --error-bounds --tsv
  expect_exit 65
  expect_stderr_has "--cdf 1 has no error bound"
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f2,3)" "$(printf 'nan\tnan')"
}

# One stage at rate 1/10: survival exp(-t/10), quantile -10 log(1 - p), transform 1 / (1 + 10 s).
test_digits_of_distributions() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 0.1 --pdf 3 --cdf 3 --survival 3,1e4 --quantile 0.3 --laplace 0.2 --digits 50
  expect_exit 0
  expect_no_stderr
  expect_equal "$(cat "$scratch/out")" "$(python3 -c '
from decimal import Decimal as D, getcontext
getcontext().prec = 80
def text(x): return f"{x:.49e}"
def plain(x):
    digits, exponent = text(x).split("e")
    digits = digits.replace(".", "")
    e = int(exponent)
    if e < -4: return digits[0] + "." + digits[1:] + f"e-{-e:02d}"
    return digits[:e + 1] + "." + digits[e + 1:] if e >= 0 else "0." + "0" * (-e - 1) + digits
s = (D(-3) / 10).exp()
for name, value in [("pdf.3", s / 10), ("cdf.3", 1 - s), ("survival.3", s), ("survival.10000", D(-1000).exp()),
                    ("quantile.0.3", -10 * (1 - D("0.3")).ln()), ("laplace.0.2", 1 / D(3))]:
    print(f"{name:<14}  {plain(value)}")
')"
}

# At rate 2, -log(1e-20) / 2 = 10 log(10) and -log(1e-21) / 2; at rate 3e-308, log(10000) / 3e-308 is no double.
test_quantiles_of_what_doubles_do_not_hold() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 2 --quantile 0.99999999999999999999,0.999999999999999999999,0.5 --digits 20 --tsv
  expect_exit 0
  expect_stdout "$(printf 'rate\tquantile.0.99999999999999999999\tquantile.0.999999999999999999999\tquantile.0.5\n%s' \
    "$(printf '2\t23.025850929940456840\t24.177143476437479682\t0.34657359027997265471')")"
  run phasic-moments "$key" --theta 2 --quantile 0.99999999999999999999 --precision mpfr
  expect_stdout "quantile.0.99999999999999999999  23.025850929940457"
  run phasic-moments "$key" --theta 3e-308 --quantile 0.9999 --digits 20
  expect_exit 0
  expect_stdout "quantile.0.9999  $(python3 -c 'from decimal import *; getcontext().prec = 40
print(format(Decimal(10000).ln() / Decimal("3e-308"), ".19e"))')"
  for text in 0.99999999999999999999,0.99999999999999999999 1.0 1.00000000000000000001 1e-400; do
    run phasic-moments "$key" --theta 2 --quantile "$text" --digits 20
    expect_exit 2
    expect_one_error_line
    expect_stderr_has "--quantile: "
  done
  run phasic-moments "$key" --theta 2 --quantile 0.99999999999999999999
  expect_exit 2
  expect_stderr_has "is not between 0 and 1, as a double; give --digits or --precision mpfr"
  for text in 1e400 1e-400; do
    run phasic-moments "$key" --theta "$text" --mean --digits 20
    expect_exit 2
    expect_stderr_has "--theta: '$text' is no number that doubles hold"
  done
}

test_digits_of_distributions_in_tables() {
  local key; key=$(key_of erlang.lua -p stages=1)
  printf '0.1\n0.2\nx\n-1\n' >thetas
  run phasic-moments "$key" --theta-file thetas --mean --survival 0 --laplace 0.2 --digits 6 --error-bounds --tsv
  expect_exit 65
  expect_equal "$(sed -n 1p "$scratch/out" | cut -f 2-)" "$(printf 'mean\tmean_error\tsurvival.0\tsurvival.0_error\tlaplace.0.2\tlaplace.0.2_error')"
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f 2,4,6)" "$(printf '10.0000\t1.00000\t0.333333')"
  expect_equal "$(sed -n 3p "$scratch/out" | cut -f 2,4,6)" "$(printf '5.00000\t1.00000\t0.500000')"
  expect_equal "$(sed -n 5p "$scratch/out" | cut -f 2-)" "$(printf 'nan\tnan\tnan\tnan\tnan\tnan')"
  run phasic-moments "$key" --theta 0.5 --survival 2 --digits 30 --json
  expect_stdout '{"theta":[0.5],"survival.2":0.367879441171442321595523770161}'
  phasic-moments "$key" --grid rate=1:9:60 --cdf 1 --digits 20 --tsv -j 1 >one
  phasic-moments "$key" --grid rate=1:9:60 --cdf 1 --digits 20 --tsv -j 3 >other
  expect_true "threads change nothing" cmp -s one other
}

test_states_have_digits() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 0.1 --state-probabilities 10 --state-times 10 --digits 20 --error-bounds --tsv
  expect_exit 0
  # exp(-1), 1 - exp(-1), 10 (1 - exp(-1)); the state itself stands before them.
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f 4,6)" "$(printf '0.36787944117144232160\t6.3212055882855767840')"
  expect_equal "$(sed -n 3p "$scratch/out" | cut -f 4,6,7)" "$(printf '0.63212055882855767840\t0\t0')"
  run phasic-moments "$key" --theta 0.1 --state-probabilities 10 --digits 20 -v
  expect_stderr_has "--theta: 20 digits are not proven: computed in mpfr:128"
  run phasic-moments "$key" --theta 0.1 --state-times 1e12 --digits 20 --tsv
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f 4)" 10.000000000000000000
}

# Two wins of seven in twenty: 0.1225, in the middle, which no number of bits of 0.35 proves.
test_a_tie_in_a_distribution_goes_to_the_even_digit() {
  local key; key=$(key_of gamblers_ruin.lua -p stake=1 -p goal=3)
  run phasic-moments "$key" --theta 0.35 --state-probabilities 2 --digits 3 --tsv
  expect_exit 0
  expect_equal "$(awk -F'\t' '$3 == 3 { print $4 }' "$scratch/out")" 0.122
  expect_stderr_has "--theta: 3 digits are not proven"
  run phasic-moments "$key" --theta 0.35 --survival 2 --digits 3
  expect_stderr_has "--theta: 3 digits are not proven"
  # Survival of two games is a win and a loss, 0.2275.
  expect_stdout "survival.2  0.228"
}

test_mpfr_takes_distributions() {
  local key; key=$(key_of erlang.lua -p stages=1)
  run phasic-moments "$key" --theta 0.1 --survival 1 --precision mpfr:200 -v
  expect_exit 0
  expect_stdout "survival.1  0.9048374180359596"
  expect_stderr_has "precision: mpfr:200"
  run env PHASIC_PRECISION=mpfr phasic-moments "$key" --theta 0.1 --survival 1e4 --error-bounds
  expect_true "text" grep -qE '^survival\.10000  5\.0759588975494568e-435 \+- [0-9.]+e-4[0-9]{2}$' "$scratch/out"
  run phasic-moments "$key" --theta 0.1 --survival 1 --digits 300 -v
  expect_stderr_has "300 digits are not proven: computed in mpfr:"
}

# 1e12 stages a second, in a chain too large for squaring.
test_distributions_have_limits() {
  local key; key=$(key_of erlang.lua -p stages=1500)
  run phasic-moments "$key" --theta 1e12 --cdf 1 --digits 5 --tsv
  expect_exit 65
  expect_stderr_has "--theta: --cdf 1 is out of reach: too many jumps to follow in so many digits"
  expect_equal "$(sed -n 2p "$scratch/out" | cut -f2)" nan
  run phasic-moments "$key" --theta 1e12 --state-probabilities 0,1 --precision mpfr --json
  expect_exit 65
  expect_stderr_has "--theta: --state-probabilities 1 is out of reach: too many jumps to follow in so many digits"
  expect_stdout_has '"error":"--state-probabilities 1 is out of reach'
  run phasic-moments "$key" --theta 1e12 --state-times 0:2:3 --digits 5
  expect_stderr_has "--state-times 1 is out of reach: too many jumps to follow in so many digits"
  run phasic-moments "$key" --theta 1e12 --state-probabilities 0,1 --state-times 1
  expect_exit 65
  expect_stderr_has "--theta: --state-probabilities 1 is out of reach: too many jumps"
  run phasic-moments "$key" --theta 1e12 --state-times 0,2
  expect_stderr_has "--theta: --state-times 2 is out of reach: too many jumps"
  # Of a chain that is squared, with derivatives in a matrix that is too large for that: a minute with sanitizers.
  [ -z "${PHASIC_SANITIZE:-}" ] || return 0
  run phasic-moments "$(key_of erlang.lua -p stages=900)" --theta 1e9 --state-times 1 --gradient
  expect_exit 65
  expect_stderr_has "--theta: the derivative of --state-times 1 is out of reach: too many jumps"
}

run_suite
