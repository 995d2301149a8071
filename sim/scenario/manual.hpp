#pragma once
// What the field lists say, for people and editors: the JSON Schema (draft-07), the reference manual, one field in words.

#include <string>

#include "core/field_tools.hpp"

namespace aif::sim {

// "a power, 0 W to 10 GW": what may be written there.
std::string field_words(FieldDescription const& field);

// Several lines for a terminal: meaning, kind, range, default, source, keys below.
std::string explain_field(std::string const& path, FieldDescription const& field);

// JSON Schema of scenario files; editors complete and check with it. Text ends with a line break.
std::string scenario_schema(TypeDescription const& type);

// Markdown: one section and one table for each block.
std::string scenario_manual(TypeDescription const& type);

}  // namespace aif::sim
