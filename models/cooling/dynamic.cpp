#include "models/cooling/dynamic.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "models/cooling/exchangers.hpp"
#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

// States: temperatures of the volumes, the power that devices draw, and the energy that came in less what left.
enum State { plate, rack, loop_back, loop_supply, facility_supply, facility_back, chilled, air, mass, power, energy, kStates };
constexpr int kWidth = 12;  // whole vector registers; the last entry stays zero
using Vector = Eigen::Matrix<double, kWidth, 1>;
using Matrix = Eigen::Matrix<double, kWidth, kWidth>;
static_assert(kStates <= kWidth);

constexpr double kCoastTau = 3, kRampTau = 8, kValveTau = 1;  // s: pumps 2-5, drives 10-30 to full, valves some seconds (assumption)
constexpr double kGamma = 1.7071067811865476;                       // ROS2, 1 + 1/sqrt(2): L-stable
constexpr double kThrottleBand = 3;  // K: assumption
constexpr double kNaturalFlow = 0.01;                               // of rated, by buoyancy and conduction: assumption
constexpr double kTolerance = 2e-3, kShortestStep = 1e-7, kWater = 4180.0;

// Share of rated flow or duty of one machine class at time t: coast-down 1/(1 + t/tau) after a stop, exponential ramp after a return.
double running(std::vector<FaultEvent> const& events, CoolingFault fault, bool on_ups, double t) {
  double share = 1;
  for (auto const& e : events) {
    bool const hit = e.fault == fault || (e.fault == CoolingFault::power_loss && !on_ups);
    if (!hit || t < e.at_s) continue;
    double const coast = 1 / (1 + (std::min(t, e.back_s) - e.at_s) / kCoastTau);
    double const lost = t < e.back_s ? coast : coast + (1 - coast) * (1 - std::exp(-(t - e.back_s) / kRampTau));
    share = std::min(share, 1 - e.lost_frac * (1 - lost));
  }
  return share;
}

// Flow that k of n pumps give when the others stop: pump curve 1.25 - 0.25 q^2 of duty against a square law (assumption: usual steepness).
double remaining_flow(double pumps_frac) {
  if (pumps_frac <= 0) return 0;
  return std::sqrt(1.25 / (0.25 / (pumps_frac * pumps_frac) + 1));
}

struct Model {
  TransientParams const& p;
  std::vector<FaultEvent> const& events;
  double heat_capacity, coolant_w_k, facility_w_k, cdu_ua, rejection_w_k, air_w_k, coil_w_k, chilled_w_k, facility_set;
  bool tripped = false;  // latched: devices that switched off stay off

  Model(TransientParams const& params, std::vector<FaultEvent> const& list) : p(params), events(list) {
    heat_capacity = heat_capacity_j_kg_k(p.fluid, p.supply_set_c);
    coolant_w_k = p.coolant_kg_s * heat_capacity;
    facility_w_k = coolant_w_k;  // balanced exchanger at rating
    double const rise = p.liquid_w / coolant_w_k;
    cdu_ua = counterflow_ntu(rise / (rise + p.cdu_approach_k), 1.0) * coolant_w_k;
    facility_set = p.supply_set_c - p.cdu_approach_k;
    rejection_w_k = p.liquid_w / (facility_set + rise - p.ambient_c);  // heat per kelvin between facility return and outdoor air
    air_w_k = p.air_w / 12;                                            // 12 K rise over the rack
    coil_w_k = p.air_w / (p.air_set_c + 12 - p.chilled_set_c);
    chilled_w_k = p.air_w / 7;
  }

  double plate_conductance(double flow_frac) const {
    double const each = std::max(flow_frac, 1e-4) * p.coolant_kg_s / p.devices;
    return p.devices / (p.r_fixed_k_per_w + p.r_flow_k_per_w * std::pow(each, -p.r_flow_exponent));
  }
  double coolant_flow(double t) const {
    double open = 1;
    for (auto const& e : events)
      if (e.fault == CoolingFault::loop_shut && t > e.at_s) open *= t < e.back_s ? std::exp(-(t - e.at_s) / kValveTau) : 1 - std::exp(-(t - e.back_s) / kRampTau);
    return std::max(remaining_flow(running(events, CoolingFault::cdu_pump_trip, p.pumps_on_ups, t)) * open, kNaturalFlow);
  }
  bool control_failed(double t) const {
    return std::any_of(events.begin(), events.end(), [&](auto const& e) { return e.fault == CoolingFault::control_failure && t >= e.at_s && t < e.back_s; });
  }

  Vector capacities() const {
    Vector c;
    c << p.plate_j_k, p.coolant_kg * heat_capacity, 0.5 * p.loop_kg * heat_capacity, 0.5 * p.loop_kg * heat_capacity,
        (0.5 * p.facility_kg + p.buffer_kg) * kWater, 0.5 * p.facility_kg * kWater, p.chilled_kg * kWater, p.room_air_j_k, p.room_mass_j_k, 1, 1, 1;
    return c;
  }

  Vector rates(double t, Vector const& y) const {
    double const flow = coolant_flow(t), c = flow * coolant_w_k;
    double const facility = std::max(remaining_flow(running(events, CoolingFault::facility_pump_trip, p.facility_pumps_on_ups, t)), kNaturalFlow) * facility_w_k;
    double const rejecting = running(events, CoolingFault::rejection_trip, false, t), chilling = running(events, CoolingFault::chiller_trip, false, t);
    double const fans = running(events, CoolingFault::air_fan_trip, p.air_fans_on_ups, t);
    double const liquid_in = p.liquid_w * y[power], air_in = p.air_w * y[power];
    double const to_coolant = plate_conductance(flow) * (y[plate] - y[rack]);
    double const leaving = 2 * c * (y[rack] - y[loop_supply]);  // mean coolant temperature: the outlet is twice as far from the inlet
    double const back = y[loop_supply] + leaving / c;
    double const smaller = std::min(c, facility), larger = std::max(c, facility);
    double const ua = cdu_ua * 2 / (std::pow(flow, -0.8) + std::pow(facility / facility_w_k, -0.8));
    double crossing = counterflow_effectiveness(ua / smaller, smaller / larger) * smaller * (y[loop_back] - y[facility_supply]);
    // The valve gives no more cooling than the set point asks; without control it stands open.
    if (!control_failed(t)) crossing = std::min(crossing, c * std::max(y[loop_back] - p.supply_set_c, 0.0));
    double const rejected_full = rejection_w_k * (facility / facility_w_k) * (y[facility_back] - p.ambient_c);
    double const rejected = std::max(rejecting, 0.05) * std::max(std::min(rejected_full, facility * (y[facility_back] - facility_set)), 0.0);
    double const coil = fans * coil_w_k * std::max(y[air] + 12 - y[chilled], 0.0), chilled_out = chilling * std::max(chilled_w_k * (y[chilled] - p.chilled_set_c) + p.air_w * chilled_share(y), 0.0);
    double const to_mass = p.room_mass_w_k * (y[air] - y[mass]);
    // Clocks come down over a band of temperature; a hard edge would only make the solver chatter along it.
    double const over = std::clamp((y[plate] - p.throttle_case_c) / kThrottleBand, 0.0, 1.0);
    double const wanted = tripped ? 0.0 : 1 - over * (1 - p.throttled_power_frac);
    Vector d = Vector::Zero();
    d[plate] = liquid_in - to_coolant;
    d[rack] = to_coolant - leaving;
    d[loop_back] = c * (back - y[loop_back]);
    d[loop_supply] = c * (y[loop_back] - y[loop_supply]) - crossing;
    d[facility_supply] = facility * (y[facility_back] - y[facility_supply]) - rejected;
    d[facility_back] = facility * (y[facility_supply] - y[facility_back]) + crossing;
    d[chilled] = coil - chilled_out;
    d[air] = air_in - coil - to_mass;
    d[mass] = to_mass;
    d[power] = (std::min(wanted, y[power]) - y[power]) / p.throttle_tau_s;  // falls when throttled, does not come back within the event
    d[energy] = liquid_in + air_in - rejected - chilled_out;
    return d;
  }
  double chilled_share(Vector const& y) const { return y[chilled] > p.chilled_set_c - 1 ? 1.0 : 0.0; }
};

Vector steady_start(Model const& m) {
  TransientParams const& p = m.p;
  double const rise = p.liquid_w / m.coolant_w_k;
  Vector y = Vector::Zero();
  y[loop_supply] = p.supply_set_c, y[loop_back] = p.supply_set_c + rise, y[rack] = p.supply_set_c + 0.5 * rise;
  y[plate] = y[rack] + p.liquid_w / m.plate_conductance(1);
  y[facility_supply] = m.facility_set, y[facility_back] = m.facility_set + rise;
  y[chilled] = p.chilled_set_c, y[air] = p.air_set_c, y[mass] = p.air_set_c, y[power] = 1, y[energy] = 0;
  return y;
}

struct Stepper {
  Model const& model;
  Vector inverse_capacity;
  Vector slope(double t, Vector const& y) const { return model.rates(t, y).cwiseProduct(inverse_capacity); }

  Matrix jacobian(double t, Vector const& y, Vector const& f) const {
    Matrix j;
    for (int k = 0; k < kWidth; ++k) {
      Vector moved = y;
      double const delta = k == power ? 1e-6 : 1e-4;
      moved[k] += delta;
      j.col(k) = (slope(t, moved) - f) / delta;
    }
    return j;
  }
  // One step; `error` in K.
  Vector step(double t, Vector const& y, double h, double& error) const {
    Vector const f = slope(t, y);
    Eigen::PartialPivLU<Matrix> const lu(Matrix::Identity() - kGamma * h * jacobian(t, y, f));
    Vector const k1 = lu.solve(f), k2 = lu.solve(slope(t + h, y + h * k1) - 2 * k1);
    Vector const change = 0.5 * h * (k1 + k2);
    error = 0;
    for (int k = 0; k < power; ++k) error = std::isfinite(change[k]) ? std::max(error, std::abs(change[k])) : change[k];
    return y + 1.5 * h * k1 + 0.5 * h * k2;
  }
};

void check(TransientParams const& p, std::vector<FaultEvent> const& events, double duration_s, double sample_s) {
  auto const bad = [](char const* what) { refuse("AF2212", "cooling.transient", what, "give positive masses, flows and times, and fractions from 0 to 1"); };
  for (auto const& e : events)
    if (!(e.lost_frac >= 0 && e.lost_frac <= 1 && e.at_s >= 0 && e.back_s >= e.at_s)) bad("an event loses a share outside 0..1, or ends before it begins");
  if (!(duration_s > 0 && sample_s > 0)) bad("the run has no length");
  if (!(p.coolant_kg_s > 0 && p.coolant_kg > 0 && p.plate_j_k > 0 && p.loop_kg > 0 && p.facility_kg > 0 && p.chilled_kg > 0 && p.room_air_j_k > 0 && p.room_mass_j_k > 0 && p.liquid_w > 0 && p.air_w >= 0 && p.devices > 0))
    bad("a volume, flow or heat of the transient is not positive");
  if (p.ambient_c + 1 >= p.supply_set_c - p.cdu_approach_k + p.liquid_w / (p.coolant_kg_s * heat_capacity_j_kg_k(p.fluid, p.supply_set_c)))
    bad("outdoor air is too warm for a steady state before the event");
}

}  // namespace

TransientResult run_transient(TransientParams const& params, std::vector<FaultEvent> const& events, double duration_s, double sample_s) {
  check(params, events, duration_s, sample_s);
  Model model(params, events);
  Stepper const stepper{model, model.capacities().cwiseInverse()};
  Vector const start = steady_start(model);
  Vector y = start;
  double const never = std::numeric_limits<double>::infinity();
  double first = never, t = 0, h = 0.05, next_sample = 0, heat_in = 0;
  std::vector<double> stops{duration_s};
  for (auto const& e : events) first = std::min(first, e.at_s), stops.push_back(e.at_s), stops.push_back(e.back_s);
  TransientResult r;
  r.ride_through.seconds_to_throttle_s = r.ride_through.seconds_to_trip_s = never;
  r.highest_case_c = y[plate], r.highest_air_c = y[air];
  auto const sample = [&] { r.course.push_back({t, y[plate], 2 * y[rack] - y[loop_supply], y[loop_supply], y[facility_supply], y[air], model.coolant_flow(t), y[power]}); };
  for (; t < duration_s; ++r.steps) {
    if (t >= next_sample - 1e-9) sample(), next_sample += sample_s;
    double limit = std::min(duration_s, next_sample);
    for (double s : stops)
      if (s > t + 1e-9) limit = std::min(limit, s);
    double const step = std::min(h, limit - t);
    double error = 0;
    Vector const next = stepper.step(t, y, step, error);
    if (!(error <= kTolerance) && step > kShortestStep) {
      h = step * std::clamp(0.9 * std::sqrt(kTolerance / std::max(error, 1e-12)), 0.2, 0.7);
      if (!std::isfinite(error)) h = 0.1 * step;
      continue;
    }
    if (!next.allFinite()) refuse("AF3202", "cooling.transient", "the transient cannot be followed further", "check masses and flows: a volume without mass has no temperature");
    heat_in += 0.5 * step * (y[power] + next[power]) * (params.liquid_w + params.air_w);
    auto const crossing_time = [&](double before, double after, double limit_c) { return t + step * (limit_c - before) / (after - before) - first; };
    auto& ride = r.ride_through;
    if (ride.seconds_to_throttle_s == never && next[plate] >= params.throttle_case_c) ride.seconds_to_throttle_s = crossing_time(y[plate], next[plate], params.throttle_case_c);
    if (ride.seconds_to_trip_s == never && next[plate] >= params.trip_case_c) ride.seconds_to_trip_s = crossing_time(y[plate], next[plate], params.trip_case_c);
    if (ride.seconds_to_trip_s == never && next[air] >= params.air_trip_c) ride.seconds_to_trip_s = crossing_time(y[air], next[air], params.air_trip_c);
    double const rack_j_k = params.plate_j_k + params.coolant_kg * model.heat_capacity;
    if (step > 0.01) r.rack_warming_k_s = std::max(r.rack_warming_k_s, (params.plate_j_k * (next[plate] - y[plate]) + params.coolant_kg * model.heat_capacity * (next[rack] - y[rack])) / rack_j_k / step);
    y = next, t += step;
    model.tripped = model.tripped || y[plate] >= params.trip_case_c || y[air] >= params.air_trip_c;
    r.highest_case_c = std::max(r.highest_case_c, y[plate]), r.highest_air_c = std::max(r.highest_air_c, y[air]);
    if (step >= 0.99 * h || error > 0.1 * kTolerance) h = step * std::clamp(0.9 * std::sqrt(kTolerance / std::max(error, 1e-12)), 0.3, 3.0);
  }
  sample();
  Vector stored = (y - start).cwiseProduct(model.capacities());
  double in_stores = 0;
  for (int k = 0; k < power; ++k) in_stores += stored[k];
  r.balance_residual = (in_stores - y[energy]) / std::max(heat_in, 1.0);
  return r;
}

}  // namespace aif::cooling
