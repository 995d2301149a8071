// check FILE...: parse, units, references, ranges, whole-site plausibility; no simulation.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/diagnostics_out.hpp"
#include "cli/verbs.hpp"
#include "sim/facility/build.hpp"
#include "sim/scenario/cases.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  sim::LoadOptions load;
  bool strict = false;
  std::string format = "text";
};

void check_one(std::string const& file, sim::LoadOptions const& load, bool verbose, CheckedFile& out) {
  try {
    auto loaded = sim::load_scenario(file, load);
    out.problems.append(loaded.warnings);
    sim::BuildLog log;
    sim::build_facility(loaded, sim::Library(load.library_dirs), {.check_only = true}, log);
    out.problems.append(log.warnings);
    std::size_t from_library = 0;
    for (auto const& [path, chain] : loaded.origins) from_library += !chain.back().reference.empty();
    out.summary = fmt::format("{} values, {} from the library", loaded.origins.size(), from_library);
    if (verbose) {
      for (auto const& input : loaded.resolved.files) out.inputs += fmt::format("  {}  {}\n", input.sha256.substr(0, 16), input.path);
      for (auto const& [reference, path] : loaded.resolved.library) out.inputs += fmt::format("  lib:{}  {}\n", reference, path);
    }
  } catch (InputError const& e) {
    out.problems.append(e.diagnostics());
  }
}

// A scenario, or every case of a cases file.
CheckedFile check_file(std::string const& file, CheckOptions const& options, bool verbose) {
  CheckedFile out;
  out.file = file;
  std::vector<std::string> cases;
  try {
    if (options.load.case_id.empty()) cases = sim::list_cases(file);
  } catch (InputError const& e) {
    out.problems = e.diagnostics();
    return out;
  }
  if (cases.empty()) {
    check_one(file, options.load, verbose, out);
    return out;
  }
  for (auto const& id : cases) {
    sim::LoadOptions one = options.load;
    one.case_id = id;
    check_one(file, one, verbose, out);
  }
  out.problems.keep_first_at_each_position();  // what is wrong with the base is wrong in every case
  out.summary += fmt::format(", {} cases", cases.size());
  return out;
}

int check(CheckOptions const& options, Frame const& frame) {
  std::vector<CheckedFile> checked;
  int code = kSuccess;
  for (auto const& file : options.files) {
    CheckedFile const& one = checked.emplace_back(check_file(file, options, frame.verbosity > 0));
    if (one.problems.has_errors()) code = std::max(code, exit_code_of(one.problems));
    else if (options.strict && one.warnings() > 0) code = std::max(code, kInvalidInput);
  }
  std::string const format = frame.json ? "json" : options.format;
  if (format == "json") {
    std::fputs(diagnostics_json(checked).c_str(), stdout);
  } else if (format == "github") {
    for (auto const& one : checked) std::fputs(github_annotations(one).c_str(), stdout);
  } else {
    for (auto const& one : checked) {
      frame.print(one.problems);
      if (!frame.quiet) std::fputs((summary_line(one) + one.inputs).c_str(), stdout);
    }
  }
  return code;
}

}  // namespace

void add_check(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<CheckOptions>();
  CLI::App* verb = frame.verb(app, "check", "Check scenario files without simulating", [options, &frame] { return check(*options, frame); });
  verb->add_option("FILE", options->files, "Scenario or cases files")->required();
  verb->add_flag("--strict", options->strict, "Warnings are errors");
  verb->add_option("--format", options->format, "text, json or github (annotations of a pull request)")->check(CLI::IsMember({"text", "json", "github"}))->capture_default_str();
  add_scenario_options(*verb, options->load);
}

}  // namespace aif::cli
