// Sweeps: rows, journals, failures, threads.
#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>
#include <fstream>

#include "core/csv.hpp"
#include "sim/decisions/sweep.hpp"
#include "test_study_site.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::sim;

using aif::test::code_of;

namespace {

Points const kPoints{{"pods.a.count=8"}, {"pods.a.count=12", "cooling.liquid.supply=35 degC"}, {"pods.a.count=-3"}, {"site.utility.capacity=1 MW"}, {"pods.nobody.count=3"}, {"pods.a.count=16"}};

}  // namespace

TEST_CASE("rows are those of single runs; failed points are kept with their diagnostics and stop nothing") {
  Evaluator const evaluator(study_site::load(), Library(), {.cache_dir = study_site::maps()});
  auto const r = run_sweep(evaluator, kPoints, {});
  REQUIRE(r.rows.size() == 6);
  CHECK(r.failed() == 2);
  CHECK(r.rows[2].result.problems.items().front().code == "AF1012");
  CHECK(r.rows[4].result.problems.items().front().code == "AF1013");
  Results const alone = evaluate_site(study_site::load({"pods.a.count=8"}).value, Library(), {.cache_dir = study_site::maps()});
  CHECK(r.column("facility.power")[0] == alone.find("facility.power")->value);
  CHECK(std::isnan(r.column("facility.power")[2]));
  CHECK(r.column("facility.power.peak")[3] <= 1e6 * 1.001);
  CAPTURE(r.rows[3].result.binding);
  CHECK(r.rows[3].result.binding.starts_with("power"));
  CHECK(r.rows[5].result.scenario_sha256 == study_site::load({"pods.a.count=16"}).sha256);
  CHECK(code_of([&] { r.column("facility.pover"); }) == "AF2831");
}

TEST_CASE("the same bytes of journal and table for 1, 2, 3 and 7 threads") {
  Evaluator const evaluator(study_site::load(), Library(), {.cache_dir = study_site::maps()});
  std::string const folder = study_site::fresh_folder("threads");
  int const before = omp_get_max_threads();
  std::string journal, table;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    std::string const path = folder + "/" + std::to_string(threads) + ".jsonl";
    auto const r = run_sweep(evaluator, kPoints, {.journal = path, .resume = false, .keep_folder = ""});
    if (journal.empty()) journal = read_file(path), table = sweep_csv(r);
    CHECK(read_file(path) == journal);
    CHECK(sweep_csv(r) == table);
  }
  omp_set_num_threads(before);
}

TEST_CASE("a journal cut anywhere resumes to the journal that was never cut") {
  Evaluator const evaluator(study_site::load(), Library(), {.cache_dir = study_site::maps()});
  std::string const path = study_site::fresh_folder("resume") + "/journal.jsonl";
  auto const whole = run_sweep(evaluator, kPoints, {.journal = path, .resume = false, .keep_folder = ""});
  std::string const text = read_file(path);
  CHECK(code_of([&] { run_sweep(evaluator, kPoints, {.journal = path, .resume = false, .keep_folder = ""}); }) == "AF2910");
  for (std::size_t cut : {std::size_t{0}, std::size_t{3}, text.find('\n'), text.find('\n') + 1, text.find('\n') + 40, text.size() / 2, text.size() - 1, text.size()}) {
    CAPTURE(cut);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text.substr(0, cut);
    auto const r = run_sweep(evaluator, kPoints, {.journal = path, .resume = true, .keep_folder = ""});
    CHECK(read_file(path) == text);
    CHECK(sweep_csv(r) == sweep_csv(whole));
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text.substr(0, text.find('\n') + 1) << "{\"point\": what\n";
  CHECK(code_of([&] { run_sweep(evaluator, kPoints, {.journal = path, .resume = true, .keep_folder = ""}); }) == "AF2912");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  CHECK(code_of([&] { run_sweep(evaluator, {{"pods.a.count=9"}}, {.journal = path, .resume = true, .keep_folder = ""}); }) == "AF2911");
}

TEST_CASE("a stopped sweep keeps what is done") {
  Evaluator const evaluator(study_site::load(), Library(), {.cache_dir = study_site::maps()});
  std::string const path = study_site::fresh_folder("stopped") + "/journal.jsonl";
  std::atomic<bool> stop{false};
  RunControl control{&stop, [&](Progress const& p) { stop = stop || p.fraction > 0.4; }};
  int const before = omp_get_max_threads();
  omp_set_num_threads(1);  // the journal is in the order of the points: with more threads a slow first point may hold back what is done
  CHECK_THROWS_AS(run_sweep(evaluator, kPoints, {.journal = path, .resume = false, .keep_folder = ""}, control), Interrupted);
  omp_set_num_threads(before);
  stop = false;
  auto const r = run_sweep(evaluator, kPoints, {.journal = path, .resume = true, .keep_folder = ""});
  CHECK(r.resumed > 0);
  CHECK(r.failed() == 2);
}

TEST_CASE("points with members have bands in the table") {
  Evaluator const evaluator(study_site::load(), Library(), {.cache_dir = study_site::maps(), .members = 4});
  auto const r = run_sweep(evaluator, {{"pods.a.count=8"}}, {});
  REQUIRE(r.rows[0].result.p10.size() == r.metrics.size());
  std::string const table = sweep_csv(r);
  CHECK(table.find("facility_power_p10_w") != std::string::npos);
  auto const back = read_journal_line(journal_line(r.rows[0]), "", 1).result;
  REQUIRE(back.p90.size() == r.metrics.size());
  for (std::size_t i = 0; i < back.p90.size(); ++i) CHECK((back.p90[i] == r.rows[0].result.p90[i] || (std::isnan(back.p90[i]) && std::isnan(r.rows[0].result.p90[i]))));
}
