// Contingency on a small site: what pulling a component costs, twice is once, never more tokens, the same bits on any number of threads, the stories
// of a stopped coolant loop and of a lost utility, shared parts that undo redundancy.
#include <doctest/doctest.h>

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "sim/assess_risk.hpp"
#include "sim/contingency/contingency.hpp"
#include "sim/io/risk_json.hpp"
#include "small_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

constexpr std::size_t kEvery = 97;  // hours

ContingencyReport assess(small_site::Site const& s, std::vector<std::string> only = {}) { return assess_contingency(s.facility, s.reliability(), {kEvery, std::move(only), {}}); }

OutageResult const& result_of(ContingencyReport const& r, std::string const& name) {
  auto const at = std::find_if(r.outages.begin(), r.outages.end(), [&](auto const& o) { return case_name(o.what) == name; });
  REQUIRE_MESSAGE(at != r.outages.end(), name);
  return *at;
}

double lost_by(OutageResult const& r, std::string const& pod) {
  for (auto const& p : r.pods)
    if (p.pod == pod) return p.lost_frac;
  return 0;
}

// Seconds of the first step that says `text`; a failed check when none does.
double time_of(OutageResult const& r, std::string const& text) {
  for (auto const& s : r.transient.chain)
    if (s.text.find(text) != std::string::npos) return s.time_s;
  std::string all;
  for (auto const& s : r.transient.chain) all += s.text + "\n";
  FAIL_CHECK("no step says `" << text << "`:\n" << all);
  return -1;
}

bool finds(ContingencyReport const& r, std::string const& rule, std::string const& component) {
  return std::any_of(r.findings.begin(), r.findings.end(), [&](auto const& f) { return f.rule == rule && f.component == component; });
}

small_site::Site const& site() {
  static small_site::Site const s = small_site::build();
  return s;
}

}  // namespace

TEST_CASE("pulling a component twice gives what pulling it once gives") {
  auto const& f = site().facility;
  for (auto const& c : component_classes(f, site().reliability())) {
    CAPTURE(c.label);
    std::vector<std::string> const once{c.unit(0)}, twice{c.unit(0), c.unit(0)};
    Facility const a = apply_outages(f, once), b = apply_outages(a, once), d = apply_outages(f, twice);
    CHECK(a.out_of_service == b.out_of_service);
    CHECK(a.out_of_service == d.out_of_service);
    for (std::size_t hour : {0u, 4500u}) {
      SiteMoment const x = solve_hour(a, hour), y = solve_hour(b, hour), z = solve_hour(d, hour);
      CHECK(x.outputs.power.utility_w == y.outputs.power.utility_w);
      CHECK(good_token_s(a, x.state) == good_token_s(b, y.state));
      CHECK(good_token_s(a, x.state) == good_token_s(d, z.state));
      CHECK(trained_token_s(x.state) == trained_token_s(y.state));
    }
  }
}

TEST_CASE("no outage makes more tokens, losses are within what there is, and the expected loss is rate x (time x risk + restart)") {
  auto const report = assess(site());
  REQUIRE(report.outages.size() > 30);
  CHECK(report.good_token_s > 0);
  CHECK(report.trained_token_s > 0);
  for (auto const& o : report.outages) {
    CAPTURE(case_name(o.what));
    CHECK(o.gain_token_s == 0);
    CHECK(o.good_token_s >= 0);
    CHECK(o.good_token_s <= report.good_token_s * (1 + 1e-9));
    CHECK(o.trained_token_s <= report.trained_token_s * (1 + 1e-9));
    CHECK(o.worst_frac <= 1 + 1e-9);
    CHECK(o.transient.tripped_frac <= 1);
    CHECK(o.transient.ride.seconds_to_throttle_s >= 0);
    CHECK(std::is_sorted(o.transient.chain.begin(), o.transient.chain.end(), [](auto const& a, auto const& b) { return a.time_s < b.time_s; }));
    CHECK_FALSE(o.what.source.empty());
    if (o.what.kind == CaseKind::failure) CHECK(o.lost_good_token_year == doctest::Approx(o.what.events_per_year * (o.what.duration_s * o.good_token_s + o.restart_good_token)));
  }
  for (std::size_t i = 1; i < report.outages.size(); ++i) CHECK(report.outages[i - 1].good_token_s >= report.outages[i].good_token_s);
}

TEST_CASE("what binds after an outage is a limit that the whole site does not have, or the outage itself") {
  auto const report = assess(site());
  int explained = 0;
  for (auto const& o : report.outages) {
    if (o.worst_good_token_s <= 0 || o.is_in_goodput) continue;
    CAPTURE(case_name(o.what));
    CHECK_FALSE(o.binding.empty());
    ++explained;
    auto const before = solve_hour(site().facility, o.worst_hour).outputs.binding;
    if (o.binding != fmt::format("{} ({})", enum_name(before.cause), before.component)) continue;
    auto const left = apply_outages(site().facility, with_dependents(site().facility, o.what.out));
    CHECK(solve_hour(left, o.worst_hour).outputs.binding.limit < before.limit);
  }
  CHECK(explained > 0);
  // Orders of the two rankings.
  auto const loss = [&](std::size_t i) { return report.outages[report.by_expected_loss[i]].lost_good_token_year; };
  REQUIRE(report.by_expected_loss.size() == report.outages.size());
  for (std::size_t i = 1; i < report.by_expected_loss.size(); ++i) CHECK(loss(i - 1) >= loss(i));
}

TEST_CASE("ranking, chains, findings and availability are the same bits with 1, 2, 3 and 7 threads; the JSON gives back what was written") {
  int const before = omp_get_max_threads();
  std::string reference;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    RiskOptions o;
    o.years = 20;
    o.every_hours = 673;
    auto const risk = assess_risk(site().loaded.value, site().facility, o);
    std::string const json = risk_json("small", "abc", risk);
    if (reference.empty()) {
      reference = json;
      CHECK(risk_json("small", "abc", read_risk_json(json)) == json);
    }
    CHECK(json == reference);
  }
  omp_set_num_threads(before);
}

TEST_CASE("N blocks: one block of four takes a quarter of the racks; 2N and 4N/3: nothing") {
  auto const bare = assess(small_site::build({"power.blocks.redundancy=N", "power.blocks.it_capacity=3 MW"}), {"power.blocks"});
  auto const& lost = result_of(bare, "power.blocks failure");
  CHECK(lost_by(lost, "train") == doctest::Approx(0.25).epsilon(0.02));
  CHECK(lost.transient.tripped_frac == doctest::Approx(0.25).epsilon(1e-6));
  CHECK(lost.transient.ride.seconds_to_trip_s < 1);
  CHECK(finds(bare, "single_point", "power.blocks"));
  CHECK_FALSE(bare.fault_tolerant);
  CHECK(result_of(assess(site(), {"power.blocks"}), "power.blocks failure").worst_frac == 0);
  auto const ring = assess(small_site::build({"power.blocks.redundancy=4N/3"}), {"power.blocks"});
  CHECK(result_of(ring, "power.blocks failure").worst_frac == 0);
}

TEST_CASE("a rack of eight: an eighth of the training; a rack of sixteen: at most a sixteenth of the serving") {
  auto const report = assess(site(), {"pods.train.rack", "pods.chat.rack"});
  CHECK(lost_by(result_of(report, "pods.train.rack failure"), "train") == doctest::Approx(1.0 / 8).epsilon(1e-3));
  CHECK(result_of(report, "pods.chat.rack failure").worst_frac <= 1.0 / 16 + 1e-6);
}

TEST_CASE("a stopped coolant loop: an NVL72 rack at 115 kW warms by about 0.7 K/s, slows down in tens of seconds, trips within about a minute or two") {
  auto const s = small_site::build({"workloads.w.demand.mean=100000 req/s", "site.utility.capacity=8 MW"});
  auto const report = assess(s, {"cooling.liquid.loop.chat"});
  auto const& loop = result_of(report, "cooling.liquid.loop.chat failure");
  REQUIRE(loop.transient.pods.size() == 1);
  auto const& pod = loop.transient.pods[0];
  CHECK(pod.racks == 8);  // one loop of two
  SiteMoment const moment = solve_hour(s.facility, report.transient_hour);
  double const rack_w = moment.state.groups[0].it_w * s.facility.groups[0].rack.liquid_fraction;
  CHECK(rack_w > 60e3);
  CHECK(pod.rack_warming_k_s * 115e3 / rack_w == doctest::Approx(0.65).epsilon(0.12));
  CHECK(pod.seconds_to_throttle_s > 1);
  CHECK(pod.seconds_to_throttle_s < 60);
  CHECK(pod.seconds_to_trip_s > pod.seconds_to_throttle_s);
  CHECK(pod.seconds_to_trip_s < 90);
  CHECK(lost_by(loop, "chat") == doctest::Approx(0.5).epsilon(0.01));  // until repaired
  CHECK(loop.transient.tripped_frac == doctest::Approx(0.5).epsilon(0.01));
  // One pump of a unit with a spare: the standby runs up and nobody slows down.
  auto const pump = assess(s, {"cooling.liquid.pump.chat failure"});
  CHECK(result_of(pump, "cooling.liquid.pump.chat failure").worst_frac == 0);
  CHECK(result_of(pump, "cooling.liquid.pump.chat failure").transient.tripped_frac == 0);
}

TEST_CASE("a lost utility: battery at once, generators after their start, the board moves, UPS walk in, pumps come back last") {
  auto const report = assess(site(), {"power.feeds"});
  auto const& story = result_of(report, "power.feeds common_cause");
  double const battery = time_of(story, "UPS on battery"), called = time_of(story, "generators are called"), speed = time_of(story, "4 of 4 generators at speed"),
               moved = time_of(story, "the board moves to the generators"), walk = time_of(story, "begin to walk in"), line = time_of(story, "carried by their input again"),
               pumps = time_of(story, "pumps and fans at full power again");
  CHECK(battery < 0.05);
  CHECK(called > battery);
  CHECK(speed > called);
  CHECK(speed < 30);
  CHECK(moved >= speed);
  CHECK(walk > moved);
  CHECK(line > walk);
  CHECK(pumps > moved);
  CHECK(story.transient.cooling_gap_s == doctest::Approx(pumps).epsilon(0.02));
  CHECK(story.transient.tripped_frac == 0);
  CHECK(story.worst_frac == 0);
  // One feeder: the tie closes before a generator is called.
  auto const& one = result_of(report, "power.feeds failure");
  for (auto const& step : one.transient.chain) CHECK(step.text.find("called") == std::string::npos);
  CHECK(one.transient.cooling_gap_s < story.transient.cooling_gap_s);
}

TEST_CASE("too few generators: the rows with the largest priority number are switched off, the others stay") {
  auto const s = small_site::build({"site.onsite.gen.redundancy=N", "site.onsite.gen.units=2", "site.onsite.gen.power=1.3 MW", "power.oversubscription.policy=priority", "workloads.w.demand.mean=100000 req/s"});
  auto const report = assess(s, {"power.feeds"});
  auto const& story = result_of(report, "power.feeds start_failure");
  CHECK(time_of(story, "1 fail to start") < time_of(story, "pods.train row 0"));
  CHECK(story.transient.ride.shed.size() >= 2);
  CHECK(story.transient.ride.shed.front().starts_with("pods.train row"));
  CHECK(lost_by(story, "train") >= lost_by(story, "chat"));
  CHECK(lost_by(story, "train") > 0.5);
}

TEST_CASE("a site without generators is dark when the utility is away: everything is at risk, racks fall when the batteries are empty") {
  auto const report = assess(small_site::build({"site.onsite=[]"}), {"power.feeds", "power.board"});
  for (auto const* name : {"power.feeds common_cause", "power.board pair"}) {
    auto const& all = result_of(report, name);
    CAPTURE(name);
    CHECK(all.good_token_s == doctest::Approx(report.good_token_s));
    CHECK(all.trained_token_s == doctest::Approx(report.trained_token_s));
    CHECK(all.worst_frac == 1);
    CHECK(all.binding.starts_with("power"));
    CHECK(all.transient.tripped_frac == doctest::Approx(1));
    CHECK(all.transient.ride.seconds_to_trip_s > 10);  // not before heat or battery
    CHECK(std::isfinite(all.transient.ride.seconds_to_trip_s));
  }
  CHECK(finds(report, "single_point", "site.utility"));
}

TEST_CASE("a panel that feeds all coolant pumps undoes 2N power; a second feed of the panel mends it") {
  auto const panel = [](char const* fed_by) {
    return small_site::build({}, std::string("reliability:\n  shared:\n    - { id: pumps, kind: panel, takes: [cooling.liquid.cdu.chat], fed_by: ") + fed_by + " }\n");
  };
  auto const weak = panel("[power.blocks/0]");
  auto const report = assess(weak, {"power.blocks", "shared"});
  auto const& block = result_of(report, "power.blocks/0 failure");
  CHECK(block.also_out.size() > 2);
  CHECK(lost_by(block, "chat") == doctest::Approx(1));
  CHECK(std::isfinite(block.transient.ride.seconds_to_trip_s));
  CHECK(result_of(report, "power.blocks/1 failure").worst_frac == 0);
  CHECK(finds(report, "undone_redundancy", "shared.pumps"));
  auto const better = assess(panel("[power.blocks/0, power.blocks/1]"), {"power.blocks"});
  for (auto const& o : better.outages)
    if (o.what.kind == CaseKind::failure) CHECK(o.worst_frac == 0);
}

TEST_CASE("a panel on two of four blocks goes with that pair alone: pairs share the rate of all, the years know which pair it is") {
  auto const s = small_site::build({"power.blocks.count=8", "power.blocks.redundancy=4N/3"},
                                   "reliability:\n  shared:\n    - { id: pumps, kind: panel, takes: [cooling.liquid.cdu.chat], fed_by: [power.blocks/4, power.blocks/5] }\n");
  auto const classes = component_classes(s.facility, s.reliability());
  auto const plain = component_classes(site().facility, site().reliability());
  double with_panel = 0, without = 0, failures = 0;
  for (auto const& o : list_cases(s.facility, s.reliability(), classes)) {
    if (o.component != "power.blocks") continue;
    if (o.kind == CaseKind::failure) failures += o.events_per_year;
    if (o.kind != CaseKind::pair) continue;
    bool const takes = with_dependents(s.facility, o.out).size() > o.out.size();
    CHECK(takes == (o.out == std::vector<std::string>{"power.blocks/4", "power.blocks/5"}));
    (takes ? with_panel : without) += o.events_per_year;
  }
  double const all = failures * s.reliability().operations.common_cause_frac;
  CHECK(with_panel + without == doctest::Approx(all));
  CHECK(with_panel == doctest::Approx(all / 12));  // of six pairs in each of two groups of four
  for (auto const& c : classes)
    if (c.name == "power.blocks") CHECK(c.groups_alike == (c.number(0) < 4));
  for (auto const& c : plain) CHECK(c.groups_alike);
}

TEST_CASE("both blocks of a rack through one corridor are found") {
  auto const s = small_site::build({}, "reliability:\n  shared:\n    - { id: east, kind: corridor, takes: [power.blocks/0-1] }\n");
  auto const report = assess(s, {"shared"});
  CHECK(lost_by(result_of(report, "shared.east failure"), "train") == doctest::Approx(0.5).epsilon(0.05));
  CHECK(finds(report, "common_corridor", "shared.east"));
  CHECK_FALSE(finds(assess(site(), {"power.blocks"}), "common_corridor", "shared.east"));
}

TEST_CASE("options out of range and unknown names are told") {
  RiskOptions o;
  o.years = -1;
  CHECK_THROWS_WITH_AS(assess_risk(site().loaded.value, site().facility, o), doctest::Contains("AF2855"), InputError);
  o = {};
  o.only = {"power.fed"};
  CHECK_THROWS_WITH_AS(assess_risk(site().loaded.value, site().facility, o), doctest::Contains("power.feeds"), InputError);
}
