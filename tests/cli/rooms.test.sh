# The walls of the house hold, and the script that guards them notices when they do not.
. "$(dirname "$0")/harness.sh"

check="$PHASIC_SOURCE/scripts/check-rooms"

# A house of two rooms, to be broken.
small_house() {
  mkdir -p house/lib/base house/lib/graph
  printf '#pragma once\n#include <string>\n' >house/lib/base/error.hpp
  printf '#include "graph/graph.hpp"\n#include "base/error.hpp"\n' >house/lib/graph/graph.cpp
  printf '#pragma once\n  #  include "base/error.hpp"\n' >house/lib/graph/graph.hpp
}

test_our_own_house_stands() {
  run "$check" "$PHASIC_SOURCE"
  expect_exit 0
  expect_no_stderr
}

test_a_sound_house_stands() {
  small_house
  run "$check" house
  expect_exit 0
}

test_a_lower_room_may_not_include_a_higher_one() {
  small_house
  printf '#include "graph/graph.hpp"\n' >house/lib/base/error.cpp
  run "$check" house
  expect_exit 1
  expect_stderr_has 'lib/base/error.cpp:1: room base includes "graph/graph.hpp"; it may include only: base'
}

test_a_room_that_is_not_in_the_plan_is_refused() {
  small_house
  mkdir house/lib/utilities
  run "$check" house
  expect_exit 1
  expect_stderr_has "lib/utilities/: is not a room"
}

test_an_include_without_its_room_is_refused() {
  small_house
  printf '#include "graph.hpp"\n' >house/lib/graph/graph.cpp
  run "$check" house
  expect_exit 1
  expect_stderr_has 'lib/graph/graph.cpp:1: "graph.hpp" is in no room'
}

test_an_include_of_what_is_not_there_is_refused() {
  small_house
  printf '#include "base/gone.hpp"\n' >house/lib/graph/graph.cpp
  run "$check" house
  expect_exit 1
  expect_stderr_has '"base/gone.hpp" does not exist'
}

test_angle_brackets_are_no_way_around() {
  small_house
  printf '#include <graph/graph.hpp>\n' >house/lib/base/error.cpp
  run "$check" house
  expect_exit 1
  printf '#include <phasic/graph/graph.hpp>\n' >house/lib/base/error.cpp
  run "$check" house
  expect_exit 1
}

run_suite
