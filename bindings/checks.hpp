#pragma once
// Arguments of Python calls that go straight to a model: refused with AF5061 and a name before they reach arithmetic.

#include <fmt/format.h>

#include <cmath>

#include "core/diagnostics.hpp"

namespace aif::python {

[[noreturn]] inline void refuse(std::string const& name, std::string message, std::string hint = {}) {
  throw InputError(Diagnostic{"AF5061", Severity::error, std::move(message), name, {}, std::move(hint), 1});
}

// Written so that NaN fails.
inline void expect_within(std::string const& name, double value, double low, double high) {
  if (!(value >= low && value <= high)) refuse(name, fmt::format("{:g} is not possible for `{}`", value, name), fmt::format("{:g} to {:g}", low, high));
}

}  // namespace aif::python
