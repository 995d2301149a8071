#pragma once
// A tender with several bids as one short file: `schema: aifactory/cases/v1`, a base scenario and patches by case.

#include <string>
#include <vector>

#include "sim/scenario/patch.hpp"

namespace aif::sim {

struct Case {
  std::string id, title;
  std::string overlay;         // path as it may be opened; empty: none
  std::vector<Patch> patches;
};

struct Cases {
  std::string base, baseline;  // base as a path that may be opened
  std::vector<Case> cases;
};

bool is_cases_file(DocNode const& tree);
Cases read_cases(DocNode const& tree, DiagnosticList& problems);
Cases load_cases(std::string const& path);  // throws InputError
std::vector<std::string> list_cases(std::string const& path);  // ids; empty for a scenario; throws InputError

// The case of that id; without an id the baseline. Null after AF1018.
Case const* find_case(Cases const& cases, std::string const& id, SourcePos const& pos, DiagnosticList& problems);

// `path` as named in `file`: relative to the folder of that file.
std::string beside(std::string const& file, std::string const& path);

}  // namespace aif::sim
