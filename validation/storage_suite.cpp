// Read throughput of MLPerf Storage submissions: what the simulated accelerators ask for, by the benchmark's published step times and
// sample sizes, times a fitted busy share for each workload (out of sample by fold of accelerator and workload).
#include "validation/storage_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>
#include <map>

#include "core/csv.hpp"
#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "models/storage/ingest.hpp"
#include "sim/scenario/library.hpp"
#include "validation/names.hpp"

namespace aif::validation {
namespace {

namespace st = aif::storage;

constexpr double kLimit = 0.15, kBandShare = 0.9, kDefaultBusy = 0.85;

// mlcommons/storage v1.0 workload files: bytes of a sample, samples of a batch, seconds of a step on the simulated device.
struct Benchmark {
  char const *workload, *accelerator;
  double sample_byte, batch, compute_s;
};
constexpr std::array<Benchmark, 6> kBenchmarks{{{"unet3d", "a100", 146600628, 7, 0.636}, {"unet3d", "h100", 146600628, 7, 0.323},
                                                {"resnet50", "a100", 114660.07, 400, 0.435}, {"resnet50", "h100", 114660.07, 400, 0.224},
                                                {"cosmoflow", "a100", 2828486, 1, 0.00551}, {"cosmoflow", "h100", 2828486, 1, 0.0035}}};

struct StorageRow {
  Row row;
  std::string workload, fold_key;
  double demand_byte_s = 0, unit = 1e9;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::vector<StorageRow> load_rows(Options const& options) {
  CsvTable const t = CsvTable::load(table_path(options.data_dir, "storage.csv"));
  auto const value = t.numbers("value"), accelerators = t.numbers("accelerators");
  std::vector<StorageRow> rows;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "use") != "predict") continue;
    StorageRow& r = rows.emplace_back();
    r.row.id = t.at(i, "id");
    r.row.measured = value[i];
    r.row.in_sample = std::numeric_limits<double>::quiet_NaN();
    r.workload = lower(t.at(i, "workload"));
    std::string const accelerator = lower(t.at(i, "accelerator_type"));
    r.unit = t.at(i, "unit") == "GiB/s" ? 1073741824.0 : t.at(i, "unit") == "MB/s" ? 1e6 : 1e9;
    r.fold_key = accelerator + "|" + r.workload;
    r.row.groups = {{"workload", r.workload}, {"accelerator", accelerator}};
    auto const at = std::find_if(kBenchmarks.begin(), kBenchmarks.end(), [&](Benchmark const& b) { return r.workload == b.workload && accelerator == b.accelerator; });
    if (at == kBenchmarks.end() || t.at(i, "metric") != "read_throughput") r.row.refusal = "unknown name";
    else if (!(accelerators[i] > 0) || !(value[i] > 0)) r.row.refusal = "accelerators or value missing";
    else r.demand_byte_s = st::ingest_demand_byte_s({at->sample_byte, at->batch, at->compute_s, 1.0}, accelerators[i]);
  }
  return rows;
}

// Busy share of a workload: median over the rows that a fold shows.
double busy_frac(std::vector<StorageRow> const& rows, std::string const& workload, int left_out) {
  std::vector<double> shares;
  for (auto const& r : rows)
    if (r.row.refusal.empty() && r.workload == workload && fold_of(r.fold_key) != left_out) shares.push_back(r.row.measured * r.unit / r.demand_byte_s);
  return shares.empty() ? kDefaultBusy : median(shares);
}

constexpr char kFitFile[] = "library/fits/storage_ingest.csv";

// Shipped figure of a workload: its busy share, or its band; the default where none is stored.
double shipped_value(std::string const& name, double otherwise) {
  CsvTable const t = CsvTable::load(sim::Library().asset_path("lib:fits/storage_ingest"));
  for (std::size_t i = 0; i < t.rows(); ++i)
    if (t.at(i, "name") == name) return t.numbers("value")[i];
  return otherwise;
}

// Fills the predictions out of sample, or by the shipped fit. Returns the band of each workload in log.
std::map<std::string, double> predict_rows(std::vector<StorageRow>& rows, Options const& options) {
  std::map<std::string, std::vector<double>> errors;
  std::map<std::string, double> bands;
  for (auto& r : rows) {
    if (!r.row.refusal.empty()) continue;
    double const demand = r.demand_byte_s / r.unit;
    r.row.predicted = demand * (options.shipped ? busy_frac(rows, r.workload, fold_of(r.fold_key)) : shipped_value("busy_frac." + r.workload, kDefaultBusy));
    if (options.shipped) r.row.in_sample = demand * busy_frac(rows, r.workload, -1);
    errors[r.workload].push_back(std::abs(std::log(r.row.predicted / r.row.measured)));
  }
  for (auto const& [workload, list] : errors) bands[workload] = options.shipped ? quantile(list, kBandShare) : shipped_value("band." + workload, 0.3);
  return bands;
}

SuiteReport run_storage(Options const& options) {
  SuiteReport report{"storage", options.data_dir, options.refit, {}, false};
  auto rows = load_rows(options);
  auto const bands = predict_rows(rows, options);
  std::vector<Row> out;
  for (auto& r : rows) {
    double const band = r.row.refusal.empty() ? bands.at(r.workload) : 0;
    r.row.low = r.row.predicted * std::exp(-band), r.row.high = r.row.predicted * std::exp(band);
    out.push_back(r.row);
  }
  report.metrics.push_back(summarise({"storage", "storage.csv", "ape", "1", kLimit, 0}, out));
  judge(report);
  return report;
}

std::vector<FittedParameter> parameters_storage() {
  std::vector<FittedParameter> out;
  for (std::string const workload : {"unet3d", "resnet50", "cosmoflow"}) out.push_back({"busy_frac." + workload, "1", kFitFile, shipped_value("busy_frac." + workload, kDefaultBusy), 0, 1, 0});
  return out;
}

void refit_storage(std::string const& out_dir) {
  Options options;
  options.data_dir = shipped_data_dir();
  auto rows = load_rows(options);
  auto const bands = predict_rows(rows, options);
  std::ostringstream file;
  file << "name,value,source\n";
  for (auto const& [workload, band] : bands)
    file << fmt::format("busy_frac.{0},{1:.6g},median of validation/data/storage.csv\nband.{0},{2:.4g},out-of-sample spread\n", workload, busy_frac(rows, workload, -1), band);
  write_file(out_dir + "/" + kFitFile, file.str());
}

}  // namespace

Suite storage_suite() { return {"storage", "read throughput of MLPerf Storage submissions", run_storage, parameters_storage, refit_storage}; }

}  // namespace aif::validation
