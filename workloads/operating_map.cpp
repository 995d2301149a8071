#include "workloads/operating_map.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "core/diagnostics.hpp"
#include "core/grid_table.hpp"
#include "core/ordered_sum.hpp"
#include "workloads/arrivals/arrivals.hpp"
#include "workloads/map_key.hpp"
#include "workloads/serving/capacity.hpp"
#include "workloads/serving/design.hpp"
#include "workloads/serving/measures.hpp"

namespace aif::workloads {

namespace {

constexpr double kWarmUp = 0.2;           // share of the requests that only fill the replica
constexpr int kRounds = 3;                // of refinement

// Multiples of the latency targets at which goodput is kept beside the targets themselves: the range of factors that model error takes.
std::vector<double> const kTtftTargets{0.06, 0.12, 0.2, 0.33, 0.5, 0.7, 0.85, 1.0, 1.25, 1.6, 2.2, 3.0};
std::vector<double> const kTpotTargets{0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0};

using Layer = OperatingMap::Layer;
constexpr std::vector<double> Layer::*kColumns[] = {
    &Layer::out_token_s, &Layer::in_token_s, &Layer::cached_token_s, &Layer::good_frac, &Layer::ttft_p50_s, &Layer::ttft_p90_s, &Layer::ttft_p99_s,
    &Layer::tpot_p50_s, &Layer::tpot_p90_s, &Layer::tpot_p99_s, &Layer::e2e_p50_s, &Layer::e2e_p90_s, &Layer::e2e_p99_s, &Layer::dynamic_w,
    &Layer::hbm_byte_s, &Layer::link_byte_s, &Layer::flop_s, &Layer::active_frac, &Layer::kv_used_frac};
constexpr double MapValues::*kValues[] = {
    &MapValues::out_token_s, &MapValues::in_token_s, &MapValues::cached_token_s, &MapValues::good_frac, &MapValues::ttft_p50_s, &MapValues::ttft_p90_s, &MapValues::ttft_p99_s,
    &MapValues::tpot_p50_s, &MapValues::tpot_p90_s, &MapValues::tpot_p99_s, &MapValues::e2e_p50_s, &MapValues::e2e_p90_s, &MapValues::e2e_p99_s, &MapValues::dynamic_w,
    &MapValues::hbm_byte_s, &MapValues::link_byte_s, &MapValues::flop_s, &MapValues::active_frac, &MapValues::kv_used_frac};
static_assert(std::size(kColumns) == std::size(kValues));

// A design at one clock, ready to be loaded.
struct Bench {
  compute::ReplicaDesign const& design;
  ServingWorkloadParams const& workload;
  RequestTable const& requests;
  std::size_t n;
  RunControl const& control;

  struct Run {
    ServingMeasures measures;
    DeviceMean mean;
    std::vector<std::uint16_t> good_at_target;
  };

  Run run(Deployment const& deployment, double requests_s, double clock_hz) const {
    RequestTable const table = with_rate(requests, requests_s, n);
    SimulationOptions options;
    options.measure_from_s = table.arrival_s[static_cast<std::size_t>(kWarmUp * static_cast<double>(n))];
    options.measure_to_s = table.arrival_s.back();
    SimulationResult const result = simulate(table, deployment, options, control);
    Run out;
    out.measures = measure(table, result, deployment, workload.slo, options.measure_from_s, options.measure_to_s);
    out.mean = device_mean(design, result, clock_hz);
    out.good_at_target = good_at_targets(table, result, workload.slo, options.measure_from_s, options.measure_to_s, kTtftTargets, kTpotTargets);
    return out;
  }
};

MapValues values_of(Bench::Run const& r) {
  auto const& m = r.measures;
  double flop_s = 0;
  for (double f : r.mean.activity.flop_s) flop_s += f;
  return {m.out_token_s, m.in_token_s, m.cached_token_s, m.good_frac, m.ttft_s.p50, m.ttft_s.p90, m.ttft_s.p99, m.tpot_s.p50, m.tpot_s.p90, m.tpot_s.p99,
          m.e2e_s.p50, m.e2e_s.p90, m.e2e_s.p99, r.mean.dynamic_w, r.mean.activity.hbm_byte_s, r.mean.activity.link_byte_s, flop_s,
          r.mean.activity.active_frac, m.kv_used_frac};
}

// Requests a second when all of them wait from the start.
double saturated(Bench const& bench, Deployment const& deployment) {
  double const rate = saturated_rate(with_rate(bench.requests, 1.0, bench.n), deployment, bench.control);
  if (rate > 0) return rate;
  throw InputError(Diagnostic{"AF2504", Severity::error, "no request of workload `" + bench.workload.id + "` fits the KV memory of its replica",
                              "workloads." + bench.workload.id, {}, "give the replica more devices, or shorter contexts", 1});
}

double relative(double a, double b, double scale) { return std::abs(a - b) / std::max({std::abs(b), 0.05 * scale, 1e-300}); }

class MapBuilder {
 public:
  MapBuilder(Bench const& bench, MapOptions const& options) : bench_(bench), options_(options), loads_(options.loads) {
    double const clock_max = bench.design.profile->datasheet.clock_max_hz;
    for (double c : options.clocks) clocks_hz_.push_back(c * clock_max);
    for (double c : clocks_hz_) deployments_.push_back(deployment_of(bench.design, c));
    saturated_s_ = saturated(bench, deployments_.back());
    double const kept = highest_rate(saturated_s_, [&](double rate) { return bench_.run(deployments_.back(), rate, 0).measures.meets_slo; });
    capacity_s_ = kept > 0 ? kept : kMostUsed * saturated_s_;
  }

  OperatingMap build() {
    columns_ = columns_at(loads_);
    for (int round = 0; round < kRounds && loads_.size() < options_.most_loads; ++round)
      if (!refine()) break;
    return fill();
  }

 private:
  struct Point : MapValues {
    std::vector<std::uint16_t> good_at_target;
  };
  using Column = std::vector<Point>;  // by clock

  std::vector<Column> columns_at(std::vector<double> const& loads) {
    std::size_t const n = clocks_hz_.size();
    std::vector<Column> columns(loads.size(), Column(n));
    parallel_for(loads.size() * n, [&](std::size_t i) {
      std::size_t const clock = i % n;
      auto run = bench_.run(deployments_[clock], loads[i / n] * capacity_s_, clocks_hz_[clock]);
      columns[i / n][clock] = {values_of(run), std::move(run.good_at_target)};
    });
    done_ += loads.size();
    bench_.control.report("operating map", std::min(0.95, static_cast<double>(done_) / (2.5 * static_cast<double>(options_.most_loads))), bench_.workload.id);
    return columns;
  }

  double error_of(MapValues const& guess, MapValues const& truth) const {
    return std::max(relative(guess.out_token_s, truth.out_token_s, most_out()), relative(guess.dynamic_w, truth.dynamic_w, most_w()));
  }
  double most_out() const { return columns_.back().back().out_token_s; }
  double most_w() const { return columns_.back().back().dynamic_w; }

  static MapValues between(MapValues const& a, MapValues const& b) {
    MapValues v;
    for (auto member : kValues) v.*member = 0.5 * (a.*member + b.*member);
    return v;
  }

  // Tries the middle of every cell of loads and keeps the ones that interpolation misses; false when none is missed.
  bool refine() {
    std::vector<double> middles;
    for (std::size_t i = 0; i + 1 < loads_.size(); ++i) middles.push_back(0.5 * (loads_[i] + loads_[i + 1]));
    auto const tried = columns_at(middles);
    std::vector<double> loads;
    std::vector<Column> columns;
    bool missed = false;
    for (std::size_t i = 0; i < loads_.size(); ++i) {
      loads.push_back(loads_[i]);
      columns.push_back(columns_[i]);
      if (i + 1 == loads_.size()) break;
      double error = 0;
      for (std::size_t c = 0; c < clocks_hz_.size(); ++c) error = std::max(error, error_of(between(columns_[i][c], columns_[i + 1][c]), tried[i][c]));
      if (error <= options_.tolerance || loads.size() + loads_.size() - i - 1 >= options_.most_loads) continue;
      loads.push_back(middles[i]);
      columns.push_back(tried[i]);
      missed = true;
    }
    loads_ = std::move(loads);
    columns_ = std::move(columns);
    return missed;
  }

  // Worst miss of bilinear interpolation at the centres of the cells.
  double centre_error() {
    std::size_t const nl = loads_.size() - 1, nc = clocks_hz_.size() - 1;
    if (nc == 0) return 0.0;
    std::vector<double> errors(nl * nc);
    parallel_for(nl * nc, [&](std::size_t i) {
      std::size_t const l = i / nc, c = i % nc;
      double const clock_hz = 0.5 * (clocks_hz_[c] + clocks_hz_[c + 1]);
      auto const truth = values_of(bench_.run(deployment_of(bench_.design, clock_hz), 0.5 * (loads_[l] + loads_[l + 1]) * capacity_s_, clock_hz));
      errors[i] = error_of(between(between(columns_[l][c], columns_[l + 1][c]), between(columns_[l][c + 1], columns_[l + 1][c + 1])), truth);
    });
    return *std::max_element(errors.begin(), errors.end());
  }

  OperatingMap fill() {
    OperatingMap map;
    map.load_frac = loads_;
    map.clock_frac = options_.clocks;
    map.devices = compute::devices(bench_.design);
    map.ttft_target_frac = kTtftTargets;
    map.tpot_target_frac = kTpotTargets;
    for (std::size_t c = 0; c < clocks_hz_.size(); ++c)
      for (std::size_t l = 0; l < loads_.size(); ++l) {
        Point const& p = columns_[l][c];
        for (std::size_t k = 0; k < std::size(kColumns); ++k) (map.at.*kColumns[k]).push_back(p.*kValues[k]);
        map.good_at_target.insert(map.good_at_target.end(), p.good_at_target.begin(), p.good_at_target.end());
      }
    double out = 0;
    for (std::size_t i = 0; i < bench_.n; ++i) out += bench_.requests.output_token[i % bench_.requests.size()];
    map.capacity_out_token_s = capacity_s_ * out / static_cast<double>(bench_.n);
    map.interpolation_error = centre_error();
    map.validity = Validity::interpolated;
    compute::EngineParams const& e = bench_.design.engine;
    map.tpot_error = {1.0, e.tpot_low, e.tpot_high, Evidence::measured};
    map.ttft_error = {1.0, e.ttft_low, e.ttft_high, Evidence::measured};
    return map;
  }

  Bench const& bench_;
  MapOptions const& options_;
  std::vector<double> loads_, clocks_hz_;
  std::vector<Deployment> deployments_;
  std::vector<Column> columns_;
  double saturated_s_ = 0, capacity_s_ = 0;
  std::size_t done_ = 0;
};

void check(compute::ReplicaDesign const& design, ServingWorkloadParams const& workload, MapOptions const& options) {
  DiagnosticList problems = compute::feasible(design);
  auto rises = [](std::vector<double> const& axis) { return axis.size() >= 2 && axis.front() > 0 && std::is_sorted(axis.begin(), axis.end(), std::less_equal<>{}); };
  if (!rises(options.loads) || !rises(options.clocks) || options.clocks.back() != 1.0 || options.requests < 20)
    problems.add({"AF2503", Severity::error, "the axes of an operating map rise strictly from above zero, the last clock is 1, and a point has at least 20 requests",
                  "workloads." + workload.id, {}, "keep the defaults", 1});
  if (problems.has_errors()) throw InputError(std::move(problems));
}

}  // namespace

OperatingMap build_operating_map(compute::ReplicaDesign const& design, ServingWorkloadParams const& workload, MapOptions const& options,
                                 RunControl const& control) {
  check(design, workload, options);
  RequestTable const synthetic = options.sample ? RequestTable{} : synthesise_requests(workload.tokens, options.requests, options.seed);
  RequestTable const& requests = options.sample ? *options.sample : synthetic;
  std::string const key = map_key(design, workload, options, requests);
  std::string const path = options.cache_dir.empty() ? "" : map_cache_path(options.cache_dir, key);
  OperatingMap map;
  if (!path.empty() && load_map(path, map) && map.key == key) return map;
  Bench const bench{design, workload, requests, options.requests, control};
  map = MapBuilder(bench, options).build();
  map.key = key;
  if (!path.empty()) save_map(path, map);
  return map;
}

MapValues look_up(OperatingMap const& map, double load_frac, double clock_frac) {
  auto const load = locate(map.load_frac, load_frac);
  auto const clock = locate(map.clock_frac, clock_frac);
  std::size_t const width = map.load_frac.size();
  std::size_t const next_load = width > 1 ? 1 : 0, next_clock = map.clock_frac.size() > 1 ? width : 0;
  std::size_t const i = clock.cell * width + load.cell;
  MapValues v;
  for (std::size_t k = 0; k < std::size(kColumns); ++k) {
    auto const& column = map.at.*kColumns[k];
    double const here = column[i] + load.weight * (column[i + next_load] - column[i]);
    double const above = column[i + next_clock] + load.weight * (column[i + next_clock + next_load] - column[i + next_clock]);
    v.*kValues[k] = here + clock.weight * (above - here);
  }
  return v;
}

}  // namespace aif::workloads
