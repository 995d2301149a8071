#pragma once
// Any table of a result as columns of text and numbers, for CSV and JSON: the summary, hours by cause, costs, energy flows, marginal values,
// checks, events, assumptions, members, and each sampling group of the series.

#include <string>
#include <variant>
#include <vector>

#include "sim/results.hpp"

namespace aif::sim {

struct TableColumn {
  std::string name, unit;                                                  // unit "": text
  std::variant<std::vector<double>, std::vector<std::string>> values;
};

struct Table {
  std::string name;
  std::vector<TableColumn> columns;
};

// Names that table_of knows for this result.
std::vector<std::string> table_names(Results const& results);

struct SeriesChoice {
  std::vector<std::string> variables;  // of a series or band table; empty: all
  double resample_s = 0;               // means over intervals of this length; 0: as it is. A multiple of the step.
  bool tidy = false;                   // one row a value: time, entity, variable, value, unit
};

// Throws InputError: AF5015 no such table or variable, AF5016 an interval that does not fit the step.
Table table_of(Results const& results, std::string const& name, SeriesChoice const& choice = {});

std::string to_csv(Table const& table);
std::string to_json(Table const& table);  // {"table", "columns": [{"name", "unit"}], "rows": [[...]]}

}  // namespace aif::sim
