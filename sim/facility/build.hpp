#pragma once
// Scenario -> Facility: profiles and models from the library, replicas and their operating maps, training plans, the rooms'
// structures, hourly series, the delivery calendar. Checks that need the whole site happen here, all problems at once.

#include <memory>

#include "core/interrupt.hpp"
#include "sim/facility/assets.hpp"
#include "sim/facility/facility.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::sim {

struct BuildOptions {
  std::string cache_dir{};  // of operating maps; empty: none are kept
  RunControl control{};
  bool check_only = false;  // every check, but no operating maps: the facility cannot run
  Assets* assets = nullptr; // shared by the facilities of a study; null: files are read for this one alone
};

// What went into the facility from files, for provenance.
struct BuildLog {
  std::vector<std::string> assets;     // paths of weather, price, carbon, profiles, models
  std::vector<std::string> notes;      // sentences for the report: years of the series, chosen layouts
  DiagnosticList warnings;
};

// Throws InputError with every problem (AF28xx, and those of the rooms).
Facility build_facility(Scenario const& scenario, Library const& library, BuildOptions const& options, BuildLog& log);
// The same for a scenario from a file: problems and warnings say file, line and column.
Facility build_facility(LoadedScenario const& loaded, Library const& library, BuildOptions const& options, BuildLog& log);

}  // namespace aif::sim
