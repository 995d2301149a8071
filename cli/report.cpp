// report: one HTML file from one or more results.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/verbs.hpp"
#include "core/field_tools.hpp"
#include "reports/html.hpp"
#include "sim/io/result_file.hpp"

namespace aif::cli {
namespace {

struct ReportOptions {
  std::vector<std::string> results;
  std::string out, question, format = "html", reader;
  bool no_charts = false;
};

// A folder stands for the result.nc in it.
std::string result_path(std::string const& named) {
  return std::filesystem::is_directory(named) ? (std::filesystem::path(named) / "result.nc").string() : named;
}

int report(ReportOptions const& options, Frame const& frame) {
  std::vector<sim::Results> all;
  for (auto const& name : options.results) all.push_back(sim::read_result(result_path(name)));
  std::string const beside = (std::filesystem::path(result_path(options.results.front())).parent_path() / ("report." + options.format)).string();
  std::string const path = options.out.empty() ? beside : options.out;
  std::vector<std::string> names;
  for (auto const& name : options.results) names.push_back(std::filesystem::absolute(result_path(name)).parent_path().filename().string());
  if (all.size() == 1) names.clear();
  reports::ReportOptions const settings{options.question, !options.no_charts, options.reader, names};
  if (options.format == "md") reports::write_markdown(all, path, settings);
  else reports::write_report(all, path, settings);
  if (frame.json) std::printf("{\"report\":%s,\"options\":%zu}\n", quote_json(path).c_str(), all.size());
  else if (!frame.quiet) std::printf("REPORT %s\n", path.c_str());
  return kSuccess;
}

}  // namespace

void add_report(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<ReportOptions>();
  CLI::App* verb = frame.verb(app, "report", "One HTML file from results", [options, &frame] { return report(*options, frame); });
  verb->add_option("RESULT", options->results, "result.nc, or the folder of a run; several are compared")->required()->expected(1, 8);
  verb->add_option("-o,--out", options->out, "Default: report.html beside the first result")->type_name("FILE");
  verb->add_option("--question", options->question, "What the reader wants to know; stands above the title")->type_name("TEXT");
  verb->add_option("--format", options->format, "html: one page with drawings; md: tables and text for a wiki")->check(CLI::IsMember({"html", "md"}))->capture_default_str();
  verb->add_option("--for", options->reader, "utility: the interconnection sheet and what it stands on")->check(CLI::IsMember({"utility"}));
  verb->add_flag("--no-charts", options->no_charts, "Tables only; a small file");
}

}  // namespace aif::cli
