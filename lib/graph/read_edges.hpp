// An edge list, the way in for any program: a table of edges with a column for each term, and, after an empty
// line, a table of vertices, if there is something to say of them. phasic-import(5) describes it for users.
//
//   from<TAB>to<TAB>constant<TAB>coalescence<TAB>both=coalescence*recombination
//   a<TAB>b<TAB>0<TAB>1<TAB>0.5
//
//   vertex<TAB>start<TAB>state<TAB>reward:length
//   a<TAB>1<TAB>2,0<TAB>2
#pragma once

#include <string>
#include <string_view>

#include "graph/imported.hpp"

namespace phasic {

/// Reads tables separated by TABs, or by commas where the first line has no TAB; a field may be in double
/// quotes. Vertices have any labels, and are numbered as they appear. Without start weights the `from` of the
/// first edge is where it starts. Throws MissingError for an empty text, InputError at `where:line`.
Imported read_edges(std::string_view text, const std::string& where, TimeKind time);

}  // namespace phasic
