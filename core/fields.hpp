#pragma once
// The one declared list per struct. From it follow: the YAML reader, range checks, did-you-mean, the JSON Schema, the
// reference manual, `explain`, Python properties and stubs, result columns. A struct declares
//
//   struct DryCooler {
//     double fan_power_w = 0;  int count = 1;
//     static constexpr auto fields() {
//       return FieldList{
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

// The fields of a struct in order. A tuple without a tuple's conversions: those cost most of the time of compiling a scenario.
template <std::size_t I, class F>
struct FieldSlot {
  F field;
};
template <class Index, class... F>
struct FieldSlots;
template <std::size_t... I, class... F>
struct FieldSlots<std::index_sequence<I...>, F...> : FieldSlot<I, F>... {
  constexpr explicit FieldSlots(F const&... f) : FieldSlot<I, F>{f}... {}
  template <class Visit>
  constexpr void each(Visit&& visit) const {
    (visit(static_cast<FieldSlot<I, F> const&>(*this).field), ...);
  }
};
template <class... F>
struct FieldList : FieldSlots<std::index_sequence_for<F...>, F...> {
  constexpr FieldList(F const&... f) : FieldSlots<std::index_sequence_for<F...>, F...>(f...) {}
};

// Fields of a common part before those of a struct.
template <class First, class Second>
struct JoinedFields {
  First first;
  Second second;
  template <class Visit>
  constexpr void each(Visit&& visit) const {
    first.each(visit);
    second.each(visit);
  }
};
template <class First, class Second>
constexpr JoinedFields<First, Second> join_fields(First const& first, Second const& second) {
  return {first, second};
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
  T::fields().each(f);
}

}  // namespace aif
