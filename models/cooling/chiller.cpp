#include "models/cooling/chiller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

double biquadratic(std::array<double, 6> const& c, double te, double tc) {
  return c[0] + c[1] * te + c[2] * te * te + c[3] * tc + c[4] * tc * tc + c[5] * te * tc;
}

template <std::size_t N>
std::array<double, N> curve(std::vector<double> const& values, std::array<double, N> const& fallback, char const* key) {
  if (values.empty()) return fallback;
  if (values.size() != N)
    refuse("AF2203", "cooling.plant", fmt::format("`{}` has {} coefficients, not {}", key, values.size(), N),
           "give all of them in the order of the documentation, or leave the curve out");
  std::array<double, N> out;
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

}  // namespace

Chiller Chiller::from_table(CsvTable const& t, std::string_view name) {
  auto const& names = t.column("name");
  auto const at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) {
    std::string const near = did_you_mean(name, names);
    refuse("AF2204", "", fmt::format("{}: no chiller `{}` in this table", t.name(), name), near.empty() ? "the column `name` lists them" : fmt::format("did you mean `{}`?", near));
  }
  auto const row = static_cast<std::size_t>(at - names.begin());
  auto const number = [&](std::string const& column) { return t.numbers(column)[row]; };
  Chiller c;
  c.capacity_w = number("capacity_W"), c.cop = number("cop");
  c.rated_evaporator_c = number("TEvaLvg_nominal_C"), c.rated_condenser_c = number("TConEnt_nominal_C");
  c.part_load_curve.clear();
  for (int i = 1; i <= 6; ++i) {
    c.capacity_curve.push_back(number(fmt::format("capFunT_{}", i)));
    c.eir_curve.push_back(number(fmt::format("EIRFunT_{}", i)));
    if (i <= 3) c.part_load_curve.push_back(number(fmt::format("EIRFunPLR_{}", i)));
  }
  c.part_load_min = number("PLRMin"), c.part_load_min_unload = number("PLRMinUnl"), c.part_load_max = number("PLRMax");
  c.evaporator_min_c = number("TEvaLvgMin_C"), c.evaporator_max_c = number("TEvaLvgMax_C");
  c.condenser_min_c = number("TConEntMin_C"), c.condenser_max_c = number("TConEntMax_C");
  c.motor_heat_frac = number("etaMotor");
  c.condenser = t.at(row, "condenser") == "air" ? Condenser::air : Condenser::water;
  return c;
}

Chiller::Sized::Sized(Chiller const& p)
    : capacity_curve_(curve<6>(p.capacity_curve, {1}, "capacity_curve")),
      eir_curve_(curve<6>(p.eir_curve, {1}, "eir_curve")),
      part_load_(curve<3>(p.part_load_curve, {0, 1, 0}, "part_load_curve")),
      capacity_w_(p.capacity_w), eir_(1 / p.cop), plr_min_(p.part_load_min), plr_unload_(p.part_load_min_unload), plr_max_(p.part_load_max),
      te_min_(p.evaporator_min_c), te_max_(p.evaporator_max_c), tc_min_(p.condenser_min_c), tc_max_(p.condenser_max_c),
      lift_offset_k_(p.lift_offset_k), lift_min_k_(p.lift_min_k), motor_heat_(p.motor_heat_frac) {
  if (p.capacity_curve.empty() && p.eir_curve.empty()) te_min_ = te_max_ = p.rated_evaporator_c, tc_min_ = tc_max_ = p.rated_condenser_c;
  if (te_min_ > te_max_ || tc_min_ > tc_max_)
    refuse("AF2203", "cooling.plant", "the validity box of a chiller's curves is empty (a minimum above its maximum)",
           "swap evaporator_min/max or condenser_min/max");
}

Chiller::Sized::Rating Chiller::Sized::rating_at(double te, double tc) const {
  double const te_in = std::clamp(te, te_min_, te_max_), tc_in = std::clamp(tc, tc_min_, tc_max_);
  Rating r{capacity_w_ * std::max(biquadratic(capacity_curve_, te_in, tc_in), 0.0), eir_ * std::max(biquadratic(eir_curve_, te_in, tc_in), 0.0), false};
  if (te_in == te && tc_in == tc) return r;
  auto const inverse_carnot = [&](double e, double c) { return std::max(c - e + lift_offset_k_, lift_min_k_) / (e + 273.15); };
  double const factor = inverse_carnot(te, tc) / inverse_carnot(te_in, tc_in);
  // The motor is the limit at a higher lift: capacity falls as EIR rises; it is never credited above the edge.
  return {r.capacity_w * std::min(1.0, 1 / factor), r.eir * factor, true};
}

double Chiller::Sized::capacity_at(double leaving_c, double condenser_c) const { return plr_max_ * rating_at(leaving_c, condenser_c).capacity_w; }

Chiller::Outputs Chiller::Sized::step(int units, double load_w, double leaving_c, double condenser_c) const {
  Outputs out;
  if (units <= 0) return out;
  Rating const rating = rating_at(leaving_c, condenser_c);
  out.extrapolated = rating.extrapolated;
  out.capacity_w = units * plr_max_ * rating.capacity_w;
  double const load = std::clamp(load_w, 0.0, out.capacity_w);
  if (load <= 0 || rating.capacity_w <= 0) return out;
  double const plr = load / (units * rating.capacity_w);
  double const operating = std::max(plr, plr_unload_), cycling = plr_min_ > 0 ? std::min(1.0, plr / plr_min_) : 1.0;
  double const part = part_load_[0] + operating * (part_load_[1] + operating * part_load_[2]);
  out.part_load = plr;
  out.power_w = units * rating.capacity_w * rating.eir * std::max(part, 0.0) * cycling;
  out.condenser_w = load + motor_heat_ * out.power_w;
  return out;
}

}  // namespace aif::cooling
