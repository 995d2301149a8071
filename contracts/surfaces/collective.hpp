#pragma once
// Time of one collective among the devices of one scale-up domain or node: the faster of a latency protocol (NCCL LL, or the
// one-shot kernel of serving engines in which every rank reads all the others) and a bandwidth protocol, per group size.
// Fitted on 2, 4 and 8 devices. Other sizes up to 8: between them in log2; above 8: latency grows with the number of steps,
// bandwidth stays (extrapolated). Neglects contention and the fabric between nodes: models/network owns those.
// Neglects that engines hand messages beyond a limit (vLLM: 8 MiB) to NCCL: a step of up to two that no smooth form follows; as a fitted
// step it made unseen sizes worse.
// Source of the form: NCCL protocol description (NVIDIA); two-protocol p-norm fitted here on published NCCL and engine tables.

#include <array>
#include <vector>

#include "contracts/surfaces/form.hpp"

namespace aif {

struct CollectiveShape {
  CollectiveKind kind = CollectiveKind::all_reduce;
  double group = 8;          // ranks
  double message_byte = 0;   // the whole message, as nccl-tests counts it

  static constexpr std::string_view form = "collective";
  static constexpr OpClass op = OpClass::collective;
  static constexpr std::size_t n_features = 2;
  static constexpr std::array<FormParameter, 10> parameters{{
      {"one_shot", 0, 1, 0, 0},  // 1: latency protocol is the one-shot kernel; fixed by the kernel, never fitted
      {"alpha_2_s", 0, 1e-4, 5e-6, 5e-6}, {"alpha_4_s", 0, 1e-4, 7e-6, 7e-6}, {"alpha_8_s", 0, 1e-4, 10e-6, 10e-6},
      {"ramp_sqrt_s", 0, 0.03, 1e-3, 3e-3},                    // pipeline fill grows with the root of the transfer time
      {"bandwidth_2", 0.002, 3, 0.7, 0.5}, {"bandwidth_4", 0.002, 3, 0.7, 0.3}, {"bandwidth_8", 0.002, 3, 0.7, 0.2},  // of the link rate; above 1 with in-switch reduction
      {"latency_protocol_bandwidth", 0.005, 3, 0.3, 0.5}, {"latency_ratio", 0, 20, 0.5, 2},
  }};
};

// Bytes that cross a rank's link per message byte: 2(p-1)/p all-reduce, (p-1)/p the others, 1 for a broadcast or a send.
double collective_traffic(CollectiveKind kind, double group);

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, CollectiveShape const& shape);
std::array<double, CollectiveShape::n_features> surface_features(SurfaceDevice const& device, CollectiveShape const& shape);

}  // namespace aif
