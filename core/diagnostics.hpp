#pragma once
// What went wrong, where, and how to mend it. Every problem that a user can cause is a Diagnostic with a stable code
// (docs/reference/diagnostics/); all problems of an input are collected before anything is thrown.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace aif {

// Lines and columns count from 1; line 0 means "the whole file" or "no file" (for instance a --set option).
struct SourcePos {
  std::string file;
  int line = 0;
  int column = 0;
  bool operator==(SourcePos const&) const = default;
};

enum class Severity { note, warning, error };

// `code` is "AF1004"; `message` says what is wrong; `path` is the dotted scenario path; `hint` is what to write instead (it
// stands beside the caret); `detail` is background, such as the known keys; `note` says how the value came to stand there.
struct Diagnostic {
  std::string code;
  Severity severity = Severity::error;
  std::string message;
  std::string path;
  SourcePos pos;
  std::string hint;
  int width = 1;  // number of characters that the caret underlines
  std::string detail{}, note{};
};

class DiagnosticList {
 public:
  void add(Diagnostic d) { items_.push_back(std::move(d)); }
  void append(DiagnosticList const& other) { items_.insert(items_.end(), other.items_.begin(), other.items_.end()); }
  bool has_errors() const;
  bool empty() const { return items_.empty(); }
  std::vector<Diagnostic> const& items() const { return items_; }
  void sort_by_position();
  void keep_first_at_each_position();  // of the errors: those of another code follow from the first
  std::vector<Diagnostic>& items() { return items_; }

 private:
  std::vector<Diagnostic> items_;
};

// Thrown once, with everything that is wrong with the input. what() is the rendered text.
class InputError : public std::runtime_error {
 public:
  explicit InputError(DiagnosticList diagnostics);
  explicit InputError(Diagnostic diagnostic);
  DiagnosticList const& diagnostics() const { return diagnostics_; }

 private:
  DiagnosticList diagnostics_;
};

// The nearest of `known` to `word`: at most max(2, length/3) edits away; empty if none is.
std::string did_you_mean(std::string_view word, std::vector<std::string> const& known);

// rustc-like text: "error[AF1004]: message / --> file:line:col (note) / source line / caret hint / = in path; detail / = help".
// Source lines are read from disk when the file is there; without one the hint becomes the help line.
std::string render(Diagnostic const& d, bool colour = false);
std::string render(DiagnosticList const& list, bool colour = false);

}  // namespace aif
