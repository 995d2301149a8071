// What is shown says the same as the SI value, within the last digit that is shown.
#include "reports/display.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "reports/packed_series.hpp"
#include "sim/metrics.hpp"
#include "tests/unit/reports/synthetic_results.hpp"

using namespace aif;
using namespace aif::reports;

TEST_CASE("a shown figure times its factor is the figure, for every metric and size") {
  auto check = [](Metric const& m) {
    for (double si : {1.2345e-9, 0.0123456, 0.98765, 1.23456, 12.3456, 9876.5, 84.0234e6, 2.649e15}) {
      Shown const shown = show(si, m.unit, m.id);
      std::string digits = shown.number;
      digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
      if (m.id.starts_with("pue") || m.id.starts_with("power_factor")) CHECK(std::stod(digits) * shown.factor == doctest::Approx(si).epsilon(0.0006 / si));
      else CHECK(std::stod(digits) * shown.factor == doctest::Approx(si).epsilon(0.0051));
    }
  };
  for (auto const& m : sim::site_metrics()) check(m);
  for (auto const& m : sim::workload_metrics()) check(m);
}

TEST_CASE("every metric of the catalogue has a label") {
  for (auto const& m : sim::site_metrics()) CHECK(label_of(m.id) != m.id);
  for (auto const& m : sim::workload_metrics()) CHECK(label_of(m.id) != m.id);
  CHECK(label_of("workload.chat.tokens.good.rate") == "chat: Good output tokens");
  CHECK(label_of("of.tomorrow") == "of.tomorrow");
}

TEST_CASE("numbers") {
  CHECK(number_text(1234567) == "1,234,567");
  CHECK(number_text(-1234567) == "-1,234,567");
  CHECK(number_text(999) == "999");
  CHECK(count_text(157.0) == "157");
  CHECK(count_text(8760) == "8,760");
  CHECK(count_text(0.25) == "0.25");
  CHECK(in_words("cdu_pumps") == "CDU pumps");
  CHECK(in_words("loss: ups") == "loss: UPS");
  CHECK(number_text(0.01234) == "0.0123");
  CHECK(number_text(std::nan("")) == "not known");
  CHECK(show(0.0213, "s").text() == "21.3 ms");
  CHECK(show(0.24e-3 / 3.6e6, "m3 J-1", "wue").text() == "0.240 L/kWh");
}

TEST_CASE("a packed column keeps every value to half a step, and holes stay holes") {
  std::vector<float> const values{1.0f, 5.0f, std::nanf(""), 100.0f};
  Json const packed = pack(values);
  CHECK(packed["least"] == 1.0);
  CHECK(packed["step"].get<double>() == doctest::Approx(99.0 / 65534));
  CHECK(packed["data"] == base64(std::vector<unsigned char>{0, 0, 88, 10, 255, 255, 254, 255}));  // 4 / 99 x 65534 = 2648 = 0x0a58; 0xffff; 65534
  CHECK(base64(std::vector<unsigned char>{'M', 'a', 'n', 'M', 'a'}) == "TWFuTWE=");
}

TEST_CASE("minutes become hourly means") {
  sim::SeriesGroup g{"ts_30min", 1800, 4, {}, {{"x", "W", "", "", {1, 3, 10, 20}}}};
  CHECK(hourly(&g, "x") == std::vector<float>{2, 15});
  CHECK(hourly(&g, "missing").empty());
  CHECK(hourly(nullptr, "x").empty());
}
