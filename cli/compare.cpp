// compare A B [C..]: runs what is missing and sets the options side by side.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "reports/html.hpp"
#include "sim/io/tables.hpp"
#include "sim/scenario/cases.hpp"
#include "sim/decisions/compare.hpp"
#include "sim/decisions/ensemble.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr char const* kShown[] = {"tokens.out.rate", "tokens.good.rate", "goodput.fraction", "training.tokens.rate", "it.power", "facility.power", "facility.power.peak", "pue", "wue", "water",
                                  "energy.per_output_token", "cost.per_mtok_out", "cost.energy_per_mtok_out", "cost.year", "carbon.per_mtok_out", "tokens.out.rate.as_delivered"};

struct CompareOptions {
  std::vector<std::string> arguments, metrics;
  std::string baseline, format = "text", out, report;
  sim::LoadOptions load;
  int members = sim::kDefaultMembers;
  bool no_effects = false;
};

// Which option the others are measured against: --baseline, the baseline of a cases file, else the first.
std::size_t baseline_of(CompareOptions const& o, std::vector<sim::Option> const& options) {
  std::string wanted = o.baseline;
  for (auto const& argument : o.arguments)
    if (wanted.empty() && !argument.ends_with(".nc") && argument.find(':') == std::string::npos && !sim::list_cases(argument).empty()) wanted = sim::load_cases(argument).baseline;
  if (wanted.empty()) return 0;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].name == wanted || options[i].source == wanted) return i;
    names.push_back(options[i].name);
  }
  std::string const near = did_you_mean(wanted, names);
  throw InputError(Diagnostic{"AF2940", Severity::error, fmt::format("no option is called `{}`", wanted), "", {}, near.empty() ? fmt::format("options: {}", fmt::join(names, ", ")) : fmt::format("did you mean `{}`?", near), 1});
}

std::vector<std::string> metrics_of(CompareOptions const& o, sim::Results const& base) {
  std::vector<std::string> out;
  if (o.metrics.empty())
    for (auto const* id : kShown)
      if (auto const* m = base.find(id); m && m->value != 0) out.emplace_back(id);
  std::vector<std::string> known;
  for (auto const& m : base.summary) known.push_back(m.id);
  for (auto const& id : o.metrics) {
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      std::string const near = did_you_mean(id, known);
      throw InputError(Diagnostic{"AF2831", Severity::error, fmt::format("there is no metric `{}`", id), "", {}, near.empty() ? "`aifactory explain METRIC` describes them" : fmt::format("did you mean `{}`?", near), 1});
    }
    out.push_back(id);
  }
  return out;
}

sim::FigureChange const& figure(sim::OptionComparison const& c, std::string const& id) {
  return *std::find_if(c.figures.begin(), c.figures.end(), [&](auto const& f) { return f.id == id; });
}

std::string percent(double value, double base) { return base == 0 || !std::isfinite(value / base) ? "" : fmt::format("{:+.1f} %", 100 * (value / base - 1)); }

// Rows of text cells: the table that text and Markdown share.
std::vector<std::vector<std::string>> rows_of(std::vector<sim::Option> const& options, sim::OptionsCompared const& r, std::vector<std::string> const& metrics) {
  auto const& base = options[r.baseline];
  std::vector<std::vector<std::string>> rows{{"figure", base.name}};
  for (auto const& c : r.others) rows[0].insert(rows[0].end(), {options[c.option].name, "change", "odds"});
  for (auto const& id : metrics) {
    auto const* m = base.results.find(id);
    std::vector<std::string> row{id, display(m->value, m->unit)};
    for (auto const& c : r.others) {
      auto const& f = figure(c, id);
      row.push_back(std::isfinite(f.value) ? display(f.value, f.unit) : "-");
      row.push_back(percent(f.value, f.base) + (f.better ? " better" : f.worse ? " worse" : ""));
      row.push_back(f.odds ? fmt::format("{:.0f} %", 100 * *f.odds) : "");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string text_table(std::vector<std::vector<std::string>> const& rows) {
  std::vector<std::size_t> width(rows[0].size(), 0);
  for (auto const& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string out;
  for (auto const& row : rows) {
    std::string line = "  " + fmt::format("{:<{}}", row[0], width[0]);
    for (std::size_t i = 1; i < row.size(); ++i) line += fmt::format("  {:>{}}", row[i], width[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string markdown_table(std::vector<std::vector<std::string>> const& rows) {
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "|";
    for (auto cell : rows[r]) {
      for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2) cell.replace(at, 1, "\\|");
      out += " " + cell + " |";
    }
    out += "\n";
    if (r == 0) {
      out += "|---|";
      for (std::size_t i = 1; i < rows[0].size(); ++i) out += "---:|";
      out += "\n";
    }
  }
  return out;
}

std::string changes_text(std::vector<sim::Option> const& options, sim::OptionsCompared const& r) {
  std::string out;
  for (auto const& c : r.others) {
    out += fmt::format("\n{}: {}\n", options[c.option].name, c.why);
    if (!options[c.option].scenario || !options[r.baseline].scenario) out += "  its scenario is not at hand: what changed is not known\n";
    for (auto const& e : c.changes) {
      std::string effects;
      for (std::size_t i = 0; i < e.alone.size(); ++i)
        if (std::isfinite(e.alone[i]) && std::abs(e.alone[i]) >= 5e-4) effects += fmt::format("{}{} {:+.1f} %", effects.empty() ? "" : ", ", r.effect_metrics[i], 100 * e.alone[i]);
      std::string const alone = !e.problem.empty() ? "cannot stand alone: " + e.problem : e.alone.empty() ? "" : effects.empty() ? "alone: moves none of the three" : "alone: " + effects;
      out += fmt::format("  {}: {} -> {}   {}\n", e.change.path, e.change.from.empty() ? "nothing" : e.change.from, e.change.to.empty() ? "nothing" : e.change.to, alone);
    }
  }
  return out;
}

Json compare_json(std::vector<sim::Option> const& options, sim::OptionsCompared const& r, std::vector<std::string> const& metrics) {
  auto const number = [](double v) { return std::isfinite(v) ? Json(v) : Json(); };
  Json j{{"schema", "aifactory/comparison/v1"}, {"baseline", options[r.baseline].name}};
  for (auto const& o : options) j["options"].push_back({{"name", o.name}, {"source", o.source}, {"scenario_sha256", o.results.provenance.scenario_sha256}, {"cached", o.was_cached}, {"verdict", o.results.verdict}});
  for (auto const& c : r.others) {
    Json entry{{"option", options[c.option].name}, {"why", c.why}};
    for (auto const& id : metrics) {
      auto const& f = figure(c, id);
      Json m{{"unit", f.unit}, {"baseline", number(f.base)}, {"value", number(f.value)}, {"better", f.better}, {"worse", f.worse}};
      if (f.odds) m["odds_of_better"] = *f.odds, m["difference_p10"] = *f.low, m["difference_p90"] = *f.high;
      entry["metrics"][id] = std::move(m);
    }
    for (auto const& e : c.changes) {
      Json change{{"path", e.change.path}, {"from", e.change.from}, {"to", e.change.to}};
      for (std::size_t i = 0; i < e.alone.size(); ++i) change["alone"][r.effect_metrics[i]] = number(e.alone[i]);
      if (!e.problem.empty()) change["problem"] = e.problem;
      entry["changes"].push_back(std::move(change));
    }
    j["comparisons"].push_back(std::move(entry));
  }
  return j;
}

std::string compare_csv(std::vector<sim::Option> const& options, std::vector<std::string> const& metrics) {
  std::vector<std::string> head{"option", "source", "scenario_sha256"};
  for (auto const& id : metrics)
    for (char const* q : {"", ".p10", ".p50", ".p90"}) head.push_back(sim::csv_header(id + q, options.front().results.find(id)->unit));
  std::string out = sim::csv_line(head);
  for (auto const& o : options) {
    std::vector<std::string> cells{o.name, o.source, o.results.provenance.scenario_sha256};
    for (auto const& id : metrics) {
      auto const* m = o.results.find(id);
      cells.push_back(m ? sim::csv_number(m->value) : "");
      for (auto const& q : {m ? m->p10 : std::nullopt, m ? m->p50 : std::nullopt, m ? m->p90 : std::nullopt}) cells.push_back(q ? sim::csv_number(*q) : "");
    }
    out += sim::csv_line(cells);
  }
  return out;
}

int compare(CompareOptions const& o, Frame const& frame) {
  sim::CompareSettings settings;
  settings.load = o.load;
  settings.run.cache_dir = sim::default_cache_dir();
  settings.run.members = o.members;
  settings.run.command_line = frame.command_line;
  settings.run.control = frame.control();
  settings.effects = !o.no_effects;
  auto const options = sim::load_options(o.arguments, settings);
  if (options.size() < 2)
    throw InputError(Diagnostic{"AF2940", Severity::error, "a comparison needs two options", "", {}, "name two scenarios or results, or a cases file with two cases", 1});
  std::size_t const baseline = baseline_of(o, options);
  auto const metrics = metrics_of(o, options[baseline].results);
  auto const result = sim::compare_options(options, baseline, sim::Library(o.load.library_dirs), settings);
  if (!o.report.empty()) {
    std::vector<sim::Results> ordered{options[baseline].results};
    std::vector<std::string> names{options[baseline].name};
    for (auto const& c : result.others) ordered.push_back(options[c.option].results), names.push_back(options[c.option].name);
    reports::write_report(ordered, o.report, {"", true, "", names});
  }
  auto const rows = rows_of(options, result, metrics);
  std::string const format = frame.json ? "json" : o.format;
  std::string const text = format == "json"       ? compare_json(options, result, metrics).dump(2) + "\n"
                           : format == "csv"      ? compare_csv(options, metrics)
                           : format == "markdown" ? markdown_table(rows)
                                                  : text_table(rows) + changes_text(options, result);
  if (!o.out.empty()) write_file(o.out, text);
  else std::fputs(text.c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_compare(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<CompareOptions>();
  CLI::App* verb = frame.verb(app, "compare", "Set options side by side", [o, &frame] { return compare(*o, frame); });
  verb->add_option("OPTION", o->arguments, "Scenarios, cases files, FILE:CASE, or results (result.nc)")->required();
  verb->add_option("--baseline", o->baseline, "Name of the option that the others are measured against")->type_name("NAME");
  verb->add_option("--metrics", o->metrics, "Figures of the table; default the headline ones")->delimiter(',')->type_name("ID,...");
  verb->add_option("--format", o->format, "text, markdown, csv or json")->check(CLI::IsMember({"text", "markdown", "csv", "json"}))->capture_default_str();
  verb->add_option("--members", o->members, "Members of the ensembles; 0: no bands and no odds")->capture_default_str()->check(CLI::Range(0, 1000000));
  verb->add_flag("--no-effects", o->no_effects, "Leave out what each change does alone");
  verb->add_option("--report", o->report, "Also write one HTML page of all options")->type_name("FILE");
  verb->add_option("-o,--out", o->out, "Write to a file instead of the terminal")->type_name("FILE");
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
