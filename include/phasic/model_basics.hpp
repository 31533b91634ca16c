// What the parts of phasic/model.hpp share: places in the source, plain numbers, and how a model fails.
#pragma once

#include <phasic/model.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
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
[[noreturn, gnu::noinline, gnu::cold]] inline void fail(std::string text, Place where = {}) {
  throw Failure{static_cast<std::string&&>(text), where};
}

namespace detail {

/// The host has said no, and kept why.
struct Refused {};

inline void require(int answer) {
  if (answer != 0) throw Refused{};
}

/// A piece of a message: text, or a number. Messages are put together out of line, for they are most of what
/// a compiler would have to do for a model.
class Piece {
 public:
  Piece(const char* text) : text_(text) {}
  Piece(const std::string& text) : text_(text.c_str()) {}
  template <Integral T>
  Piece(T number) : number_(static_cast<Integer>(number)) {}

  void append_to(std::string& line) const {
    if (text_ != nullptr) {
      line.append(text_);
      return;
    }
    char digits[20];
    std::size_t place = sizeof digits;
    const auto magnitude = static_cast<std::uint64_t>(number_);
    for (std::uint64_t rest = number_ < 0 ? 0 - magnitude : magnitude; rest != 0 || place == sizeof digits;
         rest /= 10) {
      digits[--place] = static_cast<char>('0' + rest % 10);
    }
    if (number_ < 0) line.push_back('-');
    line.append(digits + place, sizeof digits - place);
  }

 private:
  const char* text_ = nullptr;
  Integer number_ = 0;
};

/// One more name in a list of them.
inline void append_name(std::string& list, const std::string& name) {
  if (!list.empty()) list.append(", ");
  list.append(name);
}

[[noreturn, gnu::noinline, gnu::cold]] inline void refuse(const phasic_place& where,
                                                          std::initializer_list<Piece> pieces) {
  Failure failure{{}, where};
  for (const Piece& piece : pieces) piece.append_to(failure.text);
  throw failure;
}

}  // namespace detail
}  // namespace model_abi_1
}  // namespace phasic
