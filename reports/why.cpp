// What a reader can ask of each figure: its definition, value in SI, band and trust, the inputs that move it and those that it hangs on.
#include <algorithm>
#include <map>

#include "reports/report_model.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

constexpr std::size_t kMost = 6;

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

// How many inputs stand behind a link, and the weakest of them.
Json inputs_of(sim::Results const& r, Link link) {
  auto const prefixes = prefixes_of(link);
  std::size_t n = 0, assumed = 0;
  Json weak = Json::array();
  for (auto const& a : r.assumptions) {
    if (std::none_of(prefixes.begin(), prefixes.end(), [&](auto const& p) { return a.path.starts_with(p); })) continue;
    ++n;
    if (a.evidence != "assumption") continue;
    ++assumed;
    if (weak.size() < kMost) weak.push_back({{"path", a.path}, {"value", a.value}, {"origin", a.origin}});
  }
  return {{"prefixes", prefixes}, {"count", n}, {"assumed", assumed}, {"weakest", weak}};
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
