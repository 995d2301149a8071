#include <doctest/doctest.h>

#include <cmath>

#include "validation/suite.hpp"

using namespace aif::validation;

namespace {

Row verdict(double measured, double predicted, bool within) {
  Row row;
  row.measured = measured;
  row.predicted = predicted;
  row.in_sample = std::nan("");
  row.within_band = within;
  return row;
}

}  // namespace

TEST_CASE("a share of verdicts has no error of its own: rows of any unit count alike") {
  std::vector<Row> rows;
  for (int i = 0; i < 8; ++i) rows.push_back(verdict(80e9, 1e9, true));
  for (int i = 0; i < 2; ++i) rows.push_back(verdict(1, 100, false));
  auto const report = summarise({"memory", "file.csv", "within_band", "B", 0.9, 0}, rows);
  CHECK(report.median == doctest::Approx(0.8));
  CHECK_FALSE(report.pass);
  for (double figure : {report.mean, report.p90, report.max, report.bias}) CHECK(std::isnan(figure));
}

TEST_CASE("a row that cannot be predicted is refused, and too many of them fail the metric") {
  std::vector<Row> rows(10, verdict(1, 1, true));
  rows[0].refusal = "no such device";
  auto const report = summarise({"any", "file.csv", "ape", "1", 0.1, 0}, rows);
  CHECK(report.predicted == 9);
  CHECK(report.refused == 1);
  CHECK(report.refusals.at("no such device") == 1);
  CHECK_FALSE(report.pass);  // a tenth, where the protocol allows less
}
