#include "sim/claims/agents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "contracts/profile_json.hpp"
#include "core/calendar.hpp"
#include "core/ordered_sum.hpp"
#include "models/economics/finance.hpp"
#include "sim/claims/interactive_rate.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/rack_power.hpp"
#include "sim/facility/serving_groups.hpp"

namespace aif::sim {
namespace {

// What a machine gives at one speed: tokens, dollars, watts of one accelerator.
struct Point {
  double token_s = 0, usd_mtok = 0, w_per_token_s = 0, sessions = 0;
  std::string refusal;
};

class Competition {
 public:
  Competition(AgentsStudy const& s, Library const& library) : s_(s), fit_(compute::read_serving_fit(library.asset_path(kServingFit))) {
    for (auto const& m : s.models) models_.push_back(library.load_as<compute::ModelArchitecture>(m.model));
    for (auto const& m : s.machines) {
      profiles_.push_back(read_profile(library.asset_path(m.rack.device)));
      profiles_.back().power = compute::serving_power(fit_, profiles_.back());
    }
  }

  Point at(std::size_t machine, std::size_t model, double speed, bool with_tier, double price_factor = 1, double agents = 0) const {
    auto const& rack = s_.machines[machine].rack;
    ServedMachine m;
    m.profile = profiles_[machine];
    m.weights = s_.models[model].precision;
    m.kv = Precision::fp8;
    m.domain = scale_up_domain(m.profile, rack.devices);
    m.engine = compute::engine_params(fit_, compute::EngineFamily::trtllm, m.profile, models_[model]);
    ServedLoad load{s_.context_token, s_.output_token, 1 - s_.new_token / s_.context_token, 1 / speed};
    // Sub-agents: each call of the session starts so many with prompts of their own, as long as its answers.
    double const calls = 1 + agents;
    if (agents > 0) load.input_token = (s_.context_token + agents * s_.sub_context_token) / calls, load.cached_frac = (s_.context_token - s_.new_token) / (s_.context_token + agents * s_.sub_context_token);
    Point p;
    auto const rate = best_served_rate(m, models_[model], load);
    if (rate.token_s <= 0) {
      p.refusal = rate.refusal;
      return p;
    }
    double const session_token_s = calls * s_.output_token / s_.period_s;
    p.token_s = rate.token_s;
    if (!with_tier) {
      // Every session holds its memory all the time.
      compute::ReplicaDesign d;
      d.profile = &m.profile, d.model = &models_[model], d.engine = m.engine, d.weights = m.weights, d.kv = m.kv;
      d.worker.tp = rate.tp, d.worker.attention_dp = rate.attention_dp, d.worker.ep = models_[model].experts > 0 ? rate.tp * rate.attention_dp : 1;
      double const held = compute::sequence_slots(d, s_.context_token + s_.output_token + agents * s_.sub_context_token) / static_cast<double>(rate.tp * rate.attention_dp);
      p.token_s = std::min(p.token_s, held * session_token_s);
    }
    p.sessions = p.token_s / session_token_s;
    double const busy = p.token_s / rate.token_s, device_w = m.profile.power.idle_w + busy * (rate.device_w - m.profile.power.idle_w);
    double const it_w = rack_power(rack, device_w * rack.devices, rate.active_frac * busy).it_w / rack.devices, w = it_w * s_.pue;
    double const usd_year = economics::machine_capital_usd_year(rack.price_usd * price_factor, rack.design_power_w, s_.plant_usd_per_w, s_.wacc_frac) / rack.devices + w * s_.electricity_usd_j * kYear;
    p.usd_mtok = usd_year / (p.token_s * kYear / 1e6);
    p.w_per_token_s = w / p.token_s;
    return p;
  }

 private:
  AgentsStudy const& s_;
  compute::ServingFit fit_;
  std::vector<compute::ModelArchitecture> models_;
  std::vector<HardwareProfile> profiles_;
};

std::string name_of(AgentMachineParams const& m) { return m.title.empty() ? m.rack.title : m.title; }

void add_trace(StudyResult& r, AgentsStudy const& s, Library const& library, RunControl const& control) {
  StudyTable t{"sessions", "Sessions of the trace that keep their targets", fmt::format("{:.0f} sessions replayed; the largest number at once on one replica, by device. Tier: host memory for sleeping KV.", s.sessions),
               {"machine", "model", "layout", "without a tier", "with a tier", "ratio", "watts of a device for a session", "prompt found in a cache"}, {"", "", "", "1", "1", "1", "W", "1"}, {}};
  StudyFigure f{"sessions", "Sessions for one accelerator", "Sessions of the Claude Code traces that keep their targets, with and without a tier for sleeping KV.", "", "sessions for one accelerator", FigureKind::bars, {}, {{"without a tier", {}, {}, {}, {}}, {"with a tier", {}, {}, {}, {}}}, false, false};
  std::size_t const n = s.machines.size() * s.models.size();
  std::vector<SessionCapacity> without(n), with(n);
  parallel_for(2 * n, [&](std::size_t i) {
    auto const& machine = s.machines[i / 2 / s.models.size()];
    auto const& model = s.models[i / 2 % s.models.size()];
    (i % 2 == 0 ? without : with)[i / 2] = session_capacity(s, machine, model, i % 2 == 1, library, control);
  });
  for (std::size_t i = 0; i < n; ++i) {
    auto const& machine = s.machines[i / s.models.size()];
    auto const& model = s.models[i % s.models.size()];
    double const a = without[i].sessions / without[i].device, b = with[i].sessions / with[i].device;
    std::string const key = machine.id + "." + model.id;
    if (b <= 0) {
      t.rows.push_back({cell(name_of(machine)), cell(model.id), cell(with[i].refusal), cell(std::string()), cell(std::string()), cell(std::string()), cell(std::string()), cell(std::string())});
    } else {
      t.rows.push_back({cell(name_of(machine)), cell(model.id), cell(with[i].design), cell(a), cell(b), a > 0 ? cell(b / a) : cell(std::string("none without")), cell(with[i].device_w / b), cell(with[i].cache_hit_frac)});
      f.categories.push_back(machine.id + ", " + model.id);
      f.series[0].y.push_back(a), f.series[1].y.push_back(b);
    }
    r.add("sessions." + key + ".without_tier", a, "1", "Sessions for one accelerator that keep their targets, KV in device memory only.");
    r.add("sessions." + key + ".with_tier", b, "1", "The same with a tier for sleeping KV.");
    r.add("tier_worth." + key, a > 0 ? b / a : b > 0 ? std::numeric_limits<double>::infinity() : 0, "1", "Sessions with a tier over sessions without.");
  }
  r.tables.push_back(std::move(t));
  r.figures.push_back(std::move(f));
}

void add_crossover(StudyResult& r, AgentsStudy const& s, Competition const& c) {
  StudyTable t{"crossover", "Who is cheapest, who needs fewest watts", "Closed form at the speed promised to a user, with a tier; break-even: factor on the price of the first machine at which it costs what the best other one does.",
               {"model", "tokens/s promised", "cheapest", "USD per million tokens", "fewest watts", "W per token/s", "first machine, USD per million", "its break-even price factor"}, {"", "1 s-1", "", "USD", "", "W s", "USD", "1"}, {}};
  for (std::size_t k = 0; k < s.models.size(); ++k) {
    StudyFigure f{"cost." + s.models[k].id, fmt::format("Cost of a million output tokens, {}", s.models[k].id), "At the speed promised to a user; no line where a machine cannot reach it.", "output tokens a second of one user", "USD per million output tokens", FigureKind::lines, {}, {}, true, true};
    for (auto const& m : s.machines) f.series.push_back({name_of(m), {}, {}, {}, {}});
    for (double speed : s.user_token_s) {
      std::size_t cheapest = s.machines.size(), leanest = s.machines.size();
      double usd = std::numeric_limits<double>::infinity(), watts = usd, other_usd = usd;
      std::vector<Point> points;
      for (std::size_t m = 0; m < s.machines.size(); ++m) {
        points.push_back(c.at(m, k, speed, true));
        auto const& p = points.back();
        if (p.token_s <= 0) continue;
        f.series[m].x.push_back(speed), f.series[m].y.push_back(p.usd_mtok);
        if (p.usd_mtok < usd) usd = p.usd_mtok, cheapest = m;
        if (p.w_per_token_s < watts) watts = p.w_per_token_s, leanest = m;
        if (m > 0) other_usd = std::min(other_usd, p.usd_mtok);
        r.add(fmt::format("cost.{}.{}.at{:g}", s.machines[m].id, s.models[k].id, speed), p.usd_mtok, "USD", "Cost of a million output tokens at that speed for a user.");
        r.add(fmt::format("watts.{}.{}.at{:g}", s.machines[m].id, s.models[k].id, speed), p.w_per_token_s, "W s", "Watts at the meter for an output token a second.");
      }
      double even = std::numeric_limits<double>::quiet_NaN();
      if (points[0].token_s > 0 && std::isfinite(other_usd)) {
        double const doubled = c.at(0, k, speed, true, 2).usd_mtok;  // cost is linear in the price
        even = 1 + (other_usd - points[0].usd_mtok) / (doubled - points[0].usd_mtok);
        r.add(fmt::format("break_even.{}.at{:g}", s.models[k].id, speed), even, "1", "Factor on the first machine's price at which it costs what the best other machine does; below 0 it never wins.");
      }
      t.rows.push_back({cell(s.models[k].id), cell(speed), cell(cheapest < s.machines.size() ? name_of(s.machines[cheapest]) : std::string("out of reach")), std::isfinite(usd) ? cell(usd) : cell(std::string()),
                        cell(leanest < s.machines.size() ? name_of(s.machines[leanest]) : std::string()), std::isfinite(watts) ? cell(watts) : cell(std::string()), points[0].token_s > 0 ? cell(points[0].usd_mtok) : cell(points[0].refusal),
                        std::isfinite(even) ? cell(even) : cell(std::string())});
    }
    r.figures.push_back(std::move(f));
  }
  r.tables.push_back(std::move(t));

  // The speed up to which the first machine is cheapest, against its price.
  StudyTable p{"price", "Fastest speed at which the first machine is cheapest, by its price", "0: nowhere.", {"price factor"}, {"1"}, {}};
  for (auto const& m : s.models) p.columns.push_back(m.id), p.units.emplace_back("1 s-1");
  for (double factor : s.price_factors) {
    std::vector<StudyCell> row{cell(factor)};
    for (std::size_t k = 0; k < s.models.size(); ++k) {
      double fastest = 0;
      for (double speed : s.user_token_s) {
        auto const first = c.at(0, k, speed, true, factor);
        bool wins = first.token_s > 0;
        for (std::size_t m = 1; m < s.machines.size() && wins; ++m)
          if (auto const other = c.at(m, k, speed, true); other.token_s > 0) wins = first.usd_mtok <= other.usd_mtok;
        if (wins) fastest = std::max(fastest, speed);
      }
      row.push_back(cell(fastest));
      r.add(fmt::format("crossover.{}.price{:g}", s.models[k].id, factor), fastest, "1 s-1", "Fastest speed at which the first machine is cheapest at that factor on its price.");
    }
    p.rows.push_back(std::move(row));
  }
  r.tables.push_back(std::move(p));
}

void add_sub_agents(StudyResult& r, AgentsStudy const& s, Competition const& c) {
  double const slowest = s.user_token_s.front();
  StudyTable t{"sub_agents", "Sub-agents and their messages", "Each call starts so many, every one with a prompt of its own; messages are the whole context as text. Expert traffic: bytes that the same tokens move between experts in a wide layout, 10 MB a token of DeepSeek-R1.",
               {"sub-agents of a call", "model", "machine", "sessions for a device", "USD for a thousand calls", "messages of a thousand sessions", "their bytes a second", "expert bytes a second of the same tokens"}, {"1", "", "", "1", "USD", "1 s-1", "B s-1", "B s-1"}, {}};
  constexpr double kExpertByteToken = 10e6;  // 58 layers x 8 experts x 7168 x 3 B (workloads_first_principles.csv F02)
  for (double n : s.sub_agents)
    for (std::size_t k = 0; k < s.models.size(); ++k)
      for (std::size_t m = 0; m < s.machines.size(); ++m) {
        auto const p = c.at(m, k, slowest, true, 1, n);
        if (p.token_s <= 0) continue;
        double const messages_s = 1000 * 2 * n / s.period_s, tokens_call = (1 + n) * s.output_token;
        t.rows.push_back({cell(n), cell(s.models[k].id), cell(name_of(s.machines[m])), cell(p.sessions), cell(p.usd_mtok * tokens_call / 1e3), cell(messages_s), cell(messages_s * s.message_byte), cell(1000 * tokens_call / s.period_s * kExpertByteToken)});
      }
  r.tables.push_back(std::move(t));
}

}  // namespace

StudyResult run_study(AgentsStudy const& s, Library const& library, RunControl const& control) {
  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "Agents: cards on PCIe or a rack-scale link" : s.title;
  if (s.machines.empty() || s.models.empty()) throw InputError(Diagnostic{"AF2868", Severity::error, "a study of agents needs machines and models", "studies." + s.id, {}, "name at least one of each", 1});
  Competition const c(s, library);
  if (!s.trace.empty()) add_trace(r, s, library, control);
  add_crossover(r, s, c);
  add_sub_agents(r, s, c);
  for (std::size_t k = 0; k < s.models.size(); ++k)
    for (std::size_t m = 0; m < s.machines.size(); ++m) {
      auto const without = c.at(m, k, s.user_token_s.front(), false), with = c.at(m, k, s.user_token_s.front(), true);
      r.add(fmt::format("closed_form.{}.{}.without_tier", s.machines[m].id, s.models[k].id), without.sessions, "1", "Sessions for one accelerator in closed form, KV in device memory only.");
      r.add(fmt::format("closed_form.{}.{}.with_tier", s.machines[m].id, s.models[k].id), with.sessions, "1", "The same with a tier.");
    }
  auto const& first = s.models.front();
  double const slow = s.user_token_s.front(), fast = s.user_token_s.back();
  auto const* at_slow = r.find(fmt::format("break_even.{}.at{:g}", first.id, slow));
  auto const* at_fast = r.find(fmt::format("break_even.{}.at{:g}", first.id, fast));
  r.verdict = fmt::format("For {}, {} is cheapest at {:.0f} tokens/s for a user while its price stays below {:.2f} times the list{}.", first.id, name_of(s.machines.front()), slow, at_slow ? at_slow->value : 0.0,
                          at_fast ? fmt::format(", at {:.0f} tokens/s below {:.2f} times", fast, at_fast->value) : fmt::format("; at {:.0f} tokens/s it is out of reach", fast));
  r.notes = {"Prices are street prices of the library with their ranges; the crossover is given as a function of price for that reason.", "Sub-agents were rare in the traces (63 in 692 sessions): the fan-out is a parameter."};
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
