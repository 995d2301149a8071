#pragma once
// How each headline figure is made, with the symbols and the values that this result holds: the formula gives the figure again, which a
// test asks of every one. Figures that come out of the models hour by hour have words in place of terms.

#include <optional>
#include <string>
#include <vector>

#include "sim/results.hpp"

namespace aif::reports {

struct Term {
  std::string symbol, name, si_unit, from;  // from: where in the result
  double value = 0;                         // SI
  std::string shown() const;
};
struct Formula {
  std::string text;                 // "E_site / E_IT"
  std::vector<Term> terms;
  std::optional<double> value{};    // SI, from the terms; none: the text is all there is
  std::string with_values() const;  // "630.2 GWh / 583.6 GWh"
};

std::optional<Formula> formula_of(sim::Results const& results, std::string const& metric);

}  // namespace aif::reports
