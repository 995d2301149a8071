#include "models/economics/finance.hpp"
#include "core/calendar.hpp"

#include <cmath>

namespace aif::economics {

double capital_recovery_factor(double rate_frac, double life_s) {
  double const years = life_s / kYear;
  return rate_frac == 0.0 ? 1.0 / years : rate_frac / (1.0 - std::pow(1.0 + rate_frac, -years));
}

double machine_capital_usd_year(double machine_usd, double design_w, double plant_usd_per_w, double rate_frac) {
  FinanceParams const usual;
  return machine_usd * capital_recovery_factor(rate_frac, usual.it_life_s) + design_w * plant_usd_per_w * capital_recovery_factor(rate_frac, usual.plant_life_s);
}

std::vector<CostLine> annual_costs(FinanceParams const& f, CapitalBase const& base, double energy_usd, double water_usd, double carbon_kg) {
  double const crf_it = capital_recovery_factor(f.wacc_frac, f.it_life_s), crf_plant = capital_recovery_factor(f.wacc_frac, f.plant_life_s);
  double const network_usd = f.network_usd_per_device * base.devices, storage_usd = f.storage_usd_per_byte * base.storage_byte;
  double const shell_usd = f.shell_usd_per_w * base.design_it_w, electrical_usd = f.electrical_usd_per_w * base.design_it_w,
               cooling_usd = f.cooling_usd_per_w * base.design_it_w;
  auto it_line = [&](char const* id, double usd) { return CostLine{id, usd, usd * crf_it}; };
  auto plant_line = [&](char const* id, double usd) { return CostLine{id, usd, usd * crf_plant}; };
  std::vector<CostLine> lines{
      it_line("capital.racks", base.it_usd),
      it_line("capital.network", network_usd),
      it_line("capital.storage", storage_usd),
      plant_line("capital.shell", shell_usd),
      plant_line("capital.electrical", electrical_usd),
      plant_line("capital.cooling", cooling_usd),
      {"energy", 0, energy_usd},
      {"water", 0, water_usd},
      {"staff", 0, f.staff * f.staff_usd_per_s * kYear},
      {"maintenance.it", 0, f.maintenance_it_frac * (base.it_usd + network_usd + storage_usd)},
      {"maintenance.plant", 0, f.maintenance_plant_frac * (shell_usd + electrical_usd + cooling_usd)},
      {"carbon", 0, f.carbon_usd_per_kg * carbon_kg},
  };
  return lines;
}

double total_annual_usd(std::vector<CostLine> const& lines) {
  double sum = 0;
  for (auto const& line : lines) sum += line.annual_usd;
  return sum;
}

}  // namespace aif::economics
