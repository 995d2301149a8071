#pragma once
// Which surface predicts a row of the kernel tables: the device by name or by its row of a hardware catalogue, then the nearest surface.

#include <map>
#include <string>
#include <vector>

#include "gpu_calibration/published_profile.hpp"
#include "validation/names.hpp"

namespace aif::validation {

class KernelDevices {
 public:
  explicit KernelDevices(std::string const& data_dir);

  // Library profile, or a prior made from the catalogue of the folder; null when neither knows the device.
  HardwareProfile const* find(std::string const& device);

 private:
  Names names_;
  calibration::TransferSds transfers_;
  std::map<std::string, HardwareProfile> shipped_, made_;
  std::vector<HardwareProfile> measured_;
};

// Surface of the profile for this identity: the same kernel, else (wider band) the same framework and formats, the same formats,
// the same operator. Empty params when the profile has no surface of that operator.
Surface nearest_surface(HardwareProfile const& profile, Surface const& identity);

// Products and attention above these sizes count as large where a whole device is left out.
bool is_large(calibration::KernelRow const& row);

}  // namespace aif::validation
