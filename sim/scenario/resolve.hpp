#pragma once
// `lib:` references in a tree become the values of the entry, wherever the entry is a YAML file; references to series and
// profiles (weather, grid, traces, CSV, JSON) stay text for Library::asset_path. `{base: "lib:racks/x", set: {...}}` is an
// entry with changes; a `base` of another form is a path of a YAML entry file, relative to the file that names it.

#include <map>
#include <string>

#include "sim/scenario/library.hpp"

namespace aif::sim {

// Texts of the entries and assets that were used, by reference: provenance embeds them.
using UsedEntries = std::map<std::string, std::string>;

void resolve_references(DocNode& node, Library const& library, DiagnosticList& problems, UsedEntries& used);

}  // namespace aif::sim
