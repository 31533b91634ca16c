// How good bounds are, in tests: how many times its error the bound of each number is.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace phasic::test {

class RatioTally {
 public:
  /// One number more, whose bound is so many times its error.
  void add(double ratio) {
    ++count_;
    ratios_.push_back(ratio);
  }
  /// One that is exact, so that there is no ratio.
  void add_exact() { ++count_; }
  /// One of which nothing is said.
  void add_unknown() {
    ++count_;
    ++unknown_;
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t unknown() const { return unknown_; }

  /// Prints and records what there is to say of them. Returns the median ratio.
  double report(const std::string& what) {
    if (ratios_.empty()) {
      ADD_FAILURE() << what << ": there is nothing to compare";
      return 0;
    }
    std::ranges::sort(ratios_);
    const double median = ratios_[ratios_.size() / 2];
    ::testing::Test::RecordProperty(what + " numbers", static_cast<int>(count_));
    ::testing::Test::RecordProperty(what + " median", std::to_string(median));
    ::testing::Test::RecordProperty(what + " least", std::to_string(ratios_.front()));
    std::printf(
        "%s: %zu numbers, %zu of them unknown; the bound is %.3g times the error in the median, %.3g at "
        "least\n",
        what.c_str(), count_, unknown_, median, ratios_.front());
    return median;
  }

 private:
  std::size_t count_ = 0;
  std::size_t unknown_ = 0;
  std::vector<double> ratios_;
};

}  // namespace phasic::test
