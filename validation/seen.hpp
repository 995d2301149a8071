#pragma once
// Which pairs of device and model the rows of a fit show, written beside the fit: a run says `calibrated` of such a pair and nothing
// better than `interpolated` of any other (sim/facility/trust.hpp reads it).

#include <map>
#include <string>
#include <tuple>

namespace aif::validation {

class SeenPairs {
 public:
  void add(std::string const& what, std::string const& hardware, std::string const& model) { ++rows_[{what, hardware, model}]; }
  void write(std::string const& path) const;  // what,hardware,model,rows

 private:
  std::map<std::tuple<std::string, std::string, std::string>, int> rows_;
};

}  // namespace aif::validation
