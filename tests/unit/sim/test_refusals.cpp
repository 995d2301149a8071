// Files and studies of the simulation that cannot be read or run: each is refused with its code.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sim/claims/agents.hpp"
#include "sim/claims/factory_pattern.hpp"
#include "sim/claims/generations.hpp"
#include "sim/claims/money.hpp"
#include "sim/claims/supervised.hpp"
#include "sim/facility/build.hpp"
#include "sim/io/checkpoint.hpp"
#include "sim/io/risk_json.hpp"
#include "sim/io/traces.hpp"
#include "sim/io/vendor_table.hpp"
#include "sim/scenario/library.hpp"
#include "tests/support/refused.hpp"
#include "tests/support/temp_file.hpp"

using namespace aif;
using namespace aif::sim;
using aif::test::code_of;
using aif::test::TempFile;

TEST_CASE("traces whose lengths are no lengths, and empty ones") {
  TempFile const negative("aif_negative.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,-3,5\n");
  CHECK(code_of([&] { read_trace(negative.path.string()); }) == "AF4503");
  TempFile const empty("aif_empty.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n");
  CHECK(code_of([&] { read_trace(empty.path.string()); }) == "AF4503");
}

TEST_CASE("a vendor's table without a unit") {
  TempFile const table("aif_vendor.csv", "outdoor [degC],capacity,power [kW]\n20,1000,10\n");
  cooling::PerformanceTable out;
  CHECK(code_of([&] { read_performance_table(table.path.string(), out); }) == "AF4013");
}

TEST_CASE("a text that is no contingency document") {
  for (char const* text : {"{", "{}", "[1]"}) CHECK(code_of([&] { read_risk_json(text); }) == "AF4015");
}

TEST_CASE("a checkpoint that is none, or of another study, is not resumed") {
  std::vector<YearRun> runs;
  TempFile const text("aif_checkpoint", "not a checkpoint");
  CHECK(code_of([&] { load_checkpoint(text.path.string(), "key", runs); }) == "AF4801");
  std::string const saved = (std::filesystem::temp_directory_path() / "aif_checkpoint_of_another").string();
  save_checkpoint(saved, "another key", runs);
  CHECK(code_of([&] { load_checkpoint(saved, "key", runs); }) == "AF4801");
  CHECK(code_of([&] { load_checkpoint(saved, "another key", runs); }).empty());
  std::filesystem::remove(saved);
}

TEST_CASE("studies that lack what they compare") {
  Library const library;
  GenerationsStudy generations;
  generations.id = "g";
  CHECK(code_of([&] { run_study(generations, library); }) == "AF2866");
  AgentsStudy agents;
  agents.id = "a";
  CHECK(code_of([&] { run_study(agents, library, {}); }) == "AF2868");
  SupervisedStudy supervised;
  supervised.id = "s";
  CHECK(code_of([&] { run_study(supervised, library, 1); }) == "AF2867");
  supervised.product = library.load_as<workloads::ProductParams>("products/supervised-agent");
  CHECK(code_of([&] { run_study(supervised, library, 1); }) == "AF2867");  // its supervisors are no role of the study
}

TEST_CASE("money: a range of a line that is not there, or that does not rise") {
  Results results;
  results.costs.push_back({"energy", 0, 1e6});
  MoneyStudy money;
  money.id = "m";
  money.ranges.resize(1);
  auto& range = money.ranges[0];
  range.line = "enrgy", range.low = 0.8, range.mode = 1, range.high = 1.2;
  CHECK(code_of([&] { run_study(money, Scenario{}, Facility{}, results); }) == "AF2870");
  range.line = "energy", range.low = 2;
  CHECK(code_of([&] { run_study(money, Scenario{}, Facility{}, results); }) == "AF2870");
}

TEST_CASE("swaps and expectations that name nothing") {
  SwapParams swap;
  swap.id = "x", swap.workload = "nobody", swap.model = "lib:models/llama-3.1-70b";
  CHECK(code_of([&] { swapped(Scenario{}, swap, Library(), "studies.x"); }) == "AF2869");
  StudyResult result;
  result.id = "s";
  result.metrics.push_back({"gain", "1", "", 2, {}, {}});
  for (char const* expr : {"gain is large", "gian <= 3"}) {
    ExpectationParams e;
    e.id = "e", e.expr = expr;
    CHECK(code_of([&] { judge(result, {e}); }) == "AF2865");
  }
  result.metrics.push_back({"goal", "1", "", 3, {}, {}});
  result.metrics.push_back({"watts", "W", "", 1, {}, {}});
  auto const of = [&](char const* expr) {
    ExpectationParams e;
    e.id = "e", e.expr = expr;
    judge(result, {e});
    return result.expectations.back();
  };
  CHECK(of("gain <= goal").met);
  CHECK(of("gain <= goal").limit == 3);
  CHECK_FALSE(of("gain >= goal").met);
  CHECK(of("gain <= 250 %").met);
  CHECK(code_of([&] { of("gain <= watts"); }) == "AF2865");
  CHECK(code_of([&] { of("gain <= gaol"); }) == "AF2865");
}

TEST_CASE("a measured power of a pod that turns negative") {
  std::string text = "time,power [MW]\n";
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 0; month < 12; ++month)
    for (int day = 0; day < kDays[month]; ++day)
      for (int hour = 0; hour < 24; ++hour) text += fmt::format("2023-{:02}-{:02} {:02}:00,{}\n", month + 1, day + 1, hour, month == 6 && day == 3 && hour == 2 ? -1 : 2);
  TempFile const series("aif_pod_power.csv", text);
  LoadOptions options;
  options.sets = {"pods.racks.power=" + series.path.string()};
  auto const loaded = load_scenario("scenarios/templates/blank.yaml", options);
  BuildLog log;
  CHECK(code_of([&] { build_facility(loaded, Library(), {.check_only = true}, log); }) == "AF2805");
}
