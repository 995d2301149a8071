#include "models/economics/people.hpp"
#include "core/calendar.hpp"

#include <algorithm>
#include <limits>

namespace aif::economics {
namespace {
constexpr double kHoursPerWeek = 168;
}

double heads(RoleParams const& r, PeopleDrivers const& d) {
  return std::max(r.minimum, r.fixed + r.per_site * d.sites + r.per_1000_devices * d.devices / 1000 + r.per_model * d.models + r.per_domain * d.domains);
}

double at_work(RoleParams const& r, PeopleDrivers const& d) { return heads(r, d) * r.hours_per_week / kHoursPerWeek * r.productive_frac; }

double cost_usd_year(RoleParams const& r, PeopleDrivers const& d) { return heads(r, d) * r.cost_usd_per_s * kYear; }

double gate_wait_s(double work_s, double testers, double releases_per_s) {
  if (work_s <= 0) return 0;
  if (!(testers > 0)) return std::numeric_limits<double>::infinity();
  double const service_s = work_s / testers, load = releases_per_s * service_s;
  if (load >= 1) return std::numeric_limits<double>::infinity();
  return service_s + 0.5 * load * service_s / (1 - load);  // Pollaczek-Khinchine with constant service
}

}  // namespace aif::economics
