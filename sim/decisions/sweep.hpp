#pragma once
// A sweep: every point of a design through the same year, on all cores, with a journal that survives a kill. Points that fail are kept with
// their diagnostics and stop nothing.

#include <string>
#include <vector>

#include "sim/decisions/journal.hpp"
#include "sim/decisions/space.hpp"
#include "sim/decisions/evaluator.hpp"

namespace aif::sim {

struct SweepSettings {
  std::string journal;      // file of the rows done; empty: none
  bool resume = false;      // go on with the journal that stands there
  std::string keep_folder;  // each point's whole result as FOLDER/NUMBER.nc; empty: figures only
};

struct SweepRow {
  std::size_t number = 0;
  std::vector<std::string> sets;
  PointResult result;
};

struct SweepResult {
  std::vector<MetricColumn> metrics;
  std::vector<SweepRow> rows;  // in the order of the points
  std::size_t resumed = 0;     // of them from the journal

  std::size_t failed() const;
  // Column of a metric, NaN where a point failed; throws InputError AF2831 for an unknown one.
  std::vector<double> column(std::string_view metric) const;
};

// Throws InputError (AF2910, AF2911 of the journal), Interrupted: rows that are done stand in the journal.
SweepResult run_sweep(Evaluator const& evaluator, Points const& points, SweepSettings const& settings, RunControl const& control = {});

// One row a point: number, scenario, status, what was set, figures in SI (headers end in the unit), what binds, the first diagnostic.
std::string sweep_csv(SweepResult const& sweep);

// A row as a journal line and back; doubles keep every bit.
std::string journal_line(SweepRow const& row);
SweepRow read_journal_line(std::string const& line, std::string const& path, std::size_t line_number);

}  // namespace aif::sim
