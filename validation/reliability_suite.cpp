// Failure counts, mean times to failure and effective training time of published clusters by the two-rate law and the exact goodput of
// workloads/training. A cluster's own rate counts only where its table prints one as an input; else the fleet's rate is used.
#include "validation/reliability_suite.hpp"

#include <cmath>
#include <map>
#include <sstream>

#include "core/csv.hpp"
#include "workloads/training/failure_years.hpp"
#include "workloads/training/goodput.hpp"

namespace aif::validation {
namespace {

namespace wl = aif::workloads;

constexpr double kDay_s = 86400, kNodeDevices = 8, kLimitShare = 0.9;

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Poisson: P(N <= k) for mean m.
double poisson_cdf(int k, double m) {
  double term = std::exp(-m), sum = 0;
  for (int i = 0; i <= k; ++i) {
    sum += term;
    term *= m / (i + 1);
  }
  return sum;
}
// 90 % interval of the mean behind a count: m with P(N >= k | m) = 5 %, and with P(N <= k | m) = 5 %.
std::pair<double, double> poisson_interval(int k) {
  auto const solve = [](auto&& falls_below) {
    double low = 0, high = 1e6;
    for (int i = 0; i < 200; ++i) (falls_below(0.5 * (low + high)) ? high : low) = 0.5 * (low + high);
    return 0.5 * (low + high);
  };
  // Counts of some hundreds: the normal limit of the same interval, since exp(-m) underflows.
  if (k > 100) return {k - 1.645 * std::sqrt(k), k + 1.645 * std::sqrt(k + 1.0)};
  double const low = k == 0 ? 0 : solve([k](double m) { return 1 - poisson_cdf(k - 1, m) > 0.05; });
  return {low, solve([k](double m) { return poisson_cdf(k, m) < 0.05; })};
}

double days_of(std::string const& text) {  // "..., 54 days", "over 55 days", "55 days"
  for (auto at = text.find(" days"); at != std::string::npos; at = text.find(" days", at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && (std::isdigit(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '.')) --begin;
    if (begin < at) return std::stod(text.substr(begin, at - begin));
  }
  return 0;
}

double unit_s(std::string const& unit) { return unit == "days" ? kDay_s : unit == "h" ? 3600 : unit == "min" ? 60 : 1; }

// Columns that hold words in other rows, so not CsvTable::numbers.
double number(CsvTable const& t, std::size_t i, char const* column) {
  double v = 0;
  std::istringstream(t.at(i, column)) >> v;
  return v;
}

struct Inputs {
  std::map<std::string, double> rate_per_node_s;             // hardware, as the cluster prints it
  std::map<std::string, std::map<std::string, double>> recovery_s;
};
Inputs read_inputs(CsvTable const& t) {
  Inputs in;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "use") != "input") continue;
    double const value = number(t, i, "value");
    if (t.at(i, "metric") == "failure_rate" && contains(t.at(i, "unit"), "1000 node-days") && !contains(t.at(i, "component"), "derived"))
      in.rate_per_node_s.emplace(t.at(i, "cluster"), value * 1e-3 / kDay_s);
    if (t.at(i, "metric") == "recovery_time") in.recovery_s[t.at(i, "cluster")][t.at(i, "component")] = value * unit_s(t.at(i, "unit"));
  }
  return in;
}

Row predict(CsvTable const& t, std::size_t i, Inputs const& in, double value, double gpus, double nodes, double limit) {
  Row row;
  row.id = t.at(i, "id");
  row.measured = value;
  row.in_sample = std::nan("");
  row.groups = {{"cluster", t.at(i, "cluster")}, {"metric", t.at(i, "metric")}};
  wl::FailureYearParams const fleet;
  std::string const &metric = t.at(i, "metric"), &component = t.at(i, "component"), &cluster = t.at(i, "cluster");
  double const n = nodes > 0 ? nodes : gpus / kNodeDevices;
  auto const own = in.rate_per_node_s.find(cluster);
  double const hardware = own != in.rate_per_node_s.end() ? own->second : fleet.hardware_per_node_s;
  // Job-stopping causes of all kinds outnumber those that a fleet attributes to hardware.
  double const all_causes = (fleet.hardware_per_node_s + fleet.other_per_node_s) / fleet.hardware_per_node_s;
  double const rate = n * hardware * (contains(component, "measured") ? all_causes : 1.0);
  double const days = days_of(cluster + " " + t.at(i, "notes"));
  if (!(n > 0)) row.refusal = "no size of the cluster";
  else if (metric == "mttf_job") row.predicted = 1 / rate / unit_s(t.at(i, "unit"));
  else if (t.at(i, "unit") == "count" && days > 0) row.predicted = rate * days * kDay_s;
  else if (metric == "effective_training_time" || metric == "ettr") {
    auto const recovery = in.recovery_s.find(cluster);
    bool const replicas = contains(component, "FT-HSDP");
    double restart = fleet.detect_s + fleet.restart_s;
    if (recovery != in.recovery_s.end())
      for (auto const& [name, seconds] : recovery->second)
        if (contains(name, "replica") == replicas) restart = seconds;
    wl::FailureProcess const process{rate, restart, fleet.checkpoint_s};
    row.predicted = replicas ? wl::replica_restart_goodput_frac(process) : wl::goodput_frac(process, wl::best_interval_s(process));
  } else {
    row.refusal = "no law for this metric";
  }
  if (!row.refusal.empty()) return row;
  if (limit > 1) {
    row.low = row.predicted / limit, row.high = row.predicted * limit;
    row.within_band = value >= row.low && value <= row.high;
  } else {
    auto const [low, high] = poisson_interval(static_cast<int>(value + 0.5));
    row.within_band = row.predicted >= low && row.predicted <= high;
  }
  return row;
}

SuiteReport run_reliability(Options const& options) {
  SuiteReport report{"reliability", options.data_dir, options.refit, {}, false};
  CsvTable const t = CsvTable::load(table_path(options.data_dir, "reliability.csv"));
  Inputs const in = read_inputs(t);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < t.rows(); ++i)
    if (t.at(i, "use") == "predict") rows.push_back(predict(t, i, in, number(t, i, "value"), number(t, i, "gpus"), number(t, i, "nodes"), number(t, i, "limit")));
  for (auto& r : rows) r.low = r.high = 0;  // judged by the row's own interval
  report.metrics.push_back(summarise({"reliability", "reliability.csv", "within_band", "1", kLimitShare, 0}, rows));
  judge(report);
  return report;
}

}  // namespace

Suite reliability_suite() { return {"reliability", "failures, times between them and effective training time of published clusters", run_reliability, {}, {}}; }

}  // namespace aif::validation
