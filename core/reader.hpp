#pragma once
// DocNode -> struct, by the struct's field list. Collects every problem (unknown key, missing key, wrong type, wrong unit, out
// of range, unknown word) with position and suggestion; never stops at the first. Codes: docs/reference/diagnostics/core.md.
// Writing back (struct -> canonical DocNode) and listing for schema and docs walk the same fields: core/field_tools.hpp.

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/document.hpp"
#include "core/fields.hpp"

namespace aif {

// State of one reading: the problems so far and the path of the node in hand ("halls.a.pods.nvl-a.count").
class Reader {
 public:
  explicit Reader(DiagnosticList& problems) : problems_(problems) {}

  template <class T>
  void read(DocNode const& node, FieldInfo const& info, T& out);

  template <HasFields T>
  void read_struct(DocNode const& node, T& out);

  // Enters `key` for the life of the scope object.
  struct Scope {
    Reader& reader;
    std::size_t length;
    ~Scope() { reader.path_.resize(length); }
  };
  Scope enter(std::string_view key);

  void report(std::string code, SourcePos const& pos, std::string message, std::string hint, std::size_t width = 1, std::string detail = {});
  std::string const& path() const { return path_; }

 private:
  bool expect(DocNode const& node, DocNode::Type type, std::string_view wanted);
  double read_number(DocNode const& node, FieldInfo const& info, double fallback);
  std::int64_t read_integer(DocNode const& node, FieldInfo const& info, std::int64_t fallback);
  bool read_flag(DocNode const& node, bool fallback);
  std::string read_text(DocNode const& node, std::string fallback);
  std::size_t read_word(DocNode const& node, std::vector<std::string> const& words, std::size_t fallback);
  void check_keys(DocNode const& node, std::vector<std::string> const& known, std::vector<std::string> const& required);
  void check_ids(DocNode const& list);

  template <class... Ts>
  void read_variant(DocNode const& node, std::variant<Ts...>& out);

  DiagnosticList& problems_;
  std::string path_;
};

namespace detail {
template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_map = false;
template <class T> inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T> inline constexpr bool is_variant = false;
template <class... Ts> inline constexpr bool is_variant<std::variant<Ts...>> = true;
template <class T>
concept HasId = requires(T t) { { t.id } -> std::same_as<std::string&>; };

// "gb200-nvl72" of "lib:racks/gb200-nvl72": what a struct filled by the library is called when the file gives it no id.
inline std::string id_of_reference(std::string const& reference) { return reference.substr(reference.rfind('/') + 1); }
}  // namespace detail

template <class T>
void Reader::read(DocNode const& node, FieldInfo const& info, T& out) {
  if constexpr (std::is_same_v<T, bool>) {
    out = read_flag(node, out);
  } else if constexpr (std::is_floating_point_v<T>) {
    out = read_number(node, info, out);
  } else if constexpr (std::is_integral_v<T>) {
    out = static_cast<T>(read_integer(node, info, out));
  } else if constexpr (std::is_same_v<T, std::string>) {
    out = read_text(node, std::move(out));
  } else if constexpr (NamedEnum<T>) {
    auto const names = enum_names(T{});
    out = static_cast<T>(read_word(node, {names.begin(), names.end()}, static_cast<std::size_t>(out)));
  } else if constexpr (detail::is_optional<T>) {
    if (node.type == DocNode::Type::null) {
      out.reset();
    } else {
      typename T::value_type value = out.value_or(typename T::value_type{});
      read(node, info, value);
      out = std::move(value);
    }
  } else if constexpr (detail::is_vector<T>) {
    if (!expect(node, DocNode::Type::list, "a list")) return;
    check_ids(node);
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      DocNode const& item = node.items[i];
      DocNode const* id = item.find("id");
      auto const scope = enter(id && id->type == DocNode::Type::scalar ? id->scalar : std::to_string(i));
      if constexpr (std::is_same_v<typename T::value_type, bool>) {  // std::vector<bool> has no references
        bool value = false;
        read(item, info, value);
        out.push_back(value);
      } else {
        read(item, info, out.emplace_back());
      }
    }
  } else if constexpr (detail::is_map<T>) {
    if (!expect(node, DocNode::Type::map, "a map")) return;
    out.clear();
    for (auto const& e : node.entries) {
      auto const scope = enter(e.key);
      read(e.value, info, out[e.key]);
    }
  } else if constexpr (detail::is_variant<T>) {
    read_variant(node, out);
  } else {
    static_assert(HasFields<T>, "a field is a number, text, flag, enum, list, map, variant or a struct with fields()");
    read_struct(node, out);
  }
}

template <HasFields T>
void Reader::read_struct(DocNode const& node, T& out) {
  if (!expect(node, DocNode::Type::map, "a map of keys")) return;
  std::vector<std::string> known, required;
  for_each_field<T>([&](auto const& f) {
    known.emplace_back(f.key);
    if (f.is_required) required.emplace_back(f.key);
  });
  if constexpr (NamedType<T>) known.emplace_back("type");
  if constexpr (detail::HasId<T>)
    if (!node.reference.empty()) out.id = detail::id_of_reference(node.reference), std::erase(required, "id");
  check_keys(node, known, required);
  for_each_field<T>([&](auto const& f) {
    if (DocNode const* child = node.find(f.key)) {
      auto const scope = enter(f.key);
      read(*child, f, out.*(f.member));
    }
  });
}

template <class... Ts>
void Reader::read_variant(DocNode const& node, std::variant<Ts...>& out) {
  if (!expect(node, DocNode::Type::map, "a map with the key `type`")) return;
  std::vector<std::string> const names{std::string(Ts::type_name)...};
  DocNode const* type = node.find("type");
  if (!type) {
    std::string known;
    for (auto const& n : names) known += (known.empty() ? "" : ", ") + n;
    report("AF1003", node.pos, "missing key `type`", "add `type: " + names.front() + "`", 1, "known types: " + known);
    return;
  }
  std::size_t const index = [&] {
    auto const scope = enter("type");
    return read_word(*type, names, names.size());
  }();
  std::size_t i = 0;
  ((i++ == index ? (out.template emplace<Ts>(), read_struct(node, std::get<Ts>(out)), void()) : void()), ...);
}

// Reads a whole document; throws InputError with all problems if any is an error.
template <HasFields T>
T read_document(DocNode const& node) {
  DiagnosticList problems;
  T out{};
  Reader(problems).read_struct(node, out);
  if (problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

}  // namespace aif
