#pragma once
// Values of options that are quantities or words, read as a scenario reads them. A value that cannot be read is AF1030 with the option's
// name for its path.

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"
#include "core/units.hpp"

namespace aif::cli {

[[noreturn]] inline void refuse_option(std::string const& option, std::string message, std::string hint) {
  throw InputError(Diagnostic{"AF1030", Severity::error, std::move(message), option, {}, std::move(hint), 1});
}

inline double quantity_of(std::string const& option, std::string const& text, Kind kind) {
  auto const parsed = parse_quantity(text, kind);
  if (!parsed.error.empty()) refuse_option(option, parsed.error, parsed.hint);
  return parsed.si;
}

// For an option that may stay empty.
inline double quantity_or(std::string const& option, std::string const& text, Kind kind, double fallback) {
  return text.empty() ? fallback : quantity_of(option, text, kind);
}

template <NamedEnum E>
E word_of(std::string const& option, std::string const& text) {
  auto const names = enum_names(E{});
  auto const at = std::find(names.begin(), names.end(), text);
  if (at == names.end()) refuse_option(option, fmt::format("`{}` is not a value of {}", text, option), fmt::format("known: {}", fmt::join(names, ", ")));
  return static_cast<E>(at - names.begin());
}

}  // namespace aif::cli
