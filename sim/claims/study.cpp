#include "sim/claims/study.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "core/diagnostics.hpp"

namespace aif::sim {

StudyCell cell(double value) { return {value, {}}; }
StudyCell cell(std::string text) { return {std::numeric_limits<double>::quiet_NaN(), std::move(text)}; }

StudyMetric const* StudyResult::find(std::string_view metric) const {
  for (auto const& m : metrics)
    if (m.id == metric) return &m;
  return nullptr;
}

void StudyResult::add(std::string metric, double value, std::string unit, std::string definition, std::optional<double> low, std::optional<double> high) {
  metrics.push_back({std::move(metric), std::move(unit), std::move(definition), value, low, high});
}

bool read_expression(std::string const& text, std::string& metric, bool& at_most, double& limit) {
  auto at = text.find("<=");
  at_most = at != std::string::npos;
  if (!at_most) at = text.find(">=");
  if (at == std::string::npos) return false;
  auto const trim = [](std::string s) {
    auto const from = s.find_first_not_of(" \t"), to = s.find_last_not_of(" \t");
    return from == std::string::npos ? std::string() : s.substr(from, to - from + 1);
  };
  metric = trim(text.substr(0, at));
  std::string number = trim(text.substr(at + 2));
  bool const percent = !number.empty() && number.back() == '%';
  if (percent) number = trim(number.substr(0, number.size() - 1));
  auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), limit);
  if (percent) limit /= 100;
  return !metric.empty() && error == std::errc{} && end == number.data() + number.size();
}

void judge(StudyResult& result, std::vector<ExpectationParams> const& expectations) {
  DiagnosticList problems;
  for (auto const& e : expectations) {
    std::string metric;
    bool at_most = false;
    double limit = 0;
    if (!read_expression(e.expr, metric, at_most, limit)) {
      problems.add({"AF2865", Severity::error, fmt::format("`{}` is not METRIC <= VALUE or METRIC >= VALUE", e.expr), fmt::format("studies.{}.expectations.{}", result.id, e.id), {}, "write `first_output.p50 >= 100`", 1});
      continue;
    }
    auto const* m = result.find(metric);
    if (!m) {
      std::vector<std::string> known;
      for (auto const& each : result.metrics) known.push_back(each.id);
      std::string const near = did_you_mean(metric, known);
      problems.add({"AF2865", Severity::error, fmt::format("the study has no metric `{}`{}", metric, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), fmt::format("studies.{}.expectations.{}", result.id, e.id), {}, "the metrics of a study stand in summary.json", 1});
      continue;
    }
    result.expectations.push_back({e.id, e.text, e.expr, e.date, e.source, m->value, limit, at_most ? m->value <= limit : m->value >= limit});
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
}

}  // namespace aif::sim
