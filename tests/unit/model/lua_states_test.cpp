#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// What an expression about the state (2, 0) comes to.
std::string in_state(const std::string& expression) {
  const std::string text = complaint_in_state("error('=' .. tostring(" + expression + "), 0)");
  const std::string before = "65 m.lua:2: in state (2, 0): =";
  return text.starts_with(before) ? text.substr(before.size()) : text;
}

// A model from (2, 0) whose function has this body for it and none for other states.
Graph graph_from(const std::string& body, const std::string& top = "") {
  return graph_of(
      top +
      " initial { [1] = 2, [2] = 0 }\ntransitions(function(state, emit) if tostring(state) ~= '(2, 0)' "
      "then return end " +
      body + " end)");
}

TEST(LuaState, CanBeRead) {
  EXPECT_EQ(in_state("state[1]"), "2");
  EXPECT_EQ(in_state("state[2]"), "0");
  EXPECT_EQ(in_state("state[1.0]"), "2");
  EXPECT_EQ(in_state("#state"), "2");
  EXPECT_EQ(in_state("state:sum()"), "2");
  EXPECT_EQ(in_state("state"), "(2, 0)");
  EXPECT_EQ(in_state("type(state)"), "userdata");
}

TEST(LuaState, WalksItsOccupiedEntries) {
  const std::string walk =
      "(function(s, ...) local t = '' for i, count in s:occupied(...) do t = t .. i .. ':' .. count "
      ".. ' ' end return t end)";
  EXPECT_EQ(in_state(walk + "(state)"), "1:2 ");
  EXPECT_EQ(in_state(walk + "(state:with(2, -3))"), "1:2 2:-3 ");
  EXPECT_EQ(in_state(walk + "(state:with(2, 1), 1)"), "2:1 ");
  EXPECT_EQ(in_state(walk + "(state, 2)"), "");
}

TEST(LuaState, ChildrenAreStatesTooAndDoNotDisturbEachOther) {
  EXPECT_EQ(in_state("state:with(1, -1, 2, 1)"), "(1, 1)");
  EXPECT_EQ(in_state("state:with(1, -1):with(2, 4)"), "(1, 4)");
  EXPECT_EQ(
      in_state("(function() local a = state:with(1, 1) local b = state:with(1, 2) return tostring(a) .. "
               "tostring(b) .. tostring(state) end)()"),
      "(3, 0)(4, 0)(2, 0)");
  EXPECT_EQ(in_state("state:with()"), "(2, 0)");
  EXPECT_EQ(in_state("state:with(1, 1, 1, 1)"), "(4, 0)");
}

TEST(LuaState, SaysWhatIsWrong) {
  const std::string at = "65 m.lua:2: in state (2, 0): ";
  EXPECT_EQ(complaint_in_state("local x = state[3]"),
            at + "index 3 of a state is out of range; indices run from 1 to 2");
  EXPECT_EQ(complaint_in_state("local x = state[-1]"),
            at + "index -1 of a state is out of range; indices run from 1 to 2");
  EXPECT_THAT(complaint_in_state("local x = state[1.5]"), HasSubstr("index 1.5 of a state is out of range"));
  EXPECT_THAT(complaint_in_state("local x = state.size"), HasSubstr("a state has no 'size'"));
  EXPECT_THAT(complaint_in_state("local x = state[nil]"), HasSubstr("a state has no nil"));
  EXPECT_THAT(complaint_in_state("state[1] = 3"), HasSubstr("a state cannot be changed; state:with"));
  EXPECT_THAT(complaint_in_state("state:with(1)"), HasSubstr("an index without a difference"));
  EXPECT_THAT(complaint_in_state("state:with(0, 1)"), HasSubstr("index 0 of a state; Lua counts from 1"));
  EXPECT_THAT(complaint_in_state("state:with(3, 1)"), HasSubstr("indices run from 1 to 2"));
  EXPECT_THAT(complaint_in_state("state:with('1', 1)"), HasSubstr("a state has no '1'"));
  EXPECT_THAT(complaint_in_state("local x = state['1']"), HasSubstr("a state has no '1'"));
  EXPECT_THAT(complaint_in_state("state:with(1, '1')"),
              HasSubstr("a difference is the string \"1\"; it is an integer"));
  EXPECT_EQ(complaint_in_state("emit(state:with(1, -1), {}, 1, 5)"),
            at + "emit got 5 as a fourth argument; write emit(child, rates, constant)");
  EXPECT_THAT(complaint_in_state("state:with(1, 0.5)"), HasSubstr("a difference is 0.5; it is an integer"));
  EXPECT_THAT(complaint_in_state("state:with(1, 1 << 31)"), HasSubstr("leaves the range of 32 bits"));
  EXPECT_THAT(complaint_in_state("state:with(1, math.maxinteger)"), HasSubstr("leaves the range of 32 bits"));
  EXPECT_THAT(complaint_in_state("state:with(1, -(1 << 31)):with(1, math.mininteger)"),
              HasSubstr("leaves the range"));
}

TEST(LuaState, IsNotValidBeyondItsCallback) {
  const std::string kept =
      "initial { [1] = 2 }\nlocal kept = {}\ntransitions(function(state, emit)\n"
      "if kept[1] then local x = kept[1][1] end kept[1] = state\n"
      "if state[1] > 0 then emit(state:with(1, -1), {}, 1) end end)";
  EXPECT_THAT(complaint(kept), HasSubstr("4: in state (1): this state is from an earlier call"));
}

TEST(Emit, TakesRatesInOrderOrByName) {
  const std::string top = "parameters { 'a', 'b' }";
  const Graph by_order = graph_from("emit(state:with(1, -1), { 3, 4 }, 5)", top);
  const Graph by_name = graph_from("emit(state:with(1, -1), { b = 4, a = 3 }, 5)", top);
  const ClassId edge_class = by_order.classes()[1];
  EXPECT_THAT(by_order.coefficients(edge_class), ElementsAre(5, 3, 4));
  EXPECT_EQ(by_order.hash(), by_name.hash());
  const Graph constant = graph_from("emit(state:with(1, -1), {}, 5)", top);
  EXPECT_THAT(constant.coefficients(constant.classes()[1]), ElementsAre(5, 0, 0));
  EXPECT_EQ(constant.hash(), graph_from("emit(state:with(1, -1), nil, 5)", top).hash());
}

TEST(Emit, TakesChildrenAsTables) {
  EXPECT_EQ(graph_from("emit({ 1, 0 }, {}, 1)").hash(), graph_from("emit(state:with(1, -1), {}, 1)").hash());
  EXPECT_THAT(complaint_in_state("emit({ 1 }, {}, 1)"),
              HasSubstr("a child has 1 entry; a state of this model has 2"));
  EXPECT_THAT(complaint_in_state("emit({ 1, 2, 3 }, {}, 1)"), HasSubstr("a child has 3 entries"));
  EXPECT_THAT(complaint_in_state("emit({ 1, 0.5 }, {}, 1)"),
              HasSubstr("entry [2] of a child is 0.5; it is an integer"));
  EXPECT_THAT(complaint_in_state("emit({ 1, 'a' }, {}, 1)"),
              HasSubstr("entry [2] of a child is the string \"a\""));
  EXPECT_THAT(complaint_in_state("emit({ 1, 1 << 31 }, {}, 1)"), HasSubstr("integers of 32 bits"));
}

TEST(Emit, AddsUpSeveralEdgesToOneChild) {
  EXPECT_EQ(graph_from("emit(state:with(1, -1), {}, 1) emit({ 1, 0 }, {}, 2)").hash(),
            graph_from("emit(state:with(1, -1), {}, 3)").hash());
}

TEST(Emit, OfRateZeroIsNoEdge) {
  const Graph graph =
      graph_from("emit(state:with(1, -1), {}, 1) emit(state:with(1, 7), { 0 }) emit(state, {}, 0)",
                 "parameters { 'a' }");
  EXPECT_EQ(graph.vertex_count(), 3U);
  EXPECT_EQ(graph.edge_count(), 2U);
}

TEST(Emit, RefusesRatesThatDoNotFit) {
  const std::string top = "parameters { 'a', 'b' }";
  const auto rates = [&](const std::string& text) {
    return complaint_in_state("emit(state:with(1, -1), " + text + ")", top);
  };
  EXPECT_EQ(rates("{ 1 }"),
            "65 m.lua:2: in state (2, 0): 1 rate for 2 parameters; list one for each, in order (a, b), or "
            "name them");
  EXPECT_THAT(rates("{ 1, 2, 3 }"), HasSubstr("3 rates for 2 parameters"));
  EXPECT_THAT(rates("{ [1] = 1, [3] = 2 }"), HasSubstr("2 rates for 2 parameters"));
  EXPECT_THAT(rates("{ c = 1 }"), HasSubstr("rates name 'c'; the parameters and derived terms are: a, b"));
  EXPECT_THAT(rates("{ 1, 2, a = 1 }"), HasSubstr("rates mix positions and names"));
  EXPECT_THAT(rates("{ 1, 'x' }"), HasSubstr("the rate of b is the string \"x\"; it is a number"));
  EXPECT_THAT(rates("{ a = 0/0 }"), HasSubstr("the rate of a is "));
  EXPECT_THAT(rates("{ 1/0, 1 }"), HasSubstr("the rate of a is inf; rates are finite numbers"));
  EXPECT_THAT(rates("{}, -1/0"), HasSubstr("the rate of the constant is -inf"));
  EXPECT_THAT(rates("{}, 'x'"), HasSubstr("the rate of the constant is the string \"x\""));
  EXPECT_THAT(rates("5"), HasSubstr("rates are 5; write emit(child, { rate1, rate2 })"));
  EXPECT_THAT(complaint_in_state("emit(state:with(1, -1))"), HasSubstr("emit got no rate"));
  EXPECT_THAT(complaint_in_state("emit(5, {}, 1)"), HasSubstr("emit got 5 as child"));
  EXPECT_THAT(complaint_in_state("emit(nil, {}, 1)"), HasSubstr("emit got nil as child"));
}

TEST(Emit, RefusesARateThatIsNegativeForEveryTheta) {
  const std::string top = "parameters { 'p' } derived('q', function(t) return -t.p end)";
  const auto emitted = [&](const std::string& body) {
    return complaint_in_state("if state[1] == 2 then " + body + " end", top);
  };
  EXPECT_EQ(
      emitted("emit(state:with(1, -1), { -1 })"),
      "65 m.lua:2: in state (2, 0): the rate to (1, 0) is negative for every theta; rates are at least 0");
  EXPECT_THAT(emitted("emit(state:with(1, -1), {}, -1)"), HasSubstr("negative for every theta"));
  EXPECT_THAT(emitted("emit(state:with(1, -1), { -1 }, -1)"), HasSubstr("negative for every theta"));
  // 1 - p, in one piece or in two; and a derived term may be negative itself.
  EXPECT_EQ(emitted("emit(state:with(1, -1), { -1 }, 1)"), "no complaint");
  EXPECT_EQ(emitted("emit(state:with(1, -1), { -1 }) emit(state:with(1, -1), {}, 1)"), "no complaint");
  EXPECT_EQ(emitted("emit(state:with(1, -1), { q = -1 })"), "no complaint");
  // A rate of 0, in two pieces.
  EXPECT_EQ(emitted("emit(state:with(1, -1), {}, 2) emit({ 3, 0 }, { -1 }) emit({ 3, 0 }, { 1 })"),
            "no complaint");
}

TEST(Emit, RefusesASelfLoopInContinuousTimeOnly) {
  EXPECT_EQ(
      complaint_in_state("emit(state:with(), {}, 1)"),
      "65 m.lua:2: in state (2, 0): a transition leads to the state itself; in continuous time leave it out");
  EXPECT_THAT(complaint_in_state("emit({ 2, 0 }, {}, 1)"), HasSubstr("leads to the state itself"));
  EXPECT_EQ(graph_from("emit(state, {}, 0.25) emit(state:with(1, -1), {}, 0.5)", "time 'discrete'").hash(),
            graph_from("emit(state:with(1, -1), {}, 0.5)", "time 'discrete'").hash());
}

TEST(Emit, BelongsToTransitions) {
  const std::string code =
      "initial { [1] = 2 }\nlocal kept = {}\nreward('r', function(state) kept[1](state, {}, 1) end)\n"
      "transitions(function(state, emit) kept[1] = emit if state[1] > 0 then emit(state:with(1, -1), "
      "{}, 1) end end)";
  EXPECT_THAT(complaint(code), HasSubstr("3: in state (2): emit was called outside transitions"));
}

}  // namespace
}  // namespace phasic::test
