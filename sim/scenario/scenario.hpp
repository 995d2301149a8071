#pragma once
// A scenario as validated plain data: one struct per block of the file. Nothing here knows physics or YAML; the rooms declare
// their own blocks. Read with load_as<Scenario>(path, options) (load.hpp); built into a Facility by sim/facility/build.hpp.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "models/cooling/site_params.hpp"
#include "models/economics/finance.hpp"
#include "models/economics/people.hpp"
#include "models/economics/tariff.hpp"
#include "models/network/site.hpp"
#include "models/power/plant.hpp"
#include "models/storage/site.hpp"
#include "sim/claims/study_list.hpp"
#include "sim/events/event_params.hpp"
#include "sim/scenario/reliability.hpp"
#include "sim/scenario/site.hpp"
#include "workloads/serving/workload.hpp"
#include "workloads/stages/product_map.hpp"
#include "workloads/training/training.hpp"

namespace aif::sim {

struct SiteParams {
  LocationParams location;
  WeatherParams weather;
  DesignDayParams design_day;
  power::UtilityParams utility;
  economics::TariffParams tariff;
  CarbonParams carbon;
  std::vector<power::OnsiteSource> onsite;

  static constexpr auto fields() {
    using S = SiteParams;
    return FieldList{
        field("location", &S::location, "Where the site is."),
        field("weather", &S::weather, "Hourly weather.").required(),
        field("design_day", &S::design_day, "Outdoor air of the design day."),
        field("utility", &S::utility, "Point of interconnection.").required(),
        field("tariff", &S::tariff, "What electricity costs."),
        field("carbon", &S::carbon, "Carbon intensity of the grid."),
        field("onsite", &S::onsite, "Batteries, generators, gas engines, solar plants.")};
  }
};

using Workload = std::variant<workloads::ServingWorkloadParams, workloads::TrainingWorkloadParams, workloads::ProductWorkloadParams>;

struct Scenario {
  std::string schema = "aifactory/scenario/v1", name, title, description;
  std::int64_t seed = 1;
  SiteParams site;
  power::PlantParams power;
  cooling::CoolingParams cooling;
  std::vector<HallParams> halls;
  network::NetworkParams network;
  storage::StorageParams storage;
  std::vector<Workload> workloads;
  std::vector<PhaseParams> phases;
  std::vector<SiteEvent> events;
  ReliabilityParams reliability;
  economics::FinanceParams finance;
  std::vector<economics::RoleParams> people;
  std::vector<UncertainParams> uncertainty;
  SimulationParams simulation;
  std::vector<CheckParams> checks;
  std::vector<Study> studies;

  // Spelt out in the source file: every user would otherwise compile the copying of all that it contains.
  Scenario();
  Scenario(Scenario const&);
  Scenario(Scenario&&) noexcept;
  Scenario& operator=(Scenario const&);
  Scenario& operator=(Scenario&&) noexcept;
  ~Scenario();

  static constexpr auto fields() {
    using S = Scenario;
    return FieldList{
        field("schema", &S::schema, "Always aifactory/scenario/v1.").required(),
        field("name", &S::name, "Short name: names the folder of the results.").required(),
        field("title", &S::title, "What the site is, for people."),
        field("description", &S::description, "A few sentences for the report."),
        field("seed", &S::seed, Kind::number, 0, 9e15, "Seed of every random draw."),
        field("site", &S::site, "Place, weather, interconnection, tariff.").required(),
        field("power", &S::power, "Electrical plant.").required(),
        field("cooling", &S::cooling, "Cooling plant."),
        field("halls", &S::halls, "Halls and their pods of racks.").required(),
        field("network", &S::network, "Fabrics."),
        field("storage", &S::storage, "Storage tiers."),
        field("workloads", &S::workloads, "What the factory makes.").required(),
        field("phases", &S::phases, "Deliveries; without phases everything is there on the first day."),
        field("events", &S::events, "Heat waves, drought, curtailment, smoke, components out of service on stated days."),
        field("reliability", &S::reliability, "How often things fail, what they share, spare parts, roll-outs."),
        field("finance", &S::finance, "Capital, life, staff."),
        field("people", &S::people, "Roles beside the staff of the building: what they look after, their hours, their cost."),
        field("uncertainty", &S::uncertainty, "Distributions over scenario values."),
        field("simulation", &S::simulation, "Start, length and step."),
        field("checks", &S::checks, "Limits that the results have to keep."),
        field("studies", &S::studies, "Questions asked of the site beside its year.")};
  }
};

}  // namespace aif::sim
