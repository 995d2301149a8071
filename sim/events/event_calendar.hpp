#pragma once
// The events of a scenario by hour of the year: what each hour's window has to obey. Hours without an event share conditions[0]. An event that
// runs past the end of December ends there.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "sim/events/event_params.hpp"

namespace aif::sim {

struct EventConditions {
  double import_limit_w = std::numeric_limits<double>::infinity(), water_limit_kg_s = std::numeric_limits<double>::infinity();
  bool free_cooling = true;
  int variant = -1;         // into EventCalendar::outages; -1: nothing is out
  std::vector<int> events;  // that make these conditions, by their place in the scenario
};

// One event in hours of the year.
struct EventSpan {
  std::string id;
  std::string_view type;
  std::size_t first_hour = 0, end_hour = 0;
};

struct EventCalendar {
  struct Wave {
    double start_s = 0, duration_s = 0, peak_k = 0;
  };
  std::vector<EventSpan> spans;                   // in the order of the scenario
  std::vector<EventConditions> conditions;        // [0]: none
  std::vector<std::uint16_t> of_hour;             // 8760 indices into conditions; empty: no events
  std::vector<std::vector<std::string>> outages;  // components out, by variant
  std::vector<Wave> waves;                        // of heat
  double warmer_k(double time_s) const;           // than the weather file

  EventConditions const* at(std::size_t hour) const { return of_hour.empty() ? nullptr : &conditions[of_hour[hour]]; }
};

// `start`: first day of the run. Problems: AF2850 (date), AF2851 (outside the run's year).
EventCalendar make_event_calendar(std::vector<SiteEvent> const& events, std::string const& start, DiagnosticList& problems);

}  // namespace aif::sim
