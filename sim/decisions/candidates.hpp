#pragma once
// The points that a search has seen: evaluated once each, in batches, with their objectives and violations; which are best, and what the
// constraints would have to give when none is feasible.

#include <map>
#include <optional>
#include <span>

#include "sim/decisions/optimise.hpp"

namespace aif::sim {

class Candidates {
 public:
  Candidates(Evaluator const& evaluator, Space const& space, SearchSettings const& settings, RunControl const& control);

  // Numbers of the unit cube, one a variable, to the index of their point. A batch runs on all cores; points beyond the budget are not
  // evaluated and give nothing.
  using Index = std::optional<std::size_t>;
  std::vector<Index> evaluate(std::span<std::vector<double> const> points);

  std::vector<Candidate> const& all() const { return all_; }
  std::size_t left() const { return settings_.budget - std::min(settings_.budget, all_.size()); }
  std::size_t resumed() const { return resumed_; }
  // Objectives turned so that less is better.
  std::vector<double> cost(Candidate const& candidate) const;
  bool is_better(Candidate const& a, Candidate const& b) const;  // one objective
  std::vector<std::size_t> best() const;
  std::size_t closest() const;
  std::vector<Relaxation> relaxations() const;

 private:
  Candidate judge(SweepRow row) const;
  void read_journal();

  Evaluator const& evaluator_;
  Space const& space_;
  SearchSettings const& settings_;
  RunControl const& control_;
  std::optional<Journal> journal_;
  std::vector<Candidate> all_;
  std::map<std::vector<std::string>, std::size_t> by_sets_;
  std::map<std::vector<std::string>, SweepRow> earlier_;  // of the journal, until they are asked for again
  std::size_t resumed_ = 0;
};

}  // namespace aif::sim
