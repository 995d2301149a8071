#include "sim/assess_risk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/availability/availability.hpp"
#include "sim/contingency/contingency.hpp"
#include "sim/events/impact.hpp"

namespace aif::sim {
namespace {

void check_only(Scenario const& scenario, Facility const& f, std::vector<std::string> const& only) {
  DiagnosticList problems;
  auto const cases = list_cases(f, scenario.reliability, component_classes(f, scenario.reliability));
  std::vector<std::string> known;
  for (auto const& c : cases) known.push_back(c.component), known.push_back(case_name(c));
  for (auto const& name : only) {
    if (std::any_of(cases.begin(), cases.end(), [&](auto const& c) { return matches(c, name); })) continue;
    std::string const near = did_you_mean(name, known);
    problems.add({"AF2856", Severity::error, fmt::format("no outage is called `{}`", name), "", {}, near.empty() ? "`--list` shows them" : fmt::format("did you mean `{}`?", near), 1});
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
}

}  // namespace

RiskResults assess_risk(Scenario const& scenario, Facility const& facility, RiskOptions const& o) {
  if (o.years < 0 || o.every_hours < 1 || o.every_hours > 8760)
    throw InputError(Diagnostic{"AF2855", Severity::error, fmt::format("{} years, every {}th hour: that is no run", o.years, o.every_hours), "", {}, "years from 0, hours from 1 to 8760", 1});
  check_only(scenario, facility, o.only);
  RiskResults out;
  out.contingency = assess_contingency(facility, scenario.reliability, {o.every_hours, o.only, o.control});
  if (o.years > 0 && o.only.empty()) {
    AvailabilityOptions a;
    a.years = o.years;
    a.seed = static_cast<std::uint64_t>(scenario.seed);
    a.worth_of_spares = o.worth_of_spares;
    a.control = o.control;
    out.availability = assess_availability(facility, scenario.reliability, *out.contingency, a);
  }
  if (o.events && o.only.empty()) out.events = assess_events(scenario, facility, o.control);
  return out;
}

}  // namespace aif::sim
