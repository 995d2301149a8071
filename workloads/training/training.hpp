#pragma once
// A training run as the facility sees it: what a scenario says (TrainingWorkloadParams), and what follows from it on given devices,
// network and storage (TrainingPlan): step time with its binding term, tokens, memory, goodput under failures, watts' inputs, swing.
// Models and neglects: step.hpp (time), layout.hpp (memory), goodput.hpp (failures).

#include <span>
#include <string>
#include <string_view>

#include "contracts/hardware_profile.hpp"
#include "contracts/phase.hpp"
#include "contracts/rack.hpp"
#include "contracts/service_tables.hpp"
#include "workloads/training/failure_years.hpp"
#include "workloads/training/goodput.hpp"
#include "workloads/training/step.hpp"

namespace aif::workloads {

// What the planner may choose besides the degrees that are 0.
enum class FreeChoice { recompute, sharding, precision };
constexpr auto enum_names(FreeChoice) { return std::array<std::string_view, 3>{"recompute", "sharding", "precision"}; }

struct TrainingWorkloadParams {
  static constexpr std::string_view type_name = "training";
  std::string id;
  compute::ModelArchitecture model;
  Precision precision = Precision::fp8;
  int tp = 0, pp = 0, dp = 0, cp = 0, ep = 0, vp = 0, micro_batch = 0;  // 0: chosen by the planner
  int global_batch = 2048;
  int seq_len = 8192;
  Recompute recompute = Recompute::none;
  Sharding sharding = Sharding::optimizer;
  std::vector<FreeChoice> free;
  double expert_imbalance = 1, slow_node_frac = 0;
  double checkpoint_interval_s = 0;  // 0: the best one
  bool checkpoint_async = true;
  std::string checkpoint_tier;       // empty: the fastest for writing
  std::vector<std::string> pods;
  double token_budget = 0;           // 0: runs on
  double devices_per_node = 8, failures_per_node_s = 22.5e-3 / 86400, detect_s = 120, restart_s = 480;
  double hardware_share = 0.29, repair_s = 2 * 86400, repair_crews = 0, spares = 0;
  bool elastic = true;

  static constexpr auto fields() {
    using P = TrainingWorkloadParams;
    auto const degree = [](std::string_view key, int P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e6, doc, "0: chosen by the planner"); };
    return FieldList{
        field("id", &P::id, "Name of the run.").required(),
        field("model", &P::model, "Architecture that is trained.").required(),
        field("precision", &P::precision, "Of the matrix products: bf16, fp8 or fp4."),
        degree("tp", &P::tp, "Tensor-parallel ranks."), degree("pp", &P::pp, "Pipeline stages."), degree("dp", &P::dp, "Data-parallel replicas."),
        degree("cp", &P::cp, "Context-parallel ranks."), degree("ep", &P::ep, "Expert-parallel ranks."), degree("vp", &P::vp, "Virtual stages of a pipeline stage."),
        degree("micro_batch", &P::micro_batch, "Sequences of a micro-batch."),
        field("global_batch", &P::global_batch, Kind::number, 1, 1e9, "Sequences of a step.", "assumption: 16 M tokens"),
        field("seq_len", &P::seq_len, Kind::number, 1, 1e8, "Tokens of a sequence.", "Llama 3 pre-training"),
        field("recompute", &P::recompute, "Activations that are computed again: none, selective or full."),
        field("sharding", &P::sharding, "What the data-parallel ranks share: none, optimizer, gradients or fsdp."),
        field("free", &P::free, "Left to the planner, too: recompute, sharding, precision (of those that the device has)."),
        field("expert_imbalance", &P::expert_imbalance, Kind::number, 1, 100, "Tokens of the busiest expert rank over the mean.", "1: as balanced as the published runs"),
        field("slow_nodes", &P::slow_node_frac, Kind::fraction, 0, 1, "Share of nodes that compute a tenth slower and stay in the job.", "0: found and replaced; MegaScale found 0.5 %"),
        field("checkpoint_interval", &P::checkpoint_interval_s, Kind::duration, 0, 1e7, "Between checkpoints; 0 s: the best one.", "0: derived"),
        field("checkpoint_async", &P::checkpoint_async, "Only the copy to host memory stops the step."),
        field("checkpoint_tier", &P::checkpoint_tier, "Storage tier of checkpoints; empty: the fastest for writing."),
        field("pods", &P::pods, "Rack groups that run it, in order."),
        field("token_budget", &P::token_budget, Kind::number, 0, 1e18, "Tokens until the run is done; 0: it runs on.", "0: no end"),
        field("devices_per_node", &P::devices_per_node, Kind::number, 1, 1024, "Devices that one failure takes along.", "eight-GPU servers"),
        field("failure_rate_per_node", &P::failures_per_node_s, Kind::per_time, 0, 1, "Job-stopping failures of a node, all causes.",
              "RSC-1: 7.9 h at 1,024 and 47.7 d at 8 GPUs, 21-24 per 1000 node-days"),
        field("detection_time", &P::detect_s, Kind::duration, 0, 1e5, "From a failure to its detection.", "assumption: 2 min with health checks"),
        field("hardware_share", &P::hardware_share, Kind::fraction, 0, 1, "Share of the failures after which the node needs a repair.", "6.3 of 22 per 1000 node-days (failure_years.hpp)"),
        field("repair_time", &P::repair_s, Kind::duration, 0, 1e8, "Mean time until a node is back from repair.", "assumption: 2 days"),
        field("repair_crews", &P::repair_crews, Kind::number, 0, 1e6, "Repairs at a time; 0: no queue.", "assumption: no queue"),
        field("spares", &P::spares, Kind::number, 0, 1e6, "Nodes of the pods that the job keeps in reserve.", "0: none"),
        field("elastic", &P::elastic, "Without a spare the job runs on with the replicas that are whole; else it waits for the repair."),
        field("restart_time", &P::restart_s, Kind::duration, 0, 1e6, "From detection to the next step.", "Meta 100k-GPU report: 10 min in all")};
  }
};

struct TrainingPlan {
  TrainingLayout layout;
  StepTime step;
  TrainingMemory memory;
  bool fits = false;
  std::string problem;              // why it cannot run, with the nearest choice; empty when it can
  double token_s = 0;               // of the whole run while it steps
  double good_token_s = 0;          // after checkpoints and failures
  double mfu = 0;                   // model FLOP/s over dense peak at the run's precision
  double checkpoint_byte = 0, checkpoint_write_s = 0, checkpoint_stall_s = 0, checkpoint_interval_s = 0;
  TransferBound checkpoint_bound = TransferBound::tier_rate;   // of the write behind the step
  double failures_per_s = 0, restart_s = 0, goodput_frac = 0;
  FailureYears years;               // of the job with its spares, repairs and shared parts; goodput_frac is its mean
  double scale_out_byte_s = 0;      // per device over the fabric, mean of the step
  Precision precision = Precision::fp8;
  Estimate error;                   // factor on the step time: value 1, 90 % interval
  std::string binding;              // word of StepBound, or "memory_capacity"
  Activity activity;                // mean of a device over a step
  double clock_share = 1;           // share of the step that scales with the SM clock
  SwingProfile swing;
};

// Seconds of a step at a clock, relative to full clock; for PowerCurve::throughput_frac.
double training_throughput_frac(TrainingPlan const& plan, double clock_frac);

// Where a run stands: the way from a node to the storage, and what takes several of its nodes at once.
struct TrainingSite {
  double node_link_byte_s = 2.5e10;
  std::vector<FailureDomain> domains;
  std::uint64_t seed = 1;
};

// The plan on n devices, spares among them; free degrees are searched. The result tells in `problem` why nothing runs; it is never silently empty.
TrainingPlan plan_training(TrainingWorkloadParams const& params, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                           std::span<CollectiveTable const> collectives, std::span<TierTable const> tiers, int n_devices, TrainingSite const& site = {});

// The job of a plan as failure_years.hpp simulates it.
FailureYearParams failure_years_of(TrainingWorkloadParams const& params, TrainingPlan const& plan, TrainingSite const& site);

}  // namespace aif::workloads
