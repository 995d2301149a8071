#include "sim/facility/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "models/compute/outages.hpp"
#include "models/cooling/outages.hpp"
#include "models/power/outages.hpp"
#include "sim/facility/delivery.hpp"

namespace aif::sim {
namespace {

constexpr double kNodeDevices = 8;  // what the fleets call a node

std::string kind_of(std::string const& component) { return component.substr(0, component.rfind('/')); }

std::vector<compute::ComputeGroup> compute_groups(Facility const& f) {
  std::vector<compute::ComputeGroup> out;
  for (auto const& g : f.groups) {
    compute::ComputeGroup c{g.id, g.racks, g.profile ? g.rack.devices : 0, 0, 1, {}};
    double const replica = g.replicas > 0 ? g.devices() / g.replicas : 0.0;
    c.devices_per_fault = std::max(replica, std::min(kNodeDevices, static_cast<double>(g.rack.devices)));
    if (g.duty == Duty::training) c.devices_per_fault = 0;  // a spare node takes over; the lost time is in the goodput
    out.push_back(std::move(c));
  }
  return out;
}

// Components by the room that knows them.
struct ByRoom {
  std::vector<Outage> power, cooling, network, storage, compute;
  std::vector<std::string> rollouts;
};

ByRoom sort_by_room(std::vector<std::string> const& names) {
  ByRoom out;
  for (auto const& name : names) {
    Outage o;
    o.component = name;
    if (name.starts_with("power.") || name.starts_with("site.onsite."))
      out.power.push_back(std::move(o));
    else if (name.starts_with("cooling."))
      out.cooling.push_back(std::move(o));
    else if (name.starts_with("network."))
      out.network.push_back(std::move(o));
    else if (name.starts_with("storage."))
      out.storage.push_back(std::move(o));
    else if (name.starts_with("pods."))
      out.compute.push_back(std::move(o));
    else if (name.starts_with("workloads."))
      out.rollouts.push_back(name);
    else if (!name.starts_with("shared."))
      throw InputError(Diagnostic{
          "AF2852", Severity::error, fmt::format("there is no component `{}`", name), "", {}, "`aifactory contingency SCENARIO --list` shows the names", 1});
  }
  return out;
}

double rollout_share(RolloutParams const& r, std::string const& name) {
  if (name == fmt::format("workloads.{}.rollout", r.workload)) return r.drained_frac;
  if (name == fmt::format("workloads.{}.rollback", r.workload)) return r.exposed_frac;
  return 0;
}

}  // namespace

std::vector<power::RackGroupLoad> power_loads(std::vector<RackGroup> const& groups) {
  std::vector<power::RackGroupLoad> loads;
  for (auto const& g : groups) loads.push_back({g.id, g.racks, g.per_row, g.rack.design_power_w, g.rack.power_factor, g.priority, g.profile != nullptr});
  return loads;
}

std::vector<Outage> list_outages(Facility const& f, ReliabilityParams const& rates) {
  std::vector<Outage> out = power::list_outages(f.power.params, power_loads(f.groups), rates.power);
  auto append = [&](std::vector<Outage> more) { out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); };
  append(cooling::list_outages(*f.cooling, rates.cooling));
  append(network::list_outages(f.network));
  append(storage::list_outages(f.storage, rates.storage));
  auto const groups = compute_groups(f);
  auto nodes = compute::list_outages(groups, rates.compute);
  for (auto const& g : f.groups) {
    if (g.duty != Duty::training) continue;
    // The job's own rate, which is in its goodput: any of its nodes stops all of it.
    std::erase_if(nodes, [&](Outage const& o) { return o.component == fmt::format("pods.{}.node/0", g.id); });
    int const units = std::max(1, static_cast<int>(std::lround(g.devices() / rates.compute.devices_per_node)));
    nodes.push_back({fmt::format("pods.{}.node/0", g.id), "restart", g.interruptions_per_s / units * kYear, g.restart_s, 0, "",
                     "failure_rate_per_node of the training run", units});
  }
  append(std::move(nodes));
  for (auto const& s : f.shared) out.push_back({"shared." + s.id, "failure", s.law.rate_per_s * kYear, s.law.repair_s, 0, "", s.law.source, 1});
  for (auto const& r : f.rollouts) {
    std::string const id = "workloads." + r.workload;
    out.push_back({id + ".rollout", "maintenance", r.per_s * kYear, r.duration_s, 1 - r.drained_frac, "", "reliability.rollouts", 1});
    out.push_back({id + ".rollback", "failure", r.per_s * r.failed_frac * kYear, r.rollback_s, 1 - r.exposed_frac, "", "reliability.rollouts", 1});
  }
  return out;
}

std::vector<std::string> with_dependents(Facility const& f, std::vector<std::string> components) {
  auto const tidy = [&] {
    std::sort(components.begin(), components.end());
    components.erase(std::unique(components.begin(), components.end()), components.end());
  };
  auto const is_out = [&](std::string const& name) { return std::binary_search(components.begin(), components.end(), name); };
  tidy();
  for (std::size_t before = 0; before != components.size();) {
    before = components.size();
    for (auto const& s : f.shared) {
      std::string const name = "shared." + s.id;
      bool const unfed = !s.fed_by.empty() && std::all_of(s.fed_by.begin(), s.fed_by.end(), is_out);
      if (!unfed && !is_out(name)) continue;
      components.push_back(name);
      components.insert(components.end(), s.takes.begin(), s.takes.end());
      tidy();
    }
  }
  return components;
}

Facility apply_outages(Facility const& f, std::span<std::string const> components) {
  std::vector<std::string> all(components.begin(), components.end());
  all.insert(all.end(), f.out_of_service.begin(), f.out_of_service.end());
  all = with_dependents(f, std::move(all));
  ByRoom const room = sort_by_room(all);
  Facility out = f;
  out.power = power::build_site_power(power::apply(f.power.params, room.power), power_loads(f.groups));
  out.cooling = cooling::apply(*f.cooling, room.cooling);
  out.network = network::apply(f.network, room.network);
  out.storage = storage::apply(f.storage, room.storage);
  auto const groups = compute::apply(compute_groups(f), room.compute);
  double const fabric_left = f.scale_out_rated_byte_s > 0 ? out.network.scale_out.bisection_byte_s / f.scale_out_rated_byte_s : 1.0;
  for (std::size_t g = 0; g < out.groups.size(); ++g) {
    auto& group = out.groups[g];
    group.up_frac = groups[g].available_frac;
    for (auto const& r : out.rollouts)
      for (auto const& name : room.rollouts)
        if (group.workload >= 0 && f.workloads[static_cast<std::size_t>(group.workload)].id == r.workload) group.up_frac *= 1 - rollout_share(r, name);
    // Exchanges that are not hidden take longer on a narrower fabric; the rest of the step does not notice.
    group.fabric_frac = fabric_left > 0 ? 1 / (1 + group.fabric_share * (1 / fabric_left - 1)) : group.fabric_share > 0 ? 0.0 : 1.0;
  }
  for (auto& part : out.day_parts) part = apply_outages(part, components);
  out.out_of_service = std::move(all);
  return out;
}

std::vector<std::string> spell_out(std::string const& pattern, std::vector<Outage> const& known, std::string const& path, DiagnosticList& problems) {
  auto const slash = pattern.rfind('/');
  std::string const kind = pattern.substr(0, slash);
  std::vector<std::string> kinds;
  int units = 0;
  for (auto const& o : known) {
    std::string const name = kind_of(o.component);
    if (name != kind) {
      kinds.push_back(name);
      continue;
    }
    auto const number = o.component.rfind('/');
    if (number == std::string::npos) return {pattern};  // a thing of which there is one
    units = std::max({units, o.units, std::atoi(o.component.c_str() + number + 1) + 1});
  }
  auto refuse = [&](std::string message, std::string hint) {
    problems.add({"AF2852", Severity::error, std::move(message), path, {}, std::move(hint), 1});
    return std::vector<std::string>{};
  };
  if (units == 0) {
    std::sort(kinds.begin(), kinds.end());
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    std::string const near = did_you_mean(kind, kinds);
    return refuse(fmt::format("there is no component `{}`", pattern),
                  near.empty() ? "`aifactory contingency SCENARIO --list` shows the names" : fmt::format("did you mean `{}`?", near));
  }
  int first = 0, last = units - 1;
  if (slash != std::string::npos) {
    char const *at = pattern.data() + slash + 1, *end = pattern.data() + pattern.size();
    auto const read = [&](int& value) {
      auto const [next, error] = std::from_chars(at, end, value);
      at = next;
      return error == std::errc{};
    };
    bool is_range = read(first);
    last = first;
    if (is_range && at != end && *at == '-') {
      ++at;
      is_range = read(last);
    }
    if (!is_range || at != end || first < 0 || last < first || last >= units)
      return refuse(fmt::format("`{}` does not fit the {} units of `{}`", pattern, units, kind),
                    fmt::format("they count from 0: `{}/0`, `{}/0-{}`, or `{}` for all", kind, kind, units - 1, kind));
  }
  std::vector<std::string> out;
  for (int k = first; k <= last; ++k) out.push_back(fmt::format("{}/{}", kind, k));
  return out;
}

void add_reliability(ReliabilityParams const& r, Facility& f, DiagnosticList& problems) {
  for (std::size_t i = 0; i < r.rollouts.size(); ++i) {
    auto const& rollout = r.rollouts[i];
    bool const is_served = std::any_of(f.workloads.begin(), f.workloads.end(), [&](auto const& w) { return w.id == rollout.workload && w.kind == "serving"; });
    if (is_served)
      f.rollouts.push_back(rollout);
    else
      problems.add({"AF2853", Severity::error, fmt::format("no serving workload is called `{}`", rollout.workload), fmt::format("reliability.rollouts.{}.workload", i), {},
                    "roll-outs are those of a serving workload", 1});
  }
  auto const known = list_outages(f, r);
  for (std::size_t i = 0; i < r.spares.size(); ++i)
    if (std::none_of(known.begin(), known.end(), [&](auto const& o) { return kind_of(o.component) == r.spares[i].component; }))
      problems.add({"AF2854", Severity::error, fmt::format("spare parts for `{}`, which the site does not have", r.spares[i].component),
                    fmt::format("reliability.spares.{}.component", i), {}, "a kind of component, as `power.main_transformer`", 1});
  for (auto const& s : r.shared) {
    SharedPart part{s.id, s.kind, {}, {}, s.law};
    std::string const path = "reliability.shared." + s.id;
    for (auto const& pattern : s.takes)
      for (auto& name : spell_out(pattern, known, path + ".takes", problems)) part.takes.push_back(std::move(name));
    for (auto const& pattern : s.fed_by)
      for (auto& name : spell_out(pattern, known, path + ".fed_by", problems)) part.fed_by.push_back(std::move(name));
    f.shared.push_back(std::move(part));
  }
}

void add_events(Scenario const& s, Facility& f, DiagnosticList& problems) {
  if (s.events.empty()) return;
  auto const known = list_outages(f, s.reliability);
  auto events = s.events;
  for (auto& event : events)
    if (auto* outage = std::get_if<OutageEvent>(&event)) {
      std::vector<std::string> names;
      for (auto const& pattern : outage->components)
        for (auto& name : spell_out(pattern, known, fmt::format("events.{}.components", outage->id), problems)) names.push_back(std::move(name));
      outage->components = std::move(names);
    }
  f.events = make_event_calendar(events, s.simulation.start, problems);
  if (problems.has_errors()) return;
  auto const base = std::make_shared<Facility>(f);
  for (auto const& components : f.events.outages) f.variants.push_back(std::make_shared<Facility const>(apply_outages(*base, components)));
}

Facility without_events(Facility f) {
  f.events = {};
  f.variants.clear();
  return f;
}

}  // namespace aif::sim
