#pragma once
// A site's own meters against the twin of it: what the meters say of the inputs (weather, demand, power of pods) drives the model, what they
// say of the outputs is compared, by the hour. Figures as in ASHRAE Guideline 14-2014 (5.3.2.4): NMBE and CV(RMSE) over the mean of the
// measured values; temperatures in K. Then a few parameters are fitted within what is believed of them, on every other day, and judged on
// the days between.

#include <string>
#include <vector>

#include "sim/io/user_table.hpp"
#include "sim/decisions/evaluate.hpp"

namespace aif::sim {

struct ReplaySettings {
  std::vector<std::string> drive;  // further channels that drive the model instead of being compared: it_power
  std::vector<std::string> fit;    // paths of parameters; empty: the up to three inputs that explain most
  bool refit = true;
  EvaluateOptions evaluate;
};

struct ChannelFigures {
  double mean_predicted = 0, bias = 0, rmse = 0;  // SI
  double nmbe = 0, cv_rmse = 0;                   // over the measured mean; NaN for temperatures
};

struct ReplayChannel {
  std::string name, unit;
  std::size_t hours = 0;
  double mean_measured = 0;
  ChannelFigures as_is, refitted;                 // refitted: on the days that the fit has not seen, if there are any
  ChannelFigures as_is_held_out;                  // the same days before
  bool meets_guideline = false;                   // |NMBE| <= 10 % and CV(RMSE) <= 30 % (hourly); temperatures: not judged
};

struct ReplayParameter {
  std::string path, unit;
  double before = 0, after = 0, low = 0, high = 0;  // SI
  bool at_bound = false;
};

struct ReplayReport {
  std::size_t hours = 0;
  std::string first;                              // first hour, "2027-03-01T00:00:00"
  std::vector<std::string> driven, ignored;       // columns that drove the model; columns that say nothing that it knows
  std::vector<ReplayChannel> channels;
  std::vector<ReplayParameter> parameters;        // empty: no refit, or nothing to be gained
  bool held_out = false;                          // the refitted figures are of days that the fit has not seen
};

// Throws InputError: AF2950 no channel to compare, AF2951 a unit that is not the channel's, AF2952 --drive or --fit names nothing, and those
// of the table and the scenario.
ReplayReport replay(LoadedScenario const& loaded, Library const& library, UserTable const& telemetry, ReplaySettings const& settings);

}  // namespace aif::sim
