#pragma once
// What the resolved scenario says about the plant, and how many units the run counted of each part. Nothing is derived that the result
// does not hold: a missing number is NaN.

#include <map>
#include <string>

#include "reports/report_model.hpp"

namespace aif::reports {

class SiteFacts {
 public:
  explicit SiteFacts(sim::Results const& results);

  bool empty() const { return scenario_.empty(); }
  Json const& scenario() const { return scenario_; }
  Json at(std::string const& pointer) const;       // "/power/ups"; null when absent
  double number(std::string const& pointer) const; // SI as in the canonical scenario; NaN when absent
  std::string text(std::string const& pointer) const;
  double units(std::string const& component) const; // "power.ups"; NaN when the result does not count it
  std::map<std::string, double> const& all_units() const { return units_; }

 private:
  Json scenario_;
  std::map<std::string, double> units_;
};

// Highest value of an hourly column of the steady year; NaN without it.
double highest(sim::Results const& results, std::string_view variable);
double mean(sim::Results const& results, std::string_view variable);
double hours_bound(sim::Results const& results, std::string_view component_prefix);  // hours in which such a component sets the output

}  // namespace aif::reports
