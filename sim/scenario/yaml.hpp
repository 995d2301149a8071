#pragma once
// YAML text -> DocNode with the place of every key and value; the only user of yaml-cpp. YAML 1.2 core schema, one document.
// Refused with a diagnostic: duplicate keys, anchors, aliases, merge keys, tags, keys that are no scalars, more than 64
// levels, more than 50,000 values, more than 16 MB. JSON is YAML and reads the same way.

#include <optional>
#include <string>
#include <string_view>

#include "core/document.hpp"

namespace aif::sim {

inline constexpr std::size_t kMaxBytes = 16u << 20;
inline constexpr int kMaxDepth = 64;
inline constexpr int kMaxValues = 50000;

// The tree, or nothing after a syntax error. Problems other than syntax leave a tree that can still be read for more problems.
std::optional<DocNode> parse_yaml(std::string_view text, std::string const& name, DiagnosticList& problems);

// One value as written after `--set PATH=`: a scalar, [a, b] or {a: b}. Its position is the whole option.
std::optional<DocNode> parse_value(std::string_view text, SourcePos const& pos, DiagnosticList& problems);

}  // namespace aif::sim
