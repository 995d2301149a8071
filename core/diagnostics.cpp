#include "core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <tuple>

namespace aif {
namespace {

std::string source_line(SourcePos const& pos) {
  if (pos.line <= 0 || pos.file.ends_with(".gz") || pos.file.ends_with(".xz")) return {};
  std::ifstream in(pos.file);
  std::string line;
  for (int i = 0; i < pos.line; ++i)
    if (!std::getline(in, line)) return {};
  return line;
}

// Text of a scenario is shown, never interpreted: control characters (terminal escapes among them) become '?'.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f) c = '?';
  return out;
}

// Blanks as wide as the first column - 1 characters of the line; tabs stay tabs, a UTF-8 sequence is one character.
std::string indent_of(std::string_view line, int column) {
  std::string out;
  int seen = 1;
  for (std::size_t i = 0; i < line.size() && seen < column; ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xC0) == 0x80) continue;
    out += line[i] == '\t' ? '\t' : ' ';
    ++seen;
  }
  return out + std::string(static_cast<std::size_t>(std::max(0, column - seen)), ' ');
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

bool DiagnosticList::has_errors() const {
  return std::any_of(items_.begin(), items_.end(), [](auto const& d) { return d.severity == Severity::error; });
}

void DiagnosticList::sort_by_position() {
  std::stable_sort(items_.begin(), items_.end(), [](auto const& a, auto const& b) {
    return std::tie(a.pos.file, a.pos.line, a.pos.column) < std::tie(b.pos.file, b.pos.line, b.pos.column);
  });
}

void DiagnosticList::keep_first_at_each_position() {
  std::vector<Diagnostic> kept;
  for (auto& d : items_) {
    bool const follows = d.pos.line > 0 && std::any_of(kept.begin(), kept.end(), [&](auto const& k) {
      return k.pos == d.pos && k.severity == Severity::error && (k.code != d.code || k.message == d.message);
    });
    if (!follows) kept.push_back(std::move(d));
  }
  items_ = std::move(kept);
}

InputError::InputError(DiagnosticList diagnostics)
    : std::runtime_error(render(diagnostics)), diagnostics_(std::move(diagnostics)) {}

InputError::InputError(Diagnostic diagnostic) : std::runtime_error(render(diagnostic)) {
  diagnostics_.add(std::move(diagnostic));
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& known) {
  if (word.size() > 100) return {};  // not a slip of the keyboard
  std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
  std::string nearest;
  for (auto const& candidate : known) {
    std::size_t const d = edit_distance(word, candidate);
    if (d < best) best = d, nearest = candidate;
  }
  return nearest;
}

std::string render(Diagnostic const& d, bool colour) {
  static constexpr std::string_view words[] = {"note", "warning", "error"};
  static constexpr std::string_view tints[] = {"\033[36m", "\033[33m", "\033[31m"};
  auto const level = static_cast<std::size_t>(d.severity);
  auto const tinted = [&](std::string const& text) { return colour ? fmt::format("{}{}\033[0m", tints[level], text) : text; };
  std::string out = fmt::format("{}: {}\n", tinted(fmt::format("{}[{}]", words[level], d.code)), printable(d.message));

  std::string const note = d.note.empty() ? "" : fmt::format("     ({})", printable(d.note));
  if (!d.pos.file.empty())
    out += d.pos.line > 0 ? fmt::format("  --> {}:{}:{}{}\n", printable(d.pos.file), d.pos.line, d.pos.column, note)
                          : fmt::format("  --> {}{}\n", printable(d.pos.file), note);
  std::string const line = source_line(d.pos);
  bool const shown = !line.empty() && line.size() < 400;
  bool const beside_caret = shown && d.hint.size() <= 80;
  std::string const pad(shown ? std::to_string(d.pos.line).size() : 2, ' ');
  if (shown) {
    std::string const mark = std::string(static_cast<std::size_t>(std::max(1, d.width)), '^') + (beside_caret && !d.hint.empty() ? fmt::format(" {}", printable(d.hint)) : "");
    out += fmt::format("{} |\n{} | {}\n{} | {}{}\n{} |\n", pad, d.pos.line, printable(line), pad, indent_of(line, d.pos.column), tinted(mark), pad);
  }
  if (!d.path.empty()) out += fmt::format("{} = in {}{}\n", pad, printable(d.path), d.detail.empty() ? "" : fmt::format("; {}", printable(d.detail)));
  else if (!d.detail.empty()) out += fmt::format("{} = {}\n", pad, printable(d.detail));
  if (!beside_caret && !d.hint.empty()) out += fmt::format("{} = help: {}\n", pad, printable(d.hint));
  if (d.code == "AF1004" && !d.path.empty()) out += fmt::format("{} = help: aifactory explain {}\n", pad, printable(d.path));
  return out;
}

std::string render(DiagnosticList const& list, bool colour) {
  std::string out;
  constexpr std::size_t kShown = 100;
  for (std::size_t i = 0; i < std::min(kShown, list.items().size()); ++i) {
    if (i > 0) out += '\n';
    out += render(list.items()[i], colour);
  }
  if (list.items().size() > kShown) out += fmt::format("\n... and {} more\n", list.items().size() - kShown);
  return out;
}

}  // namespace aif
