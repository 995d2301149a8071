#include "sim/facility/delivery.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

namespace aif::sim {
namespace {

constexpr std::size_t kDays = 365;
constexpr std::string_view kCapacityPath = "site.utility.capacity";

void refuse(DiagnosticList& problems, PhaseParams const& phase, std::string code, std::string message, std::string hint) {
  problems.add({std::move(code), Severity::error, std::move(message), "phases." + phase.id, {}, std::move(hint), 1});
}

// Share of `racks` in the hall and in production on each day: all arrive on the first day, `ramp` a day come up, burn-in later.
void add_racks(std::vector<double>& arrived, std::vector<double>& frac, double share, double racks, long first_day, PhaseParams const& phase) {
  double const per_day = phase.ramp_per_s > 0 ? phase.ramp_per_s * 86400.0 : racks;
  long const start = first_day + std::lround(std::ceil(phase.burn_in_s / 86400.0));
  for (std::size_t day = 0; day < kDays; ++day) {
    double const up = std::clamp((static_cast<double>(day) - static_cast<double>(start) + 1) * per_day, 0.0, racks);
    frac[day] += share * up / racks;
    if (static_cast<long>(day) >= first_day) arrived[day] += share;
  }
}

}  // namespace

std::size_t day_of_year(long days) {
  date::year_month_day const d{date::sys_days(date::days(days))};
  date::sys_days const plain = date::sys_days(date::year(2023) / d.month() / std::min(d.day(), d.month() == date::February ? date::day(28) : date::day(31)));
  return static_cast<std::size_t>((plain - date::sys_days(date::year(2023) / 1 / 1)).count());
}

bool parse_date(std::string const& text, long& days) {
  std::istringstream in(text.substr(0, 10));
  date::sys_days day;
  in >> date::parse("%F", day);
  if (in.fail()) return false;
  days = day.time_since_epoch().count();
  return true;
}

std::string first_of_january(std::string const& date) { return date.substr(0, 4) + "-01-01"; }

int weekday_of(std::string const& date) {
  long day = 0;
  parse_date(date, day);
  return static_cast<int>(((day + 3) % 7 + 7) % 7);  // 1 January 1970 was a Thursday
}

DeliveryCalendar make_delivery(Scenario const& scenario, std::vector<RackGroup> const& groups, DiagnosticList& problems) {
  DeliveryCalendar calendar;
  calendar.group_frac.assign(groups.size(), std::vector<double>(kDays, 0.0));
  calendar.arrived_frac = calendar.group_frac;
  calendar.import_capacity_w.assign(kDays, 0.0);
  long start = 0;
  if (!parse_date(scenario.simulation.start, start))
    problems.add({"AF2821", Severity::error, fmt::format("`{}` is not a date", scenario.simulation.start), "simulation.start", {}, "write \"2027-01-01\"", 1});
  calendar.start = scenario.simulation.start.substr(0, 10);
  calendar.first_hour = 24 * day_of_year(start);
  std::vector<bool> named(groups.size(), false);
  bool capacity_named = false;
  for (auto const& phase : scenario.phases) {
    long day = 0;
    if (!parse_date(phase.date, day)) {
      refuse(problems, phase, "AF2821", fmt::format("`{}` is not a date", phase.date), "write \"2027-03-01\"");
      continue;
    }
    for (auto const& [path, value] : phase.adds) {
      if (path == kCapacityPath) {
        auto const power = parse_quantity(value, Kind::power);
        if (!power.error.empty()) refuse(problems, phase, "AF2822", power.error, power.hint);
        capacity_named = true;
        for (std::size_t d = 0; d < kDays; ++d)
          if (static_cast<long>(d) >= day - start) calendar.import_capacity_w[d] += power.si;
        continue;
      }
      auto const at = std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return path == "pods." + g.id; });
      if (at == groups.end()) {
        std::vector<std::string> known{std::string(kCapacityPath)};
        for (auto const& g : groups) known.push_back("pods." + g.id);
        std::string const near = did_you_mean(path, known);
        refuse(problems, phase, "AF2820", fmt::format("`{}` cannot be delivered{}", path, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), "phases add pods.ID and site.utility.capacity");
        continue;
      }
      double racks = 0;
      auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), racks);
      if (error != std::errc{} || end != value.data() + value.size() || !(racks > 0 && racks <= at->racks)) {
        refuse(problems, phase, "AF2822", fmt::format("`{}` racks of {}: a number from 1 to {} was expected", value, at->id, at->racks), "phases deliver the racks that the pod's count declares");
        continue;
      }
      auto const g = static_cast<std::size_t>(at - groups.begin());
      named[g] = true;
      add_racks(calendar.arrived_frac[g], calendar.group_frac[g], racks / at->racks, racks, day - start, phase);
    }
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (auto* fracs : {&calendar.arrived_frac[g], &calendar.group_frac[g]}) {
      if (!named[g]) fracs->assign(kDays, 1.0);
      for (double& f : *fracs) f = std::min(f, 1.0);
    }
  }
  for (double& w : calendar.import_capacity_w) w = capacity_named ? std::min(w, scenario.site.utility.capacity_w) : scenario.site.utility.capacity_w;
  return calendar;
}

}  // namespace aif::sim
