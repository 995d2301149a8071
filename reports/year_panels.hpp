#pragma once
// Lines of a year as panels one above the other, and the year by month: the steady year and the first one share them.

#include "reports/report_model.hpp"

namespace aif::reports {

// Lines of one panel; each column is packed once under the option's prefix.
class PanelBuilder {
 public:
  PanelBuilder(OptionView const& option, sim::SeriesGroup const* group, std::string suffix, Json& series) : option_(option), group_(group), suffix_(std::move(suffix)), series_(series) {}
  Json panel(std::string title, std::string unit) const { return {{"title", std::move(title)}, {"unit", std::move(unit)}, {"series", Json::array()}}; }
  void add(Json& panel, std::string name, std::string_view variable, double factor, std::size_t entity = 0) const;  // nothing when all is zero

 private:
  OptionView const& option_;
  sim::SeriesGroup const* group_;
  std::string suffix_;
  Json& series_;
};

void push_if_used(Json& panels, Json panel);
void add_token_panels(Json& panels, PanelBuilder const& lines, sim::Results const& results, std::vector<std::string> const& workloads);
Table month_table(sim::SeriesGroup const* group, std::size_t workloads);

// Mean and highest value of a month of an hourly column.
double month_mean(std::vector<float> const& values, std::size_t month);
double month_most(std::vector<float> const& values, std::size_t month);

}  // namespace aif::reports
