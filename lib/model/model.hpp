// A model, in whatever language it is written: what it declares, what its request key is made of, and a
// source of transitions for each thread that explores. The rest of the room sees models only through this.
//
// A model is pure: expanding a state gives the same children whenever and on whichever thread it happens.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/properties.hpp"
#include "graph/terms.hpp"
#include "model/parameter.hpp"
#include "store/record.hpp"

namespace phasic {

struct StartState {
  double probability = 1;
  std::vector<std::int32_t> entries;
};

/// What a model says without running a callback.
struct Declaration {
  std::string where;  ///< file and line of the transitions, for messages
  TimeKind time = TimeKind::continuous;
  std::vector<Parameter> parameters;  ///< of the model file (`param`), not theta
  std::vector<std::string> theta;     ///< names, in order
  std::vector<std::string> derived;
  std::size_t state_length = 0;
  std::size_t first_index = 1;            ///< of a state's entries, as the model's language counts
  std::vector<StartState> start;          ///< probabilities > 0, sum <= 1
  std::vector<std::string> rewards;       ///< names, in the order declared
  std::vector<StateProperty> properties;  ///< of the indexer: see properties_of
};

/// What leaves one state: children and coefficient vectors, row by row. Repeated children are allowed,
/// vectors of zeros are not. Views: valid until the source is asked again.
struct Expansion {
  struct Edge {
    std::span<const std::int32_t> child;   ///< state_length entries
    std::span<const double> coefficients;  ///< one per term
  };
  std::size_t state_length = 0;
  std::size_t term_count = 0;
  std::span<const std::uint32_t> rows;  ///< one per edge: its child's row in `children`
  std::span<const std::int32_t> children;
  std::span<const double> coefficients;

  [[nodiscard]] std::size_t size() const { return rows.size(); }
  [[nodiscard]] Edge operator[](std::size_t edge) const {
    return {children.subspan(rows[edge] * state_length, state_length),
            coefficients.subspan(edge * term_count, term_count)};
  }
};

/// Runs the model's callbacks. Used by one thread, the one that made it.
class TransitionSource {
 public:
  virtual ~TransitionSource() = default;
  [[nodiscard]] virtual const Terms& terms() const = 0;
  /// Throws InputError or LimitError naming the place in the model and the state. In continuous time no child
  /// is the state itself.
  virtual Expansion expand(std::span<const std::int32_t> state) = 0;
  /// The declared rewards of a state that has transitions: finite and >= 0.
  virtual std::span<const double> rewards(std::span<const std::int32_t> state) = 0;
};

class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual const Declaration& declaration() const = 0;
  /// Code, parameters with their types, and the versions of what turns them into a graph.
  [[nodiscard]] virtual std::vector<RequestPart> request_parts() const = 0;
  /// Call on the thread that will use it, and destroy it there; several threads may call at once.
  [[nodiscard]] virtual std::unique_ptr<TransitionSource> make_source() = 0;
};

}  // namespace phasic
