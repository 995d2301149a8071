#pragma once
// Voltage-time envelopes: what a device or a grid code says must be ridden through. A point (duration, low, high) holds for excursions up to
// that long; beyond the last point its limits are for ever. ITIC (CBEMA) curve: Information Technology Industry Council, 2000.

#include <span>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace aif::power {

struct EnvelopePoint {
  double duration_s = 0, low_pu = 0, high_pu = 2;
  static constexpr auto fields() {
    using T = EnvelopePoint;
    return FieldList{field("duration", &T::duration_s, Kind::duration, 0, 1e9, "Excursions up to this long.").required(),
                      field("low", &T::low_pu, Kind::number, 0, 1, "Lowest voltage that must be ridden through.").required(),
                      field("high", &T::high_pu, Kind::number, 1, 10, "Highest voltage that must be ridden through.", "assumption: no upper limit stated")};
  }
};

struct VoltageEnvelope {
  std::string title;
  std::vector<EnvelopePoint> points;  // durations rise
  static constexpr auto fields() {
    using T = VoltageEnvelope;
    return FieldList{field("title", &T::title, "What it is."), field("points", &T::points, "Limits by duration, rising.").required()};
  }
};

VoltageEnvelope itic_envelope();

// One excursion: the residual voltage for that long.
struct VoltageSegment {
  double start_s = 0, duration_s = 0, voltage_pu = 1;
};

// True when the envelope asks for the excursion to be ridden through.
bool must_ride_through(VoltageEnvelope const& envelope, double voltage_pu, double duration_s);

}  // namespace aif::power
