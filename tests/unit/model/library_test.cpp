#include "model/library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "base/file.hpp"
#include "support/cases.hpp"
#include "unit/model/models.hpp"

namespace phasic::test {
namespace {

std::unique_ptr<Model> load_library(const std::string& name, const std::vector<std::string>& given = {},
                                    const Limits& limits = {}) {
  const std::string bytes =
      read_text_file(std::string(PHASIC_MODEL_LIBRARIES) + "/" + name + ".so", std::size_t{1} << 30);
  const auto elf = std::as_bytes(std::span(bytes));
  return load_library_model(name + ".so", elf, assignments(given), limits, library_code_parts(elf));
}

Graph library_graph(const std::string& name, const std::vector<std::string>& given = {}) {
  const auto model = load_library(name, given);
  return explore(*model, Limits{}, 1, Log("test", LogLevel::off));
}

// Examples that include others are loaded by their path.
Graph example_graph(const std::string& name, const std::vector<std::string>& given) {
  const auto model = load_lua_model(std::string(PHASIC_SOURCE_DIR) + "/examples/" + name, example(name),
                                    assignments(given), {});
  return explore(*model, Limits{}, 1, Log("test", LogLevel::off));
}

TEST(LibraryModel, TwoLocusArgIsTheSameObjectInCppAndInLua) {
  const int largest = test::takes_all_cases() ? 8 : 6;
  for (int n = 2; n <= largest; ++n) {
    const std::vector<std::string> given{fmt::format("n={}", n)};
    EXPECT_EQ(library_graph("two_locus_arg", given).hash(),
              graph_of(example("two_locus_arg.lua"), given).hash())
        << n;
  }
}

TEST(LibraryModel, TwinsInCppAndLuaAreTheSameObject) {
  EXPECT_EQ(library_graph("bottleneck", {"n=6"}).hash(), example_graph("bottleneck.lua", {"n=6"}).hash());
  EXPECT_EQ(library_graph("gamblers_ruin").hash(), graph_of(example("gamblers_ruin.lua")).hash());
}

TEST(LibraryModel, SaysAllThatLuaSays) {
  const std::string lua =
      read_text_file(std::string(PHASIC_SOURCE_DIR) + "/tests/models/everything.lua", std::size_t{1} << 20);
  for (const std::vector<std::string>& given :
       {std::vector<std::string>{}, {"n=2", "share=0.25"}, {"n=1", "mark=false", "name=long"}}) {
    EXPECT_EQ(library_graph("everything", given).hash(), graph_of(lua, given).hash());
  }
}

TEST(LibraryModel, AModelInCIsTheSameObject) {
  const std::string lua =
      "param('fault', 0) parameters { 'a' } initial { [1] = 2 }\n"
      "transitions(function(state, emit) if state[1] > 0 then emit(state:with(1, -1), { 1 }) end end)";
  EXPECT_EQ(library_graph("plain").hash(), graph_of(lua).hash());
  EXPECT_EQ(library_graph("plain", {"fault=31"}).hash(), graph_of(lua).hash());
}

TEST(LibraryModel, DeclaresWhatLuaDeclares) {
  const auto library = load_library("two_locus_arg", {"n=3"});
  const auto lua = load(example("two_locus_arg.lua"), {"n=3"});
  const Declaration& ours = library->declaration();
  const Declaration& other = lua->declaration();
  ASSERT_EQ(ours.parameters.size(), 2U);
  EXPECT_EQ(ours.parameters[0].value, other.parameters[0].value);
  EXPECT_EQ(ours.parameters[0].minimum, other.parameters[0].minimum);
  EXPECT_EQ(ours.parameters[0].help, other.parameters[0].help);
  EXPECT_EQ(ours.theta, other.theta);
  EXPECT_EQ(ours.state_length, other.state_length);
  EXPECT_EQ(ours.start[0].entries, other.start[0].entries);
}

TEST(LibraryModel, ARequestNamesContentParametersAndAbi) {
  const auto parts = load_library("two_locus_arg", {"n=3"})->request_parts();
  ASSERT_EQ(parts.size(), 6U);
  EXPECT_EQ(parts[0].name, "code");
  EXPECT_EQ(parts[1], (RequestPart{"param dummy", "integer 0"}));
  EXPECT_EQ(parts[2], (RequestPart{"param n", "integer 3"}));
  EXPECT_EQ(parts[3], (RequestPart{"language", "compiled, ABI 1"}));
}

TEST(LibraryModel, SourcesAreIndependentAndMayBeMadeByAnyThread) {
  const auto model = load_library("two_locus_arg", {"n=4"});
  const auto states = model->declaration().start[0].entries;
  std::vector<std::size_t> edges(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      threads.emplace_back([&, i] {
        const auto source = model->make_source();
        for (int k = 0; k < 100; ++k) edges[i] = source->expand(states).size();
      });
    }
  }
  EXPECT_EQ(edges, std::vector<std::size_t>(4, 2));
}

TEST(LibraryModel, OneProcessLoadsLibrariesWithoutMixingThemUp) {
  const auto first = load_library("two_locus_arg");
  const auto second = load_library("gamblers_ruin");
  const auto third = load_library("two_locus_arg");
  EXPECT_EQ(first->declaration().theta, third->declaration().theta);
  EXPECT_EQ(second->declaration().theta, std::vector<std::string>{"win"});
}

// The complaint of a library, `65 where: what; remedy`.
std::string complaint_of(const std::string& name, const std::vector<std::string>& given = {}) {
  try {
    library_graph(name, given);
  } catch (const Error& error) {
    return fmt::format("{} {}", static_cast<int>(error.code()), error.what());
  }
  return "no complaint";
}

std::string complaint_of_fault(const std::string& fault) {
  return complaint_of("faults", {"fault=" + fault});
}

TEST(LibraryModel, ComplainsAboutDeclarationsWhereTheyAre) {
  for (const auto& [fault, text] : std::vector<std::pair<std::string, std::string>>{
           {"param twice", "param 'fault' is declared twice"},
           {"param name", "the name of a param is '2x'"},
           {"param default", "the default of param 'low', 0, is out of range; low is at least 1"},
           {"param bounds", "param 'low' has bounds from 4 to 2; the first is the smaller one"},
           {"check", "this never holds; here fault = \"check\""},
           {"parameters twice", "parameters was called twice"},
           {"derived name", "'a' is already a parameter or derived term"},
           {"derived unknown", "theta has no 'b'; its parameters and derived terms are: a"},
           {"derived infinite", "a formula has a constant that is not finite"},
           {"term unknown", "theta has no 'b'"},
           {"indexer range", "property 'x' runs from 2 to 1"},
           {"indexer twice", "a second indexer"},
           {"property", "x = 2 is out of range; x runs from 0 to 1"},
           {"property name", "there is no property 'y'; the properties are x"},
           {"property missing", "property 'y' is missing; name every property"},
           {"slot", "the indexer has no slot 'y'"},
           {"group", "the indexer has no group 'y'"},
           {"initial beyond", "initial names index 3, and the indexer has 1"},
           {"reward twice", "reward 'reward' is declared twice"}}) {
    const std::string said = complaint_of_fault(fault);
    EXPECT_THAT(said, testing::StartsWith("65 ")) << fault;
    EXPECT_THAT(said, testing::ContainsRegex("tests/models/faults.cpp:[0-9]+: ")) << fault;
    EXPECT_THAT(said, testing::HasSubstr(text)) << fault;
  }
  EXPECT_THAT(complaint_of_fault("no initial"), testing::HasSubstr("the model has no initial state"));
  EXPECT_THAT(complaint_of_fault("no transitions"), testing::HasSubstr("the model has no transitions"));
}

TEST(LibraryModel, ComplainsAboutTransitionsWithPlaceAndState) {
  for (const auto& [fault, text] : std::vector<std::pair<std::string, std::string>>{
           {"nan", "the rate of a is "},
           {"infinite", "the rate of the constant is inf; rates are finite numbers"},
           {"negative", "the rate to (0) is negative for every theta"},
           {"self", "a transition leads to the state itself"},
           {"index", "index 5 of a state is out of range; indices run from 0 to 0"},
           {"negative index", "index -1 of a state is out of range"},
           {"read", "index 7 of a state is out of range"},
           {"overflow", "entry [0] of a child leaves the range of 32 bits"},
           {"rates", "2 rates for 1 parameter"},
           {"child", "a child has 2 entries; a state of this model has 1"},
           {"negative reward", "reward 'reward' is -1; a reward is a finite number >= 0"},
           {"nan reward", "a reward is a finite number >= 0"}}) {
    const std::string said = complaint_of_fault(fault);
    EXPECT_THAT(said, testing::ContainsRegex("^65 .*tests/models/faults.cpp:[0-9]+: in state \\([12]\\): "))
        << fault;
    EXPECT_THAT(said, testing::HasSubstr(text)) << fault;
  }
}

TEST(LibraryModel, NoticesThatAModelDeclaresSomethingElseTheSecondTime) {
  EXPECT_THAT(complaint_of_fault("static"), testing::HasSubstr("declares something else the second time"));
}

TEST(LibraryModel, ChecksWhateverALibraryInCHandsOver) {
  for (const auto& [fault, text] : std::vector<std::pair<int, std::string>>{
           {1, "a param is NULL"},
           {2, "the name of a parameter is ''"},
           {3, "the names of theta are NULL"},
           {4, "the names of theta are 18446744073709551615 in number"},
           {5, "an initial state has probability nan"},
           {6, "the initial state is empty"},
           {7, "the kind of time is 7"},
           {8, "the properties are NULL"},
           {9, "the model failed without a reason"},
           {10, "an initial state has probability 2"},
           {11, "a formula uses a node that is not before it"},
           {12, "a formula has the operation 99"},
           {13, "a formula reads parameter 5 of theta"},
           {14, "its formula has 1 nodes"},
           {15, "declares rewards, and has no function for them"},
           {20, "in state (2): the model hands over children of 2 entries; a state of it has 1"},
           {21, "in state (2): the model hands over 3 coefficients for each edge; it declares 2 terms"},
           {22, "in state (2): the model hands over 18446744073709551615 edges"},
           {23, "NULL for their children or coefficients"},
           {24, "NULL for their children or coefficients"},
           {25, "in state (2): edge 0 leads to child 1 of 1"},
           {26, "in state (2): the rate of a is nan"},
           {27, "in state (2): a transition leads to the state itself"},
           {28, "in state (2): the model failed without a reason"},
           {29, "plain.c:12: in state (2): and yet it goes on"},
           {30, "plain.c:13: in state (2): the model is declared in a callback"}}) {
    const std::string said = complaint_of("plain", {fmt::format("fault={}", fault)});
    EXPECT_THAT(said, testing::StartsWith("65 ")) << fault;
    EXPECT_THAT(said, testing::HasSubstr(text)) << fault;
  }
}

}  // namespace
}  // namespace phasic::test
