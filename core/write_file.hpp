#pragma once
// Files appear whole or not at all: written beside their place, then renamed.

#include <string>

namespace aif {

// Makes missing folders. Throws InputError AF5002 when it cannot be written; nothing half written stays. What is no regular file
// (/dev/stdout, a pipe) is written as it stands.
void write_file(std::string const& path, std::string const& text);

// For writers with a stream of their own: gives the finished `part` its name. Throws InputError AF5002.
void finish_file(std::string const& part, std::string const& path);

}  // namespace aif
