#include "core/field_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aif {
namespace {
using Shape = TypeDescription::Shape;

FieldDescription const* search(TypeDescription const& type, std::vector<std::string_view> const& words, std::size_t at, FieldDescription const* here, std::vector<std::string>* known) {
  if (at == words.size()) return here;
  if (type.shape == Shape::structure) {
    if (known) {
      known->clear();
      for (auto const& f : type.fields) known->emplace_back(f.info.key);
    }
    for (auto const& f : type.fields)
      if (f.info.key == words[at]) return search(f.type, words, at + 1, &f, known);
    return nullptr;
  }
  if (type.shape == Shape::variant) {
    for (auto const& [name, alternative] : type.alternatives)
      if (auto const* found = search(alternative, words, name == words[at] ? at + 1 : at, here, known)) return found;
    return nullptr;
  }
  if (type.shape == Shape::list || type.shape == Shape::map) {
    if (auto const* found = search(type.element[0], words, at, here, known)) return found;
    return search(type.element[0], words, at + 1, here, known);  // the word is an id or a key
  }
  return nullptr;
}
}  // namespace

std::string quote_json(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') out += '\\', out += c;
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<int>(c));
    else out += c;
  }
  return out + "\"";
}

std::string canonical_number(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"";  // JSON has no such numbers
  if (value == std::floor(value) && std::abs(value) < 1e15) return fmt::format("{}", static_cast<long long>(value));
  return fmt::format("{}", value);
}

std::string detail::number_with_unit(double value, Kind kind) {
  if (!std::isfinite(value)) return "null";
  std::string_view const unit = si_symbol(kind);
  return unit == "1" ? canonical_number(value) : fmt::format("\"{} {}\"", canonical_number(value), unit);
}

std::string join_object(std::map<std::string, std::string> const& members) {
  std::string out = "{";
  for (auto const& [key, text] : members) {
    if (out.size() > 1) out += ',';
    out += quote_json(key);
    out += ':';
    out += text;
  }
  return out + "}";
}

FieldDescription const* find_field(TypeDescription const& root, std::string_view path, std::vector<std::string>* known) {
  std::vector<std::string_view> words;
  while (!path.empty()) {
    auto const dot = path.find('.');
    words.push_back(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return search(root, words, 0, nullptr, known);
}

void list_paths(TypeDescription const& type, std::string const& prefix, std::vector<std::string>& out) {
  auto const below = [&](std::string_view key) { return prefix.empty() ? std::string(key) : prefix + "." + std::string(key); };
  if (type.shape == Shape::structure) {
    for (auto const& f : type.fields) {
      out.push_back(below(f.info.key));
      list_paths(f.type, below(f.info.key), out);
    }
  } else if (type.shape == Shape::list) {
    list_paths(type.element[0], prefix + "[]", out);
  } else if (type.shape == Shape::map) {
    list_paths(type.element[0], below("*"), out);
  } else if (type.shape == Shape::variant) {
    for (auto const& [name, alternative] : type.alternatives) list_paths(alternative, below(name), out);
  }
}

}  // namespace aif
