// library/reliability: the defaults are its entries, every figure lies in its range, and fleets stop as often as they were seen to.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "core/field_tools.hpp"
#include "sim/facility/outages.hpp"
#include "sim/scenario/library.hpp"
#include "small_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

template <class T>
void check_same(T const& code, T const& entry) {
  for_each_field<T>([&](auto const& f) {
    auto const &a = code.*(f.member), &b = entry.*(f.member);
    CAPTURE(std::string(f.key));
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a)>, FailureLaw>) {
      CHECK(a.rate_per_s > 0);
      CHECK(a.rate_per_s == doctest::Approx(b.rate_per_s).epsilon(1e-9));
      CHECK(a.repair_s == doctest::Approx(b.repair_s).epsilon(1e-9));
      CHECK_FALSE(b.source.empty());
    } else {
      CHECK(a == b);
    }
  });
}

double per_day(std::string const& entry, bool all_causes) {
  auto const law = Library().load_as<compute::ComputeReliability>("lib:reliability/" + entry);
  return (law.node.rate_per_s + (all_causes ? law.restart.rate_per_s : 0.0)) * 86400;
}

}  // namespace

TEST_CASE("what the code takes when a scenario says nothing is what the library holds, with sources") {
  Library const library;
  check_same(power::PowerReliability{}, library.load_as<power::PowerReliability>("lib:reliability/power-plant"));
  check_same(cooling::CoolingReliability{}, library.load_as<cooling::CoolingReliability>("lib:reliability/cooling-plant"));
  check_same(compute::ComputeReliability{}, library.load_as<compute::ComputeReliability>("lib:reliability/fleet-generic"));
}

TEST_CASE("a training job of the reference fleets is stopped as often as published for its size") {
  // id, entry, all causes or hardware alone. The entries quote rates of a fleet; these rows are counts and times of single sizes of it.
  struct Case {
    char const *row, *entry;
    bool all_causes;
  };
  CsvTable const t = CsvTable::load("validation/data/reliability.csv");
  auto const row_of = [&](std::string const& id) {
    for (std::size_t i = 0; i < t.rows(); ++i)
      if (t.at(i, "id") == id) return i;
    FAIL("no row " << id);
    return std::size_t{0};
  };
  for (Case const& c : {Case{"RL001", "fleet-llama3", true}, Case{"RL003", "fleet-llama3", true}, Case{"RL026", "fleet-rsc1", true}, Case{"RL027", "fleet-rsc1", true},
                        Case{"RL028", "fleet-rsc1", false}, Case{"RL029", "fleet-rsc1", false}, Case{"RL041", "fleet-meta-100k", true}, Case{"RL062", "fleet-b200-504", true}}) {
    CAPTURE(c.row);
    auto const i = row_of(c.row);
    double const nodes = std::stod(t.at(i, "nodes")), value = std::stod(t.at(i, "value")), stops_per_day = nodes * per_day(c.entry, c.all_causes);
    std::string const& unit = t.at(i, "unit");
    if (unit == "count") {
      double const expected = stops_per_day * (std::string(c.row) == "RL001" ? 54 : 55);
      CHECK(std::abs(value - expected) <= 1.645 * std::sqrt(expected) + 1);  // 90 % of a Poisson count
    } else {
      double const predicted = 1 / stops_per_day * (unit == "days" ? 1 : unit == "h" ? 24 : 1440), limit = std::stod(t.at(i, "limit"));
      CHECK(predicted >= value / limit);
      CHECK(predicted <= value * limit);
    }
  }
}

TEST_CASE("the reference site's training job, 1,024 devices, stops within the band of a job of its size") {
  auto const loaded = load_scenario("scenarios/reference_100mw.yaml", {});
  BuildLog log;
  Facility const f = build_facility(loaded, Library(), {(std::filesystem::temp_directory_path() / "aif_test_maps").string(), {}, true}, log);
  bool seen = false;
  for (auto const& o : list_outages(f, loaded.value.reliability)) {
    if (o.component != "pods.train.node/0") continue;
    seen = true;
    double const hours = 8760 / (o.rate_per_year * o.units);
    CHECK(hours >= 7.9 / 1.25);  // RL027: RSC-1, 1,024 devices, 7.9 h
    CHECK(hours <= 7.9 * 1.25);
  }
  CHECK(seen);
}
