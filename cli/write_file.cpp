#include "cli/write_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/diagnostics.hpp"

namespace aif::cli {

void write_file(std::string const& path, std::string const& text) {
  namespace fs = std::filesystem;
  std::error_code problem;
  if (auto const parent = fs::path(path).parent_path(); !parent.empty()) fs::create_directories(parent, problem);
  std::string const temporary = path + ".part";
  bool written = false;
  if (std::ofstream out(temporary, std::ios::binary); out << text) written = static_cast<bool>(out.flush());
  if (written) fs::rename(temporary, path, problem);
  if (!written || problem) {
    fs::remove(temporary, problem);
    throw InputError(Diagnostic{"AF5002", Severity::error, fmt::format("cannot write `{}`", path), "", {path, 0, 0}, "check the folder and its permissions", 1});
  }
}

}  // namespace aif::cli
