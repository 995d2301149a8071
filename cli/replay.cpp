// replay SCENARIO TELEMETRY: the twin against a site's own meters, and what a few re-fitted parameters would change.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/run.hpp"
#include "sim/decisions/replay.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ReplayOptions {
  std::string file, telemetry, out;
  std::vector<std::string> drive, fit;
  sim::LoadOptions load;
  bool no_refit = false;
};

std::string percent(double v) { return std::isfinite(v) ? fmt::format("{:+.1f} %", 100 * v) : "-"; }
std::string share(double v) { return std::isfinite(v) ? fmt::format("{:.1f} %", 100 * v) : "-"; }

std::string text_of(sim::ReplayReport const& r) {
  std::string out = fmt::format("{} hours from {}\n", r.hours, r.first);
  if (!r.driven.empty()) out += fmt::format("driven by: {}\n", fmt::join(r.driven, ", "));
  if (!r.ignored.empty()) out += fmt::format("columns that the twin does not know: {}\n", fmt::join(r.ignored, ", "));
  bool const refit = !r.parameters.empty();
  out += fmt::format("\n  {:<28} {:>6} {:>14} {:>14} {:>12} {:>9} {:>9}  {}\n", "channel", "hours", "measured", "twin", "bias", "NMBE", "CV(RMSE)", refit ? "refitted: NMBE, CV(RMSE)" : "");
  for (auto const& c : r.channels) {
    auto const shown = [&](double si) { return c.unit == "degC" ? fmt::format("{:.2f} degC", si) : display(si, c.unit); };
    std::string const bias = c.unit == "degC" ? fmt::format("{:+.2f} K", c.as_is.bias) : shown(c.as_is.bias);
    std::string const verdict = c.unit == "degC" ? fmt::format("rms {:.2f} K", c.as_is.rmse) : c.meets_guideline ? "" : "outside guideline 14";
    std::string after;
    if (refit) after = c.unit == "degC" ? fmt::format("{:+.2f} K, rms {:.2f} K", c.refitted.bias, c.refitted.rmse) : fmt::format("{}, {} (before {}, {})", percent(c.refitted.nmbe), share(c.refitted.cv_rmse), percent(c.as_is_held_out.nmbe), share(c.as_is_held_out.cv_rmse));
    out += fmt::format("  {:<28} {:>6} {:>14} {:>14} {:>12} {:>9} {:>9}  {}{}{}\n", c.name, c.hours, shown(c.mean_measured), shown(c.as_is.mean_predicted), bias, percent(c.as_is.nmbe), share(c.as_is.cv_rmse), after,
                       after.empty() || verdict.empty() ? "" : "; ", verdict);
  }
  if (refit) {
    out += fmt::format("\nrefitted{}:\n", r.held_out ? " on every other day, judged on the days between" : "; too few days to keep some for judging");
    for (auto const& p : r.parameters) out += fmt::format("  {:<60} {:>12.5g} -> {:<12.5g} {}  believed {:.4g} to {:.4g}{}\n", p.path, p.before, p.after, p.unit, p.low, p.high, p.at_bound ? "  AT ITS BOUND: something else is missing" : "");
  }
  return out;
}

Json figures_json(sim::ChannelFigures const& f) {
  auto const number = [](double v) { return std::isfinite(v) ? Json(v) : Json(); };
  return {{"mean", number(f.mean_predicted)}, {"bias", number(f.bias)}, {"rmse", number(f.rmse)}, {"nmbe", number(f.nmbe)}, {"cv_rmse", number(f.cv_rmse)}};
}

Json json_of(sim::ReplayReport const& r) {
  Json j{{"schema", "aifactory/replay/v1"}, {"hours", r.hours}, {"first", r.first}, {"driven", r.driven}, {"ignored", r.ignored}, {"held_out", r.held_out}};
  for (auto const& c : r.channels)
    j["channels"].push_back({{"name", c.name}, {"unit", c.unit}, {"hours", c.hours}, {"mean_measured", c.mean_measured}, {"as_is", figures_json(c.as_is)}, {"as_is_held_out", figures_json(c.as_is_held_out)},
                             {"refitted", figures_json(c.refitted)}, {"meets_guideline_14", c.meets_guideline}});
  for (auto const& p : r.parameters) j["parameters"].push_back({{"path", p.path}, {"unit", p.unit}, {"before", p.before}, {"after", p.after}, {"low", p.low}, {"high", p.high}, {"at_bound", p.at_bound}});
  return j;
}

int run_replay(ReplayOptions const& o, Frame const& frame) {
  auto const loaded = sim::load_scenario(o.file, o.load);
  frame.print(loaded.warnings);
  auto const telemetry = sim::read_user_table(o.telemetry);
  sim::ReplaySettings settings{o.drive, o.fit, !o.no_refit, {.cache_dir = sim::default_cache_dir(), .control = frame.control()}};
  auto const report = sim::replay(loaded, sim::Library(o.load.library_dirs), telemetry, settings);
  Json const document = json_of(report);
  if (!o.out.empty()) write_file(o.out, document.dump(2) + "\n");
  if (frame.json) fmt::print("{}\n", document.dump(2));
  else std::fputs(text_of(report).c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_replay(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<ReplayOptions>();
  CLI::App* verb = frame.verb(app, "replay", "Compare the twin with a site's own meters", [o, &frame] { return run_replay(*o, frame); });
  verb->add_option("SCENARIO", o->file, "Scenario file")->required();
  verb->add_option("TELEMETRY", o->telemetry, "CSV with the header `time, NAME [UNIT], ...`; names are those of result.nc, `facility_power`, `tokens_out.chat`, `group_power.nvl`")->required();
  verb->add_option("--drive", o->drive, "Channels that drive the model instead of being compared: it_power")->delimiter(',')->type_name("NAME,...");
  verb->add_option("--fit", o->fit, "Parameters to re-fit: paths, or model_error.FAMILY; default those that explain most")->allow_extra_args(false)->type_name("PATH");
  verb->add_flag("--no-refit", o->no_refit, "Only compare");
  verb->add_option("-o,--out", o->out, "Also write the numbers as JSON")->type_name("FILE");
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
