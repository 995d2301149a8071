#include "sim/decisions/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

#include "core/ordered_sum.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"
#include "sim/facility/build.hpp"
#include "sim/metrics.hpp"
#include "sim/decisions/space.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kResamples = 200;  // of the bootstrap
constexpr char const* kHeadline[] = {"tokens.good.rate", "goodput.fraction", "facility.power", "facility.power.peak", "pue", "energy.per_output_token", "cost.per_mtok_out"};

// One figure over the sample: f(A), f(B) and f(A with input i of B), by row.
struct Sample {
  std::vector<double> a, b;
  std::vector<std::vector<double>> ab;  // [input][row]
};

struct Pair {
  double first = 0, total = 0;
};

// Both estimators for one input over the rows named; outputs are centred first, which changes neither and steadies both.
Pair estimate(Sample const& s, std::size_t input, std::vector<std::size_t> const& rows) {
  double sum = 0, squares = 0, n = static_cast<double>(rows.size());
  for (auto r : rows) sum += s.a[r] + s.b[r];
  double const middle = sum / (2 * n);
  double first = 0, total = 0;
  for (auto r : rows) {
    double const a = s.a[r] - middle, b = s.b[r] - middle, ab = s.ab[input][r] - middle;
    squares += a * a + b * b;
    first += b * (ab - a);
    total += (a - ab) * (a - ab);
  }
  double const variance = squares / (2 * n);
  return variance > 0 ? Pair{first / n / variance, 0.5 * total / n / variance} : Pair{};
}

SobolIndex with_interval(Sample const& s, std::size_t input, std::vector<std::size_t> const& rows, RandomStream const& random) {
  auto const [first, total] = estimate(s, input, rows);
  std::vector<double> firsts, totals;
  std::vector<std::size_t> picked(rows.size());
  for (std::size_t k = 0; k < kResamples; ++k) {
    for (std::size_t i = 0; i < rows.size(); ++i) picked[i] = rows[static_cast<std::size_t>(random.uniform(1000 + k, i) * static_cast<double>(rows.size()))];
    auto const p = estimate(s, input, picked);
    firsts.push_back(p.first), totals.push_back(p.total);
  }
  return {first, quantile(firsts, 0.05), quantile(firsts, 0.95), total, quantile(totals, 0.05), quantile(totals, 0.95)};
}

// The scenario with its inputs in the unit cube.
class CubeSite {
 public:
  CubeSite(LoadedScenario const& loaded, Library const& library, SensitivitySettings const& settings)
      : scenario_(loaded.value), library_(library), settings_(settings), own_(library), inputs_(uncertain_inputs(loaded)) {
    if (!settings_.evaluate.assets) settings_.evaluate.assets = &own_;
    BuildLog log;
    state_model_errors(inputs_, build_facility(scenario_, library_, {.cache_dir = settings_.evaluate.cache_dir, .control = settings_.evaluate.control, .assets = settings_.evaluate.assets}, log));
    Results const base = evaluate_site(scenario_, library_, settings_.evaluate);
    choose_metrics(base);
    for (auto const& id : metrics_) base_.push_back(base.find(id)->value), units_.push_back(base.find(id)->unit);
  }

  std::vector<double> at(std::span<double const> u) const {
    ErrorDraws const errors = errors_at(inputs_, u);
    EvaluateOptions one = settings_.evaluate;
    one.errors = &errors;
    std::vector<double> out(metrics_.size(), std::nan(""));
    try {
      Results const r = evaluate_site(with_values(scenario_, inputs_, u), library_, one);
      for (std::size_t i = 0; i < metrics_.size(); ++i)
        if (auto const* m = r.find(metrics_[i])) out[i] = m->value;
    } catch (InputError const&) {  // a site that cannot be built has no figures
    }
    return out;
  }

  UncertainInputs const& inputs() const { return inputs_; }
  std::vector<std::string> const& metrics() const { return metrics_; }
  std::vector<std::string> const& units() const { return units_; }
  std::vector<double> const& base() const { return base_; }
  RunControl const& control() const { return settings_.evaluate.control; }
  std::uint64_t seed() const { return static_cast<std::uint64_t>(scenario_.seed); }

 private:
  void choose_metrics(Results const& base) {
    if (settings_.metrics.empty())
      for (auto const* id : kHeadline)
        if (auto const* m = base.find(id); m && m->value != 0) metrics_.emplace_back(id);
    std::vector<std::string> known;
    for (auto const& m : base.summary) known.push_back(m.id);
    for (auto const& id : settings_.metrics) {
      if (!base.find(id)) {
        std::string const near = did_you_mean(id, known);
        throw InputError(Diagnostic{"AF2831", Severity::error, fmt::format("there is no metric `{}`", id), "", {}, near.empty() ? "`aifactory explain METRIC` describes them" : fmt::format("did you mean `{}`?", near), 1});
      }
      metrics_.push_back(id);
    }
  }

  Scenario scenario_;
  Library const& library_;
  SensitivitySettings settings_;
  Assets own_;
  UncertainInputs inputs_;
  std::vector<std::string> metrics_, units_;
  std::vector<double> base_;
};

}  // namespace

std::vector<std::vector<SobolIndex>> sobol_indices(CubeModel const& model, std::vector<std::size_t> const& input_of, std::size_t figures, std::size_t n, std::uint64_t seed,
                                                   RunControl const& control) {
  n = std::bit_ceil(std::max<std::size_t>(n, 2));
  std::size_t const d = input_of.size(), inputs = d == 0 ? 0 : 1 + *std::max_element(input_of.begin(), input_of.end());
  auto const numbers = sobol_numbers(n, 2 * d, seed);  // row: A then B
  std::vector<Sample> samples(figures, Sample{std::vector<double>(n), std::vector<double>(n), std::vector<std::vector<double>>(inputs, std::vector<double>(n))});
  std::size_t const runs = n * (inputs + 2);
  std::atomic<std::size_t> done{0};
  parallel_for(runs, [&](std::size_t k) {
    control.check();
    std::size_t const row = k / (inputs + 2), which = k % (inputs + 2);
    std::vector<double> u(d);
    for (std::size_t j = 0; j < d; ++j) {
      bool const from_b = which == 1 || (which >= 2 && input_of[j] == which - 2);
      u[j] = numbers[row * 2 * d + (from_b ? d : 0) + j];
    }
    auto const out = model(u);
    for (std::size_t f = 0; f < figures; ++f) (which == 0 ? samples[f].a : which == 1 ? samples[f].b : samples[f].ab[which - 2])[row] = out[f];
    control.report("sensitivity", static_cast<double>(++done) / static_cast<double>(runs), fmt::format("{} runs", runs));
  });
  RandomStream const random(seed, Stream::sampling);
  std::vector<std::vector<SobolIndex>> out(figures, std::vector<SobolIndex>(inputs));
  parallel_for(figures * inputs, [&](std::size_t k) {
    Sample const& s = samples[k / inputs];
    std::size_t const input = k % inputs;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < n; ++r)
      if (std::isfinite(s.a[r]) && std::isfinite(s.b[r]) && std::isfinite(s.ab[input][r])) rows.push_back(r);
    if (rows.size() >= 2) out[k / inputs][input] = with_interval(s, input, rows, random);
  });
  return out;
}

Tornado tornado(LoadedScenario const& loaded, Library const& library, SensitivitySettings const& settings) {
  CubeSite const site(loaded, library, settings);
  auto const& inputs = site.inputs();
  Tornado out{site.metrics(), site.units(), site.base(), {}};
  std::size_t const d = inputs.draws.size();
  out.bars.resize(d);
  std::atomic<std::size_t> done{0};
  parallel_for(2 * d, [&](std::size_t k) {
    site.control().check();
    std::vector<double> u(d, std::nan(""));
    bool const is_low = k % 2 == 0;
    u[k / 2] = is_low ? 0.1 : 0.9;
    auto& bar = out.bars[k / 2];
    (is_low ? bar.at_low : bar.at_high) = site.at(u);
    site.control().report("sensitivity", static_cast<double>(++done) / static_cast<double>(2 * d), fmt::format("{} inputs", d));
  });
  for (std::size_t i = 0; i < d; ++i) {
    auto const item = std::find_if(inputs.items.begin(), inputs.items.end(), [&](auto const& each) { return each.draw == i; });
    auto& bar = out.bars[i];
    bar.input = inputs.draws[i];
    bar.unit = std::string(si_symbol(item->kind));
    bar.low_input = drawn_value(*item, 0.1), bar.high_input = drawn_value(*item, 0.9);
  }
  return out;
}

SobolTable sobol_table(LoadedScenario const& loaded, Library const& library, std::size_t n, SensitivitySettings const& settings) {
  CubeSite const site(loaded, library, settings);
  auto const& inputs = site.inputs();
  SobolTable out;
  out.metrics = site.metrics();
  std::vector<std::size_t> input_of(inputs.draws.size());
  for (std::size_t d = 0; d < inputs.draws.size(); ++d) {
    auto const item = std::find_if(inputs.items.begin(), inputs.items.end(), [&](auto const& each) { return each.draw == d; });
    std::string const name = item->entry.empty() ? inputs.draws[d] : item->entry;
    auto const at = std::find(out.inputs.begin(), out.inputs.end(), name);
    input_of[d] = static_cast<std::size_t>(at - out.inputs.begin());
    if (at == out.inputs.end()) out.inputs.push_back(name);
  }
  out.indices = sobol_indices([&](std::span<double const> u) { return site.at(u); }, input_of, out.metrics.size(), n, site.seed(), site.control());
  out.runs = std::bit_ceil(std::max<std::size_t>(n, 2)) * (out.inputs.size() + 2);
  return out;
}

}  // namespace aif::sim
