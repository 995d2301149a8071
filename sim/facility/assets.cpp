#include "sim/facility/assets.hpp"

#include <fmt/format.h>

#include "contracts/profile_json.hpp"
#include "core/csv.hpp"
#include "sim/facility/placement.hpp"
#include "sim/io/traces.hpp"

namespace aif::sim {

std::shared_ptr<WeatherSeries const> Assets::weather(std::string const& path) {
  return weather_.get(path, [&] { return load_weather(path); });
}

std::shared_ptr<HourlySeries const> Assets::hourly(std::string const& path, Kind kind, double utc_offset_h) {
  return hourly_.get(fmt::format("{} {} {}", path, static_cast<int>(kind), utc_offset_h), [&] { return load_hourly(path, kind, utc_offset_h); });
}

std::shared_ptr<compute::ServingFit const> Assets::serving_fit() {
  return fits_.get("", [&] { return compute::read_serving_fit(library.asset_path(kServingFit)); });
}

std::shared_ptr<compute::OperatorEfficiency const> Assets::operator_fit() {
  return operator_fits_.get("", [&] { return compute::read_operator_fit(library.asset_path("lib:fits/operators")); });
}

std::shared_ptr<HardwareProfile const> Assets::serving_profile(std::string const& path) {
  return profiles_.get(path, [&] {
    HardwareProfile profile = read_profile(path);
    profile.power = compute::serving_power(*serving_fit(), profile);
    return profile;
  });
}

std::shared_ptr<compute::ModelArchitecture const> Assets::model(std::string const& reference) {
  return models_.get(reference, [&] { return library.load_as<compute::ModelArchitecture>(reference); });
}

std::shared_ptr<workloads::DemandProfile const> Assets::demand(std::string const& reference) {
  return demands_.get(reference, [&] { return library.load_as<workloads::DemandProfile>(reference); });
}

std::shared_ptr<workloads::RequestTable const> Assets::trace(std::string const& path) {
  return traces_.get(path, [&] { return read_trace(path); });
}

std::shared_ptr<SeenTable const> Assets::seen(std::string const& reference) {
  return seen_.get(reference, [&] {
    CsvTable const table = CsvTable::load(library.asset_path(reference));
    SeenTable rows;
    for (std::size_t r = 0; r < table.rows(); ++r) rows.push_back({table.at(r, "what"), table.at(r, "hardware"), table.at(r, "model")});
    return rows;
  });
}

}  // namespace aif::sim
