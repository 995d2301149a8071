#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/site_sheets.hpp"
#include "core/write_file.hpp"
#include "sim/facility/build.hpp"
#include "sim/run.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string yaml_list(std::vector<double> const& values, char const* unit, double per = 1) {
  std::vector<std::string> cells;
  for (double v : values) cells.push_back(fmt::format("{:g} {}", std::round(v / per * 1e6) / 1e6, unit));
  return fmt::format("[{}]", fmt::join(cells, ", "));
}

std::string reset_yaml(cooling::SupplyReset const& r) {
  return fmt::format("cooling:\n  liquid:\n    reset:\n      wet_bulb: {}\n      supply: {}\n      flow: {}\n", yaml_list(r.wet_bulb_c, "degC"), yaml_list(r.supply_c, "degC"), yaml_list(r.flow_frac, "%", 0.01));
}

std::string hours_csv(sim::SetpointStudy const& s) {
  std::string out = "hour,dry_bulb_c,wet_bulb_c,supply_now_c,cooling_now_w,supply_best_c,flow_best,cooling_best_w,headroom_best_k,cooling_reset_w,headroom_reset_k\n";
  for (auto const& h : s.hours)
    out += fmt::format("{},{:.4g},{:.4g},{:.4g},{:.6g},{:.4g},{:.3g},{:.6g},{:.4g},{:.6g},{:.4g}\n", h.hour, h.dry_bulb_c, h.wet_bulb_c, h.now.supply_c, h.now.electric_w, h.best.supply_c, h.best.flow_scale, h.best.electric_w,
                       h.best.headroom_k, h.reset.electric_w, h.reset.headroom_k);
  return out;
}

std::string setpoint_screen(sim::SetpointStudy const& s) {
  auto const row = [&](char const* what, double cooling_w, double leakage_w, int over) {
    return fmt::format("  {:<34} {:>12.1f} {:>14.1f} {:>14.1f} {:>9.1f} % {:>12}\n", what, cooling_w / 1e3, leakage_w / 1e3, (cooling_w + leakage_w - s.now_w) / 1e3, 100 * (cooling_w + leakage_w - s.now_w) / s.now_w, over);
  };
  std::string out = fmt::format("  {:<34} {:>12} {:>14} {:>14} {:>11} {:>12}\n", "", "cooling kW", "leakage kW", "both, kW", "of cooling", "hours over");
  out += row("as it is", s.now_w, 0, s.now_over) + row("every hour at its best", s.best_w, s.best_leakage_w, s.best_over) + row("reset by wet bulb", s.reset_w, s.reset_leakage_w, s.reset_over);
  return out + fmt::format("\n{} hours of the year at a mean rack power of {:.2f} MW; leakage is counted from how it is now; hours over: a case above its limit, or heat not carried.\n\nThe reset, to be put into the scenario:\n{}",
                           s.hours.size(), s.it_w / 1e6, reset_yaml(s.reset));
}

}  // namespace

int setpoint_sheet(std::string const& file, sim::LoadOptions const& load, sim::SetpointOptions options, std::string const& out_dir, Frame const& frame) {
  auto const loaded = sim::load_scenario(file, load);
  frame.print(loaded.warnings);
  sim::Library const library(load.library_dirs);
  sim::BuildLog log;
  options.control = frame.control();
  auto const facility = sim::build_facility(loaded, library, {.cache_dir = sim::default_cache_dir(), .control = options.control}, log);
  auto const s = sim::study_setpoints(facility, options);
  std::string const dir = results_folder(out_dir, "setpoints-" + loaded.value.name, loaded.sha256);
  Json const j{{"schema", "aifactory/setpoints/v1"}, {"scenario", loaded.value.name}, {"hours", s.hours.size()}, {"it_w", s.it_w}, {"cooling_now_w", s.now_w}, {"cooling_best_w", s.best_w}, {"cooling_reset_w", s.reset_w},
               {"leakage_best_w", s.best_leakage_w}, {"leakage_reset_w", s.reset_leakage_w}, {"hours_over", {{"now", s.now_over}, {"best", s.best_over}, {"reset", s.reset_over}}},
               {"reset", {{"wet_bulb_c", s.reset.wet_bulb_c}, {"supply_c", s.reset.supply_c}, {"flow_frac", s.reset.flow_frac}}}};
  std::string const json = j.dump(2) + "\n";
  write_file(dir + "/setpoints.json", json);
  write_file(dir + "/setpoints.csv", hours_csv(s));
  write_file(dir + "/reset.yaml", reset_yaml(s.reset));
  if (frame.json) std::fputs(json.c_str(), stdout);
  else if (!frame.quiet) std::fputs(fmt::format("{}\n\n{}\n  hours  {}/setpoints.csv   reset  {}/reset.yaml\n", loaded.value.title, setpoint_screen(s), dir, dir).c_str(), stdout);
  return kSuccess;
}

}  // namespace aif::cli
