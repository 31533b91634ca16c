// What a graph of a range was built with: phasic-build notes it for each graph of `-p n=4:10:2`, and tables
// over several graphs begin with it. Keys alone travel from one tool to the next, so the note is a record of
// its own, filed under the hash of the graph. Losing it costs the columns, nothing else.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/provenance.hpp"
#include "cli/table.hpp"
#include "model/parameter.hpp"
#include "store/store.hpp"

namespace phasic {

struct BuildParameter {
  std::string name;
  Cell value;  ///< empty where several values gave this graph
};
using BuildParameters = std::vector<BuildParameter>;

/// Notes, one graph after another, what a range was built with.
class BuildParametersNotes {
 public:
  explicit BuildParametersNotes(Store& store, std::string tool) : store_(store), tool_(std::move(tool)) {}
  /// A parameter whose value differs from that of an equal graph of this range loses its value. The last
  /// range to give a graph is the one that is remembered.
  void note(const Object& graph, std::span<const Parameter> parameters);

 private:
  Store& store_;
  std::string tool_;
  std::map<ObjectHash, Provenance> noted_;
};

/// In the order in which the model declares them; nothing if there is no note.
std::optional<BuildParameters> find_build_parameters(Store& store, const ObjectHash& graph);

/// Whether a record of the layer graphs is such a note, not the answer to a request.
bool is_build_note(const Record& record);
/// What a note says.
BuildParameters build_parameters_of(const Record& note);

}  // namespace phasic
