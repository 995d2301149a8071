#pragma once
// Text to a file by way of a temporary name, so that nobody reads half of it.

#include <string>

namespace aif::cli {

// Makes the folders above it; throws InputError (AF5002).
void write_file(std::string const& path, std::string const& text);

}  // namespace aif::cli
