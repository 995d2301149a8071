#include "sim/facility/product_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/facility/delivery.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/serving_groups.hpp"

namespace aif::sim {
namespace {

constexpr double kHostShare = 0.5;     // of a host's cores and memory that stages may use; the rest serves the accelerators (assumption)
constexpr double kTpotDefaultS = 0.05; // of a language stage that states none

Limit limit_of(workloads::ProductPlan const& plan, bool has_target) {
  switch (plan.cause) {
    case Cause::people: return Limit::people;
    case Cause::storage: return Limit::storage;
    case Cause::kv_capacity: return Limit::kv_capacity;
    default: return has_target ? Limit::slo : Limit::compute;
  }
}

struct Maker {
  Scenario const& scenario;
  Library const& library;
  BuildOptions const& options;
  Facility& facility;
  BuildLog& log;

  RackGroup make(workloads::ProductWorkloadParams const& w, workloads::ProductParams const& product, workloads::ModelShelf const& shelf, RackGroup const& pod, int workload) const {
    MachineParts parts;
    parts.profile = pod.profile.get();
    parts.devices = pod.devices();
    parts.domain = scale_up_domain(*pod.profile, pod.rack.devices);
    double const nodes = static_cast<double>(pod.racks) * pod.rack.nodes;
    parts.cores = w.placement.cores_per_device >= 0 ? w.placement.cores_per_device * pod.devices() : kHostShare * nodes * pod.rack.cores_per_node;
    parts.host_byte = w.placement.host_per_device_byte >= 0 ? w.placement.host_per_device_byte * pod.devices() : kHostShare * nodes * pod.rack.host_byte_per_node;
    parts.tiers = storage::tier_tables(facility.storage);
    int devices = 0;
    for (auto const& g : facility.groups) devices += g.devices();
    parts.people = people_at_work(scenario, devices);
    auto const machine = make_machine(parts, shelf, *options.assets);
    RackGroup group = pod;
    group.workload = workload;
    group.duty = Duty::serving;
    if (options.check_only) {
      if (auto const plan = workloads::plan_product(product, shelf, machine); !plan.fits)
        throw InputError(workloads::refusal(product, machine, plan, "workloads." + w.id));
      return group;
    }
    workloads::ProductMapOptions map_options;
    map_options.seed = static_cast<std::uint64_t>(scenario.seed);
    auto made = workloads::build_product_map(product, shelf, machine, "workloads." + w.id, map_options, options.control);
    group.replicas = static_cast<double>(pod.devices()) / made.map.devices;
    group.saturation = limit_of(made.plan, product.latency_p95_s > 0);
    group.lowest_clock_frac = std::max(group.lowest_clock_frac, made.map.clock_frac.front());
    group.map = std::make_shared<OperatingMap const>(std::move(made.map));
    group.slo = slo_limit(*group.map, kGoodShare);
    auto& entry = facility.workloads[static_cast<std::size_t>(workload)];
    entry.binding_term = fmt::format("{} ({}, {})", made.plan.binding, enum_name(made.plan.bound), enum_name(made.plan.busiest));
    log.notes.push_back(fmt::format("{} on {}: {:.4g} {} a second, bound by {}; {} devices a cell, unloaded {:.3g} s.", w.id, pod.id, made.plan.jobs_s * product.units_per_job, product.unit,
                                    entry.binding_term, made.cell.devices, made.plan.latency_s));
    return group;
  }
};

}  // namespace

std::map<std::string, double> people_at_work(Scenario const& s, int devices) {
  economics::PeopleDrivers drivers{1, static_cast<double>(devices), static_cast<double>(s.workloads.size()), static_cast<double>(s.workloads.size())};
  std::map<std::string, double> out;
  for (auto const& role : s.people) out[role.id] = economics::at_work(role, drivers);
  return out;
}

workloads::ModelShelf stock_shelf(workloads::ProductParams const& product, Library const& library, DiagnosticList& problems) {
  workloads::ModelShelf shelf;
  auto const take = [&](auto& map, std::string const& reference) {
    if (map.count(reference)) return;
    try {
      map[reference] = library.load_as<typename std::decay_t<decltype(map)>::mapped_type>(reference);
    } catch (InputError const& e) {
      problems.append(e.diagnostics());
    }
  };
  for (auto const& reference : workloads::network_references(product)) take(shelf.networks, reference);
  for (auto const& reference : workloads::model_references(product)) take(shelf.models, reference);
  return shelf;
}

workloads::Machine make_machine(MachineParts const& parts, workloads::ModelShelf const& shelf, Assets& assets) {
  workloads::Machine m;
  m.profile = parts.profile;
  m.efficiency = *assets.operator_fit();
  m.devices = parts.devices;
  m.domain = parts.domain;
  m.cores = parts.cores;
  m.host_byte = parts.host_byte;
  m.tiers = parts.tiers;
  m.people = parts.people;
  m.design = [fit = assets.serving_fit(), &shelf, parts](workloads::LanguageStage const& stage) {
    workloads::ServingWorkloadParams w;
    w.id = stage.id;
    w.precision = stage.precision;
    w.kv_precision = stage.kv_precision;
    w.tokens.input = {stage.input_token + stage.cached_token, stage.input_token + stage.cached_token};
    w.tokens.output = {stage.output_token, stage.output_token};
    w.tokens.cache_hit_frac = stage.home == workloads::StateHome::none ? 0 : std::min(0.999, stage.cached_token / (stage.input_token + stage.cached_token));
    w.slo.tpot_p95_s = stage.tpot_s > 0 ? stage.tpot_s : kTpotDefaultS;
    w.placement.engine = workloads::SchedulerKind::trtllm;
    return choose_placement(w, shelf.models.at(stage.model), *parts.profile, *fit, parts.devices, parts.domain).design;
  };
  return m;
}

void add_products(Scenario const& s, Library const& library, BuildOptions const& options, Facility& f, std::vector<ClockedWork>& clocked, BuildLog& log, DiagnosticList& problems) {
  int const weekday = weekday_of(first_of_january(s.simulation.start));
  std::map<std::size_t, std::set<int>> taken;  // hours of a group that clocked work has
  Maker const maker{s, library, options, f, log};
  for (auto const& workload : s.workloads) {
    auto const* w = std::get_if<workloads::ProductWorkloadParams>(&workload);
    if (!w) continue;
    int const index = static_cast<int>(f.workloads.size());
    auto product = w->product;
    if (w->latency_p95_s >= 0) product.latency_p95_s = w->latency_p95_s;
    WorkloadEntry entry{w->id, "product", product.title.empty() ? product.unit : product.title, w->title.empty() ? w->id : w->title, false, {}, 0, "", product.unit};
    f.workloads.push_back(entry);
    try {
      DiagnosticList wrong;
      auto const shelf = stock_shelf(product, library, wrong);
      wrong.append(workloads::check_product(product, shelf, "workloads." + w->id + ".product"));
      if (wrong.has_errors()) throw InputError(std::move(wrong));
      auto offered = workloads::offered_requests_s(w->demand, *options.assets->demand(w->demand.profile), weekday * 24.0, 3600.0, 8760);
      std::set<int> hours;
      for (double h : w->placement.hours) hours.insert(static_cast<int>(h));
      if (!hours.empty())  // the day's demand is made in its hours
        for (std::size_t h = 0; h < offered.size(); ++h) offered[h] = hours.count(static_cast<int>(h % 24)) ? offered[h] * 24.0 / static_cast<double>(hours.size()) : 0.0;
      f.workloads.back().offered_out_token_s = std::move(offered);
      for (auto const& id : w->placement.pods) {
        RackGroup* group = find_pod(f, id);
        std::string why = !group ? "there is no such pod" : !group->profile ? "its racks have no accelerators" : group->workload >= 0 ? "it already has another workload" : "";
        std::size_t const g = group ? static_cast<std::size_t>(group - f.groups.data()) : 0;
        if (why.empty() && hours.empty() && taken.count(g)) why = "its hours already belong to other workloads";
        if (why.empty())
          for (int h : hours)
            if (!taken[g].insert(h).second) why = fmt::format("its hour {} already belongs to another workload", h);
        if (!why.empty()) {
          problems.add({"AF2804", Severity::error, fmt::format("workload {} cannot run on pod `{}`: {}", w->id, id, why), "workloads." + w->id + ".placement.pods", {}, "one workload a pod and hour, on racks with accelerators", 1});
          continue;
        }
        RackGroup made = maker.make(*w, product, shelf, *group, index);
        if (hours.empty()) *group = std::move(made);
        else clocked.push_back({g, {hours.begin(), hours.end()}, std::move(made)}), group->utilisation_frac = 0;  // between its hours it idles
      }
    } catch (InputError const& e) {
      problems.append(e.diagnostics());
    }
  }
}

void finish_day_parts(Facility& f, std::vector<ClockedWork> const& clocked) {
  if (clocked.empty()) return;
  std::vector<std::vector<int>> known;  // for each part: the clocked work that is on
  for (int hour = 0; hour < 24; ++hour) {
    std::vector<int> on;
    for (std::size_t i = 0; i < clocked.size(); ++i)
      if (std::find(clocked[i].hours.begin(), clocked[i].hours.end(), hour) != clocked[i].hours.end()) on.push_back(static_cast<int>(i));
    if (on.empty()) continue;
    auto at = std::find(known.begin(), known.end(), on);
    if (at == known.end()) at = known.insert(known.end(), on);
    f.part_of_hour[static_cast<std::size_t>(hour)] = static_cast<int>(at - known.begin());
  }
  for (auto const& on : known) {
    Facility part = f;
    part.day_parts.clear();
    for (int i : on) part.groups[clocked[static_cast<std::size_t>(i)].group] = clocked[static_cast<std::size_t>(i)].work;
    f.day_parts.push_back(std::move(part));
  }
}

}  // namespace aif::sim
