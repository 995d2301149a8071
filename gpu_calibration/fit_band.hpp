#pragma once
// The width of an interval, learned from errors that the fit had not seen: log |error| as a line in what SurfaceBand names, by quantile
// regression (Koenker and Bassett 1978) pooled over all surfaces of an operator, then scaled so that a share of them lies inside
// (conformal: Vovk, Gammerman and Shafer 2005). A surface alone has too few probes to say where its errors are large.
//
// The share is 0.90, or what is left of it when an interval that holds 0.90 would be wider at its median than kWidest times the median
// error; kernel errors have heavy tails (a kernel switch is off by 2x), and a band that holds them all says nothing about the rest.

#include <span>

#include "contracts/surfaces/predict.hpp"

namespace aif::calibration {

inline constexpr double kWantedShare = 0.90, kLeastShare = 0.81, kWidest = 2.35;
inline constexpr std::size_t kFewestBandSamples = 60;  // ten for each number

struct BandSample {
  BandInputs inputs;
  double error_log = 0;  // log(measured / predicted), out of sample
};
// Fewer than kFewestBandSamples: powers and slopes of the default band, only the quantile is fitted.
SurfaceBand fit_band(std::span<BandSample const> samples);

// sd of log time that carries a surface to another device: kWantedShare of the errors lie inside.
struct TransferSample {
  double own_half_log = 0, error_log = 0;  // half width that the donor's surface gives
};
double fit_transfer_log_sd(std::span<TransferSample const> samples);

}  // namespace aif::calibration
