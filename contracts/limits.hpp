#pragma once
// Why output is not higher. Every hour has exactly one cause; ties go to the earlier one in the enum.

#include <array>
#include <string>
#include <string_view>

namespace aif {

enum class Cause { demand, delivery, outage, power, cooling, network, storage, kv_capacity, compute, slo, people, unsolved };
inline constexpr std::size_t kCauses = 12;
constexpr auto enum_names(Cause) {
  return std::array<std::string_view, kCauses>{"demand", "delivery", "outage", "power", "cooling", "network",
                                               "storage", "kv_capacity", "compute", "slo", "people", "unsolved"};
}

// The binding constraint: the one that set the accepted throughput.
struct Constraint {
  Cause cause = Cause::demand;
  std::string component;  // scenario id, "power.blocks.a" or "workloads.chat"
  double limit = 0, value = 0;
  std::string unit;
};

// What one more unit of a component would be worth: finite difference of the coupled run.
struct MarginalValue {
  std::string component;
  double step = 0;
  std::string unit;
  double d_good_token_s = 0;
};

}  // namespace aif
