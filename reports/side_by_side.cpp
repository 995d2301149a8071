// Options side by side: who wins and by how much, what differs between their inputs, charts on common axes.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "reports/packed_series.hpp"
#include "reports/plane_chart.hpp"
#include "reports/report_model.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

constexpr std::string_view kCompared[] = {"tokens.good.rate", "goodput.fraction", "tokens.in.rate", "tokens.cached.rate", "training.tokens.rate", "facility.power", "facility.power.peak", "it.power", "pue", "wue",
                                          "energy.per_output_token", "cost.per_mtok_out", "cost.energy_per_mtok_out", "cost.year", "carbon.per_mtok_out", "tokens.out.rate.as_delivered"};
constexpr std::string_view kHeadline[] = {"tokens.good.rate", "goodput.fraction", "training.tokens.rate", "facility.power", "energy.per_output_token", "cost.per_mtok_out", "cost.year", "pue"};
constexpr std::size_t kMostDifferences = 40;
constexpr double kSame = 5e-4;  // relative: below, two figures are shown as the same and none is the best

// Index of the best option by the catalogue's direction; npos when an option lacks the figure or all are equal.
std::size_t best_of(std::vector<OptionView> const& options, std::string_view metric) {
  Metric const* entry = sim::find_metric(metric);
  if (!entry) return std::string::npos;
  std::size_t best = 0;
  bool differ = false;
  for (std::size_t i = 0; i < options.size(); ++i) {
    double const a = options[i].results.value(metric), b = options[best].results.value(metric);
    if (!std::isfinite(a)) return std::string::npos;
    differ = differ || std::abs(a - b) > kSame * std::abs(b);
    if (entry->better == Better::up ? a > b : a < b) best = i;
  }
  return differ ? best : std::string::npos;
}

// Share of the common members in which `other` is better than `base`; none without members that share their draws.
std::optional<double> odds_of(sim::Results const& base, sim::Results const& other, std::string_view metric) {
  auto const &a = base.ensemble, &b = other.ensemble;
  auto const* entry = sim::find_metric(metric);
  if (a.empty() || b.empty() || a.seed != b.seed || !entry) return {};
  auto column = [&](sim::EnsembleData const& e) { return static_cast<std::size_t>(std::find(e.metrics.begin(), e.metrics.end(), metric) - e.metrics.begin()); };
  std::size_t const ca = column(a), cb = column(b);
  if (ca == a.metrics.size() || cb == b.metrics.size()) return {};
  double better = 0, n = 0;
  for (std::size_t m = 0; m < std::min(a.values.size(), b.values.size()); ++m) {
    double const x = a.values[m][ca], y = b.values[m][cb];
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    n += 1;
    if (std::abs(x - y) > kSame * std::abs(x) && (y > x) == (entry->better == Better::up)) better += 1;
  }
  return n > 0 ? std::optional(better / n) : std::nullopt;
}

Table differences_table(std::vector<OptionView> const& options) {
  std::vector<std::map<std::string, std::string>> values(options.size());
  std::vector<std::string> paths;  // in the order of the first option that has them
  for (auto const& o : options)
    for (auto const& line : o.results.assumptions) {
      values[o.index][line.path] = line.value;
      bool const is_new = std::none_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(o.index), [&](auto const& v) { return v.contains(line.path); });
      if (is_new) paths.push_back(line.path);
    }
  Table table{"Inputs that differ", {{"input"}}, {}, true};
  for (auto const& o : options) table.columns.push_back({o.name, true, static_cast<int>(o.index)});
  std::size_t left_out = 0;
  for (auto const& path : paths) {
    auto text = [&](std::size_t i) { auto const at = values[i].find(path); return at == values[i].end() ? std::string("not set") : at->second; };
    bool differs = false;
    for (std::size_t i = 1; i < options.size(); ++i) differs = differs || text(i) != text(0);
    if (!differs) continue;
    if (table.rows.size() >= kMostDifferences) { ++left_out; continue; }
    std::vector<Cell> row{text_cell(path)};
    for (std::size_t i = 0; i < options.size(); ++i) row.push_back(number_cell(text(i)));
    table.rows.push_back(std::move(row));
  }
  if (left_out > 0) table.caption += fmt::format(" (the first {}; {} more are in the assumptions of each option)", kMostDifferences, left_out);
  return table;
}

Json duration_series(OptionView const& o, Json& series) {
  auto const* group = find_group(o.results, "ts_", false);
  auto const site = hourly(group, "facility_power");
  if (site.empty()) return {};
  std::string const key = o.prefix() + "facility_power-0";
  if (!series.contains(key)) series[key] = pack(site);
  return {{"name", o.name}, {"key", key}, {"factor", 1e6}, {"option", o.index}};
}

void add_duration(Section& section, std::vector<OptionView> const& options, Json& series) {
  Json lines = Json::array();
  Table table{"Site power that is reached or passed for so many hours", {{"hours", true}}, {}};
  std::vector<std::vector<float>> sorted;
  for (auto const& o : options) {
    Json one = duration_series(o, series);
    if (one.is_null()) return;
    lines.push_back(std::move(one));
    table.columns.push_back({o.name, true, static_cast<int>(o.index)});
    sorted.push_back(hourly(find_group(o.results, "ts_", false), "facility_power"));
    std::sort(sorted.back().rbegin(), sorted.back().rend());
  }
  for (std::size_t hours : {1u, 100u, 1000u, 4380u, 8760u}) {
    std::vector<Cell> row{number_cell(count_text(static_cast<double>(hours)))};
    for (auto const& s : sorted) row.push_back(hours <= s.size() ? quantity_cell(static_cast<double>(s[hours - 1]), "W") : number_cell("—"));
    table.rows.push_back(std::move(row));
  }
  section.blocks.emplace_back(Chart{"all-duration", "duration", "Load-duration curves of all options", "Hours of the year at or above a site power, on one axis.", {{"panels", Json::array({{{"title", "Power"}, {"unit", "MW"}, {"series", lines}}})}}, table});
}

// One stacked bar per option: parts in the order of the first option, then what others add.
Chart stacked(std::string id, std::string title, std::string caption, std::string unit, std::vector<OptionView> const& options, std::vector<std::vector<std::pair<std::string, double>>> const& parts) {
  Chart chart{std::move(id), "stacked", std::move(title), std::move(caption), {{"unit", unit}, {"options", Json::array()}, {"parts", Json::array()}}, {}};
  chart.twin = {chart.title, {{"part"}}, {}};
  std::vector<std::string> names;
  for (auto const& list : parts)
    for (auto const& [name, value] : list)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  for (auto const& o : options) {
    chart.data["options"].push_back(o.name);
    chart.twin.columns.push_back({fmt::format("{}, {}", o.name, unit), true, static_cast<int>(o.index)});
  }
  for (auto const& name : names) {
    Json values = Json::array();
    double largest = 0;
    std::vector<Cell> row{text_cell(name)};
    for (auto const& list : parts) {
      auto const at = std::find_if(list.begin(), list.end(), [&](auto const& p) { return p.first == name; });
      double const value = at == list.end() ? 0 : at->second;
      values.push_back(value);
      largest = std::max(largest, std::abs(value));
      row.push_back(number_cell(number_text(value)));
    }
    if (largest == 0) continue;
    chart.data["parts"].push_back({{"name", name}, {"values", values}});
    for (std::size_t c = 0; c < kCauses; ++c)
      if (chart.id == "all-causes" && name == in_words(enum_names(Cause{})[c])) chart.data["parts"].back()["cause"] = c;
    chart.twin.rows.push_back(std::move(row));
  }
  return chart;
}

void add_stacks(Section& section, std::vector<OptionView> const& options) {
  using Parts = std::vector<std::vector<std::pair<std::string, double>>>;
  Parts hours(options.size()), energy(options.size()), cost(options.size());
  for (auto const& o : options) {
    for (auto const& [cause, h] : hours_by_cause(o.results))
      if (h > 0) hours[o.index].emplace_back(in_words(enum_name(cause)), h);
    for (auto const& f : o.results.flows)
      if (f.from == "IT" || f.from == "cooling" || (f.from == "site" && f.to.starts_with("loss"))) {
        std::string const name = f.from == "cooling" ? "cooling" : f.from == "site" ? "electrical losses" : in_words(f.to);
        auto& list = energy[o.index];
        auto const at = std::find_if(list.begin(), list.end(), [&](auto const& p) { return p.first == name; });
        if (at == list.end()) list.emplace_back(name, f.energy_j / 3.6e12);
        else at->second += f.energy_j / 3.6e12;
      }
    for (auto const& c : o.results.costs) cost[o.index].emplace_back(cost_name(c.id), c.annual_usd / 1e6);
  }
  auto any = [](Parts const& parts) { return std::any_of(parts.begin(), parts.end(), [](auto const& p) { return !p.empty(); }); };
  if (any(hours)) section.blocks.emplace_back(stacked("all-causes", "What sets the output, hours by cause", "Every hour of the steady year has one cause.", "h", options, hours));
  if (any(energy)) section.blocks.emplace_back(stacked("all-energy", "Where the electricity goes", "Electricity of the steady year by where it ends.", "GWh", options, energy));
  if (any(cost)) section.blocks.emplace_back(stacked("all-cost", "Levelised cost of a year", "Capital is annualised over its life at the cost of capital.", "million USD", options, cost));
}

// Options on cost and output: which of them no other beats in both.
void add_plane(Section& section, std::vector<OptionView> const& options) {
  std::string_view const kx = "cost.per_mtok_out", ky = "tokens.good.rate";
  std::vector<Point> points;
  for (auto const& o : options) {
    double const x = o.results.value(kx), y = o.results.value(ky);
    if (std::isfinite(x) && std::isfinite(y) && y > 0) points.push_back({fmt::format("{}: {}", o.name, o.title), x, y, static_cast<int>(o.index)});
  }
  if (points.size() > 1)
    section.blocks.emplace_back(plane_chart("all-pareto", "Output against its cost", "Filled: no other option makes more good tokens for less each. Up and to the left is better.", {label_of(kx), "USD", std::string(kx), false}, {label_of(ky), "1 s-1", std::string(ky), true}, points));
}

}  // namespace

std::string change_text(double value, double base) {
  if (!std::isfinite(value) || !std::isfinite(base) || base == 0) return "";
  double const percent = 100 * (value / base - 1);
  return std::abs(percent) < 0.05 ? "same" : fmt::format("{:+.1f} %", percent);
}

Table comparison_table(std::vector<OptionView> const& options, bool all) {
  Table table{"Options side by side; the change is against option A, (best) marks the better end of each row", {{"figure"}}, {}};
  for (auto const& o : options) {
    int const index = static_cast<int>(o.index);
    table.columns.push_back({fmt::format("{}: {}", o.name, o.title), true, index});
    if (o.index > 0) table.columns.push_back({"change", true, index, true});
  }
  for (auto metric : all ? std::span<std::string_view const>(kCompared) : std::span<std::string_view const>(kHeadline)) {
    if (std::all_of(options.begin(), options.end(), [&](auto const& o) { double const v = o.results.value(metric); return !std::isfinite(v) || v == 0; })) continue;
    std::size_t const best = best_of(options, metric);
    std::vector<Cell> row{text_cell(label_of(metric))};
    for (auto const& o : options) {
      Cell cell = figure_cell(o, metric);
      if (o.index == best) cell.text = " (best)", cell.tone = "good";
      if (!cell.figure.empty() && !cell.figure[0].band.empty()) cell.note = cell.figure[0].band;
      row.push_back(std::move(cell));
      if (o.index > 0) {
        Cell change = number_cell(change_text(o.results.value(metric), options[0].results.value(metric)));
        if (auto const odds = odds_of(options[0].results, o.results, metric); odds && change.text != "same") change.note = fmt::format("better than A in {:.0f} %", 100 * *odds);
        row.push_back(std::move(change));
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string verdict_of(std::vector<OptionView> const& options) {
  if (options.size() == 1) {  // the title stands above it
    std::string verdict = options[0].results.verdict;
    std::string const start = options[0].title + " ";
    if (verdict.size() > start.size() && verdict.starts_with(start)) {
      verdict.erase(0, start.size());
      verdict[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(verdict[0])));
    }
    return verdict;
  }
  std::string text;
  std::pair<std::string_view, char const*> const prizes[] = {{"tokens.good.rate", "makes the most good tokens"}, {"cost.per_mtok_out", "has the lowest cost of a good token"}, {"energy.per_output_token", "needs the least energy for a good token"}};
  std::vector<std::pair<std::size_t, std::vector<std::string>>> won;  // in the order of the prizes
  for (auto const& [metric, words] : prizes) {
    std::size_t const best = best_of(options, metric);
    if (best == std::string::npos) continue;
    std::string const change = best == 0 ? "" : change_text(options[best].results.value(metric), options[0].results.value(metric));
    std::string const phrase = words + (change.empty() ? "" : fmt::format(" ({} against A)", change));
    auto const at = std::find_if(won.begin(), won.end(), [&](auto const& w) { return w.first == best; });
    if (at == won.end()) won.push_back({best, {phrase}});
    else at->second.push_back(phrase);
  }
  for (auto const& [option, words] : won) {
    std::string list = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) list += (i + 1 == words.size() ? " and " : ", ") + words[i];
    auto const& o = options[option];
    auto const limit = std::find_if(o.results.causes.begin(), o.results.causes.end(), [](auto const& c) { return c.cause != Cause::demand && c.hours > 0; });
    text += fmt::format("{}{} ({}) {}{}.", text.empty() ? "" : " ", o.name, o.title, list,
                        limit == o.results.causes.end() ? "" : fmt::format("; it is mostly limited by the {}, {} h", sim::limit_name(o.places, limit->cause, limit->component), count_text(limit->hours)));
  }
  if (won.empty()) text = "No option makes more good tokens, cheaper or with less energy than another.";
  return text;
}

Section side_by_side_section(std::vector<OptionView> const& options, Json& series) {
  Section section{"side-by-side", "Side by side", {}};
  Table names{"The options", {{"option"}, {"scenario"}, {"in one sentence"}}, {}};
  for (auto const& o : options) names.rows.push_back({text_cell(o.name), text_cell(o.title), text_cell(o.results.verdict)});
  section.blocks.emplace_back(std::move(names));
  section.blocks.emplace_back(comparison_table(options, true));
  Table differences = differences_table(options);
  if (differences.rows.empty()) section.blocks.emplace_back(Paragraph{"The results name no input that differs between the options.", "note"});
  else section.blocks.emplace_back(std::move(differences));
  add_plane(section, options);
  add_stacks(section, options);
  add_duration(section, options, series);
  return section;
}

}  // namespace aif::reports
