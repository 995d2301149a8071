#include "sim/metrics.hpp"

namespace aif::sim {
namespace {

using Links = std::array<bool, kLinks>;  // rate, watts, plant, money
constexpr Links kRate{true, false, false, false}, kRateWatts{true, true, false, false}, kPlant{false, false, true, false}, kMoney{false, false, false, true},
    kRateMoney{true, false, false, true}, kAllButPlant{true, true, false, true};

constexpr Metric kSite[] = {
    {"tokens.out.rate", "1 s-1", "Output tokens of text-generating workloads, mean over the steady year.", Scope::site, Reduce::mean, Better::up, kRate},
    {"tokens.good.rate", "1 s-1", "Output tokens of requests whose TTFT and mean TPOT met the workload's targets, mean over the steady year.", Scope::site, Reduce::mean, Better::up, kRate},
    {"tokens.in.rate", "1 s-1", "Prompt tokens processed (cached ones not counted), mean over the steady year.", Scope::site, Reduce::mean, Better::up, kRate},
    {"tokens.cached.rate", "1 s-1", "Prompt tokens served from a prefix cache, mean over the steady year.", Scope::site, Reduce::mean, Better::up, kRate},
    {"goodput.fraction", "1", "Good output tokens over the output tokens that were asked for, text-generating workloads.", Scope::site, Reduce::mean, Better::up, kRate},
    {"tokens.ref.rate", "1 s-1", "Reference-token equivalents: accelerator energy of all workloads over the energy of one output token of the reference (Llama-3.1-70B, FP8, 4,096 tokens of context, largest batch that fits, on the same accelerators).", Scope::site, Reduce::mean, Better::up, kRateWatts},
    {"training.tokens.rate", "1 s-1", "Tokens trained, after the loss to failures and checkpoints; not part of the output tokens.", Scope::site, Reduce::mean, Better::up, kRate},
    {"it.power", "W", "Electricity into the racks (power supply inlet), energy over time.", Scope::site, Reduce::mean, Better::down, kRateWatts},
    {"it.power.peak", "W", "Highest window of power into the racks.", Scope::site, Reduce::peak, Better::down, kRateWatts},
    {"facility.power", "W", "All site electricity, own generation included, energy over time.", Scope::site, Reduce::mean, Better::down, kRateWatts},
    {"facility.power.peak", "W", "Highest window of site electricity.", Scope::site, Reduce::peak, Better::down, kRateWatts},
    {"facility.power.p95", "W", "95th percentile over windows of site electricity.", Scope::site, Reduce::p95, Better::down, kRateWatts},
    {"facility.apparent_power.peak", "VA", "Highest window of apparent power at the point of interconnection.", Scope::site, Reduce::peak, Better::down, kRateWatts},
    {"power_factor.min", "1", "Lowest power factor at the point of interconnection, of windows that import at least a twentieth of its capacity.", Scope::site, Reduce::peak, Better::up, kRateWatts},
    {"pue", "1", "Site electricity over electricity into the racks (server fans inside IT, CDU pumps outside), energy-weighted over the steady year.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"pue.electrical", "1", "Part of PUE - 1 from transformers, UPS, busways.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"pue.liquid", "1", "Part of PUE - 1 from CDU and facility-water pumps.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"pue.air", "1", "Part of PUE - 1 from air handlers.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"pue.plant", "1", "Part of PUE - 1 from heat rejection and chillers.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"pue.month.peak", "1", "Highest monthly PUE.", Scope::site, Reduce::peak, Better::down, kPlant},
    {"wue", "m3 J-1", "Site water over electricity into the racks.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"wue.source", "m3 J-1", "Site water, and what power stations evaporate for the electricity from the grid (`cooling.water.at_source`), over electricity into the racks.", Scope::site, Reduce::energy_weighted, Better::down, kPlant},
    {"heat.reused", "J", "Heat that the heat sink took over the steady year.", Scope::site, Reduce::sum, Better::up, kPlant},
    {"water", "m3", "Site water of the steady year.", Scope::site, Reduce::sum, Better::down, kPlant},
    {"energy", "J", "Site electricity of the steady year.", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"energy.per_output_token", "J", "Site electricity charged to text-generating workloads by their IT energy, over their good output tokens.", Scope::site, Reduce::energy_weighted, Better::down, kRateWatts},
    {"cost.per_mtok_out", "USD", "Levelised cost (annualised capital, energy, staff, water, maintenance) charged to text-generating workloads by their IT energy, over a million good output tokens.", Scope::site, Reduce::energy_weighted, Better::down, kRateMoney},
    {"cost.energy_per_mtok_out", "USD", "Electricity bill charged likewise, over a million good output tokens.", Scope::site, Reduce::energy_weighted, Better::down, kAllButPlant},
    {"cost.year", "USD", "Levelised cost of a year.", Scope::site, Reduce::sum, Better::down, kMoney},
    {"cost.per_device_hour", "USD", "Levelised cost of a year over the accelerator hours installed.", Scope::site, Reduce::mean, Better::down, kMoney},
    {"cost.energy_share", "1", "Electricity bill over levelised cost.", Scope::site, Reduce::mean, Better::down, kMoney},
    {"carbon", "kg", "CO2 of the electricity of the steady year (average intensity of the grid, fuel burnt on site).", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"carbon.per_mtok_out", "kg", "CO2 charged to text-generating workloads by IT energy, over a million good output tokens.", Scope::site, Reduce::energy_weighted, Better::down, kRateWatts},
    {"carbon.marginal", "kg", "CO2 of the same electricity at the grid's marginal intensity, fuel burnt on site included; where a marginal series is given.", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"generation.energy", "J", "Electricity of generators, gas engines and solar plants on site.", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"generator.fuel", "m3", "Fuel that the generators burn in the year.", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"gas.fuel", "J", "Gas that is burnt on site, lower heating value.", Scope::site, Reduce::sum, Better::down, kRateWatts},
    {"curtailable.power", "W", "Import that could be given up for an hour on request: own sources not in use, and racks that may be capped switched off; mean of the steady year.", Scope::site, Reduce::mean, Better::up, kRateWatts},
    {"curtailable.onsite", "W", "Of it, what batteries and own generation take over without touching a rack.", Scope::site, Reduce::mean, Better::up, kPlant},
    {"battery.fade", "1", "Share of the batteries' capacity that time and cycles take in the steady year.", Scope::site, Reduce::sum, Better::down, kPlant},
    {"dc.collapse_margin", "1", "Load at which a DC run of constant-power racks has no voltage any more, over its rated load; the least of the pods. Sites with DC rows.", Scope::site, Reduce::peak, Better::up, kPlant},
    {"tokens.out.rate.as_delivered", "1 s-1", "Output tokens in the first calendar year, with the phases as they are delivered.", Scope::site, Reduce::mean, Better::up, kRate},
    {"facility.power.as_delivered", "W", "Site electricity in the first calendar year, with the phases as they are delivered.", Scope::site, Reduce::mean, Better::down, kRateWatts},
    {"stranded.it_power.as_delivered", "W", "Design power of racks that stand in the halls but cannot run: still in ramp or burn-in, or beyond the import power that is energised; mean of the first calendar year.", Scope::site, Reduce::mean, Better::down, kRateWatts},
};

constexpr Metric kWorkload[] = {
    {"tokens.out.rate", "1 s-1", "Output tokens of the workload, mean over the steady year.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"tokens.good.rate", "1 s-1", "Output tokens that met the workload's latency targets.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"tokens.in.rate", "1 s-1", "Prompt tokens processed.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"tokens.cached.rate", "1 s-1", "Prompt tokens served from a cache.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"goodput.fraction", "1", "Good output tokens over output tokens asked for.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"ttft.p50", "s", "Median time to first token, weighted by requests.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"ttft.p99", "s", "99th percentile of time to first token, mean over windows.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"tpot.p50", "s", "Median time per output token, weighted by requests.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"tpot.p99", "s", "99th percentile of time per output token, mean over windows.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"it.power", "W", "Power into the racks that serve the workload.", Scope::workload, Reduce::mean, Better::down, kRateWatts},
    {"energy.per_output_token", "J", "Site electricity charged to the workload by its IT energy, over its good output tokens.", Scope::workload, Reduce::energy_weighted, Better::down, kRateWatts},
    {"cost.per_mtok_out", "USD", "Levelised cost charged to the workload by its IT energy, over a million good output tokens.", Scope::workload, Reduce::energy_weighted, Better::down, kRateMoney},
    {"it.power.per_node", "W", "Power into one server of the racks that do the workload, mean while they do it.", Scope::workload, Reduce::mean, Better::down, kRateWatts},
    {"tokens.ref.rate", "1 s-1", "Reference-token equivalents of the workload: its accelerators' energy over that of one output token of the reference on the same accelerators.", Scope::workload, Reduce::mean, Better::up, kRateWatts},
    {"units.rate", "1 s-1", "Units of the product made (images, seconds of sound, complexes, action chunks), mean over the steady year.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"units.good.rate", "1 s-1", "Units delivered within the product's latency target.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"latency.p50", "s", "Median time from a job's arrival to its delivery, weighted by units.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"latency.p99", "s", "99th percentile of that time, mean over windows.", Scope::workload, Reduce::mean, Better::down, kRate},
    {"energy.per_unit", "J", "Site electricity charged to the workload by its IT energy, over the units delivered in time.", Scope::workload, Reduce::energy_weighted, Better::down, kRateWatts},
    {"cost.per_unit", "USD", "Levelised cost charged to the workload by its IT energy, over the units delivered in time.", Scope::workload, Reduce::energy_weighted, Better::down, kRateMoney},
    {"training.tokens.rate", "1 s-1", "Tokens trained, after failures and checkpoints.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"mfu", "1", "Model FLOP utilisation of the training step.", Scope::workload, Reduce::mean, Better::up, kRate},
    {"clock.fraction", "1", "Clock of its accelerators over the highest, energy-weighted.", Scope::workload, Reduce::energy_weighted, Better::up, kRateWatts},
};

}  // namespace

std::span<Metric const> site_metrics() { return kSite; }
std::span<Metric const> workload_metrics() { return kWorkload; }

Metric const* find_metric(std::string_view id) {
  for (auto const& m : kSite)
    if (m.id == id) return &m;
  if (!id.starts_with("workload.")) return nullptr;
  auto const dot = id.find('.', 9);
  if (dot == std::string_view::npos) return nullptr;
  for (auto const& m : kWorkload)
    if (m.id == id.substr(dot + 1)) return &m;
  return nullptr;
}

}  // namespace aif::sim
