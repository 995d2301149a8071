#include "models/network/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/network/collective_cost.hpp"

namespace aif::network {
namespace {

constexpr double kInSwitchByte_s = 4e11;   // NVLink 4 and later reduce in the switch
constexpr double kPayload = 1 << 20;       // byte: what a table's one band is quoted for
constexpr double kNothing_s = 1e-12;  // of a group of one: tables are read in log-log, so not zero

// All groups on one fabric at the fastest NIC rate; slower groups count as fewer endpoints of that rate.
FabricSummary build_layer(FabricLayer const& layer, OpticsParams const& optics, std::span<double const> nics, std::span<double const> byte_s, int nics_per_host) {
  double rate = 0, injection = 0;
  for (std::size_t g = 0; g < nics.size(); ++g) {
    if (nics[g] > 0) rate = std::max(rate, byte_s[g]);
    injection += nics[g] * byte_s[g];
  }
  if (rate <= 0) return {};
  FabricDemand demand;
  demand.nics_per_host = std::max(1, nics_per_host);
  demand.hosts = static_cast<int>(std::ceil(injection / rate / demand.nics_per_host - 1e-9));
  demand.nic_byte_s = rate;
  demand.oversubscription = layer.oversubscription;
  demand.rails = layer.rails;
  return summarise_fabric(layer_fabric(layer, demand), switch_of(layer.fabric), optics, layer.usable_frac, injection);
}

// Usable bytes per second of a fabric for traffic that crosses it anywhere: the smaller of what hosts inject and twice the bisection.
double usable_byte_s(FabricSummary const& s) { return s.usable_frac * std::min(s.injection_byte_s, 2 * s.bisection_byte_s); }

}  // namespace

Fabric layer_fabric(FabricLayer const& layer, FabricDemand const& demand) { return build_fabric(layer.fabric, demand); }

FabricSummary summarise_fabric(Fabric const& fabric, SwitchParams const& sw, OpticsParams const& optics, double usable_frac, double injection_byte_s) {
  FabricSummary s;
  s.name = fabric.name, s.endpoints = fabric.endpoints, s.switches = fabric.switches(), s.cables = static_cast<int>(fabric.links.size()), s.diameter_hops = fabric.diameter_hops;
  s.leaves = fabric.count(NodeKind::leaf) + fabric.count(NodeKind::scale_up), s.spines = fabric.count(NodeKind::spine) + fabric.count(NodeKind::core);
  s.switch_failure_per_s = sw.failure_per_s, s.switch_repair_s = sw.repair_s, s.optics_failure_per_s = optics.failure_per_s;
  // A breakout cage serves several slower links, so ends are counted by bandwidth.
  double ends = 0;
  for (auto const& link : fabric.links) ends += link.optical ? 2 * link.byte_s / optics.byte_s : 0;
  s.optics_ends = static_cast<int>(std::ceil(ends - 1e-9));
  s.injection_byte_s = injection_byte_s;
  s.bisection_byte_s = fabric.bisection_byte_s;
  s.usable_frac = usable_frac;
  s.latency_s = (fabric.diameter_hops - 1) * sw.latency_s;
  s.idle_w = s.switches * sw.idle_w + s.optics_ends * optics.power_w;
  s.max_w = s.switches * sw.max_w + s.optics_ends * optics.power_w;
  return s;
}

std::vector<BillLine> bill_of(std::string const& layer, FabricSummary const& s, SwitchParams const& sw, OpticsParams const& optics, double nic_w) {
  if (s.endpoints == 0) return {};
  double const optics_w = s.optics_ends * optics.power_w, nics_w = s.endpoints * nic_w;
  return {{layer, sw.id, s.switches, s.switches * sw.idle_w, s.switches * sw.max_w, false},
          {layer, optics.id, s.optics_ends, optics_w, optics_w, false},
          {layer, "cable", s.cables, 0, 0, false},
          {layer, "NIC", s.endpoints, nics_w, nics_w, true}};
}

SiteNetwork build_site_network(NetworkParams const& params, std::span<NetworkGroup const> groups) {
  SiteNetwork site;
  site.groups.assign(groups.begin(), groups.end());
  std::vector<double> out_nics, out_rate, front_nics, front_rate;
  int rails = 1;
  for (auto const& g : groups) {
    if (g.racks < 0 || g.devices_per_rack < 1 || g.scale_up_domain < 1 || g.nics_per_device < 0)
      refuse_fabric("AF2303", fmt::format("network group `{}` has no devices, a negative count or an empty scale-up domain", g.id), "counts are at least 1");
    out_nics.push_back(g.racks * g.devices_per_rack * g.nics_per_device);
    out_rate.push_back(g.nic_byte_s);
    front_nics.push_back(g.racks * g.frontend_nics_per_rack);
    front_rate.push_back(g.frontend_nic_byte_s);
    rails = std::max(rails, static_cast<int>(std::min(8, g.scale_up_domain) * g.nics_per_device));
  }
  site.scale_out = build_layer(params.scale_out, params.optics, out_nics, out_rate, params.scale_out.rails ? params.scale_out.rails : rails);
  site.frontend = build_layer(params.frontend, params.optics, front_nics, front_rate, 1);
  site.bill = bill_of("scale_out", site.scale_out, switch_of(params.scale_out.fabric), params.optics, params.nic_w);
  auto const frontend = bill_of("frontend", site.frontend, switch_of(params.frontend.fabric), params.optics, params.nic_w);
  site.bill.insert(site.bill.end(), frontend.begin(), frontend.end());
  return site;
}

double network_power_w(SiteNetwork const& site, double scale_out_load_frac, double frontend_load_frac) {
  auto power = [](FabricSummary const& s, double load) { return s.idle_w + (s.max_w - s.idle_w) * std::clamp(load, 0.0, 1.0); };
  return power(site.scale_out, scale_out_load_frac) + power(site.frontend, frontend_load_frac);
}
double network_power_w(SiteNetwork const& site, double load_frac) { return network_power_w(site, load_frac, load_frac); }

CollectiveTable collective_table(SiteNetwork const& site, CollectiveKey const& key, double contention, std::size_t group) {
  if (group >= site.groups.size()) refuse_fabric("AF2304", fmt::format("no network group number {}", group), "groups count from 0");
  NetworkGroup const& g = site.groups[group];
  int const most = key.per_domain > 0 ? key.per_domain : g.scale_up_domain;
  CollectiveGroup ranks;
  ranks.ranks = key.group;
  ranks.per_domain = key.domain == CommDomain::scale_out ? std::min(key.group, most) : key.group;
  ranks.pcie = key.domain == CommDomain::pcie || g.nvlink_byte_s <= 0;
  ranks.link_byte_s = ranks.pcie ? g.pcie_byte_s : g.nvlink_byte_s;
  ranks.in_switch = !ranks.pcie && g.nvlink_byte_s >= kInSwitchByte_s;
  // Mixed traffic reaches the usable share; the fitted NIC share was measured on an idle fabric.
  double const over = std::min(1.0, 2 * site.scale_out.bisection_byte_s / std::max(site.scale_out.injection_byte_s, 1.0));
  ranks.nic_byte_s = std::max(g.nics_per_device, 1e-3) * g.nic_byte_s * (key.group > g.devices_per_rack ? std::max(over, 1e-3) : 1.0) / std::max(1.0, contention);
  CollectiveTable table{key, contention, {}, {}, {1, 1, 1, Evidence::published}};
  double widest = 0;
  for (double byte = 256; byte < 2e11; byte *= 2) {
    table.byte.push_back(byte);
    table.time_s.push_back(std::max(kNothing_s, collective_time_s(key.kind, byte, ranks)));
    if (byte >= kPayload) widest = std::max(widest, collective_band_log(key.kind, byte, ranks));
  }
  table.scale.low = std::exp(-widest), table.scale.high = std::exp(widest);
  return table;
}

std::vector<CollectiveTable> collective_tables(SiteNetwork const& site, double contention, std::size_t group) {
  std::vector<CollectiveTable> tables;
  if (group >= site.groups.size()) return tables;
  NetworkGroup const& g = site.groups[group];
  int const domains = std::max(2, g.racks * g.devices_per_rack);
  for (int kind = 0; kind <= static_cast<int>(CollectiveKind::point_to_point); ++kind) {
    auto const k = static_cast<CollectiveKind>(kind);
    for (int ranks = 2; ranks < 2 * g.scale_up_domain; ranks *= 2)
      tables.push_back(collective_table(site, {k, std::min(ranks, g.scale_up_domain), CommDomain::scale_up}, 1, group));
    for (int ranks = 2; ranks < 2 * domains; ranks *= 2) tables.push_back(collective_table(site, {k, ranks, CommDomain::scale_out, 1}, contention, group));
  }
  return tables;
}

NetworkOutputs solve_window(SiteNetwork const& site, NetworkInputs const& inputs) {
  NetworkOutputs out;
  double scale_out = 0, frontend = 0;
  for (auto const& load : inputs.loads) (load.src_group == kOutside || load.dst_group == kOutside ? frontend : scale_out) += load.byte_s;
  auto utilisation = [](double offered, double usable) { return offered <= 0 ? 0.0 : usable <= 0 ? 1e9 : offered / usable; };
  out.scale_out_utilisation = utilisation(scale_out, usable_byte_s(site.scale_out));
  out.frontend_utilisation = utilisation(frontend, usable_byte_s(site.frontend));
  for (std::size_t g = 0; g < std::min(inputs.scale_up_byte_s.size(), site.groups.size()); ++g)
    out.scale_up_utilisation = std::max(out.scale_up_utilisation, utilisation(inputs.scale_up_byte_s[g], site.groups[g].nvlink_byte_s));
  double worst = 1;
  for (auto const& [value, name] : {std::pair{out.scale_up_utilisation, "network.scale_up"}, {out.scale_out_utilisation, "network.scale_out"},
                                    {out.frontend_utilisation, "network.frontend"}})
    if (value > worst) worst = value, out.binding = name;
  out.slowdown = worst;
  out.accepted_frac = 1 / worst;
  out.power_w = network_power_w(site, out.scale_out_utilisation, out.frontend_utilisation);
  return out;
}

namespace {

constexpr double kCableRepair_s = 2 * 3600;  // assumption: a technician with a spare

struct Part {
  std::string name;
  int count;
  double rate_per_s, repair_s, bisection_frac, injection_frac;  // of the whole, that one part carries
};
std::vector<Part> parts_of(FabricSummary const& s) {
  double const leaf = s.leaves ? 1.0 / s.leaves : 0, spine = s.spines ? 1.0 / s.spines : 0, cable = s.cables ? 1.0 / s.cables : 0;
  return {{"leaf", s.leaves, s.switch_failure_per_s, s.switch_repair_s, leaf, leaf}, {"spine", s.spines, s.switch_failure_per_s, s.switch_repair_s, spine, 0},
          {"cable", s.cables, 2 * s.optics_failure_per_s, kCableRepair_s, cable, s.spines ? 0 : cable}};
}

}  // namespace

std::vector<Outage> list_outages(SiteNetwork const& site) {
  std::vector<Outage> out;
  for (auto const& [layer, summary] : {std::pair{"scale_out", &site.scale_out}, {"frontend", &site.frontend}})
    for (auto const& part : parts_of(*summary))
      if (part.count > 0)
        out.push_back({fmt::format("network.{}.{}/0", layer, part.name), "failure", part.rate_per_s * kYear, part.repair_s, 1 - part.bisection_frac, "",
                       "switch and optics of the scenario", part.count});
  return out;
}

SiteNetwork apply(SiteNetwork site, std::span<Outage const> outages) {
  for (auto const& o : outages) {
    if (std::find(site.failed.begin(), site.failed.end(), o.component) != site.failed.end()) continue;
    for (auto const& [layer, summary] : {std::pair{std::string("network.scale_out."), &site.scale_out}, {std::string("network.frontend."), &site.frontend}})
      for (auto const& part : parts_of(*summary)) {
        if (!o.component.starts_with(layer + part.name + "/") || part.count == 0) continue;
        auto const lost = std::count_if(site.failed.begin(), site.failed.end(), [&](std::string const& f) { return f.starts_with(layer + part.name + "/"); });
        double const left = part.count - static_cast<double>(lost);  // of k failed of N, the next takes 1/(N-k) of what is left
        summary->bisection_byte_s *= 1 - part.bisection_frac * part.count / left;
        summary->injection_byte_s *= 1 - part.injection_frac * part.count / left;
        site.failed.push_back(o.component);
      }
  }
  return site;
}

}  // namespace aif::network
