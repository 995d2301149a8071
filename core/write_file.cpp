#include "core/write_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/diagnostics.hpp"

namespace aif {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(std::string const& path, std::string const& why) {
  throw InputError(Diagnostic{"AF5002", Severity::error, fmt::format("cannot write `{}`{}", path, why.empty() ? "" : ": " + why), "", {path, 0, 0}, "check the folder, its permissions and the free space", 1});
}

}  // namespace

void finish_file(std::string const& part, std::string const& path) {
  std::error_code problem, ignored;
  fs::rename(part, path, problem);
  if (!problem) return;
  fs::remove(part, ignored);
  refuse(path, problem.message());
}

void write_file(std::string const& path, std::string const& text) {
  std::error_code ignored;
  if (auto const parent = fs::path(path).parent_path(); !parent.empty()) fs::create_directories(parent, ignored);
  bool const special = fs::exists(path, ignored) && !fs::is_regular_file(path, ignored) && !fs::is_directory(path, ignored);
  std::string const target = special ? path : fmt::format("{}.{}.part", path, ::getpid());  // two programs may write the same cache
  bool written = false;
  if (std::ofstream out(target, std::ios::binary); out << text) written = static_cast<bool>(out.flush());
  if (!written) {
    if (!special) fs::remove(target, ignored);
    refuse(path, "");
  }
  if (!special) finish_file(target, path);
}

}  // namespace aif
