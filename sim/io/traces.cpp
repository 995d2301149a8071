#include "sim/io/traces.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/csv.hpp"
#include "sim/io/trace_problems.hpp"

namespace aif::sim {

using workloads::RequestTable;

namespace {

// Seconds since the day's start plus days from the civil calendar (Hinnant 2013); NaN when the text is no time.
double seconds_of(std::string_view text) {
  int part[5] = {};
  double second = 0;
  std::size_t at = 0;
  auto take = [&](auto& value) {
    auto const [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    at = static_cast<std::size_t>(end - text.data()) + 1;
    return true;
  };
  for (int& p : part)
    if (!take(p)) return std::nan("");
  if (!take(second)) return std::nan("");
  part[1] = std::abs(part[1]);
  part[2] = std::abs(part[2]);
  int const y = part[0] - (part[1] <= 2), era = y / 400, year_of_era = y - era * 400;
  int const day_of_year = (153 * (part[1] + (part[1] > 2 ? -3 : 9)) + 2) / 5 + part[2] - 1;
  double const days = era * 146097.0 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return days * 86400.0 + part[3] * 3600.0 + part[4] * 60.0 + second;
}

}  // namespace

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
  if (stem.ends_with(".csv")) return read_azure_trace(path);
  if (stem.ends_with(".jsonl")) {
    std::string const text = read_file(path);
    return text.substr(0, text.find('\n')).find("\"hash_ids\"") != std::string::npos ? read_mooncake_trace(path) : read_session_trace(path).requests;
  }
  throw InputError(Diagnostic{"AF4505", Severity::error, "`" + path + "` is not a trace that can be read", "", {path, 0, 0}, "traces end in .csv or .jsonl, plain, gz or xz", 1});
}

}  // namespace aif::sim
