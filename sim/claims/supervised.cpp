#include "sim/claims/supervised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calendar.hpp"
#include "core/ordered_sum.hpp"
#include "models/economics/finance.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/product_groups.hpp"
#include "sim/facility/serving_groups.hpp"
#include "workloads/stages/product_map.hpp"

namespace aif::sim {
namespace {

constexpr double kQueueLoad = 0.9;  // at which waiting is told
constexpr double kMany = 1e12;

[[noreturn]] void refuse(SupervisedStudy const& s, std::string message, std::string hint) {
  throw InputError(Diagnostic{"AF2867", Severity::error, std::move(message), "studies." + s.id, {}, std::move(hint), 1});
}

double work_of(workloads::ProductParams const& product, std::string const& role) {
  double work_s = 0;
  for (auto const& stage : product.stages)
    if (auto const* p = std::get_if<workloads::PeopleStage>(&stage); p && p->role == role) work_s += p->work_s * p->per_job;
  return work_s;
}

}  // namespace

StudyResult run_study(SupervisedStudy const& s, Library const& library, std::uint64_t seed) {
  double const work_s = work_of(s.product, s.supervisor);
  auto const role = std::find_if(s.roles.begin(), s.roles.end(), [&](auto const& r) { return r.id == s.supervisor; });
  if (work_s <= 0) refuse(s, fmt::format("no stage of the product needs the role `{}`", s.supervisor), "a stage `type: people` names it");
  if (role == s.roles.end()) refuse(s, fmt::format("`{}` is no role of the study", s.supervisor), "add it to `roles`, lib:roles/supervisor");

  DiagnosticList problems;
  auto const shelf = stock_shelf(s.product, library, problems);
  problems.append(workloads::check_product(s.product, shelf, "studies." + s.id + ".product"));
  if (problems.has_errors()) throw InputError(std::move(problems));
  Assets assets(library);
  auto const profile = assets.serving_profile(library.asset_path(s.rack.device));
  int const devices = static_cast<int>(s.racks) * s.rack.devices;
  economics::PeopleDrivers const drivers{1, static_cast<double>(devices), s.models, s.domains};
  auto const machine_with = [&](double supervisors_at_work) {
    MachineParts parts{profile.get(), devices, scale_up_domain(*profile, s.rack.devices), s.racks * s.rack.nodes * s.rack.cores_per_node, s.racks * s.rack.nodes * s.rack.host_byte_per_node, {}, {}};
    for (auto const& r : s.roles) parts.people[r.id] = economics::at_work(r, drivers);
    parts.people[s.supervisor] = supervisors_at_work;
    return make_machine(parts, shelf, assets);
  };

  auto const free_machine = machine_with(kMany);
  auto const silicon = workloads::plan_product(s.product, shelf, free_machine);
  if (!silicon.fits) throw InputError(workloads::refusal(s.product, free_machine, silicon, "studies." + s.id));

  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "What silicon and people can both sustain" : s.title;
  double const tokens = std::max(1.0, s.product.tokens_out), silicon_token_s = silicon.jobs_s * tokens;
  double const head_at_work = role->hours_per_week / 168 * role->productive_frac;

  // Machines: capital, plant and electricity at full work; people: supervisors and the rest.
  double const it_usd = s.racks * s.rack.price_usd, design_w = s.racks * s.rack.design_power_w;
  double const machine_usd_year = economics::machine_capital_usd_year(it_usd, design_w, s.plant_usd_per_w, s.wacc_frac) + design_w * s.pue * s.electricity_usd_j * kYear;
  double other_people_usd_year = 0;
  for (auto const& each : s.roles)
    if (each.id != s.supervisor) other_people_usd_year += economics::cost_usd_year(each, drivers);

  StudyTable t{"output", "Output by supervisors", "Output is the lesser of what the machines and the people sustain; waiting is at nine tenths of it, job by job.",
               {"supervisors", "output", "silicon alone", "people alone", "binds", "median wait for a turn", "staff share of cost", "cost of a million good tokens"}, {"1", "1 s-1", "1 s-1", "1 s-1", "", "s", "1", "USD"}, {}};
  StudyFigure f{"output", "Output against supervisors", "The lesser of two lines: what silicon and what people sustain.", "supervisors", "output tokens a second", FigureKind::lines, {}, {}, true, true};
  FigureSeries made{"output", {}, {}, {}, {}}, machines{"silicon alone", {}, {}, {}, {}}, people{"people alone", {}, {}, {}, {}};
  std::vector<std::vector<StudyCell>> rows(s.supervisors.size());
  std::vector<double> output(s.supervisors.size());
  parallel_for(s.supervisors.size(), [&](std::size_t i) {
    double const heads = s.supervisors[i], at_work = heads * head_at_work, people_token_s = at_work / work_s * tokens;
    auto const machine = machine_with(at_work);
    auto const plan = workloads::plan_product(s.product, shelf, machine);
    double const token_s = plan.fits ? plan.jobs_s * tokens : 0;
    output[i] = token_s;
    double wait = std::numeric_limits<double>::quiet_NaN();
    if (plan.fits) {
      auto const cell_of = workloads::choose_cell(plan, machine);
      wait = workloads::simulate_stages(s.product, plan, cell_of, {kQueueLoad * cell_of.jobs_s, 1500, 0.2, seed}).latency_p50_s;
    }
    double const staff_usd = other_people_usd_year + heads * role->cost_usd_per_s * kYear, all_usd = staff_usd + machine_usd_year;
    rows[i] = {cell(heads), cell(token_s), cell(silicon_token_s), cell(people_token_s), cell(plan.fits ? plan.binding : plan.problem), cell(wait), cell(staff_usd / all_usd), token_s > 0 ? cell(all_usd / (token_s * kYear / 1e6)) : cell(std::string("no output"))};
  });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    t.rows.push_back(std::move(rows[i]));
    double const heads = s.supervisors[i];
    if (heads > 0 && output[i] > 0) made.x.push_back(heads), made.y.push_back(output[i]);
    if (heads > 0) machines.x.push_back(heads), machines.y.push_back(silicon_token_s), people.x.push_back(heads), people.y.push_back(heads * head_at_work / work_s * tokens);
    r.add(fmt::format("output.at{:g}", heads), output[i], "1 s-1", "Output tokens a second with that many supervisors.");
  }
  f.series = {std::move(made), std::move(machines), std::move(people)};
  r.tables.push_back(std::move(t));
  r.figures.push_back(std::move(f));

  double const at_work_per_mtok = 1e6 / tokens * work_s, needed = silicon_token_s / tokens * work_s;
  r.add("silicon", silicon_token_s, "1 s-1", "Output tokens a second that the machines alone would make.");
  r.add("people_at_work.per_mtok_s", at_work_per_mtok, "1", "People at work for a million output tokens a second.");
  r.add("heads.per_mtok_s", head_at_work > 0 ? at_work_per_mtok / head_at_work : std::numeric_limits<double>::infinity(), "1", "Heads that this takes at their hours and productive share.");
  r.add("heads.to_keep_up", head_at_work > 0 ? needed / head_at_work : std::numeric_limits<double>::infinity(), "1", "Supervisors at which the machines become the limit.");
  r.add("machine_cost", machine_usd_year, "USD", "Machines, plant and electricity of a year.");
  r.add("other_people_cost", other_people_usd_year, "USD", "People other than supervisors, a year.");

  StudyTable roles{"roles", "People", "Head counts have no public source: assumptions of the library, with ranges.", {"role", "heads", "at work", "cost a year"}, {"", "1", "1", "USD"}, {}};
  for (auto const& each : s.roles)
    roles.rows.push_back({cell(each.title.empty() ? each.id : each.title), each.id == s.supervisor ? cell(std::string("varied")) : cell(economics::heads(each, drivers)), each.id == s.supervisor ? cell(std::string()) : cell(economics::at_work(each, drivers)),
                          each.id == s.supervisor ? cell(std::string()) : cell(economics::cost_usd_year(each, drivers))});
  r.tables.push_back(std::move(roles));

  if (auto const gate = std::find_if(s.roles.begin(), s.roles.end(), [&](auto const& each) { return each.id == s.evaluator; }); gate != s.roles.end()) {
    StudyTable g{"gate", "How long a new model waits to be tested", "One person-month of tests a version; equal tests, one after another.", {"evaluators", "at work", "releases a year", "weeks to service"}, {"1", "1", "1", "week"}, {}};
    double const own = economics::heads(*gate, drivers), releases_s = s.releases_per_model_s * s.models;
    for (double share : {0.25, 0.5, 1.0, 2.0, 4.0}) {
      double const heads = own * share, testers = heads * gate->hours_per_week / 168 * gate->productive_frac, wait = economics::gate_wait_s(s.gate_work_s, testers, releases_s);
      g.rows.push_back({cell(heads), cell(testers), cell(releases_s * kYear), std::isfinite(wait) ? cell(wait / (7 * 86400.0)) : cell(std::string("the gate does not keep up"))});
    }
    double const wait = economics::gate_wait_s(s.gate_work_s, economics::at_work(*gate, drivers), releases_s);
    r.add("gate.wait", wait / (7 * 86400.0), "week", "From release to service with the evaluators of the study.");
    r.tables.push_back(std::move(g));
  }
  r.verdict = fmt::format("The machines would make {:.3g} tokens a second; one supervisor's week of {:.0f} hours reviews {:.3g} of them. {:.0f} supervisors keep them busy; a million tokens a second takes {:.0f} people at work.", silicon_token_s,
                          role->hours_per_week, head_at_work / work_s * tokens, r.find("heads.to_keep_up")->value, at_work_per_mtok);
  r.notes = {"Head counts, hours and costs of the roles are assumptions with ranges in library/roles.", "People work at the mean of their week; shifts that follow the demand are neglected."};
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
