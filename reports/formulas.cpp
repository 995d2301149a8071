#include "reports/formulas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/statistics.hpp"
#include "reports/display.hpp"
#include "reports/packed_series.hpp"
#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

constexpr double kMtok = 1e6;

// What the formulas draw from; every number is one of the result's.
class Book {
 public:
  explicit Book(sim::Results const& results) : r_(results), steady_(find_group(results, "ts_", false)), delivered_(find_group(results, "as_delivered", false)) {}

  sim::SeriesGroup const* steady() const { return steady_; }
  sim::SeriesGroup const* delivered() const { return delivered_; }
  double seconds() const { return steady_ ? steady_->step_s * static_cast<double>(steady_->n_steps) : 8760 * 3600.0; }
  double metric(std::string const& id) const { auto const* m = r_.find(id); return m ? m->value : std::nan(""); }
  double flow(std::string_view from, std::initializer_list<std::string_view> to) const {
    double sum = 0;
    for (auto const& f : r_.flows)
      if (f.from == from)
        for (auto prefix : to) sum += f.to.starts_with(prefix) ? f.energy_j : 0;
    return sum;
  }
  double site_j() const {
    double sum = 0;
    for (auto const& f : r_.flows) sum += f.to == "site" ? f.energy_j : 0;
    return sum;
  }
  // Of the windows themselves, not of hours: peaks are those of a window.
  std::vector<double> windows(sim::SeriesGroup const* group, std::string_view name, std::size_t entity = 0) const {
    auto const* v = group ? group->find(name) : nullptr;
    if (!v || group->n_steps == 0) return {};
    std::size_t const entities = v->values.size() / group->n_steps;
    std::vector<double> out;
    for (std::size_t i = 0; entity < entities && i < group->n_steps; ++i) out.push_back(static_cast<double>(v->values[i * entities + entity]));
    return out;
  }
  double mean_of_text(sim::SeriesGroup const* group, std::string_view name) const {
    double sum = 0;
    auto const names = labels_of(group, "workload");
    for (std::size_t w = 0; w < names.size(); ++w)
      if (makes_text(names[w])) sum += mean(windows(group, name, w));
    return sum;
  }
  static double mean(std::vector<double> const& v) { return v.empty() ? std::nan("") : std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()); }
  bool makes_text(std::string const& id) const { return std::isfinite(metric("workload." + id + ".tokens.good.rate")); }
  double fact(std::string const& pointer) const { return SiteFacts(r_).number(pointer); }
  double over_workloads(std::string const& suffix, bool text_only) const {
    double sum = 0;
    for (auto const& w : r_.workloads)
      if (double const v = metric("workload." + w.id + "." + suffix); std::isfinite(v) && (!text_only || makes_text(w.id))) sum += v;
    return sum;
  }
  double devices() const {
    double n = 0;
    for (auto const& line : r_.inventory)
      if (line.component.ends_with(".device")) n += line.count;
    return n;
  }
  double capital_and_running() const {
    double sum = 0;
    for (auto const& line : r_.costs) sum += line.annual_usd;
    return sum;
  }
  double bill() const { return r_.bill.total_usd(); }
  std::size_t index_of(std::string const& workload) const {
    auto const names = labels_of(steady_, "workload");
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), workload) - names.begin());
  }

 private:
  sim::Results const& r_;
  sim::SeriesGroup const *steady_, *delivered_;
};

char const* const kFlows = "table: energy flow of the steady year";
char const* const kColumns = "hourly columns of the result";

Term e_site(Book const& b) { return {"E_site", "electricity of the site, grid and own generation", "J", kFlows, b.site_j()}; }
Term e_it(Book const& b) { return {"E_IT", "electricity into the racks", "J", kFlows, b.flow("site", {"IT"})}; }
Term time_of(Book const& b) { return {"T", "length of the run", "s", "simulation.duration", b.seconds()}; }
Term good(Book const& b) { return {"N_good", "good output tokens: their rate times the length of the run", "1", "figure tokens.good.rate", b.metric("tokens.good.rate") * b.seconds()}; }
Term charged(Book const& b) { return {"c", "share of the workloads' IT power that makes text", "1", "figures workload.*.it.power", b.over_workloads("it.power", true) / b.over_workloads("it.power", false)}; }
Term cost(Book const& b) { return {"C", "levelised cost of the run", "USD", "table: cost build-up", b.capital_and_running() * b.seconds() / (8760 * 3600.0)}; }
Term bill(Book const& b) { return {"B", "electricity bill of the run", "USD", "table: electricity bill", b.bill()}; }

Formula ratio(Term a, Term b) {
  Formula f{a.symbol + " / " + b.symbol, {}, a.value / b.value};
  f.terms = {std::move(a), std::move(b)};
  return f;
}
Formula part_of_it(Book const& b, char const* symbol, char const* name, double energy_j) { return ratio({symbol, name, "J", kFlows, energy_j}, e_it(b)); }
Formula single(std::string text, Term t) { return {std::move(text), {t}, t.value}; }

// c x A / N: what is charged to text, over its good tokens or a million of them.
Formula per_token(Book const& b, Term amount, bool million) {
  Term n = good(b), c = charged(b);
  double const value = c.value * amount.value / (n.value / (million ? kMtok : 1));
  Formula f{fmt::format("c × {} / {}", amount.symbol, million ? "(N_good / 1,000,000)" : "N_good"), {}, value};
  f.terms = {std::move(c), std::move(amount), std::move(n)};
  return f;
}

Formula sum_over(Book const& b, std::string const& suffix, bool text_only) {
  return single("Σ over the " + std::string(text_only ? "text-generating workloads" : "workloads"), {"Σ", label_of(suffix) + " of each workload, added", "1 s-1", "figures workload.*." + suffix, b.over_workloads(suffix, text_only)});
}

double worst_month(Book const& b) {
  auto const site = b.windows(b.steady(), "facility_power"), it = b.windows(b.steady(), "it_power");
  std::array<double, 12> s{}, i{};
  for (std::size_t k = 0; k < site.size(); ++k) {
    auto const m = static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(static_cast<double>(k) * b.steady()->step_s / 3600) % 8760));
    s[m] += site[k], i[m] += it[k];
  }
  double most = 0;
  for (std::size_t m = 0; m < 12; ++m) most = i[m] > 0 ? std::max(most, s[m] / i[m]) : most;
  return most;
}

std::optional<Formula> of_power(Book const& b, std::string const& id) {
  auto const peak = [&](char const* column, char const* name) {
    auto const v = b.windows(b.steady(), column);
    return v.empty() ? std::optional<Formula>{} : single("highest window of the year", {"P_max", name, "W", kColumns, *std::max_element(v.begin(), v.end())});
  };
  if (id == "it.power") return ratio(e_it(b), time_of(b));
  if (id == "facility.power") return ratio(e_site(b), time_of(b));
  if (id == "energy") return single("E_site", e_site(b));
  if (id == "pue") return ratio(e_site(b), e_it(b));
  if (id == "pue.electrical") return part_of_it(b, "E_loss", "losses of transformers, cables, UPS, busways, battery", b.flow("site", {"loss"}));
  if (id == "pue.liquid") return part_of_it(b, "E_liquid", "pumps of distribution units and facility water", b.flow("cooling", {"cdu_pumps", "fws_pumps"}));
  if (id == "pue.air") return part_of_it(b, "E_air", "air handlers and chilled-water pumps", b.flow("cooling", {"air_fans", "chw_pumps"}));
  if (id == "pue.plant") return part_of_it(b, "E_plant", "heat rejection, chillers and their pumps", b.flow("site", {"cooling"}) - b.flow("cooling", {"cdu_pumps", "fws_pumps", "air_fans", "chw_pumps"}));
  if (id == "pue.month.peak") return single("highest of the twelve months' E_site / E_IT", {"PUE_month", "energy-weighted PUE of the worst month", "1", kColumns, worst_month(b)});
  if (id == "facility.power.peak") return peak("facility_power", "site power");
  if (id == "it.power.peak") return peak("it_power", "power into the racks");
  if (id == "facility.power.p95") {
    auto v = b.windows(b.steady(), "facility_power");
    return v.empty() ? std::optional<Formula>{} : single("95th percentile of the windows", {"P_95", "site power", "W", kColumns, quantile(v, 0.95)});
  }
  double const water_m3 = Book::mean(b.windows(b.steady(), "water")) * b.seconds();
  if (id == "water") return single("Σ make-up water of the windows", {"V", "make-up water", "m3", kColumns, water_m3});
  if (id == "wue.source") {
    Term v{"V", "make-up water of the year", "m3", kColumns, water_m3}, w{"w", "water at the source of electricity from the grid", "m3 J-1", "cooling.water.at_source", b.fact("/cooling/water/at_source")};
    Term grid{"E_grid", "electricity from the grid", "J", kFlows, b.flow("grid", {"site"})}, it = e_it(b);
    Formula f{"(V + w × E_grid) / E_IT", {}, (v.value + w.value * grid.value) / it.value};
    f.terms = {std::move(v), std::move(w), std::move(grid), std::move(it)};
    return f;
  }
  if (id == "heat.reused") return single("Σ heat to the sink of the windows", {"Q", "heat to the sink", "J", kColumns, Book::mean(b.windows(b.steady(), "reused_heat")) * b.seconds()});
  if (id == "wue") return ratio({"V", "make-up water of the year", "m3", kColumns, water_m3}, e_it(b));
  if (id == "power_factor.min" || id == "facility.apparent_power.peak") {
    auto const p = b.windows(b.steady(), "facility_power"), q = b.windows(b.steady(), "utility_reactive_power");
    if (p.empty() || q.size() != p.size() || b.flow("generators", {"site"}) + b.flow("gas engines", {"site"}) + b.flow("solar", {"site"}) > 0) return Formula{id == "power_factor.min" ? "lowest |P| / √(P² + Q²) of the windows" : "highest √(P² + Q²) of the windows", {}};
    double least = 1, most = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      double const s = std::hypot(p[i], q[i]);
      most = std::max(most, s), least = s > 0 ? std::min(least, std::abs(p[i]) / s) : least;
    }
    return id == "power_factor.min" ? single("lowest |P| / √(P² + Q²) of the windows", {"cos φ", "import and reactive power at the grid connection", "1", kColumns, least})
                                    : single("highest √(P² + Q²) of the windows", {"S", "import and reactive power at the grid connection", "VA", kColumns, most});
  }
  return std::nullopt;
}

std::optional<Formula> of_own_sources(Book const& b, std::string const& id) {
  if (id == "generation.energy") return single("generators + gas engines + solar", {"E_own", "electricity of own generation", "J", kFlows, b.flow("generators", {"site"}) + b.flow("gas engines", {"site"}) + b.flow("solar", {"site"})});
  if (id == "curtailable.power") return single("mean over the windows of the steady year", {"P_give", "import that could be given up for an hour", "W", kColumns, Book::mean(b.windows(b.steady(), "curtailable_power"))});
  if (id == "curtailable.onsite") return Formula{"mean over the windows: what batteries and own generation could give for an hour and do not, at most the import", {}};
  if (id == "generator.fuel") return Formula{"Σ over the windows: fuel curve of the running generators", {}};
  if (id == "gas.fuel") return Formula{"Σ over the windows: units that run × (fuel at no load + slope × output)", {}};
  if (id == "battery.fade") return Formula{"calendar fade × time + cycle fade × full cycles", {}};
  if (id == "carbon.marginal") return Formula{"Σ over the windows: import × marginal carbon intensity of the hour, and the CO2 of fuel burnt on site", {}};
  if (id == "dc.collapse_margin") return Formula{"load of a DC run at which no voltage is left over its rated load, the least of the pods", {}};
  return std::nullopt;
}

std::optional<Formula> of_money(Book const& b, std::string const& id) {
  if (id == "energy.per_output_token") return per_token(b, e_site(b), false);
  if (id == "cost.per_mtok_out") return per_token(b, cost(b), true);
  if (id == "cost.energy_per_mtok_out") return per_token(b, bill(b), true);
  if (id == "carbon.per_mtok_out") return per_token(b, {"M", "CO2 of the electricity", "kg", "figure carbon", b.metric("carbon")}, true);
  if (id == "cost.year") return single("Σ cost lines", cost(b));
  if (id == "cost.energy_share") return ratio(bill(b), cost(b));
  if (id == "cost.per_device_hour" && b.devices() > 0) {
    Formula f{"C / (n × T / 3600 s)", {cost(b), {"n", "accelerators installed", "1", "bill of quantities", b.devices()}, time_of(b)}};
    f.value = f.terms[0].value / (b.devices() * b.seconds() / 3600);
    return f;
  }
  if (id == "carbon") return Formula{"Σ over the windows: import × grid carbon intensity of the hour, and the CO2 of fuel burnt on site", {}};
  return std::nullopt;
}

std::optional<Formula> of_tokens(Book const& b, std::string const& id) {
  for (char const* suffix : {"tokens.out.rate", "tokens.good.rate", "tokens.in.rate", "tokens.cached.rate"})
    if (id == suffix) return sum_over(b, suffix, true);
  if (id == "tokens.ref.rate" || id == "training.tokens.rate") return sum_over(b, id, false);
  if (id == "goodput.fraction") {
    double const asked = b.mean_of_text(b.steady(), "tokens_offered");
    if (!(asked > 0)) return std::nullopt;
    return ratio({"N_good", "good output tokens a second", "1 s-1", "figure tokens.good.rate", b.metric("tokens.good.rate")}, {"N_asked", "output tokens asked for a second", "1 s-1", kColumns, asked});
  }
  if (id == "tokens.out.rate.as_delivered") return single("mean over the first year", {"N_out", "output tokens a second, text-generating workloads", "1 s-1", "as-delivered columns", b.mean_of_text(b.delivered(), "tokens_out")});
  if (id == "facility.power.as_delivered") return single("mean over the first year", {"P", "site power", "W", "as-delivered columns", Book::mean(b.windows(b.delivered(), "facility_power"))});
  if (id == "stranded.it_power.as_delivered") {
    double const w = Book::mean(b.windows(b.delivered(), "stranded_rack_power"));
    if (std::isfinite(w)) return single("mean of: racks in the halls − min(racks in production, import energised), design power", {"P_stranded", "racks that stand and cannot run", "W", "as-delivered columns", w});
  }
  return std::nullopt;
}

std::optional<Formula> of_workload(Book const& b, std::string const& id, std::string const& suffix) {
  std::string const at = "workload." + id + ".";
  double const share = b.metric(at + "it.power") / b.over_workloads("it.power", false);
  Term const c{"c", "share of the workloads' IT power that is its own", "1", "figures workload.*.it.power", share};
  Term const made{"N_good", suffix.ends_with("unit") ? "units delivered in time" : "its good output tokens", "1", "figure " + at + (suffix.ends_with("unit") ? "units.good.rate" : "tokens.good.rate"),
                  b.metric(at + (suffix.ends_with("unit") ? "units.good.rate" : "tokens.good.rate")) * b.seconds()};
  if (suffix == "energy.per_output_token" || suffix == "energy.per_unit") return Formula{"c × E_site / N_good", {c, e_site(b), made}, share * b.site_j() / made.value};
  if (suffix == "cost.per_mtok_out") return Formula{"c × C / (N_good / 1,000,000)", {c, cost(b), made}, share * cost(b).value / (made.value / kMtok)};
  if (suffix == "cost.per_unit") return Formula{"c × C / N_good", {c, cost(b), made}, share * cost(b).value / made.value};
  std::size_t const w = b.index_of(id);
  auto const column = [&](char const* name, char const* what) { return single("mean over the windows of the steady year", {"n", what, "1 s-1", kColumns, Book::mean(b.windows(b.steady(), name, w))}); };
  if (suffix == "tokens.out.rate" || suffix == "units.rate") return column("tokens_out", "made a second");
  if (suffix == "tokens.good.rate" || suffix == "units.good.rate") return column("tokens_good", "made in time a second");
  if (suffix == "training.tokens.rate") return column("tokens_trained", "trained a second, after failures and checkpoints");
  if (suffix == "goodput.fraction")
    return ratio({"N_good", "made in time a second", "1 s-1", kColumns, Book::mean(b.windows(b.steady(), "tokens_good", w))}, {"N_asked", "asked for a second", "1 s-1", kColumns, Book::mean(b.windows(b.steady(), "tokens_offered", w))});
  if (suffix.starts_with("ttft") || suffix.starts_with("tpot") || suffix.starts_with("latency"))
    return Formula{"Σ (tokens × time) / Σ tokens over the windows; the time of a window is read from the operating map of the racks at its load and clock", {}};
  if (suffix == "it.power") return Formula{"electricity into its racks over the length of the run", {}};
  if (suffix == "it.power.per_node") return Formula{"electricity into its racks over the server-seconds delivered", {}};
  if (suffix == "clock.fraction") return Formula{"Σ (clock × energy) / Σ energy over the windows", {}};
  if (suffix == "mfu") return Formula{"model operations of a training step over its time and the rated operations of its accelerators", {}};
  if (suffix.starts_with("tokens.")) return Formula{"mean over the windows of the steady year", {}};
  return std::nullopt;
}

}  // namespace

std::string Term::shown() const {
  constexpr double kLargeCount = 1e7;
  if (si_unit == "1" && std::abs(value) >= kLargeCount) return fmt::format("{:.4g}", value);
  return show(value, si_unit).text();
}

std::string Formula::with_values() const {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    Term const* found = nullptr;
    for (auto const& t : terms) {
      bool const starts = i == 0 || !(std::isalnum(static_cast<unsigned char>(text[i - 1])) || text[i - 1] == '_');
      bool const matches = text.compare(i, t.symbol.size(), t.symbol) == 0;
      auto const end = i + t.symbol.size();
      bool const ends = end >= text.size() || !(std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_');
      if (starts && matches && ends && (!found || t.symbol.size() > found->symbol.size())) found = &t;
    }
    if (found) out += found->shown(), i += found->symbol.size();
    else out += text[i++];
  }
  return out;
}

std::optional<Formula> formula_of(sim::Results const& results, std::string const& metric) {
  Book const book(results);
  if (metric.starts_with("workload.")) {
    for (auto const& w : results.workloads)
      if (metric.starts_with("workload." + w.id + ".")) return of_workload(book, w.id, metric.substr(w.id.size() + 10));
    return std::nullopt;
  }
  if (auto f = of_tokens(book, metric)) return f;
  if (auto f = of_power(book, metric)) return f;
  if (auto f = of_own_sources(book, metric)) return f;
  return of_money(book, metric);
}

}  // namespace aif::reports
