#include "reports/phase_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/units.hpp"
#include "sim/facility/delivery.hpp"

namespace aif::reports {
namespace {

struct Pod {
  double racks = 0, rack_w = 0;
};
std::map<std::string, Pod> pods_of(SiteFacts const& facts) {
  std::map<std::string, Pod> pods;
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) pods[pod.value("id", "")] = {pod.value("count", 0.0), pod.value("rack", Json::object()).value("design_power", 0.0)};
  return pods;
}

bool is_phased(std::vector<Phase> const& phases, std::string const& pod) {
  return std::any_of(phases.begin(), phases.end(), [&](auto const& p) { return p.racks.contains(pod); });
}

// The import that all racks of a phase need, against what is energised by then.
void tell_waiting(std::vector<Phase>& phases, double at_once_w, double capacity_w) {
  bool const import_phased = std::any_of(phases.begin(), phases.end(), [](auto const& p) { return p.import_w > 0; });
  double racks_w = at_once_w;
  for (auto& phase : phases) {
    racks_w += phase.racks_w;
    if (phase.racks_w <= 0 || !import_phased) continue;
    double import_w = 0;
    long since = 0;
    for (auto const& other : phases) {
      if (other.import_w <= 0 || import_w >= std::min(racks_w, capacity_w)) continue;
      import_w += other.import_w, since = other.day;
    }
    if (import_w < std::min(racks_w, capacity_w)) phase.waits_for = fmt::format("import power for {}: the phases energise {}", show(racks_w, "W").text(), show(import_w, "W").text());
    else if (since > phase.up_from) phase.waits_for = fmt::format("import power, energised {}", date_text(since));
  }
}

}  // namespace

std::string date_text(long day) {
  std::chrono::year_month_day const d{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

std::vector<Phase> phases_of(SiteFacts const& facts) {
  auto const pods = pods_of(facts);
  std::vector<Phase> phases;
  for (auto const& entry : facts.at("/phases")) {
    Phase p;
    p.id = entry.value("id", "");
    if (!sim::parse_date(entry.value("date", ""), p.day)) continue;
    double const per_day = entry.value("ramp", 0.0) * 86400;
    double most = 0;
    Json const added = entry.value("adds", Json::object());  // items() of a temporary would dangle
    for (auto const& [path, value] : added.items()) {
      std::string const text = value.is_string() ? value.get<std::string>() : value.dump();
      std::string said;
      if (path == "site.utility.capacity") {
        auto const power = parse_quantity(text, Kind::power);
        if (!power.error.empty()) continue;
        p.import_w += power.si;
        said = fmt::format("{} of import power", text);
      } else if (auto const pod = pods.find(path.starts_with("pods.") ? path.substr(5) : path); pod != pods.end()) {
        double racks = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), racks).ec != std::errc{}) continue;
        p.racks[pod->first] += racks, p.racks_w += racks * pod->second.rack_w, most = std::max(most, racks);
        said = fmt::format("{} racks {}", count_text(racks), pod->first);
      }
      if (!said.empty()) p.adds += (p.adds.empty() ? "" : ", ") + said;
    }
    p.up_from = p.day + static_cast<long>(std::ceil(entry.value("burn_in", 0.0) / 86400));
    p.up_all = p.up_from + (per_day > 0 ? static_cast<long>(std::ceil(most / per_day)) - 1 : 0);
    phases.push_back(std::move(p));
  }
  std::stable_sort(phases.begin(), phases.end(), [](auto const& a, auto const& b) { return a.day < b.day; });
  double at_once_w = 0;
  for (auto const& [id, pod] : pods)
    if (!is_phased(phases, id)) at_once_w += pod.racks * pod.rack_w;
  tell_waiting(phases, at_once_w, facts.number("/site/utility/capacity"));
  return phases;
}

std::vector<double> shares_of(SiteFacts const& facts, std::vector<Phase> const& phases, std::string const& follows) {
  std::vector<double> shares(phases.size() + 1, 0.0);
  auto const pods = pods_of(facts);
  double there = 0, all = 0;
  for (auto const& [id, pod] : pods) {
    bool const is_own = follows == "pods." + id;
    double const weight = is_own ? pod.racks : follows == "racks" || follows == "site" ? pod.racks * pod.rack_w : 0;
    all += weight;
    if (!is_phased(phases, id)) there += weight;
  }
  if (all <= 0 || follows == "site") {  // one plant for all: it stands before the first racks
    std::fill(shares.begin() + (phases.empty() || there > 0 ? 0 : 1), shares.end(), 1.0);
    return shares;
  }
  shares[0] = there / all;
  for (std::size_t k = 0; k < phases.size(); ++k) {
    for (auto const& [id, racks] : phases[k].racks)
      if (follows == "racks" || follows == "pods." + id) there += racks * (follows == "racks" ? pods.at(id).rack_w : 1);
    shares[k + 1] = std::min(there / all, 1.0);
  }
  shares.back() = 1;
  return shares;
}

}  // namespace aif::reports
