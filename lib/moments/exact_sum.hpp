// A difference with twice the digits of a double (Knuth's two-sum).
#pragma once

namespace phasic {

class ExactSum {
 public:
  explicit ExactSum(double number) : sum_(number) {}
  void subtract(double number) {
    const double sum = sum_ - number;
    const double taken = sum_ - sum;
    rest_ += (sum_ - (sum + taken)) + (taken - number);
    sum_ = sum;
  }
  [[nodiscard]] double value() const { return sum_ + rest_; }

 private:
  double sum_;
  double rest_ = 0;
};

}  // namespace phasic
