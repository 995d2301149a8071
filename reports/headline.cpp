// The first screen: the verdict, six figures, what binds; with more than one option a table of them side by side.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

constexpr std::size_t kCards = 6, kMostParts = 6;
// The first six that are not zero: a site that makes no text tells what it trains and what that costs.
constexpr std::string_view kFirst[] = {"tokens.good.rate", "goodput.fraction", "facility.power", "energy.per_output_token", "cost.per_mtok_out", "pue", "training.tokens.rate", "cost.year", "facility.power.peak", "wue"};

// Hours by what binds, longest first; the colour is that of the cause.
Strip cause_strip(OptionView const& option) {
  auto causes = option.results.causes;
  std::stable_sort(causes.begin(), causes.end(), [](auto const& a, auto const& b) { return a.hours > b.hours; });
  double total = 0, rest = 0;
  for (auto const& c : causes) total += c.hours;
  Strip strip{fmt::format("What sets the output{}, in hours of the steady year", option.name.empty() ? "" : " of " + option.name), {}, option.name.empty() ? -1 : static_cast<int>(option.index)};
  for (auto const& c : causes) {
    if (c.hours <= 0) continue;
    std::string const name = c.cause == Cause::demand ? "demand: all that is asked for is made" : sim::limit_name(option.places, c.cause, c.component);
    if (strip.parts.size() < kMostParts) strip.parts.push_back({name, count_text(c.hours) + " h", c.hours / total, static_cast<std::size_t>(c.cause)});
    else rest += c.hours;
  }
  if (rest > 0) strip.parts.push_back({"other limits", count_text(rest) + " h", rest / total, static_cast<std::size_t>(Cause::unsolved)});
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
    for (auto metric : kFirst)
      if (auto const* m = options[0].results.find(metric); m && m->value != 0 && cards.figures.size() < kCards) cards.figures.push_back(make_figure(options[0], *m));
    answer.blocks.emplace_back(std::move(cards));
  } else {
    answer.blocks.emplace_back(comparison_table(options, false));
    answer.blocks.emplace_back(facts_table(options));
  }
  for (auto const& o : options) answer.blocks.emplace_back(cause_strip(o));
  std::vector<Section> sections;
  sections.push_back(std::move(answer));
  return sections;
}

}  // namespace aif::reports
