#include "sim/scenario/library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "core/csv.hpp"

namespace aif::sim {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 10> kExtensions{".yaml", ".json", ".csv.gz", ".csv", ".epw.gz", ".epw", ".json.gz", ".jsonl.xz", ".json.xz", ".csv.xz"};

std::string_view without_scheme(std::string_view reference) {
  return reference.starts_with("lib:") ? reference.substr(4) : reference;
}

// "racks/gb200-nvl72" of "racks/gb200-nvl72.yaml"; empty for files that are no assets.
std::string reference_of(std::string const& relative) {
  for (auto const extension : kExtensions)
    if (relative.ends_with(extension)) return relative.substr(0, relative.size() - extension.size());
  return {};
}

// The file that this code stands in: the program, or the Python module.
fs::path binary_file() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void const*>(&binary_file), &info) != 0 && std::string_view(info.dli_fname).find(".so") != std::string_view::npos) return info.dli_fname;
  std::error_code problem;
  return fs::read_symlink("/proc/self/exe", problem);
}

std::vector<std::string> shipped_dirs() {
  if (char const* from_environment = std::getenv("AIFACTORY_LIBRARY"); from_environment && *from_environment) return {from_environment};
  std::vector<std::string> candidates;
  if (fs::path const folder = binary_file().parent_path(); !folder.empty())
    for (auto const beside : {"library", "../library", "../share/aifactory/library"})  // wheel, build tree, install tree
      candidates.push_back((folder / beside).lexically_normal().string());
  candidates.push_back(AIF_LIBRARY_DIR);
  std::error_code problem;
  for (auto const& dir : candidates)
    if (fs::is_directory(fs::path(dir) / "weather", problem)) return {dir};
  return {};
}

bool is_safe(std::string_view reference) {  // stays below the library
  return !reference.empty() && reference.front() != '/' && reference.find("..") == std::string_view::npos;
}

}  // namespace

Library::Library(std::vector<std::string> extra_dirs) : dirs_(std::move(extra_dirs)) {
  for (auto& dir : shipped_dirs()) dirs_.push_back(std::move(dir));
}

std::string Library::find_file(std::string const& reference, bool yaml_only) const {
  std::string const name(without_scheme(reference));
  std::error_code problem;
  if (!is_safe(name)) return {};
  for (auto const& dir : dirs_) {
    fs::path const path = fs::path(dir) / name;
    if (!yaml_only && fs::is_regular_file(path, problem)) return path.string();
    for (auto const extension : kExtensions) {
      fs::path const with_extension = path.string() + std::string(extension);
      if (fs::is_regular_file(with_extension, problem)) return with_extension.string();
      if (yaml_only) break;
    }
  }
  return {};
}

bool Library::is_entry(std::string const& reference) const { return !find_file(reference, true).empty(); }

std::vector<std::string> Library::references() const {
  std::vector<std::string> out;
  std::error_code problem;
  for (auto const& dir : dirs_)
    for (auto it = fs::recursive_directory_iterator(dir, problem); !problem && it != fs::recursive_directory_iterator(); it.increment(problem))
      if (std::string const name = reference_of(fs::relative(it->path(), dir).generic_string()); it->is_regular_file() && !name.empty()) out.push_back(name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// Entries of the same folder that hold the word, then the nearest by spelling, then the rest of the folder.
std::vector<std::string> Library::nearest(std::string const& reference) const {
  auto const lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  std::string const name(without_scheme(reference)), folder = name.substr(0, name.find('/') + 1), word = lower(name.substr(folder.size()));
  std::vector<std::string> known = references(), out;
  auto const take = [&](std::string const& one) {
    out.push_back("lib:" + one);
    std::erase(known, one);
  };
  for (auto const& one : std::vector<std::string>(known))
    if (!word.empty() && one.starts_with(folder) && lower(one).find(word, folder.size()) != std::string::npos) take(one);
  std::vector<std::string> siblings;
  for (auto const& one : known)
    if (!folder.empty() && one.starts_with(folder)) siblings.push_back(one);
  for (auto const* pool : {&siblings, &known})
    if (std::string const near = did_you_mean(name, *pool); !near.empty() && out.empty()) take(near);
  for (auto const& one : siblings)
    if (out.size() < 8 && std::find(out.begin(), out.end(), "lib:" + one) == out.end()) out.push_back("lib:" + one);
  return out;
}

namespace {
Diagnostic unknown_name(Library const& library, std::string const& reference, SourcePos const& at) {
  Diagnostic d;
  d.code = library.dirs().empty() ? "AF5006" : "AF1008";
  d.pos = at;
  d.width = static_cast<int>(reference.size()) + 2;
  if (library.dirs().empty()) {
    d.message = fmt::format("no library to look up `{}` in", reference);
    d.hint = "set AIFACTORY_LIBRARY to the folder that holds weather, racks, ...";
    return d;
  }
  auto const near = library.nearest(reference);
  d.message = fmt::format("no library entry `{}`", reference);
  d.hint = near.empty() ? "see `aifactory library list`" : fmt::format("did you mean `{}`?", near[0]);
  if (!near.empty()) d.detail = fmt::format("nearest: {}", fmt::join(near, ", "));
  return d;
}
}  // namespace

bool Library::load(std::string const& reference, SourcePos const& at, DiagnosticList& problems, LibraryEntry& out) const {
  std::string const file = find_file(reference, true);
  if (file.empty()) {
    problems.add(unknown_name(*this, reference, at));
    return false;
  }
  out.reference = without_scheme(reference);
  return read_entry(read_file(file), file, problems, out);
}

LibraryEntry Library::load(std::string const& reference) const {
  DiagnosticList problems;
  LibraryEntry entry;
  load(reference, {}, problems, entry);
  if (problems.has_errors()) throw InputError(std::move(problems));
  return entry;
}

std::string Library::asset_path(std::string const& reference) const {
  if (!reference.starts_with("lib:")) return reference;
  std::string file = find_file(reference, false);
  if (file.empty()) throw InputError(unknown_name(*this, reference, {}));
  return file;
}

}  // namespace aif::sim
