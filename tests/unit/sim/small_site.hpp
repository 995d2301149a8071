#pragma once
// A small site of the contingency tests: 16 liquid-cooled racks that serve, 8 air-cooled racks that train, two feeds, two transformers, four
// generators, 2N blocks, two coolant loops. Keys are replaced as with --set.

#include <filesystem>
#include <string>
#include <vector>

#include "sim/facility/build.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace small_site {

inline std::string const kText = R"(
schema: aifactory/scenario/v1
name: small
seed: 7
site:
  weather: { source: "lib:weather/USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3" }
  utility: { capacity: 6 MW, voltage: 34.5 kV, feeds: { count: 2, redundancy: "2N" } }
  onsite:
    - { type: diesel, id: gen, units: 4, power: 2 MW, redundancy: "N+1" }
power:
  main_transformer: { count: 2, redundancy: "N+1", unit: { rating: 10 MVA } }
  blocks: { count: 4, it_capacity: 2.5 MW, redundancy: "2N" }
cooling:
  liquid: { cdu: { loop_racks: 8 } }
  plant: { heat_rejection: { count: 5 }, air_chiller: { count: 4 } }
halls:
  - id: h
    pods:
      - { id: chat, rack: "lib:racks/gb200-nvl72", count: 16, per_row: 8, priority: 1 }
      - { id: train, rack: "lib:racks/hgx-h200-4", count: 8, per_row: 4, priority: 2 }
workloads:
  - { type: serving, id: w, model: "lib:models/llama-3.1-70b", precision: fp8, demand: { mean: 1500 req/s }, slo: { tpot_p95: 50 ms }, placement: { pods: [chat] } }
  - { type: training, id: t, model: "lib:models/llama-3.1-8b", precision: fp8, global_batch: 1024, seq_len: 8192, pods: [train] }
finance: { discount_rate: 9 % }
simulation: { start: "2027-01-01", duration: 2 day, step: 1 h, marginal_values: false }
)";

struct Site {
  aif::sim::LoadedScenario loaded;
  aif::sim::Facility facility;
  aif::sim::ReliabilityParams const& reliability() const { return loaded.value.reliability; }
};

inline Site build(std::vector<std::string> sets = {}, std::string const& more = {}) {
  using namespace aif::sim;
  Site s{load_scenario_text(kText + more, "small.yaml", {.overlays = {}, .sets = std::move(sets), .case_id = {}, .library_dirs = {}}), {}};
  BuildLog log;
  s.facility = build_facility(s.loaded, Library(), {(std::filesystem::temp_directory_path() / "aif_test_maps").string(), {}, false}, log);
  return s;
}

}  // namespace small_site
