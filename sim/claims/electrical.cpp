#include "core/calendar.hpp"
#include "sim/claims/electrical_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/power/event.hpp"
#include "sim/contingency/steady.hpp"

namespace aif::sim {
namespace {

// A hundredth of the year is looked at for the hour with the highest import: dips are judged at a load, not at a date.
constexpr std::size_t kLookEvery = 37;  // prime to 24: every hour of the day is met (237 hours of the year)

SiteMoment busiest_hour(Facility const& f) {
  SiteMoment best = solve_hour(f, 0);
  for (std::size_t h = kLookEvery; h < kHoursPerYear; h += kLookEvery)
    if (SiteMoment m = solve_hour(f, h); m.outputs.power.utility_w > best.outputs.power.utility_w) best = std::move(m);
  return best;
}

double seconds_or_longest(double s) { return std::isfinite(s) ? s : 120; }

}  // namespace

StudyResult run_study(RideThroughStudy const& study, Facility const& f) {
  SiteMoment const busy = busiest_hour(f);
  auto const params = power::event_params(f.power, busy.outputs.it_w, busy.outputs.mechanical_w);
  StudyResult r;
  r.id = study.id, r.type = std::string(study.type_name), r.title = study.title.empty() ? "Which dips are ridden through" : study.title;
  StudyTable t{"points", study.envelope.title.empty() ? "Points of the envelope" : study.envelope.title,
               "Each point as an excursion of its longest duration, at most 20 s, at the hour of highest import among those looked at. Off the grid: import that is missing once the voltage is back, because UPS carry it from their batteries.",
               {"duration", "voltage", "racks that switch off", "longest gap at a rack", "least battery", "off the grid", "back after"}, {"s", "1", "1", "s", "1", "W", "s"}, {}};
  std::size_t failed = 0;
  double off_w = 0, back_s = 0, tripped = 0;
  for (auto const& v : power::judge_points(params, study.envelope)) {
    failed += v.survived() ? 0 : 1;
    off_w = std::max(off_w, v.off_grid_w), tripped = std::max(tripped, v.tripped_frac);
    if (v.off_grid_w > 0.1 * busy.outputs.power.utility_w) back_s = std::max(back_s, seconds_or_longest(v.back_after_s));
    t.rows.push_back({cell(v.simulated_s), cell(v.point.low_pu), cell(v.tripped_frac), cell(v.longest_gap_s), cell(v.lowest_battery_frac), cell(v.off_grid_w),
                      std::isfinite(v.back_after_s) ? cell(v.back_after_s) : cell(std::string("not in two minutes"))});
  }
  double const outage_s = power::longest_outage_s(params);
  r.add("points.failed", static_cast<double>(failed), "1", "Points of the envelope at which racks switch off.");
  r.add("racks.tripped", tripped, "1", "Largest share of the racks that switches off at a point.");
  r.add("off_grid", off_w, "W", "Most import that is missing after a dip, because it runs from batteries.");
  r.add("off_grid.share", busy.outputs.power.utility_w > 0 ? off_w / busy.outputs.power.utility_w : 0, "1", "Of the import of that hour.");
  r.add("back_after", back_s, "s", "Longest time until nine tenths of the import are there again, of points that take a tenth off; 120: not within two minutes.");
  r.add("outage.longest", outage_s, "s", "Longest outage of the utility after which no rack has switched off, generators included; 3,600: an hour and more.");
  r.verdict = fmt::format("{} of {} points switch racks off. A dip takes up to {:.3g} MW off the grid, back within {:.0f} s; an outage is bridged for {}.", failed, t.rows.size(), off_w / 1e6, back_s,
                          outage_s >= 3600 ? std::string("an hour and more") : fmt::format("{:.3g} s", outage_s));
  r.notes = {"Averaged converters: no electromagnetic transients, no stalling of motors (models/power/event.hpp).", "Low voltages only: the limits on high voltage are not simulated."};
  r.tables.push_back(std::move(t));
  judge(r, study.expectations);
  return r;
}

StudyResult run_study(TrainingSwingStudy const& study, Facility const& f) {
  std::vector<std::size_t> groups;
  double racks = 0;
  for (std::size_t g = 0; g < f.groups.size(); ++g)
    if (f.groups[g].duty == Duty::training && f.groups[g].workload >= 0 && f.workloads[static_cast<std::size_t>(f.groups[g].workload)].id == study.workload) groups.push_back(g), racks += f.groups[g].racks;
  if (groups.empty())
    throw InputError(Diagnostic{"AF2871", Severity::error, fmt::format("no training run `{}` has steps that swing", study.workload), "studies." + study.id + ".workload", {}, "name a workload of type training", 1});
  for (auto const& b : study.mask)
    if (!(b.low_hz < b.high_hz)) throw InputError(Diagnostic{"AF2871", Severity::error, fmt::format("a band from {} to {} Hz", b.low_hz, b.high_hz), "studies." + study.id + ".mask", {}, "low below high", 1});
  SiteMoment const busy = busiest_hour(f);
  RackGroup const& group = f.groups[groups.front()];
  SwingProfile profile = group.swing;
  profile.n_coherent_racks = static_cast<int>(racks);
  double mean_frac = 0;  // of a step, of the power at full activity: the coupled hour knows the mean
  for (auto const& s : profile.segments) mean_frac += s.duration_s / profile.period_s * s.power_frac;
  double swing_w = 0;
  for (std::size_t g : groups) swing_w += busy.state.groups[g].it_w * busy.state.groups[g].delivered_racks;
  power::SwingParams smooth;
  smooth.rack_w = swing_w / racks / mean_frac;
  smooth.base_w = std::max(busy.outputs.power.utility_w - swing_w, 0.0);
  power::SwingParams bare = smooth;
  smooth.device = study.device, smooth.supply = study.supply, smooth.battery = study.battery;
  std::vector<power::BandLimit> limits;
  for (auto const& b : study.mask) limits.push_back({b.low_hz, b.high_hz, b.amplitude_w});
  auto const without = power::simulate_swing(profile, bare, limits), with = power::simulate_swing(profile, smooth, limits);
  double const ramp_limit = study.ramp_limit_w_s > 0 ? study.ramp_limit_w_s : f.power.params.utility.ramp_limit_w_s;

  StudyResult r;
  r.id = study.id, r.type = std::string(study.type_name), r.title = study.title.empty() ? "How training swings the import" : study.title;
  StudyTable t{"import", "Import at the interconnection", "Racks of the run swing together, edges spread by their jitter; everything else is steady.", {"", "mean", "lowest", "highest", "ramp over 100 ms"}, {"", "W", "W", "W", "W s-1"}, {}};
  StudyTable bands{"bands", "Amplitude by band, against the mask", "Half of peak to peak of the largest component.", {"band", "limit", "without smoothing", "with smoothing", "verdict"}, {"Hz", "W", "W", "W", ""}, {}};
  StudyFigure spectrum{"spectrum", "Amplitude of the import by frequency", "With and without what smooths it.", "Hz", "MW", FigureKind::lines, {}, {}, true, true};
  for (auto const& [name, s] : {std::pair{"without smoothing", &without}, {"with smoothing", &with}}) {
    t.rows.push_back({cell(std::string(name)), cell(s->mean_w), cell(s->lowest_w), cell(s->peak_w), cell(s->largest_ramp_w_s)});
    FigureSeries line{name, {}, {}, {}, {}};
    for (std::size_t k = 0; k < s->frequency_hz.size(); ++k) line.x.push_back(s->frequency_hz[k]), line.y.push_back(std::max(s->amplitude_w[k] / 1e6, 1e-6));
    spectrum.series.push_back(std::move(line));
  }
  std::size_t missed = 0;
  for (std::size_t b = 0; b < limits.size(); ++b) {
    bool const kept = with.band_amplitude_w[b] <= limits[b].amplitude_w;
    missed += kept ? 0 : 1;
    bands.rows.push_back({cell(fmt::format("{:g} to {:g}", limits[b].low_hz, limits[b].high_hz)), cell(limits[b].amplitude_w), cell(without.band_amplitude_w[b]), cell(with.band_amplitude_w[b]), cell(std::string(kept ? "kept" : "above"))});
    r.add(fmt::format("band{}.amplitude", b + 1), with.band_amplitude_w[b], "W", fmt::format("Largest component between {:g} and {:g} Hz.", limits[b].low_hz, limits[b].high_hz));
  }
  r.add("period", profile.period_s, "s", "Of a training step.");
  r.add("range", with.peak_w - with.lowest_w, "W", "Highest less lowest import.");
  r.add("range.bare", without.peak_w - without.lowest_w, "W", "The same without smoothing.");
  r.add("ramp", with.largest_ramp_w_s, "W s-1", "Largest rate of change over 100 ms.");
  r.add("ramp.bare", without.largest_ramp_w_s, "W s-1", "The same without smoothing.");
  r.add("bands.missed", static_cast<double>(missed), "1", "Bands whose limit is passed.");
  r.add("wasted", with.wasted_w, "W", "Mean power that the floor burns.");
  r.add("wasted.share", with.wasted_frac, "1", "Of the energy without it.");
  r.add("slowdown", with.slowdown_frac, "1", "Work that the ramp limits withhold.");
  r.add("battery.loss", with.battery_loss_w, "W", "Mean loss of the battery that follows the swing.");
  std::string const ramp_words = ramp_limit > 0 ? fmt::format(" ({} the limit of {:.3g} MW/s)", with.largest_ramp_w_s <= ramp_limit ? "within" : "above", ramp_limit / 1e6) : "";
  if (ramp_limit > 0) r.add("ramp.limit_share", with.largest_ramp_w_s / ramp_limit, "1", "Ramp over its limit.");
  r.verdict = fmt::format("Steps of {:.3g} s swing the import by {:.3g} MW and {:.3g} MW/s{}; without smoothing by {:.3g} MW. {}The floor burns {:.2g} % more energy.", profile.period_s, (with.peak_w - with.lowest_w) / 1e6,
                          with.largest_ramp_w_s / 1e6, ramp_words, (without.peak_w - without.lowest_w) / 1e6,
                          limits.empty() ? std::string() : fmt::format("{} of {} bands pass their limit. ", missed, limits.size()), 100 * with.wasted_frac);
  r.notes = {"Power in exposed communication is a share of that at full activity (workloads/training/training.cpp, assumption); all racks of the run are coherent but for their jitter.",
             "Losses between rack and interconnection are taken as steady; grid impedance and control interaction are neglected (models/power/swing.hpp)."};
  r.tables.push_back(std::move(t));
  if (!limits.empty()) r.tables.push_back(std::move(bands));
  r.figures.push_back(std::move(spectrum));
  judge(r, study.expectations);
  return r;
}

}  // namespace aif::sim
