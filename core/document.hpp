#pragma once
// A parsed file as plain data: maps, lists and scalars that remember where they stand. Made from YAML (sim/scenario) or
// JSON; merged, patched and resolved as a tree; read into structs by core/reader.hpp. Nothing here knows a file format.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/diagnostics.hpp"

namespace aif {

// Where the value of a library leaf comes from (library/README.md): shown by explain, inspect and the report.
struct ValueSource {
  std::string text;      // citation
  std::string date;      // as printed by the source
  std::string evidence;  // measured, published, datasheet_prior, assumption
  double low = 0, high = 0;  // stated range in SI when low < high
};

struct DocNode {
  enum class Type { null, scalar, map, list };
  struct Entry;

  Type type = Type::null;
  std::string scalar;          // text of a scalar
  bool quoted = false;         // written in quotes: text, never a number or a flag
  SourcePos pos;               // of the value
  std::vector<Entry> entries;  // of a map, in file order
  std::vector<DocNode> items;  // of a list
  std::shared_ptr<ValueSource const> source;  // of a library leaf
  std::string reference;                      // "lib:racks/gb200-nvl72" when the library filled this node
  std::shared_ptr<DocNode const> replaced;    // what stood here before a layer of the scenario (include, case, --set) wrote over it

  DocNode const* find(std::string_view key) const;
  DocNode* find(std::string_view key);
  DocNode& insert(std::string key, SourcePos key_pos, DocNode value);  // replaces a value of the same key
};

struct DocNode::Entry {
  std::string key;
  SourcePos key_pos;
  DocNode value;
};

}  // namespace aif
