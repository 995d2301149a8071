// The only file that includes pagmo: its headers are slow to compile.
#include "sim/decisions/optimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/gaco.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include "sim/decisions/candidates.hpp"

namespace aif::sim {
namespace {

constexpr double kGlobalShare = 2.0 / 3.0;   // of the budget, before the compass search
constexpr double kInfeasible = 2, kBeyondBudget = 1e6;
constexpr double kFirstStep = 0.2, kLastStep = 1.0 / 2048;  // of a range, in the compass search

// The search as pagmo sees it: variables with any value first, lists (as whole numbers) after them.
struct PagmoProblem {
  Candidates* candidates = nullptr;
  Space const* space = nullptr;
  std::vector<std::size_t> order;  // pagmo's variable -> ours
  std::size_t n_whole = 0, n_objectives = 1;
  std::vector<double> scale;       // of each objective

  std::size_t get_nobj() const { return n_objectives; }
  pagmo::vector_double::size_type get_nix() const { return n_whole; }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    pagmo::vector_double low(order.size(), 0.0), high;
    for (auto j : order) {
      auto const& v = space->variables[j];
      high.push_back(v.is_continuous() ? 1.0 : static_cast<double>(v.values.size() - 1));
    }
    return {low, high};
  }

  std::vector<double> shares(double const* x) const {
    std::vector<double> out(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
      auto const& v = space->variables[order[k]];
      out[order[k]] = v.is_continuous() ? x[k] : (x[k] + 0.5) / static_cast<double>(v.values.size());
    }
    return out;
  }

  // Feasible points lie in (-1, 1), by a monotone map of the objective; others above.
  pagmo::vector_double fitness_of(Candidates::Index index) const {
    pagmo::vector_double out;
    for (std::size_t i = 0; i < n_objectives; ++i) {
      if (!index) {
        out.push_back(kBeyondBudget);
        continue;
      }
      auto const& c = candidates->all()[*index];
      double const f = candidates->cost(c)[i];
      out.push_back(c.violation > 0 ? kInfeasible + c.violation : f / (std::abs(f) + scale[i]));
    }
    return out;
  }

  pagmo::vector_double fitness(pagmo::vector_double const& x) const {
    std::vector<double> const point = shares(x.data());
    return fitness_of(candidates->evaluate({&point, 1}).front());
  }

  pagmo::vector_double batch_fitness(pagmo::vector_double const& xs) const {
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < xs.size(); i += order.size()) points.push_back(shares(&xs[i]));
    pagmo::vector_double out;
    for (auto index : candidates->evaluate(points)) {
      auto const f = fitness_of(index);
      out.insert(out.end(), f.begin(), f.end());
    }
    return out;
  }
};

PagmoProblem make_problem(Candidates& candidates, Space const& space, std::size_t objectives) {
  PagmoProblem p{&candidates, &space, {}, 0, objectives, std::vector<double>(objectives, 1.0)};
  for (bool whole : {false, true})
    for (std::size_t j = 0; j < space.variables.size(); ++j)
      if (space.variables[j].is_continuous() != whole) p.order.push_back(j), p.n_whole += whole ? 1 : 0;
  return p;
}

// Middle of the range first: it sets the scale of the objectives.
void look_at_middle(Candidates& candidates, PagmoProblem& p) {
  std::vector<double> const middle(p.order.size(), 0.5);
  auto const index = candidates.evaluate({&middle, 1}).front();
  if (!index) return;
  for (std::size_t i = 0; i < p.n_objectives; ++i)
    if (double const f = std::abs(candidates.all()[*index].objectives[i]); std::isfinite(f) && f > 0) p.scale[i] = f;
}

template <class Algorithm>
void evolve(Algorithm algorithm, PagmoProblem const& p, std::size_t size, unsigned seed) {
  pagmo::bfe const batch{pagmo::member_bfe{}};
  algorithm.set_bfe(batch);
  pagmo::population population(pagmo::problem{p}, batch, size, seed);
  pagmo::algorithm{algorithm}.evolve(population);
}

void search_one(PagmoProblem const& p, std::size_t budget, unsigned seed) {
  auto const global = static_cast<std::size_t>(kGlobalShare * static_cast<double>(budget));
  std::size_t const size = std::clamp<std::size_t>(global / 6, 7, 63);
  if (global < 2 * size) return;
  auto const generations = static_cast<unsigned>(global / size - 1);
  evolve(pagmo::gaco(generations, static_cast<unsigned>(size), 1.0, 0.0, 0.01, generations, 7, 100000, 100000, 0.0, false, seed), p, size, seed);
}

void search_front(Candidates& candidates, PagmoProblem const& p, std::size_t budget, unsigned seed) {
  std::size_t const size = std::clamp<std::size_t>(budget / 8 / 4 * 4, 8, 100);
  // Points that were seen before cost nothing, so more generations than the budget allows are asked for; the rest is skipped.
  for (unsigned round = 0; round < 4 && candidates.left() >= size; ++round)
    evolve(pagmo::nsga2(static_cast<unsigned>(candidates.left() / size), 0.95, 10.0, 1.0 / static_cast<double>(p.order.size()), 50.0, seed + round), p, size, seed + round);
}

// Index of the best point so far, by Deb's order.
std::size_t leader(Candidates const& candidates) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < candidates.all().size(); ++i)
    if (candidates.is_better(candidates.all()[i], candidates.all()[at])) at = i;
  return at;
}

// One step along an axis, at least to the next value of a list or whole number.
std::vector<double> moved(std::vector<double> x, Space const& space, std::size_t j, double step) {
  auto const& v = space.variables[j];
  double const values = v.is_continuous() ? (v.is_whole ? v.high - v.low + 1 : 0.0) : static_cast<double>(v.values.size());
  double const least = values > 0 ? 1.0 / values : 0.0;
  x[j] = std::clamp(x[j] + std::copysign(std::max(std::abs(step), least), step), 0.0, 1.0 - 1e-12);
  return x;
}

// Neighbours along the axes, or along pairs of them, where limits run aslant.
std::vector<std::vector<double>> neighbours(std::vector<double> const& at, Space const& space, double step, bool pairs) {
  std::vector<std::vector<double>> out;
  for (std::size_t j = 0; j < at.size(); ++j)
    for (double a : {-1.0, 1.0}) {
      auto const one = moved(at, space, j, a * step);
      if (!pairs) out.push_back(one);
      for (std::size_t k = 0; pairs && k < j; ++k)
        for (double b : {-1.0, 1.0}) out.push_back(moved(one, space, k, b * step));
    }
  return out;
}

// Goes to the best neighbour; the step halves when neither an axis nor a pair of them has a better one.
void compass(Candidates& candidates, Space const& space, std::vector<double> at, std::size_t best) {
  bool pairs = false;
  for (double step = kFirstStep; step > kLastStep && candidates.left() > 0;) {
    auto const around = neighbours(at, space, step, pairs);
    auto const found = candidates.evaluate(around);
    std::size_t const before = best;
    for (std::size_t i = 0; i < around.size(); ++i)
      if (found[i] && candidates.is_better(candidates.all()[*found[i]], candidates.all()[best])) best = *found[i], at = around[i];
    bool const is_stuck = best == before;
    if (is_stuck && (pairs || at.size() == 1)) step *= 0.5;
    pairs = is_stuck && !pairs && at.size() > 1;
  }
}

// Shares of a point, back from its texts.
std::vector<double> shares_of(Space const& space, Candidate const& c) {
  std::vector<double> out;
  for (std::size_t j = 0; j < space.variables.size(); ++j) {
    auto const& v = space.variables[j];
    std::string const text = c.row.sets[j].substr(v.path.size() + 1);
    if (v.is_continuous()) {
      double const number = std::strtod(text.c_str(), nullptr);
      out.push_back(v.is_whole ? (number - v.low + 0.5) / (v.high - v.low + 1) : (number - v.low) / (v.high - v.low));
    } else {
      auto const at = std::find(v.values.begin(), v.values.end(), text);
      out.push_back((static_cast<double>(at - v.values.begin()) + 0.5) / static_cast<double>(v.values.size()));
    }
  }
  return out;
}

}  // namespace

std::vector<NamedFigure> figures_of(Evaluator const& evaluator) {
  std::vector<NamedFigure> out;
  for (auto const& m : evaluator.metrics()) out.push_back({m.id, m.unit});
  return out;
}

SearchResult search(Evaluator const& evaluator, Space const& space, SearchSettings const& settings, RunControl const& control) {
  if (settings.objectives.empty() || space.variables.empty() || settings.budget == 0)
    throw InputError(Diagnostic{"AF2930", Severity::error, "there is nothing to search: no objective, no variable, or no budget", "", {}, "--maximize or --minimize FIGURE, --over PATH=LOW..HIGH", 1});
  Candidates candidates(evaluator, space, settings, control);
  PagmoProblem p = make_problem(candidates, space, settings.objectives.size());
  look_at_middle(candidates, p);
  auto const seed = static_cast<unsigned>(settings.seed);
  if (settings.objectives.size() == 1) {
    search_one(p, settings.budget, seed);
    std::size_t const best = leader(candidates);
    compass(candidates, space, shares_of(space, candidates.all()[best]), best);
  } else {
    search_front(candidates, p, settings.budget, seed);
  }
  SearchResult out;
  out.metrics = evaluator.metrics();
  out.candidates = candidates.all();
  out.best = candidates.best();
  if (settings.objectives.size() == 1 && out.best.size() > 1) out.best.resize(1);
  out.resumed = candidates.resumed();
  if (!out.feasible()) out.closest = candidates.closest(), out.relaxations = candidates.relaxations();
  return out;
}

}  // namespace aif::sim
