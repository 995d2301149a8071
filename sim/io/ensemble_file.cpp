#include "sim/io/ensemble_file.hpp"

#include <fmt/format.h>

namespace aif::sim {
namespace {

std::vector<double> flat(std::vector<std::vector<double>> const& rows) {
  std::vector<double> out;
  for (auto const& row : rows) out.insert(out.end(), row.begin(), row.end());
  return out;
}

std::vector<std::vector<double>> rows_of(std::vector<double> const& flat, std::size_t width) {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; width > 0 && i + width <= flat.size(); i += width) out.emplace_back(flat.begin() + static_cast<std::ptrdiff_t>(i), flat.begin() + static_cast<std::ptrdiff_t>(i + width));
  return out;
}

std::vector<double> count_up(std::size_t n, double step) {
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<double>(i) * step;
  return out;
}

constexpr char const* kQuantiles[] = {"p10", "p50", "p90"};
std::vector<float> const& column(EnsembleData::TimeBand const& band, std::size_t q) { return q == 0 ? band.p10 : q == 1 ? band.p50 : band.p90; }

}  // namespace

void write_ensemble(H5File& file, EnsembleData const& e, Attributes const& time_attributes) {
  if (e.empty()) return;
  file.make_group("/ensemble");
  file.write_attribute("/ensemble", "seed", fmt::format("{}", e.seed));
  file.write_coordinate("/ensemble/member", count_up(e.values.size(), 1), {{"units", "1"}});
  file.write_coordinate("/ensemble/metric", e.metrics, {});
  file.write("/ensemble/value", std::span<double const>(flat(e.values)), {"member", "metric"}, {{"long_name", "figure of the member; units as in summary"}});
  file.write("/ensemble/failure", e.failures, {"member"}, {{"long_name", "why the member has no figures; empty: it has"}});
  if (!e.inputs.empty()) {
    file.write_coordinate("/ensemble/input", e.inputs, {});
    file.write("/ensemble/draw", std::span<double const>(flat(e.draws)), {"member", "input"}, {{"long_name", "drawn value of the input, SI"}});
    file.write("/ensemble/input_unit", e.input_units, {"input"}, {});
    file.write("/ensemble/input_source", e.input_sources, {"input"}, {});
  }
  if (e.bands.empty()) return;
  file.write_coordinate("/ensemble/time", count_up(e.bands.front().p50.size(), 3600), time_attributes);
  for (auto const& band : e.bands)
    for (std::size_t q = 0; q < 3; ++q)
      file.write(fmt::format("/ensemble/{}_{}", band.name, kQuantiles[q]), std::span<float const>(column(band, q)), {"time"},
                 {{"units", band.unit}, {"long_name", fmt::format("{}, {} of the members", band.long_name, kQuantiles[q])}, {"cell_methods", "time: mean"}});
}

EnsembleData read_ensemble(H5File const& file) {
  EnsembleData e;
  if (!file.has("/ensemble/value")) return e;
  e.seed = std::stoull(file.read_attribute("/ensemble", "seed"));
  e.metrics = file.read_strings("/ensemble/metric");
  e.values = rows_of(file.read_numbers("/ensemble/value"), e.metrics.size());
  e.failures = file.read_strings("/ensemble/failure");
  if (file.has("/ensemble/input")) {
    e.inputs = file.read_strings("/ensemble/input");
    e.draws = rows_of(file.read_numbers("/ensemble/draw"), e.inputs.size());
    e.input_units = file.read_strings("/ensemble/input_unit");
    e.input_sources = file.read_strings("/ensemble/input_source");
  }
  for (auto const& name : file.list("/ensemble")) {
    if (!name.ends_with("_p10")) continue;
    EnsembleData::TimeBand band;
    band.name = name.substr(0, name.size() - 4);
    band.unit = file.read_attribute("/ensemble/" + name, "units");
    std::string const text = file.read_attribute("/ensemble/" + name, "long_name");
    band.long_name = text.substr(0, text.rfind(','));
    auto const read = [&](char const* q) {
      auto const values = file.read_numbers(fmt::format("/ensemble/{}_{}", band.name, q));
      return std::vector<float>(values.begin(), values.end());
    };
    band.p10 = read("p10"), band.p50 = read("p50"), band.p90 = read("p90");
    e.bands.push_back(std::move(band));
  }
  return e;
}

}  // namespace aif::sim
