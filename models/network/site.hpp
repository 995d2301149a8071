#pragma once
// The network of a site: the scale-up domains inside the racks, one scale-out fabric between accelerators, one front end to
// storage and users. Gives the bill of material, watts against load, collective tables for the workloads, and for each coupled
// window the share of the offered traffic that fits and which element binds. Neglected: traffic inside a host, congestion
// collapse above saturation (accepted traffic is held at capacity). NICs stand in the bill with their watts, which the racks draw.

#include <span>
#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "contracts/service_tables.hpp"
#include "models/network/topologies.hpp"

namespace aif::network {

struct FabricLayer {
  FabricKind fabric;
  double oversubscription = 1;
  int rails = 0;
  double usable_frac = 0.85;
  static constexpr auto fields() {
    using S = FabricLayer;
    return FieldList{
        field("fabric", &S::fabric, "Topology and switch."),
        field("oversubscription", &S::oversubscription, Kind::number, 1, 100, "Host-facing over spine-facing bandwidth of a leaf.", "assumption: non-blocking"),
        field("rails", &S::rails, Kind::number, 0, 64, "Rails of a rail-optimised fabric; 0: one for each NIC.", "assumption"),
        field("usable", &S::usable_frac, Kind::fraction, 0.05, 1, "Share of the raw capacity that mixed traffic can use.",
              "assumption: adaptive routing; per-flow ECMP is nearer 0.3 to 0.6")};
  }
};

struct ScaleUpLayer {
  std::string from = "rack";
  static constexpr auto fields() { return FieldList{field("from", &ScaleUpLayer::from, "rack: domain and link rate are those of the rack.")}; }
};

struct NetworkParams {
  ScaleUpLayer scale_up;
  FabricLayer scale_out;
  FabricLayer frontend{{}, 3, 0, 0.85};
  OpticsParams optics;
  double nic_w = 25;
  static constexpr auto fields() {
    using S = NetworkParams;
    return FieldList{field("scale_up", &S::scale_up, "Domain inside which accelerators share memory semantics."),
                      field("scale_out", &S::scale_out, "Fabric between accelerators."),
                      field("frontend", &S::frontend, "Fabric to storage, users and management."),
                      field("optics", &S::optics, "Transceivers of the links between racks."),
                     field("nic_power", &S::nic_w, Kind::power, 0, 500, "Power of one NIC; metered in the rack that holds it.", "NVIDIA ConnectX-7 manual: 25 W")};
  }
};

// One group of equal racks.
struct NetworkGroup {
  std::string id;
  int racks = 0, devices_per_rack = 8;
  double nics_per_device = 1;       // scale-out NICs; 0: the group is not on the scale-out fabric
  double nic_byte_s = 5e10;
  int scale_up_domain = 8;          // devices
  double nvlink_byte_s = 4.5e11;    // per device and direction; 0: PCIe only
  double frontend_nics_per_rack = 4, frontend_nic_byte_s = 2.5e10;
  double pcie_byte_s = 6.4e10;      // host link of a device and direction (assumption where not given: Gen5 x16); collectives without NVLink use it
};

struct BillLine {
  std::string layer, item;  // scale_out, frontend; switch, optics end, cable, NIC
  int count = 0;
  double idle_w = 0, max_w = 0;  // of all of them
  bool in_rack = false;          // its watts are part of the rack's
};

// A built fabric, reduced to figures.
struct FabricSummary {
  std::string name;
  int endpoints = 0, switches = 0, cables = 0, optics_ends = 0, diameter_hops = 0;
  int leaves = 0, spines = 0;
  double switch_failure_per_s = 0, switch_repair_s = 0, optics_failure_per_s = 0;
  double injection_byte_s = 0, bisection_byte_s = 0, usable_frac = 1, latency_s = 0, idle_w = 0, max_w = 0;
};

struct SiteNetwork {
  std::vector<std::string> failed;  // components that outages took, each once
  std::vector<NetworkGroup> groups;
  FabricSummary scale_out, frontend;
  std::vector<BillLine> bill;
};

// Throws InputError (AF23xx) when the fabric cannot hold the endpoints.
SiteNetwork build_site_network(NetworkParams const& params, std::span<NetworkGroup const> groups);

// Watts of switches and optics outside the racks, at a traffic share 0..1 on both fabrics.
double network_power_w(SiteNetwork const& site, double load_frac);
double network_power_w(SiteNetwork const& site, double scale_out_load_frac, double frontend_load_frac);

// What one layer needs, as graph and as figures.
Fabric layer_fabric(FabricLayer const& layer, FabricDemand const& demand);
FabricSummary summarise_fabric(Fabric const& fabric, SwitchParams const& sw, OpticsParams const& optics, double usable_frac, double injection_byte_s);
std::vector<BillLine> bill_of(std::string const& layer, FabricSummary const& summary, SwitchParams const& sw, OpticsParams const& optics, double nic_w);

// Time against bytes for one group of racks; contention >= 1 divides the scale-out rate.
CollectiveTable collective_table(SiteNetwork const& site, CollectiveKey const& key, double contention = 1, std::size_t group = 0);

// The set that a training run asks for: every kind, groups of 2^k inside the scale-up domain and, one rank a domain, over the fabric.
std::vector<CollectiveTable> collective_tables(SiteNetwork const& site, double contention = 1, std::size_t group = 0);

// One window. src_group and dst_group index the groups; kOutside is users, storage and the internet, over the front end.
inline constexpr int kOutside = -1;
struct NetworkInputs {
  std::span<NetworkLoad const> loads;
  std::span<double const> scale_up_byte_s = {};  // per device, for each group
};
struct NetworkOutputs {
  double scale_up_utilisation = 0, scale_out_utilisation = 0, frontend_utilisation = 0;  // offered over usable
  double accepted_frac = 1;   // of the offered traffic on the binding element
  double slowdown = 1;        // 1 / accepted_frac
  double power_w = 0;
  std::string binding;        // "network.frontend"; empty when nothing binds
};
NetworkOutputs solve_window(SiteNetwork const& site, NetworkInputs const& inputs);

// One outage for each kind of part, which stands for all its units: "network.scale_out.spine/0". A spine takes its share of the
// bisection, a leaf the NICs of its hosts as well, a link one uplink. apply() takes each named part once, however often it is named.
std::vector<Outage> list_outages(SiteNetwork const& site);
SiteNetwork apply(SiteNetwork site, std::span<Outage const> outages);

}  // namespace aif::network
