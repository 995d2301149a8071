#pragma once
// The `reliability:` block of a scenario: how often things fail, what they share, how people work on them, spare parts, model roll-outs.
// The rooms declare their own rates; library/reliability/ holds them with sources and ranges (the defaults are its entries).

#include <string>
#include <vector>

#include "models/compute/outages.hpp"
#include "models/cooling/outages.hpp"
#include "models/power/outages.hpp"
#include "models/storage/site.hpp"

namespace aif::sim {

enum class SharedKind { panel, controller, corridor, room, valve, other };
constexpr auto enum_names(SharedKind) { return std::array<std::string_view, 6>{"panel", "controller", "corridor", "room", "valve", "other"}; }

// Something that several components hang on: a panel, a controller, a duct bank. When it goes, they go. With `fed_by` it goes itself
// when all of those are out.
struct SharedPartParams {
  std::string id;
  SharedKind kind = SharedKind::panel;
  std::vector<std::string> takes, fed_by;
  FailureLaw law = failure_law(0.01, 8, "assumption: distribution panel, order of IEEE 493, from memory");
  static constexpr auto fields() {
    using T = SharedPartParams;
    return FieldList{
        field("id", &T::id, "Name; the outage is called shared.ID.").required(),
        field("kind", &T::kind, "panel, controller, corridor, room, valve or other."),
        field("takes", &T::takes, "Components that need it: `power.blocks/0`, `cooling.liquid.cdu.nvl-a/0-12`, `cooling.plant.facility_pumps` for all.").required(),
        field("fed_by", &T::fed_by, "Components of which one has to be in service; empty: it needs none."),
        field("law", &T::law, "How often it fails.")};
  }
};

struct SparePartParams {
  std::string component;
  int stock = 1;
  double lead_time_s = 0;
  static constexpr auto fields() {
    using T = SparePartParams;
    return FieldList{field("component", &T::component, "Kind of component, as `power.main_transformer`.").required(),
                      field("stock", &T::stock, Kind::number, 0, 1e6, "Spare parts on the shelf when all is well.", "assumption"),
                      field("lead_time", &T::lead_time_s, Kind::duration, 0, 3.2e8, "From an order to the part on the shelf.").required()};
  }
};

// A new version of what a serving workload runs: replicas are drained in turn, and now and then a bad one has to be taken back.
struct RolloutParams {
  std::string workload;
  double per_s = 24 / kYear, duration_s = 2 * 3600;
  double drained_frac = 0.05, failed_frac = 0.03, exposed_frac = 0.10, rollback_s = 1800;
  static constexpr auto fields() {
    using T = RolloutParams;
    return FieldList{
        field("workload", &T::workload, "Serving workload.").required(),
        field("rate", &T::per_s, Kind::per_time, 0, 1, "Roll-outs per unit of time.", "assumption: twice a month"),
        field("duration", &T::duration_s, Kind::duration, 1, 1e7, "Of one roll-out.", "assumption"),
        field("drained", &T::drained_frac, Kind::fraction, 0, 1, "Share of the replicas that is away while it lasts.", "assumption: one in twenty at a time"),
        field("failed", &T::failed_frac, Kind::fraction, 0, 1, "Share of roll-outs that have to be taken back.", "assumption: Beyer et al., Site Reliability Engineering (2016): most outages follow changes"),
        field("exposed", &T::exposed_frac, Kind::fraction, 0, 1, "Share of the replicas that runs the bad version until then.", "assumption: canary stage of a tenth"),
        field("rollback", &T::rollback_s, Kind::duration, 1, 1e7, "From the fault to the old version back.", "assumption")};
  }
};

struct OperationsParams {
  double common_cause_frac = 0.03;
  double human_error_frac = 0.003, error_repair_s = 2 * 3600;
  double rack_restart_s = 1800;
  double tie_transfer_s = 0.2;
  double dips_per_s = 10 / kYear, dip_residual_frac = 0.6, dip_duration_s = 0.15;
  double maintenance_from_h = 1, maintenance_to_h = 7;
  static constexpr auto fields() {
    using T = OperationsParams;
    return FieldList{
        field("common_cause", &T::common_cause_frac, Kind::fraction, 0, 1, "Share of a plant unit's failures that take a second unit of its group along.",
              "INL/EXT-21-62940, groups of two: pumps 0.037 (0.004-0.094), diesel generators 0.006-0.014"),
        field("human_error", &T::human_error_frac, Kind::fraction, 0, 1, "Share of planned works in which a second unit of the kind is taken out by mistake.",
              "assumption: NUREG/CR-1278, nominal error of commission 0.003 (0.001-0.03), from memory"),
        field("error_repair", &T::error_repair_s, Kind::duration, 0, 1e7, "Until such a mistake is undone.", "assumption"),
        field("rack_restart", &T::rack_restart_s, Kind::duration, 0, 1e6, "From power and coolant back to serving: boot, checks, weights.", "assumption: 10 min to 2 h"),
        field("tie_transfer", &T::tie_transfer_s, Kind::duration, 0, 60, "Dead time of the main board when a feed or section is lost and the tie closes.", "assumption: fast transfer 0.1-0.3 s, slow 1-3 s"),
        field("dips", &T::dips_per_s, Kind::per_time, 0, 1, "Voltage dips at the point of interconnection.", "assumption: EPRI distribution study counts about 18 a year below 70 %, fewer at transmission; from memory"),
        field("dip_residual", &T::dip_residual_frac, Kind::fraction, 0, 1, "Voltage that is left in such a dip.", "assumption"),
        field("dip_duration", &T::dip_duration_s, Kind::duration, 0.001, 20, "Length of such a dip.", "assumption: fault clearing of 5-10 cycles"),
        field("maintenance_from", &T::maintenance_from_h, Kind::number, 0, 24, "Hour of the day from which planned work may start.", "assumption: the hours of least demand"),
        field("maintenance_to", &T::maintenance_to_h, Kind::number, 0, 24, "Hour of the day until which it may start; before `maintenance_from`: over midnight.", "assumption")};
  }
};

struct ReliabilityParams {
  power::PowerReliability power;
  cooling::CoolingReliability cooling;
  FailureLaw storage = storage::storage_rack_law();
  compute::ComputeReliability compute;
  OperationsParams operations;
  std::vector<SparePartParams> spares;
  std::vector<SharedPartParams> shared;
  std::vector<RolloutParams> rollouts;
  static constexpr auto fields() {
    using T = ReliabilityParams;
    return FieldList{field("power", &T::power, "Power plant."), field("cooling", &T::cooling, "Cooling plant."), field("storage", &T::storage, "One storage rack."),
                      field("compute", &T::compute, "Nodes and racks of accelerators."), field("operations", &T::operations, "People, restarts, grid disturbances."),
                      field("spares", &T::spares, "Spare parts on the shelf; kinds that are not named always find one."),
                      field("shared", &T::shared, "Panels, controllers, corridors and the like that components share."),
                      field("rollouts", &T::rollouts, "New versions of what is served.")};
  }
};

}  // namespace aif::sim
