#pragma once
// Rows of power_cap_curves.csv (Zeus, NSDI'23) and the fit of models/power/cap_curve.hpp to them: four numbers a device, relative to its TDP,
// and two a model, shared by all devices, so that a pair never measured together is predicted from the two halves.

#include <map>
#include <string>
#include <vector>

#include "models/power/cap_curve.hpp"
#include "validation/names.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

struct CapRow {
  std::string id, hardware, model, refusal;
  double tdp_w = 0, limit_w = 0, drawn_w = 0, throughput_frac = 0;
  bool judges_curve = false, judges_watts = false;
  int fold = 0;
};
std::vector<CapRow> load_cap_rows(std::string const& dir, Names const& names);

struct CapFit {
  std::map<std::string, power::CapCurve> devices;      // by hardware id; others take the default
  std::map<std::string, power::CapWorkload> workloads;  // by model; others take the default
  double band_watts_frac = 0, band_throughput = 0;      // 90 % quantiles of the out-of-fold errors
  power::CapPoint predict(CapRow const& row) const;
};

// Least squares on throughput and on relative watts of the rows with keep[i].
CapFit fit_caps(std::vector<CapRow> const& rows, std::vector<bool> const& keep);
// Each row predicted by the fit of the other folds; fills the bands of `whole` when given.
std::vector<power::CapPoint> out_of_fold(std::vector<CapRow> const& rows, CapFit* whole);

// library/fits/power_caps.csv
CapFit read_cap_fit(std::string const& path);
void write_cap_fit(CapFit const& fit, std::string const& path);

}  // namespace aif::validation
