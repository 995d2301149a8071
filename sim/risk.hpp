#pragma once
// What the contingency verb leaves behind, as plain data: outages with their ride-through, design findings, availability, the cost of events.
// Made by sim/contingency, sim/availability and sim/events; reports, bindings and files read it. Tokens per second unless a name says a year;
// seconds that never come are infinite. `good` tokens are those of serving workloads, `trained` those of training runs: never added.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/outage.hpp"

namespace aif::sim {

// failure: one unit. common_cause: all of a group at one stroke. pair: two of a kind from one cause. start_failure: all feeds and one generator more
// than the spares. human_error: planned work on one unit, its neighbour taken out by mistake. dip: the grid sags and comes back.
enum class CaseKind { failure, maintenance, restart, common_cause, pair, start_failure, human_error, dip };
constexpr auto enum_names(CaseKind) {
  return std::array<std::string_view, 8>{"failure", "maintenance", "restart", "common_cause", "pair", "start_failure", "human_error", "dip"};
}

struct OutageCase {
  std::string component;  // kind of component: "power.ups"
  std::string label;      // the same, or one of its units where they are not alike: "power.blocks/2"
  CaseKind kind = CaseKind::failure;
  std::vector<std::string> out;  // names taken away, without what depends on them; empty for a dip
  int units = 1;                 // alike; the case is any of them
  double events_per_year = 0, duration_s = 0;
  std::string source;  // of both
};
std::string case_name(OutageCase const& what);  // "power.ups failure"

// One link of the chain of events: seconds after the fault, what, in words.
struct ChainStep {
  double time_s = 0;
  std::string component, text;
};

// The racks of one pod that feel the fault.
struct PodRide {
  std::string pod;
  double racks = 0;
  double seconds_to_throttle_s = 0, seconds_to_trip_s = 0;
  double highest_case_c = 0, highest_air_c = 0, rack_warming_k_s = 0;
};

struct Transient {
  RideThrough ride;                 // earliest of all pods
  std::vector<PodRide> pods;        // those that warm by more than 1 K, or trip
  std::vector<ChainStep> chain;     // in time
  double tripped_frac = 0;          // of the good tokens: racks that switched off, by power or by heat
  double trained_tripped_frac = 0;  // of the trained tokens
  double cooling_gap_s = 0;
};

// Share of a pod's tokens that are gone in the worst hour; larger priority numbers are shed first.
struct PodLoss {
  std::string pod;
  int priority = 0;
  double lost_frac = 0;
};

struct OutageResult {
  OutageCase what;
  std::vector<std::string> also_out;  // what went with it: behind shared parts
  // Coupled steady state, as if the outage lasted all year. Means over the year; `worst`: in the hour with the largest loss of good tokens.
  double good_token_s = 0, trained_token_s = 0;  // at risk
  double worst_good_token_s = 0, worst_trained_token_s = 0;
  std::size_t worst_hour = 0;
  double worst_frac = 0;    // largest share of an hour's tokens, of the product that suffers more
  double hours_frac = 0;    // of the year's hours in which it costs anything
  double gain_token_s = 0;  // largest rise of good tokens in any hour; 0 within tolerance
  std::string gain_reason;
  std::string binding;        // of the worst hour: "power (power.blocks)"
  std::vector<PodLoss> pods;  // in the worst hour, those that lose
  Transient transient;
  // Expected in a year: rate x (duration x mean at risk + restart of what switched off); planned works happen in their hours of the day.
  double restart_good_token = 0, restart_trained_token = 0;  // of one event
  double lost_good_token_year = 0, lost_trained_token_year = 0;
  bool is_in_goodput = false;  // interruptions of a training run, whose loss its goodput contains already
};

struct DesignFinding {
  std::string rule;      // single_point, survivors_overloaded, common_corridor, undone_redundancy, maintenance, ride_through, not_declared
  std::string severity;  // error, warn, info
  std::string component, text, fix;
};

struct ContingencyReport {
  double good_token_s = 0, trained_token_s = 0;  // everything in service, mean over the year
  std::size_t transient_hour = 0;                // hour of the transients: the hottest
  std::vector<OutageResult> outages;             // by good tokens at risk, then trained tokens, then expected loss, then name
  std::vector<std::size_t> by_expected_loss;     // indices into `outages`
  std::vector<DesignFinding> findings;           // errors first
  bool concurrently_maintainable = false;        // every planned work on the plant costs no token
  bool fault_tolerant = false;                   // nor does any single failure of plant, nor does it switch a rack off
  std::vector<std::string> notes;
};

// Of a quantity that differs from year to year. low..high: 90 % of the mean, or of the percentile.
struct YearBand {
  double mean = 0, mean_low = 0, mean_high = 0;
  double p50 = 0, p90 = 0, p99 = 0, p99_low = 0, p99_high = 0, worst = 0;
};

struct CauseLoss {
  std::string component, reason;                       // "power.ups", failure; "pods.chat", fleet
  double events_per_year = 0, hours_per_year = 0;      // unit-hours away
  double lost_good_token = 0, lost_trained_token = 0;  // mean of a year
};

struct SpareWorth {
  std::string component, what;                                  // "spare part" or "installed unit"
  int has = 0, step = 0;                                        // of them now: parts on the shelf, units; how many more (a group needs several)
  double good_token = 0, low = 0, high = 0, trained_token = 0;  // saved in a year with so many more; 90 % interval of the paired difference
};

struct AvailabilityReport {
  int years = 0;
  std::uint64_t seed = 0;
  double good_token = 0, trained_token = 0;                              // of a year with everything in service
  YearBand lost_good, lost_trained;                                      // tokens of a year
  YearBand impaired_hours, down_hours;                                   // more than 1 % of the good tokens gone; all of them
  YearBand events;                                                       // times a year that it becomes impaired
  double availability = 1, availability_low = 1, availability_high = 1;  // good tokens made over those with everything in service
  double nines = 0;                                                      // -log10(1 - availability); infinite when nothing is ever lost
  std::vector<CauseLoss> causes;                                         // by good tokens, then trained tokens
  std::vector<SpareWorth> spares;                                        // by good tokens
  double training_stops_by_nodes = 0, training_stops_by_plant = 0;       // a year; those by nodes are in the goodput
  std::size_t states = 0;                                                // that came up and were solved
  std::vector<std::string> notes;
};

// An event of the scenario: its hours and the day after, with it less without it.
struct EventImpact {
  std::string id, type, start;
  double hours = 0;
  double lost_good_token = 0, lost_good_frac = 0, worst_good_token_s = 0;  // frac: of what those hours make without it
  double lost_trained_token = 0, lost_trained_frac = 0;
  double utility_j = 0, peak_utility_w = 0, water_kg = 0;  // with the event less without it
  double generator_j = 0;                                  // with the event
  std::string binding;                                     // of the hour with the largest loss; empty: nothing is lost
};

struct RiskResults {
  std::optional<ContingencyReport> contingency;
  std::optional<AvailabilityReport> availability;
  std::vector<EventImpact> events;
  bool empty() const { return !contingency && !availability && events.empty(); }
};

}  // namespace aif::sim
