#pragma once
// What a Python Results holds. Arrays point into it and keep it alive.

#include <memory>

#include "sim/results.hpp"

namespace aif::python {

struct ResultsHandle {
  std::shared_ptr<sim::Results const> results;
};

}  // namespace aif::python
