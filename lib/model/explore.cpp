#include "model/explore.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/progress.hpp"
#include "base/workers.hpp"
#include "model/crew.hpp"
#include "model/scout.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

using Clock = std::chrono::steady_clock;
using Transition = GraphParts::Transition;

constexpr std::uint64_t start_vertices = 1;  // no state, but a vertex of the graph
constexpr std::uint64_t most_states = std::uint64_t{1} << 31U;
constexpr unsigned states_between_looks = 32;  // at the clock, and at what others have found

unsigned start_bytes(const Declaration& declaration) {
  unsigned bytes = 1;
  for (const StartState& start : declaration.start) bytes = std::max(bytes, entry_bytes_of(start.entries));
  return bytes;
}

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
        states_(StatePacking(declaration_.state_length, start_bytes(declaration_))),
        scouts_(workers.most()),
        failures_(workers.most()) {}
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;
  // A scout goes on the thread that made it.
  ~Explorer() {
    workers_.run([this](unsigned worker) { scouts_[worker].reset(); });
  }

  GraphParts run() {
    scouts_[0] = std::make_unique<Scout>(model_, states_, crew_);
    for (const StartState& start : declaration_.start) {
      parts_.start.push_back({scouts_[0]->insert_start(start.entries), start.probability});
    }
    static_cast<void>(
        crew_.join());  // for all of it: others shall not be done before this thread's states are
    work(0, workers_.most() > 1 ? Until::patience_ends : Until::all_is_done);
    if (!crew_.is_over()) {
      workers_.hire();
      workers_.run([this](unsigned worker) { work(worker, Until::all_is_done); });
    }
    const bool has_failed = std::ranges::any_of(failures_, [](const auto& one) { return one.has_value(); });
    if (has_failed || has_too_many(found_)) complain_in_order();
    return assemble();
  }

 private:
  enum class Until { patience_ends, all_is_done };
  struct Failure {
    std::uint32_t state;
    std::exception_ptr what;
  };
  using Rows = std::vector<std::span<const Transition>>;  // by state

  void work(unsigned worker, Until until) {
    try {
      if (!scouts_[worker]) scouts_[worker] = std::make_unique<Scout>(model_, states_, crew_);
    } catch (...) {
      crew_.stop();
      throw;
    }
    if (worker != 0 && !crew_.join()) return;
    Scout& scout = *scouts_[worker];
    for (unsigned step = 0; const auto state = next_state(scout, until); ++step) {
      try {
        if (step % states_between_looks == 0) look_around(worker, *state);
        scout.expand(*state);
      } catch (...) {
        failures_[worker] = {*state, std::current_exception()};
        crew_.stop();
      }
    }
    note(scout);
    if (crew_.is_over()) crew_.leave();
  }

  std::optional<std::uint32_t> next_state(Scout& scout, Until until) {
    crew_.make_way();
    if (crew_.is_over()) return std::nullopt;
    if (until == Until::patience_ends && Clock::now() - begin_ >= patience_) return std::nullopt;
    if (crew_.wants_work()) scout.share();
    while (true) {
      if (const auto state = scout.next_state()) return state;
      const auto work = crew_.wait_for_work();
      if (!work) return std::nullopt;
      scout.take(*work);
    }
  }

  void look_around(unsigned worker, std::uint32_t state) {
    if (is_late()) throw lateness(state);
    note(*scouts_[worker]);
    if (has_too_many(found_)) crew_.stop();
    if (worker == 0 && progress_.is_due()) show_progress();
  }

  void note(Scout& scout) {
    const Scout::Tally news = scout.take_tally();
    expanded_ += news.expanded;
    found_ += news.found;
  }

  [[nodiscard]] bool is_late() const {
    return limits_.seconds > 0 &&
           std::chrono::duration<double>(Clock::now() - begin_).count() > limits_.seconds;
  }
  [[nodiscard]] std::uint64_t most() const { return limits_.vertices == 0 ? most_states : limits_.vertices; }
  [[nodiscard]] bool has_too_many(std::uint64_t states) const { return states + start_vertices > most(); }

  void show_progress() {
    const std::uint64_t done = expanded_;
    const std::uint64_t to_go = std::max<std::uint64_t>(done, found_) - done;
    progress_.show(done, 0, fmt::format("{} to go, {}", grouped_digits(to_go), resident_memory_text()));
  }

  [[nodiscard]] std::string place_of(std::uint32_t state) const {
    std::vector<std::int32_t> entries(declaration_.state_length);
    states_.read(state, entries);
    return fmt::format("{}: in state {}", declaration_.where, state_text(entries, declaration_.first_index));
  }
  [[nodiscard]] LimitError lateness(std::uint32_t state) const {
    return LimitError(
        {place_of(state),
         fmt::format("the exploration took more than {} seconds", shortest_text(limits_.seconds)),
         "raise --max-seconds (0: no limit)",
         {}});
  }

  [[noreturn]] void complain_in_order();
  std::span<const Transition> look_up_or_expand(std::uint32_t state, const Rows& rows, Scout& scout);
  GraphParts assemble();
  void copy_findings(const StateTable::Released& released);

  Model& model_;
  Limits limits_;
  Workers& workers_;
  const Declaration& declaration_;
  Progress progress_;
  Clock::time_point begin_;
  std::chrono::microseconds patience_;
  StateTable states_;
  Crew crew_;
  std::vector<std::unique_ptr<Scout>> scouts_;    // by worker
  std::vector<std::optional<Failure>> failures_;  // by worker
  std::atomic<std::uint64_t> found_ = 0;          // as far as the scouts' tallies are in
  std::atomic<std::uint64_t> expanded_ = 0;
  GraphParts parts_;
};

// Goes through what was found in the order in which one thread finds it, to what that one would complain of.
void Explorer::complain_in_order() {
  Rows rows(states_.claimed());
  for (const auto& scout : scouts_) {
    if (!scout) continue;
    for (const Findings& piece : scout->findings()) {
      for (const Findings::Row& row : piece.rows) rows[row.state] = piece[row];
    }
  }
  std::vector<std::uint32_t> order;
  std::vector<std::uint8_t> is_met(rows.size());
  const auto meet = [&](std::uint32_t state) {
    is_met.resize(std::max<std::size_t>(is_met.size(), state + 1));
    if (std::exchange(is_met[state], 1) == 0) order.push_back(state);
  };
  for (const GraphParts::Start& start : parts_.start) meet(start.state);
  // A source that has failed is not asked again: an impure callback has changed it.
  Scout unspoilt(model_, states_, crew_);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Transition& transition : look_up_or_expand(order[i], rows, unspoilt)) meet(transition.target);
    if (!has_too_many(order.size())) continue;
    throw LimitError({place_of(order[i]),
                      fmt::format("the exploration found more than {} vertices", most()),
                      "is the state space finite? If so, raise --max-vertices (0: no limit)",
                      {}});
  }
  throw InternalError({declaration_.where, "what ended the exploration cannot be found again", "", {}});
}

// Throws what the model threw in this state, or throws now.
std::span<const Transition> Explorer::look_up_or_expand(std::uint32_t state, const Rows& rows, Scout& scout) {
  const std::optional<Failure>* first = nullptr;
  for (const std::optional<Failure>& failure : failures_) {
    if (!failure) continue;
    if (failure->state == state) std::rethrow_exception(failure->what);
    if (first == nullptr || failure->state < (*first)->state) first = &failure;
  }
  if (state < rows.size() && rows[state].data() != nullptr) return rows[state];
  if (is_late() && first != nullptr) std::rethrow_exception((*first)->what);
  if (is_late()) throw lateness(state);
  scout.expand(state);
  const Findings& piece = scout.findings().back();
  return piece[piece.rows.back()];
}

// The findings in one piece, states and coefficient vectors numbered alike for all scouts.
GraphParts Explorer::assemble() {
  std::vector<StateRange> unused;
  for (const auto& scout : scouts_) {
    if (scout) unused.insert(unused.end(), scout->unused().begin(), scout->unused().end());
  }
  StateTable::Released released = std::move(states_).release(unused);
  parts_.time = declaration_.time;
  parts_.terms = scouts_[0]->terms();
  parts_.properties = declaration_.properties;
  parts_.state_length = declaration_.state_length;
  parts_.state_count = released.states.size();
  for (GraphParts::Start& start : parts_.start) start.state = released.number_of(start.state);
  for (const std::string& name : declaration_.rewards) {
    parts_.rewards.push_back({name, std::vector<double>(parts_.state_count)});
  }
  copy_findings(released);
  parts_.packed_states = std::move(released.states);
  return std::move(parts_);
}

void Explorer::copy_findings(const StateTable::Released& released) {
  struct Piece {
    Findings* findings;
    const std::vector<std::uint32_t>* classes;
  };
  std::vector<Piece> pieces;
  std::vector<std::vector<std::uint32_t>> classes(scouts_.size());
  parts_.coefficients = CoefficientTable(parts_.terms.count());
  for (std::size_t i = 0; i < scouts_.size(); ++i) {
    if (!scouts_[i]) continue;
    const CoefficientTable& table = scouts_[i]->coefficients();
    for (std::uint32_t row = 0; row < table.size(); ++row) {
      classes[i].push_back(parts_.coefficients.intern(table[row]));
    }
    for (Findings& findings : scouts_[i]->findings()) pieces.push_back({&findings, &classes[i]});
  }
  const auto for_each_piece = [&](const auto& act) {
    std::atomic<std::size_t> next = 0;
    workers_.run([&](unsigned) {
      for (std::size_t i = next++; i < pieces.size(); i = next++)
        act(*pieces[i].findings, *pieces[i].classes);
    });
  };
  std::vector<std::uint64_t>& offsets = parts_.row_offsets;
  offsets.resize(parts_.state_count + 1);
  for_each_piece([&](const Findings& piece, const auto&) {
    for (const Findings::Row& row : piece.rows) offsets[released.number_of(row.state) + 1] = row.count;
  });
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  parts_.transitions.resize(offsets.back());
  for_each_piece([&](Findings& piece, const std::vector<std::uint32_t>& classes_of_piece) {
    const double* reward = piece.rewards.data();
    for (const Findings::Row& row : piece.rows) {
      const std::uint32_t state = released.number_of(row.state);
      std::size_t place = offsets[state];
      for (const auto& [target, coefficients] : piece[row]) {
        parts_.transitions[place++] = {released.number_of(target), classes_of_piece[coefficients]};
      }
      for (GraphParts::Reward& declared : parts_.rewards) declared.values[state] = *reward++;
    }
    piece = {};
  });
}

void require_absorption(const Graph& graph, const Declaration& declaration) {
  const auto trapped = find_trapped_vertex(graph);
  if (!trapped) return;
  std::vector<std::int32_t> state;
  for (std::size_t i = 0; i < graph.state_length(); ++i) state.push_back(graph.state_entry(*trapped, i));
  throw InputError(
      {fmt::format("{}: in state {}", declaration.where, state_text(state, declaration.first_index)),
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
