#pragma once
// What can happen, as cases to be worked through: the loss of one unit of every kind, of two that share a cause, of everything behind a
// shared part, of all feeds with too few generators, planned work with and without a mistake, voltage dips. Units that are alike are one case
// that stands for all of them: it carries the rate of any of them.

#include <string>
#include <vector>

#include "sim/facility/outages.hpp"
#include "sim/risk.hpp"

namespace aif::sim {

// One kind of component: how many there are, how they fail, in what groups they stand in for each other. Units on which different shared parts
// hang are not alike: they make classes of their own.
struct ComponentClass {
  std::string name, label;                 // "power.blocks", "power.blocks/2" (of the first member, where the kind falls into several classes)
  std::string kind;                        // failure, maintenance, restart
  std::string common_cause;                // empty: units fail one by one
  int units = 1, group_size = 1;           // units that stand in for each other: a block's modules, a loop's distribution units
  double rate_per_year = 0, repair_s = 0;  // of one unit
  std::string source;
  bool is_fleet = false;     // many, small, the same all the time: nodes, cables, racks
  std::vector<int> members;  // unit numbers; empty: 0 .. units-1
  bool groups_alike = true;  // any k units of one group cost what k of another do: not where some of them together feed a shared part
  int number(int k) const { return members.empty() ? k : members[static_cast<std::size_t>(k)]; }
  std::string unit(int k) const;  // name of its k-th member
};
std::vector<ComponentClass> component_classes(Facility const& facility, ReliabilityParams const& rates);

// Does the kind have a rate for all of it at one stroke (the feeds)? Then no share of its failures is added for that.
bool has_common_cause(std::vector<ComponentClass> const& classes, std::string const& name);

std::vector<OutageCase> list_cases(Facility const& facility, ReliabilityParams const& rates, std::vector<ComponentClass> const& classes);

// Is `name` the case's kind of component, its label, its full name ("power.ups pair") or the room above it ("power")?
bool matches(OutageCase const& what, std::string const& name);

// Probability that at least `k` of `n` independent units fail, each with probability p.
double binomial_tail(int n, int k, double p);

}  // namespace aif::sim
