#pragma once
// Components as the people of a site call them: "busways of Liquid-cooled hall (nvl-a)" for power.distribution.busway.nvl-a, "Chat for
// people" for workloads.chat. The ids stay in tables and files; sentences use these.

#include <map>
#include <string>

#include "sim/results.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

struct PlaceNames {
  std::map<std::string, std::string> hall_of_pod, title_of_workload;
};
PlaceNames place_names(Scenario const& scenario);
PlaceNames place_names(Results const& results);  // from the scenario that the result holds; empty names when it holds none

// The id itself for what has no name here.
std::string place_name(PlaceNames const& names, std::string const& component);

// What sets the output, as a noun: "latency targets of Chat for people", "busways of Liquid-cooled hall (nvl-a)".
std::string limit_name(PlaceNames const& names, Cause cause, std::string const& component);

}  // namespace aif::sim
