// optimize FILE: search the best design under constraints; several objectives give a front; no feasible design is an answer.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/site_sheets.hpp"
#include "cli/study_pages.hpp"
#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "core/hash.hpp"
#include "core/write_file.hpp"
#include "sim/run.hpp"
#include "sim/decisions/optimise.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

struct OptimizeOptions {
  std::string file, out_dir, report;
  std::vector<std::string> maximise, minimise, over, constraints;
  sim::LoadOptions load;
  std::size_t budget = 200;
  long long seed = -1;
  int members = 0;
  bool resume = false, setpoints = false;
  int every = 0;
};

constexpr char const* kShownMetrics[] = {"tokens.good.rate", "goodput.fraction", "facility.power", "facility.power.peak", "pue", "energy.per_output_token", "cost.per_mtok_out", "cost.year", "carbon"};

sim::SearchSettings settings_of(OptimizeOptions const& o, sim::Evaluator const& evaluator) {
  auto const figures = sim::figures_of(evaluator);
  sim::SearchSettings s;
  for (auto const& text : o.maximise) s.objectives.push_back({sim::Expression::parse(text, figures), true});
  for (auto const& text : o.minimise) s.objectives.push_back({sim::Expression::parse(text, figures), false});
  for (auto const& text : o.constraints) s.constraints.push_back(sim::Comparison::parse(text, figures));
  for (auto const& c : evaluator.base().value.checks)  // the scenario's own limits hold, too
    if (c.level == "error") s.constraints.push_back(sim::Comparison::parse(c.expr, figures));
  s.budget = o.budget;
  s.seed = static_cast<std::uint64_t>(o.seed >= 0 ? o.seed : evaluator.base().value.seed);
  return s;
}

// A value of an expression: with a display unit where a figure's unit has one.
std::string shown(double si, sim::Expression const& e) {
  std::string const unit = e.unit();
  return display(si, unit == "s-1" ? "1 s-1" : unit);
}

double figure(sim::SearchResult const& r, sim::Candidate const& c, std::string_view id) {
  for (std::size_t i = 0; i < r.metrics.size(); ++i)
    if (r.metrics[i].id == id && !c.row.result.failed) return c.row.result.values[i];
  return std::nan("");
}

std::string sets_text(sim::Candidate const& c) {
  std::string out;
  for (auto const& set : c.row.sets) out += (out.empty() ? "" : "  ") + set;
  return out;
}

std::string point_text(sim::SearchResult const& r, sim::SearchSettings const& s, sim::Candidate const& c) {
  std::string out;
  for (auto const& set : c.row.sets) out += fmt::format("  --set {}\n", set.find(' ') == std::string::npos ? set : "\"" + set + "\"");
  for (std::size_t i = 0; i < s.objectives.size(); ++i)
    out += fmt::format("  {} {:<32} {}\n", s.objectives[i].maximise ? "maximize" : "minimize", s.objectives[i].expression.text(), shown(c.objectives[i], s.objectives[i].expression));
  for (std::size_t k = 0; k < s.constraints.size(); ++k) {
    double const slack = std::abs(c.left[k] - c.right[k]) / std::max({std::abs(c.left[k]), std::abs(c.right[k]), 1e-300});
    char const* const state = s.constraints[k].violation(c.left[k], c.right[k]) > 0 ? "BROKEN" : slack < 0.01 ? "binds" : "kept";
    out += fmt::format("  {:<7} {}  ({})\n", state, s.constraints[k].text, shown(c.left[k], s.constraints[k].left));
  }
  for (auto const* id : kShownMetrics)
    if (double const v = figure(r, c, id); std::isfinite(v) && v != 0) {
      auto const at = std::find_if(r.metrics.begin(), r.metrics.end(), [&](auto const& m) { return m.id == id; });
      out += fmt::format("  {:<26} {:>14}\n", id, display(v, at->unit));
    }
  if (!c.row.result.binding.empty()) out += fmt::format("  limited by {}\n", c.row.result.binding);
  return out;
}

std::string front_text(sim::SearchResult const& r, sim::SearchSettings const& s) {
  std::string out = "  ";
  for (auto const& o : s.objectives) out += fmt::format("{:>28} ", (o.maximise ? "max " : "min ") + o.expression.text());
  out += "  design\n";
  for (auto i : r.best) {
    auto const& c = r.candidates[i];
    out += "  ";
    for (std::size_t k = 0; k < s.objectives.size(); ++k) out += fmt::format("{:>28} ", shown(c.objectives[k], s.objectives[k].expression));
    out += fmt::format("  {}\n", sets_text(c));
  }
  return out;
}

std::string infeasible_text(sim::SearchResult const& r, sim::SearchSettings const& s) {
  auto const& near = r.candidates[r.closest];
  std::string out = fmt::format("no design keeps all constraints ({} points seen)\n", r.candidates.size());
  if (near.row.result.failed) {
    auto const& problems = near.row.result.problems.items();
    return out + fmt::format("no point could be built: {}\n", problems.empty() ? "" : problems.front().code + ": " + problems.front().message);
  }
  out += fmt::format("closest: {}\n", sets_text(near));
  for (std::size_t k = 0; k < s.constraints.size(); ++k)
    if (s.constraints[k].violation(near.left[k], near.right[k]) > 0) out += fmt::format("  broken  {}  (reached {})\n", s.constraints[k].text, shown(near.left[k], s.constraints[k].left));
  out += "smallest relaxation of one constraint, all others kept:\n";
  for (auto const& relax : r.relaxations) {
    auto const& c = s.constraints[relax.constraint];
    if (relax.found) out += fmt::format("  {}  would have to be {} {} ({:+.1f} %), with {}\n", c.text, c.is_upper ? "<=" : ">=", shown(relax.needed, c.left), 100 * (c.is_upper ? relax.relative : -relax.relative), sets_text(r.candidates[relax.candidate]));
    else out += fmt::format("  {}  alone does not help: other constraints break with it\n", c.text);
  }
  return out;
}

Json candidate_json(sim::SearchResult const& r, sim::SearchSettings const& s, sim::Candidate const& c) {
  Json j{{"point", c.row.number}, {"set", c.row.sets}, {"scenario_sha256", c.row.result.scenario_sha256}, {"binding", c.row.result.binding}};
  auto const number = [](double v) { return std::isfinite(v) ? Json(v) : Json(); };
  for (std::size_t i = 0; i < c.objectives.size(); ++i) j["objectives"].push_back(number(c.objectives[i]));
  for (std::size_t k = 0; k < c.left.size(); ++k)
    j["constraints"].push_back({{"expression", s.constraints[k].text}, {"value", number(c.left[k])}, {"limit", number(c.right[k])}, {"kept", s.constraints[k].violation(c.left[k], c.right[k]) == 0}});
  if (!c.row.result.failed)
    for (std::size_t m = 0; m < r.metrics.size(); ++m) j["metrics"][r.metrics[m].id] = number(c.row.result.values[m]);
  return j;
}

std::string search_json(sim::SearchResult const& r, sim::SearchSettings const& s, std::string const& dir) {
  Json j{{"schema", "aifactory/search/v1"}, {"folder", dir}, {"feasible", r.feasible()}, {"evaluated", r.candidates.size()}};
  for (auto const& o : s.objectives) j["objectives"].push_back({{"expression", o.expression.text()}, {"direction", o.maximise ? "maximize" : "minimize"}, {"unit", o.expression.unit()}});
  for (auto i : r.best) j["best"].push_back(candidate_json(r, s, r.candidates[i]));
  if (!r.feasible()) {
    j["closest"] = candidate_json(r, s, r.candidates[r.closest]);
    for (auto const& relax : r.relaxations) {
      Json entry{{"constraint", s.constraints[relax.constraint].text}, {"alone_suffices", relax.found}};
      if (relax.found) entry["needed"] = relax.needed, entry["relative"] = relax.relative, entry["set"] = r.candidates[relax.candidate].row.sets;
      j["relaxations"].push_back(std::move(entry));
    }
  }
  return j.dump(2) + "\n";
}

int optimize(OptimizeOptions const& o, Frame const& frame) {
  if (o.setpoints) {
    sim::SetpointOptions options;
    if (o.every > 0) options.every_hours = o.every;
    return setpoint_sheet(o.file, o.load, options, o.out_dir, frame);
  }
  auto base = sim::load_scenario(o.file, o.load);
  frame.print(base.warnings);
  auto const space = sim::read_space(o.over, base);
  std::string all = base.sha256;
  for (auto const* list : {&o.over, &o.maximise, &o.minimise, &o.constraints})
    for (auto const& text : *list) all += "\n" + text;
  std::string const dir = results_folder(o.out_dir, "optimize-" + base.value.name, content_hash(all));
  RunControl const control = frame.control();
  sim::Evaluator const evaluator(std::move(base), sim::Library(o.load.library_dirs), {.cache_dir = sim::default_cache_dir(), .members = o.members}, control);
  auto settings = settings_of(o, evaluator);
  settings.journal = dir + "/journal.jsonl";
  settings.resume = o.resume;
  auto const result = sim::search(evaluator, space, settings, control);
  std::string const json = search_json(result, settings, dir);
  write_file(dir + "/search.json", json);
  sim::SweepResult seen{result.metrics, {}, 0};
  for (auto const& c : result.candidates) seen.rows.push_back(c.row);
  write_file(dir + "/points.csv", sim::sweep_csv(seen));
  if (!o.report.empty()) write_points_page(fmt::format("Search over {}", evaluator.base().value.title), result, &settings, frame.command_line, o.report);
  if (frame.json) std::fputs(json.c_str(), stdout);
  else {
    std::string const text = !result.feasible() ? infeasible_text(result, settings) : result.best.size() > 1 ? front_text(result, settings) : point_text(result, settings, result.candidates[result.best.front()]);
    if (!frame.quiet) fmt::print("{}: {} points seen{}\n\n{}\n  result  {}/search.json   points  {}/points.csv\n", evaluator.base().value.title, result.candidates.size(), result.feasible() ? "" : ", none feasible", text, dir, dir);
  }
  return result.feasible() ? kSuccess : kCheckFailed;
}

}  // namespace

void add_optimize(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<OptimizeOptions>();
  CLI::App* verb = frame.verb(app, "optimize", "Search the best design under constraints", [o, &frame] { return optimize(*o, frame); });
  verb->add_option("FILE", o->file, "Scenario file")->required();
  verb->add_option("--maximize", o->maximise, "Figure, or an expression of figures; several give a front")->allow_extra_args(false)->type_name("EXPR");
  verb->add_option("--minimize", o->minimise, "Likewise")->allow_extra_args(false)->type_name("EXPR");
  verb->add_option("--subject-to", o->constraints, "EXPR <= EXPR or EXPR >= EXPR; the scenario's checks of level error hold as well")->allow_extra_args(false)->type_name("EXPR");
  verb->add_option("--over", o->over, "What may change: PATH=LOW..HIGH, PATH=LOW..HIGH by STEP, PATH=A,B,C")->allow_extra_args(false)->type_name("RANGE");
  verb->add_flag("--setpoints", o->setpoints, "In place of a search: coolant supply and flow of least cooling energy and leakage, hour by hour, and the reset by wet bulb that can be programmed");
  verb->add_option("--every", o->every, "With --setpoints: every Nth hour of the year (default 5)")->check(CLI::Range(1, 8760));
  verb->add_option("--budget", o->budget, "Points that are evaluated")->capture_default_str()->check(CLI::Range(1, 1000000));
  verb->add_option("--members", o->members, "Members of an ensemble in each point: expressions may then name METRIC.p10, .p50, .p90")->capture_default_str()->check(CLI::Range(0, 100000));
  verb->add_option("--seed", o->seed, "Seed of the search; default that of the scenario");
  verb->add_option("--report", o->report, "Also write a page of all points and the front")->type_name("FILE");
  verb->add_option("-o,--out", o->out_dir, "Folder (default runs/optimize-NAME-HASH)");
  verb->add_flag("--resume", o->resume, "Go on with the journal in the folder");
  verb->parse_complete_callback([o] {
    if (!o->setpoints && o->over.empty()) throw CLI::RequiredError("--over");
  });
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
