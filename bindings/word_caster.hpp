#pragma once
// Enums of the project are words in Python, as they are in files: Literal['bf16', 'fp8', ...] both ways. Another word is an InputError
// that lists the known ones.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"

namespace aif::python {

template <NamedEnum E>
constexpr std::size_t literal_length() {
  std::size_t n = 16;  // typing.Literal[]
  for (auto const word : enum_names(E{})) n += word.size() + 4;
  return n - 2;
}

// The text "typing.Literal['a', 'b']" as pybind11 keeps signatures.
template <NamedEnum E>
constexpr auto literal_text() {
  pybind11::detail::descr<literal_length<E>()> out;
  std::size_t at = 0;
  auto const put = [&](std::string_view text) {
    for (char const c : text) out.text[at++] = c;
  };
  put("typing.Literal[");
  bool is_first = true;
  for (auto const word : enum_names(E{})) {
    put(is_first ? "'" : ", '");
    put(word);
    put("'");
    is_first = false;
  }
  put("]");
  return out;
}

template <NamedEnum E>
E word_value(std::string const& word) {
  auto const names = enum_names(E{});
  auto const at = std::find(names.begin(), names.end(), word);
  if (at != names.end()) return static_cast<E>(at - names.begin());
  std::string const near = did_you_mean(word, {names.begin(), names.end()});
  throw InputError(Diagnostic{"AF5060", Severity::error, fmt::format("unknown value `{}`", word), "", {}, near.empty() ? "" : fmt::format("did you mean `{}`?", near), 1,
                              fmt::format("one of: {}", fmt::join(names, ", ")), ""});
}

}  // namespace aif::python

namespace pybind11::detail {

template <class E>
  requires aif::NamedEnum<E>
struct type_caster_enum_type_enabled<E> : std::false_type {};

template <class E>
  requires aif::NamedEnum<E>
struct type_caster<E> {
  PYBIND11_TYPE_CASTER(E, aif::python::literal_text<E>());
  bool load(handle source, bool) {
    if (!PyUnicode_Check(source.ptr())) return false;
    value = aif::python::word_value<E>(reinterpret_borrow<str>(source));
    return true;
  }
  static handle cast(E value, return_value_policy, handle) { return str(std::string(aif::enum_name(value))).release(); }
};

}  // namespace pybind11::detail
