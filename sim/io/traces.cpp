#include "sim/io/traces.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "core/csv.hpp"
#include "sim/io/time_text.hpp"
#include "sim/io/trace_problems.hpp"

namespace aif::sim {

using workloads::RequestTable;

RequestTable read_azure_trace(std::string const& path) {
  CsvTable const csv = CsvTable::load(path);
  TraceProblems problems(path);
  for (char const* column : {"TIMESTAMP", "ContextTokens", "GeneratedTokens"})
    if (!csv.has(column)) problems.add("AF4501", 1, fmt::format("the column `{}` is missing", column), "an Azure trace has TIMESTAMP, ContextTokens, GeneratedTokens");
  problems.raise();
  auto const& time = csv.column("TIMESTAMP");
  auto const in = csv.numbers("ContextTokens"), out = csv.numbers("GeneratedTokens");
  RequestTable table;
  double first = 0, last = 0;
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    double const at = seconds_of(time[i]);
    if (i == 0) first = last = at;
    problems.check_time(csv.line(i), at, last);
    problems.check_lengths(csv.line(i), in[i], out[i]);
    if (problems.any()) continue;
    table.add(at - first, static_cast<std::int32_t>(in[i]), static_cast<std::int32_t>(out[i]));
    last = at;
  }
  if (csv.rows() == 0) problems.add("AF4503", 1, "the trace has no requests", "");
  problems.raise();
  return table;
}

RequestTable read_request_log(std::string const& path) {
  CsvTable const csv = CsvTable::load(path);
  TraceProblems problems(path);
  for (char const* column : {"time", "input [tok]", "output [tok]"})
    if (!csv.has(column)) problems.add("AF4501", 1, fmt::format("the column `{}` is missing", column), "a request log has time, input [tok], output [tok], and cached [tok] if it is known");
  problems.raise();
  auto const& time = csv.column("time");
  auto const in = csv.numbers("input [tok]"), out = csv.numbers("output [tok]");
  bool const knows_cache = csv.has("cached [tok]");
  auto const cached = knows_cache ? csv.numbers("cached [tok]") : std::vector<double>{};
  RequestTable table;
  double first = 0, last = 0;
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    char* end = nullptr;
    double at = std::strtod(time[i].c_str(), &end);
    if (end != time[i].c_str() + time[i].size() || time[i].empty()) at = seconds_of(time[i]);
    if (i == 0) first = last = at;
    problems.check_time(csv.line(i), at, last);
    problems.check_lengths(csv.line(i), in[i], out[i]);
    if (knows_cache && !(cached[i] >= 0 && cached[i] <= in[i])) problems.add("AF4503", csv.line(i), fmt::format("{} cached tokens of a prompt of {}", cached[i], in[i]), "from 0 to the length of the prompt");
    if (problems.any()) continue;
    table.add(at - first, static_cast<std::int32_t>(in[i]), static_cast<std::int32_t>(out[i]));
    if (knows_cache) table.cached_token.push_back(static_cast<std::int32_t>(cached[i]));
    last = at;
  }
  if (csv.rows() == 0) problems.add("AF4503", 1, "the log has no requests", "");
  problems.raise();
  return table;
}

workloads::DemandProfile read_hourly_shape(std::string const& path) {
  CsvTable const csv = CsvTable::load(path);
  TraceProblems problems(path);
  for (char const* column : {"hour", "session_count"})
    if (!csv.has(column)) problems.add("AF4501", 1, fmt::format("the column `{}` is missing", column), "an hourly shape has hour and session_count");
  if (csv.rows() != 24) problems.add("AF4503", 1, fmt::format("an hourly shape has 24 rows, this one {}", csv.rows()), "");
  problems.raise();
  workloads::DemandProfile profile;
  profile.title = path;
  profile.hour = csv.numbers("session_count");
  return profile;
}

RequestTable read_trace(std::string const& path) {
  std::string stem = path;
  for (std::string_view ending : {".gz", ".xz"})
    if (stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  if (stem.ends_with(".csv")) return CsvTable::load(path).has("time") ? read_request_log(path) : read_azure_trace(path);
  if (stem.ends_with(".jsonl")) {
    std::string const text = read_file(path);
    return text.substr(0, text.find('\n')).find("\"hash_ids\"") != std::string::npos ? read_mooncake_trace(path) : read_session_trace(path).requests;
  }
  throw InputError(Diagnostic{"AF4505", Severity::error, "`" + path + "` is not a trace that can be read", "", {path, 0, 0}, "traces end in .csv or .jsonl, plain, gz or xz", 1});
}

}  // namespace aif::sim
