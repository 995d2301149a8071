// run FILE...: simulate a year, write result.nc and summary.json, print the summary; with --report one HTML file too.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/calibration.hpp"
#include "cli/site_sheets.hpp"
#include "cli/study_screen.hpp"
#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "core/write_file.hpp"
#include "reports/figure_svg.hpp"
#include "reports/html.hpp"
#include "sim/io/result_file.hpp"
#include "sim/run.hpp"
#include "sim/decisions/ensemble.hpp"

namespace aif::cli {
namespace {

struct RunOptions {
  std::vector<std::string> files;
  sim::LoadOptions load;
  std::string out_dir, start, step, duration;
  std::vector<std::string> profiles;
  long long seed = -1;
  int members = sim::kDefaultMembers;
  bool report = false, resume = false, no_marginal = false, contingency = false, design_day = false;
  std::string calibrate;  // backend; empty: the profiles as they are
  CalibrationOptions device;
};

// --start, --step, --duration, --seed are short spellings of --set.
sim::LoadOptions load_options(RunOptions const& o) {
  sim::LoadOptions load = o.load;
  if (!o.start.empty()) load.sets.push_back("simulation.start=\"" + o.start + "\"");
  if (!o.step.empty()) load.sets.push_back("simulation.step=" + o.step);
  if (!o.duration.empty()) load.sets.push_back("simulation.duration=" + o.duration);
  if (o.seed >= 0) load.sets.push_back(fmt::format("seed={}", o.seed));
  return load;
}

bool all_checks_pass(sim::Results const& r) {
  return std::none_of(r.checks.begin(), r.checks.end(), [](auto const& c) { return !c.passed && c.level == "error"; });
}

std::vector<std::string> devices_of(std::string const& file, RunOptions const& o) {
  std::vector<std::string> references;
  auto const loaded = sim::load_scenario(file, load_options(o));
  for (auto const& hall : loaded.value.halls)
    for (auto const& pod : hall.pods)
      if (!pod.rack.device.empty() && std::find(references.begin(), references.end(), pod.rack.device) == references.end()) references.push_back(pod.rack.device);
  return references;
}

std::string calibration_folder(RunOptions const& o) { return (o.out_dir.empty() ? std::string("runs") : o.out_dir) + "/calibration"; }

// Profiles that `calibrate` wrote, each in place of the library's of the same device.
void use_profiles(std::string const& file, RunOptions& o) {
  std::string const dir = calibration_folder(o);
  o.load.library_dirs.insert(o.load.library_dirs.begin(), dir);
  make_folder(dir + "/profiles");
  std::vector<std::string> ids;
  for (auto const& path : o.profiles) {
    HardwareProfile const profile = read_profile(path);
    write_profile(profile, fmt::format("{}/profiles/{}.json", dir, profile.id));
    ids.push_back(profile.id);
  }
  auto const used = devices_of(file, o);  // once all are in place: the scenario may name devices that the library lacks
  DiagnosticList problems;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (std::none_of(used.begin(), used.end(), [&](auto const& reference) { return reference.substr(reference.rfind('/') + 1) == ids[i]; }))
      problems.add({"AF5023", Severity::error, fmt::format("no rack of the scenario has the device `{}` of this profile", ids[i]), "", {o.profiles[i], 0, 0},
                    fmt::format("its devices: {}", used.empty() ? "none" : fmt::format("{}", fmt::join(used, ", "))), 1});
  if (problems.has_errors()) throw InputError(std::move(problems));
}

// Measures the device here and puts its profile before the library's.
void calibrate_first(std::string const& file, RunOptions& o, Frame const& frame) {
  std::string const dir = calibration_folder(o);
  CalibrationOptions device = o.device;
  device.backend = o.calibrate;
  o.load.library_dirs.insert(o.load.library_dirs.begin(), dir);
  auto const written = calibrate_for([&] { return devices_of(file, o); }, dir, device, frame);
  if (!frame.quiet && !frame.json) std::fputs(fmt::format("measured {}; the profiles stand in {}/profiles\n", fmt::join(written, ", "), dir).c_str(), stdout);
}

int run_one(std::string const& file, RunOptions o, Frame const& frame) {
  if (!o.profiles.empty()) use_profiles(file, o);
  if (!o.calibrate.empty()) calibrate_first(file, o, frame);
  if (o.design_day) return design_day_sheet(file, load_options(o), o.out_dir, frame);
  auto const loaded = sim::load_scenario(file, load_options(o));
  frame.print(loaded.warnings);
  std::string const dir = results_folder(o.out_dir, loaded.value.name, loaded.sha256);
  sim::RunSettings settings;
  settings.cache_dir = sim::default_cache_dir();
  settings.checkpoint_path = dir + "/checkpoint";
  settings.resume = o.resume;
  settings.marginal_values = !o.no_marginal;
  settings.contingency = o.contingency;
  settings.members = o.members;
  settings.command_line = frame.command_line;
  settings.control = frame.control();
  sim::Library const library(o.load.library_dirs);
  sim::Results results;
  try {
    results = sim::run_scenario(loaded, library, settings);
  } catch (Interrupted const&) {
    if (std::filesystem::exists(settings.checkpoint_path))
      std::fputs(fmt::format("what is done stands in {}; the same command with --resume goes on from there\n", settings.checkpoint_path).c_str(), stderr);
    throw;
  }
  DiagnosticList of_the_site = results.warnings;  // those of the file were told before
  of_the_site.items().erase(of_the_site.items().begin(), of_the_site.items().begin() + static_cast<std::ptrdiff_t>(loaded.warnings.items().size()));
  frame.print(of_the_site);
  sim::write_result(results, dir + "/result.nc");
  std::string const summary = sim::summary_json(results);
  write_file(dir + "/summary.json", summary);
  reports::write_studies(results.studies, dir + "/studies");
  if (o.report) reports::write_report({&results, 1}, dir + "/report.html");
  if (frame.json) std::fputs(summary.c_str(), stdout);
  else if (!frame.quiet) std::fputs(fmt::format("{}\n{}{}\n  results  {}/result.nc{}\n", loaded.value.title, summary_screen(results), study_screen(results), dir, o.report ? fmt::format("   report  {}/report.html", dir) : "").c_str(), stdout);
  bool const solved = std::none_of(results.events.begin(), results.events.end(), [](auto const& e) { return e.kind == "not_converged"; });
  return !solved ? kSolverFailed : all_checks_pass(results) ? kSuccess : kCheckFailed;
}

}  // namespace

void add_run(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<RunOptions>();
  CLI::App* verb = frame.verb(app, "run", "Simulate a scenario", [o, &frame] {
    int code = kSuccess;
    for (auto const& file : o->files) code = std::max(code, run_one(file, *o, frame));
    return code;
  });
  verb->add_option("FILE", o->files, "Scenario files")->required();
  verb->add_option("-o,--out", o->out_dir, "Folder of the results (default runs/NAME-HASH)");
  verb->add_option("--start", o->start, "First day, as 2027-01-01");
  verb->add_option("--step", o->step, "Length of a window, as `15 min`");
  verb->add_option("--duration", o->duration, "Length of the run, as `30 day`");
  verb->add_option("--seed", o->seed, "Seed of every random draw");
  verb->add_option("--profile", o->profiles, "Profile that `calibrate` wrote, in place of the library's of that device")->type_name("FILE")->allow_extra_args(false);
  verb->add_option("--members", o->members, "Draws of the uncertain inputs that give the bands; 0: no bands")->capture_default_str()->check(CLI::Range(0, 1000000));
  verb->add_flag("--report", o->report, "Also write report.html");
  verb->add_flag("--resume", o->resume, "Go on where an interrupted run stopped");
  verb->add_flag("--contingency", o->contingency, "Also outages, availability and events, as the verb of that name, into the result");
  verb->add_flag("--design-day", o->design_day, "In place of the year: the design day at full rack power, with one unit of each kind out; mechanical schedule, seconds of ride-through");
  verb->add_flag("--no-marginal", o->no_marginal, "Leave out what one more unit would be worth");
  verb->add_option("--calibrate", o->calibrate, "Measure the device here first (cpu or cuda) and run on what was measured")->type_name("BACKEND")->check(CLI::IsMember({"cpu", "cuda"}));
  add_calibration_options(*verb, o->device);
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
