#include "sim/decisions/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/hash.hpp"
#include "core/ordered_sum.hpp"
#include "sim/io/result_file.hpp"
#include "sim/io/tables.hpp"
#include "sim/run.hpp"

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;

Json numbers(std::vector<double> const& values) {
  Json out = Json::array();
  for (double v : values) out.push_back(std::isfinite(v) ? Json(v) : Json());
  return out;
}
std::vector<double> numbers(Json const& j) {
  std::vector<double> out;
  for (auto const& v : j) out.push_back(v.is_null() ? std::nan("") : v.get<double>());
  return out;
}

// Which study a journal belongs to: everything that its rows depend on.
std::string head_line(Evaluator const& evaluator, Points const& points) {
  std::string all;
  for (auto const& sets : points) {
    for (auto const& set : sets) all += set + "\x1f";
    all += "\x1e";
  }
  Json head{{"schema", "aifactory/journal/v1"}, {"version", version()}, {"base_sha256", evaluator.base().sha256}, {"points", points.size()}, {"points_sha256", sha256_hex(all)},
            {"members", evaluator.settings().members}};
  for (auto const& m : evaluator.metrics()) head["metrics"].push_back({m.id, m.unit});
  return head.dump();
}

SweepRow run_point(Evaluator const& evaluator, std::size_t number, std::vector<std::string> const& sets, SweepSettings const& settings, RunControl const& control) {
  SweepRow row{number, sets, evaluator.evaluate(sets, {control.stop, nullptr})};  // the sweep tells the progress
  if (!settings.keep_folder.empty() && !row.result.failed) {
    RunSettings full;
    full.cache_dir = evaluator.settings().cache_dir;
    full.as_delivered = full.marginal_values = false;
    full.members = evaluator.settings().members;
    full.command_line = "point of a sweep";
    full.control = {control.stop, nullptr};
    write_result(run_scenario(patch_scenario(evaluator.base(), sets, evaluator.library()), evaluator.library(), full), fmt::format("{}/{}.nc", settings.keep_folder, number));
  }
  return row;
}

}  // namespace

std::size_t SweepResult::failed() const {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](auto const& r) { return r.result.failed; }));
}

std::vector<double> SweepResult::column(std::string_view metric) const {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    known.push_back(metrics[i].id);
    if (metrics[i].id != metric) continue;
    std::vector<double> out;
    for (auto const& row : rows) out.push_back(row.result.failed ? std::nan("") : row.result.values[i]);
    return out;
  }
  std::string const near = did_you_mean(metric, known);
  throw InputError(Diagnostic{"AF2831", Severity::error, fmt::format("there is no metric `{}`", metric), "", {}, near.empty() ? "`aifactory explain METRIC` describes them" : fmt::format("did you mean `{}`?", near), 1});
}

std::string journal_line(SweepRow const& row) {
  auto const& r = row.result;
  Json j{{"point", row.number}, {"scenario_sha256", r.scenario_sha256}, {"status", r.failed ? "failed" : "done"}, {"set", row.sets}};
  if (!r.failed) j["binding"] = r.binding, j["values"] = numbers(r.values);
  if (!r.p10.empty()) j["p10"] = numbers(r.p10), j["p50"] = numbers(r.p50), j["p90"] = numbers(r.p90);
  for (auto const& d : r.problems.items()) j["problems"].push_back({{"code", d.code}, {"message", d.message}, {"path", d.path}, {"hint", d.hint}, {"severity", static_cast<int>(d.severity)}});
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SweepRow read_journal_line(std::string const& line, std::string const& path, std::size_t line_number) {
  SweepRow row;
  try {
    Json const j = Json::parse(line);
    row.number = j.at("point");
    row.sets = j.at("set").get<std::vector<std::string>>();
    auto& r = row.result;
    r.scenario_sha256 = j.at("scenario_sha256");
    r.failed = j.at("status") == "failed";
    if (!r.failed) r.binding = j.at("binding"), r.values = numbers(j.at("values"));
    if (j.contains("p10")) r.p10 = numbers(j.at("p10")), r.p50 = numbers(j.at("p50")), r.p90 = numbers(j.at("p90"));
    for (auto const& d : j.value("problems", Json::array()))
      r.problems.add({d.at("code"), static_cast<Severity>(d.at("severity").get<int>()), d.at("message"), d.at("path"), {}, d.at("hint"), 1, "", ""});
  } catch (nlohmann::json::exception const& e) {
    throw InputError(Diagnostic{"AF2912", Severity::error, "a damaged line of the journal", "", {path, static_cast<int>(line_number), 1}, "take it and what follows off, and resume", 1});
  }
  return row;
}

SweepResult run_sweep(Evaluator const& evaluator, Points const& points, SweepSettings const& settings, RunControl const& control) {
  SweepResult out;
  out.metrics = evaluator.metrics();
  out.rows.resize(points.size());
  std::optional<Journal> journal;
  if (!settings.journal.empty()) {
    std::string const head = head_line(evaluator, points);
    journal.emplace(settings.resume ? Journal::resume(settings.journal, head) : Journal::create(settings.journal, head));
    auto const& lines = journal->rows();
    for (std::size_t i = 0; i < lines.size() && i < points.size(); ++i) {
      out.rows[i] = read_journal_line(lines[i], settings.journal, i + 2);
      if (out.rows[i].number != i || out.rows[i].sets != points[i])
        throw InputError(Diagnostic{"AF2912", Severity::error, "a line of the journal is out of its place", "", {settings.journal, static_cast<int>(i + 2), 1}, "take it and what follows off, and resume", 1});
    }
    out.resumed = std::min(lines.size(), points.size());
  }
  std::size_t const todo = points.size() - out.resumed;
  std::atomic<std::size_t> done{out.resumed}, failed{out.failed()};
  parallel_for(todo, [&](std::size_t k) {
    control.check();
    std::size_t const i = out.resumed + k;
    out.rows[i] = run_point(evaluator, i, points[i], settings, control);
    if (journal) journal->add(i, journal_line(out.rows[i]));
    failed += out.rows[i].result.failed ? 1 : 0;
    control.report("sweep", static_cast<double>(++done) / static_cast<double>(points.size()), fmt::format("{} of {} points{}", done.load(), points.size(), failed > 0 ? fmt::format(", {} failed", failed.load()) : ""));
  });
  return out;
}

std::string sweep_csv(SweepResult const& sweep) {
  std::vector<std::string> paths;  // in the order of their first use
  auto const split = [](std::string const& set) { return std::pair{set.substr(0, set.find('=')), set.substr(set.find('=') + 1)}; };
  for (auto const& row : sweep.rows)
    for (auto const& set : row.sets)
      if (auto const path = split(set).first; std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  std::vector<std::string> head{"point", "scenario_sha256", "status"};
  head.insert(head.end(), paths.begin(), paths.end());
  bool const has_bands = std::any_of(sweep.rows.begin(), sweep.rows.end(), [](auto const& r) { return !r.result.p10.empty(); });
  for (auto const& m : sweep.metrics) {
    head.push_back(csv_header(m.id, m.unit));
    if (has_bands)
      for (char const* q : {".p10", ".p50", ".p90"}) head.push_back(csv_header(m.id + q, m.unit));
  }
  head.insert(head.end(), {"binding", "code", "message"});
  std::string out = csv_line(head);
  for (auto const& row : sweep.rows) {
    auto const& r = row.result;
    std::vector<std::string> cells{fmt::format("{}", row.number), r.scenario_sha256, r.failed ? "failed" : "done"};
    for (auto const& path : paths) {
      auto const at = std::find_if(row.sets.begin(), row.sets.end(), [&](auto const& set) { return split(set).first == path; });
      cells.push_back(at == row.sets.end() ? "" : split(*at).second);
    }
    for (std::size_t m = 0; m < sweep.metrics.size(); ++m) {
      cells.push_back(r.failed ? "" : csv_number(r.values[m]));
      if (has_bands)
        for (auto const* q : {&r.p10, &r.p50, &r.p90}) cells.push_back(q->empty() ? "" : csv_number((*q)[m]));
    }
    auto const& problems = r.problems.items();
    cells.insert(cells.end(), {r.binding, problems.empty() ? "" : problems.front().code, problems.empty() ? "" : problems.front().message});
    out += csv_line(cells);
  }
  return out;
}

}  // namespace aif::sim
