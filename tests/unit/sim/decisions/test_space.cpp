// Ranges and designs: what is varied, and that designs fill it evenly.
#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "sim/decisions/space.hpp"
#include "test_study_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

std::vector<std::string> codes(std::vector<std::string> const& texts) {
  std::vector<std::string> out;
  try {
    read_space(texts, study_site::load());
  } catch (InputError const& e) {
    for (auto const& d : e.diagnostics().items()) out.push_back(d.code);
  }
  return out;
}

Space read(std::string const& text) { return read_space({text}, study_site::load()); }

}  // namespace

TEST_CASE("lists, ranges, counts and steps") {
  CHECK(read("site.utility.capacity=60 MW, 72 MW,80 MW").variables[0].values == std::vector<std::string>{"60 MW", "72 MW", "80 MW"});
  CHECK(read("cooling.liquid.supply=[30 degC, 40 degC]").variables[0].values == std::vector<std::string>{"30 degC", "40 degC"});
  CHECK(read("cooling.liquid.supply=30 degC..45 degC/4").variables[0].values == std::vector<std::string>{"30 degC", "35 degC", "40 degC", "45 degC"});
  CHECK(read("pods.a.count=8..24 by 8").variables[0].values == std::vector<std::string>{"8", "16", "24"});
  CHECK(read("site.utility.capacity=600 kW..1 MW/3").variables[0].values == std::vector<std::string>{"0.6 MW", "0.8 MW", "1 MW"});
  CHECK(read("placement.engine=vllm,trtllm").variables[0].values.size() == 2);
  auto const any = read("pods.a.count=8..11").variables[0];
  CHECK(any.is_continuous());
  CHECK(any.is_whole);
  std::set<std::string> seen;
  for (double u = 0.01; u < 1; u += 0.02) seen.insert(any.text_at(u));
  CHECK(seen == std::set<std::string>{"8", "9", "10", "11"});
}

TEST_CASE("what is wrong is told all at once") {
  CHECK(codes({"nothing", "pods.b.count=1..2", "pods.a.count=9..3", "cooling.liquid.supply=30..45", "pods.a.count=1,,2"}) == std::vector<std::string>{"AF2901", "AF1013", "AF2901", "AF2901", "AF2901"});
  CHECK(codes({"pods.a.count=1,2", "pods.a.count=3"}) == std::vector<std::string>{"AF2901"});
  CHECK_THROWS_AS(grid_points(read("pods.a.count=8..24")), InputError);
}

TEST_CASE("a grid is every combination, the last variable fastest") {
  auto const space = read_space({"pods.a.count=1,2", "site.utility.capacity=1 MW,2 MW,3 MW"}, study_site::load());
  auto const points = grid_points(space);
  REQUIRE(points.size() == 6);
  CHECK(points[0] == std::vector<std::string>{"pods.a.count=1", "site.utility.capacity=1 MW"});
  CHECK(points[1][1] == "site.utility.capacity=2 MW");
  CHECK(points[3][0] == "pods.a.count=2");
}

TEST_CASE("each slice of a Latin hypercube is met once; a Sobol sequence fills halves, quarters and squares evenly") {
  auto const space = read_space({"pods.a.count=0..31", "site.utility.capacity=0 MW..32 MW"}, study_site::load());
  std::set<std::string> counts;
  for (auto const& p : latin_points(space, 32, 5)) counts.insert(p[0]);
  CHECK(counts.size() == 32);
  CHECK(latin_points(space, 32, 5) == latin_points(space, 32, 5));
  CHECK(latin_points(space, 32, 5) != latin_points(space, 32, 6));
  auto const u = sobol_numbers(64, 2, 9);
  int squares[8][8] = {};
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(u[2 * i] > 0);
    CHECK(u[2 * i] < 1);
    ++squares[static_cast<int>(8 * u[2 * i])][static_cast<int>(8 * u[2 * i + 1])];
  }
  for (auto& row : squares)
    for (int n : row) CHECK(n == 1);  // a (0, 6, 2)-net
}

TEST_CASE("points from a list: paths in the header, units there or in the cells, empty cells left alone") {
  std::string const path = study_site::fresh_folder("list") + "/points.csv";
  std::ofstream(path) << "pods.a.count,cooling.liquid.supply [degC]\n8,35\n,40\n";
  CHECK(list_points(path) == Points{{"pods.a.count=8", "cooling.liquid.supply=35 degC"}, {"cooling.liquid.supply=40 degC"}});
}
