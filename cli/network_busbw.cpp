// network busbw: the bus bandwidth that nccl-tests should show, by message size, with its band; on a fabric of the library with what hashing,
// a lost switch or a neighbour leave of it, and the fabric's bill of material.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/option_values.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "contracts/surfaces/predict.hpp"
#include "core/reader.hpp"
#include "models/network/collective_cost.hpp"
#include "models/network/site.hpp"
#include "models/network/traffic.hpp"
#include "sim/scenario/resolve.hpp"

namespace aif::cli {
namespace {

namespace net = aif::network;

struct NetworkBusbwOptions {
  std::string device = "lib:profiles/h100_sxm", collective = "all_reduce", nic = "400 Gbit/s", fabric, routing = "adaptive";
  int ranks = 64, seeds = 20, lost_spines = 0, neighbours = 0;
  double oversubscription = 1;
  bool ring = false;
};

// Ranks fill whole domains: a part of one would leave rails without a partner.
void require_whole_domains(int ranks, int domain) {
  if (ranks <= domain || ranks % domain == 0) return;
  int const below = ranks / domain * domain;
  refuse_option("--ranks", fmt::format("{} ranks do not fill domains of {} devices", ranks, domain), fmt::format("nearest: {} or {}", below, below + domain));
}

net::CollectiveGroup group_of(NetworkBusbwOptions const& o, HardwareProfile const& profile) {
  net::CollectiveGroup group;
  group.ranks = o.ranks;
  group.nic_byte_s = quantity_of("--nic", o.nic, Kind::data_rate);
  group.pcie = true;
  constexpr int kPcieBox = 8;  // cards of a server
  for (auto const& link : profile.datasheet.links)
    if (link.kind == "nvlink" || group.link_byte_s == 0) {
      group.link_byte_s = link.byte_s_per_direction, group.pcie = link.kind != "nvlink";
      group.per_domain = group.pcie ? kPcieBox : std::max(1, link.domain);
    }
  require_whole_domains(o.ranks, group.per_domain);
  group.per_domain = std::min(group.per_domain, o.ranks);
  constexpr double kInSwitchByte_s = 4e11;  // NVLink 4 and later reduce in the switch
  group.in_switch = !group.pcie && group.link_byte_s >= kInSwitchByte_s;
  if (o.ring) group.algorithm = net::CollectiveAlgorithm::ring;
  return group;
}

struct FabricAnswer {
  net::FabricSummary summary;
  std::vector<net::BillLine> bill;
  std::size_t single_points = 0;
  net::SeedBand share{1, 1, 1};  // of the NIC rate that the slowest transfer of the group sees
};

// A fabric entry with what it refers to (its switch), as a scenario would read it.
net::FabricLayer read_fabric(std::string const& reference, sim::Library const& library) {
  DocNode name, tree;
  name.type = DocNode::Type::scalar, name.scalar = reference.starts_with("lib:") ? reference : "lib:" + reference;
  tree.type = DocNode::Type::map;
  tree.insert("fabric", {}, name);
  DiagnosticList problems;
  sim::UsedEntries used;
  sim::resolve_references(tree, library, problems, used);
  if (problems.has_errors()) throw InputError(std::move(problems));
  return read_document<net::FabricLayer>(tree);
}

FabricAnswer ask_fabric(NetworkBusbwOptions const& o, CollectiveKind kind, net::Routing routing, net::CollectiveGroup const& group, sim::Library const& library) {
  net::FabricLayer layer = read_fabric(o.fabric, library);
  layer.oversubscription = o.oversubscription;
  int const hosts = group.ranks / group.per_domain, all = hosts * (1 + o.neighbours);
  if (hosts < 2) refuse_option("--fabric", fmt::format("{} ranks stay inside one domain of {}: nothing crosses the fabric", group.ranks, group.per_domain), fmt::format("ask for {} ranks or more", 2 * group.per_domain));
  net::FabricDemand demand{all, group.per_domain, group.nic_byte_s, o.oversubscription, 0};
  net::Fabric fabric = net::layer_fabric(layer, demand);
  FabricAnswer a;
  net::NetworkParams const params;
  auto const& sw = net::switch_of(layer.fabric);
  a.summary = net::summarise_fabric(fabric, sw, params.optics, layer.usable_frac, demand.endpoints() * demand.nic_byte_s);
  a.bill = net::bill_of("scale_out", a.summary, sw, params.optics, params.nic_w);
  a.single_points = net::single_points_of_failure(fabric).size();
  std::vector<int> lost;
  for (int i = static_cast<int>(fabric.nodes.size()) - 1; i >= 0 && static_cast<int>(lost.size()) < o.lost_spines; --i)
    if (fabric.nodes[static_cast<std::size_t>(i)].kind == net::NodeKind::spine) lost.push_back(i);
  if (static_cast<int>(lost.size()) < o.lost_spines) refuse_option("--lost-spines", fmt::format("the fabric has {} spines", a.summary.spines), "lose fewer");
  fabric = net::without(std::move(fabric), lost, {});
  auto const flows = [&](int first) { return kind == CollectiveKind::all_to_all ? net::exchange_flows(fabric, first, hosts) : net::ring_flows(fabric, first, hosts, 1); };
  // Neighbours run the same collective on hosts that alternate with ours, as a scheduler without topology would place them.
  auto const spread = [&](std::vector<net::Flow> list, int job) {
    for (auto& f : list)
      for (int* end : {&f.src, &f.dst}) *end = (*end / fabric.nics_per_host * (1 + o.neighbours) + job) * fabric.nics_per_host + *end % fabric.nics_per_host;
    return list;
  };
  std::vector<net::FabricJob> jobs;
  for (int job = 0; job <= o.neighbours; ++job) jobs.push_back({fmt::format("job {}", job), spread(flows(0), job)});
  a.share = net::share_fabric(fabric, jobs, routing, routing == net::Routing::adaptive ? 1 : o.seeds).front().together;
  if (kind == CollectiveKind::all_to_all) {  // an exchange has many flows on a NIC: judge it by when the last is done
    std::vector<net::Flow> every;
    for (auto const& job : jobs) every.insert(every.end(), job.flows.begin(), job.flows.end());
    a.share = net::finish_band(fabric, every, routing, routing == net::Routing::adaptive ? 1 : o.seeds);
  }
  return a;
}

std::string fabric_text(NetworkBusbwOptions const& o, FabricAnswer const& a) {
  auto const& s = a.summary;
  std::string out = fmt::format("{}: {}, {} endpoints, {} leaves, {} spines and cores, longest way {} links, bisection {:.4g} TB/s, {} single points of failure\n", o.fabric, s.name, s.endpoints, s.leaves,
                                s.spines, s.diameter_hops, s.bisection_byte_s * 1e-12, a.single_points);
  for (auto const& line : a.bill)
    out += fmt::format("  {:>8} {:<24} {:>9.1f}-{:.1f} kW{}\n", line.count, line.item, line.idle_w * 1e-3, line.max_w * 1e-3, line.in_rack ? "  (in the racks)" : "");
  return out + fmt::format("  {} routing leaves {:.0f} % of the NIC rate ({:.0f}-{:.0f} % over {} hash seeds)\n\n", o.routing, 100 * a.share.mean_frac, 100 * a.share.low_frac, 100 * a.share.high_frac, o.routing == "adaptive" ? 1 : o.seeds);
}

// The surface that was measured on this device for this collective; null beyond what was measured.
Surface const* measured_surface(HardwareProfile const& profile, CollectiveKind kind, net::CollectiveGroup const& group) {
  constexpr int kMostMeasured = 8;
  if (group.ranks > std::min(kMostMeasured, group.per_domain) || group.algorithm != net::CollectiveAlgorithm::automatic) return nullptr;
  std::string const name = kind == CollectiveKind::all_to_all ? "nccl/alltoall" : fmt::format("nccl/{}", enum_name(kind));
  return find_surface(profile, OpClass::collective, Precision::bf16, name);
}

int busbw(NetworkBusbwOptions const& o, Frame const& frame) {
  auto const kind = word_of<CollectiveKind>("--collective", o.collective);
  sim::Library const library;
  HardwareProfile const profile = read_profile(library.asset_path(o.device));
  net::CollectiveGroup group = group_of(o, profile);
  auto const routing = word_of<net::Routing>("--routing", o.routing);
  FabricAnswer answer;
  if (!o.fabric.empty()) answer = ask_fabric(o, kind, routing, group, library);
  Surface const* surface = measured_surface(profile, kind, group);
  std::string out = frame.json ? fmt::format(R"({{"device": "{}", "collective": "{}", "ranks": {}, "per_domain": {}, "from": "{}", "nic_share": [{:.4g}, {:.4g}, {:.4g}], "points": [)", profile.id, o.collective,
                                             o.ranks, group.per_domain, surface ? "measured surface" : "closed form", answer.share.low_frac, answer.share.mean_frac, answer.share.high_frac)
                               : (o.fabric.empty() ? "" : fabric_text(o, answer)) + fmt::format("{} of {} x {}, {} in a scale-up domain, from {}\n\n{:>12} {:>12} {:>12} {:>16} {:>12}\n", o.collective, o.ranks, profile.id,
                                 group.per_domain, surface ? "the device's measured surface" : "the closed form", "bytes", "time us", "busbw GB/s", "90 % band", "algbw GB/s");
  double const nic = group.nic_byte_s, wire = net::wire_factor(kind, o.ranks);
  for (int log = 10; log <= 34; log += 2) {
    double const byte = std::ldexp(1.0, log);
    auto const at_share = [&](double share) {
      group.nic_byte_s = nic * share;
      return net::collective_time_s(kind, byte, group);
    };
    double const band = net::collective_band_log(kind, byte, group);
    double time = at_share(answer.share.mean_frac), least = at_share(answer.share.high_frac) * std::exp(-band), most = at_share(answer.share.low_frac) * std::exp(band);
    if (surface) {
      auto const p = predict(*surface, profile.datasheet, CollectiveShape{kind, static_cast<double>(o.ranks), byte});
      time = p.time_s, least = p.low_s, most = p.high_s;
    }
    double const bus = wire * byte / time, low = wire * byte / most, high = wire * byte / least;
    out += frame.json ? fmt::format("{}\n{{\"byte\": {:.0f}, \"time_s\": {:.6g}, \"busbw_byte_s\": {:.6g}, \"low\": {:.6g}, \"high\": {:.6g}}}", log > 10 ? "," : "", byte, time, bus, low, high)
                      : fmt::format("{:>12.0f} {:>12.1f} {:>12.4g} {:>8.3g}-{:<7.3g} {:>12.4g}\n", byte, time * 1e6, bus * 1e-9, low * 1e-9, high * 1e-9, byte / time * 1e-9);
  }
  std::fputs((out + (frame.json ? "]}\n" : "")).c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_network_busbw(CLI::App& group, Frame& frame) {
  auto options = std::make_shared<NetworkBusbwOptions>();
  CLI::App* verb = frame.verb(group, "busbw", "Expected bus bandwidth of a collective", [options, &frame] { return busbw(*options, frame); });
  verb->add_option("--device", options->device, "Device profile")->type_name("LIB");
  verb->add_option("--ranks", options->ranks, "Ranks of the group")->check(CLI::Range(2, 1000000));
  verb->add_option("--collective", options->collective, "all_reduce, reduce_scatter, all_gather, all_to_all, broadcast or point_to_point");
  verb->add_option("--nic", options->nic, "Scale-out rate of a rank");
  verb->add_flag("--ring", options->ring, "Without reduction in the switch");
  verb->add_option("--fabric", options->fabric, "Fabric of the library that joins the domains; left out: non-blocking")->type_name("LIB");
  verb->add_option("--oversubscription", options->oversubscription, "Host-facing over spine-facing bandwidth of a leaf")->check(CLI::Range(1.0, 100.0));
  verb->add_option("--routing", options->routing, "ecmp, rail_local or adaptive");
  verb->add_option("--seeds", options->seeds, "Hash seeds that the band is taken over")->check(CLI::Range(1, 10000));
  verb->add_option("--lost-spines", options->lost_spines, "Spine switches that are down")->check(CLI::NonNegativeNumber);
  verb->add_option("--neighbours", options->neighbours, "Equal jobs on hosts between ours")->check(CLI::Range(0, 15));
}

}  // namespace aif::cli
