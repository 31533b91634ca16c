#include "moments/step_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;

// Numbers are eighths and the like, so everything is exact.
const StepMatrix half{{0.5, 0.25, 0, 0.75}, {0.25, 0.25}};
const StepMatrix change{{1, -2, 0, 4}, {1, -4}};

TEST(StepMatrix, SquaresProbabilities) {
  const StepMatrix whole = square(half);
  EXPECT_THAT(whole.entries, ElementsAre(0.25, 0.3125, 0, 0.5625));
  EXPECT_THAT(whole.exits, ElementsAre(0.4375, 0.4375));
}

// The square of half + h change, less that of half, over h.
TEST(StepMatrix, DifferentiatesASquare) {
  const StepMatrix found = square_change(half, change, square(half));
  EXPECT_THAT(found.entries, ElementsAre(1, -1.25, 0, 6));
  EXPECT_THAT(found.exits, ElementsAre(0.25, -6));
}

TEST(StepMatrix, RestoresTheSumsOfItsRows) {
  StepMatrix twice{{1, 0.5, 0, 1.5}, {0.5, 0.5}};
  make_rows_one(twice);
  EXPECT_EQ(twice.entries, half.entries);
  EXPECT_EQ(twice.exits, half.exits);
  StepMatrix off{{1, -2, 0, 4}, {2, -8}};
  make_rows_zero(off, half);
  EXPECT_THAT(off.entries, ElementsAre(0.5, -2.25, 0, 7));
  EXPECT_THAT(off.exits, ElementsAre(1.75, -7));
}

TEST(StepMatrix, MovesAVector) {
  StepMatrix matrix = zero_matrix(2, Times::kept);
  set_row(matrix, 1, {{0.5, 0.25}, 0.25, {2, 1}});
  Walk::State to{{1, 1}, 1, {1, 1}};
  add_product({{8, 4}, 100}, matrix, to);
  EXPECT_THAT(to.states, ElementsAre(3, 2));
  EXPECT_EQ(to.gone, 2);
  EXPECT_THAT(to.times, ElementsAre(9, 5));
}

TEST(StepMatrix, AddsTimeAfterTime) {
  StepMatrix timed = half;
  timed.times = {1, 0.5, 0, 2};
  StepMatrix moved = change;
  moved.times = {0.5, -0.5, 0, 1};
  const StepMatrix whole = square(timed);
  EXPECT_THAT(whole.times, ElementsAre(1.5, 1.25, 0, 3.5));
  EXPECT_THAT(square_change(timed, moved, whole).times, ElementsAre(1.75, -4, 0, 9.75));
  EXPECT_EQ(whole.entries, square(half).entries);
}

}  // namespace
}  // namespace phasic
