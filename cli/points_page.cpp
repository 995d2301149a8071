// The page of a sweep or a search: points on the plane of two figures with their front, what was asked, every point in a table.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/study_pages.hpp"
#include "core/write_file.hpp"
#include "reports/html.hpp"
#include "reports/plane_chart.hpp"
#include "sim/io/result_file.hpp"
#include "sim/metrics.hpp"
#include "sim/run.hpp"

namespace aif::cli {
namespace {

using namespace reports;
constexpr std::size_t kMostRows = 2000;
constexpr std::string_view kShown[] = {"tokens.good.rate", "goodput.fraction", "facility.power.peak", "pue", "energy.per_output_token", "cost.per_mtok_out"};

double figure_of(sim::SearchResult const& r, sim::Candidate const& c, std::string_view id) {
  for (std::size_t i = 0; i < r.metrics.size(); ++i)
    if (r.metrics[i].id == id && !c.row.result.failed) return c.row.result.values[i];
  return std::nan("");
}

std::string sets_of(sim::Candidate const& c) { return c.row.sets.empty() ? "as it stands" : fmt::format("{}", fmt::join(c.row.sets, ", ")); }

PlaneAxis objective_axis(sim::Objective const& o) {
  std::string const unit = o.expression.unit();
  return {label_of(o.expression.text()), unit == "s-1" ? "1 s-1" : unit, o.expression.text(), o.maximise};
}

// Of a search: its first two objectives; else output against its cost, or the peak where nothing has a price.
Chart plane_of(sim::SearchResult const& r, sim::SearchSettings const* s) {
  bool const own = s && s->objectives.size() > 1;
  auto const metric_axis = [](std::string const& id) {
    auto const* m = sim::find_metric(id);
    return PlaneAxis{label_of(id), std::string(m->unit), id, m->better == Better::up};
  };
  bool const priced = std::any_of(r.candidates.begin(), r.candidates.end(), [&](auto const& c) { return figure_of(r, c, "cost.per_mtok_out") > 0; });
  PlaneAxis const x = own ? objective_axis(s->objectives[1]) : metric_axis(priced ? "cost.per_mtok_out" : "facility.power.peak"), y = own ? objective_axis(s->objectives[0]) : metric_axis("tokens.good.rate");
  std::vector<Point> points;
  for (std::size_t i = 0; i < r.candidates.size(); ++i) {
    auto const& c = r.candidates[i];
    if (c.row.result.failed || c.violation > 0) continue;
    double const vx = own ? c.objectives[1] : figure_of(r, c, x.metric), vy = own ? c.objectives[0] : figure_of(r, c, y.metric);
    bool const chosen = s && !own && !r.best.empty() && r.best.front() == i;
    if (std::isfinite(vx) && std::isfinite(vy)) points.push_back({sets_of(c), vx, vy, -1, chosen});
  }
  return plane_chart("points", "The points on two figures", "Filled and joined: no other point is better in both figures. Points that failed or break a constraint are left out.", x, y, points);
}

Table points_table(sim::SearchResult const& r, sim::SearchSettings const* s) {
  Table table{"Every point", {{"point", true}, {"set"}}, {}, true};
  for (std::size_t k = 0; s && k < s->objectives.size(); ++k) table.columns.push_back({(s->objectives[k].maximise ? "most: " : "least: ") + label_of(s->objectives[k].expression.text()), true});
  std::vector<std::string_view> shown;  // figures that are no objective
  for (auto id : kShown)
    if (!s || std::none_of(s->objectives.begin(), s->objectives.end(), [&](auto const& o) { return o.expression.text() == id; })) shown.push_back(id);
  for (auto id : shown) table.columns.push_back({label_of(id), true});
  table.columns.insert(table.columns.end(), {{"what binds"}, {"state"}});
  if (r.candidates.size() > kMostRows) table.caption = fmt::format("The first {} of {} points; the rest is in the CSV file beside the journal", kMostRows, r.candidates.size());
  for (auto const& c : r.candidates) {
    if (table.rows.size() == kMostRows) break;
    std::vector<Cell> row{number_cell(std::to_string(c.row.number)), text_cell(sets_of(c))};
    for (std::size_t k = 0; s && k < s->objectives.size(); ++k) {
      auto const axis = objective_axis(s->objectives[k]);
      row.push_back(k < c.objectives.size() && std::isfinite(c.objectives[k]) ? quantity_cell(c.objectives[k], axis.si_unit, axis.metric) : number_cell("—"));
    }
    for (auto id : shown) {
      double const v = figure_of(r, c, id);
      row.push_back(std::isfinite(v) ? quantity_cell(v, sim::find_metric(id)->unit, id) : number_cell("—"));
    }
    auto const& problems = c.row.result.problems.items();
    Cell state = text_cell(c.row.result.failed ? "failed: " + (problems.empty() ? "" : problems.front().message) : c.violation > 0 ? "breaks a constraint" : "kept");
    state.tone = c.row.result.failed ? "bad" : c.violation > 0 ? "warn" : "good";
    row.insert(row.end(), {text_cell(c.row.result.binding), std::move(state)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table asked_table(sim::SearchSettings const& s) {
  Table table{"What was asked", {{"kind"}, {"expression"}}, {}};
  for (auto const& o : s.objectives) table.rows.push_back({text_cell(o.maximise ? "maximise" : "minimise"), text_cell(o.expression.text())});
  for (auto const& c : s.constraints) table.rows.push_back({text_cell("subject to"), text_cell(c.text)});
  return table;
}

Section infeasible_section(sim::SearchResult const& r, sim::SearchSettings const& s) {
  Section section{"relaxations", "What would have to give way", {}};
  section.blocks.emplace_back(Paragraph{"No point keeps all constraints. For each, the smallest change that would help with all others kept."});
  Table table{"Relaxations", {{"constraint"}, {"would have to be", true}, {"change", true}, {"with"}}, {}};
  for (auto const& relax : r.relaxations) {
    auto const& c = s.constraints[relax.constraint];
    std::string const unit = c.left.unit() == "s-1" ? "1 s-1" : c.left.unit();
    table.rows.push_back({text_cell(c.text), relax.found ? quantity_cell(relax.needed, unit, c.left.text()) : number_cell("alone does not help"), number_cell(relax.found ? fmt::format("{:+.1f} %", 100 * (c.is_upper ? relax.relative : -relax.relative)) : "—"),
                          text_cell(relax.found ? sets_of(r.candidates[relax.candidate]) : "")});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace

void write_points_page(std::string const& title, sim::SearchResult const& r, sim::SearchSettings const* s, std::string const& command, std::string const& path) {
  ReportModel model;
  model.title = title;
  model.question = s ? "Which design is best under the constraints?" : "How do the figures move with the inputs?";
  auto const failed = std::count_if(r.candidates.begin(), r.candidates.end(), [](auto const& c) { return c.row.result.failed; });
  model.verdict = fmt::format("{} points, {} failed.", r.candidates.size(), failed);
  if (s && r.best.size() == 1) model.verdict = fmt::format("Best of {} points: {}.", r.candidates.size(), sets_of(r.candidates[r.best.front()]));
  if (s && r.best.size() > 1) model.verdict = fmt::format("{} of {} points are on the front: none is better in every objective than another.", r.best.size(), r.candidates.size());
  if (s && r.best.empty()) model.verdict = fmt::format("None of {} points keeps all constraints.", r.candidates.size());
  model.series = Json::object();
  Section section{"points-section", "The points", {}};
  Chart plane = plane_of(r, s);
  if (!plane.twin.rows.empty()) section.blocks.emplace_back(std::move(plane));
  section.blocks.emplace_back(points_table(r, s));
  model.sections.push_back(std::move(section));
  if (s && r.best.empty()) model.sections.push_back(infeasible_section(r, *s));
  Section asked{"asked", "What was asked", {}};
  if (s) asked.blocks.emplace_back(asked_table(*s));
  asked.blocks.emplace_back(Preformatted{"The command", command});
  model.sections.push_back(std::move(asked));
  model.sections.push_back(notices_section(true));
  write_file(path, render_model(model, "aifactory " + sim::version()));
}

}  // namespace aif::cli
