#include "sim/place_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

namespace aif::sim {
namespace {

struct Word {
  std::string_view component, name;
};
constexpr Word kPlaces[] = {
    {"", "the site"}, {"site.utility", "grid connection"}, {"site.utility.power_factor_min", "power factor at the grid connection"}, {"site.onsite.battery", "battery plant"},
    {"power.feeds", "utility feeds"}, {"power.main_transformer", "main transformers"}, {"power.board", "main switchboard"}, {"power.cable", "medium-voltage cables"},
    {"power.transformer", "unit transformers of the power blocks"}, {"power.ups", "UPS modules"}, {"power.blocks", "power blocks"}, {"power.mechanical", "transformers of the cooling plant"},
    {"power.mechanical.transformer", "transformers of the cooling plant"}, {"cooling.liquid", "liquid cooling"}, {"cooling.liquid.cdu", "coolant distribution units"}, {"cooling.plant.heat_rejection", "heat rejection"},
    {"cooling.plant.trim_chiller", "trim chillers"}, {"cooling.plant.air_chiller", "chillers of the air side"}, {"cooling.air.unit", "air handling units"}, {"cooling.plant.facility_pumps", "facility-water pumps"},
    {"cooling.plant.chilled_water.pumps", "chilled-water pumps"}, {"cooling.plant.condenser_loop", "cooling towers"}, {"network.frontend", "front-end network"}, {"network.scale_out", "scale-out fabric"},
    {"storage", "storage tiers"}, {"phases", "deliveries"},
};
// What follows the prefix is a pod.
constexpr Word kOfPod[] = {{"power.distribution.busway.", "busways"}, {"cooling.liquid.cdu.", "coolant distribution units"}, {"cooling.liquid.pump.", "coolant pumps"},
                           {"cooling.liquid.loop.", "coolant loop"}, {"pods.", "racks"}};

std::string pod_name(PlaceNames const& names, std::string const& pod) {
  auto const hall = names.hall_of_pod.find(pod);
  return hall == names.hall_of_pod.end() ? pod : fmt::format("{} ({})", hall->second, pod);
}

}  // namespace

PlaceNames place_names(Scenario const& scenario) {
  PlaceNames names;
  for (auto const& hall : scenario.halls)
    for (auto const& pod : hall.pods) names.hall_of_pod[pod.id] = hall.title.empty() ? hall.id : hall.title;
  for (auto const& workload : scenario.workloads)
    std::visit([&](auto const& w) {
      names.title_of_workload[w.id] = w.id;
      if constexpr (requires { w.title; })
        if (!w.title.empty()) names.title_of_workload[w.id] = w.title;
    }, workload);
  return names;
}

PlaceNames place_names(Results const& results) {
  PlaceNames names;
  auto const scenario = nlohmann::json::parse(results.provenance.canonical_json, nullptr, false);
  auto const text = [](nlohmann::json const& j, char const* key) { return j.is_object() && j.contains(key) && j.at(key).is_string() ? j.at(key).get<std::string>() : std::string(); };
  if (scenario.is_object() && scenario.contains("halls") && scenario.at("halls").is_array())
    for (auto const& hall : scenario.at("halls"))
      if (hall.is_object() && hall.contains("pods") && hall.at("pods").is_array())
        for (auto const& pod : hall.at("pods")) names.hall_of_pod[text(pod, "id")] = text(hall, "title").empty() ? text(hall, "id") : text(hall, "title");
  for (auto const& w : results.workloads) names.title_of_workload[w.id] = w.title.empty() ? w.id : w.title;
  return names;
}

std::string place_name(PlaceNames const& names, std::string const& component) {
  for (auto const& p : kPlaces)
    if (p.component == component) return std::string(p.name);
  for (auto const& p : kOfPod)
    if (component.starts_with(p.component)) return fmt::format("{} of {}", p.name, pod_name(names, component.substr(p.component.size())));
  if (component.starts_with("workloads.")) {
    auto const title = names.title_of_workload.find(component.substr(10));
    return title == names.title_of_workload.end() ? component.substr(10) : title->second;
  }
  if (component.starts_with("storage.")) return "storage tier " + component.substr(8);
  if (names.hall_of_pod.contains(component)) return "racks of " + pod_name(names, component);
  return component;
}

std::string limit_name(PlaceNames const& names, Cause cause, std::string const& component) {
  std::string const place = place_name(names, component);
  switch (cause) {
    case Cause::demand: return "demand";
    case Cause::slo: return "latency targets of " + place;
    case Cause::compute: return "accelerators of " + place;
    case Cause::kv_capacity: return "cache memory of " + place;
    case Cause::people: return component.empty() ? "people" : "people for " + place;
    case Cause::outage: return "outage of " + place;
    case Cause::unsolved: return "hours without a solution";
    case Cause::delivery: return "deliveries that have not come";
    default: return component.empty() ? std::string(enum_name(cause)) : place;
  }
}

}  // namespace aif::sim
