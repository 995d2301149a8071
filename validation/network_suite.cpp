// Bus bandwidth of collectives. Rows of the kernel tables (inference_kernel_comm.csv) are judged on the device surfaces of models/compute,
// by fold of shape; rows of collectives.csv (nccl-tests, several nodes, whole racks) on the closed form of models/network, fitted with folds.
#include "validation/network_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/csv.hpp"
#include "core/robust_fit.hpp"
#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "models/network/collective_cost.hpp"
#include "models/network/traffic.hpp"
#include "validation/kernels_suite.hpp"
#include "validation/kernel_profiles.hpp"
#include "validation/names.hpp"

namespace aif::validation {
namespace {

namespace net = aif::network;

constexpr char kFitFile[] = "library/network/collectives.csv";
constexpr double kLimitLarge = 0.10, kLimitSmall = 0.25, kBandShare = 0.88, kPlateauByte = 1.6e10;
constexpr double kTableRows = 90;  // the kernel tables of one laboratory count as that many rows of collectives.csv

struct CollectiveRow {
  Row row;                 // measured: bus bandwidth in GB/s
  CollectiveKind kind = CollectiveKind::all_reduce;
  double byte = 0, weight = 1;
  net::CollectiveGroup group;
  std::string metric, fold_key;
};

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

CollectiveKind kind_of(std::string const& word) {
  if (word == "all_gather") return CollectiveKind::all_gather;
  if (word == "reduce_scatter") return CollectiveKind::reduce_scatter;
  if (contains(word, "all")  && contains(word, "to")) return CollectiveKind::all_to_all;
  if (word == "broadcast") return CollectiveKind::broadcast;
  return CollectiveKind::all_reduce;
}

// Scale-out rate of a rank, read from the words of the fabric: "8x400G", "400G NDR", "4x200G HDR per node".
double nic_byte_s(std::string const& text, int per_domain) {
  for (int rate : {1600, 800, 400, 200, 100}) {
    auto const at = text.find(std::to_string(rate) + "G");
    if (at == std::string::npos) continue;
    double const nics = at >= 2 && text[at - 1] == 'x' ? text[at - 2] - '0' : per_domain;
    return rate * 1.25e8 * nics / per_domain;
  }
  return 5e10;
}

net::CollectiveGroup group_of(CsvTable const& t, std::size_t i, HardwareProfile const& profile, int gpus, int nodes) {
  std::string const &fabric = t.at(i, "fabric"), &algorithm = t.at(i, "algorithm");
  net::CollectiveGroup g;
  g.ranks = gpus;
  int domain = 8;
  for (auto const& link : profile.datasheet.links) {
    if (link.kind != "nvlink") continue;
    g.link_byte_s = link.byte_s_per_direction;
    domain = link.domain;
  }
  if (g.link_byte_s <= 0 && !profile.datasheet.links.empty()) g.link_byte_s = profile.datasheet.links.front().byte_s_per_direction;
  // A full mesh (Infinity Fabric) gives a pair only the links between the two.
  if (contains(fabric, "Infinity Fabric")) g.link_byte_s *= (gpus - 1.0) / std::max(1, domain - 1);
  g.per_domain = contains(fabric, "NVL72") ? std::min(gpus, 72) : std::min({gpus, domain, std::max(1, gpus / std::max(1, nodes))});
  g.nic_byte_s = nic_byte_s(fabric + " " + t.at(i, "hardware"), std::min(g.per_domain, 8));
  bool const switched = contains(fabric, "NVSwitch") || contains(fabric, "SHARP") || contains(fabric, "NVL72");
  g.in_switch = switched && g.link_byte_s >= 4e11;
  g.algorithm = contains(algorithm, "Ring") ? net::CollectiveAlgorithm::ring : g.in_switch && contains(algorithm, "NVLS") ? net::CollectiveAlgorithm::in_switch : net::CollectiveAlgorithm::automatic;
  return g;
}

// NCCL rows of the kernel tables (one node, a library's own choice of algorithm) carry the fit at small messages.
void add_table_rows(std::vector<calibration::KernelRow> const& kernels, Names const& names, std::vector<CollectiveRow>& rows) {
  std::size_t const first = rows.size();
  for (auto const& k : kernels) {
    HardwareProfile const* profile = names.profile(k.device);
    if (!k.refusal.empty() || k.framework != "nccl" || k.use != "predict" || !profile || profile->datasheet.links.empty()) continue;
    auto const& shape = std::get<CollectiveShape>(k.sample.shape);
    auto const& link = profile->datasheet.links.front();
    CollectiveRow& r = rows.emplace_back();
    r.kind = shape.kind, r.byte = shape.message_byte;
    r.group.ranks = r.group.per_domain = static_cast<int>(shape.group);
    r.group.link_byte_s = link.byte_s_per_direction, r.group.pcie = link.kind != "nvlink", r.group.in_switch = link.byte_s_per_direction >= 4e11;
    r.row.id = k.id, r.row.measured = 1e-9 * net::wire_factor(r.kind, r.group.ranks) * r.byte / k.sample.time_s;
    r.fold_key = k.device + "|kernel table";
  }
  for (std::size_t i = first; i < rows.size(); ++i) rows[i].weight = std::sqrt(kTableRows / static_cast<double>(rows.size() - first));
}

std::vector<CollectiveRow> load_rows(Options const& options) {
  CsvTable const t = CsvTable::load(table_path(options.data_dir, "collectives.csv"));
  Names const names(options.data_dir);
  auto const gpus = t.numbers("gpus"), nodes = t.numbers("nodes"), byte = t.numbers("message_bytes"), busbw = t.numbers("busbw_GBps");
  std::vector<CollectiveRow> rows;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "use") != "predict") continue;
    CollectiveRow& r = rows.emplace_back();
    r.row.id = t.at(i, "id");
    r.row.measured = busbw[i];
    r.row.in_sample = std::nan("");
    r.metric = t.at(i, "metric_name");
    std::string const hardware = names.hardware_id(t.at(i, "hardware"));
    HardwareProfile const* profile = names.profile(hardware);
    if (!profile || !(gpus[i] > 1) || !(busbw[i] > 0)) {
      r.row.refusal = profile ? "ranks or bandwidth missing" : "unknown name";
      continue;
    }
    r.kind = kind_of(t.at(i, "collective"));
    r.byte = byte[i] > 0 ? byte[i] : kPlateauByte;
    r.group = group_of(t, i, *profile, static_cast<int>(gpus[i]), nodes[i] > 0 ? static_cast<int>(nodes[i]) : 1);
    r.fold_key = fmt::format("{}|{}", hardware, t.at(i, "fabric"));
    r.row.groups = {{"hardware", hardware}, {"ranks", fmt::format("{}", r.group.ranks)}};
  }
  return rows;
}

net::CollectiveFit fit_rows(std::vector<CollectiveRow> const& rows, int left_out, FitResult* result = nullptr) {
  std::vector<CollectiveRow const*> used;
  for (auto const& r : rows)
    if (r.row.refusal.empty() && fold_of(r.fold_key) != left_out) used.push_back(&r);
  auto const terms = net::collective_terms();
  FitBox box;
  box.starts.emplace_back();
  net::CollectiveFit const prior;
  for (auto const& t : terms) box.starts[0].push_back(std::log(prior.*(t.member))), box.low.push_back(std::log(t.low)), box.high.push_back(std::log(t.high));
  auto const unpack = [&](std::span<double const> x) {
    net::CollectiveFit f;
    for (std::size_t i = 0; i < terms.size(); ++i) f.*(terms[i].member) = std::exp(x[i]);
    return f;
  };
  constexpr double kPriorWeight = 0.1, kPriorLogSd = 0.5;  // keeps what a fold does not show where NCCL's tables put it
  auto const residuals = [&](std::span<double const> x, std::span<double> out) {
    auto const f = unpack(x);
    for (std::size_t i = 0; i < used.size(); ++i) out[i] = used[i]->weight * std::log(net::bus_byte_s(used[i]->kind, used[i]->byte, used[i]->group, f) / (1e9 * used[i]->row.measured));
    for (std::size_t i = 0; i < terms.size(); ++i) out[used.size() + i] = kPriorWeight * (x[i] - box.starts[0][i]) / kPriorLogSd;
  };
  FitResult const fit = robust_fit(residuals, used.size() + terms.size(), box, {.loss_scale = 0.08, .max_iterations = 100});
  if (result) *result = fit;
  return unpack(fit.params);
}

// Half widths where bandwidth, both and latency rule, from errors out of sample.
void cut_bands(std::vector<CollectiveRow> const& rows, net::CollectiveFit& fit) {
  std::vector<double> rate, middle, latency;
  for (auto const& r : rows) {
    if (!r.row.refusal.empty()) continue;
    double const share = net::latency_share(r.kind, r.byte, r.group, fit);
    (share < 0.25 ? rate : share < 0.75 ? middle : latency).push_back(std::abs(std::log(r.row.predicted / r.row.measured)));
  }
  fit.band_rate = quantile(rate, kBandShare), fit.band_middle = quantile(middle, kBandShare), fit.band_latency = quantile(latency, kBandShare);
}

// Fills predictions and bands; returns the fit that is shipped, with its bands.
net::CollectiveFit predict_rows(std::vector<CollectiveRow>& rows, Options const& options) {
  auto const predict = [](CollectiveRow const& r, net::CollectiveFit const& f) { return 1e-9 * net::bus_byte_s(r.kind, r.byte, r.group, f); };
  net::CollectiveFit whole = net::fitted_collectives();
  if (options.shipped) {
    std::vector<net::CollectiveFit> fits;
    for (int k = 0; k <= 5; ++k) fits.push_back(fit_rows(rows, k));  // the last leaves nothing out
    whole = fits[5];
    for (auto& r : rows)
      if (r.row.refusal.empty()) r.row.predicted = predict(r, fits[static_cast<std::size_t>(fold_of(r.fold_key))]), r.row.in_sample = predict(r, whole);
    cut_bands(rows, whole);
  } else {
    for (auto& r : rows)
      if (r.row.refusal.empty()) r.row.predicted = predict(r, whole);
  }
  for (auto& r : rows) {
    if (!r.row.refusal.empty()) continue;
    double const band = net::collective_band_log(r.kind, r.byte, r.group, whole);
    r.row.low = r.row.predicted * std::exp(-band), r.row.high = r.row.predicted * std::exp(band);
  }
  return whole;
}

// The 128-host ring under per-flow ECMP: every hash seed within 20-33 % of line rate, around the packet simulator's 23.1 %.
MetricReport ring_report() {
  auto const band = net::ring_finish_band(128, 8, 100);
  Row row;
  row.id = "ring128_ecmp";
  row.measured = 0.231;
  row.predicted = band.mean_frac, row.low = band.low_frac, row.high = band.high_frac;
  row.in_sample = std::nan("");
  row.within_band = band.low_frac <= 0.231 && 0.231 <= band.high_frac && band.low_frac >= 0.18 && band.high_frac <= 0.36;
  return summarise({"ring128_ecmp", "packet simulator", "within_band", "1", 1.0, 0}, {row});
}

// Surfaces predict seconds; bus bandwidth is proportional to 1/t.
Row as_rate(Row row) {
  row.measured = 1 / row.measured, row.predicted = 1 / row.predicted, row.in_sample = 1 / row.in_sample;
  double const low = row.high > 0 ? 1 / row.high : 0, high = row.low > 0 ? 1 / row.low : 0;
  row.low = low, row.high = high;
  return row;
}

std::vector<Row> without_bands(std::vector<Row> rows) {
  for (auto& r : rows) r.low = r.high = 0;
  return rows;
}

SuiteReport run_network(Options const& options) {
  SuiteReport report{"network", options.data_dir, options.refit, {}, false};
  auto kernels = kernel_rows(options.data_dir);
  std::erase_if(kernels, [](calibration::KernelRow const& r) { return r.identity.op != OpClass::collective; });
  auto const surfaces = predict_kernel_rows(kernels, options);
  auto rows = load_rows(options);
  if (options.shipped) add_table_rows(kernels, Names(options.data_dir), rows);
  predict_rows(rows, options);
  for (auto const& [metric, limit] : {std::pair{"busbw_large", kLimitLarge}, {"busbw_small", kLimitSmall}}) {
    std::vector<Row> inside, across, all;
    for (std::size_t i = 0; i < kernels.size(); ++i)
      if (kernels[i].use == "predict" && kernels[i].metric == metric) inside.push_back(as_rate(surfaces[i]));
    for (auto const& r : rows)
      if (r.metric == metric) across.push_back(r.row);
    all = inside;
    all.insert(all.end(), across.begin(), across.end());
    report.metrics.push_back(summarise({metric, "inference_kernel_comm.csv, collectives.csv", "ape", "1", limit, 0}, all));
    report.metrics.push_back(summarise({std::string(metric) + "_nodes", "collectives.csv", "ape", "1", 0, 0}, without_bands(across)));  // beside, not judged
  }
  if (options.shipped) report.metrics.push_back(ring_report());
  judge(report);
  return report;
}

void refit_network(std::string const& out_dir) {
  Options options;
  options.data_dir = shipped_data_dir();
  auto rows = load_rows(options);
  auto kernels = kernel_rows(options.data_dir);
  std::erase_if(kernels, [](calibration::KernelRow const& r) { return r.identity.op != OpClass::collective; });
  add_table_rows(kernels, Names(options.data_dir), rows);
  FitResult result;
  auto const fit = fit_rows(rows, 5, &result);
  auto const bands = predict_rows(rows, options);
  std::ostringstream file;
  file << "name,value,low,high,rows,source\n";
  auto const terms = net::collective_terms();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    double const half = 1.645 * std::sqrt(std::max(0.0, result.covariance[i * terms.size() + i])), value = fit.*(terms[i].member);
    file << fmt::format("{},{:.6g},{:.4g},{:.4g},{},fitted to validation/data/collectives.csv and inference_kernel_comm.csv\n", terms[i].name, value, value * std::exp(-half), value * std::exp(half), rows.size());
  }
  file << fmt::format("band_rate,{0:.4g},,,{3},out-of-sample spread\nband_middle,{1:.4g},,,{3},out-of-sample spread\nband_latency,{2:.4g},,,{3},out-of-sample spread\n", bands.band_rate, bands.band_middle,
                      bands.band_latency, rows.size());
  write_file(out_dir + "/" + kFitFile, file.str());
}

}  // namespace

Suite network_suite() { return {"network", "bus bandwidth of collectives in a node, a rack and over several", run_network, [] { return parameters_in(kFitFile); }, refit_network}; }

}  // namespace aif::validation
