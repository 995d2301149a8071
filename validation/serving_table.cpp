#include "validation/serving_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>
#include <limits>

#include "core/csv.hpp"
#include "core/ordered_sum.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/library.hpp"

namespace aif::validation {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

compute::ServingFit serving_fit(ServingSet const& set) {
  compute::ServingFit fit;
  fit.values = set.serving.values;
  return fit;
}

// A number of the file: where it sits in a set.
struct Entry {
  std::string name, unit;
  double value, log_sd;
  std::size_t rows;
};
std::vector<Entry> entries_of(ServingSet const& set) {
  std::vector<Entry> out;
  auto const info = compute::serving_parameters();
  for (std::size_t i = 0; i < info.size(); ++i)
    out.push_back({std::string(info[i].name), std::string(info[i].unit), set.serving.values[i], set.serving.log_sd[i], set.serving.rows[i]});
  for (std::size_t i = 0; i < kPowerParameters; ++i) out.push_back({std::string(compute::power_parameter_names()[i]), "1", set.power.values[i], set.power.log_sd[i], 0});
  for (auto const* part : {&set.energy, &set.offline})
    for (std::size_t i = 0; i < kAdjustParameters; ++i)
      out.push_back({(part == &set.energy ? "online_" : "offline_") + std::string(kAdjustNames[i]), i == 0 ? "s" : "1", part->values[i], part->log_sd[i], 0});
  return out;
}

void put(ServingSet& set, CsvTable const& t, std::size_t row, double value) {
  std::string const& name = t.at(row, "name");
  auto const info = compute::serving_parameters();
  for (std::size_t i = 0; i < info.size(); ++i)
    if (info[i].name == name) set.serving.values[i] = value, set.serving.rows[i] = static_cast<std::size_t>(t.numbers("rows")[row]);
  for (std::size_t i = 0; i < kPowerParameters; ++i)
    if (compute::power_parameter_names()[i] == name) set.power.values[i] = value;
  for (std::size_t i = 0; i < kAdjustParameters; ++i) {
    if (name == "online_" + std::string(kAdjustNames[i])) set.energy.values[i] = value;
    if (name == "offline_" + std::string(kAdjustNames[i])) set.offline.values[i] = value;
  }
  for (auto kind : band_classes()) {
    if (name == fmt::format("band_{}_low", kind)) set.bands[std::string(kind)][0] = value;
    if (name == fmt::format("band_{}_high", kind)) set.bands[std::string(kind)][1] = value;
  }
}

template <class Row>
std::vector<Row> usable(std::vector<Row> const& rows, int left_out_fold) {
  std::vector<Row> out;
  for (auto const& row : rows)
    if (row.refusal.empty() && row.fold != left_out_fold) out.push_back(row);
  return out;
}

}  // namespace

ServingData load_serving_data(std::string const& dir, Names const& names, KernelDevices& devices) {
  return {load_served_points(dir, names, devices), load_energy_rows(dir, names, devices), load_offline_rows(dir, names, devices)};
}

ServingSet fit_serving_set(ServingData const& data, int left_out_fold) {
  ServingSet set;
  set.serving = fit_serving_rows(usable(data.served, left_out_fold), kFitRounds);
  auto const fit = serving_fit(set);
  auto const energy = usable(data.energy, left_out_fold);
  set.energy = fit_adjust(energy.size(), [&](std::size_t i, EngineAdjust const& a) { return std::log(predict(energy[i], fit, a).out_token_s / energy[i].out_token_s); });
  std::vector<compute::SteadyPoint> points;
  for (auto const& row : energy) points.push_back(predict(row, fit, set.energy));
  set.power = fit_power(energy, points);
  std::vector<OfflineRow> offline;
  for (auto const& row : usable(data.offline, left_out_fold))
    if (std::isfinite(predict(row, fit, EngineAdjust{}))) offline.push_back(row);
  set.offline = fit_adjust(offline.size(), [&](std::size_t i, EngineAdjust const& a) { return std::log(predict(offline[i], fit, a) / offline[i].out_token_s); });
  return set;
}

ServingPredictions predict_all(ServingData const& data, std::vector<ServingSet> const& sets) {
  auto set_of = [&](auto const& row) -> ServingSet const& { return sets.size() == 1 ? sets[0] : sets[static_cast<std::size_t>(row.fold) + 1]; };
  ServingPredictions p;
  compute::LoopWorkspace workspace;
  for (ServedRow row : data.served) {
    auto const point = row.refusal.empty() ? predict(row, set_of(row).serving.values, workspace) : compute::ServedPoint{kNaN, kNaN};
    p.tpot_s.push_back(point.tpot_s);
    p.ttft_s.push_back(point.ttft_s);
  }
  for (auto const& row : data.energy) {
    if (!row.refusal.empty()) {
      p.energy_token_s.push_back(kNaN);
      p.energy_w.push_back(kNaN);
      continue;
    }
    ServingSet const& set = set_of(row);
    auto const point = predict(row, serving_fit(set), set.energy);
    auto const& profile = *row.design.profile;
    p.energy_token_s.push_back(point.out_token_s);
    p.energy_w.push_back(compute::steady_w(compute::datasheet_power(profile.datasheet, compute::power_shares(set.power.values, profile)), profile.datasheet, point));
  }
  for (auto const& row : data.offline) p.offline_token_s.push_back(row.refusal.empty() ? predict(row, serving_fit(set_of(row)), set_of(row).offline) : kNaN);
  return p;
}

BandTable bands_of(ServingData const& data, ServingPredictions const& p, int left_out_fold) {
  std::map<std::string, std::vector<BandSample>> samples;
  auto add = [&](std::string const& kind, auto const& row, double measured, double predicted) {
    if (row.fold != left_out_fold && std::isfinite(predicted) && predicted > 0)
      samples[kind].push_back({fmt::format("{}|{}|{}", row.hardware, fold_model(row.model), enum_name(row.design.weights)), measured / predicted});
  };
  for (std::size_t i = 0; i < data.served.size(); ++i) {
    auto const& row = data.served[i];
    std::string const kind = band_class(row);
    add("tpot_" + kind, row, row.tpot_s, p.tpot_s[i]);
    add("ttft_" + kind, row, row.ttft_s, p.ttft_s[i]);
    if (kind == "burst" || kind == "staggered") {
      add("tpot_aggregated", row, row.tpot_s, p.tpot_s[i]);
      add("ttft_aggregated", row, row.ttft_s, p.ttft_s[i]);
    }
  }
  for (std::size_t i = 0; i < data.energy.size(); ++i) {
    auto const& row = data.energy[i];
    if (!row.refusal.empty()) continue;
    std::string const die = band_class_of_die(*row.design.profile);
    add("ml_tokens_" + die, row, row.out_token_s, p.energy_token_s[i]);
    add("ml_joules_" + die, row, row.joule_per_token, p.energy_w[i] * row.devices / p.energy_token_s[i]);
    add("ml_watts", row, row.device_w, p.energy_w[i]);
  }
  for (std::size_t i = 0; i < data.offline.size(); ++i) {
    auto const& row = data.offline[i];
    if (row.refusal.empty()) add("e2e_" + band_class_of_device(*row.design.profile), row, row.out_token_s, p.offline_token_s[i]);
  }
  BandTable bands;
  for (auto kind : band_classes()) bands[std::string(kind)] = band_of(samples[std::string(kind)]);
  return bands;
}

std::string serving_fit_path() {
  auto const dirs = sim::Library().dirs();
  return (dirs.empty() ? std::string("library") : dirs.back()) + "/engines/serving_fit.csv";
}

void write_serving_sets(std::string const& path, std::vector<ServingSet> const& sets) {
  std::ostringstream file;
  file << "name,unit,value,low,high,rows,fold0,fold1,fold2,fold3,fold4\n";
  std::vector<std::vector<Entry>> columns;
  for (auto const& set : sets) columns.push_back(entries_of(set));
  for (std::size_t i = 0; i < columns[0].size(); ++i) {
    Entry const& e = columns[0][i];
    double const spread = 1.645 * e.log_sd;  // 90 %
    double const low = e.value * std::exp(-spread), high = e.value * std::exp(spread);
    file << fmt::format("{},{},{:.6g},{:.3g},{:.3g},{}", e.name, e.unit, e.value, low, high, e.rows);
    for (int k = 1; k <= kFolds; ++k) file << fmt::format(",{:.6g}", columns[static_cast<std::size_t>(k)][i].value);
    file << "\n";
  }
  for (auto kind : band_classes())
    for (int side : {0, 1}) {
      auto of = [&](std::size_t k) { return sets[k].bands.at(std::string(kind))[static_cast<std::size_t>(side)]; };
      file << fmt::format("band_{}_{},1,{:.4g},,,0", kind, side == 0 ? "low" : "high", of(0));
      for (std::size_t k = 1; k <= kFolds; ++k) file << fmt::format(",{:.4g}", of(k));
      file << "\n";
    }
  write_file(path, file.str());
}

std::vector<ServingSet> read_serving_sets(std::string const& path) {
  CsvTable const table = CsvTable::load(path);
  std::vector<ServingSet> sets(kFolds + 1);
  for (int k = 0; k <= kFolds; ++k) {
    auto const values = table.numbers(k == 0 ? "value" : fmt::format("fold{}", k - 1));
    for (std::size_t r = 0; r < table.rows(); ++r) put(sets[static_cast<std::size_t>(k)], table, r, values[r]);
  }
  return sets;
}

}  // namespace aif::validation
