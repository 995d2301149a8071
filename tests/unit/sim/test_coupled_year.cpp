// The coupled run on the shipped site: balance, sanity, invariances. One facility is built once for all cases of this file.
#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>
#include <filesystem>

#include "sim/io/result_file.hpp"
#include "sim/run.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

LoadedScenario load(std::vector<std::string> sets = {}) {
  sets.push_back("simulation.duration=4 day");
  sets.push_back("simulation.marginal_values=false");
  return load_scenario("scenarios/reference_100mw.yaml", {.overlays = {}, .sets = sets, .case_id = {}, .library_dirs = {}});
}

RunSettings settings() {
  RunSettings s;
  s.cache_dir = (std::filesystem::temp_directory_path() / "aif_test_maps").string();
  return s;
}

Results run(std::vector<std::string> sets = {}) { return run_scenario(load(std::move(sets)), Library(), settings()); }

double at(Results const& r, char const* id) {
  auto const* m = r.find(id);
  REQUIRE_MESSAGE(m, id);
  return m->value;
}

}  // namespace

TEST_CASE("energy in equals energy out in every window, and the flows add up") {
  Results const r = run();
  CHECK(r.energy_residual < 1e-6);
  double into_site = 0, out_of_site = 0;
  for (auto const& f : r.flows) {
    if (f.to == "site") into_site += f.energy_j;
    if (f.from == "site") out_of_site += f.energy_j;
  }
  CHECK(out_of_site == doctest::Approx(into_site).epsilon(0.01));  // the battery may hold some
  CHECK(at(r, "pue") > 1.0);
  CHECK(at(r, "pue") < 1.4);
  CHECK(at(r, "pue") - 1.0 == doctest::Approx(at(r, "pue.electrical") + at(r, "pue.liquid") + at(r, "pue.air") + at(r, "pue.plant")).epsilon(0.1));
}

TEST_CASE("every hour has one cause and the hours add up to the run") {
  Results const r = run();
  double hours = 0;
  for (auto const& c : r.causes) hours += c.hours;
  CHECK(hours == doctest::Approx(96.0));
  for (auto const& c : r.causes) CHECK(c.cause != Cause::unsolved);
}

TEST_CASE("good output never exceeds output, output never what is asked") {
  Results const r = run();
  CHECK(at(r, "tokens.good.rate") <= at(r, "tokens.out.rate") * (1 + 1e-12));
  CHECK(at(r, "goodput.fraction") <= 1.0 + 1e-12);
  CHECK(at(r, "tokens.out.rate") > 0);
  CHECK(at(r, "training.tokens.rate") > 0);
}

TEST_CASE("the same bits with 1, 2, 3 and 7 threads") {
  int const before = omp_get_max_threads();
  std::string reference;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    std::string const summary = summary_json(run());
    if (reference.empty()) reference = summary;
    CHECK(summary == reference);
  }
  omp_set_num_threads(before);
}

TEST_CASE("halving the step changes annual figures by less than a percent") {
  Results const hour = run(), half = run({"simulation.step=30 min"});
  for (char const* id : {"facility.power", "it.power", "tokens.out.rate", "pue"}) {
    CAPTURE(id);
    CHECK(at(half, id) == doctest::Approx(at(hour, id)).epsilon(0.01));
  }
}

TEST_CASE("a pod of N racks equals two pods of N/2 with half the demand each") {
  std::string const one = R"(
schema: aifactory/scenario/v1
name: copies
site: { weather: { source: "lib:weather/USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3" }, utility: { capacity: 20 MW, voltage: 34.5 kV } }
power: { blocks: { count: 8, it_capacity: 2 MW } }
cooling: { plant: { heat_rejection: { count: 12 }, air_chiller: { count: 4 } } }
finance: { discount_rate: 9 % }
simulation: { duration: 2 day, marginal_values: false }
)";
  auto pod = [](char const* id, int n) { return "      - { id: " + std::string(id) + ", rack: \"lib:racks/gb200-nvl72\", count: " + std::to_string(n) + ", per_row: 8 }\n"; };
  auto work = [](char const* id, char const* pod_id, int rate) {
    return "  - { type: serving, id: " + std::string(id) + ", model: \"lib:models/llama-3.1-70b\", precision: fp8, demand: { mean: " + std::to_string(rate) +
           " req/s }, slo: { tpot_p95: 50 ms }, placement: { pods: [" + pod_id + "] } }\n";
  };
  auto solve = [&](std::string const& text) { return run_scenario(load_scenario_text(text, "copies.yaml"), Library(), settings()); };
  Results const whole = solve(one + "halls:\n  - id: h\n    pods:\n" + pod("a", 16) + "workloads:\n" + work("w", "a", 2000));
  Results const parts = solve(one + "halls:\n  - id: h\n    pods:\n" + pod("a", 8) + pod("b", 8) + "workloads:\n" + work("w", "a", 1000) + work("v", "b", 1000));
  for (char const* id : {"it.power", "tokens.out.rate", "tokens.good.rate"}) {
    CAPTURE(id);
    CHECK(at(parts, id) == doctest::Approx(at(whole, id)).epsilon(0.02));
  }
}

TEST_CASE("a tighter import limit never makes more tokens, and is kept") {
  Results const free = run(), tight = run({"site.utility.capacity=45 MW", "phases=[]"});
  CHECK(at(tight, "tokens.good.rate") <= at(free, "tokens.good.rate"));
  CHECK(at(tight, "facility.power.peak") <= 45e6 * (1 + 1e-3));
  bool by_power = false;
  for (auto const& c : tight.causes) by_power = by_power || c.cause == Cause::power;
  CHECK(by_power);
}

TEST_CASE("warmer weather never lowers the PUE of this plant") {
  CHECK(at(run({"site.weather.offset=8 K"}), "pue") >= at(run(), "pue") - 1e-9);
}

TEST_CASE("a result file gives back what was written") {
  Results const r = run();
  std::string const path = (std::filesystem::temp_directory_path() / "aif_result.nc").string();
  write_result(r, path);
  Results const back = read_result(path);
  CHECK(summary_json(back) == summary_json(r));
  REQUIRE(back.series.size() == r.series.size());
  for (std::size_t i = 0; i < r.series.size(); ++i) {
    CHECK(back.series[i].n_steps == r.series[i].n_steps);
    CHECK(back.series[i].variables.size() == r.series[i].variables.size());
  }
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("an interrupted run resumes to the same bits") {
  auto const loaded = load();
  std::string const checkpoint = (std::filesystem::temp_directory_path() / "aif_checkpoint").string();
  RunSettings s = settings();
  s.checkpoint_path = checkpoint;
  std::atomic<bool> stop{true};
  s.control.stop = &stop;
  (void)run();  // maps are cached: the stop flag then hits the year, not the maps
  CHECK_THROWS_AS(run_scenario(loaded, Library(), s), Interrupted);
  REQUIRE(std::filesystem::exists(checkpoint));
  stop = false;
  s.resume = true;
  Results const resumed = run_scenario(loaded, Library(), s);
  CHECK(summary_json(resumed) == summary_json(run()));
  CHECK_FALSE(std::filesystem::exists(checkpoint));
}
