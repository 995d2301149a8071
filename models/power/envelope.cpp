#include "models/power/envelope.hpp"

namespace aif::power {

VoltageEnvelope itic_envelope() {
  return {"ITIC (CBEMA) 2000", {{0.001, 0.0, 2.0}, {0.003, 0.0, 1.4}, {0.020, 0.0, 1.2}, {0.5, 0.7, 1.2}, {10.0, 0.8, 1.1}, {1e9, 0.9, 1.1}}};
}

bool must_ride_through(VoltageEnvelope const& envelope, double voltage_pu, double duration_s) {
  for (auto const& p : envelope.points)
    if (duration_s <= p.duration_s) return voltage_pu >= p.low_pu && voltage_pu <= p.high_pu;
  return !envelope.points.empty() && voltage_pu >= envelope.points.back().low_pu && voltage_pu <= envelope.points.back().high_pu;
}

}  // namespace aif::power
