#include "sim/claims/factory_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ordered_sum.hpp"

namespace aif::sim {
namespace {

struct After {
  Results results;
  std::string refusal;
  std::vector<std::string> notes;
};

double site(Results const& r, char const* id) {
  auto const* m = r.find(id);
  return m ? m->value : 0.0;
}

WorkloadSummary const* workload(Results const& r, std::string const& id) {
  auto const at = std::find_if(r.workloads.begin(), r.workloads.end(), [&](auto const& w) { return w.id == id; });
  return at == r.workloads.end() ? nullptr : &*at;
}

// The layout that the planner chose, from the notes of the build: "chat on nvl-a: tp 8, ...".
std::string layout_of(std::vector<std::string> const& notes, std::string const& id) {
  for (auto const& note : notes)
    if (note.starts_with(id + " on ")) return note.substr(note.find(": ") + 2);
  return {};
}

}  // namespace

Scenario swapped(Scenario const& scenario, SwapParams const& swap, Library const& library, std::string const& path) {
  Scenario out = scenario;
  auto const refuse = [&](std::string message, std::string hint) { throw InputError(Diagnostic{"AF2869", Severity::error, std::move(message), path, {}, std::move(hint), 1}); };
  auto const at = std::find_if(out.workloads.begin(), out.workloads.end(), [&](auto const& w) { return std::visit([&](auto const& each) { return each.id == swap.workload; }, w); });
  if (at == out.workloads.end()) refuse(fmt::format("the scenario has no workload `{}`", swap.workload), "name one of its workloads");
  if (swap.model.empty() == swap.product.empty()) refuse(fmt::format("swap `{}` names neither or both of a model and a product", swap.id), "give one: `model: lib:models/NAME` or `product: lib:products/NAME`");
  auto* serving = std::get_if<workloads::ServingWorkloadParams>(&*at);
  auto* product = std::get_if<workloads::ProductWorkloadParams>(&*at);
  if (!swap.model.empty()) {
    if (!serving) refuse(fmt::format("`{}` does not serve a language model", swap.workload), "swap its product");
    serving->model = swap.model;
    if (swap.precision) serving->precision = *swap.precision, serving->kv_precision.reset();
    if (swap.mean_per_s > 0) serving->demand.mean_per_s = swap.mean_per_s;
    return out;
  }
  workloads::ProductWorkloadParams made;
  made.id = swap.workload;
  if (product) made = *product;
  if (serving) made.title = serving->title, made.demand = serving->demand, made.placement.pods = serving->placement.pods;
  if (!serving && !product) refuse(fmt::format("`{}` is a training run", swap.workload), "swap a workload that serves or makes something");
  made.product = library.load_as<workloads::ProductParams>(swap.product);
  if (swap.mean_per_s > 0) made.demand.mean_per_s = swap.mean_per_s;
  *at = std::move(made);
  return out;
}

StudyResult run_study(FactoryPatternStudy const& s, Scenario const& scenario, Library const& library, Results const& before, RunSettings const& settings) {
  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "Swap by name, restructure nothing" : s.title;
  std::vector<After> after(s.swaps.size());
  std::vector<Scenario> scenarios;
  for (auto const& swap : s.swaps) scenarios.push_back(swapped(scenario, swap, library, fmt::format("studies.{}.swaps.{}", s.id, swap.id)));
  RunSettings quiet;
  quiet.cache_dir = settings.cache_dir;
  quiet.as_delivered = quiet.marginal_values = false;
  quiet.control = {settings.control.stop, nullptr};
  for (std::size_t i = 0; i < s.swaps.size(); ++i) {
    settings.control.report("swaps", static_cast<double>(i) / static_cast<double>(s.swaps.size()), s.swaps[i].id);
    BuildLog log;
    try {
      Facility const facility = build_facility(scenarios[i], library, {quiet.cache_dir, quiet.control}, log);
      after[i].results = run_facility(scenarios[i], facility, quiet);
    } catch (InputError const& e) {
      after[i].refusal = e.diagnostics().items().front().message;
    }
    after[i].notes = log.notes;
  }

  StudyTable t{"swaps", "Before and after", "One workload changes; the rest of the file is the same. Reference tokens are the only figure that compares products.",
               {"swap", "good output", "unit", "reference tokens", "IT power of the workload", "energy of a unit", "cost of a unit", "PUE", "what the planner made of it"}, {"", "1 s-1", "", "1 s-1", "W", "J", "USD", "1", ""}, {}};
  StudyFigure f{"reference", "Reference tokens of the swapped workload", "Output of different models and products in the one unit that compares.", "", "reference tokens a second", FigureKind::bars, {}, {{"reference tokens", {}, {}, {}, {}}}, false, false};
  auto const add = [&](std::string const& key, std::string const& title, Results const& results, std::vector<std::string> const& notes, std::string const& id) {
    auto const* w = workload(results, id);
    if (!w) return;
    bool const units = w->values.count("units.good.rate") > 0;
    double const good = w->value(units ? "units.good.rate" : "tokens.good.rate"), reference = w->value("tokens.ref.rate");
    t.rows.push_back({cell(title), cell(good), cell(units ? w->model : std::string("output token")), cell(reference), cell(w->value("it.power")), cell(w->value(units ? "energy.per_unit" : "energy.per_output_token")),
                      cell(units ? w->value("cost.per_unit") : w->value("cost.per_mtok_out") / 1e6), cell(site(results, "pue")), cell(layout_of(notes, id))});
    f.categories.push_back(title), f.series[0].y.push_back(reference);
    r.add("good." + key, good, "1 s-1", "Good units or output tokens a second of the workload.");
    r.add("reference." + key, reference, "1 s-1", "Reference tokens of the workload.");
    r.add("energy." + key, w->value(units ? "energy.per_unit" : "energy.per_output_token"), "J", "Energy of a unit or output token.");
    r.add("cost." + key, units ? w->value("cost.per_unit") : w->value("cost.per_mtok_out"), "USD", "Cost of a unit, or of a million output tokens.");
    r.add("pue." + key, site(results, "pue"), "1", "PUE of the site.");
  };
  std::vector<std::string> shown;
  for (auto const& swap : s.swaps)
    if (std::find(shown.begin(), shown.end(), swap.workload) == shown.end()) shown.push_back(swap.workload), add("before." + swap.workload, "as it is: " + swap.workload, before, before.notes, swap.workload);
  double refused = 0;
  for (std::size_t i = 0; i < s.swaps.size(); ++i) {
    auto const& swap = s.swaps[i];
    std::string const title = swap.title.empty() ? swap.id : swap.title;
    r.add("refused." + swap.id, after[i].refusal.empty() ? 0 : 1, "1", "1 where the factory cannot take the swap.");
    if (after[i].refusal.empty()) {
      add(swap.id, title, after[i].results, after[i].notes, swap.workload);
    } else {
      ++refused;
      t.rows.push_back({cell(title), cell(std::string("refused")), cell(std::string()), cell(std::string()), cell(std::string()), cell(std::string()), cell(std::string()), cell(std::string()), cell(after[i].refusal)});
    }
  }
  r.add("swaps", static_cast<double>(s.swaps.size()), "1", "Swaps that were tried.");
  r.add("refused", refused, "1", "Swaps that the factory cannot take.");
  r.tables.push_back(std::move(t));
  r.figures.push_back(std::move(f));
  r.verdict = fmt::format("{} swaps by name: {} run with nothing else changed, {} refused with the reason.", s.swaps.size(), s.swaps.size() - static_cast<std::size_t>(refused), refused);
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
