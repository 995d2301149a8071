#include "models/economics/tariff.hpp"
#include "core/calendar.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aif::economics {
namespace {

constexpr int kFirstHourOfMonth[13] = {0, 744, 1416, 2160, 2880, 3624, 4344, 5088, 5832, 6552, 7296, 8016, 8760};

bool counts(DemandCharge const& c, int hour, int first_weekday) {
  int const of_day = hour % 24;
  return of_day >= c.first_hour && of_day < c.last_hour && !(c.weekdays_only && is_weekend(hour, first_weekday));
}

// Flat price, or that of the first period that holds.
double energy_usd_per_j(TariffParams const& tariff, int hour, int first_weekday) {
  int const of_day = hour % 24, month = month_of_hour(hour) + 1;
  for (auto const& p : tariff.periods) {
    bool const in_season = p.first_month <= p.last_month ? month >= p.first_month && month <= p.last_month : month >= p.first_month || month <= p.last_month;
    if (in_season && of_day >= p.first_hour && of_day < p.last_hour && !(p.weekdays_only && is_weekend(hour, first_weekday))) return p.price_usd_per_j;
  }
  return tariff.energy_usd_per_j;
}

// Highest mean over the demand interval, per month, of the intervals that count.
std::array<double, 12> monthly_peaks(TariffParams const& tariff, MeterYear const& m, DemandCharge const& charge) {
  std::array<double, 12> peak{};
  auto const width = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(tariff.demand_interval_s / m.step_s)));
  for (std::size_t i = 0; i < m.power_w.size(); i += width) {
    std::size_t const end = std::min(i + width, m.power_w.size());
    int const hour = static_cast<int>(std::min(kHoursPerYear - 1, static_cast<std::size_t>(static_cast<double>(i) * m.step_s / 3600.0)));
    if (!counts(charge, hour, m.first_weekday)) continue;
    double const demand_w = std::accumulate(m.power_w.begin() + static_cast<std::ptrdiff_t>(i), m.power_w.begin() + static_cast<std::ptrdiff_t>(end), 0.0) / static_cast<double>(end - i);
    auto& month = peak[static_cast<std::size_t>(month_of_hour(hour))];
    month = std::max(month, demand_w);
  }
  return peak;
}

// Mean load in the hours of highest price: the hours of system peak, as far as a price series can tell.
double coincident_load_w(TariffParams const& tariff, MeterYear const& m) {
  if (m.price_usd_j.empty()) return *std::max_element(m.power_w.begin(), m.power_w.end());
  std::vector<std::size_t> order(m.price_usd_j.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto const n = std::min(order.size(), static_cast<std::size_t>(tariff.coincident_hours));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(), [&](auto a, auto b) {
    return m.price_usd_j[a] != m.price_usd_j[b] ? m.price_usd_j[a] > m.price_usd_j[b] : a < b;
  });
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += m.power_w[std::min(m.power_w.size() - 1, static_cast<std::size_t>(static_cast<double>(order[i]) * 3600.0 / m.step_s))];
  return n ? sum / static_cast<double>(n) : 0.0;
}

}  // namespace

int month_of_hour(int hour) {
  return static_cast<int>(std::upper_bound(kFirstHourOfMonth + 1, kFirstHourOfMonth + 12, hour) - kFirstHourOfMonth) - 1;
}

bool is_weekend(int hour, int first_weekday) { return (hour / 24 + first_weekday) % 7 >= 5; }

Bill bill_year(TariffParams const& tariff, MeterYear const& m) {
  Bill bill;
  if (m.power_w.empty()) return bill;
  for (std::size_t i = 0; i < m.power_w.size(); ++i) {
    auto const hour = std::min<std::size_t>(kHoursPerYear - 1, static_cast<std::size_t>(static_cast<double>(i) * m.step_s / 3600.0));
    double const energy_j = m.power_w[i] * m.step_s * tariff.loss_factor;
    double const wholesale_usd = m.price_usd_j.empty() ? 0.0 : energy_j * m.price_usd_j[hour % m.price_usd_j.size()];
    double const adder_usd = energy_j * energy_usd_per_j(tariff, static_cast<int>(hour), m.first_weekday);
    (m.price_usd_j.empty() ? bill.energy_usd : bill.delivery_usd) += adder_usd;
    bill.energy_usd += wholesale_usd;
    bill.month_usd[static_cast<std::size_t>(month_of_hour(static_cast<int>(hour)))] += wholesale_usd + adder_usd;
  }

  bill.peak_w = monthly_peaks(tariff, m, DemandCharge{});
  double const least_w = tariff.minimum_demand_w * tariff.minimum_demand_frac;
  double const share = static_cast<double>(m.power_w.size()) * m.step_s / kYear;  // of a year that is billed
  for (auto const& charge : tariff.demand) {
    auto const peaks = monthly_peaks(tariff, m, charge);
    double const year_peak = *std::max_element(peaks.begin(), peaks.end());  // a steady year repeats: the eleven months before hold its peak
    for (std::size_t month = 0; month < 12; ++month) {
      if (peaks[month] <= 0) continue;
      double const billed_w = std::max(peaks[month], charge.ratchet_frac * year_peak);
      double const usd = billed_w * charge.price_usd_per_w_month;
      bill.demand_usd += usd;
      bill.minimum_usd += std::max(0.0, least_w - billed_w) * charge.price_usd_per_w_month;
      bill.month_usd[month] += usd;
    }
  }
  bill.coincident_usd = coincident_load_w(tariff, m) * tariff.coincident_peak_usd_per_w_year * share;
  bill.fixed_usd = tariff.fixed_usd_per_s * kYear * share;
  return bill;
}

}  // namespace aif::economics
