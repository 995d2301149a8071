#pragma once
// Files that are compiled into the program (cli/CMakeLists.txt), so that it works alone.

#include <string_view>
#include <vector>

namespace aif::cli {

struct EmbeddedFile {
  std::string_view name, text;
};
std::vector<EmbeddedFile> const& embedded_files();
char const* version_text();

}  // namespace aif::cli
