#include "sim/decisions/evaluate.hpp"

#include "sim/facility/build.hpp"
#include "sim/simulation.hpp"
#include "sim/summary.hpp"

namespace aif::sim {
namespace {

YearRun run_year(Facility const& facility, RunOptions const& options, RunControl const& control) {
  YearRun run = start_year(facility, options);
  advance_year(facility, run, control);
  if (!run.finished()) throw Interrupted();
  return run;
}

}  // namespace

Results evaluate_site(Scenario const& scenario, Library const& library, EvaluateOptions const& options) {
  BuildLog log;
  Facility facility = build_facility(scenario, library, {.cache_dir = options.cache_dir, .control = options.control, .assets = options.assets}, log);
  if (options.errors) apply_model_error(facility, *options.errors);
  RunControl const quiet{options.control.stop, nullptr};  // many run side by side: the caller tells the progress
  YearRun steady = run_year(facility, {.calendar = Calendar::steady, .keep_series = options.keep_series, .keep_groups = false}, quiet);
  std::optional<YearRun> delivered;
  if (options.as_delivered) delivered = run_year(facility, {.calendar = Calendar::as_delivered, .keep_series = false, .keep_groups = false}, quiet);
  Results results;
  summarise({scenario, facility, steady, delivered ? &*delivered : nullptr}, results);
  if (options.keep_series) results.series.push_back(std::move(steady.series));
  results.warnings = std::move(log.warnings);
  return results;
}

}  // namespace aif::sim
