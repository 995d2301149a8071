#pragma once
// A plant known only by its vendor's table: capacity and full-load power against outdoor temperature, at one leaving-fluid temperature, and a
// part-load curve of power. Another leaving temperature shifts the outdoor axis by the difference (heat exchangers see differences only);
// outside the table its ends hold. A fan limit takes away capacity in proportion (assumption: on the safe side, coils give air^0.5 to air^1).
// Neglected: flow other than rated, water use. Source: the table.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"
#include "models/cooling/rejection.hpp"

namespace aif::cooling {

enum class OutdoorBasis { dry_bulb, wet_bulb };
constexpr auto enum_names(OutdoorBasis) { return std::array<std::string_view, 2>{"dry_bulb", "wet_bulb"}; }

struct PerformanceTable {
  static constexpr std::string_view type_name = "performance_table";
  std::string file;
  double leaving_c = 36;
  OutdoorBasis basis = OutdoorBasis::dry_bulb;
  std::vector<double> outdoor_c{-10, 10, 28, 36}, capacity_w{4.6e6, 2.6e6, 1.2e6, 0.15e6}, power_w{22e3, 22e3, 22e3, 22e3};
  std::vector<double> load_frac{0, 0.25, 0.5, 0.75, 1}, power_frac{0, 0.05, 0.18, 0.45, 1};

  static constexpr auto fields() {
    using P = PerformanceTable;
    return FieldList{
        field("file", &P::file, "Vendor's table in place of outdoor, capacity and power: a CSV file with the header `outdoor [degC], capacity [kW], power [kW]`."),
        field("leaving", &P::leaving_c, Kind::temperature, 0, 80, "Leaving fluid of the table.", "assumption"),
        field("basis", &P::basis, "Outdoor temperature of the table."),
        field("outdoor", &P::outdoor_c, Kind::temperature, -60, 60, "Outdoor temperatures, rising.", "assumption: a 1.2 MW dry cooler"),
        field("capacity", &P::capacity_w, Kind::power, 0, 1e9, "Heat that one unit rejects at full power, falling.", "assumption: a 1.2 MW dry cooler"),
        field("power", &P::power_w, Kind::power, 0, 1e8, "Electricity of one unit at full power.", "assumption: a 1.2 MW dry cooler"),
        field("load", &P::load_frac, Kind::fraction, 0, 1, "Part loads, rising from 0 to 1.", "assumption: cube law"),
        field("load_power", &P::power_frac, Kind::fraction, 0, 1, "Power at those part loads over full power.", "assumption: cube law")};
  }
  double rated_heat() const { return capacity_w.size() > 1 ? capacity_w[capacity_w.size() - 2] : capacity_w.at(0); }  // the warmest but one
  double rated_approach() const { return leaving_c - outdoor_c[outdoor_c.size() > 1 ? outdoor_c.size() - 2 : 0]; }

  struct Sized;
};

struct PerformanceTable::Sized {
  Sized(PerformanceTable const& params, double altitude_m);
  RejectionOutputs reject(int units, RejectionInputs const& in) const;
  PerformanceTable table;
};

}  // namespace aif::cooling
