# Many processes at once in one cache: they build, trace, ask, read, prune, clear and verify. Every number is right;
# where prune or clear came between two tools, one says that the key is gone. Nothing else fails, nothing is left over.
#
# PHASIC_STRESS_SECONDS says for how long (scripts/stress), PHASIC_STRESS_PROCESSES how many.
. "$(dirname "$0")/../cli/harness.sh"

erlang="$examples/erlang.lua"
cache=.phasic_cache

# Erlang of n stages at rate 2 has the mean n/2.
cat >"$scratch/worker" <<'WORKER'
# worker NUMBER SECONDS MODEL LOG: one thing after another, chosen at random.
RANDOM=$1
end=$((SECONDS + $2)) model=$3 log=$4
# attempt STATUSES COMMAND...: its output in `out`; complains of another exit status, and of words that none of the
# documented ones are.
attempt() {
  local expected=" $1 " status
  shift
  out=$(set -o pipefail; "$@" 2>"$log.err" | tr -d '\0')  # an object, where it could not be stored
  status=$?
  [[ $expected == *" $status "* ]] || { echo "exit $status: $*"; cat "$log.err"; }
  # Who has only a key that was pruned says so, and whoever reads from him finds his input empty. A temporary that was
  # cleared is written once more; where it is cleared again, there is a warning, and the result goes down the pipe.
  grep -avE 'no longer in the cache \(pruned\?\)|key [0-9a-f]+.*: not in the cache|standard input: is empty|^  ' "$log.err" |
    grep -avE 'WARNING.* not stored in the cache: No such file or directory' && echo "  from: $*"
  runs=$((runs + 1))
  return "$status"
}
runs=0
while [ "$SECONDS" -lt "$end" ]; do
  n=$((RANDOM % 5 + 2))
  case $((RANDOM % 16)) in
    0 | 1 | 2) attempt 0 phasic-build "$model" -p stages=$n ;;
    3 | 4 | 5)
      attempt "0 66" bash -o pipefail -c "phasic-build $model -p stages=$n | phasic-trace | phasic-moments --theta 2 --mean" &&
        [ "$out" != "mean  $(awk "BEGIN { print $n / 2 }")" ] && echo "wrong: $n: $out"
      ;;
    6 | 7)
      attempt "0 66" bash -o pipefail -c "phasic-build $model -p stages=$n | phasic-moments --theta 2 --mean" &&
        [ "$out" != "mean  $(awk "BEGIN { print $n / 2 }")" ] && echo "wrong: $n: $out"
      ;;
    8) attempt 0 phasic-build --rebuild "$model" -p stages=$n ;;
    9) attempt 0 phasic-cache info ;;
    10) attempt 0 phasic-cache list ;;
    11) attempt 0 phasic-cache verify ;;
    12)
      # What clear took away twice while it was written has no key.
      key=$(phasic-build --key "$model" -p stages=$n 2>/dev/null) || continue
      attempt "0 66" phasic-cache show "$key"
      attempt "0 1" phasic-cache remove "$key"
      ;;
    13) attempt 0 phasic-cache prune --max-files $((RANDOM % 8 + 1)) --min-age 0 -q ;;
    14) attempt 0 phasic-cache clear ;;
    15) attempt "0 1" phasic-build --lookup "$model" -p stages=$n ;;
  esac
done
echo "runs $runs"
WORKER

test_everything_at_once() {
  local seconds=${PHASIC_STRESS_SECONDS:-4} processes=${PHASIC_STRESS_PROCESSES:-64}
  last_command="$processes workers"
  mkdir "$scratch/logs"
  for ((i = 1; i <= processes; i++)); do
    bash "$scratch/worker" "$i" "$seconds" "$erlang" "$scratch/logs/$i" >"$scratch/logs/$i.out" 2>&1 &
  done
  wait
  cat "$scratch/logs"/*.out | grep -av '^runs ' >"$scratch/out"
  expect_stdout ""
  runs=$(cat "$scratch/logs"/*.out | awk '/^runs / { n += $2 } END { print n }')
  echo "$current_test: $runs runs of $processes processes in $seconds s"
  expect_true "all got somewhere" [ "$(cat "$scratch/logs"/*.out | grep -c '^runs [1-9]')" -eq "$processes" ]
  run phasic-cache verify
  expect_exit 0
  expect_equal "$(find "$HOME/$cache" -name '.tmp*' -o -name '.prune*')" ""
  run_line "phasic-build $erlang -p stages=3 | phasic-trace | phasic-moments --theta 2 --mean"
  expect_stdout "mean  1.5"
  expect_no_stderr
}

run_suite
