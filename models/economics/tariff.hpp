#pragma once
// The electricity bill of a year of metered intervals: energy at a flat, time-of-use or hourly price, delivery adder, demand
// charges with windows and a ratchet, coincident-peak charge, minimum bill, fixed charge. Structure of the rates follows the
// URDB schema (NREL, OpenEI Utility Rate Database v7) in the parts that large loads pay; tiers by volume are neglected.
// A demand is the highest mean over `demand_interval_s` within a month.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace aif::economics {

// A charge on the highest demand of each month within a window of hours and days.
struct DemandCharge {
  std::string id;
  double price_usd_per_w_month = 0;
  int first_hour = 0, last_hour = 24;  // [first, last) local standard time
  bool weekdays_only = false;
  double ratchet_frac = 0;             // billed demand is at least this share of the highest of the last 11 months

  static constexpr auto fields() {
    return FieldList{
        field("id", &DemandCharge::id, "Name of the charge on the bill.").required(),
        field("price", &DemandCharge::price_usd_per_w_month, Kind::money_per_power_month, 0.0, 1.0, "Price of a month's highest demand.").required(),
        field("first_hour", &DemandCharge::first_hour, Kind::number, 0, 23, "First hour of the day that counts, local standard time."),
        field("last_hour", &DemandCharge::last_hour, Kind::number, 1, 24, "Hour of the day at which the window ends."),
        field("weekdays_only", &DemandCharge::weekdays_only, "Saturdays and Sundays do not count."),
        field("ratchet", &DemandCharge::ratchet_frac, Kind::fraction, 0.0, 1.0, "Least billed demand as a share of the highest of the eleven months before.")};
  }
};

// An energy price of some hours, days and months in place of the flat one (time of use).
struct EnergyPeriod {
  std::string id;
  double price_usd_per_j = 0;
  int first_hour = 0, last_hour = 24;  // [first, last) local standard time
  int first_month = 1, last_month = 12;
  bool weekdays_only = false;

  static constexpr auto fields() {
    return FieldList{
        field("id", &EnergyPeriod::id, "Name of the period on the bill.").required(),
        field("price", &EnergyPeriod::price_usd_per_j, Kind::money_per_energy, -1e-6, 1e-6, "Price of its energy.").required(),
        field("first_hour", &EnergyPeriod::first_hour, Kind::number, 0, 23, "First hour of the day, local standard time."),
        field("last_hour", &EnergyPeriod::last_hour, Kind::number, 1, 24, "Hour of the day at which it ends."),
        field("first_month", &EnergyPeriod::first_month, Kind::number, 1, 12, "First month, January is 1."),
        field("last_month", &EnergyPeriod::last_month, Kind::number, 1, 12, "Last month; before the first: over the turn of the year."),
        field("weekdays_only", &EnergyPeriod::weekdays_only, "Saturdays and Sundays do not count.")};
  }
};

struct TariffParams {
  std::string price_source;             // hourly wholesale price, "lib:grid/..."; empty: flat
  double energy_usd_per_j = 0;          // added to the hourly price, or the flat price itself
  std::vector<EnergyPeriod> periods;    // the first that holds replaces energy_usd_per_j
  double loss_factor = 1.0;             // metered energy is billed times this (line losses)
  std::vector<DemandCharge> demand;
  double demand_interval_s = 900;
  double coincident_peak_usd_per_w_year = 0;  // on the load in the system's few highest hours
  int coincident_hours = 5;
  double minimum_demand_w = 0;          // contract demand that is billed at least (share below)
  double minimum_demand_frac = 0;
  double fixed_usd_per_s = 0;

  static constexpr auto fields() {
    return FieldList{
        field("price_source", &TariffParams::price_source, "Hourly wholesale price series; without it the energy price is flat."),
        field("energy", &TariffParams::energy_usd_per_j, Kind::money_per_energy, -1e-6, 1e-6, "Flat energy price, or the adder on the hourly price (delivery, taxes).", "assumption"),
        field("periods", &TariffParams::periods, "Time-of-use periods: the first that holds in an hour gives the price in place of `energy`."),
        field("loss_factor", &TariffParams::loss_factor, Kind::number, 1.0, 1.2, "Billed over metered energy.", "assumption"),
        field("demand", &TariffParams::demand, "Demand charges."),
        field("demand_interval", &TariffParams::demand_interval_s, Kind::duration, 60.0, 3600.0, "Averaging interval of a demand.", "15 min is usual in US large-power rates (URDB)"),
        field("coincident_peak", &TariffParams::coincident_peak_usd_per_w_year, Kind::money_per_power, 0.0, 1.0, "Yearly charge on the mean load in the system's highest-price hours."),
        field("coincident_hours", &TariffParams::coincident_hours, Kind::number, 1, 100, "Number of those hours (PJM 5CP: 5)."),
        field("contract_demand", &TariffParams::minimum_demand_w, Kind::power, 0.0, 1e11, "Contract demand."),
        field("minimum_demand", &TariffParams::minimum_demand_frac, Kind::fraction, 0.0, 1.0, "Share of the contract demand that is billed at least (AEP Ohio data-centre tariff 2025: 85 %)."),
        field("fixed", &TariffParams::fixed_usd_per_s, Kind::money_per_time, 0.0, 1e3, "Fixed charge.")};
  }
};

// A year of equal intervals from 1 January 00:00 local standard time, first day a weekday number (0 = Monday).
struct MeterYear {
  std::span<double const> power_w;        // mean of each interval
  std::span<double const> price_usd_j;    // hourly wholesale price (8,760 values), or empty
  double step_s = 3600;
  int first_weekday = 0;
};

struct Bill {
  double energy_usd = 0, delivery_usd = 0, demand_usd = 0, coincident_usd = 0, minimum_usd = 0, fixed_usd = 0;
  std::array<double, 12> month_usd{};
  std::array<double, 12> peak_w{};
  double fuel_usd = 0;  // of own generation: not the utility's, told with its bill
  double total_usd() const { return energy_usd + delivery_usd + demand_usd + coincident_usd + minimum_usd + fixed_usd + fuel_usd; }
};

Bill bill_year(TariffParams const& tariff, MeterYear const& meter);

// Month 0..11 and weekday of an hour of a 365-day year.
int month_of_hour(int hour_of_year);
bool is_weekend(int hour_of_year, int first_weekday);

}  // namespace aif::economics
