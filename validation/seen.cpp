#include "validation/seen.hpp"

#include <fmt/format.h>

#include <sstream>

#include "core/write_file.hpp"

namespace aif::validation {

void SeenPairs::write(std::string const& path) const {
  std::ostringstream file;
  file << "what,hardware,model,rows\n";
  for (auto const& [key, rows] : rows_) file << fmt::format("{},{},{},{}\n", std::get<0>(key), std::get<1>(key), std::get<2>(key), rows);
  write_file(path, file.str());
}

}  // namespace aif::validation
