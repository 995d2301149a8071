#include "models/network/collective_cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/csv.hpp"

namespace aif {
extern char const* const kCollectiveFitCsv;  // library/network/collectives.csv, built in
}

namespace aif::network {
namespace {

using F = CollectiveFit;
constexpr std::array<CollectiveTerm, 9> kTerms{{{"ring", &F::ring, 0.5, 1.0}, {"nvls", &F::nvls, 0.4, 0.95}, {"nvls_exponent", &F::nvls_exponent, 0.01, 1.0},
                                                {"nvls_cap", &F::nvls_cap, 0.8, 1.2}, {"nic", &F::nic, 0.7, 1.0}, {"exchange", &F::exchange, 0.3, 1.0},
                                                {"base", &F::base_s, 1e-6, 1e-4}, {"step", &F::step_s, 1e-7, 2e-5}, {"ramp", &F::ramp, 1e-4, 5e-2}}};

double fitted_value(std::string const& name, double otherwise) {
  static CsvTable const table = CsvTable::parse(kCollectiveFitCsv, "library/network/collectives.csv");
  for (std::size_t i = 0; i < table.rows(); ++i)
    if (table.at(i, "name") == name) return table.numbers("value")[i];
  return otherwise;
}

// Large-message bus bandwidth.
double plateau_byte_s(CollectiveKind kind, CollectiveGroup const& g, F const& fit) {
  double const p = g.ranks, together = std::min(g.per_domain, g.ranks);
  double inside = together > 1 ? fit.ring * g.link_byte_s : 1e300;
  if (kind == CollectiveKind::all_to_all && together > 1) inside = fit.exchange * g.link_byte_s;
  if (kind == CollectiveKind::all_reduce && g.in_switch && together > 1) {
    double const share = fit.nvls * std::pow(g.link_byte_s / 4.5e11, -fit.nvls_exponent);
    inside = std::max(inside, g.link_byte_s * std::min(share * 2 * (together - 1) / (together + 1), fit.nvls_cap * std::pow(g.link_byte_s / 4.5e11, -fit.nvls_exponent)));
  }
  if (together >= p) return inside;
  double const nics = fit.nic * g.nic_byte_s;
  if (kind == CollectiveKind::all_to_all) return std::min(inside, nics * (p - 1) / (p - together));  // what leaves the domain
  if (kind == CollectiveKind::point_to_point) return nics;
  return std::min(inside, nics * together);
}

}  // namespace

std::span<CollectiveTerm const> collective_terms() { return kTerms; }

CollectiveFit const& fitted_collectives() {
  static CollectiveFit const fit = [] {
    CollectiveFit f;
    for (auto const& t : kTerms) f.*(t.member) = fitted_value(t.name, f.*(t.member));
    return f;
  }();
  return fit;
}

double fitted_busbw_band_log() { return fitted_value("band", 0.3); }

double wire_factor(CollectiveKind kind, int p) {
  if (p <= 1) return 0;
  double const share = (p - 1.0) / p;
  switch (kind) {
    case CollectiveKind::all_reduce: return 2 * share;
    case CollectiveKind::broadcast:
    case CollectiveKind::point_to_point: return 1;
    default: return share;
  }
}

double collective_time_s(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  if (g.ranks <= 1) return 0;
  double const wire_s = wire_factor(kind, g.ranks) * byte / plateau_byte_s(kind, g, fit), ramp = fit.ramp * std::sqrt(wire_s);
  double const depth = std::log2(static_cast<double>(g.ranks));
  if (kind == CollectiveKind::point_to_point) return fit.base_s + fit.step_s + ramp + wire_s;
  if (kind == CollectiveKind::all_to_all) return fit.base_s + depth * fit.step_s + ramp + wire_s;
  double const rounds = kind == CollectiveKind::all_reduce ? 2 : 1;
  double const ring = fit.base_s + rounds * (g.ranks - 1) * fit.step_s + ramp + wire_s;
  double const tree = fit.base_s + rounds * depth * fit.step_s * 2 + ramp + 2 * wire_s;
  double const r = std::min(ring, tree) / std::max(ring, tree);
  return std::min(ring, tree) / std::sqrt(std::sqrt(1 + r * r * r * r));
}

double bus_byte_s(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  return wire_factor(kind, g.ranks) * byte / collective_time_s(kind, byte, g, fit);
}

}  // namespace aif::network
