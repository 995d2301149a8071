// The first screen: the verdict, six figures, what binds; with more than one option a table of them side by side.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

constexpr std::string_view kSix[] = {"tokens.good.rate", "goodput.fraction", "facility.power", "energy.per_output_token", "cost.per_mtok_out", "pue"};

Strip cause_strip(OptionView const& option) {
  auto const hours = hours_by_cause(option.results);
  double total = 0;
  for (auto const& [cause, h] : hours) total += h;
  Strip strip{fmt::format("What sets the output{}, in hours of the steady year", option.name.empty() ? "" : " of " + option.name), {}, option.name.empty() ? -1 : static_cast<int>(option.index)};
  for (auto const& [cause, h] : hours)
    if (h > 0) strip.parts.push_back({in_words(enum_name(cause)), count_text(h) + " h", h / total, static_cast<std::size_t>(cause)});
  return strip;
}

}  // namespace

// Hours of all places together, longest first.
std::vector<std::pair<Cause, double>> hours_by_cause(sim::Results const& results) {
  std::map<Cause, double> sums;
  for (auto const& c : results.causes) sums[c.cause] += c.hours;
  std::vector<std::pair<Cause, double>> sorted(sums.begin(), sums.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
  return sorted;
}

std::vector<Section> headline_sections(std::vector<OptionView> const& options) {
  Section answer{"answer", "The answer", {}};
  if (options.size() == 1) {
    Cards cards;
    for (auto metric : kSix)
      if (auto const* m = options[0].results.find(metric)) cards.figures.push_back(make_figure(options[0], *m));
    answer.blocks.emplace_back(std::move(cards));
  } else {
    answer.blocks.emplace_back(comparison_table(options, false));
  }
  for (auto const& o : options) answer.blocks.emplace_back(cause_strip(o));
  std::vector<Section> sections;
  sections.push_back(std::move(answer));
  return sections;
}

}  // namespace aif::reports
