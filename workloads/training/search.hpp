#pragma once
// The best parallel layout by exhaustive search with pruning: memory first, then time. Combinations that do not divide are never
// formed; what cannot fit at its smallest micro-batch is not timed. Deterministic for any number of threads.

#include <string>
#include <vector>

#include "workloads/training/step.hpp"

namespace aif::workloads {

// Values to try for each degree.
struct TrainingSpace {
  std::vector<int> tp{1}, pp{1}, cp{1}, ep{1}, vp{1}, micro_batch{1}, global_batch{1};
  std::vector<Recompute> recompute{Recompute::none};
  std::vector<Sharding> sharding{Sharding::optimizer};
};

// Everything that divides: tensor ranks up to the heads, stages up to the layers, experts up to their number.
TrainingSpace full_space(TrainingShape const& shape, int devices, int global_batch);

struct TrainingSearch {
  bool found = false;
  TrainingLayout layout;
  StepTime step;
  double least_byte = 0;   // smallest memory of any layout; 0: none divides
  std::string problem;     // of the first layout that did not divide, with its nearest choice
  long long points = 0, timed = 0;
};
// dp follows from the devices; the objective is tokens per second.
TrainingSearch search_training(StepModel const& model, TrainingSpace const& space, int devices);

}  // namespace aif::workloads
