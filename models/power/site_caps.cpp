#include <algorithm>
#include <cmath>
#include <limits>

#include "models/power/site.hpp"

namespace aif::power {
namespace {

// Site flow at scaled rack watts, without dispatch: what the caps are solved on.
SitePowerOutputs flow_at(SitePower const& site, SitePowerInputs const& in) {
  SitePowerState scratch = initial_state(site);
  scratch.battery.energy_j = 0;  // neither charges nor discharges: the caller counts on onsite_w
  SitePowerInputs quiet = in;
  quiet.import_limit_w = 0;
  return solve_window(site, scratch, quiet, 1.0);
}

double total_it_w(SitePower const& site, SitePowerInputs const& in) {
  double sum = 0;
  for (std::size_t g = 0; g < site.groups.size(); ++g) sum += site.groups[g].racks * site.fed_frac * in.delivered_frac[g] * in.it_rack_w[g];
  return sum;
}

// Shares `target_w` among the groups, those that cannot be capped first: fair holds every rack to the same fraction of its rating (those below
// it keep what they ask for),
// priority serves the lowest number first.
void share(SitePower const& site, SitePowerInputs const& asked, double target_w, std::array<double, kMaxGroups>& granted) {
  std::size_t const n = site.groups.size();
  auto count = [&](std::size_t g) { return site.groups[g].racks * site.fed_frac * asked.delivered_frac[g]; };
  std::array<bool, kMaxGroups> done{};
  double left = target_w;
  for (std::size_t g = 0; g < n; ++g)
    if (!site.groups[g].can_be_capped) {
      granted[g] = asked.it_rack_w[g];
      done[g] = true;
      left -= count(g) * granted[g];
    }
  if (site.params.plant.oversubscription.policy == CapPolicy::fair) {
    // The common fraction f solves sum n_g min(request_g, f rated_g) = target: piecewise linear and rising in f; walk the break points.
    double low = 0;
    for (std::size_t pass = 0; pass <= n; ++pass) {
      double weight = 0;
      for (std::size_t g = 0; g < n; ++g)
        if (!done[g]) weight += count(g) * site.groups[g].rated_w;
      if (weight <= 0) break;
      low = left / weight;
      bool changed = false;
      for (std::size_t g = 0; g < n; ++g)
        if (!done[g] && asked.it_rack_w[g] <= low * site.groups[g].rated_w) {
          done[g] = changed = true;
          left -= count(g) * asked.it_rack_w[g];
        }
      if (!changed) break;
    }
    for (std::size_t g = 0; g < n; ++g) granted[g] = done[g] ? asked.it_rack_w[g] : std::max(low, 0.0) * site.groups[g].rated_w;
    return;
  }
  while (true) {
    int level = std::numeric_limits<int>::max();
    for (std::size_t g = 0; g < n; ++g)
      if (!done[g]) level = std::min(level, site.groups[g].priority);
    if (level == std::numeric_limits<int>::max()) return;
    double asked_w = 0;
    for (std::size_t g = 0; g < n; ++g)
      if (!done[g] && site.groups[g].priority == level) asked_w += count(g) * asked.it_rack_w[g];
    double const frac = asked_w > left ? std::max(left, 0.0) / asked_w : 1.0;
    for (std::size_t g = 0; g < n; ++g)
      if (!done[g] && site.groups[g].priority == level) {
        granted[g] = asked.it_rack_w[g] * frac;
        done[g] = true;
      }
    left -= asked_w * frac;
  }
}

// Largest value over limit of the elements that see the site's total, with the help of the site's own sources on the import.
double worst_ratio(SitePower const& site, SitePowerInputs const& in, SitePowerOutputs const& out, double onsite_w, int& element) {
  double const import_limit = on_utility(site, in) ? std::min(site.elements[kImport].limit, in.import_limit_w) : site.generator_w;
  double const net_w = std::max(out.utility_w + out.generator_w - onsite_w, 0.0);
  double ratio = import_limit > 0 ? net_w / import_limit : (net_w > 0 ? 1e9 : 0.0);
  element = kImport;
  if (double const r = std::hypot(net_w, out.utility_var) / site.elements[kImportApparent].limit; r > ratio) ratio = r, element = kImportApparent;
  if (out.highest_element >= kMainTransformer && out.highest_element < kFirstRow && out.highest_loading > ratio) ratio = out.highest_loading, element = out.highest_element;
  return ratio;
}

}  // namespace

int power_caps(SitePower const& site, SitePowerInputs const& requested, std::span<double> cap_rack_w, double onsite_w) {
  std::size_t const n = site.groups.size();
  double const inf = std::numeric_limits<double>::infinity();
  int binding = -1;
  SitePowerInputs asked = requested;
  double hardest = 1;
  for (std::size_t g = 0; g < n; ++g) {
    cap_rack_w[g] = inf;
    double const limit = site.groups[g].row_cap_w;
    if (asked.delivered_frac[g] > 0 && asked.it_rack_w[g] > limit) {
      if (asked.it_rack_w[g] / limit > hardest) hardest = asked.it_rack_w[g] / limit, binding = kFirstRow + static_cast<int>(g);
      asked.it_rack_w[g] = cap_rack_w[g] = limit;
    }
  }
  int element = -1;
  if (worst_ratio(site, asked, flow_at(site, asked), onsite_w, element) <= 1) return binding;

  // Ratio rises with the racks' total T: bracket [0, T], then regula falsi (Illinois variant) to 1e-9 of T, ending on the safe side.
  double const total = total_it_w(site, asked);
  SitePowerInputs trial = asked;
  std::array<double, kMaxGroups> granted{};
  auto excess = [&](double target) {
    share(site, asked, target, granted);
    for (std::size_t g = 0; g < n; ++g) trial.it_rack_w[g] = granted[g];
    return worst_ratio(site, trial, flow_at(site, trial), onsite_w, element) - 1;
  };
  double high = total, f_high = excess(high);
  int const first_element = element;
  double low = 0, f_low = excess(low);
  if (f_low > 0) {  // not even dark racks fit: mechanical and other load alone are above the limit
    for (std::size_t g = 0; g < n; ++g) cap_rack_w[g] = 0;
    return first_element;
  }
  for (int k = 0; k < 60 && high - low > 1e-9 * total; ++k) {
    double const mid = std::clamp(high - f_high * (high - low) / (f_high - f_low), low + 1e-10 * total, high - 1e-10 * total);
    double const f = excess(mid);
    if (f > 0) high = mid, f_high = f, f_low *= 0.5;
    else low = mid, f_low = f, f_high *= 0.5;
    if (f <= 0 && f > -1e-9) break;
  }
  excess(low);
  for (std::size_t g = 0; g < n; ++g)
    if (granted[g] < asked.it_rack_w[g]) cap_rack_w[g] = granted[g];
  return hardest > 1 + f_high && binding >= 0 ? binding : first_element;
}

}  // namespace aif::power
