#include "workloads/stages/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aif::workloads {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::size_t index_of(ProductParams const& product, std::string const& id) {
  for (std::size_t i = 0; i < product.stages.size(); ++i)
    if (base(product.stages[i]).id == id) return i;
  return kNone;
}

// Stages on a circle, in words; empty when there is none. Depth first: a stage met again while it is open closes a circle.
std::string find_circle(ProductParams const& product) {
  std::vector<int> state(product.stages.size(), 0);  // 0 new, 1 open, 2 done
  std::vector<std::size_t> open;
  std::string circle;
  auto const visit = [&](auto&& self, std::size_t i) -> bool {
    state[i] = 1;
    open.push_back(i);
    for (auto const& id : base(product.stages[i]).after) {
      std::size_t const j = index_of(product, id);
      if (j == kNone || state[j] == 2) continue;
      if (state[j] == 1) {
        for (auto at = std::find(open.begin(), open.end(), j); at != open.end(); ++at) circle += base(product.stages[*at]).id + " after ";
        circle += base(product.stages[j]).id;
        return true;
      }
      if (self(self, j)) return true;
    }
    state[i] = 2;
    open.pop_back();
    return false;
  };
  for (std::size_t i = 0; i < product.stages.size(); ++i)
    if (state[i] == 0 && visit(visit, i)) break;
  return circle;
}

template <class S, class Name>
std::vector<std::string> references(ProductParams const& product, Name&& name) {
  std::vector<std::string> out;
  for (auto const& stage : product.stages)
    if (auto const* s = std::get_if<S>(&stage); s && std::find(out.begin(), out.end(), name(*s)) == out.end()) out.push_back(name(*s));
  return out;
}

// What a network stage has to say for its part.
std::string missing_count(NetworkStage const& s, compute::NetworkPart const& part) {
  auto const image = [&](double pixels) { return pixels > 0 && s.tokens <= 0 && (s.width <= 0 || s.height <= 0); };
  if (auto const* p = std::get_if<compute::TransformerPart>(&part)) {
    if (image(p->pixels_per_token)) return "width and height, or tokens";
    if (p->pixels_per_token <= 0 && s.tokens <= 0) return "tokens";
    if (p->cross_layers > 0 && s.cross <= 0) return "cross";
  }
  if (auto const* p = std::get_if<compute::MmditPart>(&part); p && image(p->pixels_per_token)) return "width and height, or tokens";
  if (std::holds_alternative<compute::UnetPart>(part) && (s.width <= 0 || s.height <= 0)) return "width and height";
  if (std::holds_alternative<compute::ConvNetPart>(part) && s.width <= 0) return "width";
  if ((std::holds_alternative<compute::PairformerPart>(part) || std::holds_alternative<compute::StructureDiffusionPart>(part)) && s.tokens <= 0) return "tokens";
  return {};
}

}  // namespace

std::vector<std::string> network_references(ProductParams const& product) {
  return references<NetworkStage>(product, [](auto const& s) { return s.network; });
}
std::vector<std::string> model_references(ProductParams const& product) {
  return references<LanguageStage>(product, [](auto const& s) { return s.model; });
}

DiagnosticList check_product(ProductParams const& product, ModelShelf const& shelf, std::string const& path) {
  DiagnosticList problems;
  auto const add = [&](std::string code, std::string const& stage, std::string message, std::string hint) {
    problems.add({std::move(code), Severity::error, std::move(message), stage.empty() ? path : path + ".stages." + stage, {}, std::move(hint), 1});
  };
  if (product.stages.empty()) add("AF2540", "", "the product has no stages", "name at least one stage, or lib:products/NAME");
  std::vector<std::string> ids;
  for (auto const& stage : product.stages) ids.push_back(base(stage).id);
  for (auto const& stage : product.stages) {
    auto const& b = base(stage);
    for (auto const& id : b.after)
      if (index_of(product, id) == kNone) {
        std::string const near = did_you_mean(id, ids);
        add("AF2542", b.id, fmt::format("`{}` waits for a stage `{}` that is not there{}", b.id, id, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), "name a stage of the same product");
      }
    if (auto const* s = std::get_if<NetworkStage>(&stage)) {
      auto const network = shelf.networks.find(s->network);
      if (network == shelf.networks.end()) continue;  // told by the library
      auto const* part = compute::find_part(network->second, s->part);
      if (!part) {
        std::string known;
        for (auto const& p : network->second.parts) known += (known.empty() ? "" : ", ") + compute::part_id(p);
        add("AF2543", b.id, fmt::format("{} has no part `{}`", s->network, s->part), "its parts: " + known);
      } else if (std::string const count = missing_count(*s, *part); !count.empty()) {
        add("AF2544", b.id, fmt::format("stage `{}` does not say {}", b.id, count), "the part's size depends on it");
      }
    }
  }
  if (std::string const circle = find_circle(product); !circle.empty())
    add("AF2541", "", "stages wait for each other in a circle: " + circle, "a job is a graph without circles; a loop of an agent is one job for each call");
  return problems;
}

std::vector<std::vector<std::size_t>> predecessors(ProductParams const& product) {
  std::vector<std::vector<std::size_t>> out;
  for (auto const& stage : product.stages) {
    auto& list = out.emplace_back();
    for (auto const& id : base(stage).after)
      if (std::size_t const j = index_of(product, id); j != kNone) list.push_back(j);
  }
  return out;
}

std::vector<std::size_t> stage_order(ProductParams const& product) {
  auto const before = predecessors(product);
  std::vector<std::size_t> order;
  std::vector<bool> done(product.stages.size(), false);
  for (bool moved = true; moved && order.size() < done.size();) {
    moved = false;
    for (std::size_t i = 0; i < done.size(); ++i)
      if (!done[i] && std::all_of(before[i].begin(), before[i].end(), [&](std::size_t j) { return done[j]; })) order.push_back(i), done[i] = moved = true;
  }
  return order;
}

double critical_path_s(ProductParams const& product, std::vector<double> const& time_s) {
  auto const before = predecessors(product);
  std::vector<double> end(product.stages.size(), 0);
  double longest = 0;
  for (std::size_t i : stage_order(product)) {
    double start = 0;
    for (std::size_t j : before[i]) start = std::max(start, end[j]);
    end[i] = start + base(product.stages[i]).gap_s + time_s[i];
    longest = std::max(longest, end[i]);
  }
  return longest;
}

}  // namespace aif::workloads
