// contingency FILE: what hangs on each component, the seconds after it is lost, design rules, availability over years, the events of the scenario.
// Writes contingency.json. Exit code 1 when a design rule of level error is broken.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/risk_screen.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/assess_risk.hpp"
#include "sim/contingency/cases.hpp"
#include "sim/facility/build.hpp"
#include "sim/io/result_file.hpp"
#include "sim/io/risk_json.hpp"
#include "sim/run.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::cli {
namespace {

struct ContingencyOptions {
  std::string file, out_dir;
  sim::LoadOptions load;
  sim::RiskOptions risk;
  RiskView view;
  long long seed = -1;
  bool list = false, no_events = false;
};

int list_cases(sim::Scenario const& scenario, sim::Facility const& f, bool json) {
  std::string out;
  for (auto const& c : sim::list_cases(f, scenario.reliability, sim::component_classes(f, scenario.reliability))) {
    if (json)
      out += fmt::format("{}{{\"case\":{},\"component\":{},\"units\":{},\"events_per_year\":{},\"duration_s\":{},\"source\":{}}}", out.empty() ? "[" : ",\n ",
                         quote_json(case_name(c)), quote_json(c.component), c.units, canonical_number(c.events_per_year), canonical_number(c.duration_s),
                         quote_json(c.source));
    else
      out += fmt::format("  {:<52} {:>6} {:>10.3g} a year {:>10}  {}\n", case_name(c), c.units, c.events_per_year,
                         format_quantity(c.duration_s, Kind::duration, 3), c.source);
  }
  if (json) out += out.empty() ? "[]\n" : "]\n";
  std::fputs(out.c_str(), stdout);
  return kSuccess;
}

int run(ContingencyOptions o, Frame const& frame) {
  if (o.seed >= 0) o.load.sets.push_back(fmt::format("seed={}", o.seed));
  auto const loaded = sim::load_scenario(o.file, o.load);
  frame.print(loaded.warnings);
  sim::Library const library(o.load.library_dirs);
  sim::BuildLog log;
  auto const facility = sim::build_facility(loaded, library, {.cache_dir = sim::default_cache_dir(), .control = frame.control(), .check_only = o.list}, log);
  if (o.list) return list_cases(loaded.value, sim::without_events(facility), frame.json);
  o.risk.control = frame.control();
  o.risk.events = !o.no_events;
  auto const risk = sim::assess_risk(loaded.value, facility, o.risk);
  std::string const dir = results_folder(o.out_dir, loaded.value.name, loaded.sha256);
  std::string const json = sim::risk_json(loaded.value.name, loaded.sha256, risk);
  write_file(dir + "/contingency.json", json);
  if (frame.json)
    std::fputs(json.c_str(), stdout);
  else if (!frame.quiet)
    std::fputs(fmt::format("{}\n\n{}\n  results  {}/contingency.json\n", loaded.value.title, risk_screen(risk, o.view), dir).c_str(), stdout);
  auto const& found = risk.contingency->findings;
  return std::any_of(found.begin(), found.end(), [](auto const& f) { return f.severity == "error"; }) ? kCheckFailed : kSuccess;
}

}  // namespace

void add_contingency(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<ContingencyOptions>();
  CLI::App* verb = frame.verb(app, "contingency", "What is left when a component fails", [o, &frame] { return run(*o, frame); });
  verb->add_option("FILE", o->file, "Scenario file")->required();
  verb->add_option("-o,--out", o->out_dir, "Folder of contingency.json (default runs/NAME-HASH)");
  verb->add_option("--years", o->risk.years, "Years of the availability; 0: none")->check(CLI::Range(0, 1000000))->capture_default_str();
  verb->add_option("--every", o->risk.every_hours, "Solve every Nth hour of the year; 25 visits each hour of the day")
      ->check(CLI::Range(1, 8760))
      ->capture_default_str();
  verb->add_flag("--worth", o->risk.worth_of_spares, "Also what one more spare part or unit of each kind is worth");
  verb->add_option("--only", o->risk.only, "Outages to work through: a room, a kind of component or a name of --list; no availability")
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb->add_flag("--no-events", o->no_events, "Leave out the events of the scenario");
  verb->add_flag("--list", o->list, "Only list the outages with their rates and sources");
  verb->add_option("--top", o->view.top, "Rows of the tables")->capture_default_str();
  verb->add_option("--chains", o->view.chains, "Chains of events that are printed")->capture_default_str();
  verb->add_option("--seed", o->seed, "Seed of every random draw");
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
