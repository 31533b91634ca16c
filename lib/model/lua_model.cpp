#include "model/lua_model.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "model/lua_host.hpp"
#include "model/lua_purity.hpp"
#include "model/lua_read.hpp"
#include "model/rate_sign.hpp"
#include "model/request.hpp"
#include "model/state_text.hpp"

namespace phasic {

namespace {

std::vector<std::int32_t> start_entries(const LuaHost& host, const LuaDeclarations::Start& start,
                                        std::size_t length) {
  std::vector<std::int32_t> entries(length, 0);
  for (const auto& [index, count] : start.entries) {
    if (index >= length) {
      host.complain(*host.declared.initial_place,
                    fmt::format("initial names index {}, and the indexer has {}", index + 1, length),
                    "indices come from the indexer: [indexer { property = value }] = count");
    }
    entries[index] = count;
  }
  return entries;
}

std::size_t state_length(const LuaDeclarations& declared) {
  if (declared.indexer) return declared.indexer->size();
  std::size_t length = 0;
  for (const auto& start : declared.start) {
    if (!start.entries.empty()) length = std::max(length, start.entries.back().first + 1);
  }
  return length;
}

Declaration declaration_of(const LuaHost& host) {
  const LuaDeclarations& declared = host.declared;
  require_declared(host.assignments, declared.parameters, host.files[0].path);
  if (!declared.initial_place) {
    host.complain({}, "the model has no initial state", "add initial { [index] = count }");
  }
  if (!declared.transitions) {
    host.complain({}, "the model has no transitions", "add transitions(function(state, emit) ... end)");
  }
  Declaration declaration;
  declaration.where = host.files.text_of(declared.transitions->place);
  declaration.time = declared.time.value_or(TimeKind::continuous);
  declaration.parameters = declared.parameters;
  if (declared.theta) declaration.theta = *declared.theta;
  for (const LuaCallback& derived : declared.derived) declaration.derived.push_back(derived.name);
  declaration.state_length = state_length(declared);
  if (declaration.state_length == 0) {
    host.complain(*declared.initial_place, "the initial state has no entries",
                  "add initial { [index] = count }");
  }
  for (const auto& start : declared.start) {
    std::vector<std::int32_t> entries = start_entries(host, start, declaration.state_length);
    if (start.probability > 0) declaration.start.push_back({start.probability, std::move(entries)});
  }
  for (const LuaCallback& reward : declared.rewards) declaration.rewards.push_back(reward.name);
  if (declared.indexer) declaration.properties = properties_of(*declared.indexer);
  return declaration;
}

bool says_the_same(const Declaration& left, const Declaration& right) {
  const auto same_start = [](const StartState& a, const StartState& b) {
    return a.probability == b.probability && a.entries == b.entries;
  };
  const auto same_value = [](const Parameter& a, const Parameter& b) {
    return a.name == b.name && value_text(a.value) == value_text(b.value);
  };
  return left.where == right.where && left.time == right.time && left.theta == right.theta &&
         left.derived == right.derived && left.rewards == right.rewards &&
         left.state_length == right.state_length &&
         std::ranges::equal(left.parameters, right.parameters, same_value) &&
         std::ranges::equal(left.start, right.start, same_start);
}

class LuaSource final : public TransitionSource {
 public:
  explicit LuaSource(std::unique_ptr<LuaHost> host) : host_(std::move(host)) {
    host_->resume();
    if (host_->declared.theta) terms_.parameters = *host_->declared.theta;
    for (const LuaCallback& derived : host_->declared.derived) {
      terms_.derived.push_back(record_derived(*host_, derived));
    }
    rewards_.resize(host_->declared.rewards.size());
    remember_variables(*host_->declared.transitions);
    for (const LuaCallback& reward : host_->declared.rewards) remember_variables(reward);
  }

  [[nodiscard]] const Terms& terms() const override { return terms_; }

  Expansion expand(std::span<const std::int32_t> state) override {
    host_->phase = LuaHost::Phase::expanding;
    host_->window.open(state, terms_.count());
    host_->suspects.clear();
    const LuaCallback& transitions = *host_->declared.transitions;
    host_->push(transitions);
    push_state();
    lua_pushcfunction(host_->lua(), guarded<emit_transition>);
    host_->call(2, 0, transitions.title);
    require_pure(transitions, variables_[0]);
    for (const LuaHost::Suspect& suspect : host_->suspects) check(suspect);
    return host_->window.expansion();
  }

  std::span<const double> rewards(std::span<const std::int32_t> state) override {
    host_->phase = LuaHost::Phase::rewarding;
    for (std::size_t i = 0; i < rewards_.size(); ++i) {
      const LuaCallback& reward = host_->declared.rewards[i];
      host_->window.open(state, terms_.count());
      host_->push(reward);
      push_state();
      host_->call(1, 1, reward.title);
      rewards_[i] = take_reward(reward);
      require_pure(reward, variables_[1 + i]);
    }
    return rewards_;
  }

 private:
  void push_state() { lua_pushlightuserdata(host_->lua(), reinterpret_cast<void*>(host_->window.handle(0))); }

  [[noreturn]] void complain(SourcePlace place, const std::string& what, const std::string& remedy) const {
    throw InputError(
        {host_->files.text_of(place) + ": in state " + state_text(host_->window.state()), what, remedy, {}});
  }

  void remember_variables(const LuaCallback& callback) {
    host_->push(callback);
    variables_.emplace_back(host_->lua());
  }

  void require_pure(const LuaCallback& callback, const PurityCheck& variables) const {
    if (const auto changed = variables.changed_variable()) {
      complain(callback.place,
               fmt::format("{} changes '{}', a variable outside of it", callback.title, *changed),
               "callbacks are pure: declare it inside, as a local");
    }
  }

  double take_reward(const LuaCallback& reward) {
    lua_State* lua = host_->lua();
    const double value = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : -1;
    if (!(value >= 0 && std::isfinite(value))) {
      complain(reward.place, fmt::format("{} is {}", reward.title, describe_value(lua, -1)),
               "a reward returns a finite number >= 0");
    }
    lua_pop(lua, 1);
    return value;
  }

  // A suspect is wrong unless other edges to the same child outweigh it.
  void check(const LuaHost::Suspect& suspect) const {
    const Expansion found = host_->window.expansion();
    const Expansion::Edge wrong = found[suspect.edge];
    std::vector<double> sum(terms_.count(), 0.0);
    for (std::size_t edge = 0; edge < found.size(); ++edge) {
      if (!std::ranges::equal(found[edge].child, wrong.child)) continue;
      for (std::size_t term = 0; term < sum.size(); ++term) sum[term] += found[edge].coefficients[term];
    }
    const bool cancels = std::ranges::all_of(sum, [](double value) { return value == 0; });
    if (!cancels && is_never_positive(sum, terms_.parameters.size())) {
      complain(suspect.place,
               fmt::format("the rate to {} is negative for every theta", state_text(wrong.child)),
               "rates are at least 0");
    }
  }

  std::unique_ptr<LuaHost> host_;
  Terms terms_;
  std::vector<double> rewards_;
  std::vector<PurityCheck> variables_;  // of transitions, then of each reward
};

class LuaModel final : public Model {
 public:
  LuaModel(SourceFiles files, std::vector<Assignment> assignments, const Limits& limits)
      : files_(std::move(files)), assignments_(std::move(assignments)), limits_(limits) {
    loaded_ = load();
    files_ = loaded_->files;  // with all that was included
    declaration_ = declaration_of(*loaded_);
  }

  [[nodiscard]] const Declaration& declaration() const override { return declaration_; }

  [[nodiscard]] std::vector<RequestPart> request_parts() const override {
    return lua_request_parts(files_.all(), declaration_.parameters);
  }

  // The first source on the thread that loaded the file takes the state that the declaration came from; each
  // other one runs the file again, and must read the same in it.
  [[nodiscard]] std::unique_ptr<TransitionSource> make_source() override {
    std::unique_ptr<LuaHost> host = std::this_thread::get_id() == loader_ ? std::move(loaded_) : nullptr;
    if (!host) {
      host = load();
      if (!says_the_same(declaration_of(*host), declaration_)) {
        throw InternalError(
            {files_[0].path, "the model says something else when it is loaded again", "", {}});
      }
    }
    return std::make_unique<LuaSource>(std::move(host));
  }

 private:
  [[nodiscard]] std::unique_ptr<LuaHost> load() const {
    try {
      return std::make_unique<LuaHost>(files_, assignments_, limits_, begin_);
    } catch (const LimitError& error) {
      if (!error.complaint().where.empty()) throw;
      Complaint complaint = error.complaint();
      complaint.where = files_[0].path;
      throw LimitError(std::move(complaint));
    }
  }

  SourceFiles files_;
  std::vector<Assignment> assignments_;
  Limits limits_;
  LuaHost::Clock::time_point begin_ = LuaHost::Clock::now();
  std::thread::id loader_ = std::this_thread::get_id();  // a watchdog belongs to its thread
  std::unique_ptr<LuaHost> loaded_;
  Declaration declaration_;
};

}  // namespace

std::unique_ptr<Model> load_lua_model(const std::string& path, std::string source,
                                      std::vector<Assignment> assignments, const Limits& limits) {
  return std::make_unique<LuaModel>(SourceFiles(path, std::move(source)), std::move(assignments), limits);
}

}  // namespace phasic
