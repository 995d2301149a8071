#pragma once
// Seconds of one synchronous training step in closed form (Narayanan et al. 2021 for the pipeline; Isaev et al. 2023, Calculon, for
// the decomposition): per micro-batch compute and exposed communication, pipeline bubble, exposed data-parallel traffic, optimiser.
// Valid for 1F1B and interleaved pipelines of equal stages. Neglected: uneven stages, network contention between the groups
// (enters through the tables), host jitter beyond the straggler factor.

#include <span>
#include <vector>

#include "contracts/hardware_profile.hpp"
#include "contracts/service_tables.hpp"
#include "workloads/training/layout.hpp"

namespace aif::workloads {

// Achieved shares of the datasheet rates and per-kernel costs: the fitted numbers of the model, one set for all devices and models.
struct TrainingEfficiency {
  double gemm_bf16 = 0.72, gemm_fp8 = 0.58, gemm_fp4 = 0.42;  // of dense peak, large shapes
  double gemm_half_token = 600;     // tokens x (hidden / 4096) / tp at which a GEMM reaches half of that
  double expert_gemm = 0.75;        // grouped GEMM over dense GEMM
  double attention = 0.45;          // of the bf16 peak
  double memory_passes = 70;        // bytes of element-wise traffic per token, layer and hidden element, forward and backward
  double layer_overhead_s = 60e-6;  // launches and synchronisation of one layer and micro-batch, forward and backward
  double tp_exposed = 0.6, cp_exposed = 0.3, ep_exposed = 0.6, pp_exposed = 0.5, dp_exposed = 0.25;
  double step_overhead_s = 0.05;
  double straggler = 0.0;           // relative slow-down per natural log of the devices
};

struct TrainingDevice {
  PerPrecision<double> peak_flop_s{};
  double hbm_byte_s = 0, hbm_byte = 0;
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

enum class StepBound { gemm, attention, memory, overhead, tensor_parallel, context_parallel, expert_parallel, pipeline, data_parallel, optimizer };
constexpr auto enum_names(StepBound) {
  return std::array<std::string_view, 10>{"gemm", "attention", "memory", "overhead", "tensor_parallel", "context_parallel", "expert_parallel",
                                          "pipeline", "data_parallel", "optimizer"};
}

// Seconds of a step by cause; they add up to time_s. Communication counts only what is not hidden behind compute.
struct StepTime {
  std::array<double, 10> part_s{};  // by StepBound
  double time_s = 0;
  double hidden_s = 0;              // communication behind compute
  double operator[](StepBound b) const { return part_s[static_cast<std::size_t>(b)]; }
  StepBound binding() const;        // largest part other than gemm, or gemm when it holds most of the step
};

struct StepModel {
  TrainingShape shape;
  TrainingDevice device;
  TrainingEfficiency efficiency;
  Precision precision = Precision::bf16;
  CommTables const* comm = nullptr;
};
StepTime step_time(StepModel const& model, TrainingLayout const& layout);

}  // namespace aif::workloads
