#pragma once
// Swings of synchronous training at the point of interconnection: the periodic power of coherent racks (contracts/rack.hpp SwingProfile),
// through what may smooth it, to ramp, dynamic range and amplitude by frequency. In order of the path:
//   device   floor (burns power in exposed communication), ramp up and down limits (NVML power smoothing: floor, ramp rates, hysteresis)
//   supply   energy store behind the rectifier: first-order filter while its energy lasts
//   battery  site plant with inverter limit, response lag and energy, aims at the running mean
// Coherence: n racks start each step within a normal jitter, so the edges of the sum are a Gaussian ramp. Neglected: grid impedance,
// control interaction. Valid from 0.02 to 50 Hz at 1 to 5 ms steps.

#include <array>
#include <span>
#include <vector>

#include "contracts/rack.hpp"
#include "core/fields.hpp"

namespace aif::power {

struct DeviceSmoothing {
  double floor_frac = 0;              // of rack power; 0: none
  double ramp_up_frac_s = 0, ramp_down_frac_s = 0;  // of rack power a second; 0: unlimited
  double hold_s = 0;                  // the floor is held that long after activity, then released
  static constexpr auto fields() {
    using T = DeviceSmoothing;
    return FieldList{
        field("floor", &T::floor_frac, Kind::fraction, 0, 1, "Least power while the job runs.", "assumption: NVML power smoothing, percent floor"),
        field("ramp_up", &T::ramp_up_frac_s, Kind::number, 0, 1e4, "Largest rise, of rack power a second; 0: unlimited.", "assumption: NVML power smoothing"),
        field("ramp_down", &T::ramp_down_frac_s, Kind::number, 0, 1e4, "Largest fall, of rack power a second; 0: unlimited.", "assumption: NVML power smoothing"),
        field("hold", &T::hold_s, Kind::duration, 0, 3600, "The floor is held so long after activity.", "assumption: NVML hysteresis")};
  }
};

struct SupplyStore {
  double energy_j = 0;                // per rack; 0: none
  double time_constant_s = 0.5;
  static constexpr auto fields() {
    using T = SupplyStore;
    return FieldList{field("energy", &T::energy_j, Kind::energy, 0, 1e9, "Usable energy of the stores of one rack; 0: none."),
                      field("time_constant", &T::time_constant_s, Kind::duration, 0.01, 100, "Of the filter that the store follows.", "assumption: sub-second stores")};
  }
};

struct SwingBattery {
  double power_w = 0, energy_j = 0;   // of the site; power 0: none
  double lag_s = 0.05, mean_s = 30;   // response, and time over which the target is averaged
  double one_way_efficiency_frac = 0.948;
  static constexpr auto fields() {
    using T = SwingBattery;
    return FieldList{field("power", &T::power_w, Kind::power, 0, 1e10, "Inverter rating; 0: none."), field("energy", &T::energy_j, Kind::energy, 0, 1e15, "Usable energy."),
                      field("lag", &T::lag_s, Kind::duration, 0.001, 10, "Response of the plant.", "assumption: grid-forming inverter with fast metering"),
                      field("mean", &T::mean_s, Kind::duration, 0.1, 3600, "Time over which the target is averaged.", "assumption"),
                      field("one_way_efficiency", &T::one_way_efficiency_frac, Kind::fraction, 0.5, 1, "Store to grid, either way.", "NREL REopt defaults: round trip 0.899")};
  }
};

struct SwingParams {
  double rack_w = 0, base_w = 0;      // a rack at full activity; what else the site draws
  DeviceSmoothing device;
  SupplyStore supply;
  SwingBattery battery;
  double duration_s = 0;              // 0: 64 periods, at least 120 s
  double dt_s = 0.004;
};

// Limits of a utility on the oscillation: highest amplitude (half of peak to peak) of any component in a band.
struct BandLimit {
  double low_hz = 0, high_hz = 0, amplitude_w = 0;
};

struct SwingResult {
  double mean_w = 0, peak_w = 0, lowest_w = 0;         // at the interconnection
  double largest_ramp_w_s = 0;                          // over 100 ms
  double wasted_w = 0, wasted_frac = 0;                 // mean power the floor burns; of the energy without it
  double slowdown_frac = 0;                             // work the ramp limits withhold, of the asked energy
  double battery_loss_w = 0, battery_lowest_frac = 1;
  double residual_w = 0;                                // mean: interconnection against racks, stores and losses
  std::vector<double> frequency_hz, amplitude_w;        // one-sided spectrum of the interconnection's power, 0.02 to 50 Hz
  std::vector<double> band_amplitude_w;                 // of each limit that was asked for
  bool within_limits = true;
};

// Throws InputError AF2141 on an empty profile or impossible step.
SwingResult simulate_swing(SwingProfile const& profile, SwingParams const& params, std::span<BandLimit const> limits = {});

// Amplitudes of the components of a real series of any length (radix-2 after padding the mean): one-sided, Hann window, so that a sine of
// amplitude a gives a. Frequencies k / (n dt).
std::vector<double> amplitude_spectrum(std::span<double const> series);

}  // namespace aif::power
