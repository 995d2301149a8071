#pragma once
// What the contingency verb prints: ranking, chains of events, design findings, availability, events.

#include <string>

#include "sim/risk.hpp"

namespace aif::cli {

struct RiskView {
  std::size_t top = 15;    // rows of the ranking
  std::size_t chains = 3;  // chains of events that are printed, of the first rows
};
std::string risk_screen(sim::RiskResults const& risk, RiskView const& view);

// "1 min 34 s", "never".
std::string seconds_text(double s);

}  // namespace aif::cli
