// What the parts of phasic/model.hpp share: places in the source, plain numbers, and how a model fails.
#pragma once

#include <phasic/model.h>

#include <cstdint>
#include <string>
#include <type_traits>

namespace phasic {
inline namespace model_abi_1 {

/// What entries, properties and indices are counted in: products of them do not overflow.
using Integer = std::int64_t;

/// Where the caller of a function stands, as its default argument.
struct Place : phasic_place {
  Place(const char* name = __builtin_FILE(), int number = __builtin_LINE())
      : phasic_place{name, static_cast<std::uint32_t>(number)} {}
};

template <class T>
concept Arithmetic = std::is_arithmetic_v<T>;
template <class T>
concept Integral = std::is_integral_v<T>;

/// Any number, so that `{count * 2, 0}` is a list of rates whatever `count` is.
struct Number {
  template <Arithmetic T>
  Number(T number) : value(static_cast<double>(number)) {}
  double value;
};

/// Any integer.
struct Whole {
  template <Integral T>
  Whole(T number) : value(static_cast<Integer>(number)) {}
  Integer value;
};

/// An index, and where it was written.
struct Index {
  template <Integral T>
  Index(T number, Place place = {}) : value(static_cast<Integer>(number)), where(place) {}
  Integer value;
  Place where;
};

/// A name, and where it was written.
struct Name {
  Name(const char* name, Place place = {}) : text(name), where(place) {}
  Name(const std::string& name, Place place = {}) : text(name.c_str()), where(place) {}
  const char* text;
  Place where;
};

/// What `fail` throws. It is no std::exception, so that a model that handles those does not lose it.
struct Failure {
  std::string text;
  phasic_place where;
};

/// Ends phasic-build with a message of the model's own: `what is wrong; what would be right`.
[[noreturn]] inline void fail(std::string text, Place where = {}) {
  throw Failure{static_cast<std::string&&>(text), where};
}

namespace detail {

/// The host has said no, and kept why.
struct Refused {};

inline void require(int answer) {
  if (answer != 0) throw Refused{};
}

inline std::string range_text(Integer least, Integer most) {
  return std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace detail
}  // namespace model_abi_1
}  // namespace phasic
