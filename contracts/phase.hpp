#pragma once
// What the machine answers: seconds, joules and rates of one engine iteration or training step, and the operating map of a
// replica on which the coupled year runs. models/compute and workloads make them; sim reads them.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "contracts/evidence.hpp"
#include "contracts/operators.hpp"

namespace aif {

// Mean rates while busy, per device.
struct Activity {
  PerPrecision<double> flop_s{};
  double hbm_byte_s = 0, link_byte_s = 0;
  double active_frac = 0;  // share of time with a kernel running
};

// What sets the time of a phase.
enum class Bound { compute, memory, attention, communication, overhead, host };
constexpr auto enum_names(Bound) {
  return std::array<std::string_view, 6>{"compute", "memory", "attention", "communication", "overhead", "host"};
}

// One engine iteration or one training step, on one replica; watts and joules per device.
struct PhaseCost {
  double time_s = 0;
  double dynamic_j = 0;  // above idle and without leakage
  Activity activity;
  Bound bound = Bound::memory;
  double roofline_frac = 0;  // ideal time of the binding resource over time_s, 0..1
  Estimate error;            // factor on time_s: value 1, 90 % interval
};

// Relative throughput and dynamic watts of one device against its clock; both rise with the clock. Caps are solved on it.
inline constexpr std::size_t kPowerCurvePoints = 64;
struct PowerCurve {
  std::array<double, kPowerCurvePoints> clock_hz{}, dynamic_w{}, throughput_frac{};
};

// A replica under a workload, over two axes: offered load (of its capacity at full clock) and clock (of the highest).
// Values are row-major [clock][load]; rates and watts are of one replica, watts without idle and leakage.
struct OperatingMap {
  std::string key;                            // content hash of everything that went in
  std::vector<double> load_frac, clock_frac;  // rising; last clock is 1
  double capacity_out_token_s = 0;            // out tokens at full clock at the highest load that meets the targets
  int devices = 1;                            // per replica
  struct Layer {
    std::vector<double> out_token_s, in_token_s, cached_token_s, good_frac;
    std::vector<double> ttft_p50_s, ttft_p90_s, ttft_p99_s, tpot_p50_s, tpot_p90_s, tpot_p99_s, e2e_p50_s, e2e_p90_s, e2e_p99_s;
    std::vector<double> dynamic_w, hbm_byte_s, link_byte_s, flop_s, active_frac, kv_used_frac;  // per device, except kv_used_frac
  } at;
  // Share of good requests were the targets these multiples of what they are, [clock][load][ttft][tpot]: what an error of the predicted
  // times does to the goodput. The whole time of a request goes with tpot.
  std::vector<double> ttft_target_frac, tpot_target_frac;
  std::vector<std::uint16_t> good_at_target;  // in 1e-4
  double interpolation_error = 0;             // worst relative error of out_token_s and dynamic_w at the cell centres that were tried
  Validity validity = Validity::prior;
  Estimate tpot_error, ttft_error;            // factors: value 1, 90 % interval, from validation
};

}  // namespace aif
