#pragma once
// The field lists seen from outside a struct: as a description (JSON Schema, reference manual, explain) and as values
// (canonical text for hashes, assumption tables). Templates only walk the lists; everything that formats is plain code.

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/fields.hpp"
#include "core/reader.hpp"

namespace aif {

struct FieldDescription;

// What may stand at a place of a file.
struct TypeDescription {
  enum class Shape { number, integer, flag, text, word, list, map, structure, variant };
  Shape shape = Shape::text;
  std::string_view name;                                                // of a structure: that of the C++ type, "aif::power::UtilityParams"
  bool optional = false;
  std::vector<std::string> words;                                       // of a word
  std::vector<FieldDescription> fields;                                 // of a structure
  std::vector<TypeDescription> element;                                 // of a list or map: one
  std::vector<std::pair<std::string, TypeDescription>> alternatives;    // of a variant, by the word after `type:`
};

struct FieldDescription {
  FieldInfo info;
  TypeDescription type;
  std::string default_text;  // as it would be written; empty when there is none
};

// A scalar of a struct with its dotted path, as the Reader would name it.
struct Leaf {
  std::string path;
  FieldInfo info;
  bool is_number = false;
  double si = 0;
  std::string text;  // numbers: with display unit
};

std::string quote_json(std::string_view text);
std::string canonical_number(double value);  // shortest text that reads back as the same bits
std::string join_object(std::map<std::string, std::string> const& members);

template <class T>
TypeDescription describe_type();
template <HasFields T>
TypeDescription describe() { return describe_type<T>(); }

// One line of JSON with sorted keys and SI numbers: equal scenarios have equal text.
template <class T>
std::string canonical_json(T const& value);

// JSON that the Reader reads back to the same bits: as canonical_json, but numbers carry their SI unit, and what is not set is left out.
template <class T>
std::string document_json(T const& value, FieldInfo const& info = {});

// Calls visit(Leaf) for every scalar below `value`, in the order of the field lists.
template <class T, class Visit>
void for_each_leaf(T const& value, FieldInfo const& info, std::string const& path, Visit const& visit);
template <HasFields T>
std::vector<Leaf> list_leaves(T const& value) {
  std::vector<Leaf> out;
  for_each_leaf(value, FieldInfo{}, "", [&](Leaf leaf) { out.push_back(std::move(leaf)); });
  return out;
}

// The field at a dotted path; ids of list entries and keys of maps may stand in it or be left out. Null when there is none;
// then `known` holds the keys of the last structure that was reached.
FieldDescription const* find_field(TypeDescription const& root, std::string_view path, std::vector<std::string>* known = nullptr);

// Every path of a description, depth first; [] marks a list, * a map.
void list_paths(TypeDescription const& type, std::string const& prefix, std::vector<std::string>& out);

namespace detail {
// "aif::power::UtilityParams", cut out of what the compiler calls this function.
template <class T>
constexpr std::string_view type_words() {
  std::string_view const text = __PRETTY_FUNCTION__;
  auto const first = text.find("T = ") + 4;
  return text.substr(first, text.find_first_of(";]", first) - first);
}

std::string number_with_unit(double value, Kind kind);  // 72e6, power -> "\"72000000 W\""; dimensionless: a bare number

template <class T>
std::string default_text(T const& value, FieldInfo const& info) {
  if constexpr (std::is_same_v<T, bool>) return value ? "true" : "false";
  else if constexpr (std::is_floating_point_v<T>) return std::isfinite(value) ? format_quantity(value, info.kind, 6) : std::string();
  else if constexpr (std::is_integral_v<T>) return std::to_string(value);
  else if constexpr (std::is_same_v<T, std::string>) return value;
  else if constexpr (NamedEnum<T>) return std::string(enum_name(value));
  else if constexpr (is_optional<T>) return value ? default_text(*value, info) : std::string();
  else return {};
}

template <class T>
std::string id_or_empty(T const& value) {
  if constexpr (is_variant<T>) return std::visit([](auto const& alternative) { return id_or_empty(alternative); }, value);
  else if constexpr (requires { std::string(value.id); }) return value.id;
  else return {};
}

template <class... Ts>
void describe_alternatives(std::variant<Ts...> const*, TypeDescription& out) {
  (out.alternatives.emplace_back(std::string(Ts::type_name), describe_type<Ts>()), ...);
}
}  // namespace detail

template <class T>
TypeDescription describe_type() {
  using Shape = TypeDescription::Shape;
  TypeDescription out;
  if constexpr (std::is_same_v<T, bool>) {
    out.shape = Shape::flag;
  } else if constexpr (std::is_floating_point_v<T>) {
    out.shape = Shape::number;
  } else if constexpr (std::is_integral_v<T>) {
    out.shape = Shape::integer;
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.shape = Shape::text;
  } else if constexpr (NamedEnum<T>) {
    out.shape = Shape::word;
    for (auto const name : enum_names(T{})) out.words.emplace_back(name);
  } else if constexpr (detail::is_optional<T>) {
    out = describe_type<typename T::value_type>();
    out.optional = true;
  } else if constexpr (detail::is_vector<T>) {
    out.shape = Shape::list;
    out.element.push_back(describe_type<typename T::value_type>());
  } else if constexpr (detail::is_map<T>) {
    out.shape = Shape::map;
    out.element.push_back(describe_type<typename T::mapped_type>());
  } else if constexpr (detail::is_variant<T>) {
    out.shape = Shape::variant;
    detail::describe_alternatives(static_cast<T const*>(nullptr), out);
  } else {
    out.shape = Shape::structure;
    out.name = detail::type_words<T>();
    T const defaults{};
    for_each_field<T>([&](auto const& f) {
      using Member = std::remove_cvref_t<decltype(defaults.*(f.member))>;
      out.fields.push_back({f, describe_type<Member>(), f.is_required ? std::string() : detail::default_text(defaults.*(f.member), f)});
    });
  }
  return out;
}

template <class T>
std::string canonical_json(T const& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    return canonical_number(static_cast<double>(value));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return quote_json(value);
  } else if constexpr (NamedEnum<T>) {
    return quote_json(enum_name(value));
  } else if constexpr (detail::is_optional<T>) {
    return value ? canonical_json(*value) : "null";
  } else if constexpr (detail::is_vector<T>) {
    std::string out = "[";
    for (auto const& item : value) {
      if (out.size() > 1) out += ',';
      out += canonical_json<typename T::value_type>(item);
    }
    return out + "]";
  } else if constexpr (detail::is_map<T>) {
    std::map<std::string, std::string> members;
    for (auto const& [key, item] : value) members[key] = canonical_json(item);
    return join_object(members);
  } else if constexpr (detail::is_variant<T>) {
    return std::visit([](auto const& alternative) { return canonical_json(alternative); }, value);
  } else {
    std::map<std::string, std::string> members;
    if constexpr (NamedType<T>) members["type"] = quote_json(T::type_name);
    for_each_field<T>([&](auto const& f) { members[std::string(f.key)] = canonical_json(value.*(f.member)); });
    return join_object(members);
  }
}

template <class T>
std::string document_json(T const& value, FieldInfo const& info) {
  if constexpr (std::is_floating_point_v<T>) {
    return detail::number_with_unit(value, info.kind);
  } else if constexpr (detail::is_optional<T>) {
    return value ? document_json(*value, info) : "null";
  } else if constexpr (detail::is_vector<T>) {
    std::string out = "[";
    for (auto const& item : value) {
      if (out.size() > 1) out += ',';
      out += document_json<typename T::value_type>(item, info);
    }
    return out + "]";
  } else if constexpr (detail::is_map<T>) {
    std::map<std::string, std::string> members;
    for (auto const& [key, item] : value) members[key] = document_json(item, info);
    return join_object(members);
  } else if constexpr (detail::is_variant<T>) {
    return std::visit([](auto const& alternative) { return document_json(alternative); }, value);
  } else if constexpr (HasFields<T>) {
    std::map<std::string, std::string> members;
    if constexpr (NamedType<T>) members["type"] = quote_json(T::type_name);
    for_each_field<T>([&](auto const& f) {
      std::string text = document_json(value.*(f.member), f);
      if (text != "null") members[std::string(f.key)] = std::move(text);
    });
    return join_object(members);
  } else {
    return canonical_json(value);
  }
}

template <class T, class Visit>
void for_each_leaf(T const& value, FieldInfo const& info, std::string const& path, Visit const& visit) {
  auto const below = [&](std::string_view key) { return path.empty() ? std::string(key) : path + "." + std::string(key); };
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    visit(Leaf{path, info, true, static_cast<double>(value), detail::default_text(value, info)});
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string> || NamedEnum<T>) {
    visit(Leaf{path, info, false, 0, detail::default_text(value, info)});
  } else if constexpr (detail::is_optional<T>) {
    if (value) for_each_leaf(*value, info, path, visit);
  } else if constexpr (detail::is_vector<T>) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string const id = detail::id_or_empty<typename T::value_type>(value[i]);
      for_each_leaf<typename T::value_type>(value[i], info, below(id.empty() ? std::to_string(i) : id), visit);
    }
  } else if constexpr (detail::is_map<T>) {
    for (auto const& [key, item] : value) for_each_leaf(item, info, below(key), visit);
  } else if constexpr (detail::is_variant<T>) {
    std::visit([&](auto const& alternative) { for_each_leaf(alternative, info, path, visit); }, value);
  } else {
    for_each_field<T>([&](auto const& f) { for_each_leaf(value.*(f.member), f, below(f.key), visit); });
  }
}

}  // namespace aif
