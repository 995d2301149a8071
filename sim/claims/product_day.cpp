#include "sim/claims/product_day.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aif::sim {
namespace {

double hours_of(WorkloadSummary const& w, std::vector<workloads::ProductWorkloadParams const*> const& products) {
  for (auto const* p : products)
    if (p->id == w.id) return p->placement.hours.empty() ? 24.0 : static_cast<double>(p->placement.hours.size());
  return 24;
}

}  // namespace

std::vector<LedgerDefinition> ledger_definitions() {
  return {{"A", "Native units with attainment: what the customer buys (images, seconds of sound, complexes, action chunks, requests), those within the latency target counted as good."},
          {"B", "Native tokens: what the product's own model calls a token, taken in, found in a cache, put out. Latent patches, residues and words are different things."},
          {"C", "Reference-token equivalents: accelerator energy over that of one output token of Llama-3.1-70B (FP8, 4,096 tokens of context, largest batch that fits) on the same accelerators. The only ledger that may be added."}};
}

StudyResult run_study(ProductDayStudy const& study, Scenario const& scenario, Facility const& facility, Results const& results) {
  StudyResult r;
  r.id = study.id, r.type = std::string(study.type_name), r.title = study.title.empty() ? "One machine, any workload" : study.title;
  std::vector<workloads::ProductWorkloadParams const*> products;
  for (auto const& w : scenario.workloads)
    if (auto const* p = std::get_if<workloads::ProductWorkloadParams>(&w)) products.push_back(p);

  StudyTable t{"products", "What each product binds on and draws", "Watts of a server are means while its racks make the product.", {"product", "hours a day", "good units", "within the target", "watts of a server", "binds (resource, bound, operator class)", "energy of a unit", "cost of a unit"},
               {"", "h", "1 s-1", "1", "W", "", "J", "USD"}, {}};
  StudyTable ledgers{"ledgers", "Three ledgers", "", {"product", "A: unit", "A: good units", "B: native token", "B: tokens in", "B: tokens out", "C: reference tokens"}, {"", "", "1 s-1", "", "1 s-1", "1 s-1", "1 s-1"}, {}};
  for (auto const& d : ledger_definitions()) ledgers.note += fmt::format("{}{}: {}", ledgers.note.empty() ? "" : " ", d.ledger, d.definition);
  StudyFigure bars{"watts", "Power of a server by product", "Mean of one server (compute tray or node) while its racks make the product.", "", "watts", FigureKind::bars, {}, {{"watts of a server", {}, {}, {}, {}}}, false, false};
  double least = 0, most = 0, all_reference = 0;
  for (std::size_t i = 0; i < results.workloads.size(); ++i) {
    auto const& w = results.workloads[i];
    auto const& entry = facility.workloads[i];
    bool const is_product = w.kind == "product";
    double const node_w = w.value("it.power.per_node"), good = is_product ? w.value("units.good.rate") : w.value(w.kind == "training" ? "training.tokens.rate" : "tokens.good.rate");
    t.rows.push_back({cell(w.title), cell(hours_of(w, products)), cell(good), w.kind == "training" ? cell(std::string("no target")) : cell(w.value("goodput.fraction")), cell(node_w), cell(entry.binding_term.empty() ? std::string(w.kind == "serving" ? "latency targets" : "") : entry.binding_term),
                      cell(w.value(is_product ? "energy.per_unit" : "energy.per_output_token")), cell(is_product ? w.value("cost.per_unit") : w.value("cost.per_mtok_out") / 1e6)});
    double in = w.value("tokens.in.rate"), out = w.kind == "training" ? good : w.value("tokens.out.rate");
    std::string unit = is_product ? entry.unit : w.kind == "training" ? "trained token" : "output token", token = "BPE token";
    for (auto const* p : products)
      if (p->id == w.id) in = good * p->product.tokens_in / p->product.units_per_job, out = good * p->product.tokens_out / p->product.units_per_job, token = p->product.token_name;
    double const reference = w.value("tokens.ref.rate");
    all_reference += reference;
    ledgers.rows.push_back({cell(w.title), cell(unit), cell(good), cell(token), cell(in), cell(out), cell(reference)});
    r.add("node_power." + w.id, node_w, "W", "Mean watts of one server while its racks make the product.");
    r.add("reference." + w.id, reference, "1 s-1", "Reference-token equivalents of the product.");
    r.add("units." + w.id, good, "1 s-1", "Good units a second, mean over the year.");
    bars.categories.push_back(w.title), bars.series[0].y.push_back(node_w);
    least = least > 0 ? std::min(least, node_w) : node_w, most = std::max(most, node_w);
  }
  r.add("node_power.least", least, "W", "Least of the products' watts of a server.");
  r.add("node_power.most", most, "W", "Most of them.");
  r.add("node_power.spread", least > 0 ? most / least : 0, "1", "Their ratio: what provisioning for the hottest product strands on the coolest.");
  r.add("reference.all", all_reference, "1 s-1", "Reference tokens of all products, the only figure added across them.");
  r.tables.push_back(std::move(t));
  r.tables.push_back(std::move(ledgers));
  r.figures.push_back(std::move(bars));
  r.verdict = fmt::format("{} products on the same racks draw {:.1f} to {:.1f} kW a server; each binds on its own resource; together they are worth {:.3g} reference tokens a second.", results.workloads.size(), least / 1e3, most / 1e3, all_reference);
  judge(r, study.expectations);
  return r;
}

}  // namespace aif::sim
