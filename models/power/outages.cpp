#include "models/power/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/graph/graph.hpp"
#include "models/power/redundancy.hpp"
#include "models/power/site.hpp"

namespace aif::power {
namespace {

struct Part {
  std::string component;  // empty: not a part that fails by itself
  double capacity_w = 0;
};

// Parts as split vertices (in 2i, out 2i+1, an edge of the part's capacity between), a source and a sink.
class Supply {
 public:
  Supply() { graph_.vertices = 2; }
  int add(std::string component, double capacity_w) {
    parts_.push_back({std::move(component), capacity_w});
    int const in = graph_.vertices;
    graph_.vertices += 2;
    part_edge_.push_back(static_cast<int>(graph_.edges.size()));
    graph_.edges.push_back({in, in + 1, 1, capacity_w});
    return static_cast<int>(parts_.size()) - 1;
  }
  void feed(int part) { connect(kSource, in(part)); }
  void join(int from, int to) { connect(out(from), in(to)); }
  void load(int part, double w) {
    graph_.edges.push_back({out(part), kSink, 1, w});
    load_w_ += w;
  }
  // One cluster of racks behind two paths.
  void cluster(int a, int b, double w) {
    int const racks = add("", w);
    join(a, racks);
    if (b >= 0 && b != a) join(b, racks);
    load(racks, w);
  }
  double carried_frac(int without = -1) const {
    if (load_w_ <= 0) return 1;
    Graph g = graph_;
    if (without >= 0) g.edges[static_cast<std::size_t>(part_edge_[static_cast<std::size_t>(without)])].capacity = 0;
    return std::min(1.0, min_cut(g, kSource, kSink, true).capacity / load_w_);
  }
  std::vector<Part> const& parts() const { return parts_; }

 private:
  static constexpr int kSource = 0, kSink = 1;
  static constexpr double kAnything = 1e12;
  static int in(int part) { return 2 + 2 * part; }
  static int out(int part) { return 3 + 2 * part; }
  void connect(int from, int to) { graph_.edges.push_back({from, to, 1, kAnything}); }
  Graph graph_;
  std::vector<Part> parts_;
  std::vector<int> part_edge_;
  double load_w_ = 0;
};

Redundancy word(std::string const& text) { return parse_redundancy(text).value_or(Redundancy{}); }

// Board sections, each reachable from every feed and main transformer.
std::vector<int> upper_level(Supply& supply, PowerParams const& p, std::set<std::string> const& out, double it_share) {
  auto in_service = [&](std::string const& name) { return !out.contains(name); };
  auto const& feeds = p.utility.feeds;
  double const feed_w = it_share * p.utility.capacity_w / std::max(usable_units(word(feeds.redundancy), feeds.count), 1.0);
  std::vector<int> sources, boards;
  for (int k = 0; k < feeds.count; ++k)
    if (std::string const name = fmt::format("power.feeds/{}", k); in_service(name)) {
      sources.push_back(supply.add(name, feed_w));
      supply.feed(sources.back());
    }
  auto const& mains = p.plant.main_transformer;
  if (mains.count > 0) {
    std::vector<int> transformers;
    for (int k = 0; k < mains.count; ++k)
      if (std::string const name = fmt::format("power.main_transformer/{}", k); in_service(name)) {
        transformers.push_back(supply.add(name, it_share * mains.unit.rating_va));
        for (int s : sources) supply.join(s, transformers.back());
      }
    sources = std::move(transformers);
  }
  for (int k = 0; k < std::min(feeds.count, 2); ++k)
    if (std::string const name = fmt::format("power.board/{}", k); in_service(name)) {
      boards.push_back(supply.add(name, 1e12));
      for (int s : sources) supply.join(s, boards.back());
    }
  return boards;
}

// Racks behind blocks i and j; i == j where the word gives a rack one block only.
void add_clusters(Supply& supply, PowerParams const& p, std::vector<int> const& blocks, double rated_w) {
  using Kind = Redundancy::Kind;
  auto const r = word(p.plant.blocks.redundancy);
  int const n = static_cast<int>(blocks.size()), paths = p.plant.distribution.busway.paths;
  std::vector<std::pair<int, int>> pairs;
  if (r.kind == Kind::two_n || r.kind == Kind::two_n_plus_1) {
    for (int k = 0; k + 1 < n; k += 2) pairs.emplace_back(k, k + 1);
  } else if (r.kind == Kind::ratio) {
    for (int start = 0; start < n; start += r.of)
      for (int a = start; a < std::min(start + r.of, n); ++a)
        for (int b = a + 1; b < std::min(start + r.of, n); ++b) pairs.emplace_back(a, b);
  } else {
    int const spares = r.kind == Kind::catcher ? 1 : r.kind == Kind::n_plus_k ? std::min(r.k, n - 1) : 0;
    for (int k = 0; k < n - spares; ++k) pairs.emplace_back(k, spares > 0 ? n - 1 - k % spares : k);
  }
  for (std::size_t c = 0; c < pairs.size(); ++c) {
    auto const [a, b] = pairs[c];
    double const w = rated_w / static_cast<double>(pairs.size());
    // Two busway paths from two blocks; with one path the switch between the blocks and the busway are shared.
    int const first = supply.add(fmt::format("power.distribution.busway/{}", paths * c), w);
    int const second = paths > 1 ? supply.add(fmt::format("power.distribution.busway/{}", 2 * c + 1), w) : first;
    supply.join(blocks[static_cast<std::size_t>(a)], first);
    supply.join(blocks[static_cast<std::size_t>(b)], second);
    supply.cluster(first, second, w);
  }
}

}  // namespace

std::vector<Outage> list_outages(PowerParams const& p, std::span<RackGroupLoad const> groups, PowerReliability const& rates) {
  std::vector<Outage> out;
  auto add = [&](std::string component, char const* kind, FailureLaw const& law, std::string cause = {}) {
    out.push_back({std::move(component), kind, law.rate_per_s * kYear, law.repair_s, 0.0, std::move(cause), law.source});
  };
  auto add_all = [&](std::string const& name, int count, char const* kind, FailureLaw const& law) {
    for (int k = 0; k < count; ++k) add(fmt::format("{}/{}", name, k), kind, law);
  };
  int const feeds = p.utility.feeds.count, blocks = p.plant.blocks.count;
  add_all("power.feeds", feeds, "failure", rates.feed);
  if (feeds > 1)
    for (int k = 0; k < feeds; ++k) add(fmt::format("power.feeds/{}", k), "failure", rates.all_feeds, "utility");
  add_all("power.main_transformer", p.plant.main_transformer.count, "failure", rates.main_transformer);
  add_all("power.board", std::min(feeds, 2), "failure", rates.board);
  auto const& ups = p.plant.ups;
  int const units = ups.units > 0 ? ups.units : static_cast<int>(std::ceil(p.plant.blocks.it_capacity_w / ups.rated_power_w - 1e-9));
  add_all("power.blocks", blocks, "failure", rates.block);
  add_all("power.blocks", blocks, "maintenance", rates.block_maintenance);
  add_all("power.ups", blocks * units, "failure", rates.ups);
  for (auto const& source : p.onsite) {
    if (auto const* b = std::get_if<BatteryParams>(&source)) add(fmt::format("site.onsite.{}/0", b->id), "failure", rates.battery);
    if (auto const* g = std::get_if<GeneratorParams>(&source)) {
      add_all("site.onsite." + g->id, g->units, "failure", rates.generator);
      add_all("site.onsite." + g->id, g->units, "maintenance", rates.generator_maintenance);
    }
    if (auto const* g = std::get_if<GasParams>(&source)) {
      add_all("site.onsite." + g->id, g->units, "failure", rates.generator);
      add_all("site.onsite." + g->id, g->units, "maintenance", rates.generator_maintenance);
    }
  }
  if (groups.empty()) return out;
  SitePower const site = build_site_power(p, groups);
  add_all("power.mechanical", static_cast<int>(site.mechanical_units), "failure", rates.mechanical_transformer);
  if (p.plant.distribution.busway.paths == 1)
    for (std::size_t g = 0; g < groups.size(); ++g)
      add_all("power.distribution.busway." + groups[g].id, static_cast<int>(site.groups[g].runs), "failure", rates.busway);
  return out;
}

PowerParams apply(PowerParams const& params, std::span<Outage const> outages) {
  PowerParams out = params;
  auto& list = out.plant.out_of_service;
  for (auto const& o : outages)
    if (std::find(list.begin(), list.end(), o.component) == list.end()) list.push_back(o.component);
  return out;
}

SupplyVerdict assess_supply(PowerParams const& p, std::span<RackGroupLoad const> groups, double overhead_frac) {
  std::set<std::string> const out(p.plant.out_of_service.begin(), p.plant.out_of_service.end());
  double rated_w = 0;
  for (auto const& g : groups) rated_w += g.racks * g.rated_rack_w;
  Supply supply;
  auto const boards = upper_level(supply, p, out, 1 / (1 + overhead_frac));
  std::vector<int> blocks;
  for (int k = 0; k < p.plant.blocks.count; ++k) {
    std::string const name = fmt::format("power.blocks/{}", k);
    blocks.push_back(supply.add(name, out.contains(name) ? 0.0 : p.plant.blocks.it_capacity_w));
    for (int b : boards) supply.join(b, blocks.back());
  }
  add_clusters(supply, p, blocks, rated_w);

  SupplyVerdict verdict;
  verdict.carried_frac = supply.carried_frac();
  for (std::size_t i = 0; i < supply.parts().size(); ++i) {
    auto const& part = supply.parts()[i];
    if (part.component.empty()) continue;
    double const lost = verdict.carried_frac - supply.carried_frac(static_cast<int>(i));
    if (lost > 1e-9) verdict.single_points.push_back({part.component, lost});
  }
  std::stable_sort(verdict.single_points.begin(), verdict.single_points.end(), [](auto const& a, auto const& b) { return a.lost_frac > b.lost_frac + 1e-12; });
  verdict.concurrently_maintainable = verdict.single_points.empty() && verdict.carried_frac > 1 - 1e-9;
  return verdict;
}

}  // namespace aif::power
