#pragma once
// A result with every part filled from closed forms: a sine year, two products, a training run, phases. Not a simulation.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/metrics.hpp"
#include "sim/results.hpp"

namespace aif::reports::testing {

inline constexpr std::size_t kHours = 8760;

inline double day_wave(std::size_t h) { return std::sin(2 * std::numbers::pi * (static_cast<double>(h % 24) - 8) / 24); }
inline double year_wave(std::size_t h) { return -std::cos(2 * std::numbers::pi * static_cast<double>(h) / kHours); }
inline double site_w(std::size_t h) { return std::min(100e6, 84e6 + 9e6 * day_wave(h) + 8e6 * year_wave(h)); }
inline double it_w(std::size_t h) { return site_w(h) / (1.12 + 0.03 * year_wave(h) + 0.01 * day_wave(h)); }
inline double cause_at(std::size_t h) { return site_w(h) >= 100e6 ? 3.0 : day_wave(h) > 0.8 ? 9.0 : 0.0; }

template <class F>
sim::Variable column(char const* name, char const* unit, char const* dimension, std::size_t entities, F value) {
  sim::Variable v{name, unit, name, dimension, {}};
  for (std::size_t h = 0; h < kHours; ++h)
    for (std::size_t i = 0; i < entities; ++i) v.values.push_back(static_cast<float>(value(h, i)));
  return v;
}

// `delivered` scales with time: nothing on 1 January, all of it from the middle of the year on.
inline void add_series(sim::Results& r, std::string const& prefix, bool phased) {
  auto delivered = [phased](std::size_t h) { return phased ? std::min(1.0, static_cast<double>(h) / 4380) : 1.0; };
  sim::SeriesGroup s{prefix + "_1h", 3600, kHours, {{"workload", {"chat", "agents", "pretrain"}}}, {}};
  s.variables.push_back(column("facility_power", "W", "", 1, [=](auto h, auto) { return delivered(h) * site_w(h); }));
  s.variables.push_back(column("it_power", "W", "", 1, [=](auto h, auto) { return delivered(h) * it_w(h); }));
  s.variables.push_back(column("cooling_power", "W", "", 1, [=](auto h, auto) { return delivered(h) * 0.6 * (site_w(h) - it_w(h)); }));
  s.variables.push_back(column("electrical_loss", "W", "", 1, [=](auto h, auto) { return delivered(h) * 0.4 * (site_w(h) - it_w(h)); }));
  s.variables.push_back(column("pue", "1", "", 1, [=](auto h, auto) { return site_w(h) / it_w(h); }));
  s.variables.push_back(column("dry_bulb", "degC", "", 1, [=](auto h, auto) { return 13 + 12 * year_wave(h) + 5 * day_wave(h); }));
  s.variables.push_back(column("wet_bulb", "degC", "", 1, [=](auto h, auto) { return 9 + 11 * year_wave(h) + 2 * day_wave(h); }));
  s.variables.push_back(column("water", "m3 s-1", "", 1, [=](auto h, auto) { return std::max(0.0, 0.004 * year_wave(h)); }));
  s.variables.push_back(column("price", "USD J-1", "", 1, [=](auto h, auto) { return (38 + 14 * day_wave(h)) / 3.6e9; }));
  s.variables.push_back(column("carbon_intensity", "kg J-1", "", 1, [=](auto, auto) { return 0.37 / 3.6e6; }));
  s.variables.push_back(column("cause", "1", "", 1, [=](auto h, auto) { return cause_at(h); }));
  constexpr double kRate[] = {38e6, 7e6, 0};
  s.variables.push_back(column("tokens_offered", "1 s-1", "workload", 3, [=](auto h, auto i) { return kRate[i] * (1 + 0.35 * day_wave(h)); }));
  s.variables.push_back(column("tokens_out", "1 s-1", "workload", 3, [=](auto h, auto i) { return delivered(h) * kRate[i] * std::min(1.25, 1 + 0.35 * day_wave(h)); }));
  s.variables.push_back(column("tokens_good", "1 s-1", "workload", 3, [=](auto h, auto i) { return delivered(h) * 0.985 * kRate[i] * std::min(1.25, 1 + 0.35 * day_wave(h)); }));
  s.variables.push_back(column("tokens_trained", "1 s-1", "workload", 3, [=](auto h, auto i) { return i == 2 ? delivered(h) * 210e3 : 0.0; }));
  r.series.push_back(std::move(s));
  sim::SeriesGroup p{prefix + "_pods_1h", 3600, kHours, {{"pod", {"a-chat", "b-agents", "b-train"}}}, {}};
  constexpr double kRack[] = {96e3, 24e3, 38e3}, kCount[] = {640, 240, 32};
  p.variables.push_back(column("rack_power", "W", "pod", 3, [=](auto h, auto i) { return kRack[i] * (1 + 0.12 * day_wave(h)); }));
  p.variables.push_back(column("group_power", "W", "pod", 3, [=](auto h, auto i) { return delivered(h) * kCount[i] * kRack[i]; }));
  p.variables.push_back(column("load", "1", "pod", 3, [=](auto h, auto) { return 0.7 + 0.2 * day_wave(h); }));
  p.variables.push_back(column("clock", "1", "pod", 3, [=](auto h, auto i) { return i == 0 && site_w(h) > 95e6 ? 0.86 : 1.0; }));
  p.variables.push_back(column("junction", "degC", "pod", 3, [=](auto h, auto) { return 68 + 4 * day_wave(h); }));
  p.variables.push_back(column("coolant_supply", "degC", "pod", 3, [=](auto h, auto) { return 38 + 2 * year_wave(h); }));
  p.variables.push_back(column("device_power", "W", "pod", 3, [=](auto, auto) { return 980.0; }));
  p.variables.push_back(column("delivered_racks", "1", "pod", 3, [=](auto h, auto i) { return std::floor(delivered(h) * kCount[i]); }));
  r.series.push_back(std::move(p));
}

inline void add_metric(sim::Results& r, std::string const& id, double value) {
  auto const* m = sim::find_metric(id);
  r.summary.push_back({id, std::string(m->unit), std::string(m->definition), value, {}, {}, {}, Validity::no_band});
}

inline void add_summary(sim::Results& r) {
  std::pair<char const*, double> const values[] = {
      {"tokens.out.rate", 45.13e6}, {"tokens.good.rate", 44.52e6}, {"tokens.in.rate", 61.4e6}, {"tokens.cached.rate", 128.7e6}, {"goodput.fraction", 0.9654}, {"tokens.ref.rate", 39.2e6}, {"training.tokens.rate", 210e3},
      {"it.power", 74.81e6}, {"it.power.peak", 89.2e6}, {"facility.power", 84.02e6}, {"facility.power.peak", 99.97e6}, {"facility.power.p95", 98.7e6}, {"facility.apparent_power.peak", 101.1e6}, {"power_factor.min", 0.9812},
      {"pue", 1.1231}, {"pue.electrical", 0.0492}, {"pue.liquid", 0.0121}, {"pue.air", 0.0098}, {"pue.plant", 0.052}, {"pue.month.peak", 1.1547}, {"wue", 0.24e-3 / 3.6e6}, {"water", 157.3e3}, {"energy", 84.02e6 * 3600 * 8760},
      {"energy.per_output_token", 1.718}, {"cost.per_mtok_out", 0.3142}, {"cost.energy_per_mtok_out", 0.0272}, {"cost.year", 871.2e6}, {"cost.per_device_hour", 1.94}, {"cost.energy_share", 0.0866}, {"carbon", 272.3e6}, {"carbon.per_mtok_out", 0.1768},
      {"tokens.out.rate.as_delivered", 33.1e6}, {"facility.power.as_delivered", 61.4e6}, {"stranded.it_power.as_delivered", 2.41e6}};
  for (auto const& [id, value] : values) add_metric(r, id, value);
  r.find("pue");
  r.summary[0].p10 = 41.2e6, r.summary[0].p50 = 45.0e6, r.summary[0].p90 = 48.9e6, r.summary[0].validity = Validity::interpolated;
}

inline void add_workloads(sim::Results& r) {
  auto add = [&](std::string id, std::string kind, std::string model, std::string title, std::initializer_list<std::pair<char const*, double>> values) {
    sim::WorkloadSummary w{id, std::move(kind), std::move(model), std::move(title), {}};
    for (auto const& [suffix, value] : values) w.values[suffix] = value, add_metric(r, "workload." + id + "." + suffix, value);
    r.workloads.push_back(std::move(w));
  };
  add("chat", "serving", "deepseek-v3.1", "Chat, DeepSeek class", {{"tokens.out.rate", 38.1e6}, {"tokens.good.rate", 37.6e6}, {"ttft.p50", 0.412}, {"ttft.p99", 1.31}, {"tpot.p50", 0.0213}, {"tpot.p99", 0.0391}, {"energy.per_output_token", 1.61}, {"clock.fraction", 0.973}, {"it.power", 61e6}});
  add("agents", "serving", "llama-3.1-70b", "Coding agents", {{"tokens.out.rate", 7.03e6}, {"tokens.good.rate", 6.92e6}, {"ttft.p50", 0.0921}, {"tpot.p50", 0.0124}, {"energy.per_output_token", 2.4}, {"clock.fraction", 1.0}, {"it.power", 5.7e6}});
  add("pretrain", "training", "llama-3.1-405b", "Pre-training", {{"training.tokens.rate", 210e3}, {"mfu", 0.412}, {"clock.fraction", 1.0}, {"it.power", 1.2e6}});
}

inline void add_money(sim::Results& r) {
  r.costs = {{"capital.it", 2410e6, 619e6}, {"capital.electrical", 320e6, 39.7e6}, {"capital.cooling", 180e6, 22.3e6}, {"capital.shell", 240e6, 29.8e6}, {"capital.network", 140e6, 36e6}, {"energy", 0, 63.4e6}, {"water", 0, 0.3e6}, {"staff", 0, 9.2e6}, {"maintenance", 0, 51.5e6}};
  r.bill.energy_usd = 41.1e6, r.bill.delivery_usd = 8.2e6, r.bill.demand_usd = 13.9e6, r.bill.fixed_usd = 0.2e6;
  for (std::size_t m = 0; m < 12; ++m) r.bill.month_usd[m] = 5.28e6 + 0.6e6 * std::sin(static_cast<double>(m)), r.bill.peak_w[m] = 92e6 + 0.7e6 * static_cast<double>(m);
}

inline void add_flows(sim::Results& r) {
  double const gwh = 3.6e12;
  auto add = [&](char const* from, char const* to, double amount) { r.flows.push_back({from, to, amount * gwh}); };
  add("grid", "site", 735), add("generators", "site", 1);
  std::pair<char const*, double> const losses[] = {{"loss: main_transformer", 4.2}, {"loss: cable", 1.1}, {"loss: unit_transformer", 6.3}, {"loss: ups", 18.2}, {"loss: busway", 2.1}, {"loss: mechanical_supply", 0.7}, {"loss: battery", 0.1}};
  for (auto const& [to, amount] : losses) add("site", to, amount);
  add("site", "cooling", 48), add("site", "IT", 655.3);
  std::pair<char const*, double> const parts[] = {{"cdu_pumps", 7.9}, {"fws_pumps", 6.1}, {"rejection_fans", 19.3}, {"rejection_pumps", 0.4}, {"trim_chillers", 7.2}, {"chw_pumps", 0.6}, {"air_chillers", 1.4}, {"air_fans", 5.1}};
  for (auto const& [to, amount] : parts) add("cooling", to, amount);
  std::pair<char const*, double> const it[] = {{"accelerators: work", 390}, {"accelerators: idle", 98}, {"accelerators: leakage", 21.3}, {"hosts and scale-up switches", 84}, {"server fans", 6}, {"power supplies", 19}, {"network and storage", 37}};
  for (auto const& [to, amount] : it) add("IT", to, amount);
}

inline sim::Results make_results(std::string const& title = "Sine site, 100 MW") {
  sim::Results r;
  r.provenance = {"0.1.0", "abc1234", "g++ 12.2", "aifactory run sine.yaml", "sine", title, "sine.yaml", "schema: aifactory/scenario/v1\nname: sine\n", "{}", std::string(64, 'a'), {{"sine.yaml", std::string(64, 'a')}}, 7, "2026-11-23T22:00:00Z", "2026-11-23T22:00:04Z"};
  add_summary(r), add_workloads(r), add_money(r), add_flows(r);
  add_series(r, "ts", false), add_series(r, "as_delivered", true);
  double hours[12] = {};
  for (std::size_t h = 0; h < kHours; ++h) hours[static_cast<std::size_t>(cause_at(h))] += 1;
  r.causes = {{Cause::demand, "", hours[0], 0}, {Cause::slo, "workloads.chat", hours[9], 3.1e12}, {Cause::power, "site.utility", hours[3], 1.4e12}};
  r.marginal = {{"workloads.chat", 1, "rack of a-chat", 61e3}, {"site.utility", 1e6, "W", 112e3}};
  r.checks = {{"facility.power.peak <= 100 MW", "error", 99.97e6, 100e6, true, {}}, {"pue <= 1.10", "warn", 1.1231, 1.10, false, {}}};
  r.assumptions = {{"site.utility.capacity", "100 MW", "sine.yaml:4", "scenario", ""}, {"power.ups.loss_a0", "0.0085", "lib:ups/ups-li-1.5mw", "assumption: typical of the class, 2026-11", "assumption"}, {"cooling.liquid.supply", "40 degC", "sine.yaml:9", "ASHRAE W40, 2021", "published"}};
  r.events = {{3600.0 * 4200, "limit", "site.utility", "The import limit binds for the first time."}};
  r.warnings.add({"AF2810", Severity::warning, "The racks of hall-b are oversubscribed.", "halls.hall-b", {}, "", 1});
  r.notes = {"Weather, price and carbon intensity are not of one year: hot hours and dear hours do not coincide as they would."};
  r.energy_residual = 3.2e-12;
  r.verdict = title + " makes 45.1 Mtok/s of output, 96.5 % of what is asked for within its latency targets, from 84.0 MW on average at PUE 1.123; it is limited by workloads.chat, site.utility.";
  return r;
}

}  // namespace aif::reports::testing
