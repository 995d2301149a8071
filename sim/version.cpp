#include <git_describe.hpp>  // made by the build

#include "sim/run.hpp"

namespace aif::sim {

std::string version() { return AIF_VERSION; }
std::string git_state() { return AIF_GIT_DESCRIBE; }

}  // namespace aif::sim
