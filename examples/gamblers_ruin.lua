-- Gambler's ruin: a random walk in discrete time
--
-- A gambler with `stake` coins wins one in each game with probability `win`, else loses one, and stops when
-- ruined or in possession of `goal` coins. Absorbed then; the time is the number of games.
--
-- Source: Feller (1968), An Introduction to Probability Theory and Its Applications, volume 1, section XIV.3.
--
--   phasic-build examples/gamblers_ruin.lua -p stake=3 -p goal=10 | phasic-moments --theta 0.5
--
-- prints   mean  21                         stake (goal - stake), for a fair game; else, with r = (1 - win) / win,
--                                           (stake - goal (1 - r^stake) / (1 - r^goal)) / (1 - 2 win)

local stake = param("stake", 3, "coins at the start", { min = 1 })
local goal = param("goal", 10, "coins to stop at", { min = 2 })
check(stake < goal, "the goal is more than the stake")

time "discrete"
parameters { "win" }
initial { [1] = stake }

transitions(function(state, emit)
  local coins = state[1]
  if coins == 0 or coins == goal then return end

  emit(state:with(1, 1), { win = 1 })
  emit(state:with(1, -1), { win = -1 }, 1) -- 1 - win
end)
