// export RESULT: any table of a result as CSV or JSON.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/io/export_tables.hpp"
#include "sim/io/result_file.hpp"

namespace aif::cli {
namespace {

struct ExportOptions {
  std::string file, table = "summary", format = "csv", resample, out;
  std::vector<std::string> variables;
  bool tidy = false, list = false;
};

int export_table(ExportOptions const& o, Frame const& frame) {
  auto const r = sim::read_result(o.file);
  if (o.list) {
    for (auto const& name : sim::table_names(r)) fmt::print("{}\n", name);
    return kSuccess;
  }
  sim::SeriesChoice choice{o.variables, 0, o.tidy};
  if (!o.resample.empty()) {
    auto const q = parse_quantity(o.resample, Kind::duration);
    if (!q.error.empty()) throw InputError(Diagnostic{"AF5016", Severity::error, "--resample: " + q.error, "", {}, q.hint, 1});
    choice.resample_s = q.si;
  }
  auto const table = sim::table_of(r, o.table, choice);
  std::string const text = frame.json || o.format == "json" ? sim::to_json(table) : sim::to_csv(table);
  if (o.out.empty()) std::fputs(text.c_str(), stdout);
  else write_file(o.out, text);
  return kSuccess;
}

}  // namespace

void add_export(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<ExportOptions>();
  CLI::App* verb = frame.verb(app, "export", "Write a table of a result as CSV or JSON", [o, &frame] { return export_table(*o, frame); });
  verb->add_option("RESULT", o->file, "result.nc")->required();
  verb->add_option("--table", o->table, "summary, causes, costs, flows, marginal, checks, events, assumptions, inputs, inventory, members, bands, or a sampling group as ts_1h")->capture_default_str();
  verb->add_flag("--list", o->list, "Only name the tables");
  verb->add_option("--vars", o->variables, "Variables of a series; default all")->delimiter(',')->type_name("NAME,...");
  verb->add_option("--resample", o->resample, "Means over intervals, as `1 day`");
  verb->add_flag("--tidy", o->tidy, "One row a value: time, entity, variable, value, unit");
  verb->add_option("--format", o->format, "csv or json")->check(CLI::IsMember({"csv", "json"}))->capture_default_str();
  verb->add_option("-o,--out", o->out, "File; default the terminal")->type_name("FILE");
}

}  // namespace aif::cli
