#pragma once
// Which uncertain inputs matter. Two ways:
//   one at a time   each input at its P10 and P90, all others as the scenario says: a tornado; 2 runs an input
//   Sobol indices   shares of the variance of a figure: S1 by the input alone, ST with all that it interacts with (Sobol 1993). Estimators:
//                   Saltelli et al. 2010 (S1) and Jansen 1999 (ST) on Saltelli's sample of a shifted Sobol sequence; n (k + 2) runs for k
//                   inputs; 90 % intervals by bootstrap over the sample's rows. Library ranges of one entry count as one input.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/decisions/ensemble.hpp"

namespace aif::sim {

// A model on the unit cube: several figures of one point. Called from several threads.
using CubeModel = std::function<std::vector<double>(std::span<double const> u)>;

struct SobolIndex {
  double first = 0, first_low = 0, first_high = 0;  // low..high: 90 %
  double total = 0, total_low = 0, total_high = 0;
};

// Indices [figure][input] of a model over a cube whose dimension d belongs to input input_of[d]. Rows with a figure that is no number are left
// out of that figure's indices; `n` is rounded up to a power of two.
std::vector<std::vector<SobolIndex>> sobol_indices(CubeModel const& model, std::vector<std::size_t> const& input_of, std::size_t figures, std::size_t n, std::uint64_t seed,
                                                   RunControl const& control = {});

struct TornadoBar {
  std::string input;
  double low_input = 0, high_input = 0;     // P10 and P90 of the input, SI
  std::string unit;
  std::vector<double> at_low, at_high;      // figures there; NaN when that site cannot be built
};

struct Tornado {
  std::vector<std::string> metrics, units;
  std::vector<double> base;
  std::vector<TornadoBar> bars;             // in the order of the inputs
};

struct SobolTable {
  std::vector<std::string> metrics, inputs; // inputs: paths, model errors, library entries
  std::vector<std::vector<SobolIndex>> indices;  // [metric][input]
  std::size_t runs = 0;
};

struct SensitivitySettings {
  std::vector<std::string> metrics;         // ids; empty: the headline figures
  EvaluateOptions evaluate;
};

// Throw InputError (AF2831 an unknown metric), Interrupted.
Tornado tornado(LoadedScenario const& loaded, Library const& library, SensitivitySettings const& settings);
SobolTable sobol_table(LoadedScenario const& loaded, Library const& library, std::size_t n, SensitivitySettings const& settings);

}  // namespace aif::sim
