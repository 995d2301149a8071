#pragma once
// What a call is refused with.

#include <string>

#include "core/diagnostics.hpp"

namespace aif::test {

// Code of the first diagnostic that `call` throws; empty when it throws none.
template <class Call>
std::string code_of(Call&& call) {
  try {
    call();
  } catch (InputError const& e) {
    return e.diagnostics().items().front().code;
  }
  return {};
}

}  // namespace aif::test
