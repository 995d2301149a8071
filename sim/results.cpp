#include "sim/results.hpp"

namespace aif::sim {

Results::Results() = default;
Results::Results(Results const&) = default;
Results::Results(Results&&) noexcept = default;
Results& Results::operator=(Results const&) = default;
Results& Results::operator=(Results&&) noexcept = default;
Results::~Results() = default;


Variable const* SeriesGroup::find(std::string_view wanted) const {
  for (auto const& v : variables)
    if (v.name == wanted) return &v;
  return nullptr;
}

MetricValue const* Results::find(std::string_view id) const {
  for (auto const& m : summary)
    if (m.id == id) return &m;
  return nullptr;
}

SeriesGroup const* Results::find_series(std::string_view wanted) const {
  for (auto const& s : series)
    if (s.name == wanted) return &s;
  return nullptr;
}

}  // namespace aif::sim
