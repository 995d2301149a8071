#pragma once
// Levelised cost: capital annualised by subsystem at the cost of capital and the life of each, energy, staff, water,
// maintenance (reference: Short, Packey, Holt, NREL/TP-462-5173, 1995, capital recovery factor). Taxes and inflation are neglected.

#include <string>
#include <vector>

#include "core/fields.hpp"

namespace aif::economics {

struct FinanceParams {
  double wacc_frac = 0.09;
  double it_life_s = 5 * 8760 * 3600.0, plant_life_s = 15 * 8760 * 3600.0;
  double shell_usd_per_w = 0, electrical_usd_per_w = 0, cooling_usd_per_w = 0;  // per watt of design IT load
  double network_usd_per_device = 0, storage_usd_per_byte = 0;
  double maintenance_it_frac = 0.03, maintenance_plant_frac = 0.02;             // of capital, per year
  double staff = 0, staff_usd_per_s = 0;
  double carbon_usd_per_kg = 0;

  static constexpr auto fields() {
    return FieldList{
        field("discount_rate", &FinanceParams::wacc_frac, Kind::fraction, 0.0, 0.5, "Weighted average cost of capital.", "assumption"),
        field("it_life", &FinanceParams::it_life_s, Kind::duration, 3.15e7, 1e9, "Useful life of servers, network, storage.", "hyperscaler filings 2024-2025: 5-6 years; AWS cut to 5"),
        field("plant_life", &FinanceParams::plant_life_s, Kind::duration, 3.15e7, 2e9, "Useful life of shell, electrical and cooling plant.", "assumption"),
        field("shell", &FinanceParams::shell_usd_per_w, Kind::money_per_power, 0.0, 100.0, "Land, building and fit-out per watt of design IT load."),
        field("electrical", &FinanceParams::electrical_usd_per_w, Kind::money_per_power, 0.0, 100.0, "Electrical plant per watt of design IT load."),
        field("cooling", &FinanceParams::cooling_usd_per_w, Kind::money_per_power, 0.0, 100.0, "Cooling plant per watt of design IT load."),
        field("network_per_device", &FinanceParams::network_usd_per_device, Kind::money, 0.0, 1e6, "Scale-out and front-end network per accelerator."),
        field("storage_per_byte", &FinanceParams::storage_usd_per_byte, Kind::number, 0.0, 1.0, "Storage, USD per byte of usable capacity."),
        field("maintenance_it", &FinanceParams::maintenance_it_frac, Kind::fraction, 0.0, 0.5, "Yearly maintenance of IT as a share of its capital.", "assumption"),
        field("maintenance_plant", &FinanceParams::maintenance_plant_frac, Kind::fraction, 0.0, 0.5, "Yearly maintenance of the plant as a share of its capital.", "assumption"),
        field("staff", &FinanceParams::staff, Kind::number, 0.0, 1e6, "People (full-time equivalents)."),
        field("staff_cost", &FinanceParams::staff_usd_per_s, Kind::money_per_time, 0.0, 1.0, "Loaded cost of one person.", "assumption"),
        field("carbon_price", &FinanceParams::carbon_usd_per_kg, Kind::money_per_mass, 0.0, 10.0, "Price of emitted CO2; 0 leaves it out of the cost.")};
  }
};

// One line of the cost build-up, per year.
struct CostLine {
  std::string id;        // capital.it, capital.electrical, energy, staff, ...
  double capital_usd = 0, annual_usd = 0;
};

// Annual payment on one dollar: r / (1 - (1+r)^-n); 1/n at r = 0.
double capital_recovery_factor(double rate_frac, double life_s);
// A year of the capital of a machine and of the plant that its design power takes, over the usual lives (FinanceParams).
double machine_capital_usd_year(double machine_usd, double design_w, double plant_usd_per_w, double rate_frac);

struct CapitalBase {
  double it_usd = 0;                 // racks
  double design_it_w = 0;
  int devices = 0;
  double storage_byte = 0;
};

// Yearly costs; `energy_usd`, `water_usd`, `carbon_kg` are those of one year of operation.
std::vector<CostLine> annual_costs(FinanceParams const& finance, CapitalBase const& base, double energy_usd, double water_usd, double carbon_kg);

double total_annual_usd(std::vector<CostLine> const& lines);

}  // namespace aif::economics
