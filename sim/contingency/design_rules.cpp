// Design rules: what a reviewer of the drawings would mark, found on the same graph and in the same coupled results as the ranking.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "models/power/outages.hpp"
#include "models/power/redundancy.hpp"
#include "sim/contingency/contingency.hpp"
#include "sim/contingency/words.hpp"

namespace aif::sim {
namespace {

constexpr double kGrave = 0.10;     // share of an hour's tokens above which a single point is an error (assumption)
constexpr double kNotable = 1e-3;   // below: in the ranking, not among the findings
constexpr double kOverhead = 0.25;  // cooling and losses on top of IT above the blocks, as power/outages.hpp

class Review {
 public:
  Review(Facility const& f, ContingencyReport const& r) : f_(f), r_(r) {}

  std::vector<DesignFinding> run() {
    single_points();
    supply_graph();
    generators();
    cooling_spares();
    shared_parts();
    maintenance();
    ride_through();
    std::stable_sort(found_.begin(), found_.end(), [](auto const& a, auto const& b) { return rank(a.severity) < rank(b.severity); });
    return std::move(found_);
  }

 private:
  static int rank(std::string const& severity) { return severity == "error" ? 0 : severity == "warn" ? 1 : 2; }
  void add(std::string rule, std::string severity, std::string component, std::string text, std::string fix) {
    found_.push_back({std::move(rule), std::move(severity), std::move(component), std::move(text), std::move(fix)});
  }
  static bool is_plant(std::string const& c) {
    return c.starts_with("power.") || c.starts_with("site.onsite.") || c.starts_with("cooling.") || c.starts_with("network.") || c.starts_with("storage.");
  }

  void single_points() {
    for (auto const& o : r_.outages) {
      if (o.what.kind != CaseKind::failure || !is_plant(o.what.component)) continue;
      double const lost = std::max(o.worst_frac, o.transient.tripped_frac);
      if (lost <= kNotable) continue;
      bool const only_trips = o.worst_frac <= kNotable;
      std::string const with = o.also_out.empty() ? "" : " (and with it " + spoken_list(o.also_out) + ")";
      add("single_point", lost >= kGrave ? "error" : "warn", o.what.component,
          only_trips ? fmt::format("{}{} lost: {:.1f} % of the racks switch off before the others take over", spoken(o.what.out.front()), with,
                                   100 * o.transient.tripped_frac)
                     : fmt::format("{}{} lost: up to {:.1f} % of the tokens, in {:.0f} % of the hours; {} binds", spoken(o.what.out.front()), with,
                                   100 * o.worst_frac, 100 * o.hours_frac, o.binding),
          "a spare, a second path, or the load split so that less hangs on one unit");
    }
  }

  // At rated rack power, by maximum flow through the supply: what the label promises against what the graph holds.
  void supply_graph() {
    auto const verdict = power::assess_supply(f_.power.params, power_loads(f_.groups), kOverhead);
    std::map<std::string, std::pair<int, double>> kinds;  // units, largest loss
    for (auto const& p : verdict.single_points) {
      auto& [units, lost] = kinds[p.component.substr(0, p.component.rfind('/'))];
      ++units;
      lost = std::max(lost, p.lost_frac);
    }
    auto const& blocks = f_.power.params.plant.blocks;
    for (auto const& [kind, value] : kinds) {
      bool const promised = kind == "power.blocks" && blocks.redundancy != "N";
      add(promised || value.first > 1 ? "survivors_overloaded" : "single_point", promised ? "error" : "warn", kind,
          promised          ? fmt::format("{} promises to stand the loss of a block; at rated rack power the survivors cannot carry {:.1f} % of the racks",
                                          blocks.redundancy, 100 * value.second)
          : value.first > 1 ? fmt::format("at rated rack power the loss of any of {} {} leaves {:.1f} % of the racks without supply", value.first,
                                          spoken(kind) + "s", 100 * value.second)
                            : fmt::format("at rated rack power {:.1f} % of the racks hang on one {}", 100 * value.second, spoken(kind)),
          promised ? "more or larger blocks, fewer racks a block, or a weaker word with caps that are meant"
                   : "a further or larger unit beside it, or caps that are meant");
    }
    if (verdict.carried_frac < 1 - 1e-6)
      add("survivors_overloaded", "warn", "power",
          fmt::format("with everything in service the supply carries {:.1f} % of the rated rack power: caps hold the rest", 100 * verdict.carried_frac),
          "a larger connection or more blocks, or an oversubscription that is meant");
  }

  void generators() {
    if (f_.power.generator_w <= 0) {
      add("single_point", "warn", "site.utility", "no generators: the site is dark when the utility is away longer than the batteries last",
          "generators, a longer battery, or an agreed shutdown");
      return;
    }
    for (auto const& o : r_.outages)
      if (o.what.kind == CaseKind::common_cause && o.what.component == "power.feeds" && o.worst_frac > kNotable)
        add("survivors_overloaded", "warn", "site.onsite",
            fmt::format("without utility the generators carry all but {:.1f} % of the tokens of the worst hour", 100 * o.worst_frac),
            "more units, or say with priorities what is shed");
  }

  void cooling_spares() {
    auto const& c = *f_.cooling;
    for (auto const& g : c.groups) {
      if (g.cdus_per_loop <= 0) continue;
      int const needed = g.cdus_needed / std::max(1, g.loops);
      if (g.cdus_per_loop < needed)
        add("survivors_overloaded", "error", "cooling.liquid.cdu." + g.data.id,
            fmt::format("a loop of {} has {} distribution units and needs {} at rated heat", g.data.id, g.cdus_per_loop, needed), "more units a loop");
      else if (g.cdus_per_loop == needed && c.params.liquid.cdu.redundancy != "N")
        add("survivors_overloaded", "error", "cooling.liquid.cdu." + g.data.id,
            fmt::format("{} is promised, but a loop of {} has no unit more than the {} it needs", c.params.liquid.cdu.redundancy, g.data.id, needed),
            "set cooling.liquid.cdu.per_row to needed + spares");
      if (g.loops == 1 && g.data.racks > 1)
        add("single_point", "info", "cooling.liquid.loop." + g.data.id,
            fmt::format("all {} racks of {} are taken to be on one coolant loop", g.data.racks, g.data.id),
            "say with cooling.liquid.cdu.loop_racks how many racks share a loop");
    }
  }

  // Panels, corridors, controllers: do they defeat what the redundancy words promise?
  void shared_parts() {
    if (f_.shared.empty()) {
      add("not_declared", "info", "reliability.shared",
          "no panels, controllers or corridors are declared: what components share beyond the model is not known, so it was not checked",
          "declare them under reliability.shared with what they take and what feeds them");
      return;
    }
    std::string const word = f_.power.params.plant.blocks.redundancy;
    for (auto const& s : f_.shared) {
      std::map<std::string, int> kinds;
      for (auto const& name : with_dependents(f_, {"shared." + s.id}))
        if (!name.starts_with("shared.")) ++kinds[name.substr(0, name.rfind('/'))];
      auto const at = std::find_if(r_.outages.begin(), r_.outages.end(), [&](auto const& o) { return o.what.component == "shared." + s.id; });
      double const lost = at == r_.outages.end() ? 0.0 : std::max(at->worst_frac, at->transient.tripped_frac);
      std::string list;
      for (auto const& [kind, n] : kinds) list += fmt::format("{}{} of {}", list.empty() ? "" : ", ", n, kind);
      bool const takes_both = std::any_of(kinds.begin(), kinds.end(), [](auto const& k) { return k.second > 1; });
      if ((s.kind == SharedKind::corridor || s.kind == SharedKind::room) && takes_both)
        add("common_corridor", lost > kNotable ? "error" : "warn", "shared." + s.id,
            fmt::format("{} `{}` carries {}: units that stand in for each other go together; {:.1f} % of the tokens in the worst hour", enum_name(s.kind), s.id,
                        list, 100 * lost),
            "separate routes or fire compartments");
      else if (lost > kNotable)
        add("undone_redundancy", lost >= kGrave ? "error" : "warn", "shared." + s.id,
            fmt::format("power is built {}, but {} `{}` takes {}: up to {:.1f} % of the tokens{}", word, enum_name(s.kind), s.id, list, 100 * lost,
                        at->transient.ride.seconds_to_trip_s < 1e9 ? fmt::format(", racks switch off after {:.0f} s", at->transient.ride.seconds_to_trip_s)
                                                                   : std::string()),
            "feed the redundant units from different panels and controllers, and panels from two blocks (fed_by)");
    }
  }

  void maintenance() {
    for (auto const& o : r_.outages)
      if (o.what.kind == CaseKind::maintenance && is_plant(o.what.component) && o.worst_frac > kNotable)
        add("maintenance", "warn", o.what.component,
            fmt::format("planned work on {} costs up to {:.1f} % of the tokens; {} binds", spoken(o.what.out.front()), 100 * o.worst_frac, o.binding),
            "do it in the hours of least demand, or add a spare");
  }

  void ride_through() {
    for (auto const& o : r_.outages) {
      bool const grid = o.what.kind == CaseKind::dip || (o.what.kind == CaseKind::common_cause && o.what.component == "power.feeds");
      if (!grid) continue;
      if (o.transient.tripped_frac > 0)
        add("ride_through", "error", o.what.component,
            fmt::format("{}: {:.1f} % of the tokens' racks switch off after {:.0f} s; cooling is without power for {:.0f} s",
                        o.what.kind == CaseKind::dip ? "a voltage dip" : "loss of the utility", 100 * o.transient.tripped_frac,
                        o.transient.ride.seconds_to_trip_s, o.transient.cooling_gap_s),
            "pumps and fans on the UPS (cooling.transient), a buffer tank, faster generators");
      else if (std::isfinite(o.transient.ride.seconds_to_throttle_s))
        add("ride_through", "warn", o.what.component,
            fmt::format("{}: devices slow down after {:.0f} s while cooling is without power for {:.0f} s",
                        o.what.kind == CaseKind::dip ? "a voltage dip" : "loss of the utility", o.transient.ride.seconds_to_throttle_s,
                        o.transient.cooling_gap_s),
            "pumps and fans on the UPS (cooling.transient), or a buffer tank");
    }
  }

  Facility const& f_;
  ContingencyReport const& r_;
  std::vector<DesignFinding> found_;
};

}  // namespace

std::vector<DesignFinding> check_design(Facility const& facility, ContingencyReport const& report) { return Review(facility, report).run(); }

}  // namespace aif::sim
