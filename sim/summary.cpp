#include "sim/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calendar.hpp"
#include "core/statistics.hpp"
#include "sim/metrics.hpp"
#include "sim/place_names.hpp"
#include "sim/summary_checks.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kNamedLimits = 2;  // in the verdict, longest first

// What one workload, or all of them, made and drew.
GroupSums share_of(SummaryInputs const& in, int workload, bool text_only) {
  GroupSums s;
  auto const add = [](GroupSums& a, GroupSums const& b) {
    for (auto member : {&GroupSums::it_j, &GroupSums::idle_j, &GroupSums::dynamic_j, &GroupSums::leakage_j, &GroupSums::hosts_j, &GroupSums::fans_j, &GroupSums::supply_loss_j,
                        &GroupSums::out_token, &GroupSums::in_token, &GroupSums::cached_token, &GroupSums::good_token, &GroupSums::offered_token, &GroupSums::trained_token, &GroupSums::reference_token,
                        &GroupSums::clock_s, &GroupSums::node_s})
      a.*member += b.*member;
  };
  for (std::size_t w = 0; w < in.facility.workloads.size(); ++w)
    if (workload >= 0 ? static_cast<int>(w) == workload : !text_only || in.facility.workloads[w].makes_text) add(s, in.steady.sums.workloads[w]);
  return s;
}

// IT energy of everything that makes no tokens of its own (CPU racks, network, storage) is shared by the IT energy of what does.
double charged_frac(SummaryInputs const& in, double it_j) {
  double producing = 0;
  for (auto const& w : in.steady.sums.workloads) producing += w.it_j;
  return producing > 0 ? it_j / producing : 0.0;
}

class Writer {
 public:
  Writer(Results& results, Validity validity) : results_(results), validity_(validity) {}
  void site(std::string_view id, double value) {
    Metric const* m = find_metric(id);
    results_.summary.push_back({std::string(id), std::string(m->unit), std::string(m->definition), value, {}, {}, {}, validity_});
  }
  void workload(WorkloadSummary& w, std::string_view suffix, double value) {
    std::string const id = fmt::format("workload.{}.{}", w.id, suffix);
    Metric const* m = find_metric(id);
    w.values[std::string(suffix)] = value;
    results_.summary.push_back({id, std::string(m->unit), std::string(m->definition), value, {}, {}, {}, validity_});
  }

 private:
  Results& results_;
  Validity validity_;
};

double per(double a, double b) { return b > 0 ? a / b : 0.0; }

void write_power(SummaryInputs const& in, Writer& w) {
  auto const& t = in.steady.sums;
  double electrical = 0, liquid = 0, air = 0, plant = 0;
  for (double loss : t.loss_j) electrical += loss;
  using cooling::CoolingPart;
  auto part = [&](CoolingPart p) { return t.cooling_j[static_cast<std::size_t>(p)]; };
  liquid = part(CoolingPart::cdu_pumps) + part(CoolingPart::fws_pumps);
  air = part(CoolingPart::air_fans) + part(CoolingPart::chw_pumps);
  for (double p : t.cooling_j) plant += p;
  plant -= liquid + air;
  double month_pue = 0;
  for (std::size_t m = 0; m < 12; ++m)
    if (t.month_it_j[m] > 0) month_pue = std::max(month_pue, t.month_site_j[m] / t.month_it_j[m]);
  w.site("it.power", t.it_j / t.time_s);
  w.site("it.power.peak", t.peak_it_w);
  w.site("facility.power", t.site_j / t.time_s);
  w.site("facility.power.peak", t.peak_site_w);
  w.site("facility.power.p95", quantile(in.steady.site_w, 0.95));
  w.site("facility.apparent_power.peak", t.peak_va);
  w.site("power_factor.min", t.least_power_factor);
  w.site("pue", per(t.site_j, t.it_j));
  w.site("pue.electrical", per(electrical, t.it_j));
  w.site("pue.liquid", per(liquid, t.it_j));
  w.site("pue.air", per(air, t.it_j));
  w.site("pue.plant", per(plant, t.it_j));
  w.site("pue.month.peak", month_pue);
  w.site("wue", per(t.water_kg / 1000.0, t.it_j));
  w.site("wue.source", per(t.water_kg / 1000.0 + t.utility_j * in.scenario.cooling.water.at_source_m3_j, t.it_j));
  w.site("heat.reused", t.reused_j);
  w.site("water", t.water_kg / 1000.0);
  w.site("energy", t.site_j);
  w.site("carbon", t.carbon_kg);
  if (!in.facility.marginal_kg_j.empty()) w.site("carbon.marginal", t.marginal_carbon_kg);
  w.site("generation.energy", t.generator_j);
  w.site("generator.fuel", t.fuel_m3);
  w.site("gas.fuel", t.gas_fuel_j);
  w.site("curtailable.power", t.curtailable_j / t.time_s);
  w.site("curtailable.onsite", t.curtailable_onsite_j / t.time_s);
  if (in.facility.power.battery.power_w > 0) w.site("battery.fade", 1 - in.steady.state.power.battery.capacity_frac);
  double margin = std::numeric_limits<double>::infinity();
  for (auto const& g : in.facility.power.groups) margin = std::min(margin, g.collapse_margin);
  if (std::isfinite(margin)) w.site("dc.collapse_margin", margin);
}

void write_workloads(SummaryInputs const& in, double cost_usd, Results& results, Writer& w) {
  auto const& t = in.steady.sums;
  for (std::size_t i = 0; i < in.facility.workloads.size(); ++i) {
    auto const& entry = in.facility.workloads[i];
    GroupSums const s = share_of(in, static_cast<int>(i), false);
    WorkloadSummary summary{entry.id, entry.kind, entry.model, entry.title, {}};
    w.workload(summary, "it.power", s.it_j / t.time_s);
    w.workload(summary, "clock.fraction", per(s.clock_s, s.it_j));
    w.workload(summary, "tokens.ref.rate", s.reference_token / t.time_s);
    w.workload(summary, "it.power.per_node", per(s.it_j, s.node_s));
    if (entry.kind == "training") {
      w.workload(summary, "training.tokens.rate", s.trained_token / t.time_s);
      w.workload(summary, "mfu", entry.mfu);
    } else if (entry.kind == "product" && !entry.makes_text) {
      double const charged = charged_frac(in, s.it_j);
      w.workload(summary, "units.rate", s.out_token / t.time_s);
      w.workload(summary, "units.good.rate", s.good_token / t.time_s);
      w.workload(summary, "goodput.fraction", per(s.good_token, s.offered_token));
      w.workload(summary, "latency.p50", per(t.ttft_p50[i], t.ttft_weight[i]));
      w.workload(summary, "latency.p99", per(t.ttft_p99[i], t.ttft_weight[i]));
      w.workload(summary, "energy.per_unit", per(charged * t.site_j, s.good_token));
      w.workload(summary, "cost.per_unit", per(charged * cost_usd, s.good_token));
    } else {
      double const charged = charged_frac(in, s.it_j);
      w.workload(summary, "tokens.out.rate", s.out_token / t.time_s);
      w.workload(summary, "tokens.good.rate", s.good_token / t.time_s);
      w.workload(summary, "tokens.in.rate", s.in_token / t.time_s);
      w.workload(summary, "tokens.cached.rate", s.cached_token / t.time_s);
      w.workload(summary, "goodput.fraction", per(s.good_token, s.offered_token));
      w.workload(summary, "ttft.p50", per(t.ttft_p50[i], t.ttft_weight[i]));
      w.workload(summary, "ttft.p99", per(t.ttft_p99[i], t.ttft_weight[i]));
      w.workload(summary, "tpot.p50", per(t.tpot_p50[i], t.ttft_weight[i]));
      w.workload(summary, "tpot.p99", per(t.tpot_p99[i], t.ttft_weight[i]));
      w.workload(summary, "energy.per_output_token", per(charged * t.site_j, s.good_token));
      w.workload(summary, "cost.per_mtok_out", per(charged * cost_usd, s.good_token / 1e6));
    }
    results.workloads.push_back(std::move(summary));
  }
}

void write_flows(SummaryInputs const& in, Results& results) {
  auto const& t = in.steady.sums;
  auto add = [&](std::string from, std::string to, double energy_j) {
    if (energy_j > 0) results.flows.push_back({std::move(from), std::move(to), energy_j});
  };
  add("grid", "site", t.utility_j);
  add("generators", "site", t.generator_j - t.gas_j - t.solar_j);
  add("gas engines", "site", t.gas_j);
  add("solar", "site", t.solar_j);
  for (std::size_t i = 0; i < power::kStages; ++i) add("site", "loss: " + std::string(enum_names(power::Stage{})[i]), t.loss_j[i]);
  double cooling_j = 0;
  for (double p : t.cooling_j) cooling_j += p;
  add("site", "cooling", cooling_j);
  for (std::size_t i = 0; i < cooling::kCoolingParts; ++i) add("cooling", std::string(enum_names(cooling::CoolingPart{})[i]), t.cooling_j[i]);
  add("site", "IT", t.it_j);
  GroupSums all;
  double rooms_j = 0;
  for (std::size_t g = 0; g < in.facility.groups.size(); ++g) {
    auto const& group = t.groups[g];
    auto const duty = in.facility.groups[g].duty;
    if (duty == Duty::network || duty == Duty::storage) {
      rooms_j += group.it_j;
      continue;
    }
    all.idle_j += group.idle_j;
    all.dynamic_j += group.dynamic_j;
    all.leakage_j += group.leakage_j;
    all.hosts_j += group.hosts_j;
    all.fans_j += group.fans_j;
    all.supply_loss_j += group.supply_loss_j;
  }
  add("IT", "accelerators: work", all.dynamic_j);
  add("IT", "accelerators: idle", all.idle_j);
  add("IT", "accelerators: leakage", all.leakage_j);
  add("IT", "hosts and scale-up switches", all.hosts_j);
  add("IT", "server fans", all.fans_j);
  add("IT", "power supplies", all.supply_loss_j);
  add("IT", "network and storage", rooms_j);
}

void write_causes(SummaryInputs const& in, Results& results) {
  for (auto const& [key, value] : in.steady.sums.causes)
    results.causes.push_back({static_cast<Cause>(key.first), key.second, value[0], value[1]});
  std::stable_sort(results.causes.begin(), results.causes.end(), [](auto const& a, auto const& b) { return a.hours > b.hours; });
}

// A year's money from the sums of a run that may be shorter.
double write_costs(SummaryInputs const& in, Results& results) {
  auto const& t = in.steady.sums;
  auto const& s = in.scenario;
  results.bill = economics::bill_year(s.site.tariff, {in.steady.utility_w, in.facility.price_usd_j, in.facility.step_s, 0});
  results.bill.fuel_usd = t.fuel_usd;
  double const scale = kYear / t.time_s;
  double const water_usd = t.water_kg / 1000.0 * s.cooling.water.price_usd_m3 * scale;
  results.costs = economics::annual_costs(s.finance, {in.facility.racks_usd, in.facility.design_it_w, in.facility.devices, in.facility.storage_byte},
                                          results.bill.total_usd() * scale, water_usd, t.carbon_kg * scale);
  if (double const sold = t.reused_j * s.cooling.plant.heat_reuse.price_usd_j * scale; sold > 0) results.costs.push_back({"heat.sold", 0, -sold});
  return economics::total_annual_usd(results.costs) / scale;
}

// "23.1 million" of 23,061,234: three digits and a word.
std::string in_millions(double value) {
  constexpr std::pair<double, char const*> kWords[] = {{1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}, {0, ""}};
  for (auto const& [least, word] : kWords)
    if (value >= 0.9995 * least) return fmt::format("{:.{}f}{}", value / (least > 0 ? least : 1), std::clamp(2 - static_cast<int>(std::floor(std::log10(std::max(value, 1e-9) / (least > 0 ? least : 1)))), 0, 6), word);
  return "0";
}

// "5,892"
std::string grouped(double value) {
  std::string text = fmt::format("{:.0f}", value);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

// What the site makes, at what power and price, and what limits it. Sites that make no text say what they train or make instead.
std::string verdict(SummaryInputs const& in, Results const& results, GroupSums const& text) {
  auto const& t = in.steady.sums;
  auto const names = place_names(in.scenario);
  std::string made, limits;
  double trained = 0;
  if (text.good_token > 0) made = fmt::format("makes {} good output tokens a second ({:.1f} % of what is asked for)", in_millions(text.good_token / t.time_s), 100 * per(text.good_token, text.offered_token));
  for (auto const& w : results.workloads) {
    auto const training = w.values.find("training.tokens.rate"), units = w.values.find("units.good.rate");
    if (training != w.values.end()) trained += training->second;
    if (units != w.values.end() && made.empty()) made = fmt::format("delivers {:.3g} units a second of {} in time", units->second, w.title.empty() ? w.id : w.title);
  }
  if (trained > 0) made += fmt::format("{}trains on {} tokens a second", made.empty() ? "" : " and ", in_millions(trained));
  std::size_t named = 0;
  for (auto const& c : results.causes)
    if (c.cause != Cause::demand && named++ < kNamedLimits) limits += fmt::format("{}the {} in {} hours{}", limits.empty() ? "" : " and ", limit_name(names, c.cause, c.component), grouped(c.hours), limits.empty() ? " of the year" : "");
  auto const* cost = results.find("cost.per_mtok_out");
  std::string const price = text.good_token > 0 && cost && cost->value > 0 ? fmt::format("; a million good tokens cost {:.3g} USD", cost->value) : "";
  return fmt::format("{} {}, drawing {:.3g} MW on average{}. {}.", in.scenario.title.empty() ? in.scenario.name : in.scenario.title, made.empty() ? "makes nothing" : made, t.site_j / t.time_s / 1e6, price,
                     limits.empty() ? "Demand sets the output in every hour" : "Beside demand, output is limited by " + limits);
}

}  // namespace

void summarise(SummaryInputs const& in, Results& results) {
  auto const& t = in.steady.sums;
  double const cost_usd = write_costs(in, results);
  GroupSums const text = share_of(in, -1, true), all = share_of(in, -1, false);
  double const charged = charged_frac(in, text.it_j), mtok = text.good_token / 1e6;
  Writer w(results, Validity::no_band);
  w.site("tokens.out.rate", text.out_token / t.time_s);
  w.site("tokens.good.rate", text.good_token / t.time_s);
  w.site("tokens.in.rate", text.in_token / t.time_s);
  w.site("tokens.cached.rate", text.cached_token / t.time_s);
  w.site("goodput.fraction", per(text.good_token, text.offered_token));
  w.site("tokens.ref.rate", all.reference_token / t.time_s);
  w.site("training.tokens.rate", all.trained_token / t.time_s);
  write_power(in, w);
  w.site("energy.per_output_token", per(charged * t.site_j, text.good_token));
  w.site("cost.per_mtok_out", per(charged * cost_usd, mtok));
  w.site("cost.energy_per_mtok_out", per(charged * results.bill.total_usd(), mtok));
  w.site("cost.year", cost_usd);
  w.site("cost.per_device_hour", per(cost_usd, in.facility.devices * t.time_s / 3600.0));
  w.site("cost.energy_share", per(results.bill.total_usd(), cost_usd));
  w.site("carbon.per_mtok_out", per(charged * t.carbon_kg, mtok));
  if (in.delivered) {
    auto const& d = in.delivered->sums;
    double out = 0;
    for (std::size_t k = 0; k < d.workloads.size(); ++k)
      if (in.facility.workloads[k].makes_text) out += d.workloads[k].out_token;
    w.site("tokens.out.rate.as_delivered", out / d.time_s);
    w.site("facility.power.as_delivered", d.site_j / d.time_s);
    w.site("stranded.it_power.as_delivered", d.stranded_j / d.time_s);
  }
  write_workloads(in, cost_usd, results, w);
  write_flows(in, results);
  write_causes(in, results);
  results.energy_residual = t.worst_residual;
  results.events = in.steady.events;
  results.checks = evaluate_checks(in.scenario.checks, results);
  results.verdict = verdict(in, results, text);
}

}  // namespace aif::sim
