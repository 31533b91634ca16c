#include "graph/drn_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(DrnValues, AreNumbersFractionsAndFormulas) {
  DrnValues values;
  values.set_parameters({"p", "q"}, "here");
  EXPECT_EQ(values.constant(values.read("0.25", "here")), 0.25);
  EXPECT_EQ(values.constant(values.read("1/3", "here")), 1.0 / 3);
  EXPECT_EQ(values.constant(values.read("p*0", "here")), 0);
  EXPECT_EQ(values.constant(values.read("1-p", "here")), std::nullopt);
}

TEST(DrnValues, ReadEqualTextsOnceAndShareFormulas) {
  DrnValues values;
  values.set_parameters({"f1", "q"}, "here");
  const auto first = values.read("2*f1*q", "here");
  EXPECT_EQ(values.read("2*f1*q", "here"), first);
  const auto second = values.read("1-3*f1*q", "here");
  EXPECT_NE(second, first);
  ASSERT_EQ(values.terms().derived.size(), 1U);
  EXPECT_EQ(values.terms().derived[0].name, "f1_");  // the name f1 is a parameter's
  CoefficientTable table(values.terms().count());
  const auto rows = values.intern_in(table);
  EXPECT_THAT(table[rows[first]], ElementsAre(0, 0, 0, 2));
  EXPECT_THAT(table[rows[second]], ElementsAre(1, 0, 0, -3));
}

TEST(DrnValues, HavePlaceholders) {
  DrnValues values;
  values.set_parameters({"p"}, "here");
  values.add_placeholder("0", "2*p", "here");
  EXPECT_EQ(values.read("$0", "here"), values.read("2*p", "here"));
  EXPECT_THROW(values.add_placeholder("0", "3", "here"), InputError);
  EXPECT_THROW(values.read("$1", "here"), InputError);
}

TEST(DrnValues, HaveALimitOfFormulas) {
  DrnValues values;
  values.set_parameters({"p"}, "here");
  for (int i = 0; i < 4096; ++i) values.read("p^" + std::to_string(i + 2), "here");
  EXPECT_THROW(values.read("p^9999", "here"), LimitError);
}

TEST(DrnValues, RefuseCoefficientsThatAreNotFinite) {
  DrnValues values;
  values.set_parameters({"p"}, "here");
  EXPECT_THROW(values.read("1e200*(1e200*p)", "here"), InputError);
  EXPECT_THROW(values.read("p/(0*p)", "here"), InputError);
  EXPECT_THROW(values.set_parameters({"p", "p"}, "here"), InputError);
}

}  // namespace
}  // namespace phasic
