#include "sim/claims/arrive_together.hpp"
#include "core/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aif::sim {
namespace {


std::string name_of(economics::DeliveryItem const& item) { return !item.title.empty() ? item.title : !item.lead.title.empty() ? item.lead.title : item.id; }

StudyFigure band_figure(std::string id, std::string title, std::string caption, std::string y_label, std::vector<double> const& time_s, std::vector<economics::Quantiles> const& q, double scale, std::string label) {
  StudyFigure f;
  f.id = std::move(id), f.title = std::move(title), f.caption = std::move(caption), f.x_label = "weeks from the first order", f.y_label = std::move(y_label);
  FigureSeries s;
  s.label = std::move(label);
  for (std::size_t k = 0; k < q.size(); ++k) {
    s.x.push_back(time_s[k] / kWeek);
    s.y.push_back(q[k].p50 * scale);
    s.low.push_back(q[k].p10 * scale);
    s.high.push_back(q[k].p90 * scale);
  }
  f.series.push_back(std::move(s));
  return f;
}

void add_quantiles(StudyResult& r, std::string const& id, economics::Quantiles const& q, double scale, std::string const& unit, std::string const& definition) {
  for (auto const& [suffix, value] : {std::pair{"p10", q.p10}, {"p50", q.p50}, {"p90", q.p90}}) r.add(id + "." + suffix, value * scale, unit, definition);
}

}  // namespace

StudyResult run_study(ArriveTogetherStudy const& study, std::uint64_t seed, double good_token_s) {
  auto const& items = study.items;
  if (auto problems = economics::check_delivery(items, "studies." + study.id + ".items"); problems.has_errors()) throw InputError(std::move(problems));
  economics::DeliveryOptions options;
  options.draws = static_cast<std::size_t>(study.draws);
  options.seed = seed;
  options.wacc_frac = study.wacc_frac;
  options.horizon_s = study.horizon_s;
  auto const out = economics::simulate_delivery(items, options);

  StudyResult r;
  r.id = study.id, r.type = std::string(study.type_name), r.title = study.title.empty() ? "What arrives together, and what waits" : study.title;
  add_quantiles(r, "first_output", out.first_s, 1 / kWeek, "week", "Time from the first order to the first output.");
  add_quantiles(r, "full_output", out.full_s, 1 / kWeek, "week", "Time to the output of the smallest chain when all is there.");
  add_quantiles(r, "compute_waits", out.waiting_compute_s, 1 / kWeek, "week", "From the arrival of the accelerators to the first output.");
  add_quantiles(r, "compute_value_lost", out.compute_value_lost_frac, 1, "1", "Share of the accelerators' price that straight-line life and cost of capital take in that wait.");
  add_quantiles(r, "stranded_capital", out.stranded_usd_s, 1 / kYear, "USD year", "Capital that stood idle, times how long.");
  add_quantiles(r, "stranded_cost", out.stranded_cost_usd, 1, "USD", "Cost of capital and lost value of what stood idle.");
  double peak_w = 0;
  for (auto const& q : out.stranded_w) peak_w = std::max(peak_w, q.p50);
  r.add("stranded_power.peak", peak_w, "W", "Largest median of accelerator power that is there and cannot run.");
  r.add("output_power", out.capacity_w, "W", "IT power of the smallest chain when all is there.");

  StudyTable gates{"gates", "What the first output waits for", "Share of draws in which the item is the longest step of the chain that comes last.", {"item", "gates first output", "gates full output", "there after: P10", "P50", "P90", "cost"},
                   {"", "1", "1", "week", "week", "week", "USD"}, {}};
  std::vector<std::size_t> order(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return out.gate_frac[a] > out.gate_frac[b]; });
  StudyFigure bars{"gates", "What gates the first output", "Share of draws in which each item is the longest step of the chain that comes last.", "", "share of draws", FigureKind::bars, {}, {{"share of draws", {}, {}, {}, {}}}, false, false};
  for (std::size_t i : order) {
    auto const& d = out.done_s[i];
    gates.rows.push_back({cell(name_of(items[i])), cell(out.gate_frac[i]), cell(out.gate_full_frac[i]), cell(d.p10 / kWeek), cell(d.p50 / kWeek), cell(d.p90 / kWeek), cell(items[i].capex_usd)});
    r.add("gate." + items[i].id, out.gate_frac[i], "1", "Share of draws in which " + name_of(items[i]) + " gates the first output.");
    if (out.gate_frac[i] >= 0.005) bars.categories.push_back(name_of(items[i])), bars.series[0].y.push_back(out.gate_frac[i]);
  }
  r.tables.push_back(std::move(gates));
  r.figures.push_back(band_figure("ramp", "Output that could run", "Median and 10 to 90 % of the draws of the IT power that every chain carries.", "MW of IT", out.time_s, out.usable_w, 1e-6, "usable"));
  r.figures.back().series.push_back(band_figure("", "", "", "", out.time_s, out.stranded_w, 1e-6, "there and idle").series[0]);
  r.figures.push_back(band_figure("stranded", "Capital that stands idle", "Median and 10 to 90 % of the draws of what is paid for and delivers nothing.", "million USD", out.time_s, out.stranded_usd, 1e-6, "stranded capital"));
  r.figures.push_back(std::move(bars));

  std::string const first = name_of(items[order[0]]);
  std::string tokens = good_token_s > 0 ? fmt::format(" A week of wait is {:.3g} trillion output tokens not made.", good_token_s * kWeek / 1e12) : "";
  r.verdict = fmt::format("The first token comes after {:.0f} weeks ({:.0f} to {:.0f}); {} gates it in {:.0f} % of the draws. The accelerators wait {:.0f} weeks and lose {:.0f} % of their price.{}", out.first_s.p50 / kWeek,
                          out.first_s.p10 / kWeek, out.first_s.p90 / kWeek, first, 100 * out.gate_frac[order[0]], out.waiting_compute_s.p50 / kWeek, 100 * out.compute_value_lost_frac.p50, tokens);
  r.notes = {"Lead times are triangular between fast, typical and slow; items are independent unless they share a group.", "A chain works when its last link works; partial function, resale and cancellation are neglected."};
  judge(r, study.expectations);
  return r;
}

}  // namespace aif::sim
