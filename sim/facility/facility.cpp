#include "sim/facility/facility.hpp"

namespace aif::sim {

RackGroup::RackGroup() = default;
RackGroup::RackGroup(RackGroup const&) = default;
RackGroup::RackGroup(RackGroup&&) noexcept = default;
RackGroup& RackGroup::operator=(RackGroup const&) = default;
RackGroup& RackGroup::operator=(RackGroup&&) noexcept = default;
RackGroup::~RackGroup() = default;

Facility::Facility() = default;
Facility::Facility(Facility const&) = default;
Facility::Facility(Facility&&) noexcept = default;
Facility& Facility::operator=(Facility const&) = default;
Facility& Facility::operator=(Facility&&) noexcept = default;
Facility::~Facility() = default;

}  // namespace aif::sim
