// One deployment alone: the rate it sustains, watts by phase, joules by class.
#include <doctest/doctest.h>

#include "sim/serving_run.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::sim;
using aif::test::code_of;

namespace {

ServingRunParams one_card() {
  ServingRunParams p;
  p.workload.id = "serving", p.workload.model = "lib:models/llama-3.1-8b";
  p.workload.slo.ttft_p95_s = 1.0, p.workload.slo.tpot_p95_s = 0.05;
  p.profile = "lib:profiles/h200_sxm";
  p.devices = 1, p.requests = 1500, p.requests_s = 4;
  return p;
}

}  // namespace

TEST_CASE("the searched rate keeps the targets and a higher one does not") {
  auto p = one_card();
  p.search = true;
  auto const r = run_serving(p, Library{});
  REQUIRE(r.sustained_s > 0);
  p.search = false;
  p.requests_s = r.sustained_s;
  CHECK(run_serving(p, Library{}).measures.meets_slo);
  p.requests_s = 1.15 * r.sustained_s;
  CHECK_FALSE(run_serving(p, Library{}).measures.meets_slo);
}

TEST_CASE("joules are conserved over classes, and longer requests take more") {
  auto p = one_card();
  auto const r = run_serving(p, Library{});
  CHECK(r.prompt_w > 0);
  CHECK(r.answer_w > 0);
  CHECK(r.prompt_w + r.answer_w < r.device_w);
  REQUIRE(r.classes.size() == 3);
  double joules = 0;
  std::size_t requests = 0;
  for (auto const& c : r.classes) joules += c.j_per_request * static_cast<double>(c.requests), requests += c.requests;
  CHECK(requests == r.requests);
  CHECK(joules == doctest::Approx(r.device_w * r.devices * r.span_s).epsilon(0.01));
  CHECK(r.classes[0].j_per_request < r.classes[1].j_per_request);
  CHECK(r.classes[1].j_per_request < r.classes[2].j_per_request);
}

TEST_CASE("what a deployment cannot be asked is refused") {
  auto p = one_card();
  p.search = true;
  p.workload.slo = {};
  CHECK(code_of([&] { run_serving(p, Library{}); }) == "AF2509");
  p.search = false;
  p.events = {{1.0, 1, workloads::ReplicaEvent::Kind::down}};
  CHECK(code_of([&] { run_serving(p, Library{}); }) == "AF2505");
}
