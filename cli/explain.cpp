// explain PATH|CODE|METRIC: help for a key of a scenario, a diagnostic code or a headline figure.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/embedded.hpp"
#include "cli/explain.hpp"
#include "cli/verbs.hpp"
#include "sim/metrics.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/manual.hpp"
#include "sim/scenario/path.hpp"

namespace aif::cli {
namespace {

bool is_code(std::string const& topic) {
  return topic.size() == 6 && topic.starts_with("AF") && topic.find_first_not_of("0123456789", 2) == std::string::npos;
}

// Rows of the embedded tables: | `AF1004` | meaning | fix |
std::string explain_code(std::string const& code) {
  for (auto const& file : embedded_files()) {
    std::string_view text = file.text;
    for (std::size_t at = text.find(code); at != std::string_view::npos; at = text.find(code, at + 1)) {
      std::size_t const begin = text.rfind('\n', at) + 1, end = std::min(text.find('\n', at), text.size());
      std::string_view row = text.substr(begin, end - begin);
      if (row.empty() || row.front() != '|' || row.find(code) > 3) continue;
      std::vector<std::string> cells;
      for (std::size_t i = 1; i < row.size();) {
        std::size_t const bar = std::min(row.find('|', i), row.size());
        auto const part = row.substr(i, bar - i);
        auto const first = part.find_first_not_of(" `");
        if (first != std::string_view::npos) cells.emplace_back(part.substr(first, part.find_last_not_of(" ") - first + 1));
        i = bar + 1;
      }
      if (cells.size() >= 2) return fmt::format("{}\n  {}\n{}", code, cells[1], cells.size() > 2 ? fmt::format("  fix      {}\n", cells[2]) : "");
    }
  }
  return {};
}

std::string explain_metric(std::string const& id) {
  Metric const* metric = sim::find_metric(id);
  if (!metric) return {};
  return fmt::format("{}\n  {}\n  unit     {}\n  of       {}, {}\n  better   {}\n", id, metric->definition, metric->unit, enum_name(metric->scope), enum_name(metric->reduce), enum_name(metric->better));
}

std::string place(SourcePos const& pos) { return pos.line > 0 ? fmt::format("{}:{}:{}", pos.file, pos.line, pos.column) : pos.file; }

// The chain of values at a path and below it, the winning one last.
std::string explain_origin(std::string const& path, FieldDescription const& field, std::string const& file, sim::LoadOptions const& load) {
  auto const loaded = sim::load_scenario(file, load);
  auto const words = sim::split_path(path);
  auto const walk = sim::walk_path(const_cast<DocNode&>(loaded.resolved.tree), words);
  std::string const full = walk.complete(words) ? walk.full_path : path;
  std::string out;
  for (auto const& [leaf, chain] : loaded.origins) {
    if (leaf != full && !leaf.starts_with(full + ".")) continue;
    out += fmt::format("{}\n", leaf);
    FieldDescription const* one = find_field(sim::scenario_type(), leaf);
    if (one && !one->default_text.empty()) out += fmt::format("    {:<24} built-in default\n", one->default_text);
    for (std::size_t i = 0; i < chain.size(); ++i) {
      sim::Origin const& origin = chain[i];
      out += fmt::format("  {} {:<24} {}{}\n", i + 1 == chain.size() ? "=" : " ", origin.text, place(origin.pos), origin.reference.empty() ? "" : fmt::format(" ({})", origin.reference));
      if (origin.source) out += fmt::format("      {}: {} ({})\n", origin.source->evidence, origin.source->text, origin.source->date);
    }
  }
  if (out.empty()) out = fmt::format("{}\n  = {:<24} built-in default; {} does not set it\n", full, field.default_text.empty() ? "nothing" : field.default_text, file);
  return out;
}

// Whether the words of a path end in those of the topic; `*` is an id, which the topic may leave out.
bool ends_in(std::vector<std::string> const& path, std::size_t n_path, std::vector<std::string> const& topic, std::size_t n_topic) {
  if (n_topic == 0) return true;
  if (n_path == 0) return false;
  bool const is_id = path[n_path - 1] == "*";
  if ((is_id || path[n_path - 1] == topic[n_topic - 1]) && ends_in(path, n_path - 1, topic, n_topic - 1)) return true;
  return is_id && ends_in(path, n_path - 1, topic, n_topic);
}

// The short form, as in patches: paths of the scenario that end in the topic, and the ends of all paths as long as it.
std::vector<std::string> paths_by_end(std::string const& topic, std::vector<std::string>& ends) {
  auto const words = sim::split_path(topic);
  std::vector<std::string> all, out;
  list_paths(sim::scenario_type(), "", all);
  for (auto const& path : all) {
    std::vector<std::string> with_ids, without;
    for (auto const& word : sim::split_path(path)) {
      bool const is_list = word.ends_with("[]");
      with_ids.push_back(is_list ? word.substr(0, word.size() - 2) : word);
      without.push_back(with_ids.back());
      if (is_list) with_ids.push_back("*");
    }
    if (ends_in(with_ids, with_ids.size(), words, words.size())) out.push_back(sim::join_path(with_ids, 0, with_ids.size()));
    if (without.size() >= words.size()) ends.push_back(sim::join_path(without, without.size() - words.size(), without.size()));
  }
  return out;
}

int explain_path(std::string const& topic, std::string const& origin, sim::LoadOptions const& load) {
  std::vector<std::string> fits, ends;
  FieldDescription const* field = find_field(sim::scenario_type(), topic);
  if (!field) {
    fits = paths_by_end(topic, ends);
    if (fits.size() == 1) field = find_field(sim::scenario_type(), fits[0]);
  }
  if (field) {
    std::fputs(sim::explain_field(fits.empty() ? topic : fits[0], *field).c_str(), stdout);
    if (!origin.empty()) std::fputs(explain_origin(topic, *field, origin, load).c_str(), stdout);
    return kSuccess;
  }
  std::string const near = did_you_mean(topic, ends);
  std::string text = fmt::format("aifactory explain: {} is called `{}`{}\n", fits.empty() ? "nothing" : "more than one thing", topic,
                                 fits.empty() && !near.empty() ? fmt::format("; did you mean `{}`?", near) : "");
  for (auto const& path : fits) text += fmt::format("  {}\n", path);
  std::fputs(text.c_str(), stderr);
  return kUsage;
}

// What a code or a metric means; empty for others.
std::string explain_name(std::string const& topic) { return is_code(topic) ? explain_code(topic) : explain_metric(topic); }

int explain(std::string const& topic, std::string const& origin, sim::LoadOptions const& load) {
  std::string const text = explain_name(topic);
  if (text.empty() && !is_code(topic)) return explain_path(topic, origin, load);
  std::fputs(text.empty() ? fmt::format("aifactory explain: no diagnostic has the code {}\n", topic).c_str() : text.c_str(), text.empty() ? stderr : stdout);
  return text.empty() ? kUsage : kSuccess;
}

}  // namespace

std::string explain_topic(std::string const& topic) {
  if (std::string text = explain_name(topic); !text.empty()) return text;
  if (auto const* field = find_field(sim::scenario_type(), topic)) return sim::explain_field(topic, *field);
  std::vector<std::string> ends;
  auto const fits = paths_by_end(topic, ends);
  return fits.size() == 1 ? sim::explain_field(fits[0], *find_field(sim::scenario_type(), fits[0])) : std::string();
}

void add_explain(CLI::App& app, Frame& frame) {
  struct Options {
    std::string topic, origin;
    sim::LoadOptions load;
  };
  auto const options = std::make_shared<Options>();
  CLI::App* verb = frame.verb(app, "explain", "Help for a scenario key, a diagnostic code or a metric", [options] { return explain(options->topic, options->origin, options->load); });
  verb->add_option("TOPIC", options->topic, "cooling.liquid.supply, AF1004 or pue")->required();
  verb->add_option("--origin", options->origin, "Who set the value in this scenario")->type_name("FILE");
  add_scenario_options(*verb, options->load);
}

}  // namespace aif::cli
