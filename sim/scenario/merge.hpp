#pragma once
// Layers of a scenario become one tree: maps merge deeply, lists whose entries all have an id merge by id, anything else is
// replaced. What was written over stays reachable (DocNode::replaced), so that `explain --origin` can show the chain.

#include <vector>

#include "core/document.hpp"

namespace aif::sim {

// `upper` wins. A node filled from the library or naming an entry of it is replaced whole, never merged into.
void merge_into(DocNode& lower, DocNode const& upper);

// Two layers of equal rank may not disagree: AF1016 for every leaf that both set to different text.
void report_conflicts(DocNode const& first, DocNode const& second, std::string const& path, DiagnosticList& problems);

// AF1006 for entries of one file that share an id: merging would join them silently.
void report_duplicate_ids(DocNode const& node, std::string const& path, DiagnosticList& problems);

// Replaces `old`, remembering it.
void replace(DocNode& old, DocNode value);

}  // namespace aif::sim
