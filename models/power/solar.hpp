#pragma once
// Photovoltaic plant on single-axis trackers (axis horizontal, north to south), from the hourly radiation of the weather file:
//   sun      declination (Cooper 1969), equation of time (Spencer 1971)
//   plane    cos i = sqrt(cos^2 z + cos^2 d sin^2 w), slope cos b = cos z / cos i (Duffie and Beckman, Solar Engineering, 1.7)
//            G = DNI cos i + DHI (1 + cos b)/2 + GHI rho (1 - cos b)/2 (isotropic sky, Liu and Jordan 1963)
//   cell     T = Ta + (NOCT - 20) G / 800;   DC = rated G/1000 (1 + gamma (T - 25)) (1 - losses);   AC = min(eta DC, inverter)
// Defaults of NREL PVWatts version 5 (Dobos 2014, NREL/TP-6A20-62641). Neglected: row-to-row shading and backtracking, incidence losses, snow, ageing.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "core/fields.hpp"

namespace aif::power {

struct SolarParams {
  static constexpr std::string_view type_name = "solar";
  std::string id;
  double power_w = 0, dc_over_ac = 1.2, loss_frac = 0.14, inverter_efficiency_frac = 0.96;
  double temperature_coefficient_per_k = -0.0047, nominal_cell_c = 45, albedo_frac = 0.2;
  static constexpr auto fields() {
    using T = SolarParams;
    return FieldList{
        field("id", &T::id, "Name of the plant."), field("power", &T::power_w, Kind::power, 1e3, 1e11, "Rated AC power of the inverters.").required(),
        field("dc_over_ac", &T::dc_over_ac, Kind::number, 0.5, 3, "Rated DC power of the modules over that of the inverters.", "NREL PVWatts 5 manual: 1.1 to 1.2"),
        field("losses", &T::loss_frac, Kind::fraction, 0, 0.9, "Soiling, shading, mismatch, wiring, availability.", "NREL PVWatts 5 manual"),
        field("inverter_efficiency", &T::inverter_efficiency_frac, Kind::fraction, 0.5, 1, "DC to AC.", "NREL PVWatts 5 manual"),
        field("temperature_coefficient", &T::temperature_coefficient_per_k, Kind::number, -0.02, 0, "Relative power per kelvin of the cell.", "NREL PVWatts 5 manual, standard module"),
        field("nominal_cell", &T::nominal_cell_c, Kind::temperature, 20, 80, "Cell temperature at 800 W/m2 and 20 degC air.", "NREL PVWatts 5 manual: installed nominal 45 degC"),
        field("albedo", &T::albedo_frac, Kind::fraction, 0, 1, "Of the ground.", "NREL PVWatts 5 manual")};
  }
};

struct Radiation {
  double global_w_m2 = 0, direct_w_m2 = 0, diffuse_w_m2 = 0;  // on the horizontal; on a plane facing the sun; of the sky
};

// On a tracker at the middle of hour h of the year (local standard time).
inline double tracker_w_m2(Radiation const& r, int hour, double latitude_deg, double longitude_deg, double utc_offset_h, double albedo) {
  constexpr double kRad = std::numbers::pi / 180;
  double const day = hour / 24, b = 2 * std::numbers::pi * day / 365;
  double const equation_min = 229.18 * (0.000075 + 0.001868 * std::cos(b) - 0.032077 * std::sin(b) - 0.014615 * std::cos(2 * b) - 0.04089 * std::sin(2 * b));
  double const solar_h = hour % 24 + 0.5 + equation_min / 60 + (longitude_deg - 15 * utc_offset_h) / 15;
  double const declination = 23.45 * kRad * std::sin(2 * std::numbers::pi * (285 + day) / 365), turn = 15 * kRad * (solar_h - 12), latitude = latitude_deg * kRad;
  double const cos_z = std::sin(latitude) * std::sin(declination) + std::cos(latitude) * std::cos(declination) * std::cos(turn);
  if (cos_z <= 0) return std::max(r.diffuse_w_m2, 0.0);  // dawn and dusk: the sky alone
  double const cos_i = std::sqrt(cos_z * cos_z + std::pow(std::cos(declination) * std::sin(turn), 2)), cos_b = cos_z / cos_i;
  return r.direct_w_m2 * cos_i + r.diffuse_w_m2 * (1 + cos_b) / 2 + r.global_w_m2 * albedo * (1 - cos_b) / 2;
}

inline double solar_ac_w(SolarParams const& p, double plane_w_m2, double air_c) {
  double const cell_c = air_c + (p.nominal_cell_c - 20) * plane_w_m2 / 800;
  double const dc_w = p.power_w * p.dc_over_ac * plane_w_m2 / 1000 * (1 + p.temperature_coefficient_per_k * (cell_c - 25)) * (1 - p.loss_frac);
  return std::clamp(p.inverter_efficiency_frac * dc_w, 0.0, p.power_w);
}

}  // namespace aif::power
