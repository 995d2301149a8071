// Designs that cannot run: each is told with its code and the nearest that can.
#include <doctest/doctest.h>

#include <fstream>

#include "models/compute/serving_parameters.hpp"
#include "tests/support/refused.hpp"
#include "tests/unit/compute/test_machines.hpp"

using namespace aif;
using namespace aif::compute;
using aif::compute::test::dense_70b;
using aif::compute::test::design_on;
using aif::compute::test::gpu;

namespace {
std::string first_code(ReplicaDesign const& d) {
  auto const problems = feasible(d);
  return problems.items().empty() ? "" : problems.items().front().code;
}
}  // namespace

TEST_CASE("layouts that no engine starts") {
  auto const profile = gpu();
  auto const dense = dense_70b();
  auto moe = dense;
  moe.experts = 64, moe.top_k = 8, moe.moe_ffn = 2048;
  CHECK(first_code(design_on(profile, dense, 8)).empty());

  auto of = [&](ModelArchitecture const& m, auto change) {
    auto d = design_on(profile, m, 8);
    change(d);
    return first_code(d);
  };
  CHECK(of(moe, [](auto& d) { d.worker.ep = 3; }) == "AF2403");
  CHECK(of(dense, [](auto& d) { d.worker.ep = 8; }) == "AF2404");
  CHECK(of(dense, [](auto& d) { d.worker.pp = 81; }) == "AF2405");
  CHECK(of(dense, [](auto& d) { d.worker.tp = 0; }) == "AF2406");
  CHECK(of(dense, [](auto& d) { d.draft_tokens = 2, d.accepted_per_step = 3.5; }) == "AF2408");
  CHECK(of(dense, [](auto& d) { d.accepted_per_step = 0.5; }) == "AF2408");
}

TEST_CASE("a recurrent state above what the weights leave has no room for a sequence") {
  auto const profile = gpu();
  auto model = dense_70b();
  model.linear_layers = 1;
  model.linear_state_byte = 1e12;
  CHECK(first_code(design_on(profile, model, 8)) == "AF2409");
}

TEST_CASE("a file of fitted numbers that lacks one is refused, with the way to make it anew") {
  std::string const path = "build/test_fit_without_numbers.csv";
  std::ofstream(path) << "name,value\nnothing,1\n";
  CHECK(aif::test::code_of([&] { read_serving_fit(path, "value"); }) == "AF2410");
}
