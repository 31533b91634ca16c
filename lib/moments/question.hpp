// A question: rewards, and a list of columns that are statistics of them. Whatever can be asked is a column;
// whom the rows of an answer are about is said once for all columns.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "moments/precision.hpp"
#include "moments/statistic.hpp"
#include "replay/simd.hpp"

namespace phasic {

/// What a chain earns per unit of time (or per step) in each vertex, >= 0 and finite.
struct Reward {
  std::string name;
  std::vector<double> values;  ///< by vertex; empty for 1 everywhere: the time, or number of steps, itself
};

/// Whom the rows of an answer are about: the chain as it starts; the chain started in each transient vertex
/// (or that vertex in the chain as it starts); the chain given that it ends in each absorbing vertex.
enum class Rows { start, states, absorbing };

struct Question {
  std::vector<Statistic> columns;
  std::vector<Reward> rewards{Reward{}};  ///< at least one
  Precision precision = {};
  Simd simd = best_simd();  ///< decides the speed, never a digit
  Rows rows = Rows::start;
};

/// The vertex of each row, ascending; 0 for the single row of the start.
std::vector<VertexId> row_vertices(const Graph& graph, Rows rows);

/// The columns' names: `mean`, with several rewards `mean.A`; `cov.A.B`; a derivative is `d.mean.PARAMETER`.
std::vector<std::string> column_names(const Question& question, const Terms& terms);

/// One column for each of `asked` and each reward, statistic by statistic; those that take two rewards have
/// one for each pair of different ones, the earlier first.
std::vector<Statistic> for_each_reward(std::span<const Statistic> asked, std::size_t reward_count);

/// `columns`, then the derivatives of each of them by every parameter.
std::vector<Statistic> with_gradients(std::vector<Statistic> columns, std::size_t parameter_count);

}  // namespace phasic
