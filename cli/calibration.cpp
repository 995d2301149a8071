#include "cli/calibration.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "contracts/profile_json.hpp"
#include "core/csv.hpp"
#include "sim/scenario/library.hpp"

namespace aif::cli {
namespace {

namespace fs = std::filesystem;
using namespace calibration;

constexpr char kThisMachine[] = "this_machine";

[[noreturn]] void missing(std::string code, std::string what, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(what), "", {}, std::move(hint), 1, {}, {}});
}

// The CUDA backend is a program of its own, beside this one: it can also be copied to another machine.
ProbeReport run_cuda_probes(CalibrationOptions const& options) {
  fs::path const program = fs::read_symlink("/proc/self/exe").parent_path() / "aifactory-probe";
  if (!fs::exists(program)) missing("AF5020", "aifactory-probe is not built beside this program", "build with -DAIF_CUDA=ON (./run cuda), or bring a report with --from");
  fs::path const report = fs::temp_directory_path() / fmt::format("aifactory-probe-{}.json", getpid());
  std::string const command = fmt::format("'{}' --device {} --budget {} --output '{}'{}{}", program.string(), options.device, options.probe.budget_s, report.string(), options.few ? " --few" : "",
                                          options.allow_clock_control ? " --allow-clock-control" : "");
  int const status = std::system(command.c_str());
  if (WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == kInterrupted)) throw Interrupted();
  if (status != 0) missing("AF5020", "aifactory-probe found nothing to measure", "its message above says why; is a CUDA device visible?");
  std::string const text = read_file(report.string());
  fs::remove(report);
  return probe_from_json(text, report.string());
}

bool near(double a, double b) { return a > 0 && b > 0 && std::abs(std::log(a / b)) < std::log(1.1); }

}  // namespace

ProbeReport measure_device(CalibrationOptions const& options, Frame const& frame) {
  if (!options.from.empty()) return probe_from_json(read_file(options.from), options.from);
  constexpr int kFewPoints = 8;  // of a kernel
  ProbeOptions probe = options.probe;
  if (options.few) probe.most_points = kFewPoints, probe.budget_s = std::min(probe.budget_s, 12.0);
  return options.backend == "cuda" ? run_cuda_probes(options) : run_host_probes(probe, frame.control());
}

HardwareProfile base_profile(CalibrationOptions const& options, ProbeReport const& report, std::string const& id) {
  if (!options.base.empty()) return read_profile(sim::Library().asset_path("lib:profiles/" + options.base));
  HardwareProfile base;
  base.id = id;
  base.title = report.environment.device;
  return base;
}

std::vector<std::string> calibrate_for(std::function<std::vector<std::string>()> const& device_references, std::string const& dir, CalibrationOptions const& options, Frame const& frame) {
  ProbeReport const report = measure_device(options, frame);
  fs::create_directories(dir + "/profiles");
  std::vector<std::string> written;
  auto const write = [&](HardwareProfile base, std::string const& id) {
    HardwareProfile profile = fit_probes(report, std::move(base)).profile;
    profile.id = id;
    write_profile(profile, fmt::format("{}/profiles/{}.json", dir, id));
    written.push_back(fmt::format("lib:profiles/{}", id));
  };
  write(base_profile(options, report, kThisMachine), kThisMachine);
  sim::Library const library;
  auto const references = device_references();
  bool used = false;
  for (auto const& reference : references) {
    std::string const id = reference.substr(reference.rfind('/') + 1);
    if (id == kThisMachine) {
      used = true;
      continue;
    }
    auto const profile = read_profile(library.asset_path(reference));
    if (!near(profile.datasheet.hbm_byte, report.sheet.hbm_byte) || !near(profile.datasheet.sm_count, report.sheet.sm_count)) continue;
    write(profile, id);
    used = true;
  }
  if (!used)
    missing("AF5023", fmt::format("the scenario runs on {}, this machine is `{}`: nothing of the scenario was measured", references.empty() ? "no device" : fmt::format("{}", fmt::join(references, ", ")), report.environment.device),
            "name the device of a rack `lib:profiles/this_machine`, or run on the device that the scenario names");
  return written;
}

}  // namespace aif::cli
