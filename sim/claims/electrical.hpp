#pragma once
// Two questions of the utility and of the owner, asked of the site at the hour of its highest draw: which voltage dips are ridden through, by the
// racks and by the grid's own load (ride_through); and how the steps of synchronous training swing the import, against a mask (training_swing).

#include "models/power/envelope.hpp"
#include "models/power/swing.hpp"
#include "sim/claims/study.hpp"

namespace aif::sim {

struct RideThroughStudy {
  static constexpr std::string_view type_name = "ride_through";
  std::string id, title;
  power::VoltageEnvelope envelope;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = RideThroughStudy;
    return FieldList{field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
                      field("envelope", &S::envelope, "Voltage against time that has to be ridden through: lib:envelopes/NAME or points.").required(),
                      field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

// The utility's limit on one band of frequencies.
struct SwingBand {
  double low_hz = 0, high_hz = 0, amplitude_w = 0;

  static constexpr auto fields() {
    using B = SwingBand;
    return FieldList{field("low", &B::low_hz, Kind::frequency, 0.02, 50, "Lowest frequency of the band.").required(), field("high", &B::high_hz, Kind::frequency, 0.02, 50, "Highest frequency of the band.").required(),
                      field("amplitude", &B::amplitude_w, Kind::power, 0, 1e11, "Highest amplitude (half of peak to peak) of any component.").required()};
  }
};

struct TrainingSwingStudy {
  static constexpr std::string_view type_name = "training_swing";
  std::string id, title, workload;
  power::DeviceSmoothing device;
  power::SupplyStore supply;
  power::SwingBattery battery;
  std::vector<SwingBand> mask;
  double ramp_limit_w_s = 0;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = TrainingSwingStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."), field("workload", &S::workload, "Training run whose steps swing.").required(),
        field("device", &S::device, "Floor and ramps of the accelerators."), field("supply", &S::supply, "Stores in the racks' supplies."), field("battery", &S::battery, "Battery plant that follows the swing."),
        field("mask", &S::mask, "Limits by band."),
        field("ramp_limit", &S::ramp_limit_w_s, Kind::power_ramp, 0, 1e12, "Largest rate of change over 100 ms; 0: that of site.utility, if it states one."),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

}  // namespace aif::sim
