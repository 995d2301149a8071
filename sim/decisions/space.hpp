#pragma once
// What a sweep or a search varies, and where it looks. One variable is a path and its range:
//   pods.nvl.count=96,112,128             values (quantities, words, library entries)
//   cooling.liquid.supply=32 degC..45 degC          any value between
//   cooling.liquid.supply=32 degC..45 degC/6        six equal steps of it
//   pods.nvl.count=96..256 by 16          every sixteenth
// Whole-numbered fields take whole numbers. A point sets every variable.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario/load_scenario.hpp"

namespace aif::sim {

struct SweptVariable {
  std::string path;                 // as written
  Kind kind = Kind::number;         // of a range
  std::string unit;                 // that values are written in
  double factor = 1, offset = 0;    // SI = number x factor + offset
  std::vector<std::string> values;  // as texts; empty: any between low and high
  double low = 0, high = 0;         // in `unit`
  bool is_whole = false;

  bool is_continuous() const { return values.empty(); }
  // Text at a share 0..1 of the range; numbers are kept to six digits.
  std::string text_at(double share) const;
};

struct Space {
  std::vector<SweptVariable> variables;
};

// Texts as above. All problems at once, as InputError: AF2901 grammar or range, AF1013 no such path.
Space read_space(std::vector<std::string> const& texts, LoadedScenario const& base);
// Values given one by one, as Python and list files give them.
Space list_space(std::vector<std::pair<std::string, std::vector<std::string>>> const& values);

// Points as the sets that make them.
using Points = std::vector<std::vector<std::string>>;

// Every combination, the last variable fastest. Throws AF2902 when a variable is continuous.
Points grid_points(Space const& space);
// n points of a Latin hypercube, or of a Sobol sequence (Joe and Kuo 2008) moved by a random digital shift. Pure in (space, n, seed).
Points latin_points(Space const& space, std::size_t n, std::uint64_t seed);
Points sobol_points(Space const& space, std::size_t n, std::uint64_t seed);
// Rows of a CSV file whose header holds paths; a path may carry a unit, `cooling.liquid.supply [degC]`. Empty cells leave the base's value.
Points list_points(std::string const& csv_path);

// n x d numbers in (0, 1), row-major: the sequence behind sobol_points.
std::vector<double> sobol_numbers(std::size_t n, std::size_t d, std::uint64_t seed);

}  // namespace aif::sim
