#include "sim/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "core/csv.hpp"
#include "core/hash.hpp"
#include "core/ordered_sum.hpp"
#include "sim/assess_risk.hpp"
#include "sim/claims/run_studies.hpp"
#include "sim/facility/inventory.hpp"
#include "sim/facility/trust.hpp"
#include "sim/io/checkpoint.hpp"
#include "sim/marginal.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/summary.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kMarginalComponents = 3;  // the causes with most hours

std::string now_utc() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()))); }

// Years of one facility, side by side. Only the first tells its progress: they are about equally long.
void advance_all(Facility const& facility, std::vector<YearRun>& runs, RunControl const& control) {
  parallel_for(runs.size(), [&](std::size_t i) {
    RunControl mine = control;
    if (i > 0) mine.on_progress = nullptr;
    advance_year(facility, runs[i], mine);
  });
}

std::vector<YearRun> run_years(Facility const& facility, std::string const& key, RunSettings const& settings) {
  std::vector<YearRun> runs{start_year(facility, {Calendar::steady, true})};
  if (settings.as_delivered) runs.push_back(start_year(facility, {Calendar::as_delivered, true}));
  if (settings.resume && !settings.checkpoint_path.empty()) load_checkpoint(settings.checkpoint_path, key, runs);
  advance_all(facility, runs, settings.control);
  if (std::any_of(runs.begin(), runs.end(), [](auto const& r) { return !r.finished(); })) {
    if (!settings.checkpoint_path.empty()) save_checkpoint(settings.checkpoint_path, key, runs);
    throw Interrupted();
  }
  if (!settings.checkpoint_path.empty()) std::filesystem::remove(settings.checkpoint_path);
  return runs;
}

std::vector<MarginalValue> price_components(Scenario const& scenario, Library const& library, Assets& assets, Facility const& facility, Results const& results,
                                            YearRun const& base, RunSettings const& settings) {
  std::vector<std::pair<Scenario, MarginalValue>> cases;
  for (auto const& cause : results.causes) {
    if (cause.cause == Cause::demand || cause.component.empty() || cases.size() >= kMarginalComponents) continue;
    MarginalValue value;
    Scenario changed = scenario;
    if (add_one_unit(changed, cause.component, value)) cases.emplace_back(std::move(changed), std::move(value));
  }
  double const base_rate = good_token_rate(facility, base.sums);
  std::vector<MarginalValue> out(cases.size());
  BuildOptions build{.cache_dir = settings.cache_dir, .control = settings.control, .assets = &assets};
  parallel_for(cases.size(), [&](std::size_t i) {
    BuildLog log;
    Facility const changed = build_facility(cases[i].first, library, build, log);
    YearRun run = start_year(changed, {Calendar::steady, false});
    RunControl quiet{settings.control.stop, nullptr};
    advance_year(changed, run, quiet);
    if (!run.finished()) throw Interrupted();
    out[i] = cases[i].second;
    out[i].d_good_token_s = good_token_rate(changed, run.sums) - base_rate;
  });
  return out;
}

// Bands from members; when interrupted the finished years are kept for --resume.
void add_uncertainty(LoadedScenario const& loaded, Library const& library, Assets& assets, Facility const& facility, std::string const& key, std::vector<YearRun> const& runs,
                     RunSettings const& settings, Results& results) {
  EnsembleOptions options;
  options.members = settings.members;
  options.time_bands = true;
  options.evaluate = {.cache_dir = settings.cache_dir, .assets = &assets, .as_delivered = settings.as_delivered && !loaded.value.phases.empty(), .control = settings.control};
  try {
    add_bands(results, run_ensemble(loaded, library, results, options));
  } catch (Interrupted const&) {
    if (!settings.checkpoint_path.empty()) save_checkpoint(settings.checkpoint_path, key, runs);
    throw;
  }
  set_validity(results, facility, loaded);
}

void add_series(Results& results, std::vector<YearRun>& runs) {
  for (auto& run : runs) {
    results.series.push_back(std::move(run.series));
    results.series.push_back(std::move(run.hourly));
  }
}

Provenance provenance_of(LoadedScenario const& loaded, BuildLog const& log, RunSettings const& settings) {
  Provenance p;
  p.version = version();
  p.git = git_state();
  p.compiler = "g++ " __VERSION__;
  p.command_line = settings.command_line;
  p.scenario_name = loaded.value.name;
  p.scenario_title = loaded.value.title;
  p.canonical_json = loaded.canonical;
  p.scenario_sha256 = loaded.sha256;
  p.seed = static_cast<std::uint64_t>(loaded.value.seed);
  for (auto const& file : loaded.resolved.files) {
    if (p.scenario_text.empty()) p.scenario_text = file.text, p.scenario_path = file.path;
    p.inputs.emplace_back(std::filesystem::path(file.path).filename().string(), file.sha256);
  }
  for (auto const& [reference, path] : loaded.resolved.library) p.inputs.emplace_back(reference, sha256_hex(read_file(path)));
  for (auto const& path : log.assets) p.inputs.emplace_back(std::filesystem::path(path).filename().string(), sha256_hex(read_file(path)));
  return p;
}

// Every value that somebody chose: where it stands and what it rests on.
std::vector<AssumptionLine> assumptions_of(LoadedScenario const& loaded) {
  std::vector<AssumptionLine> out;
  for (auto const& leaf : scenario_leaves(loaded.value)) {
    auto const* chain = find_origin(loaded.origins, leaf.path);
    if (!chain) continue;  // built-in defaults are listed by the manual
    auto const& origin = chain->back();
    AssumptionLine line{leaf.path, leaf.text, "", "", ""};
    line.origin = origin.reference.empty() ? fmt::format("{}:{}", std::filesystem::path(origin.pos.file).filename().string(), origin.pos.line) : origin.reference;
    if (origin.source) {
      line.source = origin.source->text + (origin.source->date.empty() ? "" : ", " + origin.source->date);
      line.evidence = origin.source->evidence;
    } else {
      line.source = "scenario";
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace

std::string default_cache_dir() {
  if (char const* dir = std::getenv("AIFACTORY_CACHE")) return dir;
  if (char const* dir = std::getenv("XDG_CACHE_HOME"); dir && *dir) return std::string(dir) + "/aifactory";
  if (char const* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.cache/aifactory";
  return {};
}

Results run_facility(Scenario const& scenario, Facility const& facility, RunSettings const& settings) {
  Results results;
  auto runs = run_years(facility, scenario.name, settings);
  summarise({scenario, facility, runs[0], runs.size() > 1 ? &runs[1] : nullptr}, results);
  add_series(results, runs);
  return results;
}

Results run_scenario(LoadedScenario const& loaded, Library const& library, RunSettings const& settings) {
  std::string const started = now_utc();
  BuildLog log;
  Assets assets(library);
  Facility const facility = build_facility(loaded, library, {.cache_dir = settings.cache_dir, .control = settings.control, .assets = &assets}, log);
  Results results;
  std::string const key = loaded.sha256 + " " + version();
  auto runs = run_years(facility, key, settings);
  summarise({loaded.value, facility, runs[0], runs.size() > 1 ? &runs[1] : nullptr}, results);
  if (settings.marginal_values && loaded.value.simulation.marginal_values)
    results.marginal = price_components(loaded.value, library, assets, facility, results, runs[0], settings);
  if (settings.members > 0) add_uncertainty(loaded, library, assets, facility, key, runs, settings, results);
  if (settings.contingency) {
    RiskOptions risk;
    risk.control = settings.control;
    results.risk = assess_risk(loaded.value, facility, risk);
  }
  results.inventory = inventory_of(loaded.value, facility);
  results.notes = std::move(log.notes);
  try {
    results.studies = run_studies(loaded.value, facility, library, results, settings);
  } catch (InputError const& e) {
    DiagnosticList problems = e.diagnostics();
    locate(loaded, problems);
    throw InputError(std::move(problems));
  }
  add_series(results, runs);
  results.provenance = provenance_of(loaded, log, settings);
  results.provenance.started = started;
  results.provenance.finished = now_utc();
  results.assumptions = assumptions_of(loaded);
  results.warnings = loaded.warnings;
  results.warnings.append(log.warnings);
  return results;
}

}  // namespace aif::sim
