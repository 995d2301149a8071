#pragma once
// A product workload of a scenario, and its operating map: units a second, latency, watts of a cell of devices against offered
// load and clock, in the same form as a served language model has them. Load 1 is the highest rate at full clock that meets the
// latency target. Cells differ from pods only by their number.

#include "contracts/phase.hpp"
#include "core/interrupt.hpp"
#include "workloads/serving/workload.hpp"
#include "workloads/stages/simulate.hpp"

namespace aif::workloads {

struct ProductPlacement {
  std::vector<std::string> pods;
  double cores_per_device = -1, host_per_device_byte = -1;
  std::vector<double> hours;

  static constexpr auto fields() {
    using P = ProductPlacement;
    return FieldList{
        field("pods", &P::pods, "Pods that make it.").required(),
        field("cores", &P::cores_per_device, Kind::number, -1, 1e4, "Processor cores for each accelerator; -1: those of the rack's hosts.", "rack"),
        field("host_memory", &P::host_per_device_byte, Kind::data, -1.0, 1e13, "Host memory for each accelerator; -1 B: that of the rack's hosts.", "rack"),
        field("hours", &P::hours, Kind::number, 0, 23, "Hours of the day in which the pods make this and nothing else; empty: all.", "all")};
  }
};

struct ProductWorkloadParams {
  static constexpr std::string_view type_name = "product";
  std::string id, title;
  ProductParams product;
  DemandParams demand;
  ProductPlacement placement;
  double price_usd = 0, latency_p95_s = -1;

  static constexpr auto fields() {
    using W = ProductWorkloadParams;
    return FieldList{
        field("id", &W::id, "Name of the workload.").required(), field("title", &W::title, "What it is, for people."),
        field("product", &W::product, "What is made: lib:products/NAME, or { base: ..., set: {...} }.").required(),
        field("demand", &W::demand, "How many units are asked for, and when.").required(),
        field("placement", &W::placement, "Where it is made.").required(),
        field("price", &W::price_usd, Kind::money, 0.0, 1e9, "Price of a unit.", "none"),
        field("latency_p95", &W::latency_p95_s, Kind::duration, -1.0, 1e8, "Overrules the product's own target; -1 s: keeps it.", "product")};
  }
};

struct ProductMapOptions {
  std::vector<double> loads{0.05, 0.2, 0.4, 0.6, 0.75, 0.9, 1.0, 1.15, 1.3};
  std::vector<double> clocks{0.5, 0.55, 0.63, 0.72, 0.81, 0.9, 1.0};
  std::size_t jobs = 2000;
  std::uint64_t seed = 1;
};

struct ProductMap {
  OperatingMap map;          // rates in units of the product; ttft and e2e hold the latency of a job
  ProductPlan plan;          // of the whole machine at full clock
  Cell cell;
  double units_per_job = 1;
};

// AF2550: why a product cannot be made on a machine.
Diagnostic refusal(ProductParams const& product, Machine const& machine, ProductPlan const& plan, std::string const& path);

// Throws InputError AF2550 with the reason when the product does not fit the machine. `path` is the workload's, for the message.
ProductMap build_product_map(ProductParams const& product, ModelShelf const& shelf, Machine const& machine, std::string const& path, ProductMapOptions const& options,
                             RunControl const& control = {});

}  // namespace aif::workloads
