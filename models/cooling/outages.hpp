#pragma once
// What can fail in the cooling of a site, one entry a unit, and the site that is left. Units of a kind are alike. A distribution unit or one of
// its pumps hurts its own loop: racks whose loop cannot take their rated heat are switched off in proportion (a slowed rack would make
// more of that heat, so this is on the safe side). Pumps of the facility and chilled water: the others run at rated speed and the rise stays.

#include <span>
#include <vector>

#include "contracts/outage.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling {

// How often one unit fails and how long it is away. Defaults and their ranges: library/reliability/cooling-plant.yaml, read by a test.
struct CoolingReliability {
  FailureLaw cdu = failure_law(0.05, 12, "assumption: heat exchanger, valves, controls of one unit, pumps apart");
  FailureLaw cdu_pump = failure_law(0.0711, 8, "INL/EXT-21-65055 table 1, motor-driven pump fails to run (8.12e-6/h); repair: assumption");
  FailureLaw loop = failure_law(0.02, 6, "assumption: leak, filter or control failure that stops a whole loop");
  FailureLaw facility_pump = failure_law(0.0711, 24, "INL/EXT-21-65055 table 1, motor-driven pump fails to run (8.12e-6/h); repair: assumption");
  FailureLaw heat_rejection = failure_law(0.1, 24, "assumption: order of magnitude of IEEE 493-2007 table 10-4 (Army TM 5-698-5), from memory");
  FailureLaw chiller = failure_law(0.2, 72, "assumption: order of magnitude of IEEE 493-2007 table 10-4 (Army TM 5-698-5), from memory");
  FailureLaw condenser_cell = failure_law(0.1, 24, "assumption: order of magnitude of IEEE 493-2007 table 10-4 (Army TM 5-698-5), from memory");
  FailureLaw air_unit = failure_law(0.05, 8, "assumption: order of magnitude of IEEE 493-2007 table 10-4 (Army TM 5-698-5), from memory");
  FailureLaw chiller_maintenance = failure_law(1, 24, "assumption: yearly service"), cdu_maintenance = failure_law(1, 4, "assumption: yearly filter and pump service");
  static constexpr auto fields() {
    using T = CoolingReliability;
    return FieldList{field("cdu", &T::cdu, "One distribution unit."), field("cdu_pump", &T::cdu_pump, "One pump of a distribution unit."),
                      field("loop", &T::loop, "One technology loop as a whole."), field("facility_pump", &T::facility_pump, "One pump of the facility or chilled water."),
                      field("heat_rejection", &T::heat_rejection, "One dry cooler or tower."), field("chiller", &T::chiller, "One chiller, trim or air side."),
                      field("condenser_cell", &T::condenser_cell, "One tower cell of water-cooled chillers."), field("air_unit", &T::air_unit, "One fan wall."),
                      field("chiller_maintenance", &T::chiller_maintenance, "Planned work on one chiller."), field("cdu_maintenance", &T::cdu_maintenance, "Planned work on one distribution unit.")};
  }
};

std::vector<Outage> list_outages(SiteCooling const& site, CoolingReliability const& rates = {});

// The site without the units that the outages name; applying an outage twice gives what applying it once gives. Throws InputError (AF2213)
// for a component that this site does not have.
SiteCooling apply(SiteCooling const& site, std::span<Outage const> outages);

}  // namespace aif::cooling
