#pragma once
// The parts of a scenario that belong to no room: where the site stands, its halls and pods, the delivery phases, the clock,
// distributions, checks. The rooms' own parts (power, cooling, network, storage, workloads, finance) are declared by the rooms.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/uncertainty.hpp"
#include "core/fields.hpp"
#include "sim/scenario/rack.hpp"

namespace aif::sim {

struct LocationParams {
  double latitude_deg = 0, longitude_deg = 0, elevation_m = 0;
  std::string timezone;

  static constexpr auto fields() {
    return FieldList{
        field("lat", &LocationParams::latitude_deg, Kind::angle, -90.0, 90.0, "Latitude, north positive."),
        field("lon", &LocationParams::longitude_deg, Kind::angle, -180.0, 180.0, "Longitude, east positive."),
        field("elevation", &LocationParams::elevation_m, Kind::length, -400.0, 5000.0, "Height above the sea: sets the air density."),
        field("timezone", &LocationParams::timezone, "Time zone by name; the run itself is in local standard time.")};
  }
};

struct WeatherParams {
  std::string source;
  double offset_k = 0;

  static constexpr auto fields() {
    return FieldList{
        field("source", &WeatherParams::source, "Hourly weather: lib:weather/NAME or a file (EPW, JSON, CSV).").required(),
        field("offset", &WeatherParams::offset_k, Kind::temperature_difference, -20.0, 20.0, "Added to every dry bulb at constant humidity ratio (climate what-if).")};
  }
};

// Outdoor air that the plant is designed for. `run --design-day` works through it.
enum class DesignBasis { cooling_0_4, cooling_1, cooling_2, extreme_20_year };
constexpr auto enum_names(DesignBasis) { return std::array<std::string_view, 4>{"cooling_0.4", "cooling_1", "cooling_2", "extreme_20_year"}; }

struct DesignDayParams {
  DesignBasis basis = DesignBasis::cooling_0_4;
  double dry_bulb_c = 0, wet_bulb_c = 0, daily_range_k = 0;

  static constexpr auto fields() {
    using D = DesignDayParams;
    return FieldList{
        field("basis", &D::basis, "Line of the weather file's design conditions: dry bulb exceeded in 0.4, 1 or 2 % of the hours, or the extreme of 20 years."),
        field("dry_bulb", &D::dry_bulb_c, Kind::temperature, 0, 60, "Highest dry bulb of the day; 0 degC: from the weather file.", "the weather file"),
        field("wet_bulb", &D::wet_bulb_c, Kind::temperature, 0, 40, "Wet bulb in that hour; 0 degC: from the weather file.", "the weather file"),
        field("daily_range", &D::daily_range_k, Kind::temperature_difference, 0, 40, "Highest less lowest dry bulb of the day; 0 K: from the weather file.", "the weather file")};
  }
};

struct CarbonParams {
  std::string source, marginal_source;
  double flat_kg_per_j = 0;

  static constexpr auto fields() {
    return FieldList{
        field("source", &CarbonParams::source, "Hourly carbon intensity of the grid: lib:grid/NAME."),
        field("marginal_source", &CarbonParams::marginal_source, "Hourly marginal intensity: what one more unit of energy emits. Told beside the average, never added to it."),
        field("flat", &CarbonParams::flat_kg_per_j, Kind::carbon_intensity, 0.0, 1e-6, "Constant carbon intensity where no series is given.")};
  }
};

struct PodParams {
  std::string id, power;
  RackParams rack;
  int count = 0, per_row = 16, priority = 1;
  double utilisation_frac = 0.5;

  static constexpr auto fields() {
    return FieldList{
        field("id", &PodParams::id, "Name of the pod, unique in the site.").required(),
        field("rack", &PodParams::rack, "The rack: lib:racks/NAME, or { base: ..., set: {...} }.").required(),
        field("count", &PodParams::count, Kind::number, 0, 1e6, "Racks.").required(),
        field("per_row", &PodParams::per_row, Kind::number, 1, 100, "Racks on one busway.", "assumption"),
        field("priority", &PodParams::priority, Kind::number, 0, 9, "Who keeps its power longest; 0 goes first."),
        field("power", &PodParams::power, "Measured power of the whole pod in place of the models, hourly: a CSV file with the header `time, NAME [kW]`. Such a pod serves no workload."),
        field("utilisation", &PodParams::utilisation_frac, Kind::fraction, 0.0, 1.0, "Mean use of racks without accelerators.", "assumption")};
  }
};

struct HallParams {
  std::string id, title;
  std::vector<PodParams> pods;

  static constexpr auto fields() {
    return FieldList{
        field("id", &HallParams::id, "Name of the hall.").required(),
        field("title", &HallParams::title, "What it is, for people."),
        field("pods", &HallParams::pods, "Groups of equal racks.").required()};
  }
};

// A delivery: on `date` the things in `adds` arrive. Paths: `pods.ID` (racks) and `power.utility.capacity` (import power).
struct PhaseParams {
  std::string id, date;
  std::map<std::string, std::string> adds;
  double ramp_per_s = 0, burn_in_s = 0;

  static constexpr auto fields() {
    return FieldList{
        field("id", &PhaseParams::id, "Name of the phase.").required(),
        field("date", &PhaseParams::date, "Day of delivery or energisation, \"2027-03-01\".").required(),
        field("adds", &PhaseParams::adds, "What arrives: pods.ID: racks; power.utility.capacity: import power.").required(),
        field("ramp", &PhaseParams::ramp_per_s, Kind::per_time, 0.0, 1.0, "Racks brought up per day; all at once without it."),
        field("burn_in", &PhaseParams::burn_in_s, Kind::duration, 0.0, 3.2e7, "From arrival to production.", "assumption")};
  }
};

struct SimulationParams {
  std::string start = "2027-01-01";
  double duration_s = 8760 * 3600.0, step_s = 3600;
  bool marginal_values = true;

  static constexpr auto fields() {
    return FieldList{
        field("start", &SimulationParams::start, "First day of the as-delivered calendar; the steady year starts on 1 January."),
        field("duration", &SimulationParams::duration_s, Kind::duration, 3600.0, 8760 * 3600.0, "Length of the run; metrics are those of a year when it is a year."),
        field("step", &SimulationParams::step_s, Kind::duration, 60.0, 3600.0, "One coupled window; must divide an hour."),
        field("marginal_values", &SimulationParams::marginal_values, "Also run one more unit of each binding component.")};
  }
};

struct CheckParams {
  std::string expr, level = "error";

  static constexpr auto fields() {
    return FieldList{
        field("expr", &CheckParams::expr, "METRIC <= VALUE or METRIC >= VALUE, with the unit in the value.").required(),
        field("level", &CheckParams::level, "error: the run exits with 1; warn: it is only shown.")};
  }
};

struct UncertainParams {
  std::string path, source, group;
  DistKind dist = DistKind::lognormal;
  std::string p10, p90, mean, sd, low, mode, high;
  std::vector<std::string> values;

  static constexpr auto fields() {
    return FieldList{
        field("path", &UncertainParams::path, "Scenario path of a number; phases.ID.date takes delays; model_error.FAMILY a factor.").required(),
        field("dist", &UncertainParams::dist, "Shape of the distribution.").required(),
        field("p10", &UncertainParams::p10, "Tenth percentile (lognormal, normal), with unit."),
        field("p90", &UncertainParams::p90, "Ninetieth percentile (lognormal, normal), with unit."),
        field("mean", &UncertainParams::mean, "Mean (normal), with unit."),
        field("sd", &UncertainParams::sd, "Standard deviation (normal), with unit."),
        field("low", &UncertainParams::low, "Lowest (uniform, triangular), with unit."),
        field("mode", &UncertainParams::mode, "Most likely (triangular), with unit."),
        field("high", &UncertainParams::high, "Highest (uniform, triangular), with unit."),
        field("values", &UncertainParams::values, "Equally likely values (discrete), with units."),
        field("source", &UncertainParams::source, "Where the spread comes from."),
        field("group", &UncertainParams::group, "Values of one group move together.")};
  }
};

}  // namespace aif::sim
