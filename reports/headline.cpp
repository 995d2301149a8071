// The first screen: the verdict, six figures, what binds; with more than one option a table of them side by side.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "reports/phase_plan.hpp"
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

// "1,234 (2 kinds)": racks of the largest pods by name, all others together.
std::string racks_text(SiteFacts const& facts) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::tuple<double, double, std::string>> pods;  // racks, accelerators, title
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) {
      Json const rack = pod.value("rack", Json::object());
      pods.emplace_back(pod.value("count", 0.0), pod.value("count", 0.0) * rack.value("devices", 0.0), rack.value("title", pod.value("id", "")));
    }
  std::stable_sort(pods.begin(), pods.end(), [](auto const& a, auto const& b) { return std::get<1>(a) > std::get<1>(b); });
  std::string text;
  double others = 0;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    auto const& [racks, devices, title] = pods[i];
    if (i < kNamed && devices > 0) text += fmt::format("{}{} racks {} ({} accelerators)", text.empty() ? "" : ", ", count_text(racks), title, count_text(devices));
    else others += racks;
  }
  if (others > 0) text += fmt::format("{}{} other racks", text.empty() ? "" : ", ", count_text(others));
  return text;
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

// What stands there, what it takes to build and run, when it is ready, and whether the scenario's demands are met.
std::string built_sentence(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  std::string text = racks_text(facts);
  if (text.empty()) return "";
  auto const figure = [&](std::string_view id) { auto const* m = r.find(id); return m && m->value > 0 ? show(m->value, m->unit, id).text() : std::string(); };
  std::string const capacity = std::isfinite(facts.number("/site/utility/capacity")) ? number_text(facts.number("/site/utility/capacity") / 1e6, 3) + " MW" : "", peak = figure("facility.power.peak");
  if (!capacity.empty()) text += fmt::format(", on a grid connection of {}{}", capacity, peak.empty() ? "" : ", of which " + peak + " is the most it draws");
  double capital = 0;
  for (auto const& line : r.costs) capital += line.capital_usd;
  if (capital > 0) text += fmt::format(". Capital {}", show(capital, "USD").text());
  for (auto const& [id, words] : {std::pair{"cost.year", "cost"}, {"carbon", "CO2 of the electricity"}, {"water", "water"}})
    if (std::string const shown = figure(id); !shown.empty()) text += fmt::format(", {} {}", words, shown);
  long ready = 0;
  for (auto const& phase : phases_of(facts)) ready = std::max(ready, phase.up_all);
  if (ready > 0) text += fmt::format(". All racks in production {}", date_text(ready));
  auto const kept = std::count_if(r.checks.begin(), r.checks.end(), [](auto const& c) { return c.passed; });
  if (!r.checks.empty()) text += fmt::format("{} {} of {} demands of the scenario kept", ready > 0 ? ";" : ".", kept, r.checks.size());
  return "Built: " + text + ".";
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
  }
  for (auto const& o : options) answer.blocks.emplace_back(cause_strip(o));
  std::vector<Section> sections;
  sections.push_back(std::move(answer));
  return sections;
}

}  // namespace aif::reports
