// Expressions over figures: values, units, and what is refused.
#include <doctest/doctest.h>

#include <cmath>

#include "sim/expression.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

std::vector<NamedFigure> const kFigures{{"facility.power.peak", "W"}, {"tokens.good.rate", "1 s-1"}, {"facility.power", "W"}, {"pue", "1"}, {"cost.year", "USD"},
                                        {"workload.chat-a.tpot.p50", "s"}, {"energy", "J"}, {"water", "m3"}, {"wue", "m3 J-1"}};

double value(std::string const& text, std::vector<double> const& values = {}) { return Expression::parse(text, kFigures).evaluate(values); }

std::string code(std::string const& text) {
  try {
    Comparison::parse(text, kFigures);
  } catch (InputError const& e) {
    return e.diagnostics().items().front().code;
  }
  return "";
}

}  // namespace

TEST_CASE("arithmetic has its usual order, units their factors") {
  CHECK(value("2 + 3 * 4 - 6 / 2") == 11);
  CHECK(value("-(2 + 3) * 2") == -10);
  CHECK(value("2 - -3") == 5);
  CHECK(value("0.9 * 72 MW") == doctest::Approx(64.8e6));
  CHECK(value("100 MW/2") == doctest::Approx(50e6));
  CHECK(value("min(3, 2) + max(1, 4)") == 6);
  CHECK(value("42 %") == doctest::Approx(0.42));
  CHECK(value("25 tok/s") == 25);
}

TEST_CASE("figures are found by their longest name, with quantiles, beside operators without blanks") {
  auto const e = Expression::parse("tokens.good.rate / facility.power", kFigures);
  CHECK(e.figures() == std::vector<std::string>{"tokens.good.rate", "facility.power"});
  CHECK(e.evaluate(std::vector{6.0, 3.0}) == 2);
  CHECK(e.unit() == "W-1 s-1");
  CHECK(Expression::parse("tokens.good.rate.p10", kFigures).figures() == std::vector<std::string>{"tokens.good.rate.p10"});
  CHECK(Expression::parse("1 / workload.chat-a.tpot.p50", kFigures).evaluate(std::vector{0.05}) == doctest::Approx(20));
  CHECK(Expression::parse("facility.power.peak-facility.power", kFigures).evaluate(std::vector{5.0, 3.0}) == 2);
  CHECK(value("100 MW/facility.power", {50e6}) == doctest::Approx(2));
}

TEST_CASE("comparisons ask for one dimension on both sides") {
  CHECK(code("facility.power.peak <= 72 MW") == "");
  CHECK(code("tokens.good.rate / facility.power >= 200 tok/s / 1 MW") == "");
  CHECK(code("energy <= 8 GWh") == "");
  CHECK(code("energy / 1 year <= 50 MW") == "");
  CHECK(code("water / energy <= 2 L / 1 kWh") == "");
  CHECK(code("1 / workload.chat-a.tpot.p50 >= 25 tok/s") == "");
  CHECK(code("facility.power.peak <= 72") == "AF2921");
  CHECK(code("facility.power.peak + pue <= 72 MW") == "AF2921");
  CHECK(code("facility.power.peek <= 72 MW") == "AF2831");
  CHECK(code("pue = 1.2") == "AF2920");
  CHECK(code("pue < 1.2") == "AF2920");
  CHECK(code("pue <= ") == "AF2920");
  CHECK(code("pue <= 1.2 <= 3") == "AF2920");
  CHECK(code("pue <= (1.2") == "AF2920");
  CHECK(code("pue <= 1.2 furlong") == "AF2920");
  CHECK(code("pue <= system(1)") == "AF2831");
  CHECK(code("pue <= " + std::string(5000, '(')) == "AF2920");
  CHECK(code("pue <= " + std::string(5000, '-') + "1") == "AF2920");
}

TEST_CASE("a violation is zero where the constraint holds and grows with the distance") {
  auto const upper = Comparison::parse("facility.power <= 10 W", kFigures), lower = Comparison::parse("facility.power >= 10 W", kFigures);
  CHECK(upper.violation(10, 10) == 0);
  CHECK(upper.violation(12, 10) == doctest::Approx(2.0 / 12));
  CHECK(lower.violation(5, 10) == doctest::Approx(0.5));
  CHECK(lower.violation(std::nan(""), 10) == 1);
}
