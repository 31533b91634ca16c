#include "model/vertex_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;

TEST(VertexWindow, ChildrenStartAsCopiesAndLeaveTheParentAlone) {
  VertexWindow window(0);
  window.open(std::vector{3, 4}, 1);
  const auto child = window.copy_of(0);
  window.row(child)[0] = 9;
  const auto grandchild = window.copy_of(child);
  window.row(grandchild)[1] = 8;
  EXPECT_THAT(window.state(), ElementsAre(3, 4));
  EXPECT_THAT(window.row(child), ElementsAre(9, 4));
  EXPECT_THAT(window.row(grandchild), ElementsAre(9, 8));
  EXPECT_THAT(window.row(window.blank()), ElementsAre(0, 0));
}

TEST(VertexWindow, HandlesGoStaleWhenTheNextStateOpens) {
  VertexWindow window(0);
  window.open(std::vector{1}, 1);
  const auto child = window.handle(window.copy_of(0));
  EXPECT_EQ(window.resolve(child), 1U);
  EXPECT_EQ(window.resolve(window.handle(2)), std::nullopt);
  window.open(std::vector{2}, 1);
  EXPECT_EQ(window.resolve(child), std::nullopt);
  EXPECT_EQ(window.resolve(0), std::nullopt);
}

TEST(VertexWindow, EmittedEdgesKeepTheirChildAndCoefficients) {
  VertexWindow window(0);
  window.open(std::vector{5}, 2);
  const auto child = window.copy_of(0);
  window.row(child)[0] = 4;
  window.scratch()[0] = 7;  // given up: not emitted
  const auto kept = window.scratch();
  EXPECT_THAT(kept, ElementsAre(0, 0));
  kept[1] = 2;
  window.emit(child);
  window.scratch()[0] = 3;
  window.emit(0);
  const Expansion found = window.expansion();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0].child, ElementsAre(4));
  EXPECT_THAT(found[0].coefficients, ElementsAre(0, 2));
  EXPECT_THAT(found[1].child, ElementsAre(5));
  EXPECT_THAT(found[1].coefficients, ElementsAre(3, 0));
}

TEST(VertexWindow, IsFullBeforeItOutgrowsItsLimit) {
  VertexWindow window(100);
  window.open(std::vector<std::int32_t>(10, 0), 1);  // 40 bytes a row
  EXPECT_FALSE(window.is_full());
  window.copy_of(0);
  EXPECT_TRUE(window.is_full());
  window.open(std::vector<std::int32_t>(10, 0), 1);
  EXPECT_FALSE(window.is_full());
}

}  // namespace
}  // namespace phasic
