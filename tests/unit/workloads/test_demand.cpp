// Demand of a year, backlog between windows, drawn lengths and arrivals.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/diagnostics.hpp"
#include "core/statistics.hpp"
#include "workloads/arrivals/arrivals.hpp"

using namespace aif;
using namespace aif::workloads;

TEST_CASE("a week of demand has the wanted mean and peak, whatever the window") {
  DemandProfile profile;
  for (int h = 0; h < 24; ++h) profile.hour[static_cast<std::size_t>(h)] = 1.0 + 0.6 * std::sin(h / 24.0 * 6.283185);
  profile.day = {1, 1, 1, 1, 1, 0.7, 0.6};
  DemandParams demand;
  demand.mean_per_s = 200;
  demand.peak_to_mean = 2.1;
  auto const hourly = offered_requests_s(demand, profile, 0.0, 3600.0, 168);
  auto const minutely = offered_requests_s(demand, profile, 0.0, 60.0, 168 * 60);
  CHECK(mean(hourly) == doctest::Approx(200).epsilon(1e-9));
  CHECK(mean(minutely) == doctest::Approx(200).epsilon(1e-6));
  CHECK(*std::max_element(hourly.begin(), hourly.end()) == doctest::Approx(420).epsilon(0.001));
  CHECK(*std::min_element(hourly.begin(), hourly.end()) >= 0);
  auto const shifted = offered_requests_s(demand, profile, 24.0, 3600.0, 24);
  for (std::size_t h = 0; h < 24; ++h) REQUIRE(shifted[h] == doctest::Approx(hourly[h + 24]));
  demand.growth_per_s = std::log(2.0) / (7 * 86400.0);
  auto const growing = offered_requests_s(demand, profile, 0.0, 3600.0, 336);
  for (std::size_t h = 0; h < 168; ++h) REQUIRE(growing[h + 168] == doctest::Approx(2 * growing[h]));
}

TEST_CASE("a profile without a day's hours is refused") {
  DemandProfile profile;
  profile.hour.resize(23);
  CHECK_THROWS_AS(offered_requests_s({}, profile, 0, 3600, 24), InputError);
}

TEST_CASE("backlog keeps every token: offered = served + given up + waiting") {
  double backlog = 0, offered_sum = 0, left_sum = 0;
  for (int i = 0; i < 100; ++i) {
    double const offered = 100.0 + 80.0 * std::sin(i * 0.3);
    auto const s = step_backlog(backlog, offered, 110.0, 120.0, 60.0);
    offered_sum += offered * 60;
    left_sum += (s.served_token_s + s.abandoned_token_s) * 60;
    backlog = s.backlog_token;
    REQUIRE(s.served_token_s <= 110.0 + 1e-9);
    REQUIRE(s.wait_s <= 120.0 + 1e-9);
  }
  CHECK(offered_sum == doctest::Approx(left_sum + backlog));
}

TEST_CASE("drawn lengths meet their quantiles, gaps their variation, and a stretched table its rate") {
  TokenParams tokens;
  tokens.input = {2100, 14000};
  tokens.output = {380, 1900};
  tokens.burstiness = 2.0;
  auto const table = synthesise_requests(tokens, 100000, 3);
  std::vector<double> in(table.input_token.begin(), table.input_token.end());
  CHECK(quantile(in, 0.5) == doctest::Approx(2100).epsilon(0.02));
  CHECK(quantile(in, 0.95) == doctest::Approx(14000).epsilon(0.03));
  CHECK(mean(in) == doctest::Approx(mean_token(tokens.input)).epsilon(0.03));
  double m = 0, s = 0;
  for (std::size_t i = 1; i < table.size(); ++i) {
    double const g = table.arrival_s[i] - table.arrival_s[i - 1];
    m += g;
    s += g * g;
  }
  m /= static_cast<double>(table.size() - 1);
  s /= static_cast<double>(table.size() - 1);
  CHECK(std::sqrt(s - m * m) / m == doctest::Approx(2.0).epsilon(0.05));
  auto const fast = with_rate(table, 50.0, table.size());
  CHECK(static_cast<double>(fast.size() - 1) / (fast.arrival_s.back() - fast.arrival_s.front()) == doctest::Approx(50.0).epsilon(1e-3));
  auto const twice = with_rate(table, 50.0, 2 * table.size());
  CHECK(std::is_sorted(twice.arrival_s.begin(), twice.arrival_s.end()));
}
