#include "validation/seen.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace aif::validation {

void SeenPairs::write(std::string const& path) const {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path);
  file << "what,hardware,model,rows\n";
  for (auto const& [key, rows] : rows_) file << fmt::format("{},{},{},{}\n", std::get<0>(key), std::get<1>(key), std::get<2>(key), rows);
}

}  // namespace aif::validation
