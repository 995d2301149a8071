#include "contracts/surfaces/form.hpp"

namespace aif {

double weight_byte(Precision precision) {
  switch (precision) {
    case Precision::fp64: return 8;
    case Precision::fp32:
    case Precision::tf32: return 4;
    case Precision::bf16:
    case Precision::fp16: return 2;
    case Precision::fp8:
    case Precision::fp8_block:
    case Precision::int8: return 1;
    case Precision::fp4: return 0.5 + 1.0 / 16;
    case Precision::mxfp4:
    case Precision::w4a16_mxfp4: return 0.5 + 1.0 / 32;
    case Precision::w4a16: return 0.5 + 2.0 / 128;
  }
  return 2;
}

double activation_byte(Precision precision) {
  switch (precision) {
    case Precision::w4a16:
    case Precision::w4a16_mxfp4: return 2;
    case Precision::mxfp4: return 1;  // mxfp8 activations
    default: return weight_byte(precision);
  }
}

Precision arithmetic_of(Precision precision) {
  switch (precision) {
    case Precision::fp8_block:
    case Precision::mxfp4: return Precision::fp8;
    case Precision::w4a16:
    case Precision::w4a16_mxfp4: return Precision::bf16;
    default: return precision;
  }
}

SurfaceDevice surface_device(Surface const& surface, Datasheet const& sheet, double clock_frac) {
  auto peak = [&](Precision p) {
    double const own = sheet.peak_flop_s[static_cast<std::size_t>(p)];
    return clock_frac * (own > 0 ? own : sheet.peak_flop_s[static_cast<std::size_t>(arithmetic_of(p))]);
  };
  SurfaceDevice device;
  device.peak_flop_s = peak(surface.math_precision.value_or(surface.precision));
  device.half_flop_s = peak(Precision::bf16);
  device.byte_s = sheet.hbm_byte_s;
  device.l2_byte = sheet.l2_byte;
  device.sm_count = sheet.sm_count;
  device.clock_frac = clock_frac;
  device.clock_hz = clock_frac * sheet.clock_max_hz;
  device.exp_per_sm_clock = sheet.exp_per_sm_clock;
  device.whole_tiles = sheet.die != "host";
  device.link_byte_s = sheet.links.empty() ? 0.0 : sheet.links.front().byte_s_per_direction;
  device.weight_byte = weight_byte(surface.precision);
  device.activation_byte = activation_byte(surface.precision);
  device.state_byte = weight_byte(surface.state_precision);
  return device;
}

}  // namespace aif
