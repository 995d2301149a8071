#include "sim/contingency/words.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "core/units.hpp"

namespace aif::sim {
namespace {

struct Noun {
  char const *prefix, *one, *many;  // of the kind; what follows the prefix in the name is the pod, tier or plant
};
constexpr std::array<Noun, 22> kNouns{{
    {"power.feeds", "utility feeder", "utility feeders"},
    {"power.main_transformer", "main transformer", "main transformers"},
    {"power.board", "main board section", "main board sections"},
    {"power.blocks", "power block", "power blocks"},
    {"power.ups", "UPS module", "UPS modules"},
    {"power.mechanical", "cooling supply transformer", "cooling supply transformers"},
    {"power.distribution.busway.", "busway run", "busway runs"},
    {"site.onsite.", "unit", "units"},
    {"cooling.liquid.cdu.", "coolant distribution unit", "coolant distribution units"},
    {"cooling.liquid.pump.", "coolant pump", "coolant pumps"},
    {"cooling.liquid.loop.", "coolant loop", "coolant loops"},
    {"cooling.plant.facility_pumps", "facility-water pump", "facility-water pumps"},
    {"cooling.plant.chilled_water.pumps", "chilled-water pump", "chilled-water pumps"},
    {"cooling.plant.heat_rejection", "heat-rejection unit", "heat-rejection units"},
    {"cooling.plant.trim_chiller", "trim chiller", "trim chillers"},
    {"cooling.plant.air_chiller", "air-side chiller", "air-side chillers"},
    {"cooling.plant.condenser_loop", "condenser cell", "condenser cells"},
    {"cooling.air.unit", "fan wall", "fan walls"},
    {"network.", "", ""},
    {"storage.", "rack", "racks"},
    {"pods.", "", ""},
    {"shared.", "shared part", "shared parts"},
}};

// Kind and its words: {"power.ups"} -> {"UPS module", "UPS modules"}.
std::pair<std::string, std::string> words_of(std::string const& kind) {
  if (kind.starts_with("workloads.")) {
    bool const back = kind.ends_with(".rollback");
    std::string const id = kind.substr(10, kind.rfind('.') - 10), text = (back ? "failed roll-out of " : "roll-out of ") + id;
    return {text, text};
  }
  for (auto const& n : kNouns) {
    if (!kind.starts_with(n.prefix)) continue;
    std::string const rest = kind.substr(std::string(n.prefix).size());
    if (kind.starts_with("network.")) {  // "scale_out.leaf"
      auto const dot = rest.find('.');
      std::string const layer = rest.starts_with("scale_out") ? "scale-out" : "front-end", part = dot == std::string::npos ? rest : rest.substr(dot + 1);
      std::string const noun = part == "cable" ? "cable" : part + " switch";
      return {layer + " " + noun, layer + " " + noun + (noun.ends_with("h") ? "es" : "s")};
    }
    if (kind.starts_with("pods.")) {  // "nvl-a.node"
      auto const dot = rest.rfind('.');
      std::string const noun = rest.substr(dot + 1), pod = rest.substr(0, dot);
      return {noun + " of " + pod, noun + "s of " + pod};
    }
    std::string const of = rest.empty() ? "" : (kind.starts_with("shared.") ? " " : " of ") + rest;
    return {n.one + of, n.many + of};
  }
  return {kind, kind};
}

}  // namespace

std::string spoken(std::string const& component) {
  auto const slash = component.rfind('/');
  auto const [one, many] = words_of(component.substr(0, slash));
  if (slash == std::string::npos) return one;
  auto const of = one.find(" of ");  // "coolant pump 3 of nvl-a"
  std::string const number = " " + component.substr(slash + 1);
  return of == std::string::npos ? one + number : one.substr(0, of) + number + one.substr(of);
}

std::string spoken_list(std::vector<std::string> const& components) {
  std::map<std::string, std::vector<std::string>> by_kind;
  std::vector<std::string> order;
  for (auto const& c : components) {
    std::string const kind = c.substr(0, c.rfind('/'));
    if (by_kind[kind].empty()) order.push_back(kind);
    by_kind[kind].push_back(c);
  }
  std::string out;
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto const& names = by_kind[order[i]];
    if (i > 0) out += i + 1 == order.size() ? " and " : ", ";
    out += names.size() == 1 ? spoken(names.front()) : fmt::format("{} {}", names.size(), words_of(order[i]).second);
  }
  return out;
}

void add_electrical_steps(std::vector<ChainStep>& chain, power::EventResult const& event, double start_s, int generators, int absent) {
  using power::EventWord;
  auto add = [&](double time_s, char const* component, std::string text) { chain.push_back({std::max(time_s - start_s, 0.0), component, std::move(text)}); };
  std::string started = absent > 0 ? fmt::format(", {} fail to start", absent) : std::string();
  for (std::size_t i = 0; i < event.notes.size(); ++i) {
    auto const& n = event.notes[i];
    switch (n.word) {
      case EventWord::on_battery:
        add(n.time_s, "power.ups", fmt::format("UPS on battery: {:.1f} min at this load", n.value / 60));
        break;
      case EventWord::locked_out:
        add(n.time_s, "power.ups", "UPS stay on battery until reset: too many transfers in a minute");
        break;
      case EventWord::generators_called:
        add(n.time_s, "site.onsite", fmt::format("{:.0f} generators are called{}", n.value, started));
        break;
      case EventWord::generators_ready:
        add(n.time_s, "site.onsite", fmt::format("{:.0f} of {} generators at speed", n.value, generators));
        break;
      case EventWord::on_generator:
        add(n.time_s, "site.onsite", "the board moves to the generators");
        break;
      case EventWord::generators_tripped:
        add(n.time_s, "site.onsite", fmt::format("generators trip at {:.1f} Hz", n.value));
        break;
      case EventWord::back_on_utility:
        add(n.time_s, "site.utility", "back on the utility");
        break;
      case EventWord::walk_in:
        add(n.time_s, "power.ups", "UPS begin to walk in");
        break;
      case EventWord::on_line:
        add(n.time_s, "power.ups", "UPS carried by their input again");
        break;
      case EventWord::mechanical_back:
        add(n.time_s, "power.mechanical", fmt::format("pumps and fans at full power again, {:.0f} s after they lost it", n.value));
        break;
      case EventWord::overload:
        add(n.time_s, "power.ups", fmt::format("UPS overloaded to {:.0f} % trip", 100 * n.value));
        break;
      case EventWord::battery_empty:
        add(n.time_s, "power.ups", "UPS batteries are empty");
        break;
      case EventWord::block_lost:
        add(n.time_s, "power.blocks", "racks draw from their other block where they have one");
        break;
      case EventWord::racks_dark:
        add(n.time_s, "power", fmt::format("{:.0f} % of the racks lose power", 100 * n.value));
        break;
      case EventWord::row_shed: {  // all rows of this moment and this pod
        std::string const pod = n.name.substr(0, n.name.rfind(" row "));
        double watts = n.value;
        std::size_t last = i;
        while (last + 1 < event.notes.size() && event.notes[last + 1].word == EventWord::row_shed && event.notes[last + 1].time_s == n.time_s &&
               event.notes[last + 1].name.starts_with(pod + " row "))
          watts += event.notes[++last].value;
        std::string const to = last > i ? " to " + event.notes[last].name.substr(event.notes[last].name.rfind(' ') + 1) : "";
        add(n.time_s, "power", fmt::format("{}{} switched off, {}: the generators cannot carry it", n.name, to, format_quantity(watts, Kind::power, 3)));
        i = last;
        break;
      }
    }
  }
}

}  // namespace aif::sim
