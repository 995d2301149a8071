// Engine level: a training run on given devices, network and storage.
#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/compute.hpp"
#include "bindings/documents.hpp"
#include "bindings/long_call.hpp"
#include "models/network/site.hpp"
#include "workloads/training/training.hpp"

namespace aif::python {
namespace {

namespace wl = workloads;
using wl::TrainingPlan;

// One rack group of the devices, as `aifactory plan training` lays them out.
network::NetworkGroup group_of(HardwareProfile const& profile, int devices, double nic_byte_s) {
  auto const device = wl::training_device(profile);
  double link = 0;
  for (auto const& l : profile.datasheet.links)
    if (l.kind == "nvlink") link = l.byte_s_per_direction;
  int const per_rack = device.scale_up_domain > 8 ? device.scale_up_domain : std::min(8, devices);
  return {"run", (devices + per_rack - 1) / per_rack, per_rack, 1, nic_byte_s, device.scale_up_domain, link, 0, 0};
}

py::typing::Dict<py::str, double> parts_of(TrainingPlan const& p) {
  py::typing::Dict<py::str, double> out;
  for (std::size_t i = 0; i < p.step.part_s.size(); ++i) out[py::str(std::string(enum_name(static_cast<wl::StepBound>(i))))] = p.step.part_s[i];
  return out;
}

}  // namespace

void bind_training(py::module_& m) {
  using L = wl::TrainingLayout;
  Record<L>(m, "TrainingLayout", "How a run is cut over devices.")
      .value("tp", &L::tp, "Tensor-parallel ranks.").value("pp", &L::pp, "Pipeline stages.").value("dp", &L::dp, "Data-parallel replicas.").value("cp", &L::cp, "Context-parallel ranks.")
      .value("ep", &L::ep, "Expert-parallel ranks.").value("vp", &L::vp, "Virtual stages of a stage.").value("micro_batch", &L::micro_batch, "Sequences of a micro-batch.")
      .value("global_batch", &L::global_batch, "Sequences of a step.");
  using P = TrainingPlan;
  Record<P>(m, "TrainingPlan", "The best layout of a training run that fits, and what follows from it.")
      .value("layout", &P::layout, "Parallel degrees.").value("step_s", [](P const& p) { return p.step.time_s; }, "Seconds of a step.")
      .value("part_s", parts_of, "Seconds of a step by cause; they add up to step_s.").value("error", &P::error, "Factor on step_s: value 1 and its 90 % interval.")
      .value("token_s", &P::token_s, "Tokens per second while it steps.").value("good_token_s", &P::good_token_s, "After checkpoints and failures.").value("mfu", &P::mfu, "Model FLOP/s over dense peak.")
      .value("memory_byte", [](P const& p) { return p.memory.total_byte(); }, "Of the fullest device.").value("binding", &P::binding, "What bounds the step.")
      .value("goodput_frac", &P::goodput_frac, "Useful share of wall time.").value("checkpoint_byte", &P::checkpoint_byte, "Of one checkpoint.")
      .value("checkpoint_interval_s", &P::checkpoint_interval_s, "Between checkpoints.").value("failures_per_s", &P::failures_per_s, "That stop the job.");
  m.def("plan_training", [](std::string const& workload, ProfileHandle const& profile, int devices, double nic_byte_s, double checkpoint_write_byte_s, std::vector<std::string> const& library,
                            int threads, py::object const& progress) {
    auto params = read_params<wl::TrainingWorkloadParams>(workload, "workload", sim::Library(library));
    if (params.model.id.empty()) params.model.id = params.id;
    expect_within("devices", devices, 1, 1e6);
    expect_within("nic", nic_byte_s, 1, 1e15);
    expect_within("checkpoint_write", checkpoint_write_byte_s, 1, 1e18);
    auto const group = group_of(*profile.profile, devices, nic_byte_s);
    auto plan = long_call(progress, threads, [&](RunControl const&) {
      auto const site = network::build_site_network({}, {&group, 1});
      TierTable tier;
      tier.tier = "checkpoint";
      tier.write_byte_s = tier.read_byte_s = checkpoint_write_byte_s;
      return wl::plan_training(params, params.model, *profile.profile, network::collective_tables(site), {&tier, 1}, devices);
    });
    if (!plan.fits) throw InputError(Diagnostic{"AF5063", Severity::error, plan.problem, "plan_training", {}, "free the degree that is pinned, or change the number of devices", 1});
    return plan;
  }, "workload"_a, py::kw_only(), "profile"_a, "devices"_a, "nic_byte_s"_a, "checkpoint_write_byte_s"_a, "library"_a, "threads"_a, "progress"_a);
}

}  // namespace aif::python
