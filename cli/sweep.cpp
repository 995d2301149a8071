// sweep FILE: many points of a scenario on all cores; a journal that survives a kill, a table at the end.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/study_pages.hpp"
#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "core/hash.hpp"
#include "core/write_file.hpp"
#include "sim/run.hpp"
#include "sim/decisions/sweep.hpp"

namespace aif::cli {
namespace {

constexpr std::size_t kShownRows = 24;
constexpr char const* kShownMetrics[] = {"tokens.good.rate", "goodput.fraction", "facility.power.peak", "pue", "cost.per_mtok_out"};

struct SweepOptions {
  std::string file, design = "grid", out_dir, keep = "summary", report;
  std::vector<std::string> vary;
  sim::LoadOptions load;
  std::size_t n = 64;
  long long seed = -1;
  int members = 0;
  bool resume = false;
};

sim::Points points_of(SweepOptions const& o, sim::LoadedScenario const& base) {
  bool const is_list = o.design != "grid" && o.design != "lhs" && o.design != "sobol";
  if (is_list == !o.vary.empty())
    throw InputError(Diagnostic{"AF2901", Severity::error, is_list ? "a list of points leaves nothing to --vary" : "nothing is varied", "", {}, is_list ? "put every changed path into the list" : "add --vary PATH=VALUES", 1});
  if (is_list) return sim::list_points(o.design);
  auto const space = sim::read_space(o.vary, base);
  auto const seed = static_cast<std::uint64_t>(o.seed >= 0 ? o.seed : base.value.seed);
  return o.design == "grid" ? sim::grid_points(space) : o.design == "lhs" ? sim::latin_points(space, o.n, seed) : sim::sobol_points(space, o.n, seed);
}

// Figures by name, SI, and where everything stands.
std::string sweep_json(sim::SweepResult const& r, std::string const& dir) {
  nlohmann::ordered_json j{{"schema", "aifactory/sweep/v1"}, {"folder", dir}, {"points", r.rows.size()}, {"failed", r.failed()}};
  for (auto const& m : r.metrics) j["metrics"].push_back({{"id", m.id}, {"unit", m.unit}});
  for (auto const& row : r.rows) j["rows"].push_back(nlohmann::ordered_json::parse(sim::journal_line(row)));
  return j.dump(2) + "\n";
}

std::string table(sim::SweepResult const& r) {
  std::string out = "  point";
  for (auto const* id : kShownMetrics) out += fmt::format(" {:>20}", id);
  out += "  set\n";
  for (std::size_t i = 0; i < std::min(kShownRows, r.rows.size()); ++i) {
    auto const& row = r.rows[i];
    out += fmt::format("  {:>5}", row.number);
    for (auto const* id : kShownMetrics) {
      auto const at = std::find_if(r.metrics.begin(), r.metrics.end(), [&](auto const& m) { return m.id == id; });
      double const value = row.result.failed || at == r.metrics.end() ? std::nan("") : row.result.values[static_cast<std::size_t>(at - r.metrics.begin())];
      out += fmt::format(" {:>20}", std::isfinite(value) ? display(value, at->unit) : "-");
    }
    std::string sets;
    for (auto const& set : row.sets) sets += (sets.empty() ? "" : "  ") + set;
    auto const& problems = row.result.problems.items();
    out += fmt::format("  {}{}\n", sets, row.result.failed && !problems.empty() ? fmt::format("  FAILED {}: {}", problems.front().code, problems.front().message) : "");
  }
  if (r.rows.size() > kShownRows) out += fmt::format("  ... {} more rows in the table\n", r.rows.size() - kShownRows);
  return out;
}

int sweep(SweepOptions const& o, Frame const& frame) {
  auto base = sim::load_scenario(o.file, o.load);
  frame.print(base.warnings);
  auto const points = points_of(o, base);
  std::string all = base.sha256;
  for (auto const& sets : points)
    for (auto const& set : sets) all += "\n" + set;
  std::string const dir = results_folder(o.out_dir, "sweep-" + base.value.name, content_hash(all));
  RunControl const control = frame.control();
  sim::Evaluator const evaluator(std::move(base), sim::Library(o.load.library_dirs), {.cache_dir = sim::default_cache_dir(), .members = o.members}, control);
  if (evaluator.base_result().failed) std::fputs(fmt::format("note: the scenario itself, without changes, cannot run: {}\n", evaluator.base_result().problems.items().front().message).c_str(), stderr);
  auto const result = sim::run_sweep(evaluator, points, {dir + "/journal.jsonl", o.resume, o.keep == "full" ? dir + "/points" : ""}, control);
  write_file(dir + "/sweep.csv", sim::sweep_csv(result));
  if (!o.report.empty()) {
    sim::SearchResult seen;
    seen.metrics = result.metrics;
    for (auto const& row : result.rows) seen.candidates.push_back({row, {}, {}, {}, 0});
    write_points_page(fmt::format("Sweep of {}", evaluator.base().value.title), seen, nullptr, frame.command_line, o.report);
  }
  if (frame.json) std::fputs(sweep_json(result, dir).c_str(), stdout);
  else if (!frame.quiet) {
    std::string const resumed = result.resumed > 0 ? fmt::format(", {} of them from the journal", result.resumed) : "";
    fmt::print("{}: {} points{}, {} failed\n{}\n  table  {}/sweep.csv   journal  {}/journal.jsonl\n", evaluator.base().value.title, result.rows.size(), resumed, result.failed(), table(result), dir, dir);
  }
  return result.failed() == result.rows.size() ? kCheckFailed : kSuccess;
}

}  // namespace

void add_sweep(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<SweepOptions>();
  CLI::App* verb = frame.verb(app, "sweep", "Run many points of a scenario", [o, &frame] { return sweep(*o, frame); });
  verb->add_option("FILE", o->file, "Scenario file")->required();
  verb->add_option("--vary", o->vary, "PATH=A,B,C or PATH=LOW..HIGH, LOW..HIGH/COUNT, LOW..HIGH by STEP")->allow_extra_args(false)->type_name("RANGE");
  verb->add_option("--design", o->design, "grid, lhs, sobol, or a CSV file whose header holds paths")->capture_default_str();
  verb->add_option("-n,--points", o->n, "Points of lhs and sobol")->capture_default_str()->check(CLI::Range(1, 10000000));
  verb->add_option("--seed", o->seed, "Seed of the design; default that of the scenario");
  verb->add_option("--members", o->members, "Members of an ensemble in each point, for bands")->capture_default_str()->check(CLI::Range(0, 100000));
  verb->add_option("--keep", o->keep, "summary: figures; full: also result.nc of each point")->check(CLI::IsMember({"summary", "full"}))->capture_default_str();
  verb->add_option("--report", o->report, "Also write a page of all points")->type_name("FILE");
  verb->add_option("-o,--out", o->out_dir, "Folder (default runs/sweep-NAME-HASH)");
  verb->add_flag("--resume", o->resume, "Go on with the journal in the folder");
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
