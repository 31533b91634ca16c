// Whether a number is right as far as a question asks, and how it is handed out with its error bound.
#pragma once

#include "moments/number.hpp"
#include "moments/precision.hpp"
#include "replay/tracked.hpp"

namespace phasic {

/// `imprecise`: the bound is not as good as was asked. `lost`: not even the sign is known.
enum class Standing { proven, imprecise, lost };

/// Whether there will be another attempt, with more bits. In the last one, a number that may be 0 is.
enum class Chance { another, last };

struct Bounded {
  Number value;
  Number error;  ///< of the value, where that was asked
  Standing standing = Standing::proven;
  double missing_bits = 0;  ///< how many more it would have taken, where the standing is `imprecise`
};

/// What a tolerance is relative to: a length, where the number is not much shorter, else the number itself.
struct Yardstick {
  double length = 0;
};
inline constexpr double least_part_of_yardstick = 1e-4;

Bounded bounded(const Tracked<double>& number, Yardstick yardstick, const Precision& precision,
                Chance chance);
Bounded bounded(const Tracked<Mpfr>& number, Yardstick yardstick, const Precision& precision, Chance chance);

}  // namespace phasic
