#pragma once
// Years of failures and repairs by Monte Carlo: which units of a plant are out, when, and together with what. Units fail while in service at a
// constant rate and come back after an exponential time (alternating renewal, each unit by itself), except for what ties them: a share of
// failures that take a second unit of the group, a stock of spare parts with a lead time, planned works in allowed hours with mistakes,
// standby units that fail to start or to run when they are called. Each kind draws from a stream of its own, so that a change to one kind (one
// more spare) leaves the others as they were. Closed forms: binomial and Markov, see tests. Neglected: ageing, repair crews, wear by repair.

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"

namespace aif::sim {

// Why a unit is out.
enum class Reason { failure, common_cause, planned, human_error, start, run };
constexpr auto enum_names(Reason) { return std::array<std::string_view, 6>{"failure", "common_cause", "planned", "human_error", "start", "run"}; }

struct UnitProcess {
  int component = 0;                    // whose units go; several processes may take units of one component
  int units = 1, group_size = 1;        // of the component; a group's units stand in for each other
  bool takes_all = false;               // one process for the whole component: an event takes every unit
  double rate_per_s = 0, repair_s = 0;  // of one unit (of the whole when takes_all)
  double common_frac = 0;               // of failures take a second unit of the group along
  int stock = -1;                       // spare parts; negative: there is always one
  double lead_s = 0;
  bool is_planned = false;  // starts in allowed hours of the day, lasts exactly repair_s, one unit at a time
  double from_h = 0, to_h = 24;
  double error_frac = 0, error_repair_s = 0;  // of planned works take a second unit of the group by mistake
  int called_by = -1;                         // process whose events call these units into service; it must come earlier in the list
  double start_fail_frac = 0, common_start_frac = 0, run_rate_per_s = 0;
};

// One unit is away.
struct Absence {
  double from_s = 0, to_s = 0;
  int unit = 0;
  Reason reason = Reason::failure;
};

// All absences of one process in one year, by start; those that began before the year are cut at its beginning.
std::vector<Absence> simulate_units(UnitProcess const& process, int index, std::vector<Absence> const* caller, RandomStream const& random, std::uint64_t year);

// Which units of which components are out, for the whole site; units of like components are named by group (the fullest group first), so that
// states that differ only in which of several equal groups is hit are one.
struct ComponentUnits {
  int component = 0;
  std::vector<int> units;
  auto operator<=>(ComponentUnits const&) const = default;
};
using SystemState = std::vector<ComponentUnits>;

struct Segment {
  double from_s = 0, to_s = 0;
  int state = 0;  // index into SimulatedYears::states; seconds of the year without an entry: everything in service
};
struct Occurrence {  // a unit goes
  double time_s = 0;
  int process = 0, state = 0;  // state that it leads to
  Reason reason = Reason::failure;
};
struct SimulatedYears {
  std::vector<SystemState> states;                   // in order of first appearance
  std::vector<std::vector<Segment>> segments;        // by year
  std::vector<std::vector<Occurrence>> occurrences;  // by year
  std::vector<std::vector<double>> out_s;            // by year and process: unit-seconds away
};

// `is_special[c]`: units of component c are not alike and keep their own numbers. Same bits for any number of threads.
SimulatedYears simulate_years(std::vector<UnitProcess> const& processes, std::vector<char> const& is_special, int years, std::uint64_t seed);

}  // namespace aif::sim
