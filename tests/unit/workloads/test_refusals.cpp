// Maps, clusters and products that cannot be computed: each is refused with its code.
#include <doctest/doctest.h>

#include "tests/support/refused.hpp"
#include "tests/unit/compute/test_machines.hpp"
#include "workloads/operating_map.hpp"
#include "workloads/serving/cluster.hpp"

using namespace aif;
using namespace aif::workloads;
using aif::test::code_of;

TEST_CASE("axes of an operating map rise and end at full clock; a point has enough requests") {
  auto const gpu = compute::test::gpu();
  auto const model = compute::test::dense_70b();
  auto const design = compute::test::design_on(gpu, model, 4);
  ServingWorkloadParams chat;
  chat.id = "chat";
  auto of = [&](auto change) {
    MapOptions options;
    change(options);
    return code_of([&] { build_operating_map(design, chat, options); });
  };
  CHECK(of([](auto& o) { o.loads = {0.5, 0.4}; }) == "AF2503");
  CHECK(of([](auto& o) { o.loads = {0, 0.5}; }) == "AF2503");
  CHECK(of([](auto& o) { o.clocks = {0.5, 0.9}; }) == "AF2503");
  CHECK(of([](auto& o) { o.requests = 19; }) == "AF2503");
}

TEST_CASE("requests of which none fits the cache are told, not waited for") {
  auto gpu = compute::test::gpu();
  auto const model = compute::test::dense_70b();
  auto design = compute::test::design_on(gpu, model, 4);
  gpu.datasheet.hbm_byte = compute::weight_byte_per_device(design, design.worker) * 1.3;
  ServingWorkloadParams w;
  w.id = "long";
  w.tokens.input = {5e6, 5e6};
  w.tokens.output = {100, 100};
  CHECK(code_of([&] { build_operating_map(design, w, {}); }) == "AF2504");
}

TEST_CASE("events of replicas that are not there, or out of order") {
  Deployment d;
  d.serve.times = simple_step_times(64, 8e-3, 1e-4, 1e-8, 3e-5);
  d.serve.scheduler.kv_token = 60000;
  d.serve.replicas = 2;
  RequestTable table;
  table.add(0, 100, 10);
  auto of = [&](std::vector<ReplicaEvent> events) {
    Deployment changed = d;
    changed.events = std::move(events);
    return code_of([&] { simulate(table, changed, {}); });
  };
  ReplicaEvent first, second;
  first.replica = 0, first.at_s = 5;
  second.replica = 1, second.at_s = 3;
  CHECK(of({first, second}) == "AF2505");
  first.replica = 2;
  CHECK(of({first}) == "AF2505");
}
