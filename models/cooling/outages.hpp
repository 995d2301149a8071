#pragma once
// What can fail in the cooling of a site, one entry a unit, and the site that is left. Units of a kind are alike and independent; a
// failure of the chilled-water or facility-water loop as a whole is not listed (dynamic.hpp follows it in time).
// Rates and repair times: assumption, order of magnitude of IEEE 493 (Gold Book) tables for pumps, fans and chillers.

#include <span>
#include <vector>

#include "contracts/outage.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling {

std::vector<Outage> list_outages(SiteCooling const& site);

// The site without the units that the outages name; applying an outage twice gives what applying it once gives. Throws InputError (AF2213)
// for a component that this site does not have.
SiteCooling apply(SiteCooling const& site, std::span<Outage const> outages);

}  // namespace aif::cooling
