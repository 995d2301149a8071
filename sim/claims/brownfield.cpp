#include "sim/claims/brownfield.hpp"
#include "core/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace aif::sim {
namespace {

constexpr double kVoltageForPower = 30e3;   // above this a rack wants 400 V class feeds: three-phase 208 V circuits end at about 60 A x 208 V x 1.73 x 0.8 = 17 kW, two of them a rack
constexpr double kHighVoltage = 400;
constexpr double kOwnWork = 0.98;           // direct air or liquid splits are nominal: a two percent excess is not refused

// Watts of heat to the air that a watt of IT makes.
double air_frac(RackParams const& rack) { return 1 - rack.liquid_fraction; }

void choose_retrofit(Refusal& c, std::vector<RetrofitParams> const& retrofits, double racks) {
  c.cost_usd = std::numeric_limits<double>::infinity();
  bool const whole_hall = c.subsystem == "hall_power" || c.subsystem == "hall_heat" || c.subsystem == "liquid";
  for (std::size_t i = 0; i < retrofits.size(); ++i) {
    auto const& r = retrofits[i];
    if (r.subsystem != c.subsystem || (r.up_to > 0 && r.up_to < c.need)) continue;
    double const added = c.unit == "W" ? std::max(0.0, c.need - c.limit) * (whole_hall ? 1 : racks) : 0;
    double const cost = r.fixed_usd + r.cost_usd_per_w * added + r.cost_usd_per_rack * racks;
    if (cost < c.cost_usd) c.cost_usd = cost, c.time_s = r.time_s, c.retrofit = static_cast<int>(i);
  }
  if (c.retrofit < 0) c.cost_usd = 0;
}

}  // namespace

BrownfieldOutcome check_hall(HallLimits const& h, RackParams const& rack, double racks, std::vector<RetrofitParams> const& retrofits) {
  double const w = rack.design_power_w, all_w = racks * w;
  BrownfieldOutcome out;
  auto const check = [&](std::string subsystem, double need, double limit, std::string unit) {
    Refusal c{std::move(subsystem), std::move(unit), need, limit, kOwnWork * need > limit, -1, 0, 0};
    if (c.refused) {
      choose_retrofit(c, retrofits, racks);
      out.mendable = out.mendable && c.retrofit >= 0;
      out.cost_usd += c.cost_usd;
      out.time_s = std::max(out.time_s, c.time_s);
    }
    out.checks.push_back(std::move(c));
  };
  check("positions", racks, h.positions, "1");
  check("feed", w, h.position_power_w, "W");
  check("voltage", w > kVoltageForPower ? kHighVoltage : 0, h.voltage_v, "V");
  check("air", w * air_frac(rack), h.air_per_position_w, "W");
  if (rack.liquid_fraction > 0) check("liquid", all_w * rack.liquid_fraction, h.liquid_w, "W");
  if (rack.footprint_m2 > 0) check("floor", rack.mass_kg / rack.footprint_m2, h.floor_kg_m2, "kg/m2");
  check("hall_power", all_w, h.power_w, "W");
  check("hall_heat", all_w, h.cooling_w, "W");
  out.accepted = std::none_of(out.checks.begin(), out.checks.end(), [](auto const& c) { return c.refused; });

  // As it stands: whole racks if a position can hold one, else none; and the same accelerators spread over positions as air-cooled
  // servers, each position filled to what its circuits and its air allow.
  bool position_ok = true;
  for (auto const& c : out.checks)
    if (c.subsystem == "feed" || c.subsystem == "voltage" || c.subsystem == "air" || c.subsystem == "floor") position_ok = position_ok && !c.refused;
  if (rack.liquid_fraction > 0 && h.liquid_w <= 0) position_ok = false;
  double const by_hall = std::floor(std::min({h.positions, h.power_w / w, h.cooling_w / w, rack.liquid_fraction > 0 ? h.liquid_w / (w * rack.liquid_fraction) : h.positions}));
  out.racks_as_is = position_ok ? std::max(0.0, std::min(racks, by_hall)) : 0;
  double const position_w = std::min(h.position_power_w, h.air_per_position_w), spread_w = std::min({h.positions * position_w, h.power_w, h.cooling_w});
  out.devices_frac_as_is = std::clamp(spread_w / all_w, out.racks_as_is / racks, 1.0);
  return out;
}

StudyResult run_study(BrownfieldStudy const& study) {
  auto const out = check_hall(study.hall, study.rack, study.racks, study.retrofits);
  StudyResult r;
  r.id = study.id, r.type = std::string(study.type_name), r.title = study.title.empty() ? fmt::format("May {} move into {}?", study.rack.title, study.hall.title) : study.title;
  StudyTable t{"checks", "What the hall says", "Needs are of one position, or of all racks for hall power, hall heat, liquid and positions.", {"subsystem", "need", "limit", "unit", "verdict", "retrofit", "cost", "time"}, {"", "1", "1", "", "", "", "USD", "week"}, {}};
  std::string refusing, works;
  double refused = 0;
  for (auto const& c : out.checks) {
    std::string const mend = !c.refused ? "" : c.retrofit < 0 ? "none is known" : study.retrofits[static_cast<std::size_t>(c.retrofit)].title.empty() ? study.retrofits[static_cast<std::size_t>(c.retrofit)].id : study.retrofits[static_cast<std::size_t>(c.retrofit)].title;
    t.rows.push_back({cell(c.subsystem), cell(c.need), cell(c.limit), cell(c.unit), cell(std::string(c.refused ? "refuses" : "accepts")), cell(mend), c.refused ? cell(c.cost_usd) : cell(std::string()), c.refused ? cell(c.time_s / kWeek) : cell(std::string())});
    r.add("refuses." + c.subsystem, c.refused ? 1 : 0, "1", "1 where this subsystem of the hall refuses the racks.");
    if (!c.refused) continue;
    ++refused;
    refusing += (refusing.empty() ? "" : ", ") + c.subsystem;
    if (!mend.empty()) works += (works.empty() ? "" : ", ") + mend;
  }
  r.tables.push_back(std::move(t));
  r.add("refusals", refused, "1", "Subsystems that refuse.");
  r.add("retrofit.cost", out.mendable ? out.cost_usd : std::numeric_limits<double>::quiet_NaN(), "USD", "Cost of the cheapest set of retrofits that accepts all racks.");
  r.add("retrofit.time", out.mendable ? out.time_s / kWeek : std::numeric_limits<double>::quiet_NaN(), "week", "Its time, all works side by side.");
  r.add("racks_as_is", out.racks_as_is, "1", "Racks that the hall takes as it stands.");
  r.add("devices_as_is", out.devices_frac_as_is, "1", "Share of the accelerators' power that the hall could feed and cool spread over its positions as air-cooled servers.");
  r.verdict = out.accepted ? fmt::format("The hall takes {:.0f} of {} as it stands.", study.racks, study.rack.title)
              : out.mendable ? fmt::format("{} refuse{}. The smallest retrofit: {}; {:.1f} million USD and {:.0f} weeks. As it stands the hall feeds and cools {:.0f} % of these accelerators.", refusing, refused > 1 ? "" : "s", works, out.cost_usd / 1e6, out.time_s / kWeek, 100 * out.devices_frac_as_is)
                             : fmt::format("{} refuse{}, and no known retrofit lifts all of it. As it stands the hall feeds and cools {:.0f} % of these accelerators.", refusing, refused > 1 ? "" : "s", 100 * out.devices_frac_as_is);
  r.notes = {"Doors, lifts, cable ways, fire protection and permits are neglected."};
  judge(r, study.expectations);
  return r;
}

}  // namespace aif::sim
