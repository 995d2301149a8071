// The calibration page: numbers and sentences of a probe report and its fit, in the form of the product's report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/calibration.hpp"
#include "core/fields.hpp"
#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "reports/html.hpp"
#include "sim/io/result_file.hpp"

namespace aif::cli {
namespace {

using namespace reports;
using calibration::HeldOut;
using calibration::ProbeFit;
using calibration::ProbeReport;

constexpr std::size_t kWorst = 8;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string microseconds(double s) { return fmt::format("{:.4g}", 1e6 * s); }

Section held_out_section(ProbeFit const& fit) {
  Section section{"held-out", "How well unseen probes are predicted", {}};
  section.blocks.emplace_back(Paragraph{fmt::format("Each probe was predicted by a fit that had not seen it. The median error over all of them is {}.", percent(fit.held_out_median)), ""});
  Table table{"Unseen probes by surface", {{"surface"}, {"probes", true}, {"median error", true}, {"nine in ten within", true}, {"in the 90 % band", true}}, {}};
  for (auto const& h : fit.held_out) {
    Cell name = text_cell(h.surface), error = number_cell(percent(h.median));
    error.tone = h.median > 0.10 ? "bad" : h.median > 0.05 ? "warn" : "good";
    table.rows.push_back({name, number_cell(fmt::format("{}", h.points)), error, number_cell(percent(h.p90)), number_cell(percent(h.coverage_90))});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

// Measured against predicted, and the residuals of the worst.
Section surface_section(HeldOut const& h, std::size_t number) {
  Section section{fmt::format("surface-{}", number), h.surface, {}};
  Chart chart{fmt::format("scatter-{}", number), "measured_fitted", "Measured against predicted",
              "Microseconds, both axes logarithmic. Filled: predicted by a fit without that probe, with its 90 % interval; hollow: by the fit that is written. On the line the two agree.", {}, {}};
  chart.twin = {"Measured and predicted microseconds", {{"shape"}, {"measured", true}, {"interval of the measurement", true}, {"fitted", true}, {"predicted unseen", true}, {"90 % band", true}, {"error", true}}, {}, true};
  chart.data = {{"points", Json::array()}};
  std::vector<calibration::ProbePoint> probes = h.probes;
  std::sort(probes.begin(), probes.end(), [](auto const& a, auto const& b) { return std::abs(std::log(a.held_out_s / a.measured_s)) > std::abs(std::log(b.held_out_s / b.measured_s)); });
  for (auto const& p : probes) {
    chart.data["points"].push_back({{"shape", p.shape}, {"measured", 1e6 * p.measured_s}, {"fitted", 1e6 * p.fitted_s}, {"unseen", 1e6 * p.held_out_s}, {"low", 1e6 * p.held_out_low_s}, {"high", 1e6 * p.held_out_high_s}});
    double const error = p.held_out_s / p.measured_s - 1;
    Cell shown = number_cell(fmt::format("{:+.1f} %", 100 * error));
    shown.tone = std::abs(error) > 0.25 ? "bad" : std::abs(error) > 0.10 ? "warn" : "";
    chart.twin.rows.push_back({text_cell(p.shape), number_cell(microseconds(p.measured_s)), number_cell(fmt::format("{} to {}", microseconds(p.low_s), microseconds(p.high_s))), number_cell(microseconds(p.fitted_s)),
                               number_cell(microseconds(p.held_out_s)), number_cell(fmt::format("{} to {}", microseconds(p.held_out_low_s), microseconds(p.held_out_high_s))), shown});
  }
  Table worst{"The worst of them", chart.twin.columns, {}};
  worst.rows.assign(chart.twin.rows.begin(), chart.twin.rows.begin() + static_cast<std::ptrdiff_t>(std::min(kWorst, chart.twin.rows.size())));
  section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(std::move(worst));
  return section;
}

Section power_section(ProbeReport const& report, ProbeFit const& fit) {
  Section section{"power", "Watts", {}};
  auto const& p = fit.profile.power;
  section.blocks.emplace_back(Paragraph{report.power.empty() ? "No power was read: the coefficients are those of the data sheet or assumptions."
                                                             : fmt::format("Fitted to {} sustained loads by non-negative least squares: idle {:.0f} W, busy floor {:.0f} W, clocks {:.0f} W, {:.3g} pJ a bf16 operation, {:.3g} pJ a byte of memory, leakage {:.0f} W at {:.0f} degC.",
                                                                           report.power.size(), p.idle_w, p.active_floor_w, p.c_clock_w, 1e12 * p.e_flop_j[static_cast<std::size_t>(Precision::bf16)],
                                                                           1e12 * p.e_hbm_j_per_byte, p.leak_w, p.t_ref_c), ""});
  if (report.power.empty()) return section;
  Table table{"Sustained loads", {{"load"}, {"watts", true}, {"degC", true}, {"SM clock MHz", true}, {"TFLOP/s", true}, {"TB/s", true}}, {}};
  for (auto const& r : report.power)
    table.rows.push_back({text_cell(r.load), number_cell(fmt::format("{:.0f}", r.power_w)), number_cell(fmt::format("{:.0f}", r.temperature_c)), number_cell(fmt::format("{:.0f}", 1e-6 * r.sm_clock_hz)),
                          number_cell(fmt::format("{:.1f}", 1e-12 * r.flop_s)), number_cell(fmt::format("{:.3f}", 1e-12 * r.byte_s))});
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section distrust_section(ProbeReport const& report, ProbeFit const& fit) {
  Section section{"distrust", "What to distrust", {}};
  for (auto const& d : fit.distrust) section.blocks.emplace_back(Paragraph{d, "note"});
  if (fit.distrust.empty()) section.blocks.emplace_back(Paragraph{"Nothing stood out: every surface predicts its unseen probes within a tenth, and no probe failed.", ""});
  std::vector<double> spreads;
  for (auto const& r : report.results) spreads.push_back((r.high_s - r.low_s) / r.time_s);
  if (!spreads.empty()) section.blocks.emplace_back(Paragraph{fmt::format("Half of the measurements repeat within {} (95 % interval of their statistic), nine in ten within {}: no fit can be better than that.", percent(median(spreads)), percent(quantile(spreads, 0.9))), ""});
  Table table{"Conditions", {{"recorded"}}, {}};
  for (auto const& c : report.conditions) table.rows.push_back({text_cell(c)});
  if (!table.rows.empty()) section.blocks.emplace_back(std::move(table));
  return section;
}

}  // namespace

void write_calibration_report(ProbeReport const& report, ProbeFit const& fit, std::string const& path) {
  ReportModel model;
  auto const& e = report.environment;
  model.title = fmt::format("Calibration of {}", fit.profile.title.empty() ? e.device : fit.profile.title);
  model.question = fmt::format("How far can the profile of this {} be trusted?", e.device);
  model.verdict = fmt::format("{} probes, {} surfaces; unseen probes are predicted within {} (median). {}", report.results.size(), fit.profile.surfaces.size(), percent(fit.held_out_median),
                              fit.distrust.empty() ? "Nothing stands out." : fmt::format("{} things to distrust.", fit.distrust.size()));
  model.series = Json::object();
  model.sections.push_back(held_out_section(fit));
  std::size_t number = 0;
  for (auto const& h : fit.held_out) model.sections.push_back(surface_section(h, number++));
  model.sections.push_back(power_section(report, fit));
  model.sections.push_back(distrust_section(report, fit));
  model.sections.push_back(notices_section(true));
  write_file(path, render_model(model, fmt::format("measured {}, driver {}", e.date, e.driver)));
}

}  // namespace aif::cli
