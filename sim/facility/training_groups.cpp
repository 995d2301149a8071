#include "sim/facility/training_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/compute/device_power.hpp"

namespace aif::sim {
namespace {

// Every collective that a step may use, for groups of powers of two inside the domain and over the fabric.
std::vector<CollectiveTable> all_collectives(network::SiteNetwork const& site, std::size_t group, int devices) {
  std::vector<CollectiveTable> out;
  int const domain = site.groups[group].scale_up_domain;
  for (auto kind : {CollectiveKind::all_reduce, CollectiveKind::reduce_scatter, CollectiveKind::all_gather, CollectiveKind::all_to_all, CollectiveKind::point_to_point}) {
    for (int ranks = 2; ranks <= domain; ranks *= 2) out.push_back(network::collective_table(site, {kind, ranks, CommDomain::scale_up}, 1, group));
    for (int ranks = 2; ranks <= devices; ranks *= 2) out.push_back(network::collective_table(site, {kind, ranks, CommDomain::scale_out}, 1, group));
  }
  return out;
}

}  // namespace

void add_training(Scenario const& s, Facility& f, BuildLog& log, DiagnosticList& problems) {
  for (auto const& workload : s.workloads) {
    auto const* w = std::get_if<workloads::TrainingWorkloadParams>(&workload);
    if (!w) continue;
    int const index = static_cast<int>(f.workloads.size());
    f.workloads.push_back({w->id, "training", w->model.title.empty() ? w->model.id : w->model.title, w->id, false, {}, 0, "", "", 0});
    for (auto const& pod : w->pods) {
      auto const at = std::find_if(f.groups.begin(), f.groups.end(), [&](auto const& g) { return g.id == pod; });
      if (at == f.groups.end() || !at->profile || at->workload >= 0 || !at->measured_w.empty()) {
        problems.add({"AF2804", Severity::error, fmt::format("training run {} cannot run on pod `{}`", w->id, pod), "workloads." + w->id + ".pods", {}, "a pod with accelerators that serves nothing else", 1});
        continue;
      }
      auto const g = static_cast<std::size_t>(at - f.groups.begin());
      auto const tables = all_collectives(f.network, g, at->devices());
      auto const tiers = storage::tier_tables(f.storage);
      auto const plan = workloads::plan_training(*w, w->model, *at->profile, tables, tiers, at->devices());
      if (!plan.problem.empty()) {
        problems.add({"AF2811", Severity::error, fmt::format("training run {} does not fit pod {}: {}", w->id, pod, plan.problem), "workloads." + w->id, {}, "", 1});
        continue;
      }
      auto const& sheet = at->profile->datasheet;
      at->workload = index;
      at->duty = Duty::training;
      compute::ClockResponse const response{plan.clock_share, 1 - plan.clock_share, 0.55};
      at->curve = compute::make_power_curve(at->profile->power, plan.activity, response, at->lowest_clock_frac * sheet.clock_max_hz, sheet.clock_max_hz);
      at->full_token_s = plan.good_token_s;
      at->goodput_frac = plan.goodput_frac;
      at->interruptions_per_s = plan.failures_per_s;
      at->restart_s = plan.restart_s + (std::isfinite(plan.checkpoint_interval_s) ? 0.5 * plan.checkpoint_interval_s : 0.0);
      using workloads::StepBound;
      for (auto part : {StepBound::context_parallel, StepBound::expert_parallel, StepBound::pipeline, StepBound::data_parallel}) at->fabric_share += plan.step[part] / plan.step.time_s;
      at->active_frac = plan.activity.active_frac;
      at->step_error = plan.error;
      at->swing = plan.swing;
      at->swing.n_coherent_racks = at->racks;
      auto& entry = f.workloads.back();
      entry.mfu = plan.mfu;
      entry.binding_term = plan.binding;
      log.notes.push_back(fmt::format("{} on {}: tp {}, pp {}, dp {}; step {:.2f} s, bound by {}; goodput {:.1f} % with a checkpoint every {:.0f} min.", w->id, pod,
                                      plan.layout.tp, plan.layout.pp, plan.layout.dp, plan.step.time_s, plan.binding, 100 * plan.goodput_frac, plan.checkpoint_interval_s / 60));
    }
  }
}

}  // namespace aif::sim
