#pragma once
// The `events:` of a scenario: what happens to the site on stated days. They are part of every run of the scenario; the contingency verb says
// what each of them costs. `start` is a date of the run's first year, "2027-07-10" or "2027-07-10T14:00".

#include <string>
#include <variant>
#include <vector>

#include "core/fields.hpp"

namespace aif::sim {

template <class T>
constexpr auto event_start_field() {
  return field("start", &T::start, "When it begins, \"2027-07-10\" or \"2027-07-10T14:00\".").required();
}
template <class T>
constexpr auto event_duration_field() {
  return field("duration", &T::duration_s, Kind::duration, 3600.0, 3.2e7, "How long it lasts; whole hours.").required();
}
template <class T>
constexpr auto event_id_field() {
  return field("id", &T::id, "Name of the event.").required();
}

// Dry bulb rises and falls as a half sine at constant humidity ratio (sim/io/weather.hpp).
struct HeatWaveEvent {
  static constexpr std::string_view type_name = "heat_wave";
  std::string id, start;
  double duration_s = 0, peak_k = 0;
  static constexpr auto fields() {
    using T = HeatWaveEvent;
    return FieldList{event_id_field<T>(), event_start_field<T>(), event_duration_field<T>(),
                      field("peak", &T::peak_k, Kind::temperature_difference, 0, 25, "Dry bulb above the weather file at the height of the wave.").required()};
  }
};

// Drought: make-up water is rationed. A plant that would draw more in an hour runs dry in that hour.
struct WaterCapEvent {
  static constexpr std::string_view type_name = "water_cap";
  std::string id, start;
  double duration_s = 0, cap_m3_s = 0;
  static constexpr auto fields() {
    using T = WaterCapEvent;
    return FieldList{event_id_field<T>(), event_start_field<T>(), event_duration_field<T>(),
                      field("cap", &T::cap_m3_s, Kind::volume_flow, 0, 100, "Water that the site may draw; 0 m3/h: none.").required()};
  }
};

// The utility asks the site to import no more than this.
struct CurtailmentEvent {
  static constexpr std::string_view type_name = "curtailment";
  std::string id, start;
  double duration_s = 0, import_limit_w = 0;
  static constexpr auto fields() {
    using T = CurtailmentEvent;
    return FieldList{event_id_field<T>(), event_start_field<T>(), event_duration_field<T>(),
                      field("import_limit", &T::import_limit_w, Kind::power, 0, 1e11, "Import that is left.").required()};
  }
};

// Smoke or dust: outdoor air is kept from the free-cooling coils, the chillers carry the chilled water alone.
struct SmokeEvent {
  static constexpr std::string_view type_name = "smoke";
  std::string id, start;
  double duration_s = 0;
  static constexpr auto fields() {
    using T = SmokeEvent;
    return FieldList{event_id_field<T>(), event_start_field<T>(), event_duration_field<T>()};
  }
};

// Components that are out of service for a while: feeder maintenance, a chiller overhaul, a block that waits for parts.
struct OutageEvent {
  static constexpr std::string_view type_name = "outage";
  std::string id, start;
  double duration_s = 0;
  std::vector<std::string> components;
  static constexpr auto fields() {
    using T = OutageEvent;
    return FieldList{event_id_field<T>(), event_start_field<T>(), event_duration_field<T>(),
                      field("components", &T::components, "What is out: `power.feeds/0`, `power.blocks/0-3`, `shared.ID`.").required()};
  }
};

using SiteEvent = std::variant<HeatWaveEvent, WaterCapEvent, CurtailmentEvent, SmokeEvent, OutageEvent>;

}  // namespace aif::sim
