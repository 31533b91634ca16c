// The graph's sections in an object, and what both its writer and its reader need to know of them.
//
//   kind            u32[3]   time kind, number of transient states, entries per state
//   names           u8       parameter names, each ended by NUL
//   formulas        u8       derived terms: name NUL, u32 steps, then for each step
//                            u32 operation, u32[4] operands, f64 constant
//   rows            u32[V+1] the edges of each vertex
//   targets         u32[E]
//   classes         u32[E]   the coefficient class of each edge
//   coefficients    f64[C x terms]  in lexicographic order
//   states          i8, i16 or i32 [V x length], the narrowest that holds every entry
//   reward_names    u8       each ended by NUL
//   rewards         f64[R x V]
//   property_names  u8       each ended by NUL
//   property_rows   u32[P+1] the entries of each property; one 0 where there is none
//   property_index  u32      the state's entry that each of them is about
//   property_value  i32      and the property's value there
//   structure       u8[32]   the structure hash
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "graph/graph.hpp"

namespace phasic::graph_format {

/// Part of every graph's request key: a change of the format or of the canonical order makes new objects.
inline constexpr std::uint32_t version = 2;

/// What goes into a structure hash, and so into the keys of traces, changes less often than objects do.
inline constexpr std::uint32_t structure_version = 1;

std::string encode_names(const std::vector<std::string>& names);
std::vector<std::string> decode_names(std::string_view text);
std::string encode_formulas(const std::vector<DerivedTerm>& derived);
std::vector<DerivedTerm> decode_formulas(std::string_view bytes);

/// Throws FormatError where the sections do not fit together; what they say is not checked.
std::vector<StateProperty> decode_properties(const Object& object);
void add_properties(ObjectBuilder& builder, const std::vector<StateProperty>& properties);

/// What decides a graph's trace; names, states, rewards and properties do not.
struct Structure {
  TimeKind time{};
  const Terms& terms;
  std::size_t transient_count = 0;
  std::span<const std::uint32_t> row_offsets;
  std::span<const VertexId> targets;
  std::span<const ClassId> classes;
  std::span<const double> coefficients;
};
StructureHash hash_of(const Structure& structure);

}  // namespace phasic::graph_format
