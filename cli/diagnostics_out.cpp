#include "cli/diagnostics_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace aif::cli {
namespace {

std::string_view word_of(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

std::size_t count(DiagnosticList const& list, Severity severity) {
  return static_cast<std::size_t>(std::count_if(list.items().begin(), list.items().end(), [&](auto const& d) { return d.severity == severity; }));
}

// GitHub ends a command at a line break and a property at `,` or `:`.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (char const c : text) {
    if (c == '%' || c == '\n' || c == '\r' || (is_property && (c == ',' || c == ':'))) out += fmt::format("%{:02X}", static_cast<int>(c));
    else out += c;
  }
  return out;
}

nlohmann::ordered_json to_json(Diagnostic const& d) {
  int const line = std::max(0, d.pos.line - 1), column = std::max(0, d.pos.column - 1);
  return {{"code", d.code}, {"severity", word_of(d.severity)}, {"message", d.message}, {"path", d.path}, {"hint", d.hint}, {"detail", d.detail}, {"note", d.note},
          {"file", d.pos.file},
          {"range", {{"start", {{"line", line}, {"character", column}}}, {"end", {{"line", line}, {"character", column + std::max(1, d.width)}}}}}};
}

}  // namespace

std::size_t CheckedFile::errors() const { return count(problems, Severity::error); }
std::size_t CheckedFile::warnings() const { return count(problems, Severity::warning); }

std::string diagnostics_json(std::vector<CheckedFile> const& files) {
  nlohmann::ordered_json out = {{"files", nlohmann::ordered_json::array()}};
  for (auto const& file : files) {
    nlohmann::ordered_json one = {{"file", file.file}, {"valid", file.errors() == 0}, {"errors", file.errors()}, {"warnings", file.warnings()}, {"diagnostics", nlohmann::ordered_json::array()}};
    for (auto const& d : file.problems.items()) one["diagnostics"].push_back(to_json(d));
    out["files"].push_back(std::move(one));
  }
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string github_annotations(CheckedFile const& file) {
  std::string out;
  for (auto const& d : file.problems.items()) {
    std::string const place = d.pos.line > 0 ? fmt::format(",line={},col={}", d.pos.line, d.pos.column) : "";
    std::string const text = d.hint.empty() ? d.message : d.message + "; " + d.hint;
    out += fmt::format("::{} file={}{},title={}::{}\n", d.severity == Severity::note ? "notice" : word_of(d.severity), escaped(d.pos.file, true), place, d.code, escaped(text, false));
  }
  return out;
}

std::string summary_line(CheckedFile const& file) {
  auto const plural = [](std::size_t n, char const* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
  if (file.errors() > 0) return fmt::format("{}: {}, {}\n", file.file, plural(file.errors(), "error"), plural(file.warnings(), "warning"));
  return fmt::format("{}: ok, {}, {}\n", file.file, file.summary, plural(file.warnings(), "warning"));
}

}  // namespace aif::cli
