// quick: the planner's first minute. Five inputs become a whole scenario (saved with --save), which is run like any other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/summary_screen.hpp"
#include "cli/option_values.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "core/write_file.hpp"
#include "sim/io/result_file.hpp"
#include "sim/run.hpp"

namespace aif::cli {
namespace {

constexpr double kFill = 0.9;        // racks are placed for 90 % of their design power (assumption)
constexpr double kPlant = 1.12;      // site over IT while sizing (assumption; the run computes it)
constexpr double kOfferedLoad = 0.7; // mean demand over capacity (assumption)

struct QuickOptions {
  std::string power = "72 MW", rack = "gb200-nvl72", model = "deepseek-r1", site = "Sterling", slo = "50 ms", precision, save;
};

// The one weather file whose name holds `text`, whatever the case.
std::string weather_of(sim::Library const& library, std::string const& text) {
  auto lower = [](std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return s;
  };
  std::vector<std::string> found, all;
  for (auto const& reference : library.references()) {
    if (!reference.starts_with("weather/")) continue;
    all.push_back(reference.substr(8));
    if (lower(reference).find(lower(text)) != std::string::npos) found.push_back(reference);
  }
  if (found.size() == 1) return "lib:" + found.front();
  std::string list;
  for (auto const& name : all) list += (list.empty() ? "" : ", ") + name;
  throw InputError(Diagnostic{"AF1008", Severity::error, fmt::format("--site {}: {} weather files match", text, found.size()), "", {}, "a part of one of: " + list, 1});
}

std::string scenario_text(QuickOptions const& o, sim::Library const& library, double requests_per_s) {
  auto const rack = library.load_as<sim::RackParams>("racks/" + o.rack);
  double const power_w = quantity_of("--power", o.power, Kind::power);
  quantity_of("--slo", o.slo, Kind::duration);
  int const racks = static_cast<int>(power_w / (kPlant * rack.design_power_w * kFill));
  if (racks < 1)
    throw InputError(Diagnostic{"AF2840", Severity::error, fmt::format("{} does not feed one {} rack of {}", o.power, o.rack, format_quantity(rack.design_power_w, Kind::power)), "", {}, "a larger --power or a smaller --rack", 1});
  double const it_w = racks * rack.design_power_w;
  int const blocks = static_cast<int>(std::ceil(it_w / 2.5e6)) + 1;
  return fmt::format(R"(# Made by `aifactory quick`: five inputs, everything else as the library and the defaults have it.
schema: aifactory/scenario/v1
name: quick
title: "{} of {} with {}"
site:
  weather: {{ source: "{}" }}
  utility: {{ capacity: {}, voltage: 34.5 kV }}
  tariff: {{ energy: 0.07 USD/kWh, demand: [ {{ id: demand, price: 8 USD/kW/month }} ] }}
  carbon: {{ flat: 370 g/kWh }}
power: {{ blocks: {{ count: {}, it_capacity: 2.5 MW, redundancy: "N+1" }}, oversubscription: {{ limit: 1.2 }} }}
cooling:
  liquid: {{ loop: "lib:cooling/tcs-loop-pg25", cdu: {{ model: "lib:cdus/cdu-1.3mw-l2l" }} }}
  air: {{ unit: "lib:cooling/fanwall-500kw" }}
  plant:
    heat_rejection: {{ model: "lib:dry_coolers/adiabatic-1.2mw", redundancy: "N+1" }}
    trim_chiller: {{ model: "lib:chillers/air-1.6mw", count: {} }}
    air_chiller: {{ model: "lib:chillers/air-1.6mw" }}
halls:
  - id: hall
    pods:
      - {{ id: pod, rack: "lib:racks/{}", count: {} }}
workloads:
  - type: serving
    id: chat
    model: "lib:models/{}"
    precision: {}
    demand: {{ profile: "lib:demand/diurnal-us", mean: {:.6g} req/s }}
    tokens: {{ input: {{ p50: 1020 tok, p95: 4083 tok }}, output: {{ p50: 129 tok, p95: 451 tok }}, burstiness: 1.09, cache_hit: 37 % }}
    slo: {{ ttft_p95: 2 s, tpot_p95: {} }}
    placement: {{ pods: [pod], engine: trtllm }}
finance: {{ shell: 2.5 MUSD/MW, electrical: 4.5 MUSD/MW, cooling: 2.5 MUSD/MW, network_per_device: 5.5 kUSD, staff: 60, staff_cost: 180 kUSD/year }}
simulation: {{ marginal_values: false }}
)",
                     o.power, o.rack, o.model, weather_of(library, o.site), format_quantity(power_w, Kind::power, 9), blocks, rack.liquid_fraction > 0 ? 2 : 0, o.rack, racks, o.model,
                     o.precision, requests_per_s, o.slo);
}

// The narrowest arithmetic that the accelerator has: what a planner would serve with.
std::string best_precision(HardwareProfile const& profile) {
  auto has = [&](Precision p) { return profile.datasheet.peak_flop_s[static_cast<std::size_t>(p)] > 0; };
  return has(Precision::fp4) ? "fp4" : has(Precision::fp8) ? "fp8" : "bf16";
}

int quick(QuickOptions o, Frame const& frame) {
  sim::Library const library;
  if (o.precision.empty()) {
    auto const rack = library.load_as<sim::RackParams>("racks/" + o.rack);
    o.precision = best_precision(read_profile(library.asset_path(rack.device)));
  }
  // The first build only finds the capacity; the demand follows from it.
  sim::BuildLog log;
  auto const probe = sim::load_scenario_text(scenario_text(o, library, 1.0), "quick.yaml");
  auto const facility = sim::build_facility(probe, library, {.control = frame.control()}, log);
  auto const& pod = facility.groups.front();
  auto const& chat = std::get<workloads::ServingWorkloadParams>(probe.value.workloads.front());
  double const requests_per_s = kOfferedLoad * pod.map->capacity_out_token_s * pod.replicas / workloads::mean_token(chat.tokens.output);
  std::string const text = scenario_text(o, library, requests_per_s);
  if (!o.save.empty()) write_file(o.save, text);
  auto const loaded = sim::load_scenario_text(text, o.save.empty() ? "quick.yaml" : o.save);
  frame.print(loaded.warnings);
  sim::RunSettings settings;
  settings.as_delivered = false;
  settings.command_line = frame.command_line;
  settings.control = frame.control();
  auto const results = sim::run_scenario(loaded, library, settings);
  if (frame.json) std::fputs(sim::summary_json(results).c_str(), stdout);
  else fmt::print("{}: {} racks, {} accelerators, {}\n\n{}", loaded.value.title, pod.racks, pod.devices(), o.precision, summary_screen(results));
  return kSuccess;
}

}  // namespace

void add_quick(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<QuickOptions>();
  CLI::App* verb = frame.verb(app, "quick", "Estimate from five inputs, without a file", [o, &frame] { return quick(*o, frame); });
  verb->add_option("--power", o->power, "Import limit of the site")->capture_default_str();
  verb->add_option("--rack", o->rack, "Rack of the library")->capture_default_str();
  verb->add_option("--model", o->model, "Model of the library")->capture_default_str();
  verb->add_option("--site", o->site, "Part of the name of a weather file")->capture_default_str();
  verb->add_option("--slo", o->slo, "Time per output token that 95 % of requests meet")->capture_default_str();
  verb->add_option("--precision", o->precision, "Of the weights; default the narrowest the accelerator has");
  verb->add_option("--save", o->save, "Also write the scenario that was made");
}

}  // namespace aif::cli
