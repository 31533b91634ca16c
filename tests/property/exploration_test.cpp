// What must not change a graph does not: threads, the order of emission, how rates are split, how a file is
// laid out, the language it is written in. What must change a request key does.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <random>

#include "model/explore.hpp"
#include "model/lua_model.hpp"
#include "store/record.hpp"

namespace phasic {
namespace {

/// Things of some kinds react: `takes` of kind `from` become `gives` of kind `to`, unless there would be more
/// than `most` of all. The rate is mass action in `from`; coefficients are eighths, so that sums of them are
/// exact.
struct Reaction {
  std::size_t from;
  std::size_t to;
  std::int32_t takes;
  std::int32_t gives;
  std::array<int, 3> eighths;  // of 1, a, b
};

struct Network {
  std::size_t kinds;
  std::int32_t most;
  std::int32_t first;  // how many there are of kind 0 at first
  std::vector<Reaction> reactions;
};

Network any_network() {
  constexpr std::array<std::int32_t, 3> mosts{300, 16, 7};
  Network network;
  network.kinds = *rc::gen::inRange<std::size_t>(1, 4);
  network.most = mosts[network.kinds - 1];
  network.first = *rc::gen::inRange(1, network.most + 1);
  // Everything dies in the end.
  for (std::size_t kind = 0; kind < network.kinds; ++kind)
    network.reactions.push_back({kind, kind, 1, 0, {8, 0, 4}});
  const auto count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    Reaction reaction{};
    reaction.from = *rc::gen::inRange<std::size_t>(0, network.kinds);
    reaction.to = *rc::gen::inRange<std::size_t>(0, network.kinds);
    reaction.takes = *rc::gen::inRange(1, 3);
    reaction.gives = *rc::gen::inRange(0, network.kinds == 1 ? 150 : 4);
    if (reaction.to == reaction.from && reaction.gives == reaction.takes) ++reaction.gives;
    for (int& part : reaction.eighths) part = *rc::gen::inRange(0, 20);
    reaction.eighths[0] += 1;
    network.reactions.push_back(reaction);
  }
  return network;
}

// The rule in C++, as a model.
class NetworkSource final : public TransitionSource {
 public:
  explicit NetworkSource(const Network& network) : network_(network) { terms_.parameters = {"a", "b"}; }
  [[nodiscard]] const Terms& terms() const override { return terms_; }
  std::span<const double> rewards(std::span<const std::int32_t> state) override {
    reward_ = state[0] * 0.1;
    return {&reward_, 1};
  }
  Expansion expand(std::span<const std::int32_t> state) override {
    rows_.clear();
    children_.clear();
    coefficients_.clear();
    std::int32_t total = 0;
    for (const std::int32_t count : state) total += count;
    for (const Reaction& reaction : network_.reactions) {
      if (state[reaction.from] < reaction.takes || total - reaction.takes + reaction.gives > network_.most)
        continue;
      rows_.push_back(static_cast<std::uint32_t>(rows_.size()));
      children_.insert(children_.end(), state.begin(), state.end());
      const auto child = std::span(children_).last(state.size());
      child[reaction.from] -= reaction.takes;
      child[reaction.to] += reaction.gives;
      for (const int part : reaction.eighths) coefficients_.push_back(part / 8.0 * state[reaction.from]);
    }
    return {state.size(), terms_.count(), rows_, children_, coefficients_};
  }

 private:
  const Network& network_;
  Terms terms_;
  double reward_ = 0;
  std::vector<std::uint32_t> rows_;
  std::vector<std::int32_t> children_;
  std::vector<double> coefficients_;
};

class NetworkModel final : public Model {
 public:
  explicit NetworkModel(Network network) : network_(std::move(network)) {
    declaration_.theta = {"a", "b"};
    declaration_.state_length = network_.kinds;
    declaration_.rewards = {"first"};
    std::vector<std::int32_t> start(network_.kinds, 0);
    start[0] = network_.first;
    declaration_.start = {{1, start}};
  }
  [[nodiscard]] const Declaration& declaration() const override { return declaration_; }
  [[nodiscard]] std::vector<RequestPart> request_parts() const override { return {}; }
  [[nodiscard]] std::unique_ptr<TransitionSource> make_source() override {
    return std::make_unique<NetworkSource>(network_);
  }

 private:
  Network network_;
  Declaration declaration_;
};

// How the rule is written in Lua: the order of its reactions, and into how many parts rates are split.
struct Wording {
  std::uint64_t seed = 0;
  int parts = 1;
};

std::string emission(const Reaction& reaction, const std::array<int, 3>& eighths) {
  return fmt::format(
      "if state [ {} ] >= {} and state : sum ( ) - {} + {} <= most then emit ( state : with ( {} , - {} , {} "
      ", {} ) , "
      "{{ {} / 8 * state [ {} ] , {} / 8 * state [ {} ] }} , {} / 8 * state [ {} ] ) end ",
      reaction.from + 1, reaction.takes, reaction.takes, reaction.gives, reaction.from + 1, reaction.takes,
      reaction.to + 1, reaction.gives, eighths[1], reaction.from + 1, eighths[2], reaction.from + 1,
      eighths[0], reaction.from + 1);
}

/// The tokens of the model, each followed by a blank.
std::string lua_text(const Network& network, const Wording& wording) {
  std::mt19937_64 random(wording.seed);
  std::vector<std::string> emissions;
  for (const Reaction& reaction : network.reactions) {
    std::array<int, 3> rest = reaction.eighths;
    for (int part = 1; part < wording.parts; ++part) {
      std::array<int, 3> piece{};
      for (std::size_t term = 0; term < 3; ++term) {
        piece[term] = static_cast<int>(random() % static_cast<std::uint64_t>(rest[term] + 1));
        rest[term] -= piece[term];
      }
      emissions.push_back(emission(reaction, piece));
    }
    emissions.push_back(emission(reaction, rest));
  }
  if (wording.seed != 0) std::shuffle(emissions.begin(), emissions.end(), random);
  std::string text = fmt::format(
      "local most = param ( \"most\" , {} ) parameters {{ \"a\" , \"b\" }} initial {{ ", network.most);
  for (std::size_t kind = 0; kind < network.kinds; ++kind) {
    text += fmt::format("[ {} ] = {} , ", kind + 1, kind == 0 ? network.first : 0);
  }
  text += "} reward ( \"first\" , function ( state ) return state [ 1 ] * 0.1 end ) ";
  text += "transitions ( function ( state , emit ) ";
  for (const std::string& one : emissions) text += one;
  return text + "end ) ";
}

std::unique_ptr<Model> lua_model(const std::string& text) {
  return load_lua_model("m.lua", text, {}, {});
}

std::string hash_of(Model& model, unsigned jobs) {
  return to_hex(explore(model, {}, jobs, Log("test", LogLevel::off), std::chrono::microseconds(0)).hash());
}

RC_GTEST_PROP(Explorations, DoNotDependOnTheNumberOfThreads, ()) {
  NetworkModel native(any_network());
  const std::string expected = hash_of(native, 1);
  for (const unsigned jobs : {2U, 3U, 8U}) RC_ASSERT(hash_of(native, jobs) == expected);
}

RC_GTEST_PROP(Explorations, DoNotDependOnTheLanguageOrTheOrderOfEmissionOrHowRatesAreSplit, ()) {
  const Network network = any_network();
  NetworkModel native(network);
  const std::string expected = hash_of(native, 1);
  const Wording wording{*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::inRange(1, 4)};
  for (const unsigned jobs : {1U, 2U, 3U, 8U}) {
    RC_ASSERT(hash_of(*lua_model(lua_text(network, wording)), jobs) == expected);
  }
}

RequestKey key_of(const std::string& text) {
  return request_key("graph", lua_model(text)->request_parts());
}

/// The text with blanks, lines and comments in the place of each blank.
std::string laid_out(const std::string& text, std::uint64_t seed) {
  static constexpr std::array<std::string_view, 6> gaps{" ",     "\n", "\t ", " -- x = 1\n", " --[[ end ]] ",
                                                        "\r\n\n"};
  std::mt19937_64 random(seed);
  std::string result;
  for (const char c : text) {
    if (c == ' ')
      result += gaps[random() % gaps.size()];
    else
      result += c;
  }
  return result;
}

RC_GTEST_PROP(RequestKeys, DoNotDependOnTheLayoutOfTheFile, ()) {
  const std::string text = lua_text(any_network(), {});
  RC_ASSERT(key_of(laid_out(text, *rc::gen::arbitrary<std::uint64_t>())) == key_of(text));
}

RC_GTEST_PROP(RequestKeys, DependOnEachConstantDefaultAndName, ()) {
  const Network network = any_network();
  const RequestKey key = key_of(lua_text(network, {}));
  Network other = network;
  const auto place = *rc::gen::inRange<std::size_t>(0, network.reactions.size());
  other.reactions[place].eighths[*rc::gen::inRange<std::size_t>(0, 3)] += 1;
  RC_ASSERT(key_of(lua_text(other, {})) != key);
  other = network;
  other.most += 1;
  RC_ASSERT(key_of(lua_text(other, {})) != key);
  std::string renamed = lua_text(network, {});
  renamed.replace(renamed.find("\"b\""), 3, "\"c\"");
  RC_ASSERT(key_of(renamed) != key);
}

}  // namespace
}  // namespace phasic
