-- Rabbits, two islands, and floods
--
-- Rabbits start on the left island. From each island with rabbits on it, one of them jumps to the other at
-- rate 1. Floods drown all rabbits on the left island at rate `flood_left`, all on the right at rate
-- `flood_right`. Absorbed when no rabbit is left.
--
-- Source: the running example of Røikjer, Hobolth, Munch (2022), Graph-based algorithms for phase-type
-- distributions. Statistics and Computing 32, 103.
--
--   phasic-build examples/rabbits.lua | phasic-trace | phasic-moments --theta 2,4
--
-- prints   mean      0.5038265306122449       395/784
--          variance  0.22645674979175343
-- and with --reward right, the mean time of a rabbit on the right island, summed over rabbits, is 37/392;
-- with --cdf 1, the probability that all are drowned by time 1 is 0.863928122233916

local rabbits = param("rabbits", 2, "rabbits on the left island at the start")

parameters { "flood_left", "flood_right" }
initial { [1] = rabbits, [2] = 0 }

reward("left", function(state) return state[1] end)
reward("right", function(state) return state[2] end)

transitions(function(state, emit)
  local left, right = state[1], state[2]
  if left > 0 then
    emit(state:with(1, -1, 2, 1), {}, 1) -- a jump: a constant rate
    emit(state:with(1, -left), { flood_left = 1 })
  end
  if right > 0 then
    emit(state:with(2, -1, 1, 1), {}, 1)
    emit(state:with(2, -right), { flood_right = 1 })
  end
end)
