# What a user may get wrong in files and on the command line: a table of inputs, exit codes and complaints.
. "$(dirname "$0")/harness.sh"

rabbits() { phasic-build --key "$examples/rabbits.lua"; }

# theta CONTENT EXIT MEANS COMPLAINT: a theta file (printf's escapes), the means it gives, a part of what is said.
theta() {
  printf "$1" >thetas
  run phasic-moments "$key" --theta-file thetas --mean --tsv
  expect_exit "$2"
  expect_equal "$(tail -n +2 "$scratch/out" | cut -f3 | cut -c1-5 | paste -sd' ')" "$3"
  if [ -n "$4" ]; then expect_stderr_has "$4"; else expect_no_stderr; fi
}

test_theta_files() {
  key=$(rabbits)
  theta '2\t4\n1\n2\t4\n' 65 '0.503 nan 0.503' 'thetas:2: has 1 value; this model has 2 parameters'
  theta '2\t4\t6\n' 65 nan 'thetas:1: has 3 values'
  theta '2,4,\n' 65 nan 'thetas:1: has 3 values'
  theta '2\tx\n' 65 nan "'x' is no number that doubles hold"
  theta '2\t0x10\n' 65 nan "'0x10' is no number"
  theta '2\t4\n-1\t4\n' 65 '0.503 nan' 'is negative'
  theta '2\t4\ninf\t4\n-inf\t4\n' 65 '0.503 nan nan' "'-inf' is no number that doubles hold"
  theta '2\t4\nnan\t4\n' 65 '0.503 nan' "'nan' is no number"
  theta '2\t4\n2\t1e400\n' 65 '0.503 nan' "'1e400' is no number"
  theta 'flood_left\tflood_left\n2\t4\n' 65 '' "the header names 'flood_left' twice"
  theta 'flood_left\tflood_up\n2\t4\n' 65 '' "there is no parameter 'flood_up'"
  theta 'flood_left\tflood_right\nflood_left\tflood_right\n2\t4\n' 65 'nan 0.503' "thetas:2: 'flood_left' is no number"
  theta '' 66 '' 'thetas'
  theta '\n\n' 66 '' 'thetas'
  theta 'flood_left\tflood_right\n' 66 '' 'thetas'
  # What only looks odd is read.
  theta '2\t4\r\n1\t1\r\n' 0 '0.503 1.166' ''
  theta '\xef\xbb\xbf2,4\n' 0 0.503 ''
  theta '\xef\xbb\xbfflood_right,flood_left\r\n4,2\r\n' 0 0.503 ''
  theta '2\t4\n1\t1' 0 '0.503 1.166' ''
  theta '\n2 4\n\n\n' 0 0.503 ''
}

# reward CONTENT EXIT COMPLAINT
reward() {
  printf "$1" >reward.tsv
  run phasic-moments "$key" --theta 2,4 --reward @reward.tsv --mean
  expect_exit "$2"
  if [ -n "$3" ]; then
    expect_one_error_line
    expect_stdout ""
    expect_stderr_has "$3"
  else
    expect_no_stderr
  fi
}

test_reward_files() {
  key=$(rabbits)
  reward '0,2\t-1\n' 65 'reward.tsv:1: the reward -1 is negative'
  reward '0,2\tnan\n' 65 "'nan' is no finite number"
  reward '0,2\tinf\n' 65 "'inf' is no finite number"
  reward '0,2\tmany\n' 65 "'many' is no finite number"
  reward '0,2\t2\t3\n' 65 'is no finite number'
  reward '0,2\n' 65 'reward.tsv:1: no TAB in this line'
  reward '0,2\t1\n0,2\t2\n' 65 "reward.tsv:2: '0,2' has a reward already"
  reward '0,2,1\t1\n' 65 'states of this graph have 2 entries'
  reward '99\t1\n' 65 'there is no vertex 99'
  reward '7,7\t1\n' 65 'there is no state (7,7)'
  reward '\xef\xbb\xbf# right\r\n0,2\t2\r\n1,1\t1\r\n0,1\t1' 0 ''
  expect_stdout "$(phasic-moments "$key" --theta 2,4 --reward right --mean)"
}

# refused EXIT COMPLAINT OPTION...
refused() {
  local code=$1 complaint=$2
  shift 2
  run phasic-moments "$key" "$@"
  expect_exit "$code"
  expect_one_error_line
  expect_stdout ""
  expect_stderr_has "$complaint"
}

test_command_lines() {
  key=$(rabbits)
  local at="--theta 2,4"
  for p in 0 1 -0.1 1.5 nan; do refused 2 '--quantile' $at --quantile=$p; done
  for t in -1 nan inf 1,,2; do
    for option in --pdf --cdf --survival --laplace --state-probabilities --state-times; do refused 2 "$option" $at $option=$t; done
  done
  for order in 0 101 -1 1.5 x; do refused 2 "'$order' is no moment order" $at --moments=$order; done
  for order in 0 1 101; do refused 2 "'$order' is no moment order" $at --central=$order; done
  refused 2 "'0' is no number of points" --grid flood_left=1:2:0 --theta flood_right=1
  refused 2 '--grid' --grid flood_left=1:2:-1 --theta flood_right=1
  refused 2 '--grid' --grid flood_left=0:2:3:log --theta flood_right=1
  refused 65 'flood_left' --grid flood_left=1:2:2 --grid flood_left=1:2:2 --theta flood_right=1
  refused 65 "there is no parameter 'flood_up'" --grid flood_up=1:2:2 $at
  refused 65 'has 3 values' --theta 2,4,6
  refused 2 'nan' --theta 2,nan
  refused 65 "'flood_left'" --theta flood_left=2,flood_left=4
}

# A graph that is named twice is answered twice.
test_a_key_twice() {
  key=$(rabbits)
  run phasic-moments "$key" "$key" --theta 2,4 --mean --tsv
  expect_exit 0
  expect_equal "$(wc -l <"$scratch/out")" 3
  expect_equal "$(sed -n 2p "$scratch/out")" "$(sed -n 3p "$scratch/out")"
}

run_suite
