#pragma once
// Pages made of the report's parts for what is no single result: points of a sweep or a search, errors of the validation suites.

#include <string>
#include <vector>

#include "sim/decisions/optimise.hpp"
#include "validation/suite.hpp"

namespace aif::cli {

// `settings`: of a search; null for a sweep. Written whole or not at all.
void write_points_page(std::string const& title, sim::SearchResult const& result, sim::SearchSettings const* settings, std::string const& command, std::string const& path);
void write_validation_page(std::vector<validation::SuiteReport> const& suites, std::string const& path);

}  // namespace aif::cli
