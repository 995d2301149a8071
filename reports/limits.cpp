// What limits output: hours by cause and place with the tokens they cost, what one more unit is worth, and when it happens.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/units.hpp"
#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

std::string tokens_text(double tokens) {
  Unit const unit = display_unit(tokens, Kind::tokens);
  return tokens > 0 ? fmt::format("{} {}", number_text(tokens / unit.factor), unit.symbol) : "none";
}

// "1 MW of installed block capacity", "1 rack of gb200": a unit that starts with watts is shown in its size.
std::string step_text(MarginalValue const& m) {
  if (m.unit != "W" && !m.unit.starts_with("W ")) return fmt::format("{} {}", count_text(m.step), m.unit);
  Unit const unit = display_unit(m.step, Kind::power);
  return fmt::format("{:g} {}{}", m.step / unit.factor, unit.symbol, m.unit.substr(1));
}

std::string gain_text(double fraction) { return std::abs(fraction) < 5e-5 ? "below 0.01 %" : fmt::format("{:+.2f} %", 100 * fraction); }

Table hours_table(OptionView const& option) {
  auto const& results = option.results;
  Table table{"Hours of the steady year by what set the output", {{"cause"}, {"where"}, {"hours", true}, {"share", true}, {"good tokens lost", true}}, {}};
  double total = 0;
  for (auto const& c : results.causes) total += c.hours;
  for (auto const& c : results.causes)
    table.rows.push_back({text_cell(in_words(enum_name(c.cause))), place_cell(option, c.component), number_cell(count_text(c.hours)),
                          number_cell(percent_text(total > 0 ? c.hours / total : 0)), number_cell(tokens_text(c.lost_good_token))});
  return table;
}

Table worth_table(OptionView const& option) {
  auto const& results = option.results;
  Table table{"What one more unit would be worth: difference of the coupled run, everything else unchanged", {{"where"}, {"one more unit", true}, {"good tokens gained", true}, {"of the site's output", true}}, {}};
  auto const* good = results.find("tokens.good.rate");
  for (auto const& m : results.marginal)
    table.rows.push_back({place_cell(option, m.component), number_cell(step_text(m)), quantity_cell(m.d_good_token_s, "1 s-1"),
                          number_cell(good && good->value > 0 ? gain_text(m.d_good_token_s / good->value) : "")});
  return table;
}

// Hours by month and cause, from the column that the calendar shows.
Table month_table(std::vector<float> const& cause) {
  Table table{"Hours by month and cause", {{"month"}}, {}};
  std::vector<std::array<double, kCauses>> hours(12);
  std::array<bool, kCauses> seen{};
  for (std::size_t h = 0; h < cause.size() && h < 8760; ++h) {
    auto const c = static_cast<std::size_t>(std::clamp(cause[h], 0.0f, static_cast<float>(kCauses - 1)));
    hours[static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h)))][c] += 1;
    seen[c] = true;
  }
  for (std::size_t c = 0; c < kCauses; ++c)
    if (seen[c]) table.columns.push_back({in_words(enum_names(Cause{})[c]), true});
  for (std::size_t m = 0; m < 12; ++m) {
    std::vector<Cell> row{text_cell(std::string(kMonthNames[m]))};
    for (std::size_t c = 0; c < kCauses; ++c)
      if (seen[c]) row.push_back(number_cell(count_text(hours[m][c])));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Section limits_section(OptionView const& option, Json& series) {
  auto const& results = option.results;
  Section section{option.prefix() + "limits", "What limits output", {}};
  section.blocks.emplace_back(Paragraph{"Every hour has exactly one cause: the first thing that would have to be larger for more good tokens. Hours of demand are not a fault: all that was asked for was served."});
  section.blocks.emplace_back(hours_table(option));
  if (results.marginal.empty()) section.blocks.emplace_back(Paragraph{"The worth of one more unit was not computed in this run.", "note"});
  else section.blocks.emplace_back(worth_table(option));
  auto const* group = find_group(results, "ts_", false);
  auto const cause = hourly(group, "cause");
  if (!cause.empty()) {
    std::string const key = option.prefix() + "cause";
    series[key] = pack(cause);
    Json names = Json::array();
    for (auto name : enum_names(Cause{})) names.push_back(in_words(name));
    section.blocks.emplace_back(Chart{option.prefix() + "cause-calendar", "causes", "When each cause binds",
                                      "Each column is a day, each row an hour of the day; the colour names what set the output in that hour.", {{"key", key}, {"names", names}}, month_table(cause)});
  }
  return section;
}

}  // namespace aif::reports
