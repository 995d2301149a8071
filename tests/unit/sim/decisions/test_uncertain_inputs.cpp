// Where uncertain inputs come from and what their values change.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/scenario/uncertainty.hpp"
#include "test_study_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

UncertainInput const* find(UncertainInputs const& inputs, std::string const& name) {
  auto const at = std::find_if(inputs.items.begin(), inputs.items.end(), [&](auto const& i) { return i.uncertain.path == name || i.uncertain.group == name; });
  return at == inputs.items.end() ? nullptr : &*at;
}

std::vector<std::string> codes(std::string const& line) {
  std::vector<std::string> out;
  try {
    study_site::load({}, "uncertainty: [ " + line + " ]\n");
  } catch (InputError const& e) {
    for (auto const& d : e.diagnostics().items()) out.push_back(d.code + " " + std::to_string(d.pos.line > 0));
  }
  return out;
}

}  // namespace

TEST_CASE("the block, the ranges of library values and the errors of the models in use are all there, each with its draw") {
  auto const inputs = uncertain_inputs(study_site::load({}, "uncertainty: [ { path: demand.mean, dist: lognormal, p10: 1500 req/s, p90: 2600 req/s } ]\n"));
  auto const* demand = find(inputs, "workloads.w.demand.mean");  // by its end, as for --set
  REQUIRE(demand);
  CHECK(demand->nominal == 2000);
  CHECK(find(inputs, "model_error.tpot"));
  CHECK(find(inputs, "model_error.power_gpu"));
  CHECK_FALSE(find(inputs, "model_error.step_time"));  // nothing trains here
  auto const* fan = find(inputs, "lib:dry_coolers/adiabatic-1.2mw#coil.fan_power");
  REQUIRE(fan);
  CHECK(fan->uncertain.params[0] < fan->nominal);
  CHECK(fan->uncertain.params[2] > fan->nominal);
  CHECK(inputs.draws.size() <= inputs.items.size());
}

TEST_CASE("a value that the user wrote over a library entry has no range any more") {
  auto const inputs = uncertain_inputs(study_site::load({"cooling.plant.heat_rejection.model.coil.fan_power=20 kW"}));
  CHECK_FALSE(find(inputs, "lib:dry_coolers/adiabatic-1.2mw#coil.fan_power"));
}

TEST_CASE("values land where they belong, stay within the field's range, and NaN leaves what stands") {
  auto const loaded = study_site::load({}, "uncertainty: [ { path: pods.a.count, dist: triangular, low: 10, mode: 16, high: 20 }, { path: cooling.water.price, dist: normal, mean: 1 USD/m3, sd: 3 USD/m3 } ]\n");
  auto const inputs = uncertain_inputs(loaded);
  for (std::uint64_t m = 0; m < 64; ++m) {
    auto const changed = with_values(loaded.value, inputs, member_uniforms(inputs, 3, m));
    CHECK(changed.halls[0].pods[0].count >= 10);
    CHECK(changed.halls[0].pods[0].count <= 20);
    CHECK(changed.cooling.water.price_usd_m3 >= 0);
  }
  std::vector<double> const nothing(inputs.draws.size(), std::nan(""));
  CHECK(canonical_json(with_values(loaded.value, inputs, nothing)) == canonical_json(loaded.value));
}

TEST_CASE("a delay moves the date of its phase") {
  auto const loaded = study_site::load({}, "phases: [ { id: p, date: \"2027-02-25\", adds: { pods.a: \"16\" } } ]\nuncertainty: [ { path: phases.p.date, dist: discrete, values: [ 10 day ] } ]\n");
  auto const inputs = uncertain_inputs(loaded);
  CHECK(with_values(loaded.value, inputs, member_uniforms(inputs, 1, 0)).phases[0].date == "2027-03-07");
}

TEST_CASE("wrong entries are told with their place") {
  CHECK(codes("{ path: workloads.w.demand.meen, dist: normal, mean: 1 req/s, sd: 1 req/s }") == std::vector<std::string>{"AF1025 1"});
  CHECK(codes("{ path: model_error.tpott, dist: lognormal, p10: 1, p90: 2 }") == std::vector<std::string>{"AF1025 1"});
  CHECK(codes("{ path: demand.mean, dist: normal, mean: 1500 req/s }") == std::vector<std::string>{"AF1027 1"});
  CHECK(codes("{ path: demand.mean, dist: lognormal, p10: 2600 req/s, p90: 1500 req/s }") == std::vector<std::string>{"AF1027 1"});
  CHECK(codes("{ path: demand.mean, dist: uniform, low: 3 MW, high: 4 MW }") == std::vector<std::string>{"AF1027 1"});
  CHECK(codes("{ path: demand.mean, dist: triangular, low: 1 req/s, mode: 9 req/s, high: 4 req/s }") == std::vector<std::string>{"AF1027 1"});
  CHECK(codes("{ path: demand.mean, dist: discrete }") == std::vector<std::string>{"AF1027 1"});
  CHECK(codes("{ path: cooling.liquid.supply, dist: normal, mean: 400 degC, sd: 1 K }") == std::vector<std::string>{"AF1027 1"});
}
