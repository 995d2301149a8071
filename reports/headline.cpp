// The first screen: the verdict, six figures, what binds; with more than one option a table of them side by side.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/report_model.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

constexpr std::string_view kSix[] = {"tokens.good.rate", "goodput.fraction", "facility.power", "energy.per_output_token", "cost.per_mtok_out", "pue"};
constexpr std::string_view kCompared[] = {"tokens.good.rate", "goodput.fraction", "tokens.in.rate", "tokens.cached.rate", "training.tokens.rate", "facility.power", "facility.power.peak", "it.power", "pue", "wue",
                                          "energy.per_output_token", "cost.per_mtok_out", "cost.energy_per_mtok_out", "cost.year", "carbon.per_mtok_out"};

double value_of(sim::Results const& results, std::string_view metric) {
  auto const* m = results.find(metric);
  return m ? m->value : std::nan("");
}

// Hours of all places together, longest first.
std::vector<std::pair<Cause, double>> hours_by_cause(sim::Results const& results) {
  std::map<Cause, double> sums;
  for (auto const& c : results.causes) sums[c.cause] += c.hours;
  std::vector<std::pair<Cause, double>> sorted(sums.begin(), sums.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
  return sorted;
}

Strip cause_strip(OptionView const& option) {
  auto const hours = hours_by_cause(option.results);
  double total = 0;
  for (auto const& [cause, h] : hours) total += h;
  Strip strip{fmt::format("What sets the output{}, in hours of the steady year", option.name.empty() ? "" : " of " + option.name), {}};
  for (auto const& [cause, h] : hours)
    if (h > 0) strip.parts.push_back({in_words(enum_name(cause)), count_text(h) + " h", h / total, static_cast<std::size_t>(cause)});
  return strip;
}

// "+9.1 %" of a metric against the first option.
std::string change_text(double value, double base) {
  if (!std::isfinite(value) || !std::isfinite(base) || base == 0) return "";
  return fmt::format("{:+.1f} %", 100 * (value / base - 1));
}

// Index of the best option by the catalogue's direction, or npos when it says nothing or all are equal.
std::size_t best_of(std::vector<OptionView> const& options, std::string_view metric) {
  Metric const* entry = sim::find_metric(metric);
  if (!entry || options.size() < 2) return std::string::npos;
  std::size_t best = 0;
  bool differ = false;
  for (std::size_t i = 0; i < options.size(); ++i) {
    double const a = value_of(options[i].results, metric), b = value_of(options[best].results, metric);
    differ = differ || std::abs(a - b) > 1e-9 * std::abs(b);
    if (entry->better == Better::up ? a > b : a < b) best = i;
  }
  return differ ? best : std::string::npos;
}

Table comparison_table(std::vector<OptionView> const& options) {
  Table table{"Options side by side; the change is against option A, `best` marks the better end of each row", {{"figure"}}, {}};
  for (auto const& o : options) {
    table.columns.push_back({o.name, true});
    if (o.index > 0) table.columns.push_back({"change", true});
  }
  for (auto metric : kCompared) {
    std::size_t const best = best_of(options, metric);
    std::vector<Cell> row{text_cell(label_of(metric))};
    for (auto const& o : options) {
      Cell cell = figure_cell(o, metric);
      if (o.index == best) cell.text += " (best)", cell.tone = "good";
      row.push_back(std::move(cell));
      if (o.index > 0) row.push_back(number_cell(change_text(value_of(o.results, metric), value_of(options[0].results, metric))));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::string verdict_of(std::vector<OptionView> const& options) {
  if (options.size() == 1) return options[0].results.verdict;
  std::string text;
  for (auto const& o : options) {
    if (o.index == 0) continue;
    auto change = [&](std::string_view metric) { return change_text(value_of(o.results, metric), value_of(options[0].results, metric)); };
    auto const causes = hours_by_cause(o.results);
    auto const limit = std::find_if(causes.begin(), causes.end(), [](auto const& c) { return c.first != Cause::demand; });
    text += fmt::format("{}{} against A: {} good output tokens, {} cost of a million of them, {} site power{}.", text.empty() ? "" : " ", o.name, change("tokens.good.rate"),
                        change("cost.per_mtok_out"), change("facility.power"),
                        limit == causes.end() ? "" : fmt::format("; {} limits it for {} h", in_words(enum_name(limit->first)), count_text(limit->second)));
  }
  return text;
}

std::vector<Section> headline_sections(std::vector<OptionView> const& options) {
  Section answer{"answer", "The answer", {}};
  if (options.size() == 1) {
    Cards cards;
    for (auto metric : kSix)
      if (auto const* m = options[0].results.find(metric)) cards.figures.push_back(make_figure(options[0], *m));
    answer.blocks.emplace_back(std::move(cards));
  } else {
    Table names{"The options", {{"option"}, {"scenario"}, {"what it does"}}, {}};
    for (auto const& o : options) names.rows.push_back({text_cell(o.name), text_cell(o.results.provenance.scenario_title), text_cell(o.results.verdict)});
    answer.blocks.emplace_back(comparison_table(options));
    answer.blocks.emplace_back(std::move(names));
  }
  for (auto const& o : options) answer.blocks.emplace_back(cause_strip(o));
  std::vector<Section> sections;
  sections.push_back(std::move(answer));
  return sections;
}

}  // namespace aif::reports
