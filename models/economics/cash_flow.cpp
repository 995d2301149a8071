#include "models/economics/cash_flow.hpp"

#include <cmath>
#include <limits>

namespace aif::economics {
namespace {

double present(std::vector<double> const& net, double rate) {
  double sum = 0;
  for (std::size_t year = 0; year < net.size(); ++year) sum += net[year] / std::pow(1 + rate, static_cast<double>(year));
  return sum;
}

// Rate at which the flow is worth nothing, by bisection between -90 % and 1000 %; NaN when the ends agree in sign.
double internal_rate(std::vector<double> const& net) {
  double low = -0.9, high = 10;
  if (present(net, low) * present(net, high) > 0) return std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < 80; ++i) {
    double const middle = 0.5 * (low + high);
    (present(net, low) * present(net, middle) <= 0 ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

CashFlow cash_flow(CashPlan const& p) {
  CashFlow out;
  int const years = static_cast<int>(std::lround(p.horizon_years));
  out.net_usd.assign(static_cast<std::size_t>(years) + 1, 0.0);
  std::vector<double> cost(out.net_usd.size(), 0.0), output(out.net_usd.size(), 0.0);
  for (auto const& part : p.capital) {
    double last_price = part.usd, bought = 0;
    cost[0] += part.usd;
    for (double at = part.life_years; part.life_years > 0 && at < p.horizon_years - 1e-9; at += part.life_years) {
      last_price = part.usd * std::pow(1 + p.price_change_per_year, at);
      bought = at;
      cost[static_cast<std::size_t>(std::lround(at))] += last_price;
      out.replaced_usd += last_price;
    }
    // Straight line over what is left of the last one's life.
    double const left = part.life_years > 0 ? std::max(0.0, 1 - (p.horizon_years - bought) / part.life_years) : 0;
    cost.back() -= last_price * left;
    out.residual_usd += last_price * left;
  }
  for (std::size_t year = 1; year < out.net_usd.size(); ++year) {
    cost[year] += p.cost_usd_year;
    output[year] = p.output_year;
    out.net_usd[year] += p.income_usd_year * std::pow(1 + p.income_growth_per_year, static_cast<double>(year) - 1);
  }
  for (std::size_t year = 0; year < out.net_usd.size(); ++year) out.net_usd[year] -= cost[year];
  out.npv_usd = present(out.net_usd, p.rate);
  out.irr = internal_rate(out.net_usd);
  double const output_now = present(output, p.rate);
  out.levelised_usd = output_now > 0 ? present(cost, p.rate) / output_now : 0;
  out.payback_years = std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t year = 0; year < out.net_usd.size(); ++year) {
    if (sum < 0 && sum + out.net_usd[year] >= 0) out.payback_years = static_cast<double>(year) - 1 + -sum / out.net_usd[year];
    sum += out.net_usd[year];
    if (sum >= 0 && std::isfinite(out.payback_years)) break;
  }
  return out;
}

}  // namespace aif::economics
