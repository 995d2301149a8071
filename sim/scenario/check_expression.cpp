#include "sim/scenario/check_expression.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/units.hpp"
#include "sim/metrics.hpp"

namespace aif::sim {
namespace {

constexpr char const* kExample = "for instance `facility.power.peak <= 100 MW`";

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

std::string trim(std::string_view s) {
  auto const first = s.find_first_not_of(' '), last = s.find_last_not_of(' ');
  return first == std::string_view::npos ? std::string() : std::string(s.substr(first, last - first + 1));
}

std::vector<std::string> metric_ids(std::span<std::string const> workloads) {
  std::vector<std::string> ids;
  for (auto const& m : site_metrics()) ids.emplace_back(m.id);
  for (auto const& w : workloads)
    for (auto const& m : workload_metrics()) ids.push_back(fmt::format("workload.{}.{}", w, m.id));
  return ids;
}

}  // namespace

Diagnostic read_check(std::string const& text, std::span<std::string const> workloads, CheckExpression& out) {
  Diagnostic d;
  d.code = "AF1026";
  auto const at = text.find_first_of("<>");
  if (at == std::string::npos || at + 1 >= text.size() || text[at + 1] != '=') {
    d.message = "a check is METRIC <= VALUE or METRIC >= VALUE";
    d.detail = kExample;
    return d;
  }
  out.metric = trim(std::string_view(text).substr(0, at));
  out.is_upper = text[at] == '<';
  auto const ids = metric_ids(workloads);
  if (std::find(ids.begin(), ids.end(), out.metric) == ids.end()) {
    d.message = fmt::format("there is no metric `{}`", out.metric);
    if (std::string const near = did_you_mean(out.metric, ids); !near.empty()) d.hint = fmt::format("did you mean `{}`?", near);
    return d;
  }
  auto const limit = parse_quantity(trim(std::string_view(text).substr(at + 2)), kind_of_unit(find_metric(out.metric)->unit));
  if (!limit.error.empty()) {
    d.message = fmt::format("the limit of `{}`: {}", out.metric, limit.error);
    d.hint = limit.hint;
    return d;
  }
  out.limit = limit.si;
  return d;
}

}  // namespace aif::sim
