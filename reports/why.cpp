// What a reader can ask of each figure: its definition, value in SI, band and trust, the inputs that move it and those that it hangs on.
#include <algorithm>
#include <map>

#include "reports/formulas.hpp"
#include "reports/report_model.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

constexpr std::size_t kMost = 6, kMostInputs = 12;

// Paths of the scenario that feed a link of the chain.
std::vector<std::string> prefixes_of(Link link) {
  switch (link) {
    case Link::rate: return {"workloads.", "halls.", "network.", "storage."};
    case Link::watts: return {"halls.", "workloads."};
    case Link::plant: return {"power.", "cooling.", "site.weather."};
    case Link::money: return {"finance.", "site.tariff.", "halls."};
  }
  return {};
}

// The inputs that a planner sets first, by the end of their path; the rest is in the assumptions.
std::vector<std::string_view> first_of(Link link) {
  switch (link) {
    case Link::rate: return {".model", ".precision", ".demand.mean", ".tokens.input.p50", ".tokens.output.p50", ".slo.ttft_p95", ".slo.tpot_p95", ".count", ".rack.device"};
    case Link::watts: return {".rack.device", ".rack.design_power", ".rack.host_active", ".count"};
    case Link::plant: return {".ups.mode", ".liquid.supply", ".air.supply", ".weather.source", ".heat_rejection.model.type", ".trim_chiller.count", ".blocks.redundancy"};
    case Link::money: return {".discount_rate", ".it_life", ".plant_life", ".tariff.energy", ".tariff.price_source", ".rack.price", ".electrical", ".cooling", ".shell"};
  }
  return {};
}

Json line_json(sim::AssumptionLine const& a) {
  return {{"path", a.path}, {"value", a.value}, {"origin", a.origin}, {"source", a.source}, {"evidence", a.evidence.empty() ? "choice of the scenario" : in_words(a.evidence)}};
}

// How many inputs stand behind a link, those set first, and the weakest of them.
Json inputs_of(sim::Results const& r, Link link) {
  auto const prefixes = prefixes_of(link);
  auto const first = first_of(link);
  std::size_t n = 0, assumed = 0;
  Json weak = Json::array(), chosen = Json::array();
  for (auto const& a : r.assumptions) {
    if (std::none_of(prefixes.begin(), prefixes.end(), [&](auto const& p) { return a.path.starts_with(p); })) continue;
    ++n;
    if (chosen.size() < kMostInputs && std::any_of(first.begin(), first.end(), [&](auto end) { return a.path.ends_with(end); })) chosen.push_back(line_json(a));
    if (a.evidence != "assumption") continue;
    ++assumed;
    if (weak.size() < kMost) weak.push_back(line_json(a));
  }
  return {{"prefixes", prefixes}, {"count", n}, {"assumed", assumed}, {"first", chosen}, {"weakest", weak}};
}

Json formula_json(sim::Results const& r, std::string const& metric) {
  auto const f = formula_of(r, metric);
  if (!f) return {};
  Json j{{"text", f->text}, {"values", f->value ? f->with_values() : ""}, {"terms", Json::array()}};
  if (f->value) j["value"] = *f->value;
  for (auto const& t : f->terms) j["terms"].push_back({{"symbol", t.symbol}, {"name", t.name}, {"shown", t.shown()}, {"from", t.from}});
  return j;
}

}  // namespace

Json why_json(std::vector<OptionView> const& options) {
  Json figures = Json::object(), inputs = Json::array();
  for (auto const& o : options) {
    Json links = Json::object();
    for (std::size_t k = 0; k < kLinks; ++k) links[std::string(enum_names(Link{})[k])] = inputs_of(o.results, static_cast<Link>(k));
    inputs.push_back(std::move(links));
    for (auto const& m : o.results.summary) {
      Json& entry = figures[m.id];
      if (entry.is_null()) {
        auto const* known = sim::find_metric(m.id);
        entry = {{"label", label_of(m.id)}, {"definition", m.definition}, {"unit", m.unit}, {"links", Json::array()}, {"options", Json::object()}};
        if (known) {
          entry["reduce"] = in_words(enum_name(known->reduce));
          for (std::size_t k = 0; k < kLinks; ++k)
            if (known->links[k]) entry["links"].push_back(enum_names(Link{})[k]);
        }
      }
      Json own{{"value", m.value}, {"validity", in_words(enum_name(m.validity))}, {"drivers", Json::array()}};
      if (Json f = formula_json(o.results, m.id); !f.is_null()) own["formula"] = std::move(f);
      if (m.p10 && m.p50 && m.p90) own["band"] = {*m.p10, *m.p50, *m.p90};
      for (auto const& c : sim::contributions(o.results.ensemble, m.id)) {
        if (own["drivers"].size() >= kMost) break;
        own["drivers"].push_back({{"input", c.input}, {"share", c.share}});
      }
      entry["options"][std::to_string(o.index)] = std::move(own);
    }
  }
  return {{"figures", figures}, {"inputs", inputs}};
}

}  // namespace aif::reports
