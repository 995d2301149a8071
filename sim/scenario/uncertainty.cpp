#include "sim/scenario/uncertainty.hpp"

#include <date/date.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "core/field_numbers.hpp"

namespace aif::sim {
namespace {

constexpr std::string_view kModelError = "model_error.";
constexpr std::string_view kFamilies[] = {"tpot", "ttft", "power_gpu", "step_time"};  // sim/facility/model_error.hpp
constexpr double kLongestDelay = 3650 * 86400.0;

struct Place {
  FieldInfo info;
  double value;
  bool is_whole;
};

std::map<std::string, Place> places_of(Scenario const& scenario) {
  std::map<std::string, Place> out;
  Scenario copy = scenario;
  for_each_number(copy, FieldInfo{}, "", [&](std::string const& path, FieldInfo const& info, NumberRef number) { out[path] = {info, number.get(), number.is_whole()}; });
  return out;
}

// The parameters that a shape takes, in the order of Uncertain::params.
struct Parameter {
  char const* name;
  std::string UncertainParams::*text;
};
std::vector<std::vector<Parameter>> shapes_of(DistKind dist) {
  using P = UncertainParams;
  switch (dist) {
    case DistKind::normal: return {{{"mean", &P::mean}, {"sd", &P::sd}}, {{"p10", &P::p10}, {"p90", &P::p90}}};
    case DistKind::lognormal: return {{{"p10", &P::p10}, {"p90", &P::p90}}};
    case DistKind::uniform: return {{{"low", &P::low}, {"high", &P::high}}};
    case DistKind::triangular: return {{{"low", &P::low}, {"mode", &P::mode}, {"high", &P::high}}};
    case DistKind::discrete: return {{}};
  }
  return {{}};
}

class BlockReader {
 public:
  BlockReader(Scenario const& scenario, DiagnosticList& problems) : scenario_(scenario), places_(places_of(scenario)), problems_(problems) {}

  void read(UncertainParams const& u, std::string const& where, std::vector<UncertainInput>& out) {
    where_ = where;
    UncertainInput input;
    if (!find_target(u, input) || !read_parameters(u, input)) return;
    input.uncertain.source = u.source.empty() ? "scenario" : u.source;
    input.uncertain.group = u.group;
    out.push_back(std::move(input));
  }

 private:
  bool fail(std::string const& code, std::string const& key, std::string message, std::string hint = {}, std::string detail = {}) {
    Diagnostic d;
    d.code = code, d.path = where_ + "." + key, d.message = std::move(message), d.hint = std::move(hint), d.detail = std::move(detail);
    problems_.add(std::move(d));
    return false;
  }

  bool find_target(UncertainParams const& u, UncertainInput& input) {
    input.uncertain.path = u.path;
    if (u.path.starts_with(kModelError)) {
      std::string const family = u.path.substr(kModelError.size());
      std::vector<std::string> const known(std::begin(kFamilies), std::end(kFamilies));
      if (std::find(known.begin(), known.end(), family) == known.end()) {
        std::string const near = did_you_mean(family, known);
        return fail("AF1025", "path", fmt::format("there is no model error `{}`", family), near.empty() ? "" : fmt::format("did you mean `{}{}`?", kModelError, near),
                    fmt::format("families: {}", fmt::join(known, ", ")));
      }
      input.effect = UncertainInput::Effect::model_error;
      input.nominal = 1, input.low = 0.01, input.high = 100;
      return true;
    }
    for (auto const& phase : scenario_.phases)
      if (u.path == "phases." + phase.id + ".date") {
        input.effect = UncertainInput::Effect::delay;
        input.kind = Kind::duration, input.low = -kLongestDelay, input.high = kLongestDelay;
        return true;
      }
    return find_number(u, input);
  }

  bool find_number(UncertainParams const& u, UncertainInput& input) {
    std::vector<std::string> fits;
    if (places_.count(u.path)) fits.push_back(u.path);
    for (auto const& [path, place] : places_)
      if (fits.empty() || fits.front() != u.path)
        if (path.ends_with("." + u.path)) fits.push_back(path);
    if (fits.size() > 1) return fail("AF1014", "path", fmt::format("the path `{}` fits several places", u.path), "write it from the root", fmt::format("it could be {}", fmt::join(fits, ", ")));
    if (fits.empty()) {
      std::vector<std::string> known;
      for (auto const& [path, place] : places_) known.push_back(path);
      std::string const near = did_you_mean(u.path, known);
      return fail("AF1025", "path", fmt::format("`{}` is no number of the scenario", u.path), near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    }
    auto const& place = places_.at(fits.front());
    input.uncertain.path = fits.front();
    input.kind = place.info.kind, input.low = place.info.low, input.high = place.info.high;
    input.nominal = place.value, input.is_whole = place.is_whole;
    input.places = {fits.front()};
    return true;
  }

  bool quantity(std::string const& text, Kind kind, char const* key, double& si) {
    auto const q = parse_quantity(text, kind);
    if (!q.error.empty()) return fail("AF1027", key, q.error, q.hint);
    si = q.si;
    return true;
  }

  bool read_parameters(UncertainParams const& u, UncertainInput& input) {
    auto& out = input.uncertain;
    out.dist = u.dist;
    std::string const word(enum_name(u.dist));
    if (u.dist == DistKind::discrete) {
      if (u.values.empty()) return fail("AF1027", "dist", "a discrete distribution needs its values", "write `values: [ ... ]`");
      for (auto const& text : u.values) {
        double si = 0;
        if (!quantity(text, input.kind, "values", si)) return false;
        out.params.push_back(si);
      }
      return true;
    }
    auto const shapes = shapes_of(u.dist);
    auto const is_given = [&](auto const& shape) { return std::all_of(shape.begin(), shape.end(), [&](Parameter const& p) { return !(u.*p.text).empty(); }); };
    auto const shape = std::find_if(shapes.begin(), shapes.end(), is_given);
    if (shape == shapes.end()) {
      std::vector<std::string> ways;
      for (auto const& way : shapes) {
        std::vector<std::string> names;
        for (auto const& p : way) names.emplace_back(p.name);
        ways.push_back(fmt::format("{}", fmt::join(names, ", ")));
      }
      return fail("AF1027", "dist", fmt::format("a {} distribution is given by {}", word, fmt::join(ways, ", or by ")), "add what is missing");
    }
    for (auto const& p : *shape) {
      // A spread of temperatures is a difference.
      Kind const kind = std::string_view(p.name) == "sd" && input.kind == Kind::temperature ? Kind::temperature_difference : input.kind;
      double si = 0;
      if (!quantity(u.*p.text, kind, p.name, si)) return false;
      out.params.push_back(si);
    }
    return in_order(u, input, shape->front().name, shape->back().name);
  }

  bool in_order(UncertainParams const& u, UncertainInput& input, char const* first, char const* last) {
    auto& p = input.uncertain.params;
    if (std::string_view(last) == "sd") {
      if (p[1] <= 0) return fail("AF1027", "sd", "a standard deviation is positive");
      return inside(input);
    }
    if (!(p.front() < p.back()) || (p.size() == 3 && (p[1] < p[0] || p[1] > p[2])))
      return fail("AF1027", last, p.size() == 3 ? std::string("low, mode and high are not in this order") : fmt::format("{} does not lie above {}", last, first),
                  p.size() == 3 ? "low <= mode <= high" : fmt::format("{} < {}", first, last));
    if (u.dist == DistKind::lognormal && p[0] <= 0) return fail("AF1027", "p10", "a lognormal value is positive", "use `normal` for values that cross zero");
    if (u.dist == DistKind::normal) {  // from two quantiles
      double const mean = 0.5 * (p[0] + p[1]);
      p = {mean, (p[1] - mean) / normal_quantile(0.9)};
    }
    return inside(input);
  }

  // The middle of the distribution must be possible; what its tails leave is cut.
  bool inside(UncertainInput const& input) {
    double const middle = quantile(input.uncertain, 0.5);
    if (middle >= input.low && middle <= input.high) return true;
    return fail("AF1027", "dist", fmt::format("the middle of the distribution, {}, lies outside the range of the value", format_quantity(middle, input.kind)),
                fmt::format("{} to {}", format_quantity(input.low, input.kind), format_quantity(input.high, input.kind)));
  }

  Scenario const& scenario_;
  std::map<std::string, Place> places_;
  DiagnosticList& problems_;
  std::string where_;
};

// Key of a leaf within the library entry that fills it: the longest path above the leaf that names the entry.
std::string key_in_entry(Origins const& origins, std::string const& path, std::string const& entry) {
  for (auto dot = path.rfind('.'); dot != std::string::npos; dot = dot == 0 ? std::string::npos : path.rfind('.', dot - 1)) {
    auto const* chain = find_origin(origins, path.substr(0, dot));
    if (chain && std::any_of(chain->begin(), chain->end(), [&](Origin const& o) { return !o.source && o.reference == entry; })) return path.substr(dot + 1);
  }
  return path;
}

std::vector<UncertainInput> library_ranges(LoadedScenario const& loaded, std::set<std::string> const& taken) {
  std::vector<UncertainInput> out;
  std::map<std::string, std::size_t> by_draw;
  for (auto const& [path, place] : places_of(loaded.value)) {
    auto const* chain = find_origin(loaded.origins, path);
    if (!chain || !chain->back().source || taken.count(path)) continue;
    auto const& origin = chain->back();
    if (!(origin.source->low < origin.source->high) || place.value < origin.source->low || place.value > origin.source->high) continue;
    std::string const draw = origin.reference + "#" + key_in_entry(loaded.origins, path, origin.reference);
    if (auto const it = by_draw.find(draw); it != by_draw.end()) {
      out[it->second].places.push_back(path);
      continue;
    }
    by_draw[draw] = out.size();
    UncertainInput input;
    input.uncertain = {path, DistKind::triangular, {origin.source->low, place.value, origin.source->high}, evidence_of(origin.source->evidence), origin.source->text, draw};
    input.kind = place.info.kind, input.is_whole = place.is_whole;
    input.low = place.info.low, input.high = place.info.high, input.nominal = place.value;
    input.places = {path};
    input.entry = origin.reference;
    out.push_back(std::move(input));
  }
  return out;
}

// Of the models that the scenario uses and whose error the block does not give itself.
void add_model_errors(Scenario const& scenario, std::set<std::string> const& taken, std::vector<UncertainInput>& out) {
  bool serves = false, trains = false;
  for (auto const& w : scenario.workloads) (std::holds_alternative<workloads::ServingWorkloadParams>(w) ? serves : trains) = true;
  for (auto family : kFamilies) {
    std::string const path = std::string(kModelError) + std::string(family);
    bool const applies = family == "step_time" ? trains : family == "power_gpu" ? serves || trains : serves;
    if (!applies || taken.count(path)) continue;
    UncertainInput input;
    input.uncertain = {path, DistKind::lognormal, {}, Evidence::measured, "out-of-sample errors of validation", ""};
    input.effect = UncertainInput::Effect::model_error;
    input.has_distribution = false;
    input.nominal = 1;
    out.push_back(std::move(input));
  }
}

// u in (0, 1) moved into the part of the distribution that lies within the range of the field.
double cut(UncertainInput const& input, double u) {
  auto const share_below = [&](double value) {
    double low = 0, high = 1;
    for (int i = 0; i < 50; ++i) (quantile(input.uncertain, 0.5 * (low + high)) < value ? low : high) = 0.5 * (low + high);
    return 0.5 * (low + high);
  };
  constexpr double kEdge = 1e-9;
  double const from = quantile(input.uncertain, kEdge) < input.low ? share_below(input.low) : 0.0;
  double const to = quantile(input.uncertain, 1 - kEdge) > input.high ? share_below(input.high) : 1.0;
  return from + (to - from) * u;
}

void delay(PhaseParams& phase, double delay_s) {
  std::istringstream in(phase.date.substr(0, 10));
  date::sys_days day;
  in >> date::parse("%F", day);
  if (!in.fail()) phase.date = date::format("%F", day + date::days(std::lround(delay_s / 86400.0)));  // a bad date is refused by the delivery calendar
}

}  // namespace

std::vector<UncertainInput> read_uncertainty(Scenario const& scenario, DiagnosticList& problems) {
  std::vector<UncertainInput> out;
  if (scenario.uncertainty.empty()) return out;
  BlockReader reader(scenario, problems);
  for (std::size_t i = 0; i < scenario.uncertainty.size(); ++i) reader.read(scenario.uncertainty[i], fmt::format("uncertainty.{}", i), out);
  return out;
}

UncertainInputs uncertain_inputs(LoadedScenario const& loaded) {
  DiagnosticList problems;
  UncertainInputs out;
  out.items = read_uncertainty(loaded.value, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  std::set<std::string> taken;
  for (auto const& item : out.items) taken.insert(item.uncertain.path);
  add_model_errors(loaded.value, taken, out.items);
  for (auto& item : library_ranges(loaded, taken)) out.items.push_back(std::move(item));
  for (auto& item : out.items) {
    std::string const name = item.uncertain.group.empty() ? item.uncertain.path : item.uncertain.group;
    auto const at = std::find(out.draws.begin(), out.draws.end(), name);
    item.draw = static_cast<std::size_t>(at - out.draws.begin());
    if (at == out.draws.end()) out.draws.push_back(name);
  }
  return out;
}

std::vector<double> member_uniforms(UncertainInputs const& inputs, std::uint64_t seed, std::uint64_t member) {
  std::vector<double> u;
  u.reserve(inputs.draws.size());
  for (auto const& name : inputs.draws) u.push_back(member_uniform(seed, name, member));
  return u;
}

double value_at(UncertainInput const& input, double u) {
  if (std::isnan(u) || !input.has_distribution) return input.nominal;
  double const value = std::clamp(quantile(input.uncertain, cut(input, u)), input.low, input.high);
  return input.is_whole ? std::round(value) : value;
}

Scenario with_values(Scenario const& scenario, UncertainInputs const& inputs, std::span<double const> u) {
  Scenario out = scenario;
  std::map<std::string, double> values;
  for (auto const& item : inputs.items) {
    double const at = u[item.draw];
    if (std::isnan(at)) continue;
    double const value = value_at(item, at);
    if (item.effect == UncertainInput::Effect::delay)
      for (auto& phase : out.phases)
        if (item.uncertain.path == "phases." + phase.id + ".date") delay(phase, value);
    for (auto const& place : item.places) values[place] = value;
  }
  if (!values.empty())
    for_each_number(out, FieldInfo{}, "", [&](std::string const& path, FieldInfo const&, NumberRef number) {
      if (auto const it = values.find(path); it != values.end()) number.set(it->second);
    });
  return out;
}

}  // namespace aif::sim
