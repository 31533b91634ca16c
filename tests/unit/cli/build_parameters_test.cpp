#include "cli/build_parameters.hpp"

#include <gtest/gtest.h>

#include "support/chains.hpp"
#include "unit/cli/fixtures.hpp"

namespace phasic {
namespace {

class BuildParametersTest : public ::testing::Test {
 protected:
  static std::string text_of(const std::optional<BuildParameters>& parameters) {
    if (!parameters) return "nothing";
    std::string text;
    for (const auto& [name, value] : *parameters) text += name + "=" + value.text + "|" + value.json + " ";
    return text;
  }
  testing_support::ScratchDirectory directory_;
  Log log_{"test", LogLevel::off};
  Graph graph_ = test::erlang(2);
};

TEST_F(BuildParametersTest, AreFoundByTheHashOfTheGraph) {
  Store store = testing_support::store_in(directory_.path() / "cache", log_);
  EXPECT_EQ(text_of(find_build_parameters(store, graph_.hash())), "nothing");
  BuildParametersNotes(store, "test")
      .note(graph_.object(), std::vector<Parameter>{{"n", std::int64_t{6}, ""},
                                                    {"x", 0.5, ""},
                                                    {"word", std::string("a b"), ""},
                                                    {"flag", false, ""},
                                                    {"none", std::string(), ""}});
  EXPECT_EQ(text_of(find_build_parameters(store, graph_.hash())),
            "n=6|6 x=0.5|0.5 word=a b|\"a b\" flag=false|false none=|\"\" ");
  EXPECT_EQ(text_of(find_build_parameters(store, test::erlang(3).hash())), "nothing");
}

TEST_F(BuildParametersTest, KeepOnlyWhatAllThatGaveTheGraphShare) {
  Store store = testing_support::store_in(directory_.path() / "cache", log_);
  BuildParametersNotes notes(store, "test");
  for (const std::int64_t dummy : {1, 2}) {
    notes.note(graph_.object(), std::vector<Parameter>{{"n", std::int64_t{6}, ""}, {"dummy", dummy, ""}});
  }
  EXPECT_EQ(text_of(find_build_parameters(store, graph_.hash())), "n=6|6 dummy=|null ");
  BuildParametersNotes(store, "test")
      .note(graph_.object(), std::vector<Parameter>{{"n", std::int64_t{7}, ""}});
  EXPECT_EQ(text_of(find_build_parameters(store, graph_.hash())), "n=7|7 ");
}

TEST_F(BuildParametersTest, AreToldFromRequests) {
  Store store = testing_support::store_in(directory_.path() / "cache", log_);
  BuildParametersNotes(store, "test")
      .note(graph_.object(), std::vector<Parameter>{{"n", std::int64_t{6}, ""}});
  const std::vector<Record> records = store.records(Layer::graphs);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(is_build_note(records[0]));
  Record request = records[0];
  request.request = request_key("graph", request.parts);
  EXPECT_FALSE(is_build_note(request));
}

}  // namespace
}  // namespace phasic
