// Cooling: the plant of a site in one quasi-steady window, the design hour, the schedule of machines; moist air.
#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/documents.hpp"
#include "models/cooling/design_day.hpp"

namespace aif::python {
namespace {

using namespace cooling;

// One window of a plant as plain numbers.
struct PlantWindow {
  SiteCoolingOutputs out;
  std::vector<GroupCooling> groups;
};

PlantWindow solve(SiteCooling const& site, WeatherPoint const& weather, std::vector<double> const& heat_frac) {
  if (heat_frac.size() != site.groups.size()) refuse("load", fmt::format("{} loads for {} groups", heat_frac.size(), site.groups.size()), "one for each group, in order");
  std::vector<GroupHeat> heat;
  for (std::size_t i = 0; i < heat_frac.size(); ++i) {
    expect_within("load", heat_frac[i], 0, 10);
    auto const& g = site.groups[i].data;
    heat.push_back({heat_frac[i] * g.rated_liquid_w, heat_frac[i] * g.rated_air_w, static_cast<double>(g.racks)});
  }
  SiteCoolingState state = make_state(site);
  PlantWindow w;
  w.out = solve_window(site, state, weather, {heat}, 3600);
  w.groups.assign(w.out.groups.begin(), w.out.groups.end());
  w.out.groups = {};
  return w;
}

void bind_window(py::module_& m) {
  Record<GroupCooling>(m, "GroupCooling", "What one rack group gets, per rack.")
      .value("coolant_supply_c", &GroupCooling::coolant_supply_c, "Into the rack, degC.").value("coolant_return_c", &GroupCooling::coolant_return_c, "Out of it, degC.")
      .value("coolant_kg_s", &GroupCooling::coolant_kg_s, "Flow, kg/s.").value("case_k_per_w", &GroupCooling::r_case_coolant_k_per_w, "Case to coolant, K/W.")
      .value("air_supply_c", &GroupCooling::air_supply_c, "Air into the rack, degC.").value("cap_liquid_w", &GroupCooling::cap_liquid_w, "Liquid heat that can be taken; infinite: no limit.")
      .value("cap_air_w", &GroupCooling::cap_air_w, "Air heat that can be taken; infinite: no limit.");
  auto const of = [](auto member) { return [member](PlantWindow const& w) { return w.out.*member; }; };
  Record<PlantWindow>(m, "PlantWindow", "The plant in one quasi-steady window.")
      .value("electric_w", [](PlantWindow const& w) { return w.out.electric_w(); }, "Pumps, fans, chillers, W.")
      .value("part_w", [](PlantWindow const& w) {
        py::typing::Dict<py::str, double> out;
        for (std::size_t i = 0; i < kCoolingParts; ++i) out[py::str(std::string(enum_name(static_cast<CoolingPart>(i))))] = w.out.power_w[i];
        return out;
      }, "W by part; they add up to electric_w.")
      .value("facility_supply_c", of(&SiteCoolingOutputs::facility_supply_c), "Facility water out of the plant, degC.")
      .value("facility_return_c", of(&SiteCoolingOutputs::facility_return_c), "Facility water back, degC.").value("rejected_w", of(&SiteCoolingOutputs::rejected_w), "Heat to ambient and sinks, W.")
      .value("water_kg_s", [](PlantWindow const& w) { return w.out.water_kg_s(); }, "Make-up water, kg/s.").value("liquid_mode", of(&SiteCoolingOutputs::liquid_mode), "How the liquid side is cooled.")
      .value("air_mode", of(&SiteCoolingOutputs::air_mode), "How the air side is cooled.").value("binding", of(&SiteCoolingOutputs::binding), "Part that cannot carry the heat; empty: none.")
      .value("unmet_w", of(&SiteCoolingOutputs::unmet_w), "Heat that no plant took, W.").value("liquid_cap_frac", of(&SiteCoolingOutputs::liquid_cap_frac), "Liquid heat that can be carried over that offered.")
      .value("air_cap_frac", of(&SiteCoolingOutputs::air_cap_frac), "Air heat likewise.").value("balance_residual", of(&SiteCoolingOutputs::balance_residual), "Relative mismatch of heat in and out.")
      .value("groups", &PlantWindow::groups, "Each rack group.");
  Record<DesignCase>(m, "DesignCase", "The design hour with everything running, or one unit out.")
      .value("out_of_service", &DesignCase::out_of_service, "Empty: all units run.").value("electric_w", &DesignCase::electric_w, "W.")
      .value("liquid_margin_frac", &DesignCase::liquid_margin_frac, "Heat that could be carried over rated heat, less 1; at most 0.5 is looked for.")
      .value("air_margin_frac", &DesignCase::air_margin_frac, "The same for air.").value("coolant_supply_c", &DesignCase::coolant_supply_c, "Warmest group, degC.")
      .value("facility_supply_c", &DesignCase::facility_supply_c, "degC.").value("air_supply_c", &DesignCase::air_supply_c, "degC.").value("make_up_l_s", &DesignCase::make_up_l_s, "Water, L/s.")
      .value("racks_over_limit", &DesignCase::racks_over_limit, "Racks whose heat must fall.").value("binding", &DesignCase::binding, "Part that cannot carry the heat.");
  Record<ScheduleRow>(m, "ScheduleRow", "One kind of machine.")
      .value("item", &ScheduleRow::item, "Which.").value("installed", &ScheduleRow::installed, "Units.").value("needed", &ScheduleRow::needed, "Units at rated heat.")
      .value("capacity_w", &ScheduleRow::capacity_w, "Heat of one, W.").value("flow_l_s", &ScheduleRow::flow_l_s, "L/s.").value("head_pa", &ScheduleRow::head_pa, "Pa.")
      .value("motor_w", &ScheduleRow::motor_w, "W.").value("approach_k", &ScheduleRow::approach_k, "K.")
      .value("volume_m3", &ScheduleRow::volume_m3, "Of all loops that the units serve together, m3.");
}

}  // namespace

void bind_cooling(py::module_& m) {
  bind_window(m);
  Record<WeatherPoint> weather(m, "WeatherPoint", "Outdoor air.");
  weather.value("dry_bulb_c", &WeatherPoint::dry_bulb_c, "degC.").value("wet_bulb_c", &WeatherPoint::wet_bulb_c, "degC.").value("dew_point_c", &WeatherPoint::dew_point_c, "degC.")
      .value("relative_humidity", &WeatherPoint::relative_humidity, "0 to 1.").value("pressure_pa", &WeatherPoint::pressure_pa, "Pa.");
  m.def("weather_point", [](double dry_bulb_c, double relative_humidity, double pressure_pa) {
    expect_within("dry_bulb", dry_bulb_c, -60, 60);
    expect_within("relative_humidity", relative_humidity, 0, 1);
    expect_within("pressure", pressure_pa, 4e4, 1.2e5);
    return make_weather_point(dry_bulb_c, relative_humidity, pressure_pa);
  }, "dry_bulb_c"_a, "relative_humidity"_a, "pressure_pa"_a);
  m.def("standard_pressure_pa", [](double altitude_m) {
    expect_within("altitude", altitude_m, -500, 6000);
    return standard_pressure_pa(altitude_m);
  }, "altitude_m"_a);

  py::class_<CoolingGroup>(m, "CoolingGroup", "Racks of one kind on one loop; watts per rack.")
      .def(py::init([](std::string id, int racks, double liquid_w, double air_w, double flow_kg_s, int devices) {
        expect_within("racks", racks, 1, 1e6);
        expect_within("liquid_w", liquid_w, 0, 1e7);
        expect_within("air_w", air_w, 0, 1e7);
        expect_within("flow_kg_s", flow_kg_s, 0, 1e3);
        expect_within("devices_per_rack", devices, 1, 1e4);
        CoolingGroup g;
        g.id = std::move(id), g.racks = racks, g.rated_liquid_w = liquid_w, g.rated_air_w = air_w, g.coolant_flow_kg_s_rated = flow_kg_s, g.devices_per_rack = devices;
        return g;
      }), py::kw_only(), "id"_a, "racks"_a, "liquid_w"_a, "air_w"_a, "flow_kg_s"_a, "devices_per_rack"_a)
      .def_readonly("id", &CoolingGroup::id).def_readonly("racks", &CoolingGroup::racks).def_readonly("liquid_w", &CoolingGroup::rated_liquid_w, "Rated, per rack.")
      .def_readonly("air_w", &CoolingGroup::rated_air_w, "Rated, per rack.");
  py::class_<SiteCooling>(m, "CoolingPlant", "A sized plant.")
      .def(py::init([](std::string const& params, std::vector<CoolingGroup> const& groups, double altitude_m, std::vector<std::string> const& library) {
        if (groups.empty()) refuse("groups", "a plant cools at least one group of racks");
        return build_site_cooling(read_params<CoolingParams>(params, "cooling", sim::Library(library)), groups, altitude_m);
      }), "params"_a, py::kw_only(), "groups"_a, "altitude_m"_a, "library"_a)
      .def_property_readonly("groups", [](SiteCooling const& s) {
        std::vector<CoolingGroup> out;
        for (auto const& g : s.groups) out.push_back(g.data);
        return out;
      })
      .def("solve", solve, "weather"_a, "load"_a, "Heat of each group as a share of its rating.")
      .def("design_hour", &design_hour, "weather"_a, "fan_limit_frac"_a = 1.0, py::call_guard<py::gil_scoped_release>())
      .def("schedule", &mechanical_schedule)
      .def("schedule_csv", [](SiteCooling const& s) { return schedule_csv(mechanical_schedule(s)); });
}

}  // namespace aif::python
