// The search against brute force on a toy site, and its answer when there is none.
#include <doctest/doctest.h>

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/csv.hpp"
#include "sim/decisions/optimise.hpp"
#include "test_study_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

struct Toy {
  Evaluator evaluator{study_site::load({"workloads.w.demand.mean=3000 req/s"}), Library(), {.cache_dir = study_site::maps()}};
  std::vector<NamedFigure> figures = figures_of(evaluator);

  SearchSettings settings(std::vector<std::pair<char const*, bool>> objectives, std::vector<char const*> constraints, std::size_t budget) const {
    SearchSettings s;
    for (auto const& [text, up] : objectives) s.objectives.push_back({Expression::parse(text, figures), up});
    for (auto const* text : constraints) s.constraints.push_back(Comparison::parse(text, figures));
    s.budget = budget;
    return s;
  }
  Space space(std::vector<std::string> const& texts) const { return read_space(texts, evaluator.base()); }
};

// The best of every point of a grid.
std::vector<std::string> brute_force(Toy const& toy, Space const& grid, SearchSettings const& s) {
  std::vector<std::string> best;
  double cost = 1e300;
  for (auto const& row : run_sweep(toy.evaluator, grid_points(grid), {}).rows) {
    auto const value = [&](Expression const& e) {
      std::vector<double> v;
      for (auto const& id : e.figures()) v.push_back(row.result.values[static_cast<std::size_t>(std::find_if(toy.figures.begin(), toy.figures.end(), [&](auto const& f) { return f.id == id; }) - toy.figures.begin())]);
      return e.evaluate(v);
    };
    bool const keeps = std::all_of(s.constraints.begin(), s.constraints.end(), [&](auto const& c) { return c.violation(value(c.left), value(c.right)) == 0; });
    double const mine = s.objectives[0].maximise ? -value(s.objectives[0].expression) : value(s.objectives[0].expression);
    if (keeps && mine < cost) cost = mine, best = row.sets;
  }
  return best;
}

}  // namespace

TEST_CASE("the cheapest site that makes what is asked: the optimum that trying everything finds") {
  Toy const toy;
  // More racks make more and cost more: the optimum is the fewest that reach the target, and the fewest coolers that carry them.
  auto const s = toy.settings({{"cost.year", false}}, {"tokens.good.rate >= 0.3 Mtok/s", "facility.power.peak <= 3 MW"}, 60);
  auto const space = toy.space({"pods.a.count=4..20", "power.blocks.count=4,6,8"});
  auto const r = search(toy.evaluator, space, s);
  REQUIRE(r.feasible());
  auto const grid = toy.space({"pods.a.count=4..20 by 1", "power.blocks.count=4,6,8"});
  CHECK(r.candidates[r.best.front()].row.sets == brute_force(toy, grid, s));
  CHECK(r.candidates.size() <= 60);
}

TEST_CASE("a range of real numbers is searched to the edge that a constraint draws") {
  Toy const toy;
  auto const s = toy.settings({{"tokens.good.rate", true}}, {"facility.power.peak <= 1.5 MW"}, 60);
  auto const r = search(toy.evaluator, toy.space({"site.utility.capacity=0.5 MW..4 MW"}), s);
  REQUIRE(r.feasible());
  auto const& best = r.candidates[r.best.front()];
  CHECK(best.left[0] > 1.45e6);
  CHECK(best.left[0] <= 1.5e6);
}

TEST_CASE("two objectives give a front: no point of it is beaten, and the ends are those of each objective alone") {
  Toy const toy;
  auto const s = toy.settings({{"tokens.good.rate", true}, {"facility.power", false}}, {}, 48);
  auto const r = search(toy.evaluator, toy.space({"pods.a.count=4..20", "site.utility.capacity=1 MW..3 MW/5"}), s);
  REQUIRE(r.best.size() > 2);
  for (auto i : r.best)
    for (auto const& other : r.candidates)
      if (!other.row.result.failed) CHECK_FALSE((other.objectives[0] > r.candidates[i].objectives[0] && other.objectives[1] < r.candidates[i].objectives[1]));
  for (std::size_t k = 1; k < r.best.size(); ++k) CHECK(r.candidates[r.best[k]].objectives[1] < r.candidates[r.best[k - 1]].objectives[1]);  // less power for fewer tokens
}

TEST_CASE("infeasible is an answer: what is broken, and the least that one constraint would have to give") {
  Toy const toy;
  auto const s = toy.settings({{"cost.year", false}}, {"tokens.good.rate >= 0.5 Mtok/s", "facility.power.peak <= 0.5 MW"}, 60);
  auto const r = search(toy.evaluator, toy.space({"pods.a.count=4..20"}), s);
  CHECK_FALSE(r.feasible());
  REQUIRE_FALSE(r.relaxations.empty());
  for (auto const& relax : r.relaxations) {
    if (!relax.found) continue;
    auto const& c = r.candidates[relax.candidate];
    std::size_t const other = 1 - relax.constraint;
    CHECK(s.constraints[other].violation(c.left[other], c.right[other]) == 0);
    CHECK(s.constraints[relax.constraint].violation(relax.needed, c.right[relax.constraint]) > 0);
    for (auto const& seen : r.candidates)  // none seen needs less
      if (!seen.row.result.failed && s.constraints[other].violation(seen.left[other], seen.right[other]) == 0)
        CHECK(s.constraints[relax.constraint].violation(seen.left[relax.constraint], seen.right[relax.constraint]) >= relax.relative - 1e-12);
  }
}

TEST_CASE("the same points in the same order for 1, 2, 3 and 7 threads, and after a kill") {
  Toy const toy;
  auto s = toy.settings({{"cost.year", false}}, {"tokens.good.rate >= 0.3 Mtok/s"}, 30);
  auto const space = toy.space({"pods.a.count=4..20", "cooling.liquid.supply=30 degC..45 degC"});
  std::string const folder = study_site::fresh_folder("search");
  int const before = omp_get_max_threads();
  std::string reference;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    s.journal = folder + "/" + std::to_string(threads) + ".jsonl";
    search(toy.evaluator, space, s);
    if (reference.empty()) reference = read_file(s.journal);
    CHECK(read_file(s.journal) == reference);
  }
  omp_set_num_threads(before);
  std::ofstream(s.journal, std::ios::binary | std::ios::trunc) << reference.substr(0, reference.size() / 2);
  s.resume = true;
  auto const r = search(toy.evaluator, space, s);
  CHECK(r.resumed > 5);
  CHECK(read_file(s.journal) == reference);
}
