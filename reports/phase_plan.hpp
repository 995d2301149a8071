#pragma once
// The phases of a scenario as a buyer reads them: what comes when, when it runs, and what it waits for.

#include <map>
#include <string>
#include <vector>

#include "reports/site_facts.hpp"

namespace aif::reports {

struct Phase {
  std::string id, adds, waits_for;          // adds: in words; waits_for: "" when nothing
  long day = 0, up_from = 0, up_all = 0;    // days since 1970: arrival or energisation; first racks in production; all of them
  double import_w = 0, racks_w = 0;         // added; racks_w: design power
  std::map<std::string, double> racks;      // by pod
};

// In the order of their days. A date or quantity that cannot be read leaves its phase out: the scenario's check has told so.
std::vector<Phase> phases_of(SiteFacts const& facts);

// Share of a machine's count that has to stand when a phase comes: `follows` is "site", "racks" or "pods.ID" (InventoryLine).
// One entry for what is there from the first day, then one a phase; the last is 1.
std::vector<double> shares_of(SiteFacts const& facts, std::vector<Phase> const& phases, std::string const& follows);

std::string date_text(long day);  // "2027-02-15"

}  // namespace aif::reports
