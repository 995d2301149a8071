#pragma once
// The fact library: library/<folder>/<id>.yaml, every leaf `[value, source]` (library/README.md). Found beside the program, in
// the install tree, in the source tree, or where AIFACTORY_LIBRARY points. Series and profiles of other formats are found by
// asset_path. Nothing is guessed: a name that is not there is AF1008 with the nearest candidates.

#include <map>
#include <string>
#include <vector>

#include "core/document.hpp"
#include "core/reader.hpp"

namespace aif::sim {

struct LibraryEntry {
  std::string reference;  // "racks/gb200-nvl72"
  std::string kind, title, file, text;
  DocNode values;         // leaves are plain scalars that carry their ValueSource
  std::map<std::string, ValueSource> sources;
  std::vector<std::string> unused_sources;
};

class Library {
 public:
  explicit Library(std::vector<std::string> extra_dirs = {});  // searched before the shipped library

  // YAML entry `reference` ("racks/gb200-nvl72", with or without "lib:"). Problems of the entry are added; an unknown name is
  // AF1008 at `at`. The second form throws InputError.
  bool load(std::string const& reference, SourcePos const& at, DiagnosticList& problems, LibraryEntry& out) const;
  LibraryEntry load(std::string const& reference) const;

  // A Params struct from its entry; throws InputError with everything that is wrong.
  template <HasFields T>
  T load_as(std::string const& reference) const {
    LibraryEntry entry = load(reference);
    entry.values.reference = "lib:" + entry.reference;
    return read_document<T>(entry.values);
  }

  // File behind a reference of any format ("lib:weather/NAME", "lib:profiles/h200_sxm"), with or without its extension; text
  // without "lib:" is a path and comes back as it is. Throws InputError (AF1008).
  std::string asset_path(std::string const& reference) const;
  bool is_entry(std::string const& reference) const;  // is there a YAML entry of that name?

  std::vector<std::string> references() const;             // of all entries and assets, sorted
  std::vector<std::string> nearest(std::string const& reference) const;
  std::vector<std::string> const& dirs() const { return dirs_; }

 private:
  std::string find_file(std::string const& reference, bool yaml_only) const;
  std::vector<std::string> dirs_;
};

// Reads the text of an entry (library check reads files that are not in a library yet).
bool read_entry(std::string const& text, std::string const& file, DiagnosticList& problems, LibraryEntry& out);

}  // namespace aif::sim
