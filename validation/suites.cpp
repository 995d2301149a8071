#include "validation/suites.hpp"

#include "validation/cooling_suite.hpp"
#include "validation/kernels_suite.hpp"
#include "validation/power_suite.hpp"
#include "validation/products_suite.hpp"
#include "validation/serving_suite.hpp"
#include "validation/network_suite.hpp"
#include "validation/reliability_suite.hpp"
#include "validation/storage_suite.hpp"
#include "validation/training_suite.hpp"

namespace aif::validation {

std::vector<Suite> const& suites() {
  static std::vector<Suite> const all{cooling_suite(), kernels_suite(), power_suite(), network_suite(), training_suite(), reliability_suite(), storage_suite(), serving_suite(), products_suite()};
  return all;
}

}  // namespace aif::validation
