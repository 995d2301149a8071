#include "sim/decisions/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "core/ordered_sum.hpp"
#include "core/statistics.hpp"
#include "sim/io/result_file.hpp"
#include "sim/metrics.hpp"
#include "sim/scenario/cases.hpp"
#include "sim/decisions/evaluate.hpp"
#include "sim/decisions/result_cache.hpp"

namespace aif::sim {
namespace {

constexpr double kSame = 1e-9;  // relative: below, two figures are equal

// One scenario, run or found.
Option from_scenario(std::string const& file, std::string const& case_id, std::string const& name, Library const& library, CompareSettings const& settings) {
  LoadOptions load = settings.load;
  load.case_id = case_id;
  auto const loaded = load_scenario(file, load);
  auto run = run_or_load(loaded, library, settings.run);
  std::string const own = case_id.empty() ? loaded.value.name : case_id;
  return {name.empty() ? own : name, case_id.empty() ? file : file + ":" + case_id, std::move(run.results), loaded.value, run.was_cached};
}

Option from_result(std::string const& file) {
  Option out{std::filesystem::path(file).parent_path().filename().string(), file, read_result(file), {}, true};
  if (out.name.empty()) out.name = out.results.provenance.scenario_name;
  try {
    auto const loaded = load_scenario_text(out.results.provenance.scenario_text, out.results.provenance.scenario_path);
    if (loaded.sha256 == out.results.provenance.scenario_sha256) out.scenario = loaded.value;
  } catch (InputError const&) {  // includes, overlays or the library have moved on: its figures stand, its scenario does not
  }
  return out;
}

// FILE:CASE, where FILE exists.
std::pair<std::string, std::string> split_case(std::string const& argument) {
  std::error_code problem;
  auto const colon = argument.rfind(':');
  if (std::filesystem::exists(argument, problem) || colon == std::string::npos) return {argument, ""};
  return {argument.substr(0, colon), argument.substr(colon + 1)};
}

void make_unique(std::vector<Option>& options) {
  std::map<std::string, int> seen;
  for (auto& o : options)
    if (int const n = ++seen[o.name]; n > 1) o.name = fmt::format("{}-{}", o.name, n);
}

std::vector<double> column(EnsembleData const& e, std::string const& id) {
  auto const at = std::find(e.metrics.begin(), e.metrics.end(), id);
  std::vector<double> out;
  for (auto const& row : e.values) out.push_back(at == e.metrics.end() ? std::nan("") : row[static_cast<std::size_t>(at - e.metrics.begin())]);
  return out;
}

FigureChange figure_change(MetricValue const& base, Results const& a, Results const& b) {
  FigureChange out;
  out.id = base.id, out.unit = base.unit, out.base = base.value;
  auto const* other = b.find(base.id);
  out.value = other ? other->value : std::nan("");
  Metric const* entry = find_metric(base.id);
  bool const up = !entry || entry->better == Better::up;
  double const difference = out.value - out.base;
  bool const differs = std::isfinite(difference) && std::abs(difference) > kSame * std::abs(out.base);
  out.better = differs && (difference > 0) == up;
  out.worse = differs && !out.better;
  if (a.ensemble.empty() || a.ensemble.seed != b.ensemble.seed || !differs) return out;
  auto const x = column(a.ensemble, base.id), y = column(b.ensemble, base.id);
  std::vector<double> differences;
  for (std::size_t m = 0; m < std::min(x.size(), y.size()); ++m)
    if (std::isfinite(y[m] - x[m])) differences.push_back(y[m] - x[m]);
  if (differences.size() < 2) return out;
  auto const won = std::count_if(differences.begin(), differences.end(), [&](double d) { return up ? d > 0 : d < 0; });
  out.odds = static_cast<double>(won) / static_cast<double>(differences.size());
  out.low = quantile(differences, 0.1), out.high = quantile(differences, 0.9);
  return out;
}

// "power (power.blocks) 212 h" of the cause with most hours beside demand.
std::string limit_of(Results const& r) {
  for (auto const& c : r.causes)
    if (c.cause != Cause::demand) return fmt::format("limited by {}{} for {:.0f} h", enum_name(c.cause), c.component.empty() ? "" : " (" + c.component + ")", c.hours);
  return "demand limits it in every hour";
}

std::string why_of(OptionComparison const& c, Results const& results) {
  auto const percent = [&](char const* id) {
    auto const at = std::find_if(c.figures.begin(), c.figures.end(), [&](auto const& f) { return f.id == id; });
    return at == c.figures.end() || at->base == 0 ? std::string("unchanged") : fmt::format("{:+.1f} %", 100 * (at->value / at->base - 1));
  };
  std::string out = fmt::format("good output {}, site power {}, cost of a million good tokens {}; {}", percent("tokens.good.rate"), percent("facility.power"), percent("cost.per_mtok_out"), limit_of(results));
  ChangeEffect const* most = nullptr;
  auto const size = [&](ChangeEffect const& e) {
    double s = 0;
    for (double v : e.alone) s = std::max(s, std::isfinite(v) ? std::abs(v) : 0.0);
    return s;
  };
  for (auto const& e : c.changes)
    if (!most || size(e) > size(*most)) most = &e;
  if (most && c.changes.size() > 1 && size(*most) > 1e-4) out += fmt::format("; most of it from {}", most->change.path);
  return out;
}

void add_effects(OptionComparison& c, ScenarioDiff const& diff, Scenario const& base, OptionsCompared const& all, Library const& library, Assets& assets, CompareSettings const& settings) {
  for (auto const& change : diff.changes()) c.changes.push_back({change, {}, ""});
  if (!settings.effects) return;
  EvaluateOptions const one{.cache_dir = settings.run.cache_dir, .assets = &assets, .control = {settings.run.control.stop, nullptr}};
  Results const from = evaluate_site(base, library, one);
  parallel_for(c.changes.size(), [&](std::size_t i) {
    settings.run.control.check();
    auto& effect = c.changes[i];
    try {
      Results const r = evaluate_site(diff.with_only(i), library, one);
      for (auto const& id : all.effect_metrics) {
        auto const *x = from.find(id), *y = r.find(id);
        effect.alone.push_back(x && y && x->value != 0 ? y->value / x->value - 1 : std::nan(""));
      }
    } catch (InputError const& e) {
      effect.alone.assign(all.effect_metrics.size(), std::nan(""));
      effect.problem = e.diagnostics().items().front().message;
    }
  });
}

}  // namespace

std::vector<Option> load_options(std::vector<std::string> const& arguments, CompareSettings const& settings) {
  Library const library(settings.load.library_dirs);
  std::vector<Option> out;
  for (auto const& argument : arguments) {
    auto const [file, case_id] = split_case(argument);
    if (file.ends_with(".nc")) {
      out.push_back(from_result(file));
      continue;
    }
    auto const cases = case_id.empty() ? list_cases(file) : std::vector<std::string>{case_id};
    if (cases.empty()) out.push_back(from_scenario(file, "", "", library, settings));
    for (auto const& id : cases) out.push_back(from_scenario(file, id, "", library, settings));
  }
  make_unique(out);
  return out;
}

OptionsCompared compare_options(std::vector<Option> const& options, std::size_t baseline, Library const& library, CompareSettings const& settings) {
  OptionsCompared out;
  out.baseline = baseline;
  Option const& base = options[baseline];
  Assets assets(library);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (i == baseline) continue;
    OptionComparison c;
    c.option = i;
    for (auto const& m : base.results.summary) c.figures.push_back(figure_change(m, base.results, options[i].results));
    if (base.scenario && options[i].scenario) add_effects(c, ScenarioDiff(*base.scenario, *options[i].scenario), *base.scenario, out, library, assets, settings);
    c.why = why_of(c, options[i].results);
    out.others.push_back(std::move(c));
  }
  return out;
}

}  // namespace aif::sim
