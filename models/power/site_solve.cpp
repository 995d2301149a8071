#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/power/site.hpp"

namespace aif::power {
namespace {

// One or eight windows at once. All in watts and var; voltages per unit.
template <class V>
struct Flow {
  V it_w, ups_out_w, ups_out_var, ups_in_w, mechanical_w, other_w, inject_w, on_utility;
  std::array<V, kStages> loss_w;
  V import_w, import_var, main_va2, block_va2, cable_va2, ups_loading, mechanical_va2, lowest_v2, row_loading;
  std::array<V, kMaxGroups> rack_w;
  int row = 0;
};

template <class V>
void gather(SitePower const& site, SitePowerInputs const* inputs, std::size_t count, Flow<V>& f, std::array<V, kMaxGroups>& delivered) {
  for (std::size_t i = 0; i < kWidth<V>; ++i) {
    auto const& in = inputs[std::min(i, count - 1)];
    set_lane(f.on_utility, i, on_utility(site, in) ? 1.0 : 0.0);
    for (std::size_t g = 0; g < site.groups.size(); ++g) {
      set_lane(f.rack_w[g], i, in.it_rack_w[g]);
      set_lane(delivered[g], i, in.delivered_frac[g]);
    }
    set_lane(f.mechanical_w, i, in.mechanical_w);
    set_lane(f.other_w, i, in.other_w);
  }
}

// Racks and rows up to the UPS output, then the UPS: no voltages needed, each stage is a polynomial in watts.
template <class V>
void rack_side(SitePower const& site, std::array<V, kMaxGroups> const& delivered, Flow<V>& f) {
  V const zero = V(0.0);
  f.it_w = f.ups_out_var = zero;
  f.row_loading = zero;
  f.lowest_v2 = V(1.0);
  V row_loss = zero, rectifier_loss = zero;
  auto const& rectifier = site.params.plant.distribution.rectifier;
  double const paths = site.params.plant.distribution.busway.paths;
  for (std::size_t g = 0; g < site.groups.size(); ++g) {
    auto const& path = site.groups[g];
    V const it = f.rack_w[g] * delivered[g] * (path.racks * site.fed_frac);
    // Delivered racks fill whole runs, so a run in use carries its full number of racks.
    V const run_w = f.rack_w[g] * (path.racks_per_run / paths);
    V const runs = delivered[g] * (path.runs * site.fed_frac);
    V const loss_of_run = path.row.c2_per_w * run_w * run_w * (1.0 + path.row.c3_per_w * run_w), loss = runs * loss_of_run;
    V const end_v = 1.0 - run_w * (path.row.d1_per_w + run_w * path.row.d2_per_w);
    f.it_w += it;
    row_loss += loss;
    V drawn_w = it;
    if (path.rectifier_w > 0) {
      V const dc_w = run_w + loss_of_run, x = dc_w / path.rectifier_w;
      V const lost_w = runs * (path.rectifier_w * (rectifier.loss_a0 + x * (rectifier.loss_a1 + x * rectifier.loss_a2)));
      rectifier_loss += lost_w;
      drawn_w += loss + lost_w;
    }
    f.ups_out_var += drawn_w * path.tan_phi;
    f.row_loading = higher_of(f.row_loading, f.rack_w[g] / path.row_cap_w);
    f.lowest_v2 = lower_of(f.lowest_v2, end_v * end_v);
  }
  f.loss_w[static_cast<std::size_t>(Stage::busway)] = row_loss;
  f.loss_w[static_cast<std::size_t>(Stage::rectifier)] = rectifier_loss;
  f.ups_out_w = f.it_w + row_loss + rectifier_loss;
}

// UPS of each block class, as loads (per unit, of one unit transformer) on the low-voltage nodes.
template <class V>
void ups_loads(SitePower const& site, Flow<V>& f, V* p, V* q) {
  V const zero = V(0.0);
  auto const& ups = site.params.plant.ups;
  double const rating = ups.rated_power_w;
  V ups_loss = zero;
  f.ups_in_w = f.ups_loading = zero;
  for (auto const& c : site.classes) {
    V const out_w = f.ups_out_w * c.load_share;
    V const x = out_w / (c.ups_units * rating);
    V loss = c.ups_units * rating * (site.ups_curve.a0 + x * (site.ups_curve.a1 + x * site.ups_curve.a2));
    V in_var = site.ups_input_tan_phi >= 0 ? (out_w + loss) * site.ups_input_tan_phi : f.ups_out_var * c.load_share;
    if (ups.mode == UpsMode::eco)
      for (std::size_t i = 0; i < kWidth<V>; ++i)
        if (lane(f.on_utility, i) < 0.5 || lane(x, i) < ups.eco_min_load_frac) {  // outside its window a module converts twice
          double const xi = lane(x, i), pf = ups.input_power_factor, lost_w = c.ups_units * rating * (ups.loss_a0 + xi * (ups.loss_a1 + xi * ups.loss_a2));
          set_lane(loss, i, lost_w);
          set_lane(in_var, i, (lane(out_w, i) + lost_w) * std::sqrt(1 / (pf * pf) - 1));
        }
    V const in_w = out_w + loss;
    auto const node = static_cast<std::size_t>(c.low_voltage_node);
    double const to_pu = 1 / (site.base_va * c.transformer_units);
    p[node] = in_w * to_pu;
    q[node] = in_var * to_pu;
    ups_loss += c.blocks * loss;
    f.ups_in_w += c.blocks * in_w;
    f.ups_loading = higher_of(f.ups_loading, x);
  }
  f.loss_w[static_cast<std::size_t>(Stage::ups)] = ups_loss;
}

// Network above the UPS: fixed number of sweeps from flat voltages, so a lane does not depend on its neighbours.
template <class V>
void sweep_site(SitePower const& site, Flow<V>& f) {
  auto const& net = site.network;
  std::size_t const n = net.size();
  V const zero = V(0.0);
  V p[kMaxSiteNodes], q[kMaxSiteNodes], u[kMaxSiteNodes], inverse_u[kMaxSiteNodes], bp[kMaxSiteNodes], bq[kMaxSiteNodes];
  for (std::size_t i = 0; i < n; ++i) p[i] = q[i] = zero, u[i] = V(1.0);
  RadialArrays<V> const a{p, q, u, inverse_u, bp, bq};
  ups_loads(site, f, p, q);
  double const to_pu = 1.0 / site.base_va;
  auto const mv = static_cast<std::size_t>(site.mv_node), mech = static_cast<std::size_t>(site.mechanical_node);
  double const mech_pf = site.params.plant.mechanical.power_factor;
  p[mech] = f.mechanical_w * (to_pu / site.mechanical_units);
  q[mech] = p[mech] * std::sqrt(1 / (mech_pf * mech_pf) - 1);
  p[mv] += (f.other_w - f.inject_w) * to_pu;
  q[mv] += zero - site.params.utility.correction_var * to_pu;
  start<V>(net, a);
  for (int k = 0; k < site.sweeps; ++k) {
    backward<V>(net, a);
    forward<V>(net, a);
  }
  backward<V>(net, a);

  auto stage_loss = [&](std::size_t i) { return branch_loss<V>(net, a, i) * (net.total_copies[i] * site.base_va); };
  auto sending_va2 = [&](std::size_t i) { return bp[i] * bp[i] + bq[i] * bq[i]; };
  V cable = zero, unit = zero;
  f.block_va2 = f.cable_va2 = zero;
  for (auto const& c : site.classes) {
    auto const pad = static_cast<std::size_t>(c.pad_node), low = static_cast<std::size_t>(c.low_voltage_node);
    cable += stage_loss(pad);
    unit += stage_loss(low);
    f.lowest_v2 = lower_of(f.lowest_v2, u[low]);
    // Ratings are currents at rated voltage: apparent power over the voltage at the sending end.
    f.block_va2 = higher_of(f.block_va2, sending_va2(low) / u[pad] * (c.transformer_units * c.transformer_units));
    f.cable_va2 = higher_of(f.cable_va2, sending_va2(pad) / u[mv]);
  }
  f.loss_w[static_cast<std::size_t>(Stage::cable)] = cable;
  f.loss_w[static_cast<std::size_t>(Stage::unit_transformer)] = unit;
  f.loss_w[static_cast<std::size_t>(Stage::mechanical_supply)] = stage_loss(mech);
  f.loss_w[static_cast<std::size_t>(Stage::main_transformer)] = site.main_branch > 0 ? stage_loss(static_cast<std::size_t>(site.main_branch)) : zero;
  f.loss_w[static_cast<std::size_t>(Stage::battery)] = zero;
  f.mechanical_va2 = sending_va2(mech) / u[mv] * (site.mechanical_units * site.mechanical_units);
  f.main_va2 = site.main_branch > 0 ? sending_va2(mv) : zero;
  f.lowest_v2 = lower_of(f.lowest_v2, u[mv]);
  f.import_w = bp[0] * site.base_va;
  f.import_var = bq[0] * site.base_va;
}

double active_blocks(SitePower const& site) {  // a catcher that idles carries nothing
  double n = 0;
  for (auto const& c : site.classes) n += c.load_share > 0 ? c.blocks : 0;
  return n;
}

double import_limit(SitePower const& site, SitePowerInputs const& in) { return std::min(site.elements[kImport].limit, in.import_limit_w); }

// Solar first, then gas by its duty, up to what the board takes: nothing is exported. `need_w` is what the board would draw from the main transformers,
// `over_w` the part of the import above its limit.
struct Generation {
  double solar_w = 0, gas_w = 0, gas_fuel_w = 0, fuel_usd_s = 0, fuel_kg_s = 0;
  double w() const { return solar_w + gas_w; }
};
Generation generate(SitePower const& site, SitePowerInputs const& in, double need_w, double over_w) {
  Generation out;
  out.solar_w = std::clamp(need_w, 0.0, in.solar_w);
  std::size_t plant = 0;
  for (auto const& source : site.params.onsite) {
    auto const* gas = std::get_if<GasParams>(&source);
    if (!gas) continue;
    double const room_w = std::max(need_w - out.w(), 0.0);
    bool const all = !on_utility(site, in) || gas->duty == GasDuty::base_load || (gas->duty == GasDuty::above_price && in.price_usd_j > gas->heat_slope * gas->fuel_usd_per_j);
    GasRun const run = run_gas(*gas, all ? room_w : over_w - out.w(), site.gas_w[plant++], room_w);
    out.gas_w += run.power_w, out.gas_fuel_w += run.fuel_w;
    out.fuel_usd_s += run.fuel_w * gas->fuel_usd_per_j, out.fuel_kg_s += run.fuel_w * gas->fuel_kg_per_j;
  }
  return out;
}

// Diesel burnt by the generators at w, split by installed power.
void burn(SitePower const& site, double w, double dt_s, SitePowerOutputs& out) {
  double installed_w = 0;
  for (auto const& source : site.params.onsite)
    if (auto const* g = std::get_if<GeneratorParams>(&source)) installed_w += g->units * g->power_w;
  for (auto const& source : site.params.onsite)
    if (auto const* g = std::get_if<GeneratorParams>(&source)) {
      double const litres = plant_fuel_l_per_h(*g, w * g->units * g->power_w / installed_w) * dt_s / 3600;
      out.fuel_l += litres, out.fuel_usd += litres / 1000 * g->fuel_usd_m3, out.fuel_kg += litres / 1000 * g->fuel_kg_m3;
    }
}

// What the battery is asked for: hold the import within limit and monthly target, and its change within the ramp limit where the plant is
// there for smoothing; recharge below the target.
double battery_request(SitePower const& site, SitePowerState& s, SitePowerInputs const& in, double import_w, double dt_s) {
  auto const& battery = site.battery;
  if (battery.power_w <= 0) return 0;
  if (!on_utility(site, in)) return std::max(import_w - site.generator_w, 0.0);
  double ceiling = import_limit(site, in);
  if (s.month != in.month) s.peak_target_w = battery.peak_target_w;
  s.month = in.month;
  if (battery.peak_target_w > 0) ceiling = std::min(ceiling, s.peak_target_w);
  // Below the ceiling there is room to charge; 2 % is left so that charging never makes the peak.
  double request = import_w > ceiling ? import_w - ceiling : -std::max(0.98 * ceiling - import_w, 0.0);
  if (double const ramp = site.params.utility.ramp_limit_w_s; ramp > 0 && s.dispatched_w >= 0 && battery.has(BatteryRole::smoothing)) {
    double const fall = import_w - (s.dispatched_w - ramp * dt_s), rise = import_w - (s.dispatched_w + ramp * dt_s);
    request = import_w > ceiling ? request : std::clamp(request, std::min(rise, fall), std::max(rise, fall));
  }
  return request;
}

// Scalars of one lane: sources, limits, verdicts.
template <class V>
SitePowerOutputs finish(SitePower const& site, SitePowerState& s, SitePowerInputs const& in, Flow<V> const& f, std::size_t i, Generation own, BatteryOutputs const& battery, double dt_s) {
  SitePowerOutputs out;
  double const sources_w = lane(f.import_w, i);
  out.it_w = lane(f.it_w, i);
  out.mechanical_w = in.mechanical_w;
  out.other_w = in.other_w;
  out.battery_w = battery.ac_w;
  out.battery_store_w = battery.store_w;
  for (std::size_t k = 0; k < kStages; ++k) out.loss_w[k] = lane(f.loss_w[k], i);
  out.loss_w[static_cast<std::size_t>(Stage::battery)] = battery.loss_w;
  double generators_w = 0;
  if (on_utility(site, in)) {
    double const limit = import_limit(site, in);
    generators_w = site.generators_curtail ? std::min(std::max(sources_w - limit, 0.0), site.generator_w) : 0.0;
    out.utility_w = sources_w - generators_w;
    out.over_limit_w = std::max(out.utility_w - limit, 0.0);
    out.utility_var = lane(f.import_var, i);
  } else {
    // Who holds the board takes what its second sweep changed: gas where it runs and has room, else the generators; solar gives less where both stand still.
    double const gas_room_w = own.gas_w > 0 ? std::accumulate(site.gas_w.begin(), site.gas_w.end(), 0.0) - own.gas_w : 0.0;
    double const to_gas_w = own.gas_w > 0 ? std::clamp(sources_w, -own.gas_w, gas_room_w) : 0.0;
    double const to_solar_w = own.gas_w > 0 ? 0.0 : std::min(sources_w, 0.0);
    own.gas_w += to_gas_w, own.solar_w += to_solar_w;
    generators_w = sources_w - to_gas_w - to_solar_w;
    out.over_limit_w = std::max(generators_w - site.generator_w, 0.0);
  }
  if (generators_w > 0) burn(site, generators_w, dt_s, out);
  out.solar_w = own.solar_w, out.gas_w = own.gas_w, out.generator_w = generators_w + own.w();
  out.solar_unused_w = in.solar_w - own.solar_w;
  out.gas_fuel_j = own.gas_fuel_w * dt_s;
  out.fuel_usd += own.fuel_usd_s * dt_s, out.fuel_kg += own.fuel_kg_s * dt_s;
  double const blocks = active_blocks(site);
  auto consider = [&](double value, int index) {
    double const loading = value / site.elements[static_cast<std::size_t>(index)].limit;
    if (loading > out.highest_loading) out.highest_loading = loading, out.highest_element = index;
  };
  consider(out.utility_w, kImport);
  consider(std::hypot(out.utility_w, out.utility_var), kImportApparent);
  consider(std::sqrt(lane(f.main_va2, i)) * site.base_va, kMainTransformer);
  consider(std::sqrt(lane(f.cable_va2, i)) * site.base_va * blocks, kCable);
  consider(std::sqrt(lane(f.block_va2, i)) * site.base_va * blocks, kUnitTransformer);
  consider(lane(f.ups_out_w, i), kUps);
  consider(out.it_w, kBlocks);
  consider(std::sqrt(lane(f.mechanical_va2, i)) * site.base_va, kMechanicalTransformer);
  for (std::size_t g = 0; g < site.groups.size(); ++g) consider(in.it_rack_w[g] * (in.delivered_frac[g] > 0 ? 1.0 : 0.0), kFirstRow + static_cast<int>(g));
  out.lowest_voltage_pu = std::sqrt(lane(f.lowest_v2, i));
  if (s.last_import_w >= 0) out.import_ramp_w_s = (out.utility_w - s.last_import_w) / dt_s;
  s.last_import_w = out.utility_w;
  // Sources from the slack current, sinks element by element.
  double sinks = out.it_w + out.mechanical_w + out.other_w;
  for (double loss : out.loss_w) sinks += loss;
  out.residual_w = out.utility_w + out.generator_w + out.battery_store_w - sinks;
  return out;
}

template <class V>
void solve(SitePower const& site, SitePowerState& state, SitePowerInputs const* inputs, std::size_t count, double dt_s, SitePowerOutputs* outputs) {
  Flow<V> flow;
  std::array<V, kMaxGroups> delivered;
  gather<V>(site, inputs, count, flow, delivered);
  flow.inject_w = V(0.0);
  rack_side<V>(site, delivered, flow);
  V const row_v2 = flow.lowest_v2;
  sweep_site<V>(site, flow);
  // Dispatch is the sequential part; then a second sweep where something feeds the board. Lanes without it repeat the same bits.
  Generation own[kWidth<V>];
  BatteryOutputs battery[kWidth<V>];
  bool acts = false;
  if (site.battery.power_w > 0 || site.has_generation) {
    for (std::size_t i = 0; i < count; ++i) {
      bool const utility = on_utility(site, inputs[i]);
      double import_w = lane(flow.import_w, i);
      if (site.has_generation) {
        double const main_w = lane(flow.loss_w[static_cast<std::size_t>(Stage::main_transformer)], i);
        own[i] = generate(site, inputs[i], import_w - main_w, utility ? import_w - import_limit(site, inputs[i]) : import_w);
        import_w -= own[i].w();
      }
      if (site.battery.power_w > 0) {
        battery[i] = step(site.battery, state.battery, battery_request(site, state, inputs[i], import_w, dt_s), dt_s, !utility);
        state.dispatched_w = utility ? import_w - battery[i].ac_w : -1.0;
        if (site.battery.peak_target_w > 0 && utility) state.peak_target_w = std::max(state.peak_target_w, import_w - battery[i].ac_w);
      }
      double const inject_w = own[i].w() + battery[i].ac_w;
      set_lane(flow.inject_w, i, inject_w);
      acts = acts || inject_w != 0;
    }
    if (acts) {
      flow.lowest_v2 = row_v2;
      sweep_site<V>(site, flow);
    }
  }
  for (std::size_t i = 0; i < count; ++i) outputs[i] = finish(site, state, inputs[i], flow, i, own[i], battery[i], dt_s);
}

}  // namespace

double onsite_w(SitePower const& site, SitePowerState const& state, SitePowerInputs const& in, double dt_s) {
  bool const utility = on_utility(site, in);
  double sum = in.solar_w + (utility && site.generators_curtail ? site.generator_w : 0.0);
  for (double w : site.gas_w) sum += w;
  if (site.battery.power_w > 0) {
    BatteryState scratch = state.battery;
    sum += step(site.battery, scratch, site.battery.power_w, dt_s, !utility).ac_w;
  }
  return sum;
}

SitePowerState without_stores(SitePower const& site, SitePowerState state) {
  auto const& b = site.battery;
  state.battery.energy_j = std::min(state.battery.energy_j, state.battery.capacity_frac * b.energy_j * b.soc_min_frac);
  return state;
}

SitePowerOutputs solve_window(SitePower const& site, SitePowerState& state, SitePowerInputs const& inputs, double dt_s) {
  SitePowerOutputs out;
  solve<double>(site, state, &inputs, 1, dt_s, &out);
  return out;
}

void solve_block(SitePower const& site, SitePowerState& state, std::span<SitePowerInputs const> inputs, double dt_s, std::span<SitePowerOutputs> outputs) {
  for (std::size_t at = 0; at < inputs.size(); at += kLanes)
    solve<Lanes>(site, state, inputs.data() + at, std::min(kLanes, inputs.size() - at), dt_s, outputs.data() + at);
}

}  // namespace aif::power
