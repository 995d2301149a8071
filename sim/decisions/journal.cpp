#include "sim/decisions/journal.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"

namespace aif::sim {
namespace {

[[noreturn]] void refuse(std::string code, std::string const& path, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {path, 0, 0}, std::move(hint), 1});
}

std::FILE* open(std::string const& path, char const* mode) {
  std::error_code ignored;
  if (auto const parent = std::filesystem::path(path).parent_path(); !parent.empty()) std::filesystem::create_directories(parent, ignored);
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (!file) refuse("AF5002", path, "cannot write the journal", "check the folder and its permissions");
  return file;
}

}  // namespace

Journal::Journal(std::string path, std::FILE* file, std::vector<std::string> rows) : path_(std::move(path)), file_(file), rows_(std::move(rows)), next_(rows_.size()) {}

Journal Journal::create(std::string const& path, std::string const& head) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && std::filesystem::file_size(path, ignored) > 0)
    refuse("AF2910", path, "a journal stands here already", "add --resume to go on with it, or choose another folder with -o");
  Journal journal(path, open(path, "wb"), {});
  journal.write(head);
  return journal;
}

Journal Journal::resume(std::string const& path, std::string const& head) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored) || std::filesystem::file_size(path, ignored) == 0) return create(path, head);
  std::string const text = read_file(path);
  auto const whole = text.rfind('\n') + 1;  // what follows was cut short
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < whole;) {
    auto const end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.empty()) {
    std::filesystem::remove(path, ignored);
    return create(path, head);
  }
  if (lines.front() != head) refuse("AF2911", path, "this is the journal of another study", "resume with the same scenario, options and version, or choose another folder with -o");
  if (whole < text.size()) std::filesystem::resize_file(path, whole);
  lines.erase(lines.begin());
  return Journal(path, open(path, "ab"), std::move(lines));
}

void Journal::write(std::string const& line) {
  bool const written = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() && std::fputc('\n', file_.get()) != EOF && std::fflush(file_.get()) == 0;
  if (!written) refuse("AF5002", path_, "cannot write the journal any more", "free some space and resume");
}

void Journal::add(std::size_t number, std::string row) {
  std::lock_guard const lock(*mutex_);
  early_.emplace(number, std::move(row));
  for (auto it = early_.begin(); it != early_.end() && it->first == next_; it = early_.begin()) {
    write(it->second);
    early_.erase(it);
    ++next_;
  }
}

}  // namespace aif::sim
