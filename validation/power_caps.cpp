#include "validation/power_caps.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>
#include <set>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/robust_fit.hpp"
#include "core/statistics.hpp"
#include "core/write_file.hpp"

namespace aif::validation {
namespace {

using power::CapCurve;
using power::CapWorkload;

constexpr double kWattsWeight = 0.5;   // of a relative error in watts against one in throughput
constexpr double kCapPriorWeight = 0.05;  // of a parameter's relative distance from the default: what the rows do not show stays there

}  // namespace

std::vector<CapRow> load_cap_rows(std::string const& dir, Names const& names) {
  auto const table = CsvTable::load(table_path(dir, "power_cap_curves.csv"));
  auto const limit = table.numbers("power_limit_W"), drawn = table.numbers("drawn_W"), value = table.numbers("value");
  std::vector<CapRow> rows;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.at(i, "use") != "predict") continue;
    CapRow row;
    row.id = table.at(i, "id");
    row.hardware = names.hardware_id(table.at(i, "hardware"));
    if (row.hardware.empty()) row.hardware = table.at(i, "hardware");
    row.model = table.at(i, "model");
    row.limit_w = limit[i], row.drawn_w = drawn[i], row.throughput_frac = value[i];
    std::string const metric = table.at(i, "metric_name");
    row.judges_curve = metric.find("cap_curves") != std::string::npos;
    row.judges_watts = metric.find("gpu_power") != std::string::npos && std::isfinite(drawn[i]);
    row.fold = fold_of(row.hardware + "|" + row.model);
    auto const* profile = names.profile(row.hardware);
    row.tdp_w = profile ? profile->datasheet.tdp_w : 0;
    if (!(row.tdp_w > 0)) row.refusal = "unknown name";
    else if (!(row.limit_w > 0)) row.refusal = "no power limit in the row";
    rows.push_back(std::move(row));
  }
  return rows;
}

power::CapPoint CapFit::predict(CapRow const& row) const {
  auto const device = devices.find(row.hardware);
  auto const workload = workloads.find(row.model);
  CapCurve const curve = device != devices.end() ? device->second : CapCurve{};
  CapWorkload const work = workload != workloads.end() ? workload->second : CapWorkload{};
  return power::cap_point(curve, work, row.tdp_w, row.limit_w);
}

CapFit fit_caps(std::vector<CapRow> const& rows, std::vector<bool> const& keep) {
  std::set<std::string> devices, models;
  std::vector<CapRow const*> used;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (keep[i] && rows[i].refusal.empty()) devices.insert(rows[i].hardware), models.insert(rows[i].model), used.push_back(&rows[i]);
  FitBox box;
  std::vector<double> prior;  // typical values; two starts for the voltage curve, which has more than one valley
  for (auto const& [v_min, v_slope] : {std::pair{0.9, 0.5}, {0.8, 1.0}}) {
    std::vector<double> start;
    for (std::size_t d = 0; d < devices.size(); ++d) start.insert(start.end(), {0.25, 0.65, v_min, v_slope});
    for (std::size_t m = 0; m < models.size(); ++m) start.insert(start.end(), {0.9, 0.1});
    box.starts.push_back(std::move(start));
  }
  auto extend = [](std::vector<double>& list, std::initializer_list<double> values) { list.insert(list.end(), values); };
  CapCurve const typical;
  CapWorkload const usual;
  for (std::size_t d = 0; d < devices.size(); ++d) extend(prior, {typical.static_frac, typical.dynamic_frac, typical.v_min, typical.v_slope}), extend(box.low, {0.03, 0.1, 0.3, 0.0}), extend(box.high, {0.6, 1.5, 1.0, 3.0});
  for (std::size_t m = 0; m < models.size(); ++m) extend(prior, {usual.intensity, usual.memory_frac}), extend(box.low, {0.2, 0.0}), extend(box.high, {1.5, 0.9});
  auto unpack = [&](std::span<double const> z) {
    CapFit fit;
    std::size_t k = 0;
    for (auto const& d : devices) fit.devices[d] = {z[k], z[k + 1], z[k + 2], z[k + 3]}, k += 4;
    for (auto const& m : models) fit.workloads[m] = {z[k], z[k + 1]}, k += 2;
    return fit;
  };
  FitOptions options;
  options.loss_scale = std::numeric_limits<double>::infinity();
  options.max_iterations = 300;
  auto const result = robust_fit(
      [&](std::span<double const> z, std::span<double> out) {
        CapFit const fit = unpack(z);
        std::size_t k = 0;
        for (auto const* row : used) {
          auto const point = fit.predict(*row);
          out[k++] = row->judges_curve ? point.throughput_frac - row->throughput_frac : 0.0;
          out[k++] = row->judges_watts ? kWattsWeight * (point.drawn_w / row->drawn_w - 1) : 0.0;
        }
        for (std::size_t i = 0; i < z.size(); ++i) out[k++] = kCapPriorWeight * (z[i] - prior[i]) / std::max(prior[i], 0.1);
      },
      2 * used.size() + prior.size(), box, options);
  return unpack(result.params);
}

std::vector<power::CapPoint> out_of_fold(std::vector<CapRow> const& rows, CapFit* whole) {
  std::vector<power::CapPoint> points(rows.size());
  std::vector<double> watts, throughput;
  for (int fold = 0; fold < 5; ++fold) {
    std::vector<bool> keep;
    bool any = false;
    for (auto const& row : rows) keep.push_back(row.fold != fold), any = any || row.fold == fold;
    if (!any) continue;
    CapFit const fit = fit_caps(rows, keep);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].fold != fold || !rows[i].refusal.empty()) continue;
      points[i] = fit.predict(rows[i]);
      if (rows[i].judges_watts) watts.push_back(std::abs(points[i].drawn_w / rows[i].drawn_w - 1));
      if (rows[i].judges_curve) throughput.push_back(std::abs(points[i].throughput_frac - rows[i].throughput_frac));
    }
  }
  if (whole) whole->band_watts_frac = quantile(watts, 0.9), whole->band_throughput = quantile(throughput, 0.9);
  return points;
}

CapFit read_cap_fit(std::string const& path) {
  auto const table = CsvTable::load(path);
  auto const a = table.numbers("a"), b = table.numbers("b"), c = table.numbers("c"), d = table.numbers("d");
  CapFit fit;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    auto const& kind = table.at(i, "kind");
    auto const& id = table.at(i, "id");
    if (kind == "device") fit.devices[id] = {a[i], b[i], c[i], d[i]};
    if (kind == "workload") fit.workloads[id] = {a[i], b[i]};
    if (kind == "band") fit.band_watts_frac = a[i], fit.band_throughput = b[i];
  }
  return fit;
}

void write_cap_fit(CapFit const& fit, std::string const& path) {
  std::ostringstream out;
  out << "kind,id,a,b,c,d,note\n";
  for (auto const& [id, c] : fit.devices)
    out << fmt::format("device,{},{:.9g},{:.9g},{:.9g},{:.9g},static and dynamic share of TDP; voltage floor; voltage slope\n", id, c.static_frac, c.dynamic_frac, c.v_min, c.v_slope);
  for (auto const& [id, w] : fit.workloads) out << fmt::format("workload,{},{:.9g},{:.9g},,,intensity; share that does not follow the clock\n", id, w.intensity, w.memory_frac);
  out << fmt::format("band,90 %,{:.9g},{:.9g},,,quantile of out-of-fold errors: watts (relative); throughput (absolute)\n", fit.band_watts_frac, fit.band_throughput);
  write_file(path, out.str());
}

}  // namespace aif::validation
