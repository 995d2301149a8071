#pragma once
// Search for the best design under constraints. Objectives and constraints are expressions over figures (sim/expression.hpp); variables are
// ranges and lists (space.hpp), mixed as they come. One objective: pagmo2's ant colony for mixed integers (gaco, Schlueter et al. 2009) on
// two thirds of the budget, then a compass search from the best point. Several: NSGA-II (Deb et al. 2002) and the front of all points seen.
// A point that breaks a constraint is worse than any that breaks none, and the worse the more it breaks (Deb 2000). Points are evaluated in
// batches on all cores, each once; the same points in the same order for any number of threads.
//
// No feasible point is an answer: which constraints could not be met, and by how much each would have to give way.

#include <string>
#include <vector>

#include "sim/expression.hpp"
#include "sim/decisions/sweep.hpp"

namespace aif::sim {

struct Objective {
  Expression expression;
  bool maximise = true;
};

struct SearchSettings {
  std::vector<Objective> objectives;     // one or more
  std::vector<Comparison> constraints;
  std::size_t budget = 200;              // points that are evaluated
  std::uint64_t seed = 1;
  std::string journal;                   // as a sweep's; empty: none
  bool resume = false;
};

// A point with its objectives and what it breaks.
struct Candidate {
  SweepRow row;
  std::vector<double> objectives;        // as the expressions give them
  std::vector<double> left, right;       // of each constraint
  double violation = 0;                  // sum over the constraints, relative; 0: feasible
};

// What one constraint would have to allow, were all others kept.
struct Relaxation {
  std::size_t constraint = 0;            // index
  double needed = 0;                     // value of its left side at that point, SI
  double relative = 0;                   // of the change
  std::size_t candidate = 0;             // index of the point; meaningful when found
  bool found = false;                    // false: no point seen keeps all others
};

struct SearchResult {
  std::vector<MetricColumn> metrics;
  std::vector<Candidate> candidates;     // in the order of their evaluation
  std::vector<std::size_t> best;         // the best point, or the front by the first objective; empty: none is feasible
  std::size_t closest = 0;               // least violation, when none is feasible
  std::vector<Relaxation> relaxations;   // of the constraints that `closest` breaks, and of those that alone could give way; smallest first
  std::size_t resumed = 0;
  bool feasible() const { return !best.empty(); }
};

// Figures that expressions may name.
std::vector<NamedFigure> figures_of(Evaluator const& evaluator);

// Throws InputError (AF2930 nothing to search, and those of the journal), Interrupted.
SearchResult search(Evaluator const& evaluator, Space const& space, SearchSettings const& settings, RunControl const& control = {});

}  // namespace aif::sim
