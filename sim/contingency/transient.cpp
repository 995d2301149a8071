#include "sim/contingency/transient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "models/cooling/ride_through.hpp"
#include "sim/contingency/words.hpp"

namespace aif::sim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kStart_s = 1, kHorizon_s = 900, kOutage_s = 1800;
constexpr double kFaultVoltage = 0.5,
                 kFaultClear_s = 0.1;   // seen by the rest of the board while a fault on one part is cleared (assumption: medium-voltage relays)
constexpr double kPlantStandby_s = 30;  // until the other units have taken a lost one's duty (assumption: fans and valves)
constexpr double kNoticed_k = 1;

int count(std::vector<std::string> const& names, std::string const& kind) {
  return static_cast<int>(std::count_if(names.begin(), names.end(), [&](auto const& n) { return n.starts_with(kind + "/"); }));
}

// Rows that may be switched off, in the order in which they are: the largest priority number first.
std::vector<power::ShedStep> rows_to_shed(Facility const& f, FacilityState const& s) {
  std::vector<std::size_t> order;
  for (std::size_t g = 0; g < f.groups.size(); ++g)
    if (f.groups[g].profile) order.push_back(g);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return f.groups[a].priority > f.groups[b].priority; });
  std::vector<power::ShedStep> rows;
  for (std::size_t g : order)
    for (int first = 0, row = 0; first < f.groups[g].racks; first += f.groups[g].per_row, ++row)
      rows.push_back({fmt::format("pods.{} row {}", f.groups[g].id, row), std::min(f.groups[g].per_row, f.groups[g].racks - first) * s.groups[g].it_w});
  return rows;
}

// The electrical side: what the racks and the mechanical supply see. `share` of the site takes part.
struct Electrical {
  power::EventResult result;
  double share = 1;
  int generators = 0, absent = 0;
};

std::optional<Electrical> electrical(Facility const& f, SiteMoment const& before, std::vector<std::string> const& out, OperationsParams const& ops,
                                     bool is_planned, power::VoltageSegment const* dip) {
  auto const& plant = f.power.params.plant;
  int const feeds = count(out, "power.feeds"), mains = count(out, "power.main_transformer"), boards = count(out, "power.board"),
            blocks = count(out, "power.blocks");
  int const sections = std::min(f.power.params.utility.feeds.count, 2);
  bool const no_board = boards >= sections;  // neither utility nor generators reach anything
  bool const no_utility =
      no_board || feeds >= f.power.params.utility.feeds.count || (plant.main_transformer.count > 0 && mains >= plant.main_transformer.count);
  if (!dip && !no_utility && (is_planned || feeds + mains + boards + blocks == 0)) return std::nullopt;
  Electrical e;
  power::EventParams p = power::event_params(f.power, before.outputs.it_w, before.outputs.mechanical_w);
  for (auto const& source : f.power.params.onsite)
    if (auto const* g = std::get_if<power::GeneratorParams>(&source)) p.generators_that_fail += count(out, "site.onsite." + g->id);
  if (no_board) p.generators = 0;
  p.generators_that_fail = std::min(p.generators_that_fail, p.generators);
  p.shed = rows_to_shed(f, before.state);
  power::EventScript script;
  script.duration_s = 120;
  if (dip)
    script.utility = {{kStart_s, dip->duration_s, dip->voltage_pu}};
  else if (no_utility)
    script.utility = {{kStart_s, 10 * kOutage_s, 0.0}}, script.duration_s = kOutage_s;
  else if (feeds + boards > 0) {
    e.share = std::min(1.0, static_cast<double>(feeds + boards) / sections);
    script.utility = {{kStart_s, ops.tie_transfer_s, 0.0}};
  } else if (mains > 0) {
    script.utility = {{kStart_s, kFaultClear_s, kFaultVoltage}};
  }
  if (blocks > 0) script.block_lost_at_s = kStart_s;
  if (e.share < 1) {
    p.blocks = std::max(1, static_cast<int>(std::lround(p.blocks * e.share)));
    p.usable_blocks = std::max(1.0, p.usable_blocks * e.share);
    for (double* w : {&p.it_w, &p.mechanical_w, &p.hold_up_design_w}) *w *= e.share;
  }
  e.generators = p.generators, e.absent = p.generators_that_fail;
  e.result = power::simulate_event(p, script, 0.005, kHorizon_s);
  return e;
}

// Faults of one pod's coolant and air, and the share of its racks that feel them.
struct PodFaults {
  std::vector<cooling::FaultEvent> events;
  double racks_frac = 1;
};

PodFaults faults_of(Facility const& f, Facility const* after, SiteMoment const& before, std::size_t g, std::vector<std::string> const& out,
                    std::optional<Electrical> const& e, OperationsParams const& ops, bool is_planned) {
  using cooling::CoolingFault;
  PodFaults pod;
  auto const& c = *f.cooling;
  auto const& group = c.groups[g];
  auto const& t = c.params.transient;
  std::string const& id = group.data.id;
  auto unpowered = [&](double share, double back_s) {  // chillers take longer to come back than pumps and fans
    pod.events.push_back({CoolingFault::power_loss, kStart_s, share, back_s});
    pod.events.push_back({CoolingFault::chiller_trip, kStart_s, share, back_s + t.chiller_restart_s});
  };
  double const restart_s = power::EventParams{}.mechanical_restart_s;
  if (e && e->result.cooling_gap_s > 0)
    unpowered(e->share, std::isfinite(e->result.mechanical_back_s) ? std::max(e->result.mechanical_back_s - restart_s, kStart_s) : kNever);
  if (is_planned) return pod;  // valves and standby units move before the unit stops
  if (int const k = count(out, "power.mechanical"); k > 0) {
    auto const& supply = f.power.params.plant.mechanical;
    bool const carried = after && k < f.power.mechanical_units &&
                         after->power.mechanical_units * supply.transformer.rating_va * supply.power_factor >= before.outputs.mechanical_w;
    unpowered(std::min(1.0, k / f.power.mechanical_units), carried ? kStart_s + ops.tie_transfer_s : kNever);
  }
  // Units of the plant: the others take over where the steady state says that they can.
  cooling::SiteCoolingOutputs left;
  cooling::SiteCoolingState scratch;
  if (after) {
    scratch = cooling::make_state(*after->cooling);
    std::vector<cooling::GroupHeat> heat;
    for (std::size_t i = 0; i < f.groups.size(); ++i) {
      double const liquid_w = before.state.groups[i].it_w * f.groups[i].rack.liquid_fraction;
      heat.push_back({liquid_w, before.state.groups[i].it_w - liquid_w, f.groups[i].racks * available_frac(*after, i)});
    }
    left = cooling::solve_window(*after->cooling, scratch, before.inputs.weather, {heat}, 3600);
  }
  bool const liquid_carried = after && left.liquid_cap_frac >= 1, air_carried = after && left.air_cap_frac >= 1;
  auto plant = [&](CoolingFault fault, std::string const& kind, int installed, bool carried, double standby_s) {
    if (int const k = count(out, kind); k > 0 && installed > 0)
      pod.events.push_back({fault, kStart_s, std::min(1.0, static_cast<double>(k) / installed), carried ? kStart_s + standby_s : kNever});
  };
  auto const& p = c.params.plant;
  if (group.cdus_per_loop > 0) {
    plant(CoolingFault::facility_pump_trip, "cooling.plant.facility_pumps", p.facility_pumps.units, after && after->cooling->facility_flow_frac >= 1,
          t.standby_start_s);
    plant(CoolingFault::rejection_trip, "cooling.plant.heat_rejection", c.rejection_units, liquid_carried, kPlantStandby_s);
  }
  if (group.data.rated_air_w > 0) {
    plant(CoolingFault::chiller_trip, "cooling.plant.air_chiller", c.air_chiller_units, air_carried, t.chiller_restart_s);
    plant(CoolingFault::chiller_trip, "cooling.plant.chilled_water.pumps", p.chilled_water.pumps.units, after && after->cooling->chilled_flow_frac >= 1,
          t.standby_start_s);
    plant(CoolingFault::air_fan_trip, "cooling.air.unit", c.air_units, air_carried, kPlantStandby_s);
  }
  // Loops: the hardest hit one, and how many are hit as hard.
  double hardest = 0;
  int hit = 0;
  bool is_shut = false;
  auto const pumps = c.params.liquid.loop.pumps;
  for (int l = 0; l < group.loops && group.cdus_per_loop > 0; ++l) {
    auto const is_out = [&](std::string const& name) { return std::find(out.begin(), out.end(), name) != out.end(); };
    double lost = is_out(fmt::format("cooling.liquid.loop.{}/{}", id, l)) ? 1.0 : 0.0;
    is_shut = is_shut || lost > 0;
    for (int u = l * group.cdus_per_loop; u < (l + 1) * group.cdus_per_loop && lost < 1; ++u) {
      double units = is_out(fmt::format("cooling.liquid.cdu.{}/{}", id, u)) ? 1.0 : 0.0;
      for (int k = u * pumps.units; k < (u + 1) * pumps.units && units < 1; ++k)
        units += is_out(fmt::format("cooling.liquid.pump.{}/{}", id, k)) ? 1.0 / pumps.units : 0.0;
      lost += std::min(units, 1.0) / group.cdus_per_loop;
    }
    if (lost > hardest + 1e-9) hardest = lost, hit = 0;
    if (lost > 0 && lost > hardest - 1e-9) ++hit;
  }
  if (hardest > 0) {
    bool const spared = after && after->cooling->groups[g].available_frac >= group.available_frac - 1e-12;
    pod.events.push_back({is_shut ? CoolingFault::loop_shut : CoolingFault::cdu_pump_trip, kStart_s, std::min(hardest, 1.0), spared ? kStart_s + t.standby_start_s : kNever});
    if (pod.events.size() == 1) pod.racks_frac = static_cast<double>(hit) / group.loops;
  }
  return pod;
}

void add_pod(Transient& t, std::string& rode, Facility const& f, std::size_t g, PodFaults const& faults, cooling::TransientResult const& r,
             cooling::TransientParams const& p) {
  PodRide ride{f.groups[g].id,
               f.groups[g].racks * faults.racks_frac,
               r.ride_through.seconds_to_throttle_s,
               r.ride_through.seconds_to_trip_s,
               r.highest_case_c,
               r.highest_air_c,
               r.rack_warming_k_s};
  auto const& first = r.course.front();
  bool const is_liquid = f.groups[g].rack.liquid_fraction > 0;
  if ((is_liquid && r.highest_case_c > first.case_c + kNoticed_k) || r.highest_air_c > first.air_c + kNoticed_k || std::isfinite(ride.seconds_to_trip_s)) {
    std::string const who = "pods." + ride.pod, racks = faults.racks_frac < 1 ? fmt::format("{:.0f} racks of {}", ride.racks, ride.pod) : ride.pod;
    if (is_liquid && std::isfinite(ride.seconds_to_throttle_s))
      t.chain.push_back({ride.seconds_to_throttle_s, who,
                         fmt::format("{}: cold plates reach {:.0f} degC (rack warms by up to {:.2f} K/s), devices slow down", racks, p.throttle_case_c,
                                     ride.rack_warming_k_s)});
    if (std::isfinite(ride.seconds_to_trip_s))
      t.chain.push_back({ride.seconds_to_trip_s, who,
                         r.highest_air_c >= p.air_trip_c && r.highest_case_c < p.trip_case_c
                             ? fmt::format("{}: hall air reaches {:.0f} degC, racks switch off", racks, p.air_trip_c)
                             : fmt::format("{}: cold plates reach {:.0f} degC, racks switch off", racks, p.trip_case_c)});
    if (!std::isfinite(ride.seconds_to_trip_s))
      rode += fmt::format("{}{} ({}hall air {:.0f} degC)", rode.empty() ? "" : ", ", racks,
                          is_liquid ? fmt::format("cold plates {:.0f} degC, ", ride.highest_case_c) : "", ride.highest_air_c);
    t.pods.push_back(ride);
  }
  t.ride.seconds_to_throttle_s = std::min(t.ride.seconds_to_throttle_s, ride.seconds_to_throttle_s);
  t.ride.seconds_to_trip_s = std::min(t.ride.seconds_to_trip_s, ride.seconds_to_trip_s);
  if (std::isfinite(ride.seconds_to_trip_s)) t.ride.tripped.push_back("pods." + ride.pod);
}

}  // namespace

Transient run_transient(Facility const& f, Facility const* after, SiteMoment const& before, std::vector<std::string> const& out, OperationsParams const& ops,
                        bool is_planned, power::VoltageSegment const* dip) {
  Transient t;
  t.ride.seconds_to_throttle_s = t.ride.seconds_to_trip_s = kNever;
  auto const e = electrical(f, before, out, ops, is_planned, dip);
  double dark_electrical = 0;
  std::string rode, sourceless;  // what still runs at the end, with its highest temperatures; racks that nothing feeds
  double const hold_up_s = f.power.params.plant.distribution.rack_shelf.hold_up_s;
  bool const no_block = count(out, "power.blocks") >= f.power.params.plant.blocks.count;
  if (e) {
    add_electrical_steps(t.chain, e->result, kStart_s, e->generators, e->absent);
    dark_electrical = e->result.tripped_frac * e->share;
    t.cooling_gap_s = e->result.cooling_gap_s;
    t.ride.shed = e->result.ride_through.shed;
    t.ride.tripped = e->result.ride_through.tripped;
    if (dark_electrical > 0) t.ride.seconds_to_trip_s = e->result.first_trip_s - kStart_s;
  }
  double good = 0, trained = 0, good_tripped = 0, trained_tripped = 0;
  double const shed_frac = e && e->result.shed_w > 0 ? e->result.shed_w * e->share / std::max(before.outputs.it_w, 1.0) : 0.0;
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto const& group = f.groups[g];
    auto const& point = before.state.groups[g];
    if (group.racks <= 0) continue;
    double tripped = std::max(dark_electrical, shed_frac);
    auto const faults = faults_of(f, after, before, g, out, e, ops, is_planned);
    if (!faults.events.empty()) {
      double const liquid_w = point.it_w * group.rack.liquid_fraction;
      auto const params = cooling::transient_of(*f.cooling, before.outputs.cooling, g, {liquid_w, point.it_w - liquid_w, point.delivered_racks},
                                                before.inputs.weather, f.cooling->params.transient);
      auto const r = cooling::run_transient(params, faults.events, kHorizon_s, kHorizon_s);
      add_pod(t, rode, f, g, faults, r, params);
      if (std::isfinite(r.ride_through.seconds_to_trip_s)) tripped = std::max(tripped, faults.racks_frac);
    }
    // Racks that have no source, no coolant or are themselves out afterwards. Above the blocks the batteries decide, see electrical().
    double const whole = available_frac(f, g), dark = after ? 1 - (whole > 0 ? available_frac(*after, g) / whole : 0.0) : no_block ? 1.0 : 0.0;
    if (dark > 1e-12 && !is_planned) {
      tripped = std::max(tripped, dark);
      double const fed = f.power.fed_frac * f.power.groups[g].fed_frac, left = after ? after->power.fed_frac * after->power.groups[g].fed_frac : 0.0;
      if (left < fed - 1e-12) {
        t.ride.seconds_to_trip_s = std::min(t.ride.seconds_to_trip_s, hold_up_s);
        t.ride.tripped.push_back("pods." + group.id);
        sourceless += fmt::format("{}{:.3g} racks of {}", sourceless.empty() ? "" : ", ", (fed - left) * group.racks, group.id);
      }
    }
    good += point.good_token_s, trained += point.trained_token_s;
    good_tripped += std::min(tripped, 1.0) * point.good_token_s;
    trained_tripped += (tripped > 0 ? 1.0 : 0.0) * point.trained_token_s;  // one rack less stops a synchronous job
  }
  if (!sourceless.empty()) t.chain.push_back({hold_up_s, "power", sourceless + " have no source left and switch off"});
  if (!rode.empty()) t.chain.push_back({kHorizon_s, "pods", fmt::format("still running after {:.0f} min, with peaks of: {}", kHorizon_s / 60, rode)});
  t.tripped_frac = good > 0 ? good_tripped / good : 0;
  t.trained_tripped_frac = trained > 0 ? trained_tripped / trained : 0;
  std::stable_sort(t.chain.begin(), t.chain.end(), [](auto const& a, auto const& b) { return a.time_s < b.time_s; });
  return t;
}

}  // namespace aif::sim
