#include "reports/site_facts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/packed_series.hpp"

namespace aif::reports {

SiteFacts::SiteFacts(sim::Results const& results) {
  scenario_ = Json::parse(results.provenance.canonical_json, nullptr, false);
  if (scenario_.is_discarded() || !scenario_.is_object()) scenario_ = Json::object();
  for (auto const& line : results.inventory) units_.try_emplace(line.component, line.count);
}

Json SiteFacts::at(std::string const& pointer) const {
  Json::json_pointer const where(pointer);
  return scenario_.contains(where) ? scenario_.at(where) : Json();
}

double SiteFacts::number(std::string const& pointer) const {
  Json const value = at(pointer);
  return value.is_number() ? value.get<double>() : std::nan("");
}

std::string SiteFacts::text(std::string const& pointer) const {
  Json const value = at(pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

double SiteFacts::units(std::string const& component) const {
  auto const it = units_.find(component);
  return it == units_.end() ? std::nan("") : it->second;
}

double highest(sim::Results const& results, std::string_view variable) {
  auto const values = hourly(find_group(results, "ts_", false), variable);
  return values.empty() ? std::nan("") : static_cast<double>(*std::max_element(values.begin(), values.end()));
}

double mean(sim::Results const& results, std::string_view variable) {
  auto const values = hourly(find_group(results, "ts_", false), variable);
  return values.empty() ? std::nan("") : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double hours_bound(sim::Results const& results, std::string_view component_prefix) {
  double hours = 0;
  for (auto const& c : results.causes)
    if (c.component.starts_with(component_prefix)) hours += c.hours;
  return hours;
}

}  // namespace aif::reports
