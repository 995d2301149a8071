// The Monte Carlo of failures and repairs against closed forms: binomial (k of n), series, parallel, Markov chain with a common cause, renewal with
// a spare part that has to be ordered, planned works, standby units.
#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>

#include "contracts/outage.hpp"
#include "sim/availability/availability.hpp"

using namespace aif;
using namespace aif::sim;

namespace {


constexpr int kYears = 4000;

UnitProcess unit(int component, int units, double per_year, double repair_h) {
  UnitProcess p;
  p.component = component;
  p.units = p.group_size = units;
  p.rate_per_s = per_year / kYear;
  p.repair_s = repair_h * kHour;
  return p;
}

SimulatedYears years_of(std::vector<UnitProcess> const& processes, int years = kYears) {
  int components = 0;
  for (auto const& p : processes) components = std::max(components, p.component + 1);
  return simulate_years(processes, std::vector<char>(static_cast<std::size_t>(components), 0), years, 7);
}

int out_of(SystemState const& s, int component) {
  for (auto const& c : s)
    if (c.component == component) return static_cast<int>(c.units.size());
  return 0;
}

// Share of the time in which `is_hit(state)`, as a band over the years.
template <class F>
YearBand share_of_time(SimulatedYears const& y, F&& is_hit) {
  std::vector<double> shares;
  for (auto const& segments : y.segments) {
    double s = 0;
    for (auto const& segment : segments)
      if (is_hit(y.states[static_cast<std::size_t>(segment.state)])) s += segment.to_s - segment.from_s;
    shares.push_back(s / kYear);
  }
  return year_band(shares);
}

// Within its own interval, widened from 90 % to 99.9 % so that a dozen checks with one seed are not a lottery.
void check_within(YearBand const& b, double exact) {
  double const half = 2.0 * (b.mean_high - b.mean);
  CAPTURE(b.mean);
  CAPTURE(exact);
  CHECK(std::abs(b.mean - exact) <= half);
  CHECK(half < 0.25 * exact);  // and the interval says something
}

}  // namespace

TEST_CASE("k of n: units that fail and are mended by themselves are out as the binomial law says") {
  double const per_year = 6, repair_h = 120, u = per_year * repair_h / 8760 / (1 + per_year * repair_h / 8760);
  auto const y = years_of({unit(0, 5, per_year, repair_h)});
  for (int k = 1; k <= 3; ++k) {
    double const exact = std::tgamma(6.0) / std::tgamma(k + 1.0) / std::tgamma(6.0 - k) * std::pow(u, k) * std::pow(1 - u, 5 - k);
    check_within(share_of_time(y, [&](auto const& s) { return out_of(s, 0) == k; }), exact);
  }
  CHECK(binomial_tail(5, 2, u) == doctest::Approx(1 - std::pow(1 - u, 5) - 5 * u * std::pow(1 - u, 4)));
  CHECK(binomial_tail(44, 0, 0.1) == 1);
  CHECK(binomial_tail(3, 4, 0.1) == 0);
}

TEST_CASE("series and parallel: two kinds of unit are out together by the product of their shares") {
  auto const share = [](double per_year, double repair_h) { return per_year * repair_h / 8760 / (1 + per_year * repair_h / 8760); };
  double const a = share(10, 80), b = share(4, 300);
  auto const y = years_of({unit(0, 1, 10, 80), unit(1, 1, 4, 300)});
  check_within(share_of_time(y, [](auto const& s) { return out_of(s, 0) + out_of(s, 1) > 0; }), 1 - (1 - a) * (1 - b));  // series
  check_within(share_of_time(y, [](auto const& s) { return out_of(s, 0) > 0 && out_of(s, 1) > 0; }), a * b);            // parallel
}

TEST_CASE("common cause: a pair with a share of joint failures is the three-state Markov chain") {
  double const lambda = 3, mu = 8760.0 / 200, beta = 0.2;  // per year
  auto p = unit(0, 2, lambda, 200);
  p.common_frac = beta;
  // Cuts: 2 lambda P0 = mu P1;   2 lambda beta P0 + lambda P1 = 2 mu P2.
  double const r1 = 2 * lambda / mu, r2 = (2 * lambda * beta + lambda * r1) / (2 * mu), p0 = 1 / (1 + r1 + r2);
  auto const y = years_of({p});
  check_within(share_of_time(y, [](auto const& s) { return out_of(s, 0) == 1; }), r1 * p0);
  check_within(share_of_time(y, [](auto const& s) { return out_of(s, 0) == 2; }), r2 * p0);
  p.common_frac = 0;
  CHECK(share_of_time(years_of({p}), [](auto const& s) { return out_of(s, 0) == 2; }).mean < r2 * p0);
}

TEST_CASE("a part that has to be ordered: down for lead and repair; a part on the shelf saves the lead, the second saves less") {
  auto p = unit(0, 1, 2, 50);
  p.lead_s = 400 * kHour;
  auto const down = [&](int stock) {
    p.stock = stock;
    return share_of_time(years_of({p}), [](auto const& s) { return out_of(s, 0) > 0; });
  };
  double const cycle = 8760.0 / 2;
  YearBand const none = down(0), one = down(1), two = down(2), always = down(-1);
  check_within(none, 450 / (cycle + 450));     // alternating renewal
  check_within(always, 50 / (cycle + 50));
  CHECK(none.mean > one.mean);
  CHECK(one.mean >= two.mean);
  CHECK(two.mean >= always.mean - 1e-12);
  CHECK(none.mean - one.mean > one.mean - two.mean);
}

TEST_CASE("planned works start in their hours, one at a time, and take what they take") {
  auto p = unit(0, 6, 2, 8);
  p.is_planned = true;
  p.from_h = 22, p.to_h = 4;  // over midnight
  p.error_frac = 0.1, p.error_repair_s = 2 * kHour;
  RandomStream const random(3, Stream::failures);
  double hours = 0, works = 0, mistakes = 0;
  for (std::uint64_t year = 0; year < 500; ++year) {
    double busy_until = 0;
    for (auto const& a : simulate_units(p, 0, nullptr, random, year)) {
      if (a.reason == Reason::human_error) {
        ++mistakes;
        continue;
      }
      double const h = std::fmod(a.from_s / kHour, 24);
      CHECK((h >= 22 - 1e-6 || h < 4));
      CHECK(a.from_s >= busy_until - 1e-6);
      busy_until = a.to_s;
      ++works, hours += (a.to_s - a.from_s) / kHour;
    }
  }
  CHECK(works / 500 == doctest::Approx(12).epsilon(0.03));
  CHECK(hours / works == doctest::Approx(8).epsilon(0.01));
  CHECK(mistakes / works == doctest::Approx(0.1).epsilon(0.15));
}

TEST_CASE("standby units: a share does not start, others stop on the way, and all are back when the call ends") {
  auto grid = unit(0, 2, 12, 6);
  grid.takes_all = true;
  auto sets = unit(1, 20, 0, 48);
  sets.called_by = 0, sets.start_fail_frac = 0.05, sets.run_rate_per_s = 0.02 / kHour;
  RandomStream const random(5, Stream::failures);
  double calls = 0, started_not = 0, stopped = 0, running_h = 0;
  for (std::uint64_t year = 0; year < 800; ++year) {
    auto const outages = simulate_units(grid, 0, nullptr, random, year);
    for (std::size_t i = 0; i < outages.size(); i += 2) calls += 1, running_h += (outages[i].to_s - outages[i].from_s) / kHour;
    for (auto const& a : simulate_units(sets, 1, &outages, random, year)) {
      (a.reason == Reason::start ? started_not : stopped) += 1;
      bool const inside = std::any_of(outages.begin(), outages.end(), [&](auto const& o) { return a.from_s >= o.from_s - 1e-6 && a.to_s <= o.to_s + 1e-6; });
      CHECK(inside);
    }
  }
  CHECK(started_not / calls == doctest::Approx(1.0).epsilon(0.05));  // 20 x 5 %
  CHECK(stopped / (0.95 * 20 * running_h * 0.02) == doctest::Approx(1.0).epsilon(0.12));
}

TEST_CASE("equal groups are one state, whichever is hit") {
  auto p = unit(0, 12, 20, 100);
  p.group_size = 4;
  for (auto const& s : years_of({p}, 200).states) {
    int last = 5;
    for (int g = 0; g < 3; ++g) {
      int n = 0;
      for (int u : s[0].units) n += u / 4 == g ? 1 : 0;
      CHECK(n <= last);
      last = n;
    }
  }
}

TEST_CASE("years are the same bits for any number of threads, and one kind does not disturb another's draws") {
  std::vector<UnitProcess> const site{unit(0, 8, 3, 60), unit(1, 3, 5, 200), unit(2, 40, 0.5, 24)};
  int const before = omp_get_max_threads();
  auto const text = [&](std::vector<UnitProcess> const& p) {
    auto const y = years_of(p, 100);
    std::vector<double> all;
    for (auto const& segments : y.segments)
      for (auto const& s : segments) all.insert(all.end(), {s.from_s, s.to_s, static_cast<double>(s.state)});
    return all;
  };
  std::vector<double> reference;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    auto const now = text(site);
    if (reference.empty()) reference = now;
    CHECK(now == reference);
  }
  omp_set_num_threads(before);
  auto changed = site;
  changed[1].repair_s *= 2;
  RandomStream const random(7, Stream::failures);
  auto const a = simulate_units(site[2], 2, nullptr, random, 11), b = simulate_units(changed[2], 2, nullptr, random, 11);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].from_s == b[i].from_s);
}

TEST_CASE("bands of years: the mean's interval shrinks with years, the 99th percentile stands inside its own") {
  std::vector<double> small, large;
  RandomStream const random(1, Stream::sampling);
  for (std::uint64_t i = 0; i < 4000; ++i) {
    double const x = random.exponential(0, i, 10);
    if (i < 100) small.push_back(x);
    large.push_back(x);
  }
  YearBand const a = year_band(small), b = year_band(large);
  CHECK(b.mean_high - b.mean_low < a.mean_high - a.mean_low);
  CHECK(b.mean_low < 10);
  CHECK(b.mean_high > 10);
  double const exact = 10 * std::log(100.0);
  CHECK(b.p99_low < exact);
  CHECK(b.p99_high > exact);
  CHECK(b.p50 <= b.p90);
  CHECK(b.p90 <= b.p99);
  CHECK(b.p99 <= b.worst);
}

TEST_CASE("what is rare and never negative has no negative mean; what may be negative keeps its interval") {
  std::vector<double> rare(100, 0.0);
  rare[7] = 3;
  YearBand const hours = year_band(rare);
  CHECK(hours.mean_low == 0);
  CHECK(hours.mean_high > hours.mean);
  rare[8] = -3;
  YearBand const worth = year_band(rare);
  CHECK(worth.mean_low < 0);
  CHECK(worth.mean_high - worth.mean == doctest::Approx(worth.mean - worth.mean_low));
}
