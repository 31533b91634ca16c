#!/usr/bin/env bash
# Newton's method, with phasic-moments as a coprocess: each theta that is written to it is answered at once.
#
#   examples/newton.sh KEY MEAN [FIRST]
#
# prints the value of the only parameter of the graph KEY at which its mean is MEAN, searched for from FIRST (1).
set -eu
key=$1 goal=$2 theta=${3:-1}

coproc tool { exec phasic-moments "$key" --theta-file - --mean --gradient --tsv; }
header=
for _ in {1..50}; do
  echo "$theta" >&"${tool[1]}"
  [ -n "$header" ] || read -r header <&"${tool[0]}"
  read -r theta mean slope <&"${tool[0]}"
  read -r theta found < <(awk -v t="$theta" -v m="$mean" -v s="$slope" -v g="$goal" 'BEGIN {
    step = (m - g) / s; printf "%.17g %d\n", t - step, step * step <= 1e-26 * t * t }')
  if [ "$found" = 1 ]; then
    printf '%.12g\n' "$theta"
    exit 0
  fi
done
echo "newton.sh: no value found from ${3:-1}" >&2
exit 1
