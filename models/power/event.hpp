#pragma once
// Seconds to minutes at millisecond steps: sags and outages at the utility, UPS on battery and back (transfer gap, counter logic, walk-in),
// transfer switches, generators (start, block loading, frequency), hold-up of the rack supplies, loss of a block. Averaged converters and
// phasor voltages; blocks that are alike are one entry. Semi-implicit Euler; valid for 1 to 20 ms steps.
//   generator  2 H df/dt = p_m - p_e - D df,   T dp_m/dt = p_ref - p_m,   p_ref = -df / droop + slow reset to rated frequency
// Neglected: electromagnetic transients, motor stalling, AVR dynamics (voltage is rated while the frequency holds), battery voltage.

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "models/power/envelope.hpp"
#include "models/power/generator.hpp"
#include "models/power/ups.hpp"

namespace aif::power {

struct TransferSwitchParams {
  double start_delay_s = 1.0;       // outage that starts the generators
  double transfer_s = 0.1;          // dead time when it moves
  double return_delay_s = 300;      // healthy utility before it goes back
  double window_frac = 0.15;        // input deviation that counts as an outage
  static constexpr auto fields() {
    using T = TransferSwitchParams;
    return FieldList{field("start_delay", &T::start_delay_s, Kind::duration, 0, 60, "Outage that starts the generators.", "assumption: 0.5-3 s"),
                      field("transfer", &T::transfer_s, Kind::duration, 0, 10, "Dead time of the automatic transfer switch.", "assumption: open transition"),
                      field("return_delay", &T::return_delay_s, Kind::duration, 0, 86400, "Healthy utility before it returns.", "assumption: 5-30 min"),
                      field("window", &T::window_frac, Kind::fraction, 0.01, 0.9, "Deviation that counts as an outage.", "assumption: pick-up at 85 %")};
  }
};

// A row of racks that may be switched off when the generators are short; in the order of EventParams::shed.
struct ShedStep {
  std::string name;
  double it_w = 0;
};

struct EventParams {
  UpsParams ups;
  int ups_modules = 1;               // per block; 0: no UPS, the racks see the utility
  int blocks = 1;
  double usable_blocks = 1;          // after redundancy: what the survivors of a lost block may carry (redundancy.hpp)
  double block_rating_w = 0;         // 0: that of the modules
  double overload_frac = 1.25, overload_s = 600;  // inverse-time limit: (x^2 - 1) accumulates to that of 125 % for 10 min
  double it_w = 0, mechanical_w = 0; // of the site, at the rack inlet
  double hold_up_s = 0.02, hold_up_voltage_pu = 0.85, hold_up_design_w = 0;  // of the rack supplies at their design load; 0: it_w
  double static_switch_s = 0.006;    // gap when racks or a static switch move to another block
  double mechanical_restart_s = 30;  // from power back to full cooling power
  double recharge_frac = 0.1;        // of UPS rating, once walked in
  std::vector<ShedStep> shed;        // first goes first
  double shed_delay_s = 30;          // of generators that cannot carry the load, until a row is switched off (assumption: automatic scheme)
  TransferSwitchParams transfer;
  GeneratorParams generator;
  int generators = 0, generators_that_fail = 0;
  double nominal_hz = 60, trip_low_hz = 57, trip_high_hz = 62, trip_s = 0.5;
};

struct EventScript {
  std::vector<VoltageSegment> utility;      // residual voltages; 1 elsewhere
  double block_lost_at_s = std::numeric_limits<double>::infinity();
  double generator_lost_at_s = std::numeric_limits<double>::infinity();
  double duration_s = 600;
};

// What happened, in order; `value` is what the word needs: units, seconds, a share.
enum class EventWord { on_battery, locked_out, generators_called, generators_ready, on_generator, generators_tripped, back_on_utility, walk_in, on_line, mechanical_back,
                       row_shed, overload, battery_empty, block_lost, racks_dark };
constexpr auto enum_names(EventWord) {
  return std::array<std::string_view, 15>{"on_battery", "locked_out", "generators_called", "generators_ready", "on_generator", "generators_tripped", "back_on_utility", "walk_in",
                                          "on_line", "mechanical_back", "row_shed", "overload", "battery_empty", "block_lost", "racks_dark"};
}
struct EventNote {
  double time_s = 0;
  EventWord word = EventWord::on_battery;
  double value = 0;
  std::string name;  // of a row that was shed
};

struct EventSample {
  double time_s = 0, utility_w = 0, generator_w = 0, battery_w = 0, it_w = 0, mechanical_w = 0, frequency_hz = 60, battery_frac = 1;
};

struct EventResult {
  bool survived = true;                     // no rack lost power for longer than its hold-up
  double tripped_frac = 0;                  // of the racks
  double first_trip_s = std::numeric_limits<double>::infinity();
  double lowest_battery_frac = 1, lowest_hz = 60, highest_hz = 60, cooling_gap_s = 0;
  double longest_gap_s = 0;                 // without voltage at a rack that survived
  int transfers = 0;                        // of a UPS to battery
  bool locked_out = false;                  // the counter logic kept a UPS on battery
  bool overload_trip = false;
  bool generators_tripped = false;
  double on_generator_s = std::numeric_limits<double>::infinity();  // when they first carried the load
  double shed_w = 0;                        // switched off in time, of it_w
  double mechanical_back_s = 0;             // when pumps and fans have their power again for good; infinite: not within the event
  double source_j = 0, sink_j = 0, residual_j = 0;  // utility, generators and stores against loads and losses
  std::vector<EventNote> notes;             // the first of each word, every row shed
  std::vector<EventSample> trace;           // every `sample_s`
  RideThrough ride_through;
};

// Throws InputError AF2140 on a step outside 0.5 to 20 ms or ratings that are not above zero.
EventResult simulate_event(EventParams const& params, EventScript const& script, double dt_s = 0.005, double sample_s = 1.0);

struct SitePower;

// The same site in milliseconds: blocks, modules, generators and redundancy as built, at the loads of a window.
EventParams event_params(SitePower const& site, double it_w, double mechanical_w);

// One excursion that an envelope asks to be ridden through, simulated at its longest duration (at most 20 s): do the racks live, and does the
// utility keep its load? A UPS that goes to battery saves the racks and takes their megawatts off the grid.
struct PointVerdict {
  EnvelopePoint point;
  double simulated_s = 0, tripped_frac = 0, longest_gap_s = 0, lowest_battery_frac = 1;
  double off_grid_w = 0;        // import missing once the voltage is back
  double back_after_s = 0;      // until nine tenths of the import are there again; infinite: not within two minutes
  bool survived() const { return tripped_frac <= 0; }
};
std::vector<PointVerdict> judge_points(EventParams const& params, VoltageEnvelope const& envelope, double dt_s = 0.002);
// Longest time without any voltage after which no rack has tripped, between 1 ms and `longest_s`, to 2 %.
double longest_outage_s(EventParams const& params, double longest_s = 3600);

}  // namespace aif::power
