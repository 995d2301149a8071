#pragma once
// Finished runs by content: the scenario's values, every file that they name, the fits, the program and the settings of the run make the
// key, so what is found is what running again would give.

#include <string>

#include "sim/run.hpp"

namespace aif::sim {

// Key of a run, 64 hex digits.
std::string run_key(LoadedScenario const& loaded, Library const& library, RunSettings const& settings);

struct CachedRun {
  Results results;
  bool was_cached = false;
};
// From FOLDER/results of settings.cache_dir, else run and kept there (an empty cache_dir keeps nothing).
CachedRun run_or_load(LoadedScenario const& loaded, Library const& library, RunSettings const& settings);

}  // namespace aif::sim
