#include "model/explore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/progress.hpp"
#include "model/scout.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t start_vertices = 1;   // no state, but a vertex of the graph
constexpr std::uint32_t round_states = 1024;  // per worker: enough to make waiting for each other rare
constexpr std::uint32_t range_states = 32;    // what a worker takes at a time, at most
constexpr std::size_t round_bytes = std::size_t{1} << 26U;  // of newcomers per worker, then a round ends

class Explorer {
 public:
  Explorer(Model& model, const Limits& limits, Workers& workers, const Log& log,
           std::chrono::microseconds patience)
      : model_(model),
        limits_(limits),
        workers_(workers),
        declaration_(model.declaration()),
        progress_(log, "exploring", "states"),
        begin_(Clock::now()),
        patience_(patience),
        scouts_(workers.most()),
        states_(StatePacking(declaration_.state_length, start_bytes(declaration_))) {}
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;
  // A scout goes on the thread that made it.
  ~Explorer() {
    workers_.run([this](unsigned worker) { scouts_[worker].reset(); });
  }

  // States are numbered as they are found, and expanded in that order: the queue is the numbering itself.
  GraphParts run() {
    insert_start();
    while (expanded_ < states_.size()) {
      if (workers_.count() < workers_.most() && Clock::now() - begin_ >= patience_) workers_.hire();
      play_round();
    }
    return assemble();
  }

 private:
  static unsigned start_bytes(const Declaration& declaration) {
    unsigned bytes = 1;
    for (const StartState& start : declaration.start) bytes = std::max(bytes, entry_bytes_of(start.entries));
    return bytes;
  }

  void insert_start() {
    std::vector<std::uint64_t> row(states_.packing().row_words());
    for (const StartState& start : declaration_.start) {
      static_cast<void>(states_.packing().pack(start.entries, row));
      parts_.start.push_back({states_.insert(row, hash_of(row)), start.probability});
    }
  }

  // One round: the next states in order, cut into ranges; each worker takes the next range that is left.
  void play_round() {
    const auto waiting = static_cast<std::uint32_t>(states_.size()) - expanded_;
    const std::uint32_t states = std::min(waiting, round_states * workers_.count());
    range_ = std::clamp(states / (4 * workers_.count()), 1U, range_states);
    findings_.clear();
    findings_.resize((states + range_ - 1) / range_);
    next_ = 0;
    end_ = static_cast<std::uint32_t>(findings_.size());
    workers_.run([&](unsigned worker) { expand_ranges(worker, expanded_ + states); });
    unsigned bytes = states_.packing().entry_bytes();
    for (const auto& scout : scouts_) {
      if (scout) bytes = std::max(bytes, scout->needed_bytes());
    }
    if (bytes != states_.packing().entry_bytes()) return states_.widen(bytes);  // and the round again
    for (Findings& findings : findings_) {
      if (!findings.is_done) break;
      settle(findings);
      kept_.push_back(std::move(findings));
    }
  }

  void expand_ranges(unsigned worker, std::uint32_t last_state) {
    std::unique_ptr<Scout>& scout = scouts_[worker];
    if (!scout) scout = std::make_unique<Scout>(model_, worker);
    scout->begin_round(states_);
    for (std::uint32_t range = next_++; range < end_; range = next_++) {
      const std::uint32_t first = expanded_ + range * range_;
      Findings& findings = findings_[range];
      findings = scout->expand(states_, first, std::min(first + range_, last_state));
      if (!findings.is_done) lower_end(0);
      if (findings.failure || is_late()) lower_end(range + 1);
      if (scout->round_bytes() > round_bytes) lower_end(range + 1);
      if (worker == 0 && progress_.is_due()) show_progress(first);
    }
  }

  // No range from here on matters any more.
  void lower_end(std::uint32_t range) {
    std::uint32_t end = end_;
    while (range < end && !end_.compare_exchange_weak(end, range)) {
    }
  }

  [[nodiscard]] bool is_late() const {
    return limits_.seconds > 0 &&
           std::chrono::duration<double>(Clock::now() - begin_).count() > limits_.seconds;
  }

  void show_progress(std::uint32_t done) {
    progress_.show(
        done, 0, fmt::format("{} to go, {}", grouped_digits(states_.size() - done), resident_memory_text()));
  }

  // Numbers the newcomers of a range, in the order in which its states and edges lead to them.
  void settle(const Findings& findings) {
    Scout& scout = *scouts_[findings.scout];
    std::uint32_t newcomer = findings.first_newcomer;
    for (const std::uint32_t count : findings.newcomer_counts) {
      for (const std::uint32_t last = newcomer + count; newcomer < last; ++newcomer) {
        scout.settle(newcomer, states_.insert(scout.row(newcomer), scout.hash(newcomer)));
      }
      require_few_vertices();
      ++expanded_;
    }
    if (findings.failure) std::rethrow_exception(findings.failure);
    if (is_late()) {
      throw LimitError(
          {declaration_.where,
           fmt::format("the exploration took more than {} seconds", shortest_text(limits_.seconds)),
           "raise --max-seconds (0: no limit)",
           {}});
    }
  }

  void require_few_vertices() const {
    const std::uint64_t vertices = states_.size() + start_vertices;
    const std::uint64_t most = limits_.vertices == 0 ? newcomer_mark : limits_.vertices;
    if (vertices <= most) return;
    std::vector<std::int32_t> state(declaration_.state_length);
    states_.read(expanded_, state);
    throw LimitError({fmt::format("{}: in state {}", declaration_.where, state_text(state)),
                      fmt::format("the exploration found more than {} vertices", most),
                      "is the state space finite? If so, raise --max-vertices (0: no limit)",
                      {}});
  }

  GraphParts assemble();

  Model& model_;
  Limits limits_;
  Workers& workers_;
  const Declaration& declaration_;
  Progress progress_;
  Clock::time_point begin_;
  std::chrono::microseconds patience_;
  std::vector<std::unique_ptr<Scout>> scouts_;  // by worker
  StateTable states_;
  std::uint32_t expanded_ = 0;
  GraphParts parts_;
  std::vector<Findings> kept_;

  std::vector<Findings> findings_;  // of the round, by range
  std::uint32_t range_ = 0;
  std::atomic<std::uint32_t> next_ = 0;
  std::atomic<std::uint32_t> end_ = 0;
};

// The findings in one piece, states and coefficient vectors numbered alike for all scouts.
GraphParts Explorer::assemble() {
  parts_.time = declaration_.time;
  parts_.terms = scouts_[0]->terms();
  parts_.properties = declaration_.properties;
  parts_.state_length = declaration_.state_length;
  parts_.state_count = states_.size();
  parts_.coefficients = CoefficientTable(parts_.terms.count());
  std::vector<std::vector<std::uint32_t>> numbers(scouts_.size());
  for (std::size_t i = 0; i < scouts_.size(); ++i) {
    if (!scouts_[i]) continue;
    const CoefficientTable& table = scouts_[i]->coefficients();
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      numbers[i].push_back(parts_.coefficients.intern(table[row]));
    }
  }
  for (const std::string& name : declaration_.rewards) parts_.rewards.push_back({name, {}});
  parts_.row_offsets.reserve(states_.size() + 1);
  parts_.row_offsets.push_back(0);
  std::vector<std::size_t> offsets{0};
  for (const Findings& findings : kept_) {
    offsets.push_back(offsets.back() + findings.transitions.size());
    for (const std::uint32_t count : findings.transition_counts) {
      parts_.row_offsets.push_back(parts_.row_offsets.back() + count);
    }
    for (std::size_t i = 0; i < findings.rewards.size(); ++i) {
      parts_.rewards[i % parts_.rewards.size()].values.push_back(findings.rewards[i]);
    }
  }
  parts_.transitions.resize(offsets.back());
  workers_.split(kept_.size(), [&](std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
      const Scout& scout = *scouts_[kept_[k].scout];
      const std::vector<std::uint32_t>& classes = numbers[kept_[k].scout];
      std::size_t place = offsets[k];
      for (const auto& [target, coefficients] : kept_[k].transitions) {
        parts_.transitions[place++] = {scout.number_of(target), classes[coefficients]};
      }
      kept_[k] = {};
    }
  });
  parts_.packed_states = std::move(states_).release();
  return std::move(parts_);
}

void require_absorption(const Graph& graph, const Declaration& declaration) {
  const auto trapped = find_trapped_vertex(graph);
  if (!trapped) return;
  std::vector<std::int32_t> state;
  for (std::size_t i = 0; i < graph.state_length(); ++i) state.push_back(graph.state_entry(*trapped, i));
  throw InputError({fmt::format("{}: in state {}", declaration.where, state_text(state)),
                    "absorption cannot be reached from here",
                    "some path from every state leads to one without transitions",
                    {}});
}

// make_graph knows states, not files.
Graph graph_of(GraphParts parts, const Declaration& declaration, Workers& workers) {
  try {
    return make_graph(std::move(parts), workers);
  } catch (const InputError& error) {
    Complaint complaint = error.complaint();
    complaint.where = complaint.where.empty() ? declaration.where
                                              : fmt::format("{}: in {}", declaration.where, complaint.where);
    throw InputError(std::move(complaint));
  }
}

}  // namespace

GraphParts discover(Model& model, const Limits& limits, Workers& workers, const Log& log,
                    std::chrono::microseconds patience) {
  return Explorer(model, limits, workers, log, patience).run();
}

Graph explore(Model& model, const Limits& limits, unsigned jobs, const Log& log,
              std::chrono::microseconds patience) {
  const auto begin = Clock::now();
  Workers workers(jobs);
  Graph graph = graph_of(discover(model, limits, workers, log, patience), model.declaration(), workers);
  require_absorption(graph, model.declaration());
  const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
  log.info(fmt::format("explored {} vertices and {} edges in {:.1f} ms ({})", graph.vertex_count(),
                       graph.edge_count(), took.count(),
                       workers.count() == 1 ? "1 thread" : fmt::format("{} threads", workers.count())));
  return graph;
}

}  // namespace phasic
