#pragma once
// Arithmetic over the figures of a run, with units: objectives, constraints and checks.
//   tokens.good.rate / facility.power
//   facility.power.peak <= 0.9 * 72 MW
//   1 / workload.chat.tpot.p50 >= 25 tok/s
// Numbers may carry a unit; + - and comparisons ask both sides for the same dimension (tokens are counted, so 1/s and tok/s agree).
// A figure may be named with a quantile of its band, `tokens.good.rate.p10`. Nothing but + - * / ( ) min max, numbers and figures.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"

namespace aif::sim {

// Exponents of watt, second, dollar, kilogram, metre, volt-ampere, kelvin.
using Dimension = std::array<int, 7>;

// A figure that an expression may name: id and SI unit as in the catalogue.
struct NamedFigure {
  std::string id, unit;
};

class Expression {
 public:
  // AF2920 grammar, AF2831 an unknown figure, AF2921 dimensions that do not fit.
  static Expression parse(std::string const& text, std::span<NamedFigure const> figures);

  std::string const& text() const { return text_; }
  Dimension const& dimension() const { return dimension_; }
  std::string unit() const;                                           // "W s-1", "1"
  std::vector<std::string> const& figures() const { return names_; }  // those that it names
  double evaluate(std::span<double const> values) const;              // of figures(), in order; NaN where a figure is

 private:
  friend class ExpressionReader;
  struct Step {
    enum class Kind { number, figure, add, subtract, multiply, divide, negate, least, most } kind;
    double number = 0;
    std::size_t figure = 0;
  };
  std::string text_;
  Dimension dimension_{};
  std::vector<std::string> names_;
  std::vector<Step> steps_;  // reverse Polish
};

struct Comparison {
  Expression left, right;
  bool is_upper = true;  // left <= right; false: left >= right
  std::string text;

  static Comparison parse(std::string const& text, std::span<NamedFigure const> figures);
  bool holds(double left_value, double right_value) const { return is_upper ? left_value <= right_value : left_value >= right_value; }
  // How far it is broken, over the larger side; 0 when it holds, 1 when a side is no number.
  double violation(double left_value, double right_value) const;
};

}  // namespace aif::sim
