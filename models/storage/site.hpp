#pragma once
// The storage of a site: what its tiers offer to workloads, and for each coupled window which share of the demand they serve,
// at what power, and which tier binds. See tier.hpp for what a tier models and neglects.

#include <span>
#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "contracts/service_tables.hpp"
#include "models/storage/tier.hpp"

namespace aif::storage {

struct StorageParams {
  std::vector<TierParams> tiers;
  static constexpr auto fields() { return FieldList{field("tiers", &StorageParams::tiers, "Tiers, from hot to cold.")}; }
};

// Rated figures of an installed tier; write is that of user bytes, after parity.
TierTable tier_table(TierParams const& tier);
std::vector<TierTable> tier_tables(StorageParams const& params);
// Index of a tier. Throws InputError (AF2320) when it is not there.
std::size_t find_tier(StorageParams const& params, std::string const& id);
int storage_racks(StorageParams const& params);
double storage_power_w(StorageParams const& params, double load_frac);

struct StorageOutputs {
  struct Tier {
    double utilisation = 0;  // offered over deliverable, reads, writes and operations together
    double power_w = 0;
  };
  std::vector<Tier> tiers;    // in the order of the parameters
  double accepted_frac = 1;   // on the binding tier
  double slowdown = 1;        // 1 / accepted_frac
  double power_w = 0;
  std::string binding;        // "storage.kv"; empty when nothing binds
};
// Throws InputError (AF2320) when a load names a tier that is not there.
StorageOutputs solve_window(StorageParams const& params, std::span<StorageLoad const> loads);

// The loss of one rack of each tier, which stands for all of them; apply() takes each named rack once. Data stays readable while the
// erasure code spans racks; rates and watts fall by the rack's share.
inline FailureLaw storage_rack_law() { return failure_law(0.2, 8, "assumption: power shelf, switch or controller pair of a rack"); }
std::vector<Outage> list_outages(StorageParams const& params, FailureLaw const& rack = storage_rack_law());
StorageParams apply(StorageParams params, std::span<Outage const> outages);

}  // namespace aif::storage
