// Network and storage as built, and the hours in which they set the output.
#include <fmt/format.h>

#include <cmath>

#include "reports/report_model.hpp"
#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

Cell count_cell(double n) { return number_cell(std::isfinite(n) && n > 0 ? count_text(n) : "—"); }

Table fabric_table(sim::Results const& r, SiteFacts const& facts) {
  Table table{"Networks", {{"fabric"}, {"kind"}, {"switch"}, {"port rate", true}, {"oversubscription", true}, {"usable share", true}, {"leaf switches", true}, {"spine switches", true}, {"cables", true}, {"hours that it sets the output", true}}, {}};
  for (char const* id : {"scale_out", "frontend"}) {
    std::string const at = fmt::format("/network/{}", id), part = fmt::format("network.{}", id);
    if (facts.at(at).is_null()) continue;
    double const rate = facts.number(at + "/fabric/switch/port_rate");
    table.rows.push_back({text_cell(in_words(id)), text_cell(in_words(facts.text(at + "/fabric/type"))), text_cell(facts.text(at + "/fabric/switch/id")), number_cell(std::isfinite(rate) ? fmt::format("{:g} Gbit/s", rate * 8 / 1e9) : "—"),
                          number_cell(number_text(facts.number(at + "/oversubscription"))), number_cell(percent_text(facts.number(at + "/usable"))), count_cell(facts.units(part + ".leaf")), count_cell(facts.units(part + ".spine")),
                          count_cell(facts.units(part + ".cable")), number_cell(count_text(hours_bound(r, part)))});
  }
  return table;
}

Table storage_table(sim::Results const& r, SiteFacts const& facts) {
  Table table{"Storage", {{"tier"}, {"kind"}, {"racks", true}, {"capacity", true}, {"read", true}, {"write", true}, {"latency", true}, {"hours that it sets the output", true}}, {}};
  for (auto const& tier : facts.at("/storage/tiers")) {
    Json const type = tier.value("type", Json::object());
    auto own = [&](char const* key) { double const v = tier.value(key, 0.0); return v > 0 ? v : type.value(key, std::nan("")); };  // 0: as the type says
    auto rate = [](double v) { return number_cell(std::isfinite(v) ? fmt::format("{:g} GB/s", v / 1e9) : "—"); };
    table.rows.push_back({text_cell(tier.value("id", "")), text_cell(in_words(type.value("kind", ""))), number_cell(count_text(tier.value("racks", 0.0))), quantity_cell(own("capacity"), "B"), rate(own("read")), rate(own("write")), quantity_cell(type.value("latency", std::nan("")), "s"),
                          number_cell(count_text(hours_bound(r, "storage." + tier.value("id", ""))))});
  }
  return table;
}

}  // namespace

std::vector<Section> plant_sections(OptionView const& option, SiteFacts const& facts) {
  std::vector<Section> sections;
  Section links{option.prefix() + "network", "Network and storage", {}};
  if (Table t = fabric_table(option.results, facts); !t.rows.empty()) links.blocks.emplace_back(std::move(t));
  if (Table t = storage_table(option.results, facts); !t.rows.empty()) links.blocks.emplace_back(std::move(t));
  double const hours = hours_bound(option.results, "network") + hours_bound(option.results, "storage");
  if (!links.blocks.empty()) {
    links.blocks.emplace_back(Paragraph{hours > 0 ? fmt::format("Network or storage sets the output in {} hours of the steady year.", count_text(hours)) : "Neither network nor storage sets the output in any hour of the steady year; their time is in every step all the same.", "note"});
    sections.push_back(std::move(links));
  }
  return sections;
}

}  // namespace aif::reports
