#pragma once
// Diagnostics of this room: codes AF22xx and AF32xx, listed in docs/reference/diagnostics/cooling.md.

#include <string>
#include <string_view>

#include "core/diagnostics.hpp"

namespace aif::cooling {

Diagnostic problem(std::string_view code, std::string_view path, std::string message, std::string hint);
[[noreturn]] void refuse(std::string_view code, std::string_view path, std::string message, std::string hint);

}  // namespace aif::cooling
