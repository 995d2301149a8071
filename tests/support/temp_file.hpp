#pragma once
// A file of a test that is gone after it.

#include <filesystem>
#include <fstream>
#include <string>

namespace aif::test {

struct TempFile {
  std::filesystem::path path;
  TempFile(std::string const& name, std::string const& text) : path(std::filesystem::temp_directory_path() / name) { std::ofstream(path) << text; }
  ~TempFile() { std::filesystem::remove(path); }
};

}  // namespace aif::test
