#pragma once
// The rooms' outages for a whole site: one list, one way to take components away. Names are the rooms' own ("power.ups/3",
// "cooling.liquid.cdu.nvl-a/0", "network.scale_out.leaf/0", "storage.kv/0", "pods.train.node/0"), those of shared parts ("shared.ID") and of
// roll-outs ("workloads.ID.rollout", "workloads.ID.rollback"). A shared part takes what hangs on it, and what only it feeds, and so on.

#include <span>
#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "sim/facility/facility.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

std::vector<power::RackGroupLoad> power_loads(std::vector<RackGroup> const& groups);

// Everything that the rooms, the shared parts and the roll-outs can lose.
std::vector<Outage> list_outages(Facility const& facility, ReliabilityParams const& rates);

// Names that go when these go, themselves included; sorted, each once.
std::vector<std::string> with_dependents(Facility const& facility, std::vector<std::string> components);

// The site without those components. Taking one away twice is taking it away once. Throws InputError: names that nothing has (AF2852, or the
// room's own code), and AF2101 when no source is left for any rack.
Facility apply_outages(Facility const& facility, std::span<std::string const> components);

// Shared parts and roll-outs of a scenario into the facility, patterns spelt out. Problems: AF2852 to AF2854.
void add_reliability(ReliabilityParams const& reliability, Facility& facility, DiagnosticList& problems);
// Its events: calendar, and a variant of the site for each set of components that is out.
void add_events(Scenario const& scenario, Facility& facility, DiagnosticList& problems);
// The same site on days like any other.
Facility without_events(Facility facility);

// "power.blocks/0-3" and "cooling.plant.facility_pumps" as the names they stand for; problems at `path`.
std::vector<std::string> spell_out(std::string const& pattern, std::vector<Outage> const& known, std::string const& path, DiagnosticList& problems);

}  // namespace aif::sim
