#pragma once
// Claim 6: people are a finite resource. Output of a product that people review is what silicon and people can both sustain; how
// many people that takes, what they cost beside the machines, how long work waits for them, and how long a new model waits at the
// evaluation gate before it may serve. Head counts are assumptions (library/roles) and say so.

#include "models/economics/people.hpp"
#include "sim/claims/study.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/rack.hpp"
#include "workloads/stages/stage.hpp"

namespace aif::sim {

struct SupervisedStudy {
  static constexpr std::string_view type_name = "supervised";
  std::string id, title, supervisor = "supervisor", evaluator = "evaluation";
  workloads::ProductParams product;
  RackParams rack;
  double racks = 1, models = 1, domains = 1;
  std::vector<economics::RoleParams> roles;
  std::vector<double> supervisors{10, 30, 100, 300, 1000, 3000};
  double releases_per_model_s = 4.0 / (8760 * 3600), gate_work_s = 160 * 3600;
  double wacc_frac = 0.09, pue = 1.2, electricity_usd_j = 0.08 / 3.6e6, plant_usd_per_w = 9.5;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = SupervisedStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("product", &S::product, "What is made, with a stage of people: lib:products/NAME.").required(),
        field("rack", &S::rack, "Machines: lib:racks/NAME.").required(), field("racks", &S::racks, Kind::number, 1, 1e6, "How many."),
        field("roles", &S::roles, "People: lib:roles/NAME.").required(),
        field("supervisor", &S::supervisor, "Role whose head count is varied."), field("supervisors", &S::supervisors, Kind::number, 0, 1e8, "Head counts that are tried."),
        field("evaluator", &S::evaluator, "Role that tests a model before it may serve."),
        field("models", &S::models, Kind::number, 0, 1e4, "Models in production."), field("domains", &S::domains, Kind::number, 0, 1e4, "Products that are offered."),
        field("releases", &S::releases_per_model_s, Kind::per_time, 0.0, 1.0, "New versions of one model.", "assumption: one a quarter"),
        field("gate_work", &S::gate_work_s, Kind::duration, 0.0, 1e9, "Work of one person to test a version.", "assumption: a person-month"),
        field("discount_rate", &S::wacc_frac, Kind::fraction, 0.0, 0.5, "Cost of capital.", "assumption"),
        field("pue", &S::pue, Kind::number, 1.0, 3.0, "Site over IT.", "assumption"),
        field("electricity", &S::electricity_usd_j, Kind::money_per_energy, 0.0, 1e-6, "Price of electricity.", "assumption"),
        field("plant", &S::plant_usd_per_w, Kind::money_per_power, 0.0, 100.0, "Building, electrical and cooling plant of a watt of IT.", "assumption"),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

// AF2867: the product has no stage of people, or the supervisor is no role of the study; AF2550: silicon alone cannot make it.
StudyResult run_study(SupervisedStudy const& study, Library const& library, std::uint64_t seed);

}  // namespace aif::sim
