// Members, bands and what model errors do to a site.
#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>

#include "contracts/uncertainty.hpp"
#include "sim/facility/build.hpp"
#include "sim/run.hpp"
#include "sim/decisions/ensemble.hpp"
#include "test_study_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

std::string const kBlock = "uncertainty: [ { path: demand.mean, dist: lognormal, p10: 1500 req/s, p90: 2600 req/s }, { path: site.weather.offset, dist: normal, mean: 0 K, sd: 1 K } ]\n";

RunSettings settings(int members) {
  RunSettings s;
  s.cache_dir = study_site::maps();
  s.members = members;
  s.as_delivered = false;
  return s;
}

Results run(int members, std::vector<std::string> sets = {}) { return run_scenario(study_site::load(std::move(sets), kBlock), Library(), settings(members)); }

double value(Results const& r, char const* id) {
  auto const* m = r.find(id);
  REQUIRE_MESSAGE(m, id);
  return m->value;
}

// The toy with a factor of one family on its models.
Results with_error(ErrorFamily family, double factor) {
  Library const library;
  ErrorDraws draws;
  draws[static_cast<std::size_t>(family)].factor = factor;
  return evaluate_site(study_site::load().value, library, {.cache_dir = study_site::maps(), .errors = &draws});
}

}  // namespace

TEST_CASE("every headline figure has a band in order and a validity word; without members it says no_band") {
  Results const r = run(32);
  for (auto const& m : r.summary) {
    CAPTURE(m.id);
    REQUIRE(m.p10);
    CHECK(*m.p10 <= *m.p50);
    CHECK(*m.p50 <= *m.p90);
    CHECK(m.validity != Validity::no_band);
  }
  CHECK(*r.find("tokens.out.rate")->p90 > *r.find("tokens.out.rate")->p10);
  CHECK(r.find("pue")->validity == Validity::prior);  // a plant of assumptions
  Results const none = run(0);
  CHECK(none.find("pue")->validity == Validity::no_band);
  for (auto const& m : none.summary) CHECK(m.value == r.find(m.id)->value);  // members never change the run itself
}

TEST_CASE("the same members for 1, 2, 3 and 7 threads, and the first of more are the members of fewer") {
  int const before = omp_get_max_threads();
  std::vector<std::vector<double>> reference;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    auto const e = run(8).ensemble;
    if (reference.empty()) reference = e.values;
    CHECK(e.values == reference);
  }
  omp_set_num_threads(before);
  auto const more = run(12).ensemble.values;
  for (std::size_t m = 0; m < 8; ++m) CHECK(more[m] == reference[m]);
}

TEST_CASE("two designs see the same draws: their difference is much less uncertain than either") {
  Results const a = run(32), b = run(32, {"cooling.plant.heat_rejection.count=10"});
  CHECK(a.ensemble.draws == b.ensemble.draws);
  std::vector<double> difference, alone;
  std::size_t const at = static_cast<std::size_t>(a.find("facility.power") - a.summary.data());
  for (std::size_t m = 0; m < 32; ++m) difference.push_back(b.ensemble.values[m][at] - a.ensemble.values[m][at]), alone.push_back(a.ensemble.values[m][at]);
  auto const spread = [](std::vector<double> v) { return *std::max_element(v.begin(), v.end()) - *std::min_element(v.begin(), v.end()); };
  CHECK(spread(difference) < 0.1 * spread(alone));
}

TEST_CASE("an input that alone is uncertain explains the band; quantiles of a monotone figure are the figure at the quantiles") {
  // Only the demand varies: model errors and library ranges are pinned.
  std::string const pinned = "uncertainty: [ { path: demand.mean, dist: uniform, low: 500 req/s, high: 1500 req/s }, { path: model_error.tpot, dist: discrete, values: [1] },"
                             " { path: model_error.ttft, dist: discrete, values: [1] }, { path: model_error.power_gpu, dist: discrete, values: [1] } ]\n";
  Results const r = run_scenario(study_site::load({}, pinned), Library(), settings(64));
  auto const* m = r.find("tokens.out.rate");
  auto const at = [&](char const* demand) { return value(run_scenario(study_site::load({std::string("workloads.w.demand.mean=") + demand}), Library(), settings(0)), "tokens.out.rate"); };
  CHECK(*m->p10 == doctest::Approx(at("600 req/s")).epsilon(0.03));
  CHECK(*m->p90 == doctest::Approx(at("1400 req/s")).epsilon(0.03));
  auto const drivers = contributions(r.ensemble, "tokens.out.rate");
  REQUIRE_FALSE(drivers.empty());
  CHECK(drivers.front().input == "workloads.w.demand.mean");
  CHECK(drivers.front().share > 0.9);
}

TEST_CASE("bands cover: of truths drawn from the same distributions, eight in ten lie between P10 and P90") {
  // The figure is monotone in one input and has noise from two others; many small ensembles, each with a truth of its own.
  Uncertain const x{"x", DistKind::lognormal, {0.7, 1.4}, Evidence::assumption, "", ""}, y{"y", DistKind::normal, {0, 0.2}, Evidence::assumption, "", ""};
  auto const figure = [&](std::uint64_t seed, std::uint64_t member) { return std::pow(value_of_member(x, seed, member), 1.5) + value_of_member(y, seed, member); };
  int covered = 0;
  constexpr int kTrials = 400, kMembers = 64;
  for (int trial = 0; trial < kTrials; ++trial) {
    Results r;
    r.summary = {{"f", "1", "", 0, {}, {}, {}, Validity::no_band}};
    EnsembleData e;
    e.metrics = {"f"};
    for (int m = 0; m < kMembers; ++m) e.values.push_back({figure(static_cast<std::uint64_t>(trial), static_cast<std::uint64_t>(m))}), e.failures.emplace_back(), e.draws.emplace_back();
    add_bands(r, e);
    double const truth = figure(static_cast<std::uint64_t>(trial) + 1'000'000, 0);
    covered += truth >= *r.summary[0].p10 && truth <= *r.summary[0].p90 ? 1 : 0;
  }
  CHECK(covered > 0.8 * kTrials - 3 * std::sqrt(0.16 * kTrials));
  CHECK(covered < 0.8 * kTrials + 3 * std::sqrt(0.16 * kTrials));
}

TEST_CASE("model errors: slower engines make no more, hungrier devices draw no less, and a factor of one changes no bit") {
  Results const base = evaluate_site(study_site::load().value, Library(), {.cache_dir = study_site::maps()});
  for (auto family : {ErrorFamily::tpot, ErrorFamily::ttft, ErrorFamily::power_gpu})
    for (auto const& m : with_error(family, 1.0).summary) CHECK(m.value == base.find(m.id)->value);
  double last = 1e300;
  for (double f : {0.7, 0.85, 1.0, 1.2, 1.5}) {
    double const good = value(with_error(ErrorFamily::tpot, f), "tokens.good.rate");
    CHECK(good <= last * (1 + 1e-9));
    last = good;
  }
  CHECK(value(with_error(ErrorFamily::power_gpu, 1.2), "facility.power") > value(base, "facility.power"));
  CHECK(value(with_error(ErrorFamily::ttft, 2.0), "workload.w.ttft.p50") > 1.5 * value(base, "workload.w.ttft.p50"));
}

TEST_CASE("stretching the times of an engine by f is what the simulator does when its steps take f times as long") {
  // Slower by f with targets longer by f and arrivals slower by f is the same run in other units of time: the capacity must be 1/f of it.
  Library const library;
  BuildLog log;
  Facility stretched = build_facility(study_site::load().value, library, {.cache_dir = study_site::maps()}, log);
  Facility const plain = stretched;
  ErrorDraws draws;
  draws[static_cast<std::size_t>(ErrorFamily::tpot)].factor = 1.25;
  apply_model_error(stretched, draws);
  auto const &a = *plain.groups[0].map, &b = *stretched.groups[0].map;
  CHECK(b.capacity_out_token_s == doctest::Approx(a.capacity_out_token_s / 1.25));
  for (std::size_t i = 0; i < a.at.tpot_p50_s.size(); ++i) {
    CHECK(b.at.tpot_p50_s[i] == doctest::Approx(1.25 * a.at.tpot_p50_s[i]));
    CHECK(b.at.good_frac[i] <= a.at.good_frac[i] + 1e-4);
  }
}

TEST_CASE("an error of the models holds in every part of the day and in every outage") {
  BuildLog log;
  Facility const plain = build_facility(study_site::load().value, Library(), {.cache_dir = study_site::maps()}, log);
  Facility site = plain;
  site.day_parts.push_back(plain);
  site.variants.push_back(std::make_shared<Facility const>(plain));
  ErrorDraws draws;
  draws[static_cast<std::size_t>(ErrorFamily::tpot)].factor = 1.25;
  apply_model_error(site, draws);
  for (Facility const* f : {static_cast<Facility const*>(&site), static_cast<Facility const*>(&site.day_parts[0]), site.variants[0].get()})
    CHECK(f->groups[0].map->capacity_out_token_s == doctest::Approx(plain.groups[0].map->capacity_out_token_s / 1.25));
  CHECK(site.variants[0]->groups[0].map == site.groups[0].map);  // scaled once
}

TEST_CASE("members that cannot be built are counted and left out of the bands") {
  std::string const block = "uncertainty: [ { path: pods.a.rack.devices, dist: discrete, values: [0, 72, 72, 72] } ]\n";
  Results const r = run_scenario(study_site::load({}, block), Library(), settings(32));
  auto const failed = std::count_if(r.ensemble.failures.begin(), r.ensemble.failures.end(), [](auto const& f) { return !f.empty(); });
  CHECK(failed == 8);  // a quarter of a stratified block
  CHECK(std::isfinite(*r.find("facility.power")->p10));
}

TEST_CASE("an interrupted ensemble throws, and a stopped run keeps its years for --resume") {
  std::string const checkpoint = study_site::fresh_folder("ensemble") + "/checkpoint";
  RunSettings s = settings(32);
  s.checkpoint_path = checkpoint;
  std::atomic<bool> stop{false};
  s.control.stop = &stop;
  s.control.on_progress = [&](Progress const& p) { stop = stop || p.phase == "uncertainty"; };
  CHECK_THROWS_AS(run_scenario(study_site::load({}, kBlock), Library(), s), Interrupted);
  REQUIRE(std::filesystem::exists(checkpoint));
  stop = false;
  s.control.on_progress = nullptr;
  s.resume = true;
  Results const resumed = run_scenario(study_site::load({}, kBlock), Library(), s);
  CHECK(resumed.ensemble.values == run(32).ensemble.values);
}
