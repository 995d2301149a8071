// validate: the models against published measurements, by the protocol of validation/data/README.md.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/study_pages.hpp"
#include "cli/suite_out.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/library.hpp"
#include "validation/suites.hpp"

namespace aif::cli {
namespace {

using validation::Suite;

// Every name of the protocol; those without a suite say so.
constexpr std::string_view kNames[] = {"serving", "kernels", "power", "cooling", "network", "storage", "training", "reliability", "products"};

struct ValidateOptions {
  std::string suite = "all", data, out, report, rows;
  bool refit = false, parameters = false;
};

Suite const* find_suite(std::string_view name) {
  auto const& all = validation::suites();
  auto const it = std::find_if(all.begin(), all.end(), [&](auto const& s) { return s.name == name; });
  return it == all.end() ? nullptr : &*it;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names(std::begin(kNames), std::end(kNames));
  for (auto const& suite : validation::suites())
    if (std::find(names.begin(), names.end(), suite.name) == names.end()) names.push_back(suite.name);
  return names;
}

// The root of the project: fitted files stand below it.
std::string project_dir() {
  auto const dirs = sim::Library().dirs();
  return dirs.empty() ? "." : std::filesystem::path(dirs.back()).parent_path().string();
}

validation::SuiteReport run_suite(Suite const& suite, ValidateOptions const& options) {
  if (options.refit && suite.refit) suite.refit(options.out.empty() ? project_dir() : options.out);
  validation::Options run;
  run.shipped = options.data.empty();
  run.data_dir = run.shipped ? project_dir() + "/validation/data" : options.data;
  run.refit = options.refit;
  return suite.run(run);
}

int print_parameters(std::vector<Suite const*> const& chosen, bool json) {
  std::string out;
  for (Suite const* suite : chosen)
    if (suite->parameters)
      for (auto const& p : suite->parameters()) out += json ? parameter_json(suite->name, p, out.empty()) : parameter_line(suite->name, p);
  std::fputs(json ? fmt::format("[{}]\n", out).c_str() : out.c_str(), stdout);
  return kSuccess;
}

int validate(ValidateOptions const& options, Frame const& frame) {
  std::vector<Suite const*> chosen;
  for (auto const& name : options.suite == "all" ? known_names() : std::vector<std::string>{options.suite}) {
    if (Suite const* suite = find_suite(name)) {
      chosen.push_back(suite);
    } else {
      auto const names = known_names();
      bool const is_known = std::find(names.begin(), names.end(), name) != names.end();
      std::fputs((is_known ? fmt::format("aifactory validate: the suite `{}` is not available in this version\n", name)
                           : fmt::format("aifactory validate: no suite `{}`; suites: {}, all\n", name, fmt::join(names, ", "))).c_str(), stderr);
      if (options.suite != "all") return kUsage;
    }
  }
  if (options.parameters) return print_parameters(chosen, frame.json);
  bool pass = true;
  std::vector<std::string> documents;
  std::vector<validation::SuiteReport> reports;
  for (Suite const* suite : chosen) {
    auto const report = run_suite(*suite, options);
    pass = pass && report.pass;
    if (!options.report.empty() || !options.rows.empty()) reports.push_back(report);
    if (frame.json) documents.push_back(suite_json(report));
    else std::fputs(suite_table(report).c_str(), stdout);
  }
  if (frame.json) std::fputs((options.suite == "all" ? fmt::format("[{}]\n", fmt::join(documents, ",\n")) : fmt::format("{}\n", fmt::join(documents, ""))).c_str(), stdout);
  if (!options.report.empty()) write_validation_page(reports, options.report);
  if (!options.rows.empty()) write_file(options.rows, suite_rows(reports));
  return pass ? kSuccess : kCheckFailed;
}

}  // namespace

void add_validate(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<ValidateOptions>();
  CLI::App* verb = frame.verb(app, "validate", "Compare the models with published measurements", [options, &frame] { return validate(*options, frame); });
  verb->add_option("--suite", options->suite, fmt::format("{} or all", fmt::join(known_names(), ", ")))->type_name("NAME")->capture_default_str();
  verb->add_option("--data", options->data, "Folder of tables; default: the shipped ones")->type_name("DIR")->check(CLI::ExistingDirectory);
  verb->add_flag("--refit", options->refit, "Regenerate the fitted files first");
  verb->add_option("--out", options->out, "Project folder that refitted files are written to")->type_name("DIR");
  verb->add_option("--report", options->report, "Also write a page of the errors")->type_name("FILE");
  verb->add_option("--rows", options->rows, "Also write every prediction beside its measurement, as CSV")->type_name("FILE");
  verb->add_flag("--parameters", options->parameters, "List every fitted parameter with its interval and rows");
}

}  // namespace aif::cli
