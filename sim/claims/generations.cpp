#include "sim/claims/generations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "contracts/profile_json.hpp"
#include "sim/claims/interactive_rate.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/product_groups.hpp"
#include "sim/facility/rack_power.hpp"
#include "sim/facility/serving_groups.hpp"

namespace aif::sim {
namespace {

constexpr double kSoftwareLag = 0.5;

struct Machine {
  GenerationParams const* params = nullptr;
  ServedMachine served;
};

Machine make(GenerationParams const& g, compute::ServingFit const& fit, compute::ModelArchitecture const& model, Library const& library) {
  Machine m;
  m.params = &g;
  m.served.profile = read_profile(library.asset_path(g.rack.device));
  m.served.profile.power = compute::serving_power(fit, m.served.profile);
  m.served.engine = compute::engine_params(fit, compute::EngineFamily::trtllm, m.served.profile, model);
  m.served.weights = narrowest(m.served.profile);
  m.served.kv = m.served.weights == Precision::bf16 ? Precision::bf16 : Precision::fp8;
  m.served.domain = scale_up_domain(m.served.profile, g.rack.devices);
  m.served.draft_tokens = static_cast<int>(g.draft_tokens);
  m.served.accepted_per_step = g.accepted_per_step;
  m.served.software_year = g.software_year > 0 ? g.software_year : g.year + kSoftwareLag;
  return m;
}

// Watts at the meter for one accelerator of the rack.
double all_in_w(GenerationsStudy const& s, RackParams const& rack, double device_w, double active_frac) {
  return (rack_power(rack, device_w * rack.devices, active_frac).it_w / rack.devices + s.network_w_per_device) * s.pue;
}

// From the old machine to the new, one property at a time.
std::array<ServedMachine, 8> steps_between(Machine const& a, Machine const& b) {
  std::array<ServedMachine, 8> steps;
  ServedMachine m = a.served;
  auto& sheet = m.profile.datasheet;
  auto const& to = b.served.profile.datasheet;
  steps[0] = m;
  sheet.hbm_byte_s = to.hbm_byte_s, sheet.hbm_byte = to.hbm_byte;
  steps[1] = m;
  auto const old_fp4 = sheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)];
  sheet.peak_flop_s = to.peak_flop_s;
  if (old_fp4 <= 0) sheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] = 0;  // the narrower format comes with the next step
  steps[2] = m;
  sheet.peak_flop_s = to.peak_flop_s;
  m.weights = b.served.weights, m.kv = b.served.kv;
  steps[3] = m;
  sheet.links = to.links;
  m.domain = b.served.domain;
  steps[4] = m;
  m.draft_tokens = b.served.draft_tokens, m.accepted_per_step = b.served.accepted_per_step;
  steps[5] = m;
  m.software_year = b.served.software_year;
  steps[6] = m;
  steps[7] = b.served;
  return steps;
}

struct Split {
  std::array<double, 8> factor{};
  double total = 0;
};
// NaN where the old machine does not reach the speed at all: then no ratio exists.
Split split_gain(GenerationsStudy const& s, Machine const& a, Machine const& b, compute::ModelArchitecture const& model, ServedLoad const& load) {
  auto const steps = steps_between(a, b);
  std::array<ServedRate, 8> rates;
  for (std::size_t i = 0; i < 8; ++i) rates[i] = best_served_rate(steps[i], model, load);
  Split out;
  double before = rates[0].token_s, last = before;
  for (std::size_t i = 1; i < 8; ++i) {
    // A mixture that cannot run hands its factor to the next step.
    double const now = rates[i].token_s > 0 ? rates[i].token_s : last;
    out.factor[i - 1] = last > 0 ? now / last : std::numeric_limits<double>::quiet_NaN();
    last = now;
  }
  double const w_a = all_in_w(s, a.params->rack, rates[0].device_w, rates[0].active_frac), w_b = all_in_w(s, b.params->rack, rates[7].device_w, rates[7].active_frac);
  out.factor[7] = w_a / w_b;
  out.total = before > 0 && rates[7].token_s > 0 ? rates[7].token_s / before * w_a / w_b : std::numeric_limits<double>::quiet_NaN();
  return out;
}

std::string name_of(GenerationParams const& g) { return g.title.empty() ? g.rack.title : g.title; }

double per_dollar_of(GenerationsStudy const& s, RackParams const& rack, double token_s, double watt, double years) {
  double const r = s.wacc_frac, crf = r > 0 ? r / (1 - std::pow(1 + r, -years)) : 1 / years;
  double const usd_year = rack.price_usd / rack.devices * crf + watt * 8760 * 3600 * s.electricity_usd_j;
  return token_s * 8760 * 3600 / usd_year;
}

// Renewal every n years over the horizon when machines gain `growth` a year: tokens per dollar, discounted, against the best n.
StudyTable renewals(GenerationsStudy const& s, RackParams const& rack, double token_s, double watt, double growth, double& best_years, FigureSeries& curve) {
  StudyTable t{"renewals", "When to renew", "A hall of fixed power; machines on sale gain as fitted over the study; price of a watt of machines held.", {"keep for", "tokens per dollar, over the best"}, {"year", "1"}, {}};
  std::vector<double> value;
  int const horizon = static_cast<int>(s.horizon_years);
  for (int keep = 1; keep <= std::min(10, horizon); ++keep) {
    double tokens = 0, usd = 0;
    for (int year = 0; year < horizon; ++year) {
      double const discount = std::pow(1 + s.wacc_frac, -year), made = std::pow(growth, year / keep * keep);
      if (year % keep == 0) {
        // What the last machine is worth at the end counts back: straight line over its stay.
        double const left = std::max(0, year + keep - horizon);
        usd += rack.price_usd / rack.devices * (discount - left / keep * std::pow(1 + s.wacc_frac, -horizon));
      }
      tokens += token_s * made * 8760 * 3600 * discount;
      usd += watt * 8760 * 3600 * s.electricity_usd_j * discount;
    }
    value.push_back(tokens / usd);
  }
  auto const best = std::max_element(value.begin(), value.end());
  best_years = static_cast<double>(best - value.begin()) + 1;
  for (std::size_t k = 0; k < value.size(); ++k) {
    t.rows.push_back({cell(static_cast<double>(k + 1)), cell(value[k] / *best)});
    curve.x.push_back(static_cast<double>(k + 1)), curve.y.push_back(value[k] / *best);
  }
  return t;
}

}  // namespace

StudyResult run_study(GenerationsStudy const& s, Library const& library) {
  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "What a new generation brings to a hall that stands" : s.title;
  if (s.machines.size() < 2) throw InputError(Diagnostic{"AF2866", Severity::error, "a study of generations needs two machines", "studies." + s.id + ".machines", {}, "name the old one first", 1});
  auto const fit = compute::read_serving_fit(library.asset_path(kServingFit));
  auto const model = library.load_as<compute::ModelArchitecture>(s.model);
  std::vector<Machine> machines;
  for (auto const& g : s.machines) machines.push_back(make(g, fit, model, library));

  // Rates of each machine over the promised speed.
  StudyTable rates{"rates", "Output tokens a second and accelerator", "Closed form, queueing neglected; kW at the meter with hosts, fans, power supplies, switches and PUE.", {"tokens/s promised"}, {"1 s-1"}, {}};
  StudyFigure curve{"rates", "What a machine gives at the speed promised to a user", "Output tokens a second and accelerator of the best layout in one scale-up domain; no line where the speed is out of reach.", "output tokens a second of one user", "output tokens a second of one accelerator", FigureKind::lines, {}, {}, false, true};
  for (auto const& m : machines) {
    for (char const* what : {" tok/s", " kW"}) rates.columns.push_back(name_of(*m.params) + what), rates.units.push_back(what[1] == 't' ? "1 s-1" : "W");
    curve.series.push_back({name_of(*m.params), {}, {}, {}, {}});
  }
  std::vector<std::vector<ServedRate>> rate(machines.size());
  for (double speed : s.user_token_s) {
    std::vector<StudyCell> row{cell(speed)};
    for (std::size_t i = 0; i < machines.size(); ++i) {
      auto const one = best_served_rate(machines[i].served, model, {s.input_token, s.output_token, 0, 1 / speed});
      double const w = one.token_s > 0 ? all_in_w(s, machines[i].params->rack, one.device_w, one.active_frac) : 0;
      row.push_back(one.token_s > 0 ? cell(one.token_s) : cell(std::string("out of reach")));
      row.push_back(one.token_s > 0 ? cell(w) : cell(std::string()));
      if (one.token_s > 0) curve.series[i].x.push_back(speed), curve.series[i].y.push_back(one.token_s);
      r.add(fmt::format("rate.{}.at{:g}", machines[i].params->id, speed), one.token_s, "1 s-1", "Output tokens a second and accelerator at that speed for a user.");
      r.add(fmt::format("power.{}.at{:g}", machines[i].params->id, speed), w, "W", "Watts at the meter for one accelerator there.");
      rate[i].push_back(one);
    }
    rates.rows.push_back(std::move(row));
  }
  r.tables.push_back(std::move(rates));
  r.figures.push_back(std::move(curve));

  // Gains of every machine over the first, factor by factor.
  StudyFigure gain{"gain", "Gain in tokens per watt over the first machine", "Each point is a speed promised to a user: the gain is a curve, not a number.", "output tokens a second of one user", "gain in tokens per watt", FigureKind::lines, {}, {}, false, true};
  StudyTable split{"factors", "The gain in factors", "They multiply to the total; a mixture of the two machines that cannot run hands its factor to the next step.", {"from", "to", "tokens/s promised", "total"}, {"", "", "1 s-1", "1"}, {}};
  for (auto name : kGainFactors) split.columns.emplace_back(name), split.units.emplace_back("1");
  double most = 0, most_at = 0, at50 = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 1; i < machines.size(); ++i) {
    FigureSeries line{name_of(*machines[i].params), {}, {}, {}, {}};
    double previous = std::numeric_limits<double>::quiet_NaN(), previous_speed = 0;
    for (double speed : s.user_token_s) {
      auto const g = split_gain(s, machines[0], machines[i], model, {s.input_token, s.output_token, 0, 1 / speed});
      std::vector<StudyCell> row{cell(name_of(*machines[0].params)), cell(name_of(*machines[i].params)), cell(speed), std::isfinite(g.total) ? cell(g.total) : cell(std::string("no ratio"))};
      for (double f : g.factor) row.push_back(std::isfinite(f) ? cell(f) : cell(std::string()));
      split.rows.push_back(std::move(row));
      if (!std::isfinite(g.total)) continue;
      r.add(fmt::format("gain.{}.at{:g}", machines[i].params->id, speed), g.total, "1", "Gain in tokens per watt over the first machine at that speed.");
      line.x.push_back(speed), line.y.push_back(g.total);
      if (g.total > most) most = g.total, most_at = speed;
      if (std::isfinite(previous) && (previous - 50) * (g.total - 50) <= 0 && g.total != previous && !std::isfinite(at50))
        at50 = previous_speed + (speed - previous_speed) * std::log(50 / previous) / std::log(g.total / previous);
      previous = g.total, previous_speed = speed;
    }
    gain.series.push_back(std::move(line));
  }
  r.tables.push_back(std::move(split));
  r.figures.push_back(std::move(gain));
  double const years = std::max(0.1, machines.back().params->year - machines[0].params->year);
  r.add("gain.largest", most, "1", "Largest gain in tokens per watt of any pair and speed.");
  r.add("gain.largest.speed", most_at, "1 s-1", "The speed promised to a user where it stands.");
  r.add("gain.50.speed", at50, "1 s-1", "The speed at which a gain of 50 is one point of a curve; absent when no curve reaches it.");
  r.add("gain.largest.per_year", std::pow(std::max(1.0, most), 1 / years), "1", "The largest gain, spread over the years between the first and the last machine.");

  // Other products: jobs a second and device, and a year's growth.
  double log_growth = 0;
  int n_growth = 0;
  if (!s.products.empty()) {
    StudyTable t{"products", "Gain of other products, units a second and accelerator", "The same work on each machine.", {"product"}, {""}, {}};
    for (auto const& m : machines) t.columns.push_back(name_of(*m.params)), t.units.emplace_back("1 s-1");
    t.columns.emplace_back("gain, last over first"), t.units.emplace_back("1");
    t.columns.emplace_back("gain a year"), t.units.emplace_back("1");
    Assets assets(library);
    for (auto const& reference : s.products) {
      auto const product = library.load_as<workloads::ProductParams>(reference);
      DiagnosticList problems;
      auto const shelf = stock_shelf(product, library, problems);
      if (problems.has_errors()) throw InputError(std::move(problems));
      std::vector<StudyCell> row{cell(product.title)};
      double first = 0, last = 0, first_year = 0, last_year = 0;
      for (auto const& m : machines) {
        auto const& rack = m.params->rack;
        MachineParts parts{&m.served.profile, rack.devices, m.served.domain, 0.5 * rack.nodes * rack.cores_per_node * 1e3, 1e18, {}, {}};  // hosts do not bind here: the accelerators are compared
        auto const plan = workloads::plan_product(product, shelf, make_machine(parts, shelf, assets));
        double const one = plan.fits ? plan.jobs_s * product.units_per_job / rack.devices : 0;
        row.push_back(plan.fits ? cell(one) : cell(plan.problem));
        if (one > 0 && first <= 0) first = one, first_year = m.params->year;
        if (one > 0) last = one, last_year = m.params->year;
      }
      double const g = first > 0 ? last / first : 0, span = std::max(0.1, last_year - first_year);
      row.push_back(cell(g)), row.push_back(cell(std::pow(g, 1 / span)));
      t.rows.push_back(std::move(row));
      r.add("product_gain." + reference.substr(reference.rfind('/') + 1), std::pow(g, 1 / span), "1", "Gain a year of that product, units a second and accelerator.");
      if (g > 0) log_growth += std::log(g) / span, ++n_growth;
    }
    r.tables.push_back(std::move(t));
  }

  // What the hall says to each machine, and how many of them its power feeds.
  StudyTable hall{"hall", "What the hall says", "Racks that fill the hall's power; refusals name the subsystem.", {"machine", "racks wanted", "accepted as it stands", "refused by", "retrofit", "weeks"}, {"", "1", "1", "", "USD", "week"}, {}};
  for (auto const& m : machines) {
    double const wanted = std::max(1.0, std::floor(std::min(s.hall.positions, s.hall.power_w / m.params->rack.design_power_w)));
    auto const out = check_hall(s.hall, m.params->rack, wanted, s.retrofits);
    std::string by;
    for (auto const& c : out.checks)
      if (c.refused) by += (by.empty() ? "" : ", ") + c.subsystem;
    hall.rows.push_back({cell(name_of(*m.params)), cell(wanted), cell(out.racks_as_is), cell(by.empty() ? std::string("nothing") : by), out.mendable ? cell(out.cost_usd) : cell(std::string("none is known")), cell(out.time_s / (7 * 86400.0))});
    r.add("hall.refusals." + m.params->id, static_cast<double>(std::count_if(out.checks.begin(), out.checks.end(), [](auto const& c) { return c.refused; })), "1", "Subsystems of the hall that refuse this machine.");
  }
  r.tables.push_back(std::move(hall));

  // Renewal: growth of tokens per watt at the slowest speed, where all machines have a ratio.
  std::size_t const slow = 0;
  if (rate[0][slow].token_s > 0 && rate.back()[slow].token_s > 0) {
    double const w0 = all_in_w(s, machines[0].params->rack, rate[0][slow].device_w, rate[0][slow].active_frac), w1 = all_in_w(s, machines.back().params->rack, rate.back()[slow].device_w, rate.back()[slow].active_frac);
    double const growth = std::pow((rate.back()[slow].token_s / w1) / (rate[0][slow].token_s / w0), 1 / years);
    double best_years = 0;
    FigureSeries line{"tokens per dollar", {}, {}, {}, {}};
    auto table = renewals(s, machines[0].params->rack, rate[0][slow].token_s, w0, growth, best_years, line);
    r.tables.push_back(std::move(table));
    r.figures.push_back({"renewals", "Tokens per dollar by how long machines stay", "Discounted tokens over discounted cost of a hall of fixed power, against the best.", "years that a machine stays", "over the best", FigureKind::lines, {}, {line}, false, false});
    r.add("growth.tokens_per_watt", growth, "1", "Gain a year in tokens per watt at the slowest speed of the study.");
    r.add("renewal.years", best_years, "year", "Stay of a machine that gives most tokens per dollar at that growth.");
    for (std::size_t i = 0; i < machines.size(); ++i)
      if (rate[i][slow].token_s > 0) r.add("tokens_per_dollar." + machines[i].params->id, per_dollar_of(s, machines[i].params->rack, rate[i][slow].token_s, all_in_w(s, machines[i].params->rack, rate[i][slow].device_w, rate[i][slow].active_frac), 5), "1 USD-1", "Output tokens for a dollar of machine (five years) and electricity, slowest speed.");
  }
  if (n_growth > 0) r.add("product_gain.mean", std::exp(log_growth / n_growth), "1", "Geometric mean of the yearly gains of the products.");

  r.verdict = fmt::format("{} over {}: {:.1f} times the tokens per watt at most, at {:.0f} tokens/s for a user; {}{}", name_of(*machines.back().params), name_of(*machines[0].params), most, most_at,
                          std::isfinite(at50) ? fmt::format("a gain of 50 is the point at {:.0f} tokens/s; ", at50) : std::string("no point of the curves is 50; "),
                          n_growth > 0 ? fmt::format("the same work on other products gains {:.2f} times a year.", std::exp(log_growth / n_growth)) : std::string("see the factors."));
  r.notes = {"Layouts stay inside one scale-up domain; separate pools for prompts are not split off.", "Announced machines are data sheets, not measurements."};
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
