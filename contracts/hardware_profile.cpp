#include "contracts/hardware_profile.hpp"

namespace aif {
namespace {

bool names(std::string_view kernel, std::string_view wanted) {
  return wanted.empty() || kernel == wanted || (kernel.starts_with(wanted) && kernel.size() > wanted.size() && kernel[wanted.size()] == '/');
}

}  // namespace

Surface const* find_surface(HardwareProfile const& profile, OpClass op, Precision precision, std::string_view kernel,
                            std::optional<Precision> state_precision) {
  for (auto const& s : profile.surfaces)
    if (s.op == op && s.precision == precision && names(s.kernel, kernel) && (!state_precision || s.state_precision == *state_precision)) return &s;
  return nullptr;
}

}  // namespace aif
