// library list|show|check: the facts that scenarios refer to, with their sources.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/diagnostics_out.hpp"
#include "cli/verbs.hpp"
#include "core/csv.hpp"
#include "core/field_tools.hpp"
#include "sim/scenario/library.hpp"

namespace aif::cli {
namespace {

int list(std::string const& prefix, bool json) {
  sim::Library const library;
  std::string out;
  for (auto const& reference : library.references()) {
    if (!reference.starts_with(prefix)) continue;
    std::string title;
    if (library.is_entry(reference)) {
      try {
        title = library.load(reference).title;
      } catch (InputError const&) {
        title = "(damaged: see `aifactory library check`)";
      }
    }
    if (json) out += fmt::format("{}{{\"reference\":{},\"title\":{}}}", out.empty() ? "" : ",\n ", quote_json("lib:" + reference), quote_json(title));
    else out += fmt::format("lib:{:<52} {}\n", reference, title);
  }
  std::fputs(json ? fmt::format("[{}]\n", out).c_str() : out.c_str(), stdout);
  return kSuccess;
}

void show_node(DocNode const& node, std::string const& path) {
  auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
  if (node.type == DocNode::Type::scalar) {
    std::string const source = node.source ? fmt::format("{}: {} ({})", node.source->evidence, node.source->text, node.source->date) : "";
    std::string const range = node.source && node.source->low < node.source->high ? fmt::format("  [{:.6g} .. {:.6g} SI]", node.source->low, node.source->high) : "";
    std::fputs(fmt::format("  {:<28} {:<20} {}{}\n", path, node.scalar, source, range).c_str(), stdout);
  }
  for (auto const& e : node.entries) show_node(e.value, below(e.key));
  for (std::size_t i = 0; i < node.items.size(); ++i) show_node(node.items[i], below(std::to_string(i)));
}

int show(std::string const& reference, Frame const& frame) {
  sim::Library const library;
  bool const json = frame.json;
  if (!library.is_entry(reference)) {  // a series: only its place can be shown
    try {
      std::printf("%s\n", library.asset_path(reference.starts_with("lib:") ? reference : "lib:" + reference).c_str());
      return kSuccess;
    } catch (InputError const& e) {
      frame.print(e.diagnostics());
      return kMissing;
    }
  }
  auto const entry = library.load(reference);
  if (json) {
    std::printf("{\"reference\":%s,\"title\":%s,\"file\":%s,\"text\":%s}\n", quote_json("lib:" + entry.reference).c_str(), quote_json(entry.title).c_str(), quote_json(entry.file).c_str(), quote_json(entry.text).c_str());
    return kSuccess;
  }
  std::fputs(fmt::format("lib:{}  {}\n  {}\n", entry.reference, entry.title, entry.file).c_str(), stdout);
  show_node(entry.values, "");
  return kSuccess;
}

// A number that is an assumption needs a range, else nobody can say what it is worth.
void find_bare_assumptions(DocNode const& node, std::string const& path, DiagnosticList& problems) {
  if (node.type == DocNode::Type::scalar && node.source && node.source->evidence == "assumption" && !(node.source->low < node.source->high) && !node.scalar.empty() &&
      std::string_view("+-.0123456789").find(node.scalar[0]) != std::string_view::npos)
    problems.add({"AF1022", Severity::warning, fmt::format("the assumption `{}` has no range", node.scalar), path, node.pos, "write `[value, source, low, high]`", static_cast<int>(node.scalar.size())});
  for (auto const& e : node.entries) find_bare_assumptions(e.value, path.empty() ? e.key : path + "." + e.key, problems);
  if (!node.items.empty()) find_bare_assumptions(node.items[0], path, problems);  // a row of numbers is told once
}

int check(std::vector<std::string> files, bool strict, Frame const& frame) {
  if (files.empty()) {
    sim::Library const library;
    for (auto const& reference : library.references())
      if (library.is_entry(reference)) files.push_back(library.asset_path("lib:" + reference));
  }
  int code = kSuccess;
  for (auto const& file : files) {
    CheckedFile one;
    one.file = file;
    sim::LibraryEntry entry;
    sim::read_entry(read_file(file), file, one.problems, entry);
    find_bare_assumptions(entry.values, "", one.problems);
    for (auto const& key : entry.unused_sources) one.problems.add({"AF1023", Severity::warning, fmt::format("no value uses the source `{}`", key), "sources." + key, {file, 0, 0}, "remove it", 1});
    one.problems.sort_by_position();
    if (one.errors() > 0 || (strict && one.warnings() > 0)) code = kInvalidInput;
    frame.print(one.problems);
    one.summary = fmt::format("{} sources", entry.sources.size());
    if (!frame.quiet) std::fputs(summary_line(one).c_str(), stdout);
  }
  return code;
}

}  // namespace

void add_library(CLI::App& app, Frame& frame) {
  struct Options {
    std::string prefix, reference;
    std::vector<std::string> files;
    bool strict = false;
  };
  auto const options = std::make_shared<Options>();
  CLI::App* library = app.add_subcommand("library", "List, show and check library entries");
  library->require_subcommand(1)->fallthrough();
  frame.verb(*library, "list", "All entries, or those that begin with PREFIX", [options, &frame] { return list(options->prefix, frame.json); })
      ->add_option("PREFIX", options->prefix, "racks, weather/USA_VA, ...");
  frame.verb(*library, "show", "One entry with the source of every value", [options, &frame] { return show(options->reference, frame); })
      ->add_option("ENTRY", options->reference, "racks/gb200-nvl72")->required();
  CLI::App* verb = frame.verb(*library, "check", "Check entry files, by default the whole library", [options, &frame] { return check(options->files, options->strict, frame); });
  verb->add_option("FILE", options->files, "Entry files");
  verb->add_flag("--strict", options->strict, "Warnings are errors");
}

}  // namespace aif::cli
