#include "sim/scenario/cross_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/scenario/check_expression.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/path.hpp"
#include "sim/scenario/uncertainty.hpp"

namespace aif::sim {
namespace {

void add(DiagnosticList& problems, std::string code, std::string path, std::string message, std::string const& near, std::string detail) {
  Diagnostic d;
  d.code = std::move(code);
  d.path = std::move(path);
  d.message = std::move(message);
  d.hint = near.empty() ? "" : fmt::format("did you mean `{}`?", near);
  d.detail = std::move(detail);
  problems.add(std::move(d));
}

void check_pods(std::vector<std::string> const& pods, std::string const& path, std::vector<std::string> const& known, DiagnosticList& problems) {
  for (std::size_t i = 0; i < pods.size(); ++i)
    if (std::find(known.begin(), known.end(), pods[i]) == known.end())
      add(problems, "AF1024", fmt::format("{}.{}", path, i), fmt::format("no hall has a pod `{}`", pods[i]), did_you_mean(pods[i], known), fmt::format("pods: {}", fmt::join(known, ", ")));
}

// The deepest node on a path as the Reader names it: entries without an id go by their number.
DocNode const* nearest_node(DocNode const& tree, std::vector<std::string> const& words) {
  DocNode const* node = &tree;
  std::size_t at = 0;
  while (at < words.size()) {
    DocNode const* next = nullptr;
    std::size_t end = at;
    while (!next && ++end <= words.size()) {
      std::string const word = join_path(words, at, end);
      next = node->find(word);
      for (std::size_t i = 0; i < node->items.size() && !next; ++i) {
        DocNode const* id = node->items[i].find("id");
        if (id ? id->scalar == word : std::to_string(i) == word) next = &node->items[i];
      }
    }
    if (!next) break;
    node = next;
    at = end;
  }
  return at > 0 ? node : find_path(tree, join_path(words, 0, words.size()));
}

}  // namespace

void check_references(Scenario const& scenario, DocNode const& tree, DiagnosticList& problems) {
  DiagnosticList found;
  std::vector<std::string> pods, workloads;
  for (auto const& hall : scenario.halls)
    for (auto const& pod : hall.pods) pods.push_back(pod.id);
  for (auto const& workload : scenario.workloads) {
    workloads.push_back(std::visit([](auto const& w) { return w.id; }, workload));
    if (auto const* serving = std::get_if<workloads::ServingWorkloadParams>(&workload)) check_pods(serving->placement.pods, fmt::format("workloads.{}.placement.pods", serving->id), pods, found);
    if (auto const* product = std::get_if<workloads::ProductWorkloadParams>(&workload)) check_pods(product->placement.pods, fmt::format("workloads.{}.placement.pods", product->id), pods, found);
    if (auto const* training = std::get_if<workloads::TrainingWorkloadParams>(&workload)) check_pods(training->pods, fmt::format("workloads.{}.pods", training->id), pods, found);
  }
  read_uncertainty(scenario, found);
  for (std::size_t i = 0; i < scenario.checks.size(); ++i) {
    CheckExpression unused;
    Diagnostic d = read_check(scenario.checks[i].expr, workloads, unused);
    d.path = fmt::format("checks.{}.expr", i);
    if (!d.message.empty()) found.add(std::move(d));
  }
  place_by_path(found, tree);
  problems.append(found);
}

void place_by_path(DiagnosticList& problems, DocNode const& tree) {
  for (auto& d : problems.items()) {
    if (!d.pos.file.empty() || d.path.empty()) continue;
    DocNode const* node = nearest_node(tree, split_path(d.path));
    if (!node) continue;
    d.pos = node->pos;
    if (node->type == DocNode::Type::scalar) d.width = static_cast<int>(node->scalar.size()) + (node->quoted ? 2 : 0);
  }
}

}  // namespace aif::sim
