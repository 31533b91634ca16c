-- Steps that nearly always succeed
--
-- `steps` steps in a row, each tried until it is made: a try succeeds with probability p. The number of tries has
-- the mean steps / p and the variance steps (1 - p) / p^2, which is almost nothing where p is almost 1: as a
-- difference of moments it would have no right digit.
--
-- Source: the negative binomial distribution, Feller (1968), An Introduction to Probability Theory and Its
-- Applications, volume 1, section VI.8.
--
--   phasic-build examples/nearly_certain.lua | phasic-moments --theta 0.999999999999
--
-- prints   mean      10.00000000001
--          variance  9.999778782818784e-12
-- where theta is the double next to 0.999999999999, for which 1 - p is 9.9997788e-13. With --digits 20 it is the
-- decimal itself, and the variance 1.0000000000020000000e-11; with --error-bounds each number has its bound, and so have
-- those of distributions: --survival 10 --error-bounds, the probability that a try fails.

local steps = param("steps", 10, "number of steps", { min = 1 })

time "discrete"
parameters { "p" }
initial { [1] = 1 }

transitions(function(state, emit)
  if state[1] <= steps then
    emit(state:with(1, 1), { p = 1 })
  end
end)
