#include "sim/decisions/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "core/ordered_sum.hpp"
#include "core/statistics.hpp"
#include "sim/facility/build.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kMostBanded = 256;  // members whose hours are kept for time bands
constexpr double kHourlyStep = 3600;
constexpr std::string_view kAsDelivered = ".as_delivered";

// Columns that get time bands; of a column by workload, its sum.
struct BandColumn {
  char const *name, *unit, *long_name;
};
constexpr BandColumn kBandColumns[] = {{"facility_power", "W", "site electricity"}, {"it_power", "W", "electricity into the racks"}, {"cooling_power", "W", "pumps, fans, chillers"},
                                       {"pue", "1", "site over rack electricity"}, {"tokens_out", "1 s-1", "output tokens of all workloads"},
                                       {"tokens_good", "1 s-1", "output tokens within the latency targets"}};

std::vector<float> hours_of(SeriesGroup const& series, BandColumn const& column) {
  auto const* v = series.find(column.name);
  if (!v) return {};
  std::size_t const width = series.n_steps > 0 ? v->values.size() / series.n_steps : 1;
  if (width <= 1) return v->values;
  std::vector<float> sum(series.n_steps, 0.0f);
  for (std::size_t i = 0; i < v->values.size(); ++i) sum[i / width] += v->values[i];
  return sum;
}

// Expected share of members below it is p for any number of members (Weibull's plotting position): a band is not narrower for being small.
double band_quantile(std::vector<double> const& sorted, double p) {
  double const n = static_cast<double>(sorted.size());
  return quantile_of_sorted(sorted, std::clamp((p * (n + 1) - 1) / (n - 1), 0.0, 1.0));
}

}  // namespace

void state_model_errors(UncertainInputs& inputs, Facility const& facility) {
  for (auto& item : inputs.items) {
    if (item.effect != UncertainInput::Effect::model_error || item.has_distribution) continue;
    auto const names = enum_names(ErrorFamily{});
    for (std::size_t f = 0; f < kErrorFamilies; ++f)
      if (item.uncertain.path == fmt::format("model_error.{}", names[f]))
        if (auto const e = error_interval(facility, static_cast<ErrorFamily>(f))) item.uncertain.params = {e->low, e->high}, item.uncertain.evidence = e->evidence;
  }
}

ErrorDraws errors_at(UncertainInputs const& inputs, std::span<double const> u) {
  ErrorDraws out;
  auto const names = enum_names(ErrorFamily{});
  for (auto const& item : inputs.items)
    for (std::size_t f = 0; f < kErrorFamilies; ++f) {
      if (item.effect != UncertainInput::Effect::model_error || item.uncertain.path != fmt::format("model_error.{}", names[f]) || std::isnan(u[item.draw])) continue;
      if (item.has_distribution) out[f].factor = value_at(item, u[item.draw]);
      else out[f].u = u[item.draw];
    }
  return out;
}

double drawn_value(UncertainInput const& item, double u) {
  if (item.has_distribution || std::isnan(u) || item.uncertain.params.size() != 2) return value_at(item, u);
  return error_factor({1, item.uncertain.params[0], item.uncertain.params[1], item.uncertain.evidence}, u);
}

namespace {

struct Member {
  std::vector<double> values;
  std::vector<std::vector<float>> hours;
  std::string failure;
};

class Ensemble {
 public:
  Ensemble(LoadedScenario const& loaded, Library const& library, EnsembleOptions const& options)
      : scenario_(loaded.value), library_(library), options_(options), inputs_(uncertain_inputs(loaded)), base_is_hourly_(loaded.value.simulation.step_s >= kHourlyStep) {
    scenario_.simulation.step_s = std::max(scenario_.simulation.step_s, kHourlyStep);
  }

  EnsembleData run(Results const& base) {
    auto const n = static_cast<std::size_t>(options_.members);
    BuildLog log;
    state_model_errors(inputs_, build_facility(scenario_, library_, {.cache_dir = options_.evaluate.cache_dir, .control = options_.evaluate.control, .assets = options_.evaluate.assets}, log));
    EnsembleData data = describe(base);
    std::vector<double> const scale = hourly_scale(base, data.metrics);
    std::vector<Member> members(n);
    std::atomic<std::size_t> done{0};
    parallel_for(n, [&](std::size_t m) {
      options_.evaluate.control.check();
      members[m] = run_member(m, data.metrics, scale, options_.time_bands && m < kMostBanded);
      options_.evaluate.control.report("uncertainty", static_cast<double>(++done) / static_cast<double>(n), fmt::format("{} members", n));
    });
    for (std::size_t m = 0; m < n; ++m) {
      auto const u = uniforms(m);
      std::vector<double> row;
      for (auto const& item : inputs_.items) row.push_back(drawn_value(item, u[item.draw]));
      data.draws.push_back(std::move(row));
      data.values.push_back(std::move(members[m].values));
      data.failures.push_back(std::move(members[m].failure));
    }
    if (options_.time_bands) add_time_bands(data, members);
    return data;
  }

 private:
  std::vector<double> uniforms(std::size_t member) const { return member_uniforms(inputs_, static_cast<std::uint64_t>(scenario_.seed), member); }

  EnsembleData describe(Results const& base) const {
    EnsembleData data;
    data.seed = static_cast<std::uint64_t>(scenario_.seed);
    for (auto const& item : inputs_.items) {
      data.inputs.push_back(item.entry.empty() ? item.uncertain.path : item.uncertain.group);
      data.input_units.emplace_back(si_symbol(item.kind));
      data.input_sources.push_back(item.uncertain.source);
    }
    for (auto const& m : base.summary) data.metrics.push_back(m.id);
    return data;
  }

  Results evaluate(Scenario const& scenario, ErrorDraws const* errors, bool keep_series) const {
    EvaluateOptions one = options_.evaluate;
    one.errors = errors;
    one.keep_series = keep_series;
    return evaluate_site(scenario, library_, one);
  }

  static std::vector<double> in_order(Results const& r, std::vector<std::string> const& metrics) {
    std::vector<double> out;
    for (auto const& id : metrics) {
      auto const* m = r.find(id);
      if (!m && id.ends_with(kAsDelivered)) m = r.find(id.substr(0, id.size() - kAsDelivered.size()));  // without phases everything is there at once
      out.push_back(m ? m->value : id.starts_with("stranded.") ? 0.0 : std::nan(""));
    }
    return out;
  }

  // Base figure over the hourly base's, 1 where the base is hourly itself or the figure is zero.
  std::vector<double> hourly_scale(Results const& base, std::vector<std::string> const& metrics) const {
    std::vector<double> scale(metrics.size(), 1.0);
    if (base_is_hourly_) return scale;
    auto const fine = in_order(base, metrics), hourly = in_order(evaluate(scenario_, nullptr, false), metrics);
    for (std::size_t i = 0; i < scale.size(); ++i)
      if (hourly[i] != 0 && std::isfinite(fine[i] / hourly[i])) scale[i] = fine[i] / hourly[i];
    return scale;
  }

  Member run_member(std::size_t m, std::vector<std::string> const& metrics, std::vector<double> const& scale, bool keep_hours) const {
    Member out;
    auto const u = uniforms(m);
    ErrorDraws const errors = errors_at(inputs_, u);
    try {
      Results const r = evaluate(with_values(scenario_, inputs_, u), &errors, keep_hours);
      out.values = in_order(r, metrics);
      for (std::size_t i = 0; i < scale.size(); ++i) out.values[i] *= scale[i];
      if (keep_hours)
        for (auto const& column : kBandColumns) out.hours.push_back(hours_of(r.series.front(), column));
    } catch (InputError const& e) {
      out.values.assign(metrics.size(), std::nan(""));
      out.failure = e.diagnostics().items().empty() ? e.what() : e.diagnostics().items().front().code + ": " + e.diagnostics().items().front().message;
    }
    return out;
  }

  static void add_time_bands(EnsembleData& data, std::vector<Member> const& members) {
    std::vector<Member const*> kept;
    for (auto const& m : members)
      if (!m.hours.empty()) kept.push_back(&m);
    if (kept.size() < 2) return;
    for (std::size_t c = 0; c < std::size(kBandColumns); ++c) {
      EnsembleData::TimeBand band{kBandColumns[c].name, kBandColumns[c].unit, kBandColumns[c].long_name, {}, {}, {}};
      std::size_t const n = kept.front()->hours[c].size();
      band.p10.resize(n), band.p50.resize(n), band.p90.resize(n);
      parallel_for((n + kSumBlock - 1) / kSumBlock, [&](std::size_t block) {
        std::vector<double> values(kept.size());
        for (std::size_t h = block * kSumBlock; h < std::min(n, (block + 1) * kSumBlock); ++h) {
          for (std::size_t m = 0; m < kept.size(); ++m) values[m] = static_cast<double>(kept[m]->hours[c][h]);
          std::sort(values.begin(), values.end());
          band.p10[h] = static_cast<float>(band_quantile(values, 0.1));
          band.p50[h] = static_cast<float>(band_quantile(values, 0.5));
          band.p90[h] = static_cast<float>(band_quantile(values, 0.9));
        }
      });
      data.bands.push_back(std::move(band));
    }
  }

  Scenario scenario_;
  Library const& library_;
  EnsembleOptions const& options_;
  UncertainInputs inputs_;
  bool base_is_hourly_;
};

// Ranks from 0, ties at their mean.
std::vector<double> ranks(std::vector<double> const& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    while (j < order.size() && values[order[j]] == values[order[i]]) ++j;
    for (std::size_t k = i; k < j; ++k) out[order[k]] = 0.5 * static_cast<double>(i + j - 1);
    i = j;
  }
  return out;
}

}  // namespace

EnsembleData run_ensemble(LoadedScenario const& loaded, Library const& library, Results const& base, EnsembleOptions const& options) {
  if (options.evaluate.assets) return Ensemble(loaded, library, options).run(base);
  Assets own(library);
  EnsembleOptions mine = options;
  mine.evaluate.assets = &own;
  return Ensemble(loaded, library, mine).run(base);
}

void add_bands(Results& results, EnsembleData ensemble) {
  std::vector<std::vector<double>> columns(results.summary.size());
  for (auto const& row : ensemble.values)
    for (std::size_t i = 0; i < row.size(); ++i)
      if (std::isfinite(row[i])) columns[i].push_back(row[i]);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto& m = results.summary[i];
    if (columns[i].size() < 2) {
      m.validity = Validity::no_band;
      continue;
    }
    std::sort(columns[i].begin(), columns[i].end());
    m.p10 = band_quantile(columns[i], 0.1);
    m.p50 = band_quantile(columns[i], 0.5);
    m.p90 = band_quantile(columns[i], 0.9);
  }
  for (auto& check : results.checks) {
    auto const at = std::find_if(results.summary.begin(), results.summary.end(), [&](auto const& m) { return check.expression.starts_with(m.id + " "); });
    if (at == results.summary.end()) continue;
    auto const& column = columns[static_cast<std::size_t>(at - results.summary.begin())];
    bool const is_upper = check.expression.find('<') != std::string::npos;
    auto const passing = std::count_if(column.begin(), column.end(), [&](double v) { return is_upper ? v <= check.limit : v >= check.limit; });
    if (!column.empty()) check.probability = static_cast<double>(passing) / static_cast<double>(column.size());
  }
  results.ensemble = std::move(ensemble);
}

std::vector<Contribution> contributions(EnsembleData const& e, std::string_view metric) {
  auto const at = std::find(e.metrics.begin(), e.metrics.end(), metric);
  if (at == e.metrics.end()) return {};
  auto const column = static_cast<std::size_t>(at - e.metrics.begin());
  std::vector<double> y;
  std::vector<std::size_t> kept;
  for (std::size_t m = 0; m < e.values.size(); ++m)
    if (std::isfinite(e.values[m][column])) y.push_back(e.values[m][column]), kept.push_back(m);
  if (y.size() < 8) return {};
  auto const centred_ranks = [](std::vector<double> const& values) {
    auto r = ranks(values);
    double const m = mean(r);
    for (double& v : r) v -= m;
    return r;
  };
  auto const dot = [](std::vector<double> const& p, std::vector<double> const& q) { return std::inner_product(p.begin(), p.end(), q.begin(), 0.0); };
  std::vector<double> left = centred_ranks(y);
  std::vector<std::vector<double>> x(e.inputs.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::vector<double> draws;
    for (auto m : kept) draws.push_back(e.draws[m][i]);
    x[i] = centred_ranks(draws);
  }
  double const total = dot(left, left), n = static_cast<double>(y.size());
  double const chance = normal_quantile(1 - 0.025 / static_cast<double>(std::max<std::size_t>(1, x.size())));  // of r sqrt(n - 1) without any effect
  std::vector<Contribution> out;
  while (total > 0 && static_cast<double>(out.size()) < n - 3) {
    std::size_t best = x.size();
    double best_r = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (double const xx = dot(x[i], x[i]), ll = dot(left, left); xx > 1e-9 * total && ll > 1e-9 * total)
        if (double const r = dot(x[i], left) / std::sqrt(xx * ll); std::abs(r) > std::abs(best_r)) best = i, best_r = r;
    double const freedom = n - 1 - static_cast<double>(out.size());
    if (best == x.size() || best_r * best_r * freedom < chance * chance) break;
    out.push_back({e.inputs[best], std::max(0.0, (freedom * best_r * best_r - 1) / (freedom - 1)) * dot(left, left) / total});
    auto const chosen = x[best];
    auto const take_off = [&](std::vector<double>& v) {
      double const share = dot(v, chosen) / dot(chosen, chosen);
      for (std::size_t m = 0; m < v.size(); ++m) v[m] -= share * chosen[m];
    };
    take_off(left);
    for (auto& other : x) take_off(other);
  }
  std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.share > b.share; });
  return out;
}

}  // namespace aif::sim
