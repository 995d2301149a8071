#include "sim/decisions/replay.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/field_numbers.hpp"
#include "core/ordered_sum.hpp"
#include "core/robust_fit.hpp"
#include "sim/facility/build.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/decisions/telemetry.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kMostFitted = 3;        // that the fit picks by itself
constexpr std::size_t kFewestDays = 4;        // to keep every other one for judging
constexpr double kLeastGain = 0.02;           // of the sum of squares, for a further parameter
constexpr double kGuidelineNmbe = 0.10, kGuidelineCv = 0.30;  // ASHRAE Guideline 14-2014, hourly
constexpr double kTemperatureScale = 2;       // K that weigh as much as a tenth of another channel's mean (assumption)

using Columns = std::vector<std::vector<double>>;

bool is_temperature(std::string const& unit) { return unit == "degC"; }

// Which hours count: all, the days that the fit sees, or those that it does not.
enum class Days { all, seen, held_out };
bool counts(std::size_t hour, Days days) { return days == Days::all || ((hour / 24) % 2 == 0) == (days == Days::seen); }

ChannelFigures figures(HourlyChannel const& c, std::vector<double> const& predicted, Days days, double& mean_measured, std::size_t& n) {
  double sum = 0, measured = 0, squares = 0, predictions = 0;
  n = 0;
  for (std::size_t h = 0; h < predicted.size(); ++h) {
    if (!counts(h, days) || !std::isfinite(c.values[h])) continue;
    double const d = predicted[h] - c.values[h];
    sum += d, squares += d * d, measured += c.values[h], predictions += predicted[h];
    ++n;
  }
  ChannelFigures f;
  if (n < 2) return f;
  double const count = static_cast<double>(n);
  mean_measured = measured / count;
  f.mean_predicted = predictions / count;
  f.bias = sum / count;
  f.rmse = std::sqrt(squares / (count - 1));
  bool const relative = !is_temperature(c.unit) && mean_measured != 0;
  f.nmbe = relative ? sum / ((count - 1) * mean_measured) : std::nan("");
  f.cv_rmse = relative ? f.rmse / std::abs(mean_measured) : std::nan("");
  return f;
}

// A number that the fit may move: an uncertain input of the scenario, a model error, or any number that the user names.
struct Parameter {
  std::string path, unit;
  std::vector<std::string> places;
  std::optional<ErrorFamily> family;
  double nominal = 0, low = 0, high = 0;
};

class Twin {
 public:
  Twin(LoadedScenario const& loaded, Library const& library, UserTable const& table, ReplaySettings const& settings)
      : loaded_(loaded), library_(library), settings_(settings), own_(library), assets_(settings.evaluate.assets ? settings.evaluate.assets : &own_) {
    telemetry_ = read_telemetry(table, build(loaded.value), settings.drive);
  }

  Telemetry const& telemetry() const { return telemetry_; }

  Columns predict_with(std::vector<Parameter> const& parameters, std::span<double const> values) const {
    Scenario s = loaded_.value;
    ErrorDraws errors;
    for_each_number(s, FieldInfo{}, "", [&](std::string const& path, FieldInfo const&, NumberRef number) {
      for (std::size_t i = 0; i < parameters.size(); ++i)
        if (std::find(parameters[i].places.begin(), parameters[i].places.end(), path) != parameters[i].places.end()) number.set(values[i]);
    });
    for (std::size_t i = 0; i < parameters.size(); ++i)
      if (parameters[i].family) errors[static_cast<std::size_t>(*parameters[i].family)].factor = values[i];
    Facility f = build(s);
    apply_model_error(f, errors);
    drive(f, telemetry_);
    return predict(f, telemetry_, settings_.evaluate.control);
  }

  std::vector<Parameter> candidates() const { return settings_.fit.empty() ? uncertain() : named(); }
  bool picks() const { return settings_.fit.empty(); }

 private:
  Facility build(Scenario const& s) const {
    BuildLog log;
    return build_facility(s, library_, {.cache_dir = settings_.evaluate.cache_dir, .control = {settings_.evaluate.control.stop, nullptr}, .assets = assets_}, log);
  }

  static std::optional<ErrorFamily> family_of(std::string const& path) {
    auto const names = enum_names(ErrorFamily{});
    for (std::size_t f = 0; f < names.size(); ++f)
      if (path == fmt::format("model_error.{}", names[f])) return static_cast<ErrorFamily>(f);
    return {};
  }

  std::vector<Parameter> uncertain() const {
    auto inputs = uncertain_inputs(loaded_);
    state_model_errors(inputs, build(loaded_.value));
    std::vector<Parameter> out;
    for (auto const& item : inputs.items) {
      if (item.effect == UncertainInput::Effect::delay || item.is_whole || item.uncertain.path == "site.weather.offset" || item.uncertain.path.ends_with(".demand.mean")) continue;  // the meters say these
      bool const own = !item.has_distribution && item.uncertain.params.size() == 2;
      double const low = own ? item.uncertain.params[0] : value_at(item, 1e-6), high = own ? item.uncertain.params[1] : value_at(item, 1 - 1e-6);
      if (low < high) out.push_back({item.entry.empty() ? item.uncertain.path : item.uncertain.group, std::string(si_symbol(item.kind)), item.places, family_of(item.uncertain.path), item.nominal, low, high});
    }
    return out;
  }

  // A number of the scenario by its path: between half and twice of what stands there, within its field.
  std::vector<Parameter> named() const {
    std::vector<Parameter> out;
    for (auto const& path : settings_.fit) {
      if (auto const family = family_of(path)) {
        out.push_back({path, "1", {}, family, 1, 0.5, 2});
        continue;
      }
      std::vector<std::string> known;
      std::vector<Leaf> fits;
      for (auto const& leaf : scenario_leaves(loaded_.value)) {
        if (!leaf.is_number) continue;
        known.push_back(leaf.path);
        if (leaf.path == path || leaf.path.ends_with("." + path)) fits.push_back(leaf);
      }
      if (fits.size() != 1) {
        std::string const near = did_you_mean(path, known);
        throw InputError(Diagnostic{"AF2952", Severity::error, fits.empty() ? fmt::format("`{}` is no number of the scenario", path) : fmt::format("`{}` fits several numbers of the scenario", path), "", {},
                                    near.empty() ? "write its path from the root" : fmt::format("did you mean `{}`?", near), 1});
      }
      auto const& leaf = fits.front();
      bool const is_point = leaf.info.kind == Kind::temperature;
      double const low = is_point ? leaf.si - 10 : std::min(0.5 * leaf.si, 2 * leaf.si), high = is_point ? leaf.si + 10 : std::max(0.5 * leaf.si, 2 * leaf.si);
      out.push_back({leaf.path, std::string(si_symbol(leaf.info.kind)), {leaf.path}, {}, leaf.si, std::max(low, leaf.info.low), std::min(high, leaf.info.high)});
    }
    return out;
  }

  LoadedScenario const& loaded_;
  Library const& library_;
  ReplaySettings const& settings_;
  Assets own_;
  Assets* assets_;
  Telemetry telemetry_;
};

// Residuals of the hours that the fit sees, each channel over a tenth of its mean (or 2 K), so that channels weigh alike.
class Residuals {
 public:
  Residuals(Telemetry const& t, Days days) {
    for (std::size_t c = 0; c < t.compared.size(); ++c) {
      double mean = 0;
      std::size_t n = 0;
      figures(t.compared[c], t.compared[c].values, days, mean, n);
      double const scale = is_temperature(t.compared[c].unit) ? kTemperatureScale : std::max(1e-12, 0.1 * std::abs(mean));
      for (std::size_t h = 0; h < t.hours; ++h)
        if (n >= 2 && counts(h, days) && std::isfinite(t.compared[c].values[h])) rows_.push_back({c, h, t.compared[c].values[h], scale * std::sqrt(static_cast<double>(n))});
    }
  }
  std::size_t size() const { return rows_.size(); }
  void fill(Columns const& predicted, std::span<double> out) const {
    for (std::size_t i = 0; i < rows_.size(); ++i) out[i] = (predicted[rows_[i].channel][rows_[i].hour] - rows_[i].measured) / rows_[i].scale;
  }
  std::vector<double> of(Columns const& predicted) const {
    std::vector<double> out(rows_.size());
    fill(predicted, out);
    return out;
  }

 private:
  struct Row {
    std::size_t channel, hour;
    double measured, scale;
  };
  std::vector<Row> rows_;
};

double dot(std::vector<double> const& a, std::vector<double> const& b) {
  return ordered_sum(a.size(), [&](std::size_t i) { return a[i] * b[i]; });
}

// The few parameters that explain most: forward selection on slopes across half of each range, against what is left after those chosen.
std::vector<Parameter> pick(Twin const& twin, Residuals const& residuals, Columns const& base) {
  auto const all = twin.candidates();
  std::vector<std::vector<double>> slopes(all.size());
  std::vector<double> const start = residuals.of(base);
  parallel_for(all.size(), [&](std::size_t i) {
    double const up = 0.5 * (all[i].nominal + all[i].high), down = 0.5 * (all[i].nominal + all[i].low);
    double const moved = up - all[i].nominal > all[i].nominal - down ? up : down;
    slopes[i] = residuals.of(twin.predict_with({all[i]}, std::span(&moved, 1)));
    for (std::size_t r = 0; r < start.size(); ++r) slopes[i][r] -= start[r];
  });
  std::vector<Parameter> out;
  std::vector<double> left = start;
  double const whole = dot(start, start);
  while (out.size() < kMostFitted) {
    std::size_t best = all.size();
    double gain = kLeastGain * whole;
    for (std::size_t i = 0; i < all.size(); ++i) {
      double const ss = dot(slopes[i], slopes[i]), along = dot(slopes[i], left);
      if (ss > 1e-12 * whole && along * along / ss > gain) gain = along * along / ss, best = i;
    }
    if (best == all.size()) break;
    out.push_back(all[best]);
    // What the chosen one can explain is taken out of the rest and of the other slopes (Gram-Schmidt).
    std::vector<double> const chosen = slopes[best];
    double const ss = dot(chosen, chosen);
    auto const take = [&](std::vector<double>& v) {
      double const share = dot(chosen, v) / ss;
      for (std::size_t r = 0; r < v.size(); ++r) v[r] -= share * chosen[r];
    };
    take(left);
    for (auto& slope : slopes) take(slope);
  }
  return out;
}

std::vector<double> fit(Twin const& twin, Residuals const& residuals, std::vector<Parameter> const& parameters) {
  std::size_t const d = parameters.size();
  FitBox box;
  std::vector<double> start;
  for (auto const& p : parameters) start.push_back((p.nominal - p.low) / (p.high - p.low));
  box.starts = {start};
  box.low.assign(d, 0.0), box.high.assign(d, 1.0);
  auto const values = [&](std::span<double const> x) {
    std::vector<double> out;
    for (std::size_t i = 0; i < d; ++i) out.push_back(parameters[i].low + x[i] * (parameters[i].high - parameters[i].low));
    return out;
  };
  FitOptions options;
  options.loss_scale = std::numeric_limits<double>::infinity();
  options.max_iterations = 15;
  options.jacobian_step = 1e-2;
  options.tolerance = 1e-5;
  auto const result = robust_fit([&](std::span<double const> x, std::span<double> out) { residuals.fill(twin.predict_with(parameters, values(x)), out); }, residuals.size(), box, options);
  return values(result.params);
}

}  // namespace

ReplayReport replay(LoadedScenario const& loaded, Library const& library, UserTable const& table, ReplaySettings const& settings) {
  Twin const twin(loaded, library, table, settings);
  auto const& t = twin.telemetry();
  ReplayReport out;
  out.hours = t.hours;
  out.first = date::format("%FT%T", date::sys_seconds(std::chrono::seconds(std::llround(t.start_s))));
  out.ignored = t.ignored;
  for (auto const& c : t.driving) out.driven.push_back(c.name);
  Columns const base = twin.predict_with({}, {});
  out.held_out = settings.refit && t.hours >= 24 * kFewestDays;
  Days const judged = out.held_out ? Days::held_out : Days::all;
  for (std::size_t c = 0; c < t.compared.size(); ++c) {
    ReplayChannel channel{t.compared[c].name, t.compared[c].unit, 0, 0, {}, {}, {}, false};
    channel.as_is = figures(t.compared[c], base[c], Days::all, channel.mean_measured, channel.hours);
    double mean = 0;
    std::size_t n = 0;
    channel.as_is_held_out = channel.refitted = figures(t.compared[c], base[c], judged, mean, n);
    channel.meets_guideline = std::abs(channel.as_is.nmbe) <= kGuidelineNmbe && channel.as_is.cv_rmse <= kGuidelineCv;
    out.channels.push_back(std::move(channel));
  }
  if (!settings.refit) return out;
  Residuals const residuals(t, out.held_out ? Days::seen : Days::all);
  auto const parameters = residuals.size() == 0 ? std::vector<Parameter>{} : twin.picks() ? pick(twin, residuals, base) : twin.candidates();
  if (parameters.empty()) return out;
  auto const values = fit(twin, residuals, parameters);
  Columns const fitted = twin.predict_with(parameters, values);
  for (std::size_t c = 0; c < t.compared.size(); ++c) {
    double mean = 0;
    std::size_t n = 0;
    out.channels[c].refitted = figures(t.compared[c], fitted[c], judged, mean, n);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto const& p = parameters[i];
    double const margin = 1e-3 * (p.high - p.low);
    out.parameters.push_back({p.path, p.unit, p.nominal, values[i], p.low, p.high, values[i] < p.low + margin || values[i] > p.high - margin});
  }
  return out;
}

}  // namespace aif::sim
