#pragma once
// What is built, ready to run: rack groups with their maps and curves, the rooms' own structures, hourly series. Made once from a
// Scenario (build.hpp) and never changed during a run; what varies is FacilityState (coupling.hpp).

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contracts/hardware_profile.hpp"
#include "contracts/phase.hpp"
#include "contracts/rack.hpp"
#include "models/cooling/site.hpp"
#include "models/economics/finance.hpp"
#include "models/economics/tariff.hpp"
#include "models/network/site.hpp"
#include "models/power/site.hpp"
#include "models/storage/site.hpp"
#include "sim/events/event_calendar.hpp"
#include "sim/io/weather.hpp"
#include "sim/scenario/rack.hpp"
#include "sim/scenario/reliability.hpp"

namespace aif::sim {

// What a group of racks is for. Support racks (CPU servers), the network and the storage draw power and serve no tokens of their own.
enum class Duty { serving, training, support, network, storage };
constexpr auto enum_names(Duty) { return std::array<std::string_view, 5>{"serving", "training", "support", "network", "storage"}; }

// Why a group runs below the highest clock or turns requests away.
enum class Limit { none, demand, slo, compute, kv_capacity, power, cooling, junction, network, storage, delivery, people, outage };

// The largest load, per clock of the map, at which the share of good requests still meets the workload's goal.
struct SloLimit {
  std::vector<double> clock_frac, load_frac;
};

struct RackGroup {
  std::string id, hall;             // pod and hall; "network" and "storage" for the rooms' own racks
  RackParams rack;
  int racks = 0, per_row = 16, priority = 1;
  Duty duty = Duty::support;
  int workload = -1;                // index into Facility::workloads; -1: none
  double utilisation_frac = 0.5;    // of racks without accelerators
  std::vector<double> measured_w;   // of one rack by hour of the year, in place of the models; empty: none
  std::shared_ptr<HardwareProfile const> profile;
  // serving
  std::shared_ptr<OperatingMap const> map;
  SloLimit slo;
  double replicas = 0;              // in the whole group
  Limit saturation = Limit::slo;    // what a group owes it to when it is full: latency targets, or what a product runs out of first
  double kv_byte_per_token = 0;     // of a cached token that a tier has to give back
  int kv_tier = -1;                 // index of that tier; -1: caches stay on the devices
  // training
  PowerCurve curve;
  double full_token_s = 0;          // of the group at the highest clock, after failures and checkpoints
  double active_frac = 1;
  double scale_out_byte_s = 0;      // per device, mean of the step
  SwingProfile swing;               // of its steps; n_coherent_racks 0: none
  double goodput_frac = 1, interruptions_per_s = 0, restart_s = 0;  // what full_token_s contains of failures; restart: detection included
  double fabric_share = 0;          // of a step, in exchanges over the scale-out fabric that are not hidden
  double fabric_frac = 1;           // of full_token_s, after outages of the fabric
  double lowest_clock_frac = 0.4, top_clock_frac = 1;  // top: at full load the device stays within its rated power
  double efficient_clock_frac = 1;                     // most tokens per joule: below it racks are switched off rather than slowed
  // What validation says of the models behind it (sim/facility/trust.hpp). Factors: value 1, 90 % interval.
  Estimate power_error{1, 1, 1, Evidence::assumption}, step_error{1, 1, 1, Evidence::assumption};
  Validity rate_validity = Validity::prior, power_validity = Validity::prior;  // of its tokens, of its accelerators' watts

  double up_frac = 1;               // share of the racks that outages of racks and nodes leave
  double fleet_frac = 1;            // share of the racks that is up on average, many small faults and repairs taken together

  int devices() const { return racks * rack.devices; }

  // Spelt out in the source file: every user would otherwise compile the copying of all that it contains.
  RackGroup();
  RackGroup(RackGroup const&);
  RackGroup(RackGroup&&) noexcept;
  RackGroup& operator=(RackGroup const&);
  RackGroup& operator=(RackGroup&&) noexcept;
  ~RackGroup();
};

// A panel, controller or corridor that components share (sim/scenario/reliability.hpp), with its patterns spelt out.
struct SharedPart {
  std::string id;
  SharedKind kind = SharedKind::panel;
  std::vector<std::string> takes, fed_by;  // component names
  FailureLaw law;
};

struct WorkloadEntry {
  std::string id, kind, model, title;      // kind: serving, training, product
  bool makes_text = true;                  // counts into the site's output tokens
  std::vector<double> offered_out_token_s; // by hour of the steady year; empty for training
  double mfu = 0;                          // training
  std::string binding_term;                // training: what bounds the step; product: the resource that runs out first, and what bounds its longest stage
  std::string unit;                        // product: what is counted in place of tokens
  double answer_token = 0;                 // serving: output tokens of a request, mean
};

// Shares of a group on site and in production, by day of the as-delivered calendar.
struct DeliveryCalendar {
  std::string start = "2027-01-01";             // its first day
  std::size_t first_hour = 0;                   // of that day in the year, without 29 February
  std::vector<std::vector<double>> arrived_frac, group_frac;  // [group][day]: racks in the hall; in production
  std::vector<double> import_capacity_w;        // [day]
};

struct Facility {
  std::vector<RackGroup> groups;
  std::vector<WorkloadEntry> workloads;
  power::SitePower power;
  std::optional<cooling::SiteCooling> cooling;   // set by build_facility
  network::SiteNetwork network;
  storage::StorageParams storage;
  WeatherSeries weather;
  std::vector<double> price_usd_j, carbon_kg_j; // 8,760 h; price may be empty
  std::vector<double> marginal_kg_j, solar_w;   // 8,760 h, or empty; solar: what the plants could give
  DeliveryCalendar delivery;
  std::string year_start = "2027-01-01";         // first day of the steady year
  EventCalendar events;
  std::vector<std::shared_ptr<Facility const>> variants;  // by EventConditions::variant: what is left of the site in an outage event
  std::vector<SharedPart> shared;
  std::vector<RolloutParams> rollouts;
  double scale_out_rated_byte_s = 0;            // bisection of the fabric with everything in service
  std::vector<std::string> out_of_service;      // sorted; what apply_outages (outages.hpp) took away
  double step_s = 3600, duration_s = 8760 * 3600.0;
  double design_it_w = 0, storage_byte = 0, racks_usd = 0;
  int devices = 0;
  double reference_token_j = 0;                 // joules of one reference token on each group's accelerators, energy-weighted
  std::vector<double> reference_j_of_group;
  // Pods that change their work by the clock: the same facility with other work on its groups, by hour of the day; -1: this one.
  std::vector<Facility> day_parts;
  std::array<int, 24> part_of_hour = [] { std::array<int, 24> none{}; none.fill(-1); return none; }();

  // Spelt out in the source file: every user would otherwise compile the copying of all that it contains.
  Facility();
  Facility(Facility const&);
  Facility(Facility&&) noexcept;
  Facility& operator=(Facility const&);
  Facility& operator=(Facility&&) noexcept;
  ~Facility();

  Facility const& at_hour(std::size_t hour) const {
    int const part = part_of_hour[hour % 24];
    return part < 0 ? *this : day_parts[static_cast<std::size_t>(part)];
  }
};

// Share of a group's racks that outages of racks, nodes and coolant loops leave, and of those that have power as well.
inline double running_frac(Facility const& f, std::size_t g) { return f.groups[g].up_frac * f.groups[g].fleet_frac * f.cooling->groups[g].available_frac; }
inline double available_frac(Facility const& f, std::size_t g) { return running_frac(f, g) * f.power.fed_frac * f.power.groups[g].fed_frac; }

}  // namespace aif::sim
