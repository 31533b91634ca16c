#include "graph/formula_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> parameters{"a", "b", "mu_1"};

std::vector<FormulaNode> read(std::string_view text) {
  FormulaRecorder recorder;
  const auto value = FormulaReader(parameters).read(text, "here", recorder);
  return recorder.formula_of(value);
}

// By the book, in double precision.
double value_of(std::string_view text, const std::vector<double>& theta) {
  std::vector<double> values;
  for (const FormulaNode& node : read(text)) {
    const auto x = [&](int k) { return values[node.operands[k]]; };
    switch (node.operation) {
      case Operation::constant:
        values.push_back(node.value);
        break;
      case Operation::parameter:
        values.push_back(theta[node.operands[0]]);
        break;
      case Operation::add:
        values.push_back(x(0) + x(1));
        break;
      case Operation::subtract:
        values.push_back(x(0) - x(1));
        break;
      case Operation::multiply:
        values.push_back(x(0) * x(1));
        break;
      case Operation::divide:
        values.push_back(x(0) / x(1));
        break;
      case Operation::power:
        values.push_back(std::pow(x(0), x(1)));
        break;
      case Operation::negate:
        values.push_back(-x(0));
        break;
      case Operation::exponential:
        values.push_back(std::exp(x(0)));
        break;
      case Operation::logarithm:
        values.push_back(std::log(x(0)));
        break;
      case Operation::square_root:
        values.push_back(std::sqrt(x(0)));
        break;
      case Operation::logistic:
        values.push_back(1 / (1 + std::exp(-x(0))));
        break;
      case Operation::minimum:
        values.push_back(std::min(x(0), x(1)));
        break;
      case Operation::maximum:
        values.push_back(std::max(x(0), x(1)));
        break;
      default:
        ADD_FAILURE() << "an operation that no text asks for";
    }
  }
  return values.back();
}

std::string complaint_of(std::string_view text) {
  try {
    read(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "taken";
}

TEST(FormulaText, BindsAsArithmeticDoes) {
  const std::vector<double> theta{2, 3, 5};
  EXPECT_EQ(value_of("a+b*mu_1", theta), 17);
  EXPECT_EQ(value_of("(a+b)*mu_1", theta), 25);
  EXPECT_EQ(value_of("a-b-mu_1", theta), -6);
  EXPECT_EQ(value_of("12/a/b", theta), 2);
  EXPECT_EQ(value_of("-a^2", theta), -4);
  EXPECT_EQ(value_of("(-a)^2", theta), 4);
  EXPECT_EQ(value_of("a^b^2", theta), 512);
  EXPECT_EQ(value_of("a^-1", theta), 0.5);
  EXPECT_EQ(value_of("a*-b", theta), -6);
  EXPECT_EQ(value_of("2 - -a", theta), 4);
  EXPECT_EQ(value_of("1e-1*a + .5 + 1.e1", theta), 10.7);
}

TEST(FormulaText, HasFunctions) {
  const std::vector<double> theta{2, 3, 5};
  EXPECT_EQ(value_of("exp(a)", theta), std::exp(2));
  EXPECT_EQ(value_of("log(a*b)", theta), std::log(6));
  EXPECT_EQ(value_of("sqrt(a+2)", theta), 2);
  EXPECT_EQ(value_of("logistic(a)", theta), 1 / (1 + std::exp(-2.0)));
  EXPECT_EQ(value_of("min(b, a, mu_1)", theta), 2);
  EXPECT_EQ(value_of("max(b, a, mu_1)", theta), 5);
}

TEST(FormulaText, ComputesWhatIsConstant) {
  const auto third = read("1/3");
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].value, 1.0 / 3);
  EXPECT_EQ(read("2^10*a").size(), 3U);
  EXPECT_EQ(read("-(1-3)").at(0).value, 2);
}

TEST(FormulaText, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(complaint_of(""), HasSubstr("it ends where"));
  EXPECT_THAT(complaint_of("a+"), HasSubstr("it ends where"));
  EXPECT_THAT(complaint_of("(a"), HasSubstr("there is no ')'"));
  EXPECT_THAT(complaint_of("a)"), HasSubstr("')' is out of place"));
  EXPECT_THAT(complaint_of("a b"), HasSubstr("'b' is out of place"));
  EXPECT_THAT(complaint_of("2a"), HasSubstr("'a' is out of place"));
  EXPECT_THAT(complaint_of("a$"), HasSubstr("'$' is out of place"));
  EXPECT_THAT(complaint_of("mu_l"), HasSubstr("there is no parameter 'mu_l'; did you mean 'mu_1'?"));
  EXPECT_THAT(complaint_of("sin(a)"), HasSubstr("there is no function 'sin'"));
  EXPECT_THAT(complaint_of("exp(a, b)"), HasSubstr("there is no ')'"));
  EXPECT_THAT(complaint_of("1e400"), HasSubstr("'1e400' is no finite number"));
  EXPECT_THAT(complaint_of("1/0"), HasSubstr("no finite number"));
  EXPECT_THAT(complaint_of("(-8)^0.5"), HasSubstr("no finite number"));
  EXPECT_THAT(complaint_of("."), HasSubstr("'.' is no finite number"));
}

TEST(FormulaText, IsOnlySoDeep) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "a" + std::string(depth, ')');
  };
  EXPECT_EQ(read(nested(200)).size(), 1U);
  EXPECT_THAT(complaint_of(nested(202)), HasSubstr("200"));
  EXPECT_THAT(complaint_of(nested(1'000'000)), HasSubstr("200"));
  EXPECT_THAT(complaint_of(std::string(1'000'000, '-') + "a"), HasSubstr("200"));
  std::string tower = "a";
  for (int i = 0; i < 100'000; ++i) tower += "^a";
  EXPECT_THAT(complaint_of(tower), HasSubstr("200"));
  EXPECT_THAT(complaint_of(std::string(100'000, '(')), HasSubstr("200"));
}

}  // namespace
}  // namespace phasic
