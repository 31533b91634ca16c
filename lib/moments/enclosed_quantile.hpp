// Where an enclosed distribution function reaches a level: found by Newton's steps that stay in a bracket,
// then proven by the function's ends on either side.
#pragma once

#include <functional>
#include <optional>

#include "moments/enclosed_steps.hpp"
#include "moments/rates.hpp"

namespace phasic {

/// What is found of a number. `undecided`: it depends on a difference whose sign is not known with so many
/// bits. `far`: no route gets there at a price that is worth it.
enum class Finding { known, undecided, far };

struct EnclosedNumber {
  Finding finding = Finding::known;
  Enclosure number{MPFR_PREC_MIN};
  bool is_infinite = false;
};

/// What there is to say at t, or after so many steps; nothing where no route gets there.
using PointAt = std::function<std::optional<EnclosedPoint>(const Mpfr& t)>;

/// The t > 0 with P(R <= t) = p in continuous time, where there is one. The search begins at `first`.
EnclosedNumber find_time(const PointAt& at, const Enclosure& p, const Mpfr& first);
/// The smallest whole number k > 0 with P(R <= k) >= p, exactly, where there is one. With `Chance::last`, p
/// is reached where it is not known on which side of it P is.
EnclosedNumber find_steps(const PointAt& after, const Enclosure& p, Chance chance);

}  // namespace phasic
