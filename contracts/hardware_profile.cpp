#include "contracts/hardware_profile.hpp"

namespace aif {

Surface const* find_surface(HardwareProfile const& profile, OpClass op, Precision precision, std::string_view kernel) {
  for (auto const& s : profile.surfaces)
    if (s.op == op && s.precision == precision && (kernel.empty() || s.kernel == kernel)) return &s;
  return nullptr;
}

}  // namespace aif
