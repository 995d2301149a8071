#include "sim/facility/serving_groups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/facility/delivery.hpp"
#include "sim/facility/placement.hpp"
#include "workloads/operating_map.hpp"

namespace aif::sim {
namespace {

constexpr double kGoodShare = 0.95;  // targets are 95th percentiles

}  // namespace

int scale_up_domain(HardwareProfile const& profile, int devices) {
  int domain = 1;
  for (auto const& link : profile.datasheet.links)
    if (link.kind != "nic") domain = std::max(domain, link.domain);
  return std::min(std::max(domain, 8), devices);  // cards without links still share a host of eight
}

namespace {

RackGroup* find_pod(Facility& f, std::string const& id) {
  auto const at = std::find_if(f.groups.begin(), f.groups.end(), [&](auto const& g) { return g.id == id; });
  return at == f.groups.end() ? nullptr : &*at;
}

void place(workloads::ServingWorkloadParams const& w, compute::ModelArchitecture const& model, compute::ServingFit const& fit, BuildOptions const& options, std::int64_t seed, RackGroup& group, BuildLog& log) {
  auto const placement = choose_placement(w, model, *group.profile, fit, group.devices(), scale_up_domain(*group.profile, group.rack.devices));
  log.notes.push_back(fmt::format("{} on {}: {}.", w.id, group.id, placement.text));
  if (options.check_only) return;
  workloads::MapOptions map_options;
  map_options.seed = static_cast<std::uint64_t>(seed);
  map_options.cache_dir = options.cache_dir;
  group.map = std::make_shared<OperatingMap const>(workloads::build_operating_map(placement.design, w, map_options, options.control));
  group.slo = slo_limit(*group.map, kGoodShare);
  group.replicas = static_cast<double>(group.devices()) / compute::devices(placement.design);
  group.lowest_clock_frac = std::max(group.lowest_clock_frac, group.map->clock_frac.front());
  group.duty = Duty::serving;
  group.kv_byte_per_token = w.tools.kv_offload.empty() ? 0.0 : compute::kv_byte_per_token_device(placement.design) * placement.design.worker.tp;
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

void add_serving(Scenario const& s, Library const& library, BuildOptions const& options, Facility& f, BuildLog& log, DiagnosticList& problems) {
  long start_day = 0;
  parse_date(first_of_january(s.simulation.start), start_day);
  int const weekday = static_cast<int>(((start_day + 3) % 7 + 7) % 7);  // 1 January 1970 was a Thursday; Monday is 0
  auto const fit = compute::read_serving_fit(library.asset_path(kServingFit));
  for (auto const& workload : s.workloads) {
    auto const* w = std::get_if<workloads::ServingWorkloadParams>(&workload);
    if (!w) continue;
    int const index = static_cast<int>(f.workloads.size());
    try {
      auto const model = library.load_as<compute::ModelArchitecture>(w->model);
      auto const profile = library.load_as<workloads::DemandProfile>(w->demand.profile);
      WorkloadEntry entry{w->id, "serving", w->model, w->title.empty() ? w->id : w->title, true, {}, 0, ""};
      entry.offered_out_token_s = workloads::offered_requests_s(w->demand, profile, weekday * 24.0, 3600.0, 8760);
      double const answer = workloads::mean_token(w->tokens.output);
      for (double& rate : entry.offered_out_token_s) rate *= answer;
      f.workloads.push_back(std::move(entry));
      for (auto const& pod : w->placement.pods) {
        RackGroup* group = find_pod(f, pod);
        if (!group || !group->profile || group->workload >= 0) {
          std::string const why = !group ? "there is no such pod" : !group->profile ? "its racks have no accelerators" : "it already serves another workload";
          problems.add({"AF2804", Severity::error, fmt::format("workload {} cannot run on pod `{}`: {}", w->id, pod, why), "workloads." + w->id + ".placement.pods", {}, "one workload a pod, on racks with accelerators", 1});
          continue;
        }
        group->workload = index;
        place(*w, model, fit, options, s.seed, *group, log);
      }
    } catch (InputError const& e) {
      problems.append(e.diagnostics());
    }
  }
}

}  // namespace aif::sim
