#include "sim/claims/study.hpp"

#include <fmt/format.h>

#include <cctype>
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

namespace {

// "METRIC <= 12 %" or "METRIC >= METRIC".
struct Statement {
  std::string metric, other;  // other: empty where the right side is a number
  bool at_most = true;
  double limit = 0;
};

bool read_statement(std::string const& text, Statement& s) {
  auto at = text.find("<=");
  s.at_most = at != std::string::npos;
  if (!s.at_most) at = text.find(">=");
  if (at == std::string::npos) return false;
  auto const trim = [](std::string part) {
    auto const from = part.find_first_not_of(" \t"), to = part.find_last_not_of(" \t");
    return from == std::string::npos ? std::string() : part.substr(from, to - from + 1);
  };
  s.metric = trim(text.substr(0, at));
  std::string right = trim(text.substr(at + 2));
  if (s.metric.empty() || right.empty()) return false;
  if (std::isalpha(static_cast<unsigned char>(right.front()))) {
    s.other = right;
    return true;
  }
  bool const percent = right.back() == '%';
  if (percent) right = trim(right.substr(0, right.size() - 1));
  auto const [end, error] = std::from_chars(right.data(), right.data() + right.size(), s.limit);
  if (percent) s.limit /= 100;
  return error == std::errc{} && end == right.data() + right.size();
}

}  // namespace

void judge(StudyResult& result, std::vector<ExpectationParams> const& expectations) {
  DiagnosticList problems;
  for (auto const& e : expectations) {
    std::string const where = fmt::format("studies.{}.expectations.{}", result.id, e.id);
    Statement s;
    if (!read_statement(e.expr, s)) {
      problems.add({"AF2865", Severity::error, fmt::format("`{}` is not METRIC <= VALUE or METRIC >= VALUE", e.expr), where, {}, "write `first_output.p50 >= 100`, or a metric on both sides", 1});
      continue;
    }
    auto const find = [&](std::string const& name) {
      auto const* m = result.find(name);
      if (m) return m;
      std::vector<std::string> known;
      for (auto const& each : result.metrics) known.push_back(each.id);
      std::string const near = did_you_mean(name, known);
      problems.add({"AF2865", Severity::error, fmt::format("the study has no metric `{}`{}", name, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), where, {}, "the metrics of a study stand in summary.json", 1});
      return m;
    };
    auto const* m = find(s.metric);
    auto const* other = s.other.empty() ? nullptr : find(s.other);
    if (!m || (!s.other.empty() && !other)) continue;
    if (other && other->unit != m->unit) {
      problems.add({"AF2865", Severity::error, fmt::format("`{}` is in {} and `{}` in {}", s.metric, m->unit, s.other, other->unit), where, {}, "compare metrics of one unit", 1});
      continue;
    }
    double const limit = other ? other->value : s.limit;
    result.expectations.push_back({e.id, e.text, e.expr, e.date, e.source, m->value, limit, s.at_most ? m->value <= limit : m->value >= limit});
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
}

}  // namespace aif::sim
