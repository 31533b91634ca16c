#include "moments/contour.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "moments/missing_start.hpp"

namespace phasic {

namespace {

using Complex = std::complex<double>;

constexpr std::size_t node_count = 64;  // above the real axis; below it lie their conjugates
constexpr std::size_t enough_nodes = node_count / 2;
constexpr int window_bits = 3;  // a window is a factor of 2^3 in time

struct Node {
  Complex place;   // in units of 1 / the window's first time
  Complex weight;  // of exp(s t) F(s), whose real part is added up
};

/// z(u) = mu (1 + sin(i u - alpha)) at u = (k + 1/2) h: Weideman and Trefethen 2007, section 4, with times
/// up to 8. alpha is a little smaller than what is best for eigenvalues on the axis, so that the arms are
/// further apart; on the axis 32 nodes have an error of 1.4e-14 nevertheless. There are twice as many, so
/// that the distance between all and half of them bounds the error of all, wherever the eigenvalues are.
struct Shape {
  double alpha = 0.9;
  double step = 0;
  double scale = 0;
  Shape() {
    constexpr double pi = std::numbers::pi;
    constexpr double ratio = 1U << static_cast<unsigned>(window_bits);
    const double spread =
        std::acosh(((pi - 2 * alpha) * ratio + 4 * alpha - pi) / ((4 * alpha - pi) * std::sin(alpha)));
    step = spread / node_count;
    scale = (4 * pi * alpha - pi * pi) / spread * enough_nodes / ratio;
  }
};

std::vector<Node> make_nodes() {
  const Shape shape;
  const double sine = std::sin(shape.alpha);
  const double cosine = std::cos(shape.alpha);
  std::vector<Node> nodes;
  for (std::size_t k = 0; k < node_count; ++k) {
    const double u = (static_cast<double>(k) + 0.5) * shape.step;
    const Complex place(shape.scale * (1 - sine * std::cosh(u)), shape.scale * cosine * std::sinh(u));
    const Complex slope(shape.scale * cosine * std::cosh(u), shape.scale * sine * std::sinh(u));
    nodes.push_back({place, shape.step / std::numbers::pi * slope});
  }
  return nodes;
}

const std::vector<Node>& nodes() {
  static const std::vector<Node> made = make_nodes();
  return made;
}

// Products of complex numbers without the checks for infinity that the language asks for.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
Complex quotient(Complex a, Complex b) {
  const double norm = b.real() * b.real() + b.imag() * b.imag();
  return product(a, {b.real() / norm, -b.imag() / norm});
}

int exponent_of(double t) {
  const int power = std::ilogb(t);
  return power >= 0 ? power / window_bits : -((window_bits - 1 - power) / window_bits);
}

/// One of the three functions: the sum, what every other node says, the largest and the last addend.
struct Series {
  double sum = 0;
  double alternating = 0;
  double largest = 0;
  double last = 0;
  void add(Complex addend, std::size_t k) {
    sum += addend.real();
    // Every other node of the whole contour, conjugates included: its real part is the same, its imaginary
    // part would be none if the nodes were close enough.
    alternating += k % 2 == 0 ? addend.imag() : -addend.imag();
    last = std::abs(addend);
    largest = std::max(largest, last);
  }
  [[nodiscard]] double error(double rounding) const {
    return std::fabs(alternating) + last + rounding * largest;
  }
};

/// exp(s t) and the node's weight.
Complex weight_at(const Node& node, double time) {
  const double size = std::exp(node.place.real() * time);
  const double angle = node.place.imag() * time;
  return product(node.weight, {size * std::cos(angle), size * std::sin(angle)});
}

std::vector<double> scaled_by(std::span<const double> numbers, int power) {
  std::vector<double> scaled;
  scaled.reserve(numbers.size());
  for (const double number : numbers) scaled.push_back(std::ldexp(number, power));
  return scaled;
}

/// Whether an eigenvalue, in units of 1 / the window's first time, lies within the contour's arms.
bool is_within(Complex eigenvalue) {
  const Shape shape;
  const double u = std::asinh(eigenvalue.imag() / (shape.scale * std::cos(shape.alpha)));
  return eigenvalue.real() < shape.scale * (1 - std::sin(shape.alpha) * std::cosh(u));
}

/// How many windows below have to agree before every eigenvalue of a component of so many states that still
/// matters is known to lie within the last one's arms, or not to matter.
int windows_needed(std::size_t largest_component) {
  constexpr double decayed = 30;  // exp(-30) is 1e-13
  constexpr std::size_t real_only = 2;
  if (largest_component <= real_only) return 0;
  const double slope = 1 / std::tan(std::numbers::pi / static_cast<double>(largest_component));
  Complex furthest(-decayed, decayed * slope);
  int windows = 0;
  for (; !is_within(furthest); ++windows) furthest = std::ldexp(1.0, -window_bits) * furthest;
  return windows;
}

/// Relative, of a transform: a product of at most so many factors, each of which rounds several times.
double rounding_of(std::size_t states) {
  constexpr double units = 40;
  constexpr std::size_t most = 1000;  // with more in a row, the addends themselves tell
  return units * static_cast<double>(std::min(states, most)) * 0x1p-53;
}

}  // namespace

Contour::Contour(const Trace& trace, Simd simd)
    : trace_(trace),
      replay_(make_shifted_replay(trace, simd)),
      windows_below_(windows_needed(trace.largest_component())),
      rounding_(rounding_of(trace.transient_count())) {}

void Contour::begin(std::span<const double> weights, std::span<const double> rewards,
                    const std::vector<bool>& settled, std::span<const std::vector<double>> slopes) {
  weights_ = weights;
  slopes_ = slopes;
  rewards_ = rewards;
  settled_ = settled;
  windows_.clear();
  meetings_.clear();
  slope_disagreements_.clear();
  transform_count_ = 0;
}

const Contour::Window& Contour::window(int exponent) {
  if (const auto found = windows_.find(exponent); found != windows_.end()) return found->second;
  // In units of the window's first time, a power of two: rates are multiplied by it as far as doubles reach,
  // shifts divided by the rest.
  constexpr int reach = 1000;
  const double largest = *std::ranges::max_element(weights_);
  const int scale = std::min(exponent * window_bits, reach - std::ilogb(std::max(largest, 1.0)));
  const double rest = std::ldexp(1.0, scale - exponent * window_bits);
  const std::vector<double> weights = scaled_by(weights_, scale);
  std::vector<std::vector<double>> slopes;
  for (const std::vector<double>& by_class : slopes_) slopes.push_back(scaled_by(by_class, scale));
  // The start's probabilities are no rates, so their scale is taken back.
  const double start_scale = std::ldexp(1.0, -scale);
  const double missing = missing_start(trace_, weights_);
  Window made{{}, std::vector<Transforms>(slopes.size())};
  for (std::size_t first = 0; first < node_count; first += shift_lanes) {
    Lanes places;
    for (std::size_t lane = 0; lane < shift_lanes; ++lane) places[lane] = rest * nodes()[first + lane].place;
    Shifts shifts = rewards_.empty() ? Shifts(places) : Shifts(rewards_.size());
    for (std::size_t i = 0; i < rewards_.size(); ++i) {
      Lanes scaled = places;
      for (Complex& shift : scaled) shift *= rewards_[i];
      shifts.set(i, scaled);
    }
    const std::vector<Lanes> found = replay_->gradients(weights, shifts, settled_, slopes);
    for (const Complex transform : found.front())
      made.transforms.push_back(transform * start_scale + missing);
    for (std::size_t p = 0; p < slopes.size(); ++p) {
      for (const Complex slope : found[1 + p]) made.slopes[p].push_back(slope * start_scale);
    }
    transform_count_ += shift_lanes;
  }
  return windows_.emplace(exponent, std::move(made)).first->second;
}

Inverted Contour::sum(int exponent, double t) {
  const Transforms& transforms = window(exponent).transforms;
  const double time = std::ldexp(t, -exponent * window_bits);
  Series density;
  Series distribution;
  Series survival;
  for (std::size_t k = 0; k < node_count; ++k) {
    const Complex place = nodes()[k].place;
    const Complex weight = weight_at(nodes()[k], time);
    const Complex transform = transforms[k];
    density.add(product(weight, transform), k);
    distribution.add(product(weight, quotient(transform, place)), k);
    survival.add(product(weight, quotient(1.0 - transform, place)), k);
  }
  const double error =
      std::max({density.error(rounding_) * time, distribution.error(rounding_), survival.error(rounding_)});
  return {{std::ldexp(density.sum, -exponent * window_bits), distribution.sum, survival.sum}, error};
}

Inverted Contour::slope_sum(std::size_t parameter, int exponent, double t) {
  const Transforms& slopes = window(exponent).slopes[parameter];
  const double time = std::ldexp(t, -exponent * window_bits);
  Series density;
  Series distribution;
  for (std::size_t k = 0; k < node_count; ++k) {
    const Complex addend = product(weight_at(nodes()[k], time), slopes[k]);
    density.add(addend, k);
    distribution.add(quotient(addend, nodes()[k].place), k);
  }
  const double error = std::max(density.error(rounding_) * time, distribution.error(rounding_));
  return {{std::ldexp(density.sum, -exponent * window_bits), distribution.sum, 0 - distribution.sum}, error};
}

std::vector<double> Contour::slope_disagreements(int exponent) {
  if (const auto found = slope_disagreements_.find(exponent); found != slope_disagreements_.end())
    return found->second;
  std::vector<double> largest(slopes_.size(), 0.0);
  for (std::size_t p = 0; p < slopes_.size(); ++p) {
    for (int below = 0; below < windows_below_; ++below) {
      const double t = std::ldexp(1.0, (exponent - below) * window_bits);
      const Point later = slope_sum(p, exponent - below, t).point;
      const Point earlier = slope_sum(p, exponent - below - 1, t).point;
      const double distance = std::max(std::fabs(later.density - earlier.density) * t,
                                       std::fabs(later.distribution - earlier.distribution));
      if (!(distance <= largest[p])) largest[p] = distance;
    }
  }
  return slope_disagreements_.emplace(exponent, std::move(largest)).first->second;
}

std::vector<Inverted> Contour::slopes_at(double t) {
  const int exponent = exponent_of(t);
  const std::vector<double> disagreements = slope_disagreements(exponent);
  std::vector<Inverted> result;
  for (std::size_t p = 0; p < slopes_.size(); ++p) {
    result.push_back(slope_sum(p, exponent, t));
    result.back().error += disagreements[p];
  }
  return result;
}

double Contour::meeting(int exponent) {
  if (const auto found = meetings_.find(exponent); found != meetings_.end()) return found->second;
  const double t = std::ldexp(1.0, exponent * window_bits);
  const Point later = sum(exponent, t).point;
  const Point earlier = sum(exponent - 1, t).point;
  const double distance = std::max({std::fabs(later.density - earlier.density) * t,
                                    std::fabs(later.distribution - earlier.distribution),
                                    std::fabs(later.survival - earlier.survival)});
  return meetings_.emplace(exponent, distance).first->second;
}

double Contour::disagreement(int exponent) {
  double largest = 0;
  for (int below = 0; below < windows_below_; ++below) {
    const double distance = meeting(exponent - below);
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}

Inverted Contour::at(double t) {
  const int exponent = exponent_of(t);
  Inverted result = sum(exponent, t);
  result.error += disagreement(exponent);
  // What rounding made of probabilities.
  Point& point = result.point;
  point.density = std::max(point.density, 0.0);
  point.distribution = std::clamp(point.distribution, 0.0, 1.0);
  point.survival = std::clamp(point.survival, 0.0, 1.0);
  return result;
}

}  // namespace phasic
