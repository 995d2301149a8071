#include "sim/summary_checks.hpp"

#include <fmt/format.h>

#include "core/units.hpp"

namespace aif::sim {
namespace {

[[noreturn]] void refuse(CheckParams const& check, std::string code, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "checks", {}, std::move(hint) + " (in `" + check.expr + "`)", 1});
}

Kind kind_of_unit(std::string_view unit) {
  if (unit == "W") return Kind::power;
  if (unit == "VA") return Kind::apparent_power;
  if (unit == "J") return Kind::energy;
  if (unit == "1 s-1") return Kind::token_rate;
  if (unit == "s") return Kind::duration;
  if (unit == "USD") return Kind::money;
  if (unit == "kg") return Kind::mass;
  if (unit == "m3") return Kind::volume;
  return Kind::fraction;
}

std::string trim(std::string s) {
  auto const first = s.find_first_not_of(' '), last = s.find_last_not_of(' ');
  return first == std::string::npos ? "" : s.substr(first, last - first + 1);
}

}  // namespace

std::vector<CheckResult> evaluate_checks(std::vector<CheckParams> const& checks, Results const& results) {
  std::vector<CheckResult> out;
  for (auto const& check : checks) {
    auto const at = check.expr.find_first_of("<>");
    if (at == std::string::npos || at + 1 >= check.expr.size() || check.expr[at + 1] != '=') refuse(check, "AF2830", "a check is METRIC <= VALUE or METRIC >= VALUE", "write `facility.power.peak <= 100 MW`");
    bool const is_upper = check.expr[at] == '<';
    std::string const id = trim(check.expr.substr(0, at)), text = trim(check.expr.substr(at + 2));
    MetricValue const* metric = results.find(id);
    if (!metric) {
      std::vector<std::string> known;
      for (auto const& m : results.summary) known.push_back(m.id);
      std::string const near = did_you_mean(id, known);
      refuse(check, "AF2831", fmt::format("there is no metric `{}`{}", id, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), "`aifactory explain METRIC` describes them");
    }
    auto const limit = parse_quantity(text, kind_of_unit(metric->unit));
    if (!limit.error.empty()) refuse(check, "AF2832", limit.error, limit.hint);
    out.push_back({check.expr, check.level, metric->value, limit.si, is_upper ? metric->value <= limit.si : metric->value >= limit.si});
  }
  return out;
}

}  // namespace aif::sim
