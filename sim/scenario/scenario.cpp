#include "sim/scenario/scenario.hpp"

namespace aif::sim {

Scenario::Scenario() = default;
Scenario::Scenario(Scenario const&) = default;
Scenario::Scenario(Scenario&&) noexcept = default;
Scenario& Scenario::operator=(Scenario const&) = default;
Scenario& Scenario::operator=(Scenario&&) noexcept = default;
Scenario::~Scenario() = default;

}  // namespace aif::sim
