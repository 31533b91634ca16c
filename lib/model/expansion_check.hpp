// What a compiled model hands over for one state, checked before anything is done with it.
#pragma once

#include <phasic/model.h>

#include <span>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace phasic {

class LibraryHost;

class ExpansionCheck {
 public:
  ExpansionCheck(const Declaration& declaration, const Terms& terms);

  [[nodiscard]] const Terms& terms() const { return terms_; }

  /// `found` as an Expansion, without edges whose coefficients are all 0. Most often a view of the library's
  /// own arrays. Throws InputError naming the edge's place and the state: lengths that are not the model's, a
  /// row beyond the children, a coefficient that is not finite, a child that is the state (continuous time),
  /// a rate that is negative for every theta.
  Expansion checked(std::span<const std::int32_t> state, const phasic_expansion& found,
                    const LibraryHost& host);

 private:
  struct Context;
  enum class Edge { sound, nothing, suspect };
  [[nodiscard]] Edge look_at(const Context& context, std::size_t edge) const;
  void require_outweighed(const Context& context, std::size_t edge) const;
  Expansion without_nothing(const Context& context);

  Terms terms_;
  TimeKind time_;
  std::size_t state_length_;
  std::string where_;
  std::vector<std::uint32_t> rows_;       // 0, 1, 2, ... for a library that gives none
  std::vector<std::uint32_t> kept_rows_;  // of edges that are something,
  std::vector<double> coefficients_;      // and their coefficients
};

}  // namespace phasic
