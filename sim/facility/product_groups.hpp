#pragma once
// Product workloads onto their pods: stages and networks from the library, an operating map of each pod, and, where pods change
// their work by the clock, the facility of each part of the day.

#include "sim/facility/assets.hpp"
#include "sim/facility/build.hpp"
#include "workloads/stages/product_map.hpp"

namespace aif::sim {

// Networks and language models that a product names. Problems (AF1008) go to `problems`.
workloads::ModelShelf stock_shelf(workloads::ProductParams const& product, Library const& library, DiagnosticList& problems);

// A pod, or some devices, as a machine for products: efficiencies, hosts, people, replicas for language stages.
struct MachineParts {
  HardwareProfile const* profile = nullptr;
  int devices = 1, domain = 1;
  double cores = 0, host_byte = 0;
  std::vector<TierTable> tiers;
  std::map<std::string, double> people;
};
workloads::Machine make_machine(MachineParts const& parts, workloads::ModelShelf const& shelf, Assets& assets);

// Adds workloads and their work on groups; AF2804 pods that cannot, AF2550 and following from the product itself.
// Work by the clock is kept aside and becomes day parts in finish_day_parts, when the facility is complete.
struct ClockedWork {
  std::size_t group = 0;
  std::vector<int> hours;
  RackGroup work;
};
void add_products(Scenario const& scenario, Library const& library, BuildOptions const& options, Facility& facility, std::vector<ClockedWork>& clocked, BuildLog& log, DiagnosticList& problems);
void finish_day_parts(Facility& facility, std::vector<ClockedWork> const& clocked);

// Full-time equivalents at work in each role of a scenario.
std::map<std::string, double> people_at_work(Scenario const& scenario, int devices);

}  // namespace aif::sim
