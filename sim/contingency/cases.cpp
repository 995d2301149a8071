#include "sim/contingency/cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

#include "models/power/redundancy.hpp"

namespace aif::sim {
namespace {

// Units that stand in for each other; rooms number them group by group.
int group_size_of(Facility const& f, std::string const& name, int units) {
  if (name == "power.blocks") {
    auto const r = power::parse_redundancy(f.power.params.plant.blocks.redundancy).value_or(power::Redundancy{});
    return r.kind == power::Redundancy::Kind::ratio ? r.of : r.kind == power::Redundancy::Kind::two_n ? 2 : units;
  }
  if (name == "power.ups") return std::max(1, units / std::max(1, f.power.params.plant.blocks.count));
  for (auto const& g : f.cooling->groups) {
    if (name == "cooling.liquid.cdu." + g.data.id) return std::max(1, g.cdus_per_loop);
    if (name == "cooling.liquid.pump." + g.data.id) return f.cooling->params.liquid.loop.pumps.units;
    if (name == "cooling.liquid.loop." + g.data.id) return 1;
  }
  return units;
}

bool is_fleet(std::string const& name) {
  return name.starts_with("pods.") || name.starts_with("network.") || name.starts_with("storage.") || name.starts_with("workloads.");
}

// The generator plant, if the site has one: its id, units, spares by its redundancy word, and the chance that a unit is not there when it is called.
struct Standby {
  std::string id;
  int units = 0, spares = 0;
  double absent = 0, common = 0;
};
Standby standby_of(Facility const& f, std::vector<ComponentClass> const& classes) {
  Standby s;
  for (auto const& source : f.power.params.onsite)
    if (auto const* g = std::get_if<power::GeneratorParams>(&source)) {
      auto const r = power::parse_redundancy(g->redundancy).value_or(power::Redundancy{});
      s = {g->id, g->units, g->units - static_cast<int>(std::lround(power::usable_units(r, g->units))), g->fail_to_start_frac,
           g->fail_to_start_frac * g->common_start_frac};
    }
  for (auto const& c : classes)
    if (c.name == "site.onsite." + s.id) s.absent += c.rate_per_year * c.repair_s / kYear;
  return s;
}

int total_units(std::vector<ComponentClass> const& classes, ComponentClass const& of) {
  int sum = 0;
  for (auto const& c : classes) sum += c.name == of.name && c.kind == of.kind && c.common_cause == of.common_cause ? c.units : 0;
  return sum;
}

// Shared parts that hang on several units, some of them in this group: what goes with a pair depends on which pair it is.
std::vector<std::string> fed_together(Facility const& f, ComponentClass const& c, int group) {
  std::vector<std::string> out;
  for (auto const& s : f.shared) {
    bool const here = s.fed_by.size() > 1 && std::any_of(s.fed_by.begin(), s.fed_by.end(), [&](std::string const& feeder) {
      auto const slash = feeder.rfind('/');
      return slash != std::string::npos && feeder.compare(0, slash, c.name) == 0 && std::atoi(feeder.c_str() + slash + 1) / c.group_size == group;
    });
    if (here) out.push_back("feeds " + s.id);
  }
  return out;
}

// Members that are whole groups, one after the other.
bool whole_groups(ComponentClass const& c) {
  for (std::size_t i = 0; i < c.members.size(); ++i)
    if (c.members[i] % c.group_size != static_cast<int>(i) % c.group_size) return false;
  return true;
}

// Classes of one kind, by what else goes when a unit goes, or when more of its group go.
std::vector<ComponentClass> split_by_dependents(Facility const& f, ComponentClass const& whole) {
  std::map<std::vector<std::string>, std::vector<int>> alike;
  for (int k = 0; k < whole.units; ++k) {
    auto dependents = with_dependents(f, {whole.unit(k)});
    std::erase(dependents, whole.unit(k));
    for (auto& together : fed_together(f, whole, k / whole.group_size)) dependents.push_back(std::move(together));
    alike[std::move(dependents)].push_back(k);
  }
  auto const is_plain = [](std::vector<std::string> const& key) {
    return std::none_of(key.begin(), key.end(), [](auto const& name) { return name.starts_with("feeds "); });
  };
  if (alike.size() == 1) {
    ComponentClass all = whole;
    all.groups_alike = is_plain(alike.begin()->first);
    return {all};
  }
  std::vector<ComponentClass> parts;
  for (auto const& [dependents, members] : alike) {
    ComponentClass part = whole;
    part.members = members;
    part.units = static_cast<int>(members.size());
    part.label = part.unit(0);
    part.groups_alike = is_plain(dependents) && whole_groups(part);
    parts.push_back(std::move(part));
  }
  return parts;
}

// Two units of one group, and the share of all such pairs that cost the same.
struct PairKind {
  std::vector<std::string> two;
  std::string label;
  double share = 0;
};

std::vector<PairKind> pairs_of(Facility const& f, ComponentClass const& c, int total) {
  std::map<std::vector<std::string>, PairKind> by_dependents;
  for (int k = 0; k < c.units; ++k) {
    int const number = c.number(k), first = number / c.group_size * c.group_size, size = std::min(c.group_size, total - first);
    for (int j = 1; j < size; ++j) {
      int const other = first + (number - first + j) % size;
      std::vector<std::string> const two{c.unit(k), fmt::format("{}/{}", c.name, other)};
      if (f.shared.empty()) return {{two, c.label, 1}};
      auto also = with_dependents(f, two);
      std::erase_if(also, [&](std::string const& name) { return name == two[0] || name == two[1]; });
      auto& kind = by_dependents[std::move(also)];
      if (kind.two.empty()) kind = {two, fmt::format("{}/{}+{}", c.name, std::min(number, other), std::max(number, other)), 0};
      kind.share += 1.0 / (c.units * (size - 1));
    }
  }
  std::vector<PairKind> out;
  for (auto& [also, kind] : by_dependents) out.push_back(std::move(kind));
  std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.share > b.share; });
  if (!out.empty()) out.front().label = c.label;  // what most pairs do has the name of them all
  return out;
}

}  // namespace

bool has_common_cause(std::vector<ComponentClass> const& classes, std::string const& name) {
  return std::any_of(classes.begin(), classes.end(), [&](auto const& c) { return c.name == name && !c.common_cause.empty(); });
}

std::string ComponentClass::unit(int k) const {
  return name.starts_with("shared.") || name.starts_with("workloads.") ? name : fmt::format("{}/{}", name, number(k));
}

std::string case_name(OutageCase const& what) { return fmt::format("{} {}", what.label, enum_name(what.kind)); }

bool matches(OutageCase const& what, std::string const& name) {
  return name == what.component || name == what.label || name == case_name(what) || what.component.starts_with(name + ".");
}

double binomial_tail(int n, int k, double p) {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  double sum = 0;
  for (int i = k; i <= n; ++i)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) + i * std::log(p) + (n - i) * std::log1p(-std::min(p, 1 - 1e-15)));
  return std::min(sum, 1.0);
}

std::vector<ComponentClass> component_classes(Facility const& f, ReliabilityParams const& rates) {
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known;
  std::vector<ComponentClass> out;
  for (auto const& o : list_outages(f, rates)) {
    std::string const name = o.component.substr(0, o.component.rfind('/'));
    auto const [at, is_new] = known.try_emplace({name, o.kind, o.common_cause}, out.size());
    if (!is_new) {
      out[at->second].units += o.units;
      continue;
    }
    out.push_back({name, name, o.kind, o.common_cause, o.units, 1, o.rate_per_year, o.repair_s, o.source, is_fleet(name), {}});
  }
  for (auto& c : out) c.group_size = group_size_of(f, c.name, c.units);
  if (f.shared.empty()) return out;
  std::vector<ComponentClass> split;
  for (auto const& c : out) {
    if (c.is_fleet || !c.common_cause.empty())
      split.push_back(c);
    else
      for (auto& part : split_by_dependents(f, c)) split.push_back(std::move(part));
  }
  return split;
}

std::vector<OutageCase> list_cases(Facility const& f, ReliabilityParams const& rates, std::vector<ComponentClass> const& classes) {
  auto const& ops = rates.operations;
  std::vector<OutageCase> cases;
  for (auto const& c : classes) {
    if (!c.common_cause.empty()) {
      OutageCase all{c.name, c.label, CaseKind::common_cause, {}, 1, c.rate_per_year, c.repair_s, c.source};
      for (int k = 0; k < c.units; ++k) all.out.push_back(c.unit(k));
      cases.push_back(all);
      if (Standby const s = standby_of(f, classes); c.common_cause == "utility" && s.units > s.spares) {
        OutageCase more = all;
        more.kind = CaseKind::start_failure;
        for (int k = 0; k <= s.spares; ++k) more.out.push_back(fmt::format("site.onsite.{}/{}", s.id, k));
        more.events_per_year *= binomial_tail(s.units, s.spares + 1, s.absent) + s.common;
        more.source += fmt::format("; {} of {} generators absent with {:.2g} each", s.spares + 1, s.units, s.absent);
        cases.push_back(std::move(more));
      }
      continue;
    }
    CaseKind const kind = c.kind == "maintenance" ? CaseKind::maintenance : c.kind == "restart" ? CaseKind::restart : CaseKind::failure;
    double const any = c.rate_per_year * c.units;
    cases.push_back({c.name, c.label, kind, {c.unit(0)}, c.units, any, c.repair_s, c.source});
    bool const is_common = kind == CaseKind::failure && ops.common_cause_frac > 0 && !has_common_cause(classes, c.name),
               is_error = kind == CaseKind::maintenance && ops.human_error_frac > 0;
    if (c.is_fleet || !(is_common || is_error)) continue;
    for (auto const& pair : pairs_of(f, c, total_units(classes, c))) {
      std::string const share = pair.share < 1 - 1e-9 ? fmt::format(", {:.3g} of them so", pair.share) : std::string();
      if (is_common)
        cases.push_back({c.name, pair.label, CaseKind::pair, pair.two, c.units, any * ops.common_cause_frac * pair.share, c.repair_s,
                         c.source + fmt::format("; {:.3g} of failures take a second unit{}", ops.common_cause_frac, share)});
      else
        cases.push_back({c.name, pair.label, CaseKind::human_error, pair.two, c.units, any * ops.human_error_frac * pair.share, ops.error_repair_s,
                         fmt::format("{:.3g} of planned works{}", ops.human_error_frac, share)});
    }
  }
  if (ops.dips_per_s > 0)
    cases.push_back({"site.utility", "site.utility", CaseKind::dip, {}, 1, ops.dips_per_s * kYear, ops.dip_duration_s, "reliability.operations.dips"});
  return cases;
}

}  // namespace aif::sim
