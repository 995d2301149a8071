#include "sim/events/event_calendar.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <sstream>

#include "core/calendar.hpp"
#include "sim/facility/delivery.hpp"

namespace aif::sim {
namespace {

constexpr double kWaterKgM3 = 1000;

// Hours since 1970 of "2027-07-10" or "2027-07-10T14:00".
bool parse_moment(std::string const& text, long& hours) {
  date::sys_days day;
  std::istringstream in(text);
  in >> date::parse("%F", day);
  if (in.fail()) return false;
  hours = day.time_since_epoch().count() * 24L;
  if (in.peek() == std::istringstream::traits_type::eof()) return true;
  int hour = -1, minute = -1;
  char t = 0, colon = 0;
  in >> t >> hour >> colon >> minute;
  if (in.fail() || t != 'T' || colon != ':' || hour < 0 || hour > 23 || minute != 0 || in.peek() != std::istringstream::traits_type::eof()) return false;
  hours += hour;
  return true;
}

void refuse(DiagnosticList& problems, std::string const& id, char const* key, std::string code, std::string message, std::string hint) {
  problems.add({std::move(code), Severity::error, std::move(message), fmt::format("events.{}.{}", id, key), {}, std::move(hint), 1});
}

}  // namespace

double EventCalendar::warmer_k(double time_s) const {
  double k = 0;
  for (auto const& w : waves)
    if (double const into = time_s - w.start_s; into > 0 && into < w.duration_s) k += w.peak_k * std::sin(std::numbers::pi * into / w.duration_s);
  return k;
}

EventCalendar make_event_calendar(std::vector<SiteEvent> const& events, std::string const& start, DiagnosticList& problems) {
  EventCalendar out;
  if (events.empty()) return out;
  long first = 0;
  parse_moment(start, first);  // the delivery calendar has judged it
  for (auto const& event : events)
    std::visit(
        [&](auto const& e) {
          long at = 0;
          EventSpan span{e.id, std::remove_cvref_t<decltype(e)>::type_name, 0, 0};
          if (!parse_moment(e.start, at))
            refuse(problems, e.id, "start", "AF2850", fmt::format("`{}` is not a moment", e.start), "write \"2027-07-10\" or \"2027-07-10T14:00\"");
          else if (at < first || at >= first + static_cast<long>(kHoursPerYear))
            refuse(problems, e.id, "start", "AF2851", fmt::format("`{}` is not within the year that starts on {}", e.start, start),
                   "events lie in the first year of the run (simulation.start)");
          else
            span.first_hour = 24 * day_of_year(at / 24) + static_cast<std::size_t>(at % 24);
          span.end_hour = std::min(kHoursPerYear, span.first_hour + static_cast<std::size_t>(std::ceil(e.duration_s / 3600 - 1e-9)));
          out.spans.push_back(span);
          if constexpr (requires { e.peak_k; }) out.waves.push_back({static_cast<double>(span.first_hour) * 3600, e.duration_s, e.peak_k});
        },
        event);

  std::map<std::vector<int>, std::uint16_t> known{{{}, 0}};
  std::map<std::vector<std::string>, int> variants;
  out.conditions.push_back({});
  out.of_hour.assign(kHoursPerYear, 0);
  for (std::size_t h = 0; h < kHoursPerYear; ++h) {
    std::vector<int> now;
    for (std::size_t e = 0; e < events.size(); ++e)
      if (h >= out.spans[e].first_hour && h < out.spans[e].end_hour) now.push_back(static_cast<int>(e));
    auto const [at, is_new] = known.try_emplace(now, static_cast<std::uint16_t>(out.conditions.size()));
    out.of_hour[h] = at->second;
    if (!is_new) continue;
    EventConditions c;
    std::vector<std::string> components;
    for (int e : now) {
      auto const& event = events[static_cast<std::size_t>(e)];
      if (auto const* w = std::get_if<WaterCapEvent>(&event)) c.water_limit_kg_s = std::min(c.water_limit_kg_s, w->cap_m3_s * kWaterKgM3);
      if (auto const* u = std::get_if<CurtailmentEvent>(&event)) c.import_limit_w = std::min(c.import_limit_w, u->import_limit_w);
      if (std::holds_alternative<SmokeEvent>(event)) c.free_cooling = false;
      if (auto const* o = std::get_if<OutageEvent>(&event)) components.insert(components.end(), o->components.begin(), o->components.end());
    }
    if (!components.empty()) {
      std::sort(components.begin(), components.end());
      components.erase(std::unique(components.begin(), components.end()), components.end());
      auto const [variant, fresh] = variants.try_emplace(components, static_cast<int>(out.outages.size()));
      if (fresh) out.outages.push_back(components);
      c.variant = variant->second;
    }
    c.events = std::move(now);
    out.conditions.push_back(std::move(c));
  }
  return out;
}

}  // namespace aif::sim
