#include <doctest/doctest.h>

#include <set>

#include "sim/scenario/library.hpp"
#include "validation/serving_bands.hpp"
#include "validation/serving_held_out.hpp"

using namespace aif;
using namespace aif::validation;

namespace {

std::vector<BandSample> even_groups(int groups, int rows) {
  std::vector<BandSample> samples;
  for (int g = 0; g < groups; ++g)
    for (int r = 0; r < rows; ++r) samples.push_back({"group " + std::to_string(g), 0.9 + 0.2 * (g * rows + r + 0.5) / (groups * rows)});
  return samples;
}

}  // namespace

TEST_CASE("a band of even groups holds nine tenths of the rows, as many below as above") {
  auto const samples = even_groups(40, 15);
  auto const band = band_of(samples);
  CHECK(band[0] == doctest::Approx(0.91).epsilon(1e-3));
  CHECK(band[1] == doctest::Approx(1.09).epsilon(1e-3));
}

TEST_CASE("a group of many rows moves the band no more than one of a few") {
  auto few = even_groups(40, 15), many = few;
  for (int i = 0; i < 15; ++i) few.push_back({"other", 3.0});
  for (int i = 0; i < 3000; ++i) many.push_back({"other", 3.0});
  CHECK(band_of(many)[0] == doctest::Approx(band_of(few)[0]).epsilon(1e-3));
  CHECK(band_of(many)[1] == doctest::Approx(band_of(few)[1]).epsilon(1e-3));
  CHECK(band_of(many)[1] < 1.11);
}

TEST_CASE("every served row has a band class of the file, and a fit that has not seen its model and one that has not seen its device") {
  Names const names("");
  KernelDevices devices("");
  auto const rows = load_served_points(shipped_data_dir(), names, devices);
  auto const fits = read_held_out(sim::Library().asset_path("lib:engines/serving_held_out"));
  std::set<std::string> classes(band_classes().begin(), band_classes().end()), known;
  for (auto const& fit : fits) {
    known.insert(fit.kind + fit.group);
    for (double v : fit.values) CHECK(v > 0);
  }
  for (auto const& row : rows) {
    CHECK(classes.contains("tpot_" + band_class(row)));
    CHECK(classes.contains("ttft_" + band_class(row)));
    for (auto const& kind : held_out_kinds()) CHECK((!row.refusal.empty() || known.contains(kind.name + kind.group(row))));
  }
  for (auto const& metric : held_out_metrics(rows, fits)) CHECK(metric.predicted + metric.refused == rows.size());
}
