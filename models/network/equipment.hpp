#pragma once
// Switches and optics as the bill of material and the power model see them: a switch draws a constant part and a part that
// rises with forwarded traffic; a link end draws its transceiver's power whenever it is installed (MMS4X00-NS-T overview:
// 17 W constant for all link combinations). NICs sit in the rack and are metered there. Neglected: link-down power states.

#include <array>
#include <string>
#include <string_view>

#include "core/fields.hpp"

namespace aif::network {

struct SwitchParams {
  std::string id = "switch-64x800g";
  int ports = 64;
  double port_byte_s = 1e11;      // per direction
  double idle_w = 700, max_w = 1200;  // without optics
  double latency_s = 700e-9;      // port to port
  double failure_per_s = 0.04 / 31536000.0, repair_s = 4 * 3600.0;
  static constexpr auto fields() {
    using S = SwitchParams;
    return FieldList{
        field("id", &S::id, "Name in the bill of material."),
        field("ports", &S::ports, Kind::number, 2, 2048, "Ports at the full port rate.", "assumption: 51.2 Tbit/s class"),
        field("port_rate", &S::port_byte_s, Kind::data_rate, 1e8, 1e12, "Rate of one port per direction.", "assumption: 51.2 Tbit/s class"),
        field("idle_power", &S::idle_w, Kind::power, 0, 1e5, "Power without traffic and without optics.", "assumption: three quarters of the typical power of the class"),
        field("max_power", &S::max_w, Kind::power, 0, 1e5, "Power at full traffic, without optics.", "assumption: 51.2 Tbit/s class"),
        field("latency", &S::latency_s, Kind::duration, 0, 1e-3, "Port to port latency.", "assumption: cut-through ASIC"),
        field("failure_rate", &S::failure_per_s, Kind::per_time, 0, 1e-3, "Failures per unit of time that take the switch down.",
              "assumption: 4 % a year"),
        field("repair_time", &S::repair_s, Kind::duration, 0, 1e8, "Time to replace it.", "assumption: spare on site")};
  }
};

enum class OpticsKind { pluggable, lpo, co_packaged, copper };
constexpr auto enum_names(OpticsKind) { return std::array<std::string_view, 4>{"pluggable", "lpo", "co_packaged", "copper"}; }

struct OpticsParams {
  std::string id = "pluggable-800g";
  OpticsKind kind = OpticsKind::pluggable;
  double byte_s = 1e11, power_w = 17, reach_m = 500;
  double failure_per_s = 0.02 / 31536000.0;  // of one end
  static constexpr auto fields() {
    using S = OpticsParams;
    return FieldList{
        field("id", &S::id, "Name in the bill of material."),
        field("kind", &S::kind, "pluggable, lpo, co_packaged or copper."),
        field("rate", &S::byte_s, Kind::data_rate, 1e8, 1e12, "Rate of one transceiver or cable end per direction.", "800G class"),
        field("power", &S::power_w, Kind::power, 0, 200, "Power of one end.", "NVIDIA MMS4X00-NS-T overview: 17 W, 800G 2xDR4"),
        field("reach", &S::reach_m, Kind::length, 0.1, 1e5, "Longest link.", "DR4 class"),
        field("failure_rate", &S::failure_per_s, Kind::per_time, 0, 1e-3, "Failures of one end per unit of time.",
              "assumption: 2 % a year, flaps and contamination included")};
  }
};

}  // namespace aif::network
