#pragma once
// A small site of two days for tests of studies: 16 racks serve one model; its operating map is built once and kept for all.

#include <filesystem>
#include <string>
#include <vector>

#include "sim/scenario/load_scenario.hpp"

namespace study_site {

inline std::string const kText = R"(
schema: aifactory/scenario/v1
name: toy
seed: 11
site:
  weather: { source: "lib:weather/USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3" }
  utility: { capacity: 20 MW, voltage: 34.5 kV }
  tariff: { energy: 0.07 USD/kWh }
power: { blocks: { count: 8, it_capacity: 2 MW } }
cooling: { air: { unit: "lib:cooling/fanwall-500kw" }, plant: { heat_rejection: { model: "lib:dry_coolers/adiabatic-1.2mw", count: 12 }, air_chiller: { count: 4 } } }
halls:
  - id: h
    pods: [ { id: a, rack: "lib:racks/gb200-nvl72", count: 16, per_row: 8 } ]
workloads:
  - { type: serving, id: w, model: "lib:models/llama-3.1-70b", precision: fp8, demand: { mean: 2000 req/s }, slo: { tpot_p95: 50 ms }, placement: { pods: [a] } }
finance: { shell: 2.5 MUSD/MW, electrical: 4.5 MUSD/MW, cooling: 2.5 MUSD/MW }
simulation: { duration: 2 day, marginal_values: false }
)";

inline aif::sim::LoadedScenario load(std::vector<std::string> sets = {}, std::string const& more = "") {
  return aif::sim::load_scenario_text(kText + more, "toy.yaml", {.overlays = {}, .sets = std::move(sets), .case_id = {}, .library_dirs = {}});
}

inline std::string maps() { return (std::filesystem::temp_directory_path() / "aif_test_maps").string(); }

// Folder of a test, empty.
inline std::string fresh_folder(char const* name) {
  auto const path = std::filesystem::temp_directory_path() / (std::string("aif_study_") + name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

}  // namespace study_site
