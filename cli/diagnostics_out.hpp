#pragma once
// Diagnostics for machines: JSON with ranges as the language server protocol counts them (from 0), and GitHub annotations.

#include <string>
#include <vector>

#include "core/diagnostics.hpp"

namespace aif::cli {

struct CheckedFile {
  std::string file;
  DiagnosticList problems;
  std::string summary;  // of a good file
  std::string inputs{}; // with -v: what went into it, one line each
  std::size_t errors() const;
  std::size_t warnings() const;
};

std::string diagnostics_json(std::vector<CheckedFile> const& files);
std::string github_annotations(CheckedFile const& file);
std::string summary_line(CheckedFile const& file);

}  // namespace aif::cli
