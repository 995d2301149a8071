#pragma once
// Deliveries as a graph of items with uncertain lead times: what is there when, what holds the first output back, what stands
// idle meanwhile and what that costs.
//
//   an item starts when it is ordered and all it waits for is done, and takes a triangular lead time (fast, typical, slow);
//   in batches: the first then, the others at equal intervals
//   an item with a capacity is a link of a chain:  usable(t) = min over links of arrived(t), in watts of IT
//   stranded capital(t) = sum of capex (arrived share - usable share);  stranded watts(t) = arrived accelerators - usable
//   its cost = integral of stranded capital x (cost of capital + 1/life)
//
// Each draw is a pure function of (seed, draw, item), or of the item's group, so that one delay strikes all items of a group.
// Neglects: partial function (half a cooling loop), cancellation, resale. Source of the form: PERT/CPM (Malcolm et al. 1959), with
// Monte Carlo criticality (Van Slyke 1963).

#include <cstdint>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"

namespace aif::economics {

struct LeadTime {
  std::string title, gates;
  double fast_s = 0, typical_s = 0, slow_s = 0;

  static constexpr auto fields() {
    using L = LeadTime;
    auto const time = [](std::string_view key, double L::*member, std::string_view doc) { return field(key, member, Kind::duration, -1e10, 1e10, doc).required(); };
    return FieldList{field("title", &L::title, "What is ordered."), field("gates", &L::gates, "What cannot work without it."), time("fast", &L::fast_s, "Shortest believable lead time."),
                      time("typical", &L::typical_s, "Most likely lead time."), time("slow", &L::slow_s, "Longest believable lead time.")};
  }
};

struct DeliveryItem {
  std::string id, title, group;
  LeadTime lead;
  std::vector<std::string> after;
  double order_s = 0, capacity_w = 0, capex_usd = 0, life_s = 5 * 8760 * 3600.0;
  int batches = 1;
  double every_s = 0;
  bool is_compute = false;

  static constexpr auto fields() {
    using D = DeliveryItem;
    return FieldList{
        field("id", &D::id, "Name of the item.").required(), field("title", &D::title, "What it is, for people."),
        field("lead", &D::lead, "Its lead time: lib:lead_times/NAME, or fast, typical, slow.").required(),
        field("after", &D::after, "Items that have to be done before it starts."),
        field("order", &D::order_s, Kind::duration, -1e10, 1e10, "When it is ordered, from the start of the plan.", "at the start"),
        field("capacity", &D::capacity_w, Kind::power, 0.0, 1e12, "IT power that it carries when all batches are there; 0 W: a step of the plan, no link of a chain."),
        field("capex", &D::capex_usd, Kind::money, 0.0, 1e13, "What it costs."),
        field("life", &D::life_s, Kind::duration, 0.0, 3e9, "Over which it loses its value.", "assumption: 5 years"),
        field("batches", &D::batches, Kind::number, 1, 1000, "Deliveries of equal size.", "one"),
        field("every", &D::every_s, Kind::duration, 0.0, 1e9, "Between two of them.", "at once"),
        field("compute", &D::is_compute, "The accelerators: their arrival without output is what strands megawatts."),
        field("group", &D::group, "Items of one group are early or late together.")};
  }
};

// AF2860 lead times that do not rise or are negative, AF2861 a circle, AF2862 an unknown item, AF2863 nothing carries capacity.
DiagnosticList check_delivery(std::vector<DeliveryItem> const& items, std::string const& path);

struct DeliveryOptions {
  std::size_t draws = 4000;
  std::uint64_t seed = 1;
  double horizon_s = 0;        // 0: until the slowest chain could be done
  std::size_t points = 120;    // of the curves
  double wacc_frac = 0.09;
};

struct Quantiles {
  double p10 = 0, p50 = 0, p90 = 0, mean = 0;
};

struct DeliveryOutcome {
  Quantiles first_s, full_s;                    // first and last watt of output
  Quantiles stranded_usd_s, stranded_cost_usd;  // capital x time; capital charge and lost value of it
  Quantiles waiting_compute_s;                  // from the first accelerator's arrival to the first output
  Quantiles compute_value_lost_frac;            // of the accelerators' price, in that wait: straight-line life and cost of capital
  std::vector<double> gate_frac;                // by item: share of draws in which it was the last thing that the first output waited for
  std::vector<double> gate_full_frac;           // the same for full output
  std::vector<Quantiles> done_s;                // of each item's first batch
  std::vector<double> time_s;
  std::vector<Quantiles> usable_w, stranded_usd, stranded_w;  // at each time
  double capacity_w = 0;                        // when all is there: the smallest link
};
DeliveryOutcome simulate_delivery(std::vector<DeliveryItem> const& items, DeliveryOptions const& options);

// Triangular variate by inversion.
double triangular(double fast, double typical, double slow, double uniform);

}  // namespace aif::economics
