#include "graph/formula.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"

namespace phasic {
namespace {

TEST(FormulaRecorder, KeepsWhatTheResultNeedsInOrder) {
  FormulaRecorder recorder;
  const auto a = recorder.parameter(0);
  const auto unused = recorder.apply(Operation::exponential, {a});
  const auto b = recorder.parameter(1);
  recorder.apply(Operation::add, {unused, b});
  const auto product = recorder.apply(Operation::multiply, {a, b});
  const std::vector<FormulaNode> expected{
      {Operation::parameter, {0}, 0}, {Operation::parameter, {1}, 0}, {Operation::multiply, {0, 1}, 0}};
  EXPECT_EQ(recorder.formula_of(product), expected);
}

TEST(FormulaRecorder, OrdersNodesByUseAndNotByRecording) {
  FormulaRecorder left_first;
  const auto a = left_first.apply(Operation::exponential, {left_first.parameter(0)});
  const auto b = left_first.apply(Operation::logarithm, {left_first.parameter(1)});
  FormulaRecorder right_first;
  const auto d = right_first.apply(Operation::logarithm, {right_first.parameter(1)});
  const auto c = right_first.apply(Operation::exponential, {right_first.parameter(0)});
  EXPECT_EQ(left_first.formula_of(left_first.apply(Operation::subtract, {a, b})),
            right_first.formula_of(right_first.apply(Operation::subtract, {c, d})));
}

TEST(FormulaRecorder, AParameterIsNoOperand) {
  FormulaRecorder recorder;
  recorder.constant(3);
  const auto seventh = recorder.parameter(7);
  const std::vector<FormulaNode> expected{{Operation::parameter, {7}, 0}};
  EXPECT_EQ(recorder.formula_of(seventh), expected);
}

TEST(FormulaRecorder, RecordsASubexpressionOnce) {
  FormulaRecorder recorder;
  const auto square = [&] {
    const auto a = recorder.parameter(0);
    return recorder.apply(Operation::multiply, {a, a});
  };
  const auto left = square();
  const auto right = square();
  EXPECT_EQ(left, right);
  EXPECT_EQ(recorder.formula_of(recorder.apply(Operation::add, {left, right})).size(), 3U);
}

TEST(FormulaRecorder, RefusesConstantsThatAreNotFinite) {
  FormulaRecorder recorder;
  EXPECT_THROW(recorder.constant(std::numeric_limits<double>::infinity()), InputError);
  EXPECT_THROW(recorder.constant(std::numeric_limits<double>::quiet_NaN()), InputError);
}

TEST(FormulaRecorder, HasAnEnd) {
  FormulaRecorder recorder;
  auto node = recorder.parameter(0);
  EXPECT_THROW(for (int i = 0; i < 20000; ++i) node = recorder.apply(Operation::exponential, {node}),
               InputError);
}

}  // namespace
}  // namespace phasic
