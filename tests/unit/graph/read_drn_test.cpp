#include "graph/read_drn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/chains.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Graph graph_of(const std::string& text, const std::string& target = "") {
  return make_imported_graph(read_drn(text, "m.drn", target), "m.drn");
}

std::string complaint_of(const std::string& text, const std::string& target = "") {
  try {
    graph_of(text, target);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

std::string header(const std::string& type, int states, const std::string& more = "") {
  return "// Exported by storm\n@type: " + type + "\n" + more + "@nr_states\n" + std::to_string(states) +
         "\n@nr_choices\n" + std::to_string(states) + "\n@model\n";
}
const std::string parameters = "@parameters\nmu nu \n@reward_models\n\n";

class Chain : public test::ChainBuilder {
 public:
  explicit Chain(std::vector<std::string> names, TimeKind time = TimeKind::continuous)
      : ChainBuilder(std::move(names), time) {
    parts().order = GraphParts::Order::as_given;
  }
};

TEST(ReadDrn, MakesTheGraphOfACtmc) {
  Chain chain({"mu", "nu"});
  chain.edge(1, {0, 2, 0})
      .edge(2, {0.5, 1, 0})
      .state({})
      .edge(0, {0, 0, 1.0 / 3})
      .edge(2, {1, 0, 0})
      .state({})
      .state({})
      .start(0);
  EXPECT_EQ(
      graph_of(header("CTMC", 3, parameters) +
               "state 0 !3*mu+0.5 init\n\taction 0\n\t\t1 : 2*mu\n\t\t2 : (mu+1/2)\n//[x=1]\n"
               "state 1 !1+nu\n\taction 0\n\t\t0 : nu/3\n\t\t2 : 1\nstate 2 !1 done\n\taction 0\n\t\t2 : 1\n")
          .hash(),
      chain.graph().hash());
}

TEST(ReadDrn, TakesOlderExportsWithoutExitRatesAndChoices) {
  Chain chain({});
  chain.edge(1, {0.004})
      .edge(2, {10})
      .state({})
      .edge(2, {2})
      .state({})
      .state({})
      .start(0)
      .reward("rew0", {0, 0, 0});
  EXPECT_EQ(
      graph_of("@type: CTMC\n@parameters\n\n@nr_states\n3\n@model\nstate 0 [0] init minimum\n\taction 0 "
               "[0]\n\t\t1 : 0.004\n\t\t2 : 10\nstate 1 [0]\n\taction 0 [0]\n\t\t2 : 2\nstate 2 [0]\n")
          .hash(),
      chain.graph().hash());
}

TEST(ReadDrn, MakesTheGraphOfADtmc) {
  Chain chain({}, TimeKind::discrete);
  chain.edge(1, {0.25}).edge(2, {0.25}).state({}).edge(2, {1}).state({}).state({}).start(0);
  EXPECT_EQ(
      graph_of(header("dtmc", 3) + "state 0 init\n\taction 0\n\t\t0 : 0.5\n\t\t1 : 0.25\n\t\t2 : 0.25\nstate "
                                   "1\n\taction go\n\t\t2 : 1\nstate 2\n\taction 0\n\t\t2 : 1\n")
          .hash(),
      chain.graph().hash());
}

TEST(ReadDrn, MakesTargetsAbsorbing) {
  const std::string cycle = header("CTMC", 3) +
                            "state 0 !2 init\n\taction 0\n\t\t1 : 2\nstate 1 !4 \"two words\" up\n\taction "
                            "0\n\t\t2 : 4\nstate 2 !1 down\n\taction 0\n\t\t0 : 1\n";
  EXPECT_EQ(graph_of(cycle, "down").transient_count(), 2U);
  EXPECT_EQ(graph_of(cycle, "two words").edge_count(), 3U);
  EXPECT_THAT(complaint_of(cycle), HasSubstr("m.drn: no state is absorbing; --target LABEL makes the states "
                                             "with a label so; labels are down, init, two words, up"));
  EXPECT_THAT(complaint_of(cycle, "dwn"),
              HasSubstr("m.drn: no state has the label 'dwn'; labels are down, init, two words, up"));
}

TEST(ReadDrn, MakesDerivedTermsOfWhatIsNotLinear) {
  const Graph graph = graph_of(header("CTMC", 2, parameters) +
                               "state 0 !2*mu*nu init\n\taction 0\n\t\t1 : 2*mu*nu\nstate 1 !0\n");
  ASSERT_EQ(graph.terms().derived.size(), 1U);
  EXPECT_EQ(graph.terms().derived[0].name, "f1");
  EXPECT_THAT(graph.coefficients(graph.classes()[1]), ElementsAre(0, 0, 0, 2));
}

TEST(ReadDrn, HasPlaceholders) {
  const Graph graph = graph_of(header("CTMC", 2, "@parameters\nmu\n@placeholders\n$0 : 2*mu\n$long : 7\n") +
                               "state 0 !$0 init\n\taction 0\n\t\t1 : $0\nstate 1 !0\n");
  EXPECT_THAT(graph.coefficients(graph.classes()[1]), ElementsAre(0, 2));
}

TEST(ReadDrn, KeepsRewardsThatAreRates) {
  const std::string models = "@reward_models\nup jumps cost symbolic\n";
  const Imported read = read_drn(
      header("CTMC", 2, "@parameters\nmu\n" + models) +
          "state 0 !1 [2, 0, -1, mu] init\n\taction 0 [0, 0.5, 0, 0]\n\t\t1 : 1\nstate 1 !0 [0, 0, 0, 0]\n",
      "m.drn", "");
  ASSERT_EQ(read.parts.rewards.size(), 1U);
  EXPECT_EQ(read.parts.rewards[0].name, "up");
  EXPECT_THAT(read.parts.rewards[0].values, ElementsAre(2, 0));
  EXPECT_THAT(read.notes, ElementsAre("the reward 'jumps' is left out: it has rewards of transitions",
                                      "the reward 'cost' is left out: it is negative somewhere",
                                      "the reward 'symbolic' is left out: it depends on parameters"));
}

// Each visit to a state takes its one action.
TEST(ReadDrn, AddsTheRewardsOfActionsInDiscreteTime) {
  const Imported read =
      read_drn(header("DTMC", 2, "@reward_models\nr\n") +
                   "state 0 [1] init\n\taction 0 [0.5]\n\t\t1 : 1\nstate 1 [0]\n\taction 0 [0]\n\t\t1 : 1\n",
               "m.drn", "");
  EXPECT_THAT(read.parts.rewards.at(0).values, ElementsAre(1.5, 0));
  EXPECT_THAT(read.notes, IsEmpty());
}

TEST(ReadDrn, RescalesProbabilitiesThatLostTheirDigits) {
  const Imported read = read_drn(header("DTMC", 3) +
                                     "state 0 init\n\taction 0\n\t\t1 : 0.333333\n\t\t2 : 0.666666\nstate "
                                     "1\n\taction 0\n\t\t2 : 1\nstate 2\n\taction 0\n\t\t2 : 1\n",
                                 "m.drn", "");
  EXPECT_THAT(read.notes,
              ElementsAre("the probabilities of 1 states add up to 1 only nearly, and were rescaled"));
  const auto probability = [&](std::size_t edge) {
    return read.parts.coefficients[read.parts.transitions[edge].coefficients][0];
  };
  EXPECT_DOUBLE_EQ(probability(0), 1.0 / 3);
  EXPECT_DOUBLE_EQ(probability(1), 2.0 / 3);
}

TEST(ReadDrn, SaysWhereAndWhatIsWrong) {
  const auto model = [](const std::string& states, int count = 2) {
    return complaint_of(header("CTMC", count) + states);
  };
  EXPECT_THAT(complaint_of(""), HasSubstr("m.drn: is empty"));
  EXPECT_THAT(complaint_of("// nothing\n"), HasSubstr("m.drn: is empty"));
  EXPECT_THAT(complaint_of("hello\n"), HasSubstr("m.drn:1: 'hello' is no part of a header"));
  EXPECT_THAT(complaint_of("@type: MDP\n"), HasSubstr("m.drn:1: a model of type 'MDP' is not read"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@type: CTMC\n"), HasSubstr("m.drn:2: @type is given twice"));
  EXPECT_THAT(complaint_of("@value_type: double-interval\n"),
              HasSubstr("m.drn:1: values of type 'double-interval' are not read"));
  EXPECT_THAT(complaint_of("@type: CTMC\n"), HasSubstr("m.drn:1: the file ends before @model"));
  EXPECT_THAT(complaint_of("@nr_states\n1\n@model\n"), HasSubstr("m.drn:3: @type is missing"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@model\n"), HasSubstr("m.drn:2: @nr_states is missing"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@nr_states\n"),
              HasSubstr("m.drn:2: the file ends after @nr_states"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@nr_states\nmany\n"),
              HasSubstr("m.drn:3: 'many' is no number for @nr_states"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@nr_states\n0\n"), HasSubstr("m.drn:3: 0 states cannot be read"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@nr_states\n99999999999\n"),
              HasSubstr("m.drn:3: 99999999999 states cannot be read"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@parameters\na a\n"),
              HasSubstr("m.drn:3: two parameters or derived terms are named 'a'"));
  EXPECT_THAT(complaint_of("@placeholders\n0 : 2\n"), HasSubstr("m.drn:2: this is no placeholder"));
  EXPECT_THAT(complaint_of(header("CTMC", 2000000000) + "state 0 !0 init\n"),
              HasSubstr("m.drn: the file ends after 1 of 2000000000 states"));
  EXPECT_THAT(model("1 : 0.5\n"), HasSubstr("m.drn:8: this stands before the first state"));
  EXPECT_THAT(model("state 0 !0 init\nstate 2 !0\n"),
              HasSubstr("m.drn:9: state '2' where state 1 must be; states are numbered from 0 without gaps"));
  EXPECT_THAT(model("state 0 !0 init\nstate 1 !0\nstate 2 !0\n"),
              HasSubstr("m.drn:10: there are more states than the 2 of @nr_states"));
  EXPECT_THAT(model("state 0 !0 init\n"), HasSubstr("m.drn: the file ends after 1 of 2 states"));
  EXPECT_THAT(complaint_of("@type: CTMC\n@nr_states\n1\n@nr_choices\n2\n@model\nstate 0 init\n"),
              HasSubstr("m.drn: @nr_choices says 2 for 1 states"));
  EXPECT_THAT(model("state 0 !1\n\taction 0\n\t\t1 : 1\nstate 1 !0\n"),
              HasSubstr("m.drn: no state has the label init"));
  EXPECT_THAT(model("state 0 !0 init\nstate 1 !0 init\n"),
              HasSubstr("m.drn:9: the label init is at state 0 already"));
  EXPECT_THAT(model("state 0 !0 \"init\n"), HasSubstr("m.drn:8: a label's quotes do not end"));
  EXPECT_THAT(model("state 0 !0 [1 init\n"), HasSubstr("m.drn:8: the rewards have no ]"));
  EXPECT_THAT(model("state 0 !0 [] init\n"), HasSubstr("m.drn:8: in the formula '': it ends"));
  EXPECT_THAT(model("state 0 !x init\n"),
              HasSubstr("m.drn:8: in the formula 'x': there is no parameter 'x'"));
  EXPECT_THAT(model("state 0 !1 init\n\taction 0\n\t\t2 : 1\n"),
              HasSubstr("m.drn:10: there is no state '2'; states are 0 to 1"));
  EXPECT_THAT(model("state 0 !1 init\n\taction 0\n\t\t-1 : 1\n"),
              HasSubstr("m.drn:10: there is no state '-1'"));
  EXPECT_THAT(model("state 0 !1 init\n\taction 0\n\t\t1 : 1e400\n"),
              HasSubstr("m.drn:10: in the formula '1e400': '1e400' is no finite number"));
  EXPECT_THAT(model("state 0 !1 init\n\taction 0\n\t\t1 : -1\n"),
              HasSubstr("m.drn:10: the rate -1 is negative"));
  EXPECT_THAT(model("state 0 !1 init\n\taction 0\n\t\t1 0.5\n"),
              HasSubstr("m.drn:10: '1 0.5' is neither state, action nor transition"));
  EXPECT_THAT(model("state 0 !1 init\n\taction a\n\t\t1 : 1\n\taction b\n"),
              HasSubstr("m.drn:11: state 0 has a second action"));
  EXPECT_THAT(model("state 0 !1 init\n\taction a b\n"), HasSubstr("m.drn:9: 'b' is out of place"));
  EXPECT_THAT(model("state 0 !3 init\n\taction 0\n\t\t1 : 1\nstate 1 !0\n"),
              HasSubstr("m.drn:8: the rates of state 0 add up to 1 where its exit rate is 3"));
  EXPECT_THAT(complaint_of(header("DTMC", 2) + "state 0 init\n\taction 0\n\t\t1 : 0.9\nstate 1\n"),
              HasSubstr("m.drn:8: the probabilities of state 0 add up to 0.9; they must add up to 1"));
  EXPECT_THAT(complaint_of(header("DTMC", 2) + "state 0 !1 init\n"),
              HasSubstr("m.drn:8: a DTMC's state has an exit rate"));
  EXPECT_THAT(
      model("state 0 !1 init\n\taction 0\n\t\t1 : 1\nstate 1 !1\n\taction 0\n\t\t0 : 1\nstate 2 !0\n", 3),
      HasSubstr("m.drn: state 0: absorption cannot be reached from here"));
}

}  // namespace
}  // namespace phasic
