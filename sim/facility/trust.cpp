#include "sim/facility/trust.hpp"

#include <algorithm>
#include <array>

#include "core/csv.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/metrics.hpp"

namespace aif::sim {
namespace {

constexpr char const* kServingSeen = "lib:engines/serving_seen";
constexpr char const* kTrainingSeen = "lib:training/seen";

// Is there a row of that device, and of that model on it?
struct Seen {
  bool device = false, pair = false;
};
Seen look_up(SeenTable const& table, std::string_view what, std::string const& device, std::string const& model) {
  Seen seen;
  for (auto const& row : table)
    if (row.what == what && row.device == device) seen.device = true, seen.pair = seen.pair || row.model == model;
  return seen;
}

Validity of_evidence(Evidence evidence) {
  return evidence == Evidence::measured ? Validity::calibrated : evidence == Evidence::published ? Validity::interpolated : Validity::prior;
}

Validity of_rows(Seen seen, HardwareProfile const& profile) {
  if (seen.pair) return Validity::calibrated;
  if (seen.device) return Validity::interpolated;
  return profile.evidence == Evidence::datasheet_prior || profile.evidence == Evidence::assumption ? Validity::prior : Validity::extrapolated;
}

std::string name_of(std::string const& reference) { return reference.substr(reference.rfind('/') + 1); }

// A training run holds its architecture by value: the library's model of the same numbers, among those that the device has rows of.
std::string trained_model(Scenario const& scenario, std::string const& workload, std::string const& device, SeenTable const& table, Assets& assets) {
  auto const numbers = [](compute::ModelArchitecture m) {
    m.id = m.title = "";
    return canonical_json(m);
  };
  for (auto const& any : scenario.workloads) {
    auto const* run = std::get_if<workloads::TrainingWorkloadParams>(&any);
    if (!run || run->id != workload) continue;
    for (auto const& row : table)
      if (row.device == device && assets.library.is_entry("models/" + row.model) && numbers(*assets.model("models/" + row.model)) == numbers(run->model)) return row.model;
  }
  return {};
}

// What the library or a default says below these paths; the user's own values count as calibrated.
Validity of_values(LoadedScenario const& loaded, std::initializer_list<std::string_view> prefixes, std::string_view suffix) {
  Validity out = Validity::calibrated;
  for (auto const& leaf : scenario_leaves(loaded.value)) {
    bool const below = std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return leaf.path.starts_with(prefix); });
    if (!leaf.is_number || !(below || (!suffix.empty() && leaf.path.ends_with(suffix)))) continue;
    if (auto const* chain = find_origin(loaded.origins, leaf.path)) {
      if (auto const& source = chain->back().source) out = worst(out, of_evidence(evidence_of(source->evidence)));
    } else if (leaf.si != 0 && leaf.info.source.starts_with("assumption")) {
      out = Validity::prior;
    }
  }
  return out;
}

// The worst of each link over the site, or over the groups of one workload.
using LinkValidity = std::array<Validity, kLinks>;
LinkValidity links_of(Facility const& facility, int workload, Validity plant, Validity money) {
  LinkValidity out{Validity::calibrated, Validity::calibrated, plant, money};
  for (auto const& group : facility.groups) {
    if (!group.profile || group.workload < 0 || (workload >= 0 && group.workload != workload)) continue;
    out[0] = worst(out[0], group.rate_validity);
    out[1] = worst(out[1], group.power_validity);
  }
  return out;
}

}  // namespace

void set_trust(Facility& facility, Scenario const& scenario, Assets& assets) {
  auto const serving = assets.seen(kServingSeen), training = assets.seen(kTrainingSeen);
  auto const fit = assets.serving_fit();
  for (auto& group : facility.groups) {
    if (!group.profile) continue;
    auto const& id = group.profile->id;
    group.power_error = compute::power_error(*fit, *group.profile);
    Seen watts = look_up(*serving, "watts", id, "");
    watts.pair = watts.device;  // a device's watts are fitted over all models
    watts.device = watts.device || compute::is_fitted_device(*group.profile);  // the same die
    group.power_validity = of_rows(watts, *group.profile);
    if (group.workload < 0) continue;
    auto const& workload = facility.workloads[static_cast<std::size_t>(group.workload)];
    bool const trains = group.duty == Duty::training;
    std::string const model = trains ? trained_model(scenario, workload.id, id, *training, assets) : name_of(workload.model);
    group.rate_validity = of_rows(look_up(trains ? *training : *serving, "rate", id, model), *group.profile);
  }
}

void set_validity(Results& results, Facility const& facility, LoadedScenario const& loaded) {
  LinkValidity const site = links_of(facility, -1, of_values(loaded, {"power.", "cooling."}, ""), of_values(loaded, {"finance.", "site.tariff."}, ".rack.price"));
  std::vector<LinkValidity> of_workload;
  for (std::size_t w = 0; w < facility.workloads.size(); ++w) of_workload.push_back(links_of(facility, static_cast<int>(w), site[2], site[3]));
  for (auto& m : results.summary) {
    Metric const* entry = find_metric(m.id);
    if (!m.p10 || !entry) continue;
    LinkValidity const* links = &site;
    for (std::size_t w = 0; w < of_workload.size(); ++w)
      if (m.id.starts_with("workload." + facility.workloads[w].id + ".")) links = &of_workload[w];
    m.validity = Validity::calibrated;
    for (std::size_t link = 0; link < kLinks; ++link)
      if (entry->links[link]) m.validity = worst(m.validity, (*links)[link]);
  }
}

}  // namespace aif::sim
