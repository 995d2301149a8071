// When things break: outages ranked by what hangs on them, the seconds after, design rules, availability over years, events of the scenario.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"
#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

constexpr std::size_t kMostOutages = 40, kChains = 4;

Cell seconds_cell(double s) { return std::isfinite(s) ? quantity_cell(s, "s") : number_cell("never"); }
Cell rate_cell(double token_s) { return token_s == 0 ? number_cell("none") : quantity_cell(token_s, "1 s-1"); }

std::string tokens_text(double tokens) {
  Unit const unit = display_unit(tokens, Kind::tokens);
  return tokens == 0 ? "none" : fmt::format("{} {}", number_text(tokens / unit.factor), unit.symbol);
}

std::string percent_of(double fraction, int decimals = 4) { return fmt::format("{:.{}f} %", 100 * fraction, decimals); }

Table outage_table(OptionView const& option, sim::ContingencyReport const& c) {
  Table table{"Outages, by good tokens at risk while the part is away", {{"outage"}, {"any of", true}, {"a year", true}, {"time to repair", true}, {"good tokens at risk", true}, {"in the worst hour", true}, {"training at risk", true},
              {"until throttling", true}, {"until a trip", true}, {"expected loss in a year", true}, {"what binds then"}}, {}, true};
  for (std::size_t i = 0; i < std::min(kMostOutages, c.outages.size()); ++i) {
    auto const& o = c.outages[i];
    table.rows.push_back({text_cell(outage_name(option, o.what), case_name(o.what)), number_cell(count_text(o.what.units)), number_cell(number_text(o.what.events_per_year, 2)), quantity_cell(o.what.duration_s, "s"), rate_cell(o.good_token_s),
                          rate_cell(o.worst_good_token_s), rate_cell(o.trained_token_s), seconds_cell(o.transient.ride.seconds_to_throttle_s), seconds_cell(o.transient.ride.seconds_to_trip_s),
                          number_cell(tokens_text(o.lost_good_token_year)), text_cell(spoken_binding(option, o.binding))});
  }
  return table;
}

Chart loss_chart(OptionView const& option, sim::ContingencyReport const& c) {
  Chart chart{option.prefix() + "outage-loss", "bars", "Expected loss of good tokens in a year, by outage", "How often it happens, times how long it lasts, times what is gone meanwhile, with the restart of what switched off.", {{"unit", "Gtok"}, {"names", Json::array()}, {"values", Json::array()}}, {}};
  chart.twin = {"Expected loss in a year", {{"outage"}, {"Gtok", true}, {"source of rate and time"}}, {}};
  for (std::size_t k = 0; k < std::min<std::size_t>(12, c.by_expected_loss.size()); ++k) {
    auto const& o = c.outages[c.by_expected_loss[k]];
    if (o.lost_good_token_year <= 0) break;
    chart.data["names"].push_back(outage_name(option, o.what));
    chart.data["values"].push_back(o.lost_good_token_year / 1e9);
    chart.twin.rows.push_back({text_cell(outage_name(option, o.what), case_name(o.what)), number_cell(number_text(o.lost_good_token_year / 1e9)), text_cell(o.what.source)});
  }
  return chart;
}

Table chain_table(OptionView const& option, sim::OutageResult const& o) {
  Table table{"Chain of events: " + outage_name(option, o.what), {{"after the fault", true}, {"where"}, {"what"}}, {}};
  for (auto const& s : o.transient.chain) table.rows.push_back({number_cell(fmt::format("{:.1f} s", s.time_s)), place_cell(option, s.component), text_cell(s.text)});
  return table;
}

Section contingency_section(OptionView const& option, sim::ContingencyReport const& c) {
  Section section{option.prefix() + "contingency", "When something breaks", {}};
  std::size_t const harmless = static_cast<std::size_t>(std::count_if(c.outages.begin(), c.outages.end(), [](auto const& o) { return o.worst_good_token_s <= 0 && o.worst_trained_token_s <= 0 && o.transient.tripped_frac <= 0; }));
  section.blocks.emplace_back(Paragraph{fmt::format("{} outages were worked through, each as a coupled year without the part and second by second in the hottest hour. {} of them cost no token. As modelled the site is {}concurrently maintainable and {}fault tolerant.",
                                                    c.outages.size(), harmless, c.concurrently_maintainable ? "" : "not ", c.fault_tolerant ? "" : "not ")});
  if (!c.outages.empty()) section.blocks.emplace_back(outage_table(option, c));
  if (c.outages.size() > kMostOutages) section.blocks.emplace_back(Paragraph{fmt::format("{} more outages, each with less at risk, are in the result file.", c.outages.size() - kMostOutages), "note"});
  Chart loss = loss_chart(option, c);
  if (!loss.twin.rows.empty()) section.blocks.emplace_back(std::move(loss));
  std::size_t shown = 0;
  for (auto const& o : c.outages)
    if (o.transient.chain.size() > 2 && shown++ < kChains) section.blocks.emplace_back(chain_table(option, o));
  Table findings{"Design rules that are not kept", {{"severity"}, {"rule"}, {"where"}, {"what"}, {"remedy"}}, {}, true};
  for (auto const& f : c.findings) {
    Cell severity = text_cell(f.severity);
    severity.tone = f.severity == "error" ? "bad" : f.severity == "warn" ? "warn" : "";
    findings.rows.push_back({severity, text_cell(in_words(f.rule)), place_cell(option, f.component), text_cell(f.text), text_cell(f.fix)});
  }
  if (findings.rows.empty()) section.blocks.emplace_back(Paragraph{"Every design rule that was checked is kept.", "note"});
  else section.blocks.emplace_back(std::move(findings));
  for (auto const& note : c.notes) section.blocks.emplace_back(Paragraph{note, "note"});
  return section;
}

Section availability_section(OptionView const& option, sim::AvailabilityReport const& a) {
  Section section{option.prefix() + "availability", "Availability", {}};
  section.blocks.emplace_back(Paragraph{fmt::format("Over {} simulated years (seed {}) the site makes {} of the good tokens that it would make with everything in service (90 % interval of that mean: {} to {}; {} nines).", a.years, a.seed, percent_of(a.availability),
                                                    percent_of(a.availability_low), percent_of(a.availability_high), std::isfinite(a.nines) ? fmt::format("{:.2f}", a.nines) : "all")});
  Table table{"Years differ", {{"of a year"}, {"mean", true}, {"90 % of the mean", true}, {"P50 year", true}, {"P90 year", true}, {"P99 year", true}, {"worst year", true}}, {}};
  auto row = [&](char const* what, sim::YearBand const& b, auto&& text) {
    table.rows.push_back({text_cell(what), number_cell(text(b.mean)), number_cell(fmt::format("{} to {}", text(b.mean_low), text(b.mean_high))), number_cell(text(b.p50)), number_cell(text(b.p90)), number_cell(text(b.p99)), number_cell(text(b.worst))});
  };
  auto const hours = [](double h) { return number_text(h) + " h"; };
  row("good tokens lost", a.lost_good, tokens_text);
  row("trained tokens lost", a.lost_trained, tokens_text);
  row("hours more than 1 % short", a.impaired_hours, hours);
  row("hours with nothing good", a.down_hours, hours);
  row("times that it falls short", a.events, [](double n) { return number_text(n); });
  section.blocks.emplace_back(std::move(table));
  Table causes{"What loses them", {{"part"}, {"how"}, {"times a year", true}, {"unit-hours away", true}, {"good tokens lost", true}, {"trained tokens lost", true}}, {}, true};
  for (auto const& c : a.causes)
    causes.rows.push_back({place_cell(option, c.component), text_cell(in_words(c.reason)), number_cell(number_text(c.events_per_year)), number_cell(number_text(c.hours_per_year)), number_cell(tokens_text(c.lost_good_token)), number_cell(tokens_text(c.lost_trained_token))});
  if (!causes.rows.empty()) section.blocks.emplace_back(std::move(causes));
  Table spares{"What one more would be worth in a year", {{"part"}, {"what"}, {"has", true}, {"more", true}, {"good tokens saved", true}, {"90 % interval", true}}, {}};
  for (auto const& s : a.spares)
    spares.rows.push_back({place_cell(option, s.component), text_cell(s.what), number_cell(count_text(s.has)), number_cell(count_text(s.step)), number_cell(tokens_text(s.good_token)), number_cell(fmt::format("{} to {}", tokens_text(s.low), tokens_text(s.high)))});
  if (!spares.rows.empty()) section.blocks.emplace_back(std::move(spares));
  for (auto const& note : a.notes) section.blocks.emplace_back(Paragraph{note, "note"});
  return section;
}

Section impact_section(OptionView const& option, std::vector<sim::EventImpact> const& events) {
  Section section{option.prefix() + "events", "Events of the scenario", {}};
  section.blocks.emplace_back(Paragraph{"Each event with the day after it, against the same hours without it."});
  Table table{"What each event costs", {{"event"}, {"kind"}, {"from"}, {"hours", true}, {"good tokens lost", true}, {"share", true}, {"trained tokens lost", true}, {"grid energy", true}, {"peak from the grid", true}, {"own generation", true}, {"water", true}, {"what binds"}}, {}};
  for (auto const& e : events)
    table.rows.push_back({text_cell(e.id), text_cell(in_words(e.type)), text_cell(e.start), number_cell(number_text(e.hours)), number_cell(tokens_text(e.lost_good_token)), number_cell(percent_text(e.lost_good_frac)), number_cell(tokens_text(e.lost_trained_token)),
                          quantity_cell(e.utility_j, "J"), quantity_cell(e.peak_utility_w, "W"), quantity_cell(e.generator_j, "J"), quantity_cell(e.water_kg, "kg"), text_cell(spoken_binding(option, e.binding))});
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace

std::vector<Section> risk_sections(OptionView const& option) {
  auto const& risk = option.results.risk;
  std::vector<Section> sections;
  if (risk.contingency) sections.push_back(contingency_section(option, *risk.contingency));
  else {
    Section section{option.prefix() + "contingency", "When something breaks", {}};
    section.blocks.emplace_back(Paragraph{"Outages and availability were not computed in this run: `aifactory run --contingency` adds them. The figures of this report are those of a site with everything in service.", "note"});
    sections.push_back(std::move(section));
  }
  if (risk.availability) sections.push_back(availability_section(option, *risk.availability));
  if (!risk.events.empty()) sections.push_back(impact_section(option, risk.events));
  return sections;
}

}  // namespace aif::reports
