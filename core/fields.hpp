#pragma once
// The one declared list per struct. From it follow: the YAML reader, range checks, did-you-mean, the JSON Schema, the
// reference manual, `explain`, Python properties and stubs, result columns. A struct declares
//
//   struct DryCooler {
//     double fan_power_w = 0;  int count = 1;
//     static constexpr auto fields() {
//       return std::tuple{
//           field("fan_power", &DryCooler::fan_power_w, Kind::power, 0.0, 1e6, "Rated fan power of one unit.", "vendor sheet").required(),
//           field("count", &DryCooler::count, Kind::number, 1, 1e5, "Installed units.")};
//     }
//   };
//
// Member types: double (with a Kind), int, std::int64_t, bool, std::string, enum with enum_names(), std::optional<T>,
// std::vector<T>, std::map<std::string, T>, another struct with fields(), std::variant of structs with a type_name (YAML key `type`).
// The default of a field is what a default-constructed struct holds. Structs in lists carry an `id` field.

#include <array>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/units.hpp"

namespace aif {

struct FieldInfo {
  std::string_view key;
  Kind kind = Kind::number;
  double low = -std::numeric_limits<double>::infinity();   // allowed range in SI, inclusive
  double high = std::numeric_limits<double>::infinity();
  std::string_view doc;     // one sentence
  std::string_view source;  // where the default comes from, or "assumption"; empty when there is no numeric default
  bool is_required = false;
};

template <class S, class T>
struct Field : FieldInfo {
  T S::*member;
  constexpr Field required() const {
    Field copy = *this;
    copy.is_required = true;
    return copy;
  }
};

// Numbers.
template <class S, class T>
constexpr Field<S, T> field(std::string_view key, T S::*member, Kind kind, double low, double high, std::string_view doc,
                            std::string_view source = {}) {
  return {{key, kind, low, high, doc, source, false}, member};
}

// Text, flags, enums, structs, lists, maps.
template <class S, class T>
constexpr Field<S, T> field(std::string_view key, T S::*member, std::string_view doc, std::string_view source = {}) {
  return {{key, Kind::number, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), doc, source, false},
          member};
}

template <class T>
concept HasFields = requires { T::fields(); };

template <class T>
concept NamedType = HasFields<T> && requires { std::string_view{T::type_name}; };

// An enum that may stand in a file: `constexpr auto enum_names(Policy) { return std::array{...}; }` beside it, in the order of its values 0, 1, 2...
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { enum_names(e); };

template <NamedEnum E>
constexpr std::string_view enum_name(E value) {
  return enum_names(value)[static_cast<std::size_t>(value)];
}

// Calls f(field) for each declared field of T, in order.
template <HasFields T, class F>
constexpr void for_each_field(F&& f) {
  std::apply([&](auto const&... each) { (f(each), ...); }, T::fields());
}

}  // namespace aif
