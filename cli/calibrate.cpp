// calibrate: measures a device, or reads what aifactory-probe brought back, and writes a hardware profile with its error.
#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "cli/verbs.hpp"
#include "cli/write_file.hpp"
#include "contracts/profile_json.hpp"
#include "core/csv.hpp"
#include "core/field_tools.hpp"
#include "gpu_calibration/probe_fit.hpp"
#include "sim/scenario/library.hpp"

namespace aif::cli {
namespace {

namespace fs = std::filesystem;
using namespace calibration;

struct Options {
  std::string backend = "cpu", output = "profile.json", from, check, base, probe_output;
  bool dry_run = false;
  int device = 0;
  ProbeOptions probe;
};

[[noreturn]] void missing(std::string what, std::string hint) {
  throw InputError(Diagnostic{"AF5020", Severity::error, std::move(what), "", {}, std::move(hint), 1, {}, {}});
}

// The CUDA backend is a program of its own, beside this one: it can also be copied to another machine.
ProbeReport run_cuda_probes(Options const& options) {
  fs::path const program = fs::read_symlink("/proc/self/exe").parent_path() / "aifactory-probe";
  if (!fs::exists(program)) missing("aifactory-probe is not built beside this program", "build with -DAIF_CUDA=ON (./run cuda), or bring a report with --from");
  fs::path const report = fs::temp_directory_path() / fmt::format("aifactory-probe-{}.json", getpid());
  std::string const command = fmt::format("'{}' --device {} --budget {} --output '{}'", program.string(), options.device, options.probe.budget_s, report.string());
  if (std::system(command.c_str()) != 0) missing("aifactory-probe found nothing to measure", "its message above says why; is a CUDA device visible?");
  std::string const text = read_file(report.string());
  fs::remove(report);
  return probe_from_json(text, report.string());
}

ProbeReport measure(Options const& options, Frame const& frame) {
  if (!options.from.empty()) return probe_from_json(read_file(options.from), options.from);
  return options.backend == "cuda" ? run_cuda_probes(options) : run_host_probes(options.probe, frame.control());
}

// The library profile that --base names gives the data sheet and what no probe sees; else a bare one.
HardwareProfile base_profile(Options const& options, ProbeReport const& report) {
  if (!options.base.empty()) return read_profile(sim::Library().asset_path("lib:profiles/" + options.base));
  HardwareProfile base;
  base.id = fs::path(options.output).stem().string();
  base.title = report.environment.device;
  return base;
}

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

void print_fit(ProbeFit const& fit, Options const& options, bool json) {
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
  for (auto const& d : fit.distrust) std::fputs(fmt::format("distrust: {}\n", d).c_str(), stdout);
  if (!options.dry_run) std::fputs(fmt::format("wrote {}\n", options.output).c_str(), stdout);
}

int calibrate(Options const& options, Frame const& frame) {
  ProbeReport const report = measure(options, frame);
  if (!options.probe_output.empty()) write_file(options.probe_output, probe_to_json(report));
  if (!options.check.empty()) return print_drift(options.check, compare_with_profile(report, read_profile(options.check)), frame.json);
  ProbeFit const fit = fit_probes(report, base_profile(options, report));
  if (!options.dry_run) write_profile(fit.profile, options.output);
  print_fit(fit, options, frame.json);
  return kSuccess;
}

}  // namespace

void add_calibrate(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<Options>();
  CLI::App* verb = frame.verb(app, "calibrate", "Measure this machine's devices into a profile", [options, &frame] { return calibrate(*options, frame); });
  verb->add_option("--backend", options->backend, "cpu, or cuda (runs aifactory-probe)")->check(CLI::IsMember({"cpu", "cuda"}))->capture_default_str();
  verb->add_option("-o,--output", options->output, "Profile to write")->type_name("FILE")->capture_default_str();
  verb->add_option("--from", options->from, "Fit this probe report instead of measuring")->type_name("FILE")->check(CLI::ExistingFile);
  verb->add_option("--check", options->check, "Measure, and say whether this profile still holds here")->type_name("FILE")->check(CLI::ExistingFile);
  verb->add_option("--base", options->base, "Library profile whose data sheet and watts apply (h200_sxm)")->type_name("ID");
  verb->add_option("--probe-output", options->probe_output, "Also write the raw probe report")->type_name("FILE");
  verb->add_option("--device", options->device, "CUDA device")->capture_default_str();
  verb->add_option("--threads", options->probe.threads, "Threads of the cpu backend; 0 = all")->check(CLI::Range(0, 4096))->capture_default_str();
  verb->add_option("--budget", options->probe.budget_s, "Seconds to measure")->check(CLI::Range(1.0, 3600.0))->capture_default_str();
  verb->add_flag("--dry-run", options->dry_run, "Measure and judge, write no profile");
}

}  // namespace aif::cli
