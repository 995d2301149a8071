#pragma once
// Help for a scenario key, a diagnostic code or a headline figure, as `aifactory explain` and the Python module give it.

#include <string>

namespace aif::cli {

std::string explain_topic(std::string const& topic);  // empty when nothing, or more than one thing, is called so

}  // namespace aif::cli
