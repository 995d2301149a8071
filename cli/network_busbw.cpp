// network busbw: the bus bandwidth that nccl-tests should show on a fabric, by message size, with its band.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "models/network/collective_cost.hpp"
#include "sim/scenario/library.hpp"

namespace aif::cli {
namespace {

namespace net = aif::network;

struct Options {
  std::string device = "lib:profiles/h100_sxm", collective = "all_reduce", nic = "400 Gbit/s";
  int ranks = 64;
  bool ring = false;
};

[[noreturn]] void refuse(std::string const& option, std::string message, std::string hint) {
  Diagnostic d;
  d.code = "AF5013";
  d.message = std::move(message);
  d.path = option;
  d.hint = std::move(hint);
  throw InputError(d);
}

int busbw(Options const& o, Frame const& frame) {
  auto const names = enum_names(CollectiveKind{});
  auto const at = std::find(names.begin(), names.end(), o.collective);
  if (at == names.end()) refuse("--collective", fmt::format("`{}` is not a collective", o.collective), "all_reduce, reduce_scatter, all_gather, all_to_all, broadcast or point_to_point");
  auto const kind = static_cast<CollectiveKind>(at - names.begin());
  auto const nic = parse_quantity(o.nic, Kind::data_rate);
  if (!nic.error.empty()) refuse("--nic", nic.error, nic.hint);
  HardwareProfile const profile = read_profile(sim::Library().asset_path(o.device));
  net::CollectiveGroup group;
  group.ranks = o.ranks;
  group.nic_byte_s = nic.si;
  for (auto const& link : profile.datasheet.links)
    if (link.kind == "nvlink" || group.link_byte_s == 0) group.link_byte_s = link.byte_s_per_direction, group.per_domain = std::max(1, link.domain);
  group.per_domain = std::min(group.per_domain, o.ranks);
  constexpr double kInSwitchByte_s = 4e11;  // NVLink 4 and later reduce in the switch
  group.in_switch = !o.ring && group.link_byte_s >= kInSwitchByte_s;
  double const band = net::fitted_busbw_band_log();
  std::string out = frame.json ? fmt::format(R"({{"device": "{}", "collective": "{}", "ranks": {}, "per_domain": {}, "points": [)", profile.id, o.collective, o.ranks, group.per_domain)
                               : fmt::format("{} of {} x {}, {} in a scale-up domain\n\n{:>12} {:>12} {:>12} {:>14} {:>12}\n", o.collective, o.ranks, profile.id, group.per_domain, "bytes", "time us",
                                             "busbw GB/s", "90 % band", "algbw GB/s");
  for (int log = 10; log <= 34; log += 2) {
    double const byte = std::ldexp(1.0, log), time = net::collective_time_s(kind, byte, group), bus = net::wire_factor(kind, o.ranks) * byte / time;
    out += frame.json ? fmt::format("{}\n{{\"byte\": {:.0f}, \"time_s\": {:.6g}, \"busbw_byte_s\": {:.6g}, \"low\": {:.6g}, \"high\": {:.6g}}}", log > 10 ? "," : "", byte, time, bus,
                                    bus * std::exp(-band), bus * std::exp(band))
                      : fmt::format("{:>12.0f} {:>12.1f} {:>12.2f} {:>6.1f}-{:<7.1f} {:>12.2f}\n", byte, time * 1e6, bus * 1e-9, bus * std::exp(-band) * 1e-9, bus * std::exp(band) * 1e-9, byte / time * 1e-9);
  }
  std::fputs((out + (frame.json ? "]}\n" : "")).c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_network_busbw(CLI::App& group, Frame& frame) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = frame.verb(group, "busbw", "Expected bus bandwidth of a collective", [options, &frame] { return busbw(*options, frame); });
  verb->add_option("--device", options->device, "Device profile")->type_name("LIB");
  verb->add_option("--ranks", options->ranks, "Ranks of the group")->check(CLI::Range(2, 1000000));
  verb->add_option("--collective", options->collective, "all_reduce, reduce_scatter, all_gather, all_to_all, broadcast or point_to_point");
  verb->add_option("--nic", options->nic, "Scale-out rate of a rank");
  verb->add_flag("--ring", options->ring, "Without reduction in the switch");
}

}  // namespace aif::cli
