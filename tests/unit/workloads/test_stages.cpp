// Stage graphs: what is refused, how long a path is, and a queue that a closed form knows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/refused.hpp"
#include "workloads/stages/product_map.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

CpuStage cpu(std::string id, double core_s, std::vector<std::string> after = {}) {
  CpuStage s;
  s.id = std::move(id), s.core_s = core_s, s.after = std::move(after);
  return s;
}
PeopleStage people(std::string id, std::string role, double work_s, std::vector<std::string> after = {}) {
  PeopleStage s;
  s.id = std::move(id), s.role = std::move(role), s.work_s = work_s, s.after = std::move(after);
  return s;
}
ProductParams product(std::vector<Stage> stages) {
  ProductParams p;
  p.title = "toy", p.unit = "toy", p.stages = std::move(stages);
  return p;
}

HardwareProfile toy_device(double hbm_byte = 80e9) {
  HardwareProfile h;
  h.id = "toy";
  for (double& f : h.datasheet.peak_flop_s) f = 100e12;
  h.datasheet.hbm_byte_s = 1e12, h.datasheet.hbm_byte = hbm_byte, h.datasheet.clock_max_hz = 1e9, h.datasheet.tdp_w = 500;
  h.datasheet.links = {{"nvlink", 400e9, 1e-6, 8}, {"host", 50e9, 5e-6, 1}};
  h.power.idle_w = 50, h.power.e_hbm_j_per_byte = 50e-12;
  return h;
}
Machine machine(HardwareProfile const& h, int devices = 8, double cores = 64) {
  Machine m;
  m.profile = &h, m.devices = devices, m.domain = 8, m.cores = cores, m.host_byte = 1e12;
  return m;
}

ModelShelf toy_shelf(double layers = 12) {
  compute::TransformerPart part;
  part.id = "stack", part.layers = static_cast<int>(layers), part.hidden = 1024, part.heads = 16, part.ffn = 4096;
  compute::NetworkParams network;
  network.parts = {part};
  ModelShelf shelf;
  shelf.networks["lib:networks/toy"] = network;
  return shelf;
}
NetworkStage network_stage(std::string id, int max_batch = 1, std::vector<std::string> after = {}) {
  NetworkStage s;
  s.id = std::move(id), s.network = "lib:networks/toy", s.part = "stack", s.tokens = 1024, s.max_batch = max_batch, s.after = std::move(after);
  return s;
}

bool has_code(DiagnosticList const& list, std::string const& code) {
  return std::any_of(list.items().begin(), list.items().end(), [&](auto const& d) { return d.code == code; });
}

}  // namespace

TEST_CASE("graphs that cannot end, wait for nothing or ask for nothing are refused, all at once") {
  auto const shelf = toy_shelf();
  CHECK(has_code(check_product(product({}), shelf, "p"), "AF2540"));
  auto const circle = check_product(product({cpu("a", 1, {"c"}), cpu("b", 1, {"a"}), cpu("c", 1, {"b"})}), shelf, "p");
  CHECK(has_code(circle, "AF2541"));
  CHECK(circle.items().front().message.find("a after") != std::string::npos);
  CHECK(has_code(check_product(product({cpu("self", 1, {"self"})}), shelf, "p"), "AF2541"));
  auto const unknown = check_product(product({cpu("search", 1), cpu("fold", 1, {"serach"})}), shelf, "p");
  CHECK(has_code(unknown, "AF2542"));
  CHECK(unknown.items().front().message.find("did you mean `search`") != std::string::npos);
  auto wrong_part = network_stage("x");
  wrong_part.part = "decoder";
  auto nothing = network_stage("y");
  nothing.tokens = 0;
  auto const both = check_product(product({wrong_part, nothing}), shelf, "p");
  CHECK(has_code(both, "AF2543"));
  CHECK(has_code(both, "AF2544"));
  CHECK(check_product(product({network_stage("ok")}), shelf, "p").empty());
}

TEST_CASE("the critical path is the longest, gaps included, and side stages do not lengthen it") {
  auto a = cpu("a", 1), b = cpu("b", 1, {"a"}), c = cpu("c", 1, {"a"}), d = cpu("d", 1, {"b", "c"});
  d.gap_s = 10;
  auto const p = product({d, b, c, a});
  CHECK(critical_path_s(p, {4, 2, 7, 1}) == doctest::Approx(1 + 7 + 10 + 4));
  CHECK(critical_path_s(p, {4, 6.9, 7, 1}) == doctest::Approx(1 + 7 + 10 + 4));
  auto const order = stage_order(p);
  CHECK(order.size() == 4);
  CHECK(order.front() == 3);
  CHECK(order.back() == 0);
}

TEST_CASE("one server and constant service: waiting as Pollaczek and Khinchine have it") {
  auto const h = toy_device();
  auto m = machine(h, 1, 1);
  auto const p = product({cpu("only", 2.0)});
  auto const plan = plan_product(p, {}, m);
  REQUIRE(plan.fits);
  CHECK(plan.jobs_s == doctest::Approx(0.5));
  CHECK(plan.binding == "cores");
  auto const cell = choose_cell(plan, m);
  for (double load : {0.3, 0.6, 0.8}) {
    auto const run = simulate_stages(p, plan, cell, {load * 0.5, 60000, 0.1, 3});
    double const mean_wait = load * 2.0 / (2 * (1 - load));
    // Half of the waits of M/D/1 lie near their mean for such loads: the mean of the latency is compared through Little's law.
    CHECK(run.jobs_s == doctest::Approx(load * 0.5).epsilon(0.03));
    CHECK(run.pool_busy[0] == doctest::Approx(load).epsilon(0.04));
    CHECK(run.latency_p50_s >= 2.0);
    CHECK(run.latency_p50_s <= 2.0 + 2.5 * mean_wait);
    CHECK(run.latency_p99_s >= run.latency_p50_s);
  }
}

TEST_CASE("output never exceeds what the scarcest resource allows, whatever it is") {
  auto const h = toy_device();
  auto const shelf = toy_shelf();
  auto const p = product({cpu("tool", 30), network_stage("net", 8, {"tool"}), people("check", "reviewer", 60, {"net"})});
  double last = 0;
  for (double reviewers : {0.5, 2.0, 8.0, 1e6}) {
    auto m = machine(h, 8, 64);
    m.people["reviewer"] = reviewers;
    auto const plan = plan_product(p, shelf, m);
    REQUIRE(plan.fits);
    double device_s = 0;
    for (auto const& s : plan.stages) device_s += s.device_s;
    CHECK(plan.jobs_s <= 8 / device_s * (1 + 1e-9));
    CHECK(plan.jobs_s <= 64.0 / 30 * (1 + 1e-9));
    CHECK(plan.jobs_s <= reviewers / 60 * (1 + 1e-9));
    CHECK(plan.jobs_s >= last);  // more people never less output
    last = plan.jobs_s;
    auto const cell = choose_cell(plan, m);
    auto const run = simulate_stages(p, plan, cell, {1.5 * cell.jobs_s, 1500, 0.2, 1});
    CHECK(run.jobs_s <= 1.1 * cell.jobs_s);
  }
  CHECK(plan_product(p, shelf, machine(h)).problem.find("reviewer") != std::string::npos);  // nobody at all
  auto none = machine(h);
  none.people["reviewer"] = 0;
  CHECK(plan_product(p, shelf, none).problem.find("nobody") != std::string::npos);
}

TEST_CASE("a model that fits nowhere is refused with its size; a wider cut is found where there is one") {
  auto const shelf = toy_shelf(400);  // 5 G parameters, 10 GB
  auto const p = product({network_stage("net")});
  auto const small = toy_device(6e9), tiny = toy_device(0.5e9);
  auto const wide = plan_product(p, shelf, machine(small));
  REQUIRE(wide.fits);
  CHECK(wide.stages[0].ways >= 2);
  auto const refused = plan_product(p, shelf, machine(tiny));
  CHECK_FALSE(refused.fits);
  CHECK(refused.problem.find("GB") != std::string::npos);
  auto const alone = plan_product(p, shelf, machine(small, 1));
  CHECK_FALSE(alone.fits);
}

TEST_CASE("batches cut device time per job and a latency target holds them back") {
  auto const h = toy_device();
  auto const shelf = toy_shelf();
  auto stage = network_stage("net", 64);
  stage.tokens = 16;  // thin: weights dominate
  auto free = product({stage}), tight = free;
  auto const loose_plan = plan_product(free, shelf, machine(h));
  tight.latency_p95_s = 1.7 * loose_plan.latency_s;
  auto const tight_plan = plan_product(tight, shelf, machine(h));
  REQUIRE(tight_plan.fits);
  CHECK(loose_plan.stages[0].batch > 8);
  CHECK(tight_plan.stages[0].batch <= loose_plan.stages[0].batch);
  CHECK(loose_plan.jobs_s >= tight_plan.jobs_s);
  auto impossible = free;
  impossible.latency_p95_s = 1e-9;
  CHECK_FALSE(plan_product(impossible, shelf, machine(h)).fits);
}

TEST_CASE("an operating map rises with load, keeps to its capacity and is the same twice") {
  auto const h = toy_device();
  auto const shelf = toy_shelf();
  auto p = product({network_stage("a", 4), network_stage("b", 4, {"a"})});
  p.units_per_job = 3;
  p.latency_p95_s = 0.2;
  ProductMapOptions options;
  options.jobs = 600;
  auto const made = build_product_map(p, shelf, machine(h), "workloads.toy", options);
  auto const again = build_product_map(p, shelf, machine(h), "workloads.toy", options);
  CHECK(made.map.at.out_token_s == again.map.at.out_token_s);
  CHECK(made.map.at.dynamic_w == again.map.at.dynamic_w);
  std::size_t const n = made.map.load_frac.size(), top = (made.map.clock_frac.size() - 1) * n;
  for (std::size_t l = 0; l + 1 < n; ++l) CHECK(made.map.at.out_token_s[top + l + 1] >= 0.93 * made.map.at.out_token_s[top + l]);  // full stages wait for each other
  double const most = made.plan.jobs_s * 3 * made.map.devices / 8;
  for (std::size_t l = 0; l < n; ++l) {
    CHECK(made.map.at.out_token_s[top + l] <= 1.08 * most);
    CHECK(made.map.at.active_frac[top + l] <= 1.0);
    CHECK(made.map.at.good_frac[top + l] <= 1.0);
    CHECK(made.map.at.dynamic_w[top + l] >= 0.0);
  }
}

TEST_CASE("a latency target below the time of one unloaded job is refused, not served late") {
  auto const h = toy_device();
  auto p = product({cpu("only", 2.0)});
  p.latency_p95_s = 1;
  CHECK(aif::test::code_of([&] { build_product_map(p, {}, machine(h, 1, 1), "workloads.toy", {}); }) == "AF2550");
  p.latency_p95_s = 20;
  CHECK(aif::test::code_of([&] { build_product_map(p, {}, machine(h, 1, 1), "workloads.toy", {}); }).empty());
}
