#include "sim/facility/serving_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/facility/delivery.hpp"
#include "sim/facility/placement.hpp"
#include "workloads/operating_map.hpp"

namespace aif::sim {

int scale_up_domain(HardwareProfile const& profile, int devices) {
  int domain = 1;
  for (auto const& link : profile.datasheet.links)
    if (link.kind != "nic") domain = std::max(domain, link.domain);
  return std::min(std::max(domain, 8), devices);  // cards without links still share a host of eight
}

RackGroup* find_pod(Facility& f, std::string const& id) {
  auto const at = std::find_if(f.groups.begin(), f.groups.end(), [&](auto const& g) { return g.id == id; });
  return at == f.groups.end() ? nullptr : &*at;
}

namespace {

// What decides a replica and its map: the workload without its demand and its names, the devices that it may span, the seed.
std::string replica_key(workloads::ServingWorkloadParams w, RackGroup const& group, int domain, BuildOptions const& options, std::int64_t seed) {
  w.id = w.title = "";
  w.demand = {};
  w.price = {};
  w.placement.pods.clear();
  return fmt::format("{} {} {} {} {} {}", canonical_json(w), group.rack.device, std::min(domain, group.devices()), domain, seed, options.check_only);
}

// Requests a second by hour of the year.
std::vector<double> offered_of(workloads::ServingWorkloadParams const& w, Assets& assets, int weekday, double utc_offset_h, BuildLog& log) {
  if (w.demand.series.empty()) return workloads::offered_requests_s(w.demand, *assets.demand(w.demand.profile), weekday * 24.0, 3600.0, 8760);
  std::string const path = assets.library.asset_path(w.demand.series);
  auto const series = assets.hourly(path, Kind::per_time, utc_offset_h);
  log.assets.push_back(path);
  log.notes.push_back(fmt::format("Demand of {}: {}, {}{}.", w.id, series->source, series->year, series->bridged_hours > 0 ? fmt::format(" ({} missing hours bridged)", series->bridged_hours) : ""));
  return workloads::offered_requests_s(w.demand, series->values);
}

// Output tokens of an answer, mean: of the trace if the workload names one.
double mean_answer(workloads::ServingWorkloadParams const& w, Assets& assets) {
  if (w.tokens.trace.empty()) return workloads::mean_token(w.tokens.output);
  auto const trace = assets.trace(assets.library.asset_path(w.tokens.trace));
  double sum = 0;
  for (auto n : trace->output_token) sum += n;
  return sum / static_cast<double>(trace->size());
}

// Problems of a part, told at its place in the scenario.
template <class Work>
auto told_at(std::string const& path, Work&& work) {
  try {
    return work();
  } catch (InputError const& e) {
    auto problems = e.diagnostics();
    for (auto& d : problems.items()) d.path = path;
    throw InputError(std::move(problems));
  }
}

// Index of the tier that takes caches; -1: they stay on the devices. Throws InputError (AF2320).
int tier_of(workloads::ServingWorkloadParams const& w, storage::StorageParams const& storage) {
  if (w.tools.kv_offload.empty()) return -1;
  return static_cast<int>(told_at("workloads." + w.id + ".tools.kv_offload", [&] { return storage::find_tier(storage, w.tools.kv_offload); }));
}

PlacedReplica make_replica(workloads::ServingWorkloadParams const& w, RackGroup const& group, int domain, BuildOptions const& options, std::int64_t seed) {
  auto const model = options.assets->model(w.model);
  auto const placement = choose_placement(w, *model, *group.profile, *options.assets->serving_fit(), group.devices(), domain);
  PlacedReplica replica{nullptr, compute::devices(placement.design), compute::kv_byte_per_token_device(placement.design) * placement.design.worker.tp, placement.text};
  std::shared_ptr<workloads::RequestTable const> trace;
  if (!w.tokens.trace.empty()) {
    trace = options.assets->trace(options.assets->library.asset_path(w.tokens.trace));
    if (!trace->next_begin.empty())
      throw InputError(Diagnostic{"AF2507", Severity::error, "a trace of sessions has no rate that a site could offer", "workloads." + w.id + ".tokens.trace", {}, "a request log or a trace of single requests; `simulate serving` replays sessions", 1});
  }
  if (options.check_only) return replica;
  workloads::MapOptions map_options;
  map_options.seed = static_cast<std::uint64_t>(seed);
  map_options.cache_dir = options.cache_dir;
  map_options.sample = trace.get();
  replica.map = std::make_shared<OperatingMap const>(workloads::build_operating_map(placement.design, w, map_options, options.control));
  return replica;
}

void place(workloads::ServingWorkloadParams const& w, BuildOptions const& options, std::int64_t seed, RackGroup& group, BuildLog& log) {
  int const domain = scale_up_domain(*group.profile, group.rack.devices);
  auto const replica = options.assets->replicas.get(replica_key(w, group, domain, options, seed), [&] { return make_replica(w, group, domain, options, seed); });
  log.notes.push_back(fmt::format("{} on {}: {}.", w.id, group.id, replica->text));
  if (!replica->map) return;
  group.map = replica->map;
  group.slo = slo_limit(*group.map, kGoodShare);
  group.replicas = static_cast<double>(group.devices()) / replica->devices;
  group.lowest_clock_frac = std::max(group.lowest_clock_frac, group.map->clock_frac.front());
  group.duty = Duty::serving;
  if (group.kv_tier >= 0) group.kv_byte_per_token = replica->kv_byte_per_token;
}

}  // namespace

SloLimit slo_limit(OperatingMap const& map, double goal) {
  SloLimit limit;
  limit.clock_frac = map.clock_frac;
  std::size_t const n = map.load_frac.size();
  for (std::size_t c = 0; c < map.clock_frac.size(); ++c) {
    auto good = [&](std::size_t l) { return map.at.good_frac[c * n + l]; };
    double load = good(0) >= goal ? map.load_frac[0] : 0.0;
    for (std::size_t l = 0; l + 1 < n && good(l) >= goal; ++l) {
      if (good(l + 1) >= goal) {
        load = map.load_frac[l + 1];
      } else {
        load = map.load_frac[l] + (map.load_frac[l + 1] - map.load_frac[l]) * (good(l) - goal) / std::max(1e-12, good(l) - good(l + 1));
        break;
      }
    }
    limit.load_frac.push_back(load);
  }
  return limit;
}

void add_serving(Scenario const& s, BuildOptions const& options, Facility& f, BuildLog& log, DiagnosticList& problems) {
  int const weekday = weekday_of(first_of_january(s.simulation.start));
  for (auto const& workload : s.workloads) {
    auto const* w = std::get_if<workloads::ServingWorkloadParams>(&workload);
    if (!w) continue;
    int const index = static_cast<int>(f.workloads.size());
    try {
      int const kv_tier = tier_of(*w, f.storage);
      options.assets->model(w->model);  // a name that the library lacks is told once, not once a pod
      WorkloadEntry entry{w->id, "serving", w->model, w->title.empty() ? w->id : w->title, true, {}, 0, "", "", 0};
      entry.offered_out_token_s = told_at("workloads." + w->id + ".demand", [&] { return offered_of(*w, *options.assets, weekday, f.weather.utc_offset_h, log); });
      double const answer = mean_answer(*w, *options.assets);
      entry.answer_token = answer;
      for (double& rate : entry.offered_out_token_s) rate *= answer;
      f.workloads.push_back(std::move(entry));
      for (auto const& pod : w->placement.pods) {
        RackGroup* group = find_pod(f, pod);
        if (!group || !group->profile || group->workload >= 0 || !group->measured_w.empty()) {
          std::string const why = !group ? "there is no such pod" : !group->measured_w.empty() ? "its power is measured, not modelled" : !group->profile ? "its racks have no accelerators" : "it already serves another workload";
          problems.add({"AF2804", Severity::error, fmt::format("workload {} cannot run on pod `{}`: {}", w->id, pod, why), "workloads." + w->id + ".placement.pods", {}, "one workload a pod, on racks with accelerators", 1});
          continue;
        }
        group->workload = index;
        group->kv_tier = kv_tier;
        place(*w, options, s.seed, *group, log);
      }
    } catch (InputError const& e) {
      problems.append(e.diagnostics());
    }
  }
}

}  // namespace aif::sim
