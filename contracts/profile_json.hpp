#pragma once
// HardwareProfile as JSON, schema aifactory/profile/v1: names instead of positions (precisions, form parameters), SI numbers with
// enough digits to read back the same bits. The factor of a residual process is not stored but made again on reading.

#include <string>

#include "contracts/hardware_profile.hpp"

namespace aif {

inline constexpr char const* kProfileSchema = "aifactory/profile/v1";

std::string profile_to_json(HardwareProfile const& profile);
HardwareProfile profile_from_json(std::string const& text, std::string const& name);  // throws InputError AF4710-AF4712

HardwareProfile read_profile(std::string const& path);                          // also .json.gz
void write_profile(HardwareProfile const& profile, std::string const& path);   // whole or not at all: temporary name, then rename

}  // namespace aif
