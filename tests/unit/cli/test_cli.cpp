#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "cli/cli_main.hpp"
#include "cli/exit_code.hpp"
#include "cli/suite_out.hpp"
#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/write_file.hpp"

namespace {

namespace fs = std::filesystem;

struct Output {
  int code = 0;
  std::string out, err;
};

// Catches what goes to a file descriptor while it lives.
class Capture {
 public:
  Capture(std::FILE* stream, int descriptor) : stream_(stream), descriptor_(descriptor), saved_(dup(descriptor)), file_(std::tmpfile()) {
    std::fflush(stream_);
    dup2(fileno(file_), descriptor_);
  }
  std::string finish() {
    std::fflush(stream_);
    dup2(saved_, descriptor_);
    close(saved_);
    std::rewind(file_);
    std::string text;
    for (int c = 0; (c = std::fgetc(file_)) != EOF;) text += static_cast<char>(c);
    std::fclose(file_);
    return text;
  }

 private:
  std::FILE* stream_;
  int descriptor_, saved_;
  std::FILE* file_;
};

Output run(std::vector<std::string> const& words) {
  std::vector<char const*> argv{"aifactory"};
  for (auto const& w : words) argv.push_back(w.c_str());
  Capture out(stdout, STDOUT_FILENO), err(stderr, STDERR_FILENO);
  Output result;
  result.code = aif::cli::cli_main(static_cast<int>(argv.size()), argv.data());
  result.out = out.finish();
  result.err = err.finish();
  return result;
}

fs::path scratch(std::string const& name) {
  fs::path const dir = fs::temp_directory_path() / ("aif_cli_" + std::to_string(::getpid())) / name;
  fs::create_directories(dir);
  return dir;
}

std::string text_of(fs::path const& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

}  // namespace

using namespace aif::cli;

TEST_CASE("usage errors end with 2 and say how to get help, on stderr") {
  for (auto const& words : std::vector<std::vector<std::string>>{{}, {"nonsense"}, {"check"}, {"check", "--nope", "x"}, {"version", "--color", "pink"}, {"explain", "no.such.path"}, {"completion", "tcsh"},
                                                                 {"validate", "--suite", "astrology"}, {"plan"}, {"plan", "holiday"}}) {
    auto const r = run(words);
    CAPTURE(r.err);
    CHECK(r.code == kUsage);
    CHECK(r.out.empty());
    CHECK_FALSE(r.err.empty());
  }
}

TEST_CASE("every verb of the design exists") {
  auto const help = run({"--help"});
  CHECK(help.code == kSuccess);
  for (auto const* verb : {"new", "quick", "check", "run", "compare", "sweep", "optimize", "sensitivity", "contingency", "plan", "simulate", "network", "calibrate", "report", "export", "inspect", "verify",
                           "validate", "explain", "schema", "library", "completion", "version"})
    CHECK_MESSAGE(has(help.out, std::string("\n  ") + verb + " "), verb);
}

TEST_CASE("version speaks both forms") {
  CHECK(has(run({"version"}).out, "aifactory "));
  CHECK(nlohmann::json::parse(run({"version", "--json"}).out).contains("version"));
  CHECK(nlohmann::json::parse(run({"--json", "version"}).out).contains("version"));
}

TEST_CASE("explain knows fields, codes and metrics, and guesses at spelling") {
  auto const field = run({"explain", "cooling.liquid.supply"});
  CHECK(field.code == kSuccess);
  CHECK(has(field.out, "a temperature"));
  CHECK(has(field.out, "degC"));
  CHECK(has(run({"explain", "halls.hall-a.pods.nvl-a.count"}).out, "whole number"));
  CHECK(has(run({"explain", "AF1004"}).out, "not known"));
  CHECK(has(run({"explain", "pue"}).out, "unit"));
  CHECK(has(run({"explain", "liquid.suply"}).err, "did you mean `liquid.supply`?"));
  CHECK(run({"explain", "AF9999"}).code == kUsage);
}

TEST_CASE("explain --origin shows the chain of a value") {
  auto const r = run({"explain", "pods.nvl-a.count", "--origin", "scenarios/templates/gb200-50mw.yaml", "--set", "pods.nvl-a.count=7"});
  CAPTURE(r.err);
  CHECK(has(r.out, "scenarios/templates/gb200-50mw.yaml:"));
  CHECK(has(r.out, "= 7 "));
  CHECK(has(r.out, "--set pods.nvl-a.count=7"));
}

TEST_CASE("every template is a valid scenario without warnings") {
  for (auto const& file : fs::directory_iterator("scenarios/templates")) {
    auto const r = run({"check", "--strict", file.path().string()});
    CAPTURE(r.err);
    CHECK(r.code == kSuccess);
  }
}

TEST_CASE("new writes a scenario and its schema, and never overwrites") {
  auto const dir = scratch("new");
  auto const r = run({"new", (dir / "mine").string(), "--template", "blank"});
  CAPTURE(r.err);
  REQUIRE(r.code == kSuccess);
  CHECK(r.out == (dir / "mine.yaml").string() + "\n");
  CHECK(has(text_of(dir / "mine.yaml"), "\nname: mine\n"));
  CHECK(nlohmann::json::parse(text_of(dir / ".aifactory/scenario-v1.schema.json")).contains("definitions"));
  CHECK(run({"check", (dir / "mine.yaml").string()}).code == kSuccess);
  CHECK(run({"new", (dir / "mine").string()}).code == kMissing);
  CHECK(has(run({"new", "x", "--template", "blnk"}).err, "did you mean `blank`?"));
  CHECK(has(run({"new", "--list"}).out, "blank "));
  fs::remove_all(dir);
}

TEST_CASE("check tells problems as text, JSON and annotations, with the exit code of the worst") {
  auto const dir = scratch("check");
  std::string text = text_of("scenarios/templates/blank.yaml");
  text.replace(text.find("capacity: 6 MW"), 14, "capacity: 6   ");
  std::ofstream(dir / "bad.yaml") << text;
  std::string const file = (dir / "bad.yaml").string();
  auto const r = run({"check", file});
  CHECK(r.code == kInvalidInput);
  CHECK(has(r.err, "error[AF1011]: expected a power, found a bare number"));
  CHECK(has(r.err, "^ add a unit: `6 "));
  auto const json = nlohmann::json::parse(run({"check", "--format", "json", file, "scenarios/templates/blank.yaml"}).out);
  REQUIRE(json["files"].size() == 2);
  CHECK(json["files"][0]["diagnostics"][0]["code"] == "AF1011");
  CHECK(json["files"][0]["diagnostics"][0]["path"] == "site.utility.capacity");
  CHECK(json["files"][0]["diagnostics"][0]["range"]["start"]["line"] == 10);
  CHECK(json["files"][1]["valid"] == true);
  CHECK(has(run({"check", "--format", "github", file}).out, "::error file="));
  CHECK(run({"check", (dir / "none.yaml").string()}).code == kMissing);
  CHECK(run({"check", "scenarios/templates/blank.yaml", "--set", "site.utility.capacity=1 furlong"}).code == kInvalidInput);
  fs::remove_all(dir);
}

TEST_CASE("check looks at every case of a cases file") {
  auto const dir = scratch("cases");
  std::ofstream(dir / "base.yaml") << text_of("scenarios/templates/blank.yaml");
  std::ofstream(dir / "cases.yaml") << "schema: aifactory/cases/v1\nbase: ./base.yaml\ncases:\n  - { id: a }\n  - { id: b, set: { cooling.liquid.supply: 45 K } }\n";
  auto const r = run({"check", (dir / "cases.yaml").string()});
  CAPTURE(r.err);
  CHECK(r.code == kInvalidInput);
  CHECK(has(r.err, "cases.yaml:5:44     (patch 1 of 1, applied to "));
  CHECK(run({"check", (dir / "cases.yaml").string(), "--case", "a"}).code == kSuccess);
  CHECK(has(run({"check", "-v", (dir / "base.yaml").string()}).out, "lib:racks/gb200-nvl72  "));
  fs::remove_all(dir);
}

TEST_CASE("colour is for terminals, and can be forced") {
  CHECK_FALSE(has(run({"check", "nowhere.yaml"}).err, "\033["));
  CHECK(has(run({"check", "nowhere.yaml", "--color", "always"}).err, "\033[31m"));
}

TEST_CASE("the schema is JSON, the manual names every block") {
  auto const schema = nlohmann::json::parse(run({"schema"}).out);
  auto const& whole = schema["definitions"]["whole"];
  CHECK(whole["additionalProperties"] == false);
  CHECK(whole["properties"].contains("halls"));
  CHECK_FALSE(schema["definitions"]["part"]["required"] == whole["required"]);
  CHECK(has(run({"schema", "--markdown"}).out, "## `cooling.liquid`"));
}

TEST_CASE("the library is listed, shown with sources, and all of it is sound") {
  CHECK(has(run({"library", "list", "racks"}).out, "lib:racks/gb200-nvl72"));
  CHECK(has(run({"library", "show", "racks/gb200-nvl72"}).out, "published: "));
  CHECK(run({"library", "show", "racks/gb200-nvl7"}).code == kMissing);
  auto const r = run({"library", "check", "-q"});
  CAPTURE(r.err);
  CHECK(r.code == kSuccess);
}

TEST_CASE("completion follows the command tree and the field lists") {
  CHECK(has(run({"completion", "bash"}).out, "complete "));
  CHECK(has(run({"__complete", "lib"}).out, "library\n"));
  CHECK(has(run({"__complete", "library", "s"}).out, "show\n"));
  CHECK(has(run({"__complete", "check", "x.yaml", "--set", "cooling.liquid.su"}).out, "cooling.liquid.supply\n"));
  CHECK(has(run({"__complete", "check", "--st"}).out, "--strict\n"));
}

TEST_CASE("rows of a suite as CSV: text is quoted, a refused row has no prediction, a row without a band no interval") {
  aif::validation::MetricReport metric;
  metric.spec.name = "tpot";
  aif::validation::Row row;
  row.id = "a,b", row.measured = 2, row.predicted = 3, row.low = 1, row.high = 4, row.groups = {{"hardware", "h100_sxm"}, {"model", "x"}};
  metric.detail = {row, row};
  metric.detail[1].refusal = "unknown name", metric.detail[1].low = metric.detail[1].high = 0;
  auto const table = aif::CsvTable::parse(suite_rows({{"serving", "", false, {metric}, true}}), "rows.csv");
  REQUIRE(table.rows() == 2);
  CHECK(table.at(0, "id") == "a,b");
  CHECK(table.at(0, "classes") == "hardware=h100_sxm;model=x");
  auto const predicted = table.numbers("predicted"), high = table.numbers("high");
  CHECK(predicted[0] == 3);
  CHECK(high[0] == 4);
  CHECK(std::isnan(predicted[1]));
  CHECK(std::isnan(high[1]));
  CHECK(table.at(1, "refusal") == "unknown name");
}

TEST_CASE("a suite report keeps the protocol's keys and turns NaN into null") {
  aif::validation::SuiteReport report;
  report.suite = "serving";
  aif::validation::MetricReport metric;
  metric.spec.name = "tpot";
  metric.in_sample_median = std::nan("");
  metric.groups["hardware"]["b200_sxm"] = {1900, 0.07, 0.2};
  report.metrics.push_back(metric);
  auto const json = nlohmann::json::parse(suite_json(report));
  for (auto const* key : {"suite", "data", "refit", "metrics", "pass"}) CHECK(json.contains(key));
  for (auto const* key : {"name", "file", "statistic", "unit", "limit", "rows", "predicted", "refused", "refusals", "median", "mean", "p90", "max", "bias", "in_sample_median", "coverage_90", "width_90", "groups"})
    CHECK_MESSAGE(json["metrics"][0].contains(key), key);
  CHECK(json["metrics"][0]["in_sample_median"].is_null());
  CHECK(json["metrics"][0]["refusals"].is_object());
  CHECK(json["metrics"][0]["groups"]["hardware"]["b200_sxm"]["rows"] == 1900);
}

TEST_CASE("a file that cannot be written is told") {
  CHECK_THROWS_WITH_AS(aif::write_file("/proc/nowhere/x", "text"), doctest::Contains("AF5002"), aif::InputError);
}
