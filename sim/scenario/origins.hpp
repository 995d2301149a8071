#pragma once
// Who set each value: the file and line, or the library entry with its citation; and what stood there before. Feeds
// `explain --origin`, `inspect` and the report's table of assumptions.

#include <map>
#include <string>
#include <vector>

#include "core/document.hpp"

namespace aif::sim {

struct Origin {
  SourcePos pos;
  std::string text;       // as written
  std::string reference;  // "lib:racks/gb200-nvl72" when the value came with that entry; empty: written by hand
  std::shared_ptr<ValueSource const> source;  // of a library value
};

// By path, as the Reader and list_leaves name it. Only what a file says: a default has no entry. The last of a chain counts.
using Origins = std::map<std::string, std::vector<Origin>>;

Origins trace_origins(DocNode const& tree);

// The chain of a leaf; null when the value is the built-in default.
std::vector<Origin> const* find_origin(Origins const& origins, std::string const& path);

}  // namespace aif::sim
