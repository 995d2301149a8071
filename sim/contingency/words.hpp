#pragma once
// Components and electrical events as people say them.

#include <string>
#include <vector>

#include "sim/contingency/transient.hpp"

namespace aif::sim {

// "2 of power.ups and 1 of power.feeds" of a list of names, spoken.
std::string spoken_list(std::vector<std::string> const& components);

// The notes of an electrical event as links of the chain; times from `start_s` on. Rows that go at one moment are one link.
void add_electrical_steps(std::vector<ChainStep>& chain, power::EventResult const& event, double start_s, int generators, int absent);

}  // namespace aif::sim
