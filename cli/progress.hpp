#pragma once
// Progress on stderr: a line that rewrites itself on a terminal, one plain line per ten percent elsewhere, or JSON lines.

#include <functional>
#include <string>

#include "core/interrupt.hpp"

namespace aif::cli {

std::function<void(Progress const&)> progress_printer(std::string const& mode, bool is_terminal);

}  // namespace aif::cli
