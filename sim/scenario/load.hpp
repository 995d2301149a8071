#pragma once
// Scenario files -> one validated struct. The layers, last wins: built-in default < library entry < base and include < the
// file itself < case < overlay < --set. Every problem of every layer is told at once, in the order of the files.
//
//   auto loaded = load_as<Scenario>("site.yaml", {.sets = {"pods.nvl-a.count+=8"}});   // throws InputError
//   loaded.value, loaded.origins, loaded.sha256, loaded.warnings

#include <string>
#include <vector>

#include "core/field_tools.hpp"
#include "core/hash.hpp"
#include "core/reader.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/origins.hpp"
#include "sim/scenario/patch.hpp"
#include "sim/scenario/resolve.hpp"

namespace aif::sim {

struct LoadOptions {
  std::vector<std::string> overlays;      // YAML files, merged in order
  std::vector<std::string> sets;          // "PATH=VALUE", "PATH+=VALUE", "PATH*=FACTOR", "PATH-=ID", in order
  std::string case_id;                    // of a cases file; empty: its baseline
  std::vector<std::string> library_dirs;  // searched before the shipped library
};

// A file that went into a scenario, for provenance.
struct InputFile {
  std::string path, sha256, text;
};

// The tree of all layers, before it is read into a struct.
struct Resolved {
  DocNode tree;
  std::vector<InputFile> files;  // scenario, includes, overlays
  UsedEntries library;           // reference -> file, of all entries and assets that are named
  PatchNotes notes;
  bool is_readable = false;      // false after a syntax error: there is nothing to validate
};

Resolved resolve_file(std::string const& path, LoadOptions const& options, TypeDescription const& type, DiagnosticList& problems);
// The same for a text in memory; relative includes start at `name`'s folder.
Resolved resolve_text(std::string const& text, std::string const& name, LoadOptions const& options, TypeDescription const& type, DiagnosticList& problems);

// Puts the notes of patches into the diagnostics, sorts them, and keeps one per place.
void finish_problems(DiagnosticList& problems, PatchNotes const& notes);

template <HasFields T>
struct Loaded {
  T value{};
  Resolved resolved;
  Origins origins;
  DiagnosticList warnings;
  std::string canonical;  // JSON with sorted keys and SI values
  std::string sha256;     // of `canonical`
};

// The last step, once the value is read: throws what is wrong, else fills in what is derived from the value and the tree.
template <HasFields T>
void finish(Resolved resolved, DiagnosticList problems, Loaded<T>& out) {
  finish_problems(problems, resolved.notes);
  if (problems.has_errors()) throw InputError(std::move(problems));
  out.warnings = std::move(problems);
  out.origins = trace_origins(resolved.tree);
  out.resolved = std::move(resolved);
  out.canonical = canonical_json(out.value);
  out.sha256 = sha256_hex(out.canonical);
}

template <HasFields T>
Loaded<T> read_resolved(Resolved resolved, DiagnosticList problems) {
  Loaded<T> out;
  if (resolved.is_readable) Reader(problems).read_struct(resolved.tree, out.value);
  finish(std::move(resolved), std::move(problems), out);
  return out;
}

template <HasFields T>
Loaded<T> load_as(std::string const& path, LoadOptions const& options = {}) {
  DiagnosticList problems;
  Resolved resolved = resolve_file(path, options, describe<T>(), problems);
  return read_resolved<T>(std::move(resolved), std::move(problems));
}

template <HasFields T>
Loaded<T> load_text_as(std::string const& text, std::string const& name, LoadOptions const& options = {}) {
  DiagnosticList problems;
  Resolved resolved = resolve_text(text, name, options, describe<T>(), problems);
  return read_resolved<T>(std::move(resolved), std::move(problems));
}

}  // namespace aif::sim
