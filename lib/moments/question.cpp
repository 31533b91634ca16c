#include "moments/question.hpp"

namespace phasic {

namespace {

std::string column_name(const Statistic& column, const Question& question, const Terms& terms) {
  std::string name = column.parameter ? "d." : "";
  name += name_of(column);
  if (question.rewards.size() > 1 && !takes_no_reward(column.kind)) {
    name += '.' + question.rewards[column.reward].name;
    if (takes_two_rewards(column.kind)) name += '.' + question.rewards[column.other].name;
  }
  if (column.parameter) name += '.' + terms.parameters[*column.parameter];
  return name;
}

}  // namespace

std::vector<VertexId> row_vertices(const Graph& graph, Rows rows) {
  if (rows == Rows::start) return {0};
  const auto split = static_cast<VertexId>(graph.transient_count() + 1);
  const VertexId first = rows == Rows::states ? 1 : split;
  const VertexId last = rows == Rows::states ? split : static_cast<VertexId>(graph.vertex_count());
  std::vector<VertexId> vertices;
  for (VertexId v = first; v < last; ++v) vertices.push_back(v);
  return vertices;
}

std::vector<std::string> column_names(const Question& question, const Terms& terms) {
  std::vector<std::string> names;
  names.reserve(question.columns.size());
  for (const Statistic& column : question.columns) names.push_back(column_name(column, question, terms));
  return names;
}

std::vector<Statistic> for_each_reward(std::span<const Statistic> asked, std::size_t reward_count) {
  std::vector<Statistic> columns;
  for (Statistic column : asked) {
    if (takes_no_reward(column.kind)) {
      columns.push_back(column);
      continue;
    }
    for (column.reward = 0; column.reward < reward_count; ++column.reward) {
      if (!takes_two_rewards(column.kind)) {
        columns.push_back(column);
        continue;
      }
      for (column.other = column.reward + 1; column.other < reward_count; ++column.other)
        columns.push_back(column);
    }
  }
  return columns;
}

std::vector<Statistic> with_gradients(std::vector<Statistic> columns, std::size_t parameter_count) {
  const std::size_t values = columns.size();
  columns.reserve(values * (1 + parameter_count));
  for (std::size_t i = 0; i < values; ++i) {
    for (std::size_t p = 0; p < parameter_count; ++p) {
      Statistic derivative = columns[i];
      derivative.parameter = p;
      columns.push_back(derivative);
    }
  }
  return columns;
}

}  // namespace phasic
