#pragma once
// `+=` and `*=` on values as text: units are kept, equal units need not be spelt alike ("36 MW" + "500 kW" = "36.5 MW"), and
// a temperature takes a difference ("40 degC" + "5 K").

#include <string>
#include <string_view>

namespace aif::sim {

struct Arithmetic {
  std::string text;   // result; empty on failure
  std::string error;  // why not, in words
};

Arithmetic add_quantities(std::string_view value, std::string_view increment);
Arithmetic scale_quantity(std::string_view value, std::string_view factor);

}  // namespace aif::sim
