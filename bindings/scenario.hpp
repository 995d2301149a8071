#pragma once
// What a Python Scenario holds: a loaded scenario that never changes, and where its library entries are looked up.

#include <memory>

#include "sim/scenario/load_scenario.hpp"

namespace aif::python {

struct ScenarioHandle {
  std::shared_ptr<sim::LoadedScenario const> loaded;
  std::vector<std::string> library_dirs;
};

}  // namespace aif::python
