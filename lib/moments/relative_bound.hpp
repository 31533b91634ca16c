// From counts of roundings to bounds, where a number is not told by digits: distributions.
#pragma once

namespace phasic {

/// By how much a number >= 0 in doubles can be wrong that is right up to so many roundings; infinite where
/// that is nothing worth saying.
double relative_bound(double value, double count);

}  // namespace phasic
