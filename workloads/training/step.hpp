#pragma once
// Seconds of one synchronous training step in closed form (Narayanan et al. 2021 for the pipeline; Isaev et al. 2023, Calculon, for
// the decomposition): per micro-batch compute and exposed communication, pipeline bubble, exposed data-parallel traffic, optimiser.
// Valid for 1F1B and interleaved pipelines of equal stages. Neglected: uneven stages, network contention between the groups
// (enters through the tables), host jitter beyond slow nodes.

#include <span>
#include <vector>

#include "contracts/hardware_profile.hpp"
#include "contracts/service_tables.hpp"
#include "workloads/training/layout.hpp"

namespace aif::workloads {

// Achieved shares of the datasheet rates and costs per kernel: the fitted numbers of the model, one set for all devices and models
// (fitted.hpp). Exposed shares are what a schedule fails to hide behind compute.
struct TrainingEfficiency {
  double gemm_16 = 0.72, gemm_8 = 0.60, gemm_8_block = 0.55, gemm_4 = 0.42;  // of dense peak at 0.7 W of board power per GFLOP/s of bf16 peak
  double power_exponent = 0.2;      // sustained clock against board power per peak rate
  double expert_gemm = 0.75;        // grouped GEMM over dense GEMM
  double gemm_byte = 4;             // traffic of a product: bytes per FLOP times the width of its matrices
  double attention = 0.45;          // of the bf16 peak
  double memory_passes = 60;        // bytes per token, layer and hidden element, forward and backward
  double moe_passes = 20;           // the same for each expert that a token visits: permutation, padding, activation
  double host_layer_s = 500e-6;     // host work of one layer and micro-batch, forward and backward
  double host_moe_s = 2e-3;         // the same of an expert layer with one local expert; grows with the root of their number
  double release_gain = 1.3;        // speed-up of gated expert layers and their host work by fused grouped kernels
  double tp_exposed = 0.6, cp_exposed = 0.3, ep_exposed = 0.6, ep_out_exposed = 1, pp_exposed = 0.5, dp_exposed = 0.25, dp_expert_exposed = 0.8;
  double step_overhead_s = 0.05;
};

struct TrainingDevice {
  PerPrecision<double> peak_flop_s{};
  double hbm_byte_s = 0, hbm_byte = 0, tdp_w = 0;
  double sustained = 1;             // fitted factor of this device on its rates; 1: nothing measured
  int scale_up_domain = 8;
};
TrainingDevice training_device(HardwareProfile const& profile);

// Collective tables on one byte grid, so that a look-up is one multiplication. Groups that are not there take the next larger.
class CommTables {
 public:
  explicit CommTables(std::span<CollectiveTable const> tables);
  struct Curve {
    std::array<double, 40> time_s{};  // at 256 * 2^i bytes
    double operator()(double byte) const;
  };
  // Ranks of which `inside` share a scale-up domain.
  Curve const& flat(CollectiveKind kind, int group, CommDomain domain) const;
  double time_s(CollectiveKind kind, double byte, int group, int inside) const;

 private:
  static constexpr int kKinds = 6, kDomains = 2, kMaxLog = 20;
  std::vector<Curve> curves_;
  std::array<int, kKinds * kDomains * (kMaxLog + 1)> index_{};  // by ceil(log2 group)
};

enum class StepBound { gemm, attention, memory, overhead, tensor_parallel, context_parallel, expert_parallel, pipeline, data_parallel, optimizer, straggler };
constexpr auto enum_names(StepBound) {
  return std::array<std::string_view, 11>{"gemm", "attention", "memory", "overhead", "tensor_parallel", "context_parallel", "expert_parallel",
                                          "pipeline", "data_parallel", "optimizer", "straggler"};
}

// Seconds of a step by cause; they add up to time_s. Communication counts only what is not hidden behind compute.
struct StepTime {
  std::array<double, 11> part_s{};  // by StepBound
  double time_s = 0;
  double hidden_s = 0;              // data-parallel traffic behind compute
  double operator[](StepBound b) const { return part_s[static_cast<std::size_t>(b)]; }
  StepBound binding() const;        // largest part other than gemm, or gemm when it holds most of the step
};

// What the software does beside the layout.
struct TrainingSoftware {
  bool fused_experts = true;        // releases of mid 2026 (Megatron-Bridge 26.06) and later
  bool train_weights = true;        // false: adapters only (LoRA), no gradients of the weights
  bool sequence_parallel = true;    // false: norms and residuals are repeated on every tensor rank
  bool flash_attention = true;      // false: scores go through memory, both halves of the square
  double expert_imbalance = 1;      // tokens of the busiest expert rank over the mean; 1: what the published rows had
  double slow_node_frac = 0, slow_node_factor = 1.1;  // nodes that compute slower (MegaScale, Jiang et al. 2024: 0.5 % of hosts by 10 %); 0: found and replaced
};

// Everything that does not depend on the layout, with the rates worked out.
struct StepModel {
  StepModel(TrainingShape const& shape, TrainingDevice const& device, TrainingEfficiency const& efficiency, Precision precision, CommTables const& comm,
            TrainingSoftware software = {});
  TrainingShape shape;
  TrainingDevice device;
  TrainingEfficiency efficiency;
  Precision precision;
  CommTables const* comm;
  TrainingSoftware software;
  double dense_s_per_flop = 0, head_s_per_flop = 0, expert_s_per_flop = 0, attention_flop_s = 0, release = 1;
};
StepTime step_time(StepModel const& model, TrainingLayout const& layout);

}  // namespace aif::workloads
