#pragma once
// What one accelerator does: gpu_calibration writes it, library/profiles ships it, models/compute reads it. A surface is a
// physics form with fitted parameters plus a small residual (a Gaussian process on the probe points), one for each operator
// class, precision and kernel family (reference kernel_surfaces). File form: JSON, schema aifactory/profile/v1 (profile_json.hpp).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/evidence.hpp"
#include "contracts/operators.hpp"

namespace aif {

struct ProfileEnvironment {
  std::string device, driver, date;
  double power_cap_w = 0, sm_clock_hz = 0, mem_clock_hz = 0;  // 0: not recorded
};

struct LinkSheet {
  std::string kind;  // nvlink, pcie, c2c, nic
  double byte_s_per_direction = 0, latency_s = 0;
  int domain = 1;  // devices that reach each other over it
};

struct Datasheet {
  PerPrecision<double> peak_flop_s{};  // dense; 0 where the device lacks the precision
  double hbm_byte_s = 0, hbm_byte = 0, l2_byte = 0, l2_byte_s = 0, tdp_w = 0;
  double clock_min_hz = 0, clock_base_hz = 0, clock_max_hz = 0;
  int sm_count = 0;
  double exp_per_sm_clock = 16;  // special-function rate (reference kernel_surfaces 3.2)
  bool is_cpu = false;           // a general processor: its memory is the host's
  std::string die;               // surfaces transfer within a die (H100 and H200: gh100), see kernel_surfaces section 1
  std::vector<LinkSheet> links;
};

// Residual of a surface: Gaussian process on log(measured / physics) over the probe points, Matern-3/2.
struct SurfaceResidual {
  int n_features = 0;
  std::vector<double> x;         // probe features, row-major (points x n_features)
  std::vector<double> weights;   // K^-1 r
  std::vector<double> cholesky;  // lower triangle of K, row by row; empty: no variance stored
  std::vector<double> scores;    // |leave-one-out residual| / sd of each probe: where the surface is wrong, the band is wide
  std::vector<double> lengths;   // of each feature
  double scale = 0, noise = 0;
};

// Half width of the 90 % interval in log: quantile x sd^sd_power x score^score_power x exp(compute C + memory M + distance d), with
// sd of the residual process, score of its neighbourhood, C and M the shares of the time that follow the matrix and the memory
// rate, d the distance to the nearest probe. Powers and slopes are pooled over the devices of an operator (gpu_calibration/fit_band.hpp).
struct SurfaceBand {
  double quantile = 1.645, sd_power = 1, score_power = 1, compute = 0, memory = 0, distance = 0;
  double share = 0.9;  // of errors at unseen shapes that it held when it was cut
};

struct Surface {
  OpClass op = OpClass::gemm;
  Precision precision = Precision::bf16;
  Precision state_precision = Precision::bf16;  // of the KV cache, for attention
  std::optional<Precision> math_precision;      // arithmetic where it differs (bf16 attention on fp8 caches computes in fp8 on some dies)
  std::string kernel;                           // framework and kernel family; surfaces of two kernels are never pooled
  std::string form;                             // "gemm_tiles", "attention_prefill", ...: names the evaluator
  std::vector<double> params;
  std::vector<double> covariance;               // of log parameters, row-major; may be empty
  SurfaceResidual residual;
  std::vector<double> valid_low, valid_high;    // hull of the probes in feature space
  int n_rows = 0;
  double residual_log_sd = 0;                   // spread of log(measured / predicted), out of sample
  double band_log = 0;                          // typical half width of the 90 % interval in log
  SurfaceBand band;
  double transfer_log_sd = 0;                   // > 0: transferred from another device, widens the interval
  Evidence evidence = Evidence::published;
};

// Device watts (reference power 5.7):
//   P = idle + active_floor*busy + (clock term + e_flop F + e_hbm B + e_link X) V(f)^2/V(f_max)^2 + leakage(T)
struct PowerModel {
  double idle_w = 0, active_floor_w = 0;
  double v_min = 0.7, v0 = 0.4, v1 = 0.6;  // V(f) = max(v_min, v0 + v1 f/f_max), relative to V(f_max) = 1
  double c_clock_w = 0;                    // dynamic power of clocks and issue at f_max and full activity
  PerPrecision<double> e_flop_j{};
  double e_hbm_j_per_byte = 0, e_link_j_per_byte = 0;
  double leak_w = 0, leak_scale_k = 50, t_ref_c = 60;  // leak_w * exp((T - t_ref)/leak_scale)
  std::vector<double> covariance;
  Evidence evidence = Evidence::assumption;
};

struct ThermalModel {
  double r_junction_case_k_per_w = 0.02;
  double slow_c = 87, trip_c = 95, hbm_max_c = 95;
};

// How this very machine stands to the published device on which the throughput models are fitted: rates measured here over those of the
// published surfaces at the same shapes. `aifactory calibrate` sets it; 1 where nothing was measured.
struct Sustained {
  double matrix = 1, memory = 1;
};

struct HardwareProfile {
  std::string id, title;
  std::vector<std::string> aliases;
  Evidence evidence = Evidence::datasheet_prior;
  std::string note;  // what to distrust
  ProfileEnvironment environment;
  Datasheet datasheet;
  std::vector<Surface> surfaces;
  PowerModel power;
  ThermalModel thermal;
  Sustained sustained;
};

// First surface of that operator and precision (and kernel and cache precision, if given); null when the profile has none.
// A kernel is "framework/family" ("trtllm/gemm", "vllm/triton", "nccl/all_reduce"); `kernel` matches it whole, or its framework alone.
Surface const* find_surface(HardwareProfile const& profile, OpClass op, Precision precision, std::string_view kernel = {},
                            std::optional<Precision> state_precision = {});

}  // namespace aif
