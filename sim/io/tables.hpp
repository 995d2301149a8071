#pragma once
// Tables as text for other programs: CSV by RFC 4180, numbers in SI with every digit, headers that end in the unit.

#include <string>
#include <vector>

namespace aif::sim {

// "facility.power", "W" -> "facility_power_w"; "tokens.out.rate", "1 s-1" -> "tokens_out_rate_per_s"; "pue", "1" -> "pue".
std::string csv_header(std::string const& id, std::string const& unit);
std::string csv_number(double value);  // shortest text with the same bits; empty for NaN
std::string csv_line(std::vector<std::string> const& cells);  // quoted where needed, ends in a line break

}  // namespace aif::sim
