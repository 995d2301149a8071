#include "sim/columns.hpp"



namespace aif::sim {
namespace {

struct Window {
  Facility const& facility;
  FacilityState const& state;
  WindowInputs const& in;
  WindowOutputs const& out;
};

struct SiteColumn {
  char const *name, *unit, *long_name;
  double (*value)(Window const&);
};

double site_power_w(Window const& w) { return w.out.power.utility_w + w.out.power.generator_w; }
double electrical_loss_w(Window const& w) {
  double sum = 0;
  for (double loss : w.out.power.loss_w) sum += loss;
  return sum;
}

constexpr SiteColumn kSite[] = {
    {"facility_power", "W", "site electricity", site_power_w},
    {"it_power", "W", "electricity into the racks", [](Window const& w) { return w.out.it_w; }},
    {"cooling_power", "W", "pumps, fans, chillers", [](Window const& w) { return w.out.mechanical_w; }},
    {"electrical_loss", "W", "transformers, UPS, busways", electrical_loss_w},
    {"utility_reactive_power", "var", "reactive power at the point of interconnection", [](Window const& w) { return w.out.power.utility_var; }},
    {"own_generation", "W", "generators, gas engines and solar plants", [](Window const& w) { return w.out.power.generator_w; }},
    {"curtailable_power", "W", "import that could be given up for an hour", [](Window const& w) { return w.out.curtailable_w; }},
    {"battery_charge", "1", "energy in the batteries over their faded capacity", [](Window const& w) {
       auto const& b = w.state.power.battery;
       double const capacity_j = b.capacity_frac * w.facility.power.battery.energy_j;
       return capacity_j > 0 ? b.energy_j / capacity_j : 0.0;
     }},
    {"battery_power", "W", "discharge of the batteries", [](Window const& w) { return w.out.power.battery_w; }},
    {"pue", "1", "site over rack electricity of the window", [](Window const& w) { return w.out.it_w > 0 ? site_power_w(w) / w.out.it_w : 0.0; }},
    {"dry_bulb", "degC", "outdoor dry bulb", [](Window const& w) { return w.in.weather.dry_bulb_c; }},
    {"wet_bulb", "degC", "outdoor wet bulb", [](Window const& w) { return w.in.weather.wet_bulb_c; }},
    {"facility_water_supply", "degC", "facility water to the distribution units", [](Window const& w) { return w.out.cooling.facility_supply_c; }},
    {"water", "m3 s-1", "make-up water", [](Window const& w) { return w.out.cooling.water_kg_s() / 1000.0; }},
    {"reused_heat", "W", "heat to the heat sink", [](Window const& w) { return w.out.cooling.reused_w; }},
    {"price", "USD J-1", "wholesale price", [](Window const& w) { return w.facility.price_usd_j.empty() ? 0.0 : w.facility.price_usd_j[w.in.hour]; }},
    {"carbon_intensity", "kg J-1", "grid carbon intensity", [](Window const& w) { return w.facility.carbon_kg_j[w.in.hour]; }},
    {"highest_loading", "1", "highest loading of an electrical element", [](Window const& w) { return w.out.power.highest_loading; }},
    {"import_capacity", "W", "import power that is energised", [](Window const& w) { return w.in.import_capacity_w; }},
    {"arrived_rack_power", "W", "design power of the racks in the halls", [](Window const& w) { return w.in.arrived_rack_w; }},
    {"stranded_rack_power", "W", "of that, what is still commissioned or has no import power", [](Window const& w) { return w.in.stranded_rack_w; }},
    {"balance_residual", "1", "relative mismatch of energy in and out", [](Window const& w) { return w.out.balance_residual; }},
    {"cause", "1", "what limits the window: index into the cause list", [](Window const& w) { return static_cast<double>(w.out.binding.cause); }},
};

struct WorkloadColumn {
  char const *name, *unit, *long_name;
  double (*value)(RackGroup const&, GroupPoint const&);
};
constexpr WorkloadColumn kWorkload[] = {
    {"tokens_offered", "1 s-1", "output tokens asked for", [](RackGroup const&, GroupPoint const& p) { return p.offered_token_s; }},
    {"tokens_out", "1 s-1", "output tokens", [](RackGroup const&, GroupPoint const& p) { return p.out_token_s; }},
    {"tokens_good", "1 s-1", "output tokens within the latency targets", [](RackGroup const&, GroupPoint const& p) { return p.good_token_s; }},
    {"tokens_trained", "1 s-1", "tokens trained", [](RackGroup const&, GroupPoint const& p) { return p.trained_token_s; }},
};

struct GroupColumn {
  char const *name, *unit, *long_name;
  double (*value)(GroupPoint const&);
};
constexpr GroupColumn kGroup[] = {
    {"rack_power", "W", "power of one rack at its inlet", [](GroupPoint const& p) { return p.it_w; }},
    {"group_power", "W", "power of all delivered racks", [](GroupPoint const& p) { return p.it_w * p.delivered_racks; }},
    {"racks_on", "1", "share of the delivered racks that is switched on", [](GroupPoint const& p) { return p.on_frac; }},
    {"load", "1", "load of the racks that are on, over capacity at full clock", [](GroupPoint const& p) { return p.load_frac; }},
    {"clock", "1", "clock over the highest", [](GroupPoint const& p) { return p.clock_frac; }},
    {"junction", "degC", "junction temperature", [](GroupPoint const& p) { return p.junction_c; }},
    {"coolant_supply", "degC", "coolant or air into the rack", [](GroupPoint const& p) { return p.coolant_c; }},
    {"device_power", "W", "power of one accelerator", [](GroupPoint const& p) { return p.idle_w + p.dynamic_w + p.leakage_w; }},
    {"delivered_racks", "1", "racks delivered and up", [](GroupPoint const& p) { return p.delivered_racks; }},
};

}  // namespace

SeriesGroup make_site_columns(Facility const& f, std::string name, double step_s, std::size_t n_steps) {
  SeriesGroup s{std::move(name), step_s, n_steps, {}, {}, f.year_start};
  for (auto const& w : f.workloads) s.coordinates["workload"].push_back(w.id);
  for (auto const& c : kSite) s.variables.push_back({c.name, c.unit, c.long_name, "", {}});
  for (auto const& c : kWorkload) s.variables.push_back({c.name, c.unit, c.long_name, "workload", {}});
  for (auto& v : s.variables) v.values.reserve(n_steps * (v.dimension.empty() ? 1 : f.workloads.size()));
  return s;
}

SeriesGroup make_group_columns(Facility const& f, std::string name, std::size_t n_hours) {
  SeriesGroup s{std::move(name), 3600, n_hours, {}, {}, f.year_start};
  for (auto const& g : f.groups) s.coordinates["pod"].push_back(g.id);
  for (auto const& c : kGroup) s.variables.push_back({c.name, c.unit, c.long_name, "pod", std::vector<float>(n_hours * f.groups.size(), 0.0f)});
  return s;
}

void append_site(SeriesGroup& s, Facility const& f, FacilityState const& state, WindowInputs const& in, WindowOutputs const& out) {
  Window const window{f, state, in, out};
  std::size_t v = 0;
  for (auto const& c : kSite) s.variables[v++].values.push_back(static_cast<float>(c.value(window)));
  for (auto const& c : kWorkload) {
    auto& values = s.variables[v++].values;
    for (std::size_t w = 0; w < f.workloads.size(); ++w) {
      double sum = 0;
      for (std::size_t g = 0; g < f.groups.size(); ++g)
        if (f.groups[g].workload == static_cast<int>(w)) sum += c.value(f.groups[g], state.groups[g]);
      values.push_back(static_cast<float>(sum));
    }
  }
}

void add_to_hour(SeriesGroup& s, std::size_t hour, double share, Facility const& f, FacilityState const& state) {
  std::size_t v = 0;
  for (auto const& c : kGroup) {
    auto& values = s.variables[v++].values;
    for (std::size_t g = 0; g < f.groups.size(); ++g) values[hour * f.groups.size() + g] += static_cast<float>(share * c.value(state.groups[g]));
  }
}

}  // namespace aif::sim
