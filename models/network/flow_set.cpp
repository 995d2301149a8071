#include "models/network/flow_set.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

namespace aif::network {
namespace {
std::size_t at(int i) { return static_cast<std::size_t>(i); }
}  // namespace

FlowSet::FlowSet(std::vector<double> capacity_byte_s) : capacity_(std::move(capacity_byte_s)) {
  std::size_t const n = capacity_.size();
  weight_.assign(n, 0), used_.assign(n, 0), open_on_.assign(n, 0), link_seen_.assign(n, 0);
  flows_on_.resize(n);
}

int FlowSet::add(FlowRoutes const& routes, std::size_t flow) {
  int const id = static_cast<int>(flows_.size());
  Entry entry;
  entry.rate_byte_s = std::numeric_limits<double>::infinity();
  for (int s = routes.offset[flow]; s < routes.offset[flow + 1]; ++s) {
    int const link = routes.link[at(s)];
    entry.link.push_back(link), entry.share.push_back(routes.share[at(s)]);
    flows_on_[at(link)].push_back(id);
    changed_links_.push_back(link);
    entry.rate_byte_s = 0;
  }
  flows_.push_back(std::move(entry));
  flow_seen_.push_back(0);
  return id;
}

void FlowSet::remove(int flow) {
  Entry& entry = flows_[at(flow)];
  for (int link : entry.link) {
    std::erase(flows_on_[at(link)], flow);
    changed_links_.push_back(link);
  }
  entry = {};
}

void FlowSet::update() {
  find_component();
  fill();
  changed_links_.clear();
}

void FlowSet::find_component() {
  component_.clear(), component_links_.clear();
  auto const reach = [&](int link) {
    if (link_seen_[at(link)]) return;
    link_seen_[at(link)] = 1;
    component_links_.push_back(link);
  };
  for (int link : changed_links_) reach(link);
  for (std::size_t next = 0; next < component_links_.size(); ++next)
    for (int flow : flows_on_[at(component_links_[next])]) {
      if (flow_seen_[at(flow)]) continue;
      flow_seen_[at(flow)] = 1;
      component_.push_back(flow);
      for (int link : flows_[at(flow)].link) reach(link);
    }
  for (int link : component_links_) link_seen_[at(link)] = 0;
  for (int flow : component_) flow_seen_[at(flow)] = 0;
}

void FlowSet::fill() {
  using Level = std::pair<double, int>;  // rate at which a link is full, and the link
  std::priority_queue<Level, std::vector<Level>, std::greater<>> levels;
  for (int link : component_links_) weight_[at(link)] = used_[at(link)] = 0, open_on_[at(link)] = 0;
  for (int flow : component_) {
    Entry& entry = flows_[at(flow)];
    entry.is_open = true;
    for (std::size_t i = 0; i < entry.link.size(); ++i) weight_[at(entry.link[i])] += entry.share[i], ++open_on_[at(entry.link[i])];
  }
  auto const level_of = [&](int link) { return std::max(0.0, capacity_[at(link)] - used_[at(link)]) / weight_[at(link)]; };
  for (int link : component_links_)
    if (open_on_[at(link)] > 0) levels.push({level_of(link), link});
  while (!levels.empty()) {
    auto const [level, link] = levels.top();
    levels.pop();
    if (open_on_[at(link)] == 0) continue;
    if (double const now = level_of(link); now > level * (1 + 1e-12)) {  // others were fixed below their share here: it fills later
      levels.push({now, link});
      continue;
    }
    for (int flow : flows_on_[at(link)]) {
      Entry& entry = flows_[at(flow)];
      if (!entry.is_open) continue;
      entry.is_open = false;
      entry.rate_byte_s = level;
      for (std::size_t i = 0; i < entry.link.size(); ++i) {
        std::size_t const l = at(entry.link[i]);
        weight_[l] -= entry.share[i], used_[l] += entry.share[i] * level, --open_on_[l];
      }
    }
  }
}

}  // namespace aif::network
