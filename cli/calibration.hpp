#pragma once
// Measuring the device in front of the program: what `calibrate` and `run --calibrate` share.

#include <functional>
#include <string>
#include <vector>

#include "cli/frame.hpp"
#include "gpu_calibration/probe_fit.hpp"

namespace aif::cli {

struct CalibrationOptions {
  std::string backend = "cpu", from, base;
  bool few = false, allow_clock_control = false;
  int device = 0;
  calibration::ProbeOptions probe;
};

void add_calibration_options(CLI::App& verb, CalibrationOptions& options);

// Runs the backend's probes, or reads the report that `from` names. Throws InputError AF5020 when there is nothing to measure.
calibration::ProbeReport measure_device(CalibrationOptions const& options, Frame const& frame);

// The library profile that `base` names gives the data sheet and what no probe sees; else a bare one of this id.
HardwareProfile base_profile(CalibrationOptions const& options, calibration::ProbeReport const& report, std::string const& id);

// Measures, and writes DIR/profiles/this_machine.json. Then asks which devices the scenario runs on: a profile that describes the one here
// (memory and multiprocessors within a tenth) is measured in its place, DIR/profiles/ID.json, which wins over the library's when DIR is
// searched first. Names of what was written. Throws InputError AF5023 when the scenario uses neither.
std::vector<std::string> calibrate_for(std::function<std::vector<std::string>()> const& device_references, std::string const& dir, CalibrationOptions const& options, Frame const& frame);

// Measured against fitted, residuals and what to distrust, as a page in the form of the product's report.
void write_calibration_report(calibration::ProbeReport const& report, calibration::ProbeFit const& fit, std::string const& path);

}  // namespace aif::cli
