// Single-line diagram and cooling loop, drawn from the resolved scenario and labelled with what the year shows. Boxes are coloured by
// utilisation and say it in words; what the result does not hold stays without a figure.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/html.hpp"
#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"
#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

constexpr double kWidth = 1000, kBoxWidth = 232, kBoxHeight = 62;

struct Box {
  double x = 0, y = 0;
  std::string title, detail;
  double used = NAN;      // peak over capacity
  std::string used_text{};  // what stands for it
  double middle() const { return x + kBoxWidth / 2; }
  double bottom() const { return y + kBoxHeight; }
};

char const* class_of(double used) { return !std::isfinite(used) ? "u" : used < 0.5 ? "a" : used < 0.8 ? "b" : used < 0.95 ? "c" : "d"; }

class Canvas {
 public:
  void box(Box const& b) {
    body_ += fmt::format("<rect class=\"box {}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"6\"/>\n", class_of(b.used), b.x, b.y, kBoxWidth, kBoxHeight);
    text(b.x + 9, b.y + 18, clip(b.title, 32), "name");
    text(b.x + 9, b.y + 35, clip(b.detail, 36), "");
    std::string const used = std::isfinite(b.used) ? fmt::format("{:.0f} %: {}", 100 * b.used, b.used_text) : b.used_text;
    text(b.x + 9, b.y + 52, clip(used, 38), "");
  }
  void line(double x1, double y1, double x2, double y2, bool spare = false, char const* kind = "wire") { body_ += fmt::format("<path class=\"{}{}\" d=\"M{:.0f} {:.0f}V{:.0f}H{:.0f}V{:.0f}\"/>\n", kind, spare ? " spare" : "", x1, y1, 0.5 * (y1 + y2), x2, y2); }
  void across(double x1, double y1, double x2, double y2, char const* kind) { body_ += fmt::format("<path class=\"{}\" d=\"M{:.0f} {:.0f}L{:.0f} {:.0f}\"/>\n", kind, x1, y1, x2, y2); }
  void text(double x, double y, std::string const& words, char const* kind, char const* anchor = "start") { body_ += fmt::format("<text class=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>\n", kind, x, y, anchor, escape_html(words)); }
  std::string svg(double height) const {
    std::string legend;
    std::pair<char const*, char const*> const keys[] = {{"a", "below 50 %"}, {"b", "50 to 80 %"}, {"c", "80 to 95 %"}, {"d", "above 95 %"}, {"u", "not in the result"}};
    for (std::size_t i = 0; i < std::size(keys); ++i)
      legend += fmt::format("<rect class=\"box {}\" x=\"{}\" y=\"{:.0f}\" width=\"16\" height=\"12\"/><text x=\"{}\" y=\"{:.0f}\">{}</text>\n", keys[i].first, 20 + 150 * i, height - 22, 42 + 150 * i, height - 12, keys[i].second);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\">\n<style>text{{font:12px system-ui,sans-serif;fill:#16202a}}.name{{font-weight:600;font-size:12.5px}}.soft{{fill:#55616d}}.box{{stroke:#55616d}}.a{{fill:#d6ebf7}}.b{{fill:#9fd0ec}}"
        ".c{{fill:#f6d58c}}.d{{fill:#f0a27c}}.u{{fill:#eceff1}}.wire{{fill:none;stroke:#16202a;stroke-width:2}}.spare{{stroke-dasharray:5 4}}.warm{{fill:none;stroke:#c4541a;stroke-width:3}}.cold{{fill:none;stroke:#0072b2;stroke-width:3}}.paper{{fill:#fff}}</style>\n"
        "<rect class=\"paper\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"8\"/>\n{}{}</svg>\n",
        kWidth, height, kWidth, height, body_, legend);
  }

 private:
  // At most so many characters, cut between UTF-8 sequences.
  static std::string clip(std::string const& s, std::size_t most) {
    if (s.size() <= most) return s;
    std::size_t end = most - 1;
    while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xC0) == 0x80) --end;
    return s.substr(0, end) + "…";
  }
  std::string body_;
};

std::string count_of(double n, std::string const& rest) { return std::isfinite(n) ? fmt::format("{} x {}", count_text(n), rest) : "count not in the result, " + rest; }
std::string power(double w) { return std::isfinite(w) ? show(w, "W").text() : "?"; }

std::string with(std::string const& text, std::string const& redundancy) { return redundancy.empty() ? text : text + ", " + redundancy; }

// What each box of the single-line diagram stands on, for the table below it.
struct Element {
  Box box;
  std::string capacity;
};

Picture single_line(OptionView const& option, SiteFacts const& facts, Table& twin) {
  auto const& r = option.results;
  double const peak = r.value("facility.power.peak"), apparent = r.value("facility.apparent_power.peak"), it = r.value("it.power.peak"), cooling = highest(r, "cooling_power");
  Canvas c;
  auto place = [&](Box b, double capacity, double load, std::string const& of) {
    if (std::isfinite(capacity) && capacity > 0 && std::isfinite(load)) b.used = load / capacity, b.used_text = fmt::format("{} of {}", power(load), power(capacity));
    else if (b.used_text.empty() && std::isfinite(load)) b.used_text = "peak " + power(load);
    c.box(b);
    twin.rows.push_back({text_cell(b.title), text_cell(b.detail), number_cell(power(load)), number_cell(std::isfinite(capacity) && capacity > 0 ? power(capacity) : "not in the result"), number_cell(std::isfinite(b.used) ? percent_text(b.used) : "—"), text_cell(of)});
    return b;
  };
  double const centre = 364, feeds = facts.number("/site/utility/feeds/count"), feed_spare = feeds > 1;
  double const volts = facts.number("/site/utility/voltage");
  Box const grid = place({centre, 20, "Utility", with(fmt::format("{:g} kV, {} feeds", volts / 1e3, std::isfinite(feeds) ? count_text(feeds) : "?"), facts.text("/site/utility/feeds/redundancy"))}, facts.number("/site/utility/capacity"), peak, "highest site power over the capacity of the connection");
  double const n_main = facts.number("/power/main_transformer/count"), main_va = facts.number("/power/main_transformer/unit/rating");
  Box const main = place({centre, 122, "Main transformers", with(count_of(n_main, show(main_va, "VA").text()), facts.text("/power/main_transformer/redundancy"))}, n_main * main_va, apparent, "highest apparent power over the rating of all, spares included");
  Box const board = place({centre, 224, "Main switchboard", std::isfinite(facts.units("power.board")) ? fmt::format("{} sections", count_text(facts.units("power.board"))) : ""}, NAN, peak, "no rating in the result");
  c.line(grid.middle() - 12, grid.bottom(), main.middle() - 12, main.y);
  if (feed_spare) c.line(grid.middle() + 12, grid.bottom(), main.middle() + 12, main.y, true);
  c.line(main.middle(), main.bottom(), board.middle(), board.y);
  double side = 122;
  for (auto const& onsite : facts.at("/site/onsite")) {
    double const n = onsite.value("units", 1.0), w = onsite.value("power", std::nan(""));
    Box b{40, side, fmt::format("{} {}", in_words(onsite.value("type", "")), onsite.value("id", "")), with(count_of(n, power(w)), onsite.value("redundancy", ""))};
    b.used_text = power(n * w) + " in all";
    c.box(b);
    twin.rows.push_back({text_cell(b.title), text_cell(b.detail), number_cell("—"), number_cell(power(n * w)), number_cell("—"), text_cell("stands by: no load of it in the result")});
    c.line(b.x + kBoxWidth, b.y + kBoxHeight / 2, board.x, board.y + kBoxHeight / 2, true);
    side += 90;
    if (side > 220) break;
  }
  double const n_blocks = facts.number("/power/blocks/count"), block_w = facts.number("/power/blocks/it_capacity"), n_ups = facts.units("power.ups"), ups_w = facts.number("/power/ups/rated_power"), n_mech = facts.units("power.mechanical");
  Box const blocks = place({230, 340, "Power blocks", with(count_of(n_blocks, power(block_w)), facts.text("/power/blocks/redundancy"))}, n_blocks * block_w, it, "highest power into the racks over the IT capacity of all blocks, spares included");
  Box const ups = place({230, 442, "UPS", with(count_of(n_ups, power(ups_w)), in_words(facts.text("/power/ups/mode")))}, n_ups * ups_w, it, "highest power into the racks over the rating of all modules, spares included");
  double const mech_va = facts.number("/power/mechanical/transformer/rating");
  Box const mech = place({640, 340, "Mechanical supply", count_of(n_mech, show(mech_va, "VA").text())}, n_mech * mech_va, cooling, "highest power of pumps, fans and chillers over the rating of all");
  Box cool{640, 442, "Cooling plant", "pumps, fans, chillers"};
  cool.used_text = "peak " + power(cooling);
  c.box(cool);
  c.line(board.middle() - 20, board.bottom(), blocks.middle(), blocks.y);
  c.line(board.middle() + 20, board.bottom(), mech.middle(), mech.y);
  c.line(blocks.middle(), blocks.bottom(), ups.middle(), ups.y);
  c.line(mech.middle(), mech.bottom(), cool.middle(), cool.y);
  auto const* pods = find_group(r, "ts_", true);
  auto const names = labels_of(pods, "pod");
  double x = 16, y = 560;
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) {
      std::string const id = pod.value("id", "");
      Json const rack = pod.value("rack", Json::object());
      double const n = pod.value("count", 0.0), design = rack.value("design_power", std::nan(""));
      auto const at = std::find(names.begin(), names.end(), id);
      double load = NAN;
      if (at != names.end()) {
        auto const watts = hourly(pods, "group_power", static_cast<std::size_t>(at - names.begin()));
        if (!watts.empty()) load = static_cast<double>(*std::max_element(watts.begin(), watts.end()));
      }
      if (x + kBoxWidth > kWidth) x = 16, y += 90;
      Box const b = place({x, y, "Racks: " + id, fmt::format("{} x {}", count_text(n), rack.value("title", ""))}, n * design, load, "highest power of the pod over the design power of its racks");
      if (y < 600) c.line(ups.middle(), ups.bottom(), b.middle(), b.y);
      x += kBoxWidth + 12;
    }
  double const busway = hours_bound(r, "power");
  c.text(20, y + 92, busway > 0 ? fmt::format("A part of the power chain sets the output in {} hours of the year.", count_text(busway)) : "No part of the power chain sets the output in any hour of the year.", "soft");
  return {"Single-line diagram", "Boxes stand for all units alike; the colour and the figure give the highest load of the steady year over their capacity. Dashed: redundant or standing by.", "Single-line diagram from the utility over main transformers, power blocks and UPS to the racks, with the mechanical supply beside it; the table below gives every figure.", c.svg(y + 140)};
}

std::string degrees(double v) { return std::isfinite(v) ? fmt::format("{:.1f} °C", v) : "?"; }

Picture cooling_loop(OptionView const& option, SiteFacts const& facts, Table& twin) {
  auto const& r = option.results;
  auto const* pods = find_group(r, "ts_", true);
  auto const names = labels_of(pods, "pod");
  Canvas c;
  auto note = [&](std::string const& what, double mean_c, double worst_c, std::string const& how) { twin.rows.push_back({text_cell(what), std::isfinite(mean_c) ? quantity_cell(mean_c, "degC") : number_cell("—"), std::isfinite(worst_c) ? quantity_cell(worst_c, "degC") : number_cell("—"), text_cell(how)}); };
  double const dry = mean(r, "dry_bulb"), dry_top = highest(r, "dry_bulb"), water = mean(r, "facility_water_supply"), water_top = highest(r, "facility_water_supply");
  note("Outdoor air, dry bulb", dry, dry_top, "weather of the run");
  note("Outdoor air, wet bulb", mean(r, "wet_bulb"), highest(r, "wet_bulb"), "weather of the run");
  note("Facility water to the distribution units", water, water_top, "column facility_water_supply");
  double liquid = 0, air = 0, air_in = NAN, air_top = NAN, tcs = NAN, tcs_top = NAN;  // highest heat of an hour, and supply temperatures
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) {
      auto const at = std::find(names.begin(), names.end(), pod.value("id", ""));
      if (at == names.end()) continue;
      auto const i = static_cast<std::size_t>(at - names.begin());
      auto const watts = hourly(pods, "group_power", i), supply = hourly(pods, "coolant_supply", i);
      double const share = pod.value("rack", Json::object()).value("liquid_fraction", 0.0);
      if (watts.empty() || supply.empty()) continue;
      double const top = static_cast<double>(*std::max_element(watts.begin(), watts.end()));
      liquid += share * top, air += (1 - share) * top;
      double sum = 0;
      for (float v : supply) sum += static_cast<double>(v);
      double const m = sum / static_cast<double>(supply.size()), t = static_cast<double>(*std::max_element(supply.begin(), supply.end()));
      (share > 0 ? tcs : air_in) = m;
      (share > 0 ? tcs_top : air_top) = std::isfinite(share > 0 ? tcs_top : air_top) ? std::max(share > 0 ? tcs_top : air_top, t) : t;
      note(fmt::format("{} into racks {}", share > 0 ? "Coolant" : "Air", pod.value("id", "")), m, t, "column coolant_supply");
    }
  auto unit = [&](double x, double y, std::string title, char const* component, char const* rating, double load) {
    double const n = facts.units(component), each = facts.number(rating);
    Box b{x, y, std::move(title), count_of(n, power(each))};
    if (std::isfinite(n) && each > 0 && std::isfinite(load) && load > 0) b.used = load / (n * each), b.used_text = fmt::format("{} of {}", power(load), power(n * each));
    else b.used_text = load > 0 ? "heat up to " + power(load) : "";
    c.box(b);
  };
  bool const has_liquid = liquid > 0;
  double cdus = 0;
  for (auto const& [component, n] : facts.all_units())
    if (component.starts_with("cooling.liquid.cdu")) cdus += n;
  double y = 40;
  if (has_liquid) {
    unit(20, y, "Heat rejection", "cooling.plant.heat_rejection", "/cooling/plant/heat_rejection/model/coil/rated_heat", liquid);
    double const each = facts.number("/cooling/liquid/cdu/model/rated_heat");
    Box cdu{364, y, "Coolant distribution units", count_of(cdus > 0 ? cdus : NAN, power(each))};
    if (cdus > 0) cdu.used = liquid / (cdus * each), cdu.used_text = fmt::format("{} of {}", power(liquid), power(cdus * each));
    c.box(cdu);
    Box racks{708, y, "Liquid-cooled racks", "heat into the coolant"};
    racks.used_text = "up to " + power(liquid);
    c.box(racks);
    for (double left : {20 + kBoxWidth, 364 + kBoxWidth}) {
      c.across(left, y + 12, left + 112, y + 12, "warm");
      c.across(left, y + 50, left + 112, y + 50, "cold");
    }
    c.text(308, y + 28, degrees(water), "soft", "middle"), c.text(308, y + 43, "worst " + degrees(water_top), "soft", "middle");
    c.text(652, y + 28, degrees(tcs), "soft", "middle"), c.text(652, y + 43, "worst " + degrees(tcs_top), "soft", "middle");
    c.text(20, y - 10, fmt::format("Outdoor air {} on average, up to {}", degrees(dry), degrees(dry_top)), "soft");
    unit(20, y + 110, "Trim chillers", "cooling.plant.trim_chiller", "/cooling/plant/trim_chiller/model/capacity", NAN);
    c.line(136, y + 110, 136, y + kBoxHeight, true, "cold");
    y += 220;
  }
  if (air > 0) {
    unit(20, y, "Chillers of the air loop", "cooling.plant.air_chiller", "/cooling/plant/air_chiller/model/capacity", air);
    unit(364, y, "Air handling units", "cooling.air.unit", "/cooling/air/unit/rated_heat", air);
    Box racks{708, y, "Heat into the hall air", "air-cooled racks and shares"};
    racks.used_text = "up to " + power(air);
    c.box(racks);
    for (double left : {20 + kBoxWidth, 364 + kBoxWidth}) {
      c.across(left, y + 12, left + 112, y + 12, "warm");
      c.across(left, y + 50, left + 112, y + 50, "cold");
    }
    c.text(308, y + 28, degrees(facts.number("/cooling/plant/chilled_water/supply")), "soft", "middle"), c.text(308, y + 43, "set point", "soft", "middle");
    c.text(652, y + 28, degrees(air_in), "soft", "middle"), c.text(652, y + 43, "worst " + degrees(air_top), "soft", "middle");
    y += 110;
  }
  return {"Cooling loop", "Highest heat of an hour over the rated heat of all units, spares included; temperatures as mean and worst hour. Flows and return temperatures are not in the result.", "Cooling loop: racks, coolant distribution units, heat rejection and chillers with their loads and temperatures; the table below gives every figure.", c.svg(y + 50)};
}

}  // namespace

Section diagrams_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "diagrams", "How the site is built", {}};
  Table power_table{"Loads of the single-line diagram", {{"part"}, {"units"}, {"highest load", true}, {"capacity", true}, {"used", true}, {"what is over what"}}, {}};
  section.blocks.emplace_back(single_line(option, facts, power_table));
  section.blocks.emplace_back(std::move(power_table));
  Table loop_table{"Temperatures of the cooling loop", {{"where"}, {"mean", true}, {"worst hour", true}, {"from"}}, {}};
  section.blocks.emplace_back(cooling_loop(option, facts, loop_table));
  section.blocks.emplace_back(std::move(loop_table));
  return section;
}

}  // namespace aif::reports
