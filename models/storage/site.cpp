#include "models/storage/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/diagnostics.hpp"

namespace aif::storage {
namespace {

double or_racks(double given, double per_rack, int racks) { return given > 0 ? given : per_rack * racks; }

}  // namespace

std::size_t find_tier(StorageParams const& params, std::string const& id) {
  for (std::size_t i = 0; i < params.tiers.size(); ++i)
    if (params.tiers[i].id == id) return i;
  std::vector<std::string> known;
  for (auto const& tier : params.tiers) known.push_back(tier.id);
  std::string const near = did_you_mean(id, known);
  throw InputError(Diagnostic{"AF2320", Severity::error, fmt::format("no storage tier `{}`", id), "storage.tiers", {},
                              near.empty() ? "add the tier or change the workload's storage reference" : fmt::format("did you mean `{}`?", near), 1});
}

TierTable tier_table(TierParams const& tier) {
  TierClass const& c = tier.type;
  double const overhead = static_cast<double>(c.data_shards + c.parity_shards) / c.data_shards;
  TierTable t;
  t.tier = tier.id;
  t.capacity_byte = or_racks(tier.capacity_byte, c.capacity_byte / overhead, tier.racks);
  t.read_byte_s = or_racks(tier.read_byte_s, c.read_byte_s, tier.racks);
  t.write_byte_s = or_racks(tier.write_byte_s, c.write_byte_s / overhead, tier.racks);
  t.latency_s = c.latency_s;
  t.iops = or_racks(tier.iops, c.iops, tier.racks);
  double const up = tier.racks > 0 ? 1 - static_cast<double>(tier.failed.size()) / tier.racks : 1;
  t.read_byte_s *= up, t.write_byte_s *= up, t.iops *= up;
  t.efficiency = tier.efficiency > 0 ? tier.efficiency : c.efficiency;
  t.burst_efficiency = std::min(c.burst_efficiency, t.efficiency);
  t.metadata_hz = c.metadata_hz;
  t.client_byte_s = c.latency_s > 0 ? c.rpc_slots * c.rpc_byte / c.latency_s : 0;
  t.scale = {1, std::min(1.0, c.burst_efficiency / t.efficiency), std::max(1.0, 1 / t.efficiency), Evidence::assumption};
  return t;
}

std::vector<TierTable> tier_tables(StorageParams const& params) {
  std::vector<TierTable> tables;
  for (auto const& tier : params.tiers) tables.push_back(tier_table(tier));
  return tables;
}

int storage_racks(StorageParams const& params) {
  int racks = 0;
  for (auto const& tier : params.tiers) racks += tier.racks;
  return racks;
}

double storage_power_w(StorageParams const& params, double load_frac) {
  double watts = 0;
  for (auto const& t : params.tiers) watts += t.racks * (t.type.idle_w + (t.type.active_w - t.type.idle_w) * std::clamp(load_frac, 0.0, 1.0));
  return watts;
}

StorageOutputs solve_window(StorageParams const& params, std::span<StorageLoad const> loads) {
  StorageOutputs out;
  out.tiers.resize(params.tiers.size());
  auto share = [](double offered, double available) { return offered <= 0 ? 0.0 : available <= 0 ? 1e9 : offered / available; };
  for (auto const& load : loads) {
    std::size_t const i = find_tier(params, load.tier);
    TierTable const t = tier_table(params.tiers[i]);
    // Reads and writes share the media; operations are a limit of their own.
    double const stream = share(load.read_byte_s, t.efficiency * t.read_byte_s) + share(load.write_byte_s, t.efficiency * t.write_byte_s);
    out.tiers[i].utilisation += std::max(stream, share(load.iops, t.iops));
  }
  for (std::size_t i = 0; i < params.tiers.size(); ++i) {
    auto const& tier = params.tiers[i];
    double const u = out.tiers[i].utilisation;
    out.tiers[i].power_w = tier.racks * (tier.type.idle_w + (tier.type.active_w - tier.type.idle_w) * std::min(1.0, u));
    out.power_w += out.tiers[i].power_w;
    if (u > out.slowdown) out.slowdown = u, out.binding = "storage." + tier.id;
  }
  out.accepted_frac = 1 / out.slowdown;
  return out;
}

std::vector<Outage> list_outages(StorageParams const& params, FailureLaw const& rack) {
  std::vector<Outage> out;
  for (auto const& t : params.tiers)
    if (t.racks > 0) out.push_back({fmt::format("storage.{}/0", t.id), "failure", rack.rate_per_s * kYear, rack.repair_s, 1 - 1.0 / t.racks, "", rack.source, t.racks});
  return out;
}

StorageParams apply(StorageParams params, std::span<Outage const> outages) {
  for (auto const& o : outages)
    for (auto& t : params.tiers) {
      std::string const prefix = "storage." + t.id + "/";
      if (!o.component.starts_with(prefix)) continue;
      int const rack = std::atoi(o.component.c_str() + prefix.size());
      if (rack >= 0 && rack < t.racks && std::find(t.failed.begin(), t.failed.end(), rack) == t.failed.end()) t.failed.push_back(rack);
    }
  return params;
}

}  // namespace aif::storage
