// calibrate: measures a device, or reads what aifactory-probe brought back, and writes a hardware profile with its error.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/calibration.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "core/field_tools.hpp"
#include "core/write_file.hpp"

namespace aif::cli {
namespace {

using namespace calibration;

struct CalibrateOptions {
  CalibrationOptions device;
  std::string output = "profile.json", check, probe_output, report;
  bool dry_run = false;
};

int print_drift(std::string const& path, std::vector<DriftRow> const& rows, bool json) {
  bool holds = !rows.empty();
  std::string text;
  for (auto const& r : rows) {
    bool const ok = std::abs(std::log(r.ratio)) <= r.allowed_log;
    holds = holds && ok;
    if (json) text += fmt::format("{}{{\"surface\":{},\"ratio\":{},\"allowed_log\":{},\"points\":{},\"holds\":{}}}", text.empty() ? "" : ",", quote_json(r.surface), r.ratio, r.allowed_log, r.points, ok);
    else text += fmt::format("{:<44} {:>4} points  measured/profile {:.3f}  allowed {:.2f}..{:.2f}  {}\n", r.surface, r.points, r.ratio, std::exp(-r.allowed_log), std::exp(r.allowed_log), ok ? "holds" : "DRIFTED");
  }
  if (json) text = fmt::format("{{\"profile\":{},\"holds\":{},\"surfaces\":[{}]}}\n", quote_json(path), holds, text);
  else text += rows.empty() ? fmt::format("no surface of {} was measured here\n", path) : fmt::format("{}: {}\n", path, holds ? "still holds on this machine" : "does not hold: throttling, another load, or another device");
  std::fputs(text.c_str(), stdout);
  return holds ? kSuccess : kCheckFailed;
}

void print_fit(ProbeReport const& report, ProbeFit const& fit, CalibrateOptions const& options, bool json) {
  if (json) {
    std::string rows;
    for (auto const& h : fit.held_out)
      rows += fmt::format("{}{{\"surface\":{},\"points\":{},\"median\":{},\"p90\":{},\"coverage_90\":{}}}", rows.empty() ? "" : ",", quote_json(h.surface), h.points, h.median, h.p90, h.coverage_90);
    std::fputs(fmt::format("{{\"profile\":{},\"held_out_median\":{},\"surfaces\":[{}]}}\n", quote_json(options.dry_run ? "" : options.output), fit.held_out_median, rows).c_str(), stdout);
    return;
  }
  std::fputs(fmt::format("{} ({})\n{:<44} {:>6} {:>8} {:>8} {:>9}\n", fit.profile.title, fit.profile.environment.device, "unseen probes, each predicted without it", "points", "median", "p90", "in band").c_str(), stdout);
  for (auto const& h : fit.held_out)
    std::fputs(fmt::format("{:<44} {:>6} {:>7.1f}% {:>7.1f}% {:>8.0f}%\n", h.surface, h.points, 100 * h.median, 100 * h.p90, 100 * h.coverage_90).c_str(), stdout);
  std::fputs(fmt::format("median over all unseen probes {:.1f} %\n", 100 * fit.held_out_median).c_str(), stdout);
  if (auto const& s = fit.profile.sustained; s.matrix != 1 || s.memory != 1)
    std::fputs(fmt::format("against the published device: products {:.2f}, memory {:.2f} times as fast; the throughput models take that along\n", s.matrix, s.memory).c_str(), stdout);
  if (!report.coolant.empty()) {
    auto const r = fit_case_resistance(report.coolant);
    std::fputs(fmt::format("case to coolant: {:.4f} + {:.4f} flow^-{:.2f} K/W, flow in kg/s (rack keys case_resistance, case_resistance_flow, case_resistance_exponent)\n", r.a_k_per_w, r.b, r.n).c_str(), stdout);
  }
  for (auto const& d : fit.distrust) std::fputs(fmt::format("distrust: {}\n", d).c_str(), stdout);
  if (!options.dry_run) std::fputs(fmt::format("wrote {}\n", options.output).c_str(), stdout);
}

int calibrate(CalibrateOptions options, Frame const& frame) {
  options.device.few = options.device.few || !options.check.empty();
  ProbeReport const report = measure_device(options.device, frame);
  if (!options.probe_output.empty()) write_file(options.probe_output, probe_to_json(report));
  if (!options.check.empty()) return print_drift(options.check, compare_with_profile(report, read_profile(options.check)), frame.json);
  ProbeFit const fit = fit_probes(report, base_profile(options.device, report, std::filesystem::path(options.output).stem().string()));
  if (!options.dry_run) write_profile(fit.profile, options.output);
  if (!options.report.empty()) write_calibration_report(report, fit, options.report);
  print_fit(report, fit, options, frame.json);
  return kSuccess;
}

}  // namespace

void add_calibration_options(CLI::App& verb, CalibrationOptions& o) {
  verb.add_option("--device", o.device, "CUDA device")->capture_default_str();
  verb.add_option("--threads", o.probe.threads, "Threads of the cpu backend; 0 = all")->check(CLI::Range(0, 4096))->capture_default_str();
  verb.add_option("--budget", o.probe.budget_s, "Seconds to measure")->check(CLI::Range(1.0, 3600.0))->capture_default_str();
  verb.add_flag("--allow-clock-control", o.allow_clock_control, "Let the probes hold clocks and power caps; they are put back");
}

void add_calibrate(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<CalibrateOptions>();
  CLI::App* verb = frame.verb(app, "calibrate", "Measure this machine's devices into a profile", [options, &frame] { return calibrate(*options, frame); });
  CalibrationOptions& device = options->device;
  verb->add_option("--backend", device.backend, "cpu, or cuda (runs aifactory-probe)")->check(CLI::IsMember({"cpu", "cuda"}))->capture_default_str();
  verb->add_option("-o,--output", options->output, "Profile to write")->type_name("FILE")->capture_default_str();
  verb->add_option("--from", device.from, "Fit this probe report instead of measuring")->type_name("FILE")->check(CLI::ExistingFile);
  verb->add_option("--check", options->check, "Measure a few points, and say whether this profile still holds here")->type_name("FILE")->check(CLI::ExistingFile);
  verb->add_option("--base", device.base, "Library profile whose data sheet and watts apply (h200_sxm)")->type_name("ID");
  verb->add_option("--probe-output", options->probe_output, "Also write the raw probe report")->type_name("FILE");
  verb->add_option("--report", options->report, "Also write a page of measured against fitted")->type_name("FILE");
  verb->add_flag("--few", device.few, "A few points of each kernel");
  verb->add_flag("--dry-run", options->dry_run, "Measure and judge, write no profile");
  add_calibration_options(*verb, device);
}

}  // namespace aif::cli
