#pragma once
// Suite reports as the protocol's JSON document and as a table for people.

#include <string>
#include <vector>

#include "validation/suite.hpp"

namespace aif::cli {

std::string suite_json(validation::SuiteReport const& report);
std::string suite_table(validation::SuiteReport const& report);
// One line a row and metric, as CSV: measured, predicted, interval, why refused, and the classes it counts in as `class=value;...`.
std::string suite_rows(std::vector<validation::SuiteReport> const& reports);
std::string parameter_json(std::string const& suite, validation::FittedParameter const& p, bool is_first);
std::string parameter_line(std::string const& suite, validation::FittedParameter const& p);

}  // namespace aif::cli
