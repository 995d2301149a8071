#include "workloads/training/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/ordered_sum.hpp"

namespace aif::workloads {
namespace {

struct Mesh {
  int tp, pp, cp, ep;
};

// One mesh of ranks, all ways to run on it.
TrainingSearch search_mesh(StepModel const& model, TrainingSpace const& space, Mesh const& mesh, int devices) {
  TrainingSearch best;
  best.least_byte = std::numeric_limits<double>::infinity();
  double best_rate = 0;
  TrainingLayout l;
  l.tp = mesh.tp, l.pp = mesh.pp, l.cp = mesh.cp, l.ep = mesh.ep, l.dp = devices / (mesh.tp * mesh.pp * mesh.cp);
  for (int batch : space.global_batch)
    for (Sharding sharding : space.sharding)
      for (Recompute recompute : space.recompute)
        for (int vp : space.vp) {
          if (vp > 1 && (l.pp == 1 || l.pp * vp > model.shape.layers)) continue;
          for (int mb : space.micro_batch) {
            if (batch % (l.dp * mb) != 0) continue;
            l.global_batch = batch, l.sharding = sharding, l.recompute = recompute, l.vp = vp, l.micro_batch = mb;
            ++best.points;
            double const byte = training_memory(model.shape, l, model.precision).total_byte();
            best.least_byte = std::min(best.least_byte, byte);
            if (byte > model.device.hbm_byte) continue;
            ++best.timed;
            StepTime const t = step_time(model, l);
            double const rate = batch / t.time_s;
            if (rate > best_rate) best_rate = rate, best.found = true, best.layout = l, best.step = t;
          }
        }
  return best;
}

std::vector<int> divisors(int n, int most) {
  std::vector<int> out;
  for (int d = 1; d <= std::min(n, most); ++d)
    if (n % d == 0) out.push_back(d);
  return out;
}

}  // namespace

TrainingSpace full_space(TrainingShape const& shape, int devices, int global_batch) {
  TrainingSpace s;
  s.tp = divisors(devices, static_cast<int>(shape.heads));
  s.pp = divisors(devices, static_cast<int>(shape.layers));
  s.cp = divisors(devices, 16);
  s.ep = shape.experts > 0 ? divisors(static_cast<int>(shape.experts), devices) : std::vector<int>{1};
  s.vp.clear();
  for (int v = 1; v <= static_cast<int>(shape.layers) / 2; ++v) s.vp.push_back(v);
  s.micro_batch = divisors(global_batch, 16);
  s.global_batch = {global_batch};
  s.recompute = {Recompute::none, Recompute::selective, Recompute::full};
  s.sharding = {Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::fsdp};
  return s;
}

TrainingSearch search_training(StepModel const& model, TrainingSpace const& space, int devices) {
  std::vector<Mesh> meshes;
  TrainingSearch out;
  for (int tp : space.tp)
    for (int pp : space.pp)
      for (int cp : space.cp)
        for (int ep : space.ep) {
          int const replica = tp * pp * cp;
          std::string problem;
          if (replica > devices || devices % replica != 0) {
            problem = fmt::format("tp {} x pp {} x cp {} does not divide {} devices; nearest: {}", tp, pp, cp, devices, std::max(1, devices / replica) * replica);
          } else {
            TrainingLayout l;
            l.tp = tp, l.pp = pp, l.cp = cp, l.ep = ep, l.dp = devices / replica, l.global_batch = l.dp;
            problem = layout_problem(model.shape, l);
          }
          if (problem.empty()) meshes.push_back({tp, pp, cp, ep});
          else if (out.problem.empty()) out.problem = problem;
        }
  std::vector<TrainingSearch> best(meshes.size());
  parallel_for(meshes.size(), [&](std::size_t i) { best[i] = search_mesh(model, space, meshes[i], devices); });
  double best_rate = 0, least = std::numeric_limits<double>::infinity();
  for (auto const& b : best) {
    out.points += b.points, out.timed += b.timed;
    least = std::min(least, b.least_byte);
    double const rate = b.found ? b.layout.global_batch / b.step.time_s : 0;
    if (rate > best_rate) best_rate = rate, out.found = true, out.layout = b.layout, out.step = b.step;
  }
  out.least_byte = out.points > 0 ? least : 0;
  if (!meshes.empty() && out.points == 0 && !space.global_batch.empty()) {
    int dp = devices;
    for (auto const& m : meshes) dp = std::min(dp, devices / (m.tp * m.pp * m.cp));
    int const unit = dp * *std::min_element(space.micro_batch.begin(), space.micro_batch.end()), batch = space.global_batch.front();
    out.problem = fmt::format("global batch {} is not a multiple of the data-parallel ranks times the micro-batch of any layout, at least {}; nearest: {}", batch, unit,
                              std::max(1, (batch + unit / 2) / unit) * unit);
  }
  return out;
}

}  // namespace aif::workloads
