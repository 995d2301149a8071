#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/scenario/manual.hpp"

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;
using Shape = TypeDescription::Shape;

constexpr char const* kNumber = R"([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?)";

std::string escaped(std::string_view unit) {  // for a regular expression
  std::string out;
  for (char const c : unit) {
    if (c == '/' || c == '.' || c == '%') out += '\\';
    out += c;
  }
  return out;
}

// "% " and "/" need no escape in ECMA regular expressions, but "\/" and "\." are understood by all; "\%" is not.
std::string units_pattern(Kind kind) {
  std::string units;
  for (auto const& u : unit_table()) {
    if (u.kind != kind || u.symbol.empty()) continue;
    if (!units.empty()) units += '|';
    units += u.symbol == "%" ? "%" : u.symbol.find('%') == 0 ? "%" + escaped(u.symbol.substr(1)) : escaped(u.symbol);
  }
  return fmt::format("^\\s*{}\\s*({})\\s*$", kNumber, units);
}

void add_range(Json& out, FieldInfo const& info) {
  if (std::isfinite(info.low)) out["minimum"] = info.low;
  if (std::isfinite(info.high)) out["maximum"] = info.high;
}

Json number_schema(FieldInfo const& info) {
  Json bare = {{"type", "number"}};
  add_range(bare, info);
  if (info.kind == Kind::number) return bare;
  std::string const example = fmt::format("80 {}", display_unit(80, info.kind).symbol);
  Json text = {{"type", "string"}, {"pattern", units_pattern(info.kind)}, {"patternErrorMessage", fmt::format("expected {} such as \"{}\"", kind_name(info.kind), example)}};
  if (info.kind == Kind::fraction) return {{"anyOf", {bare, text}}, {"examples", {0.42, "42 %"}}};
  text["examples"] = {example};
  return text;
}

// Where a block may stand, an entry of the library may stand, too.
Json or_reference(Json block) {
  Json const changed = {{"type", "object"}, {"additionalProperties", false}, {"required", {"base"}},
                        {"properties", {{"base", {{"type", "string"}, {"description", "Library entry or file that is changed."}}},
                                        {"set", {{"type", {"object", "array"}}, {"description", "Changes by path, in order."}}}}}};
  return {{"if", {{"type", "string"}}},
          {"then", {{"type", "string"}, {"pattern", "^lib:"}, {"patternErrorMessage", "expected a block of keys or a library entry \"lib:kind/name\""}}},
          {"else", {{"if", {{"type", "object"}, {"required", {"base"}}}}, {"then", changed}, {"else", std::move(block)}}}};
}

// Whole files need every required key; files over a base or includes hold any part of a scenario.
class Writer {
 public:
  explicit Writer(bool is_part) : is_part_(is_part) {}

  Json object(TypeDescription const& type) const {
    Json out = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
    Json required = Json::array();
    for (auto const& f : type.fields) {
      Json one = any(f.type, f.info);
      one["description"] = fmt::format("{} Takes {}.", f.info.doc, field_words(f));
      if (!f.default_text.empty() && f.type.shape != Shape::list) one["default"] = f.default_text;
      out["properties"][std::string(f.info.key)] = std::move(one);
      if (f.info.is_required && !is_part_) required.push_back(f.info.key);
    }
    if (!required.empty()) out["required"] = std::move(required);
    return out;
  }

 private:
  Json variant(TypeDescription const& type) const {
    Json alternatives = Json::array();
    for (auto const& [name, alternative] : type.alternatives) {
      Json one = object(alternative);
      one["title"] = name;
      one["properties"]["type"] = {{"const", name}};
      if (!is_part_) one["required"].push_back("type");
      alternatives.push_back(std::move(one));
    }
    return or_reference({{is_part_ ? "anyOf" : "oneOf", std::move(alternatives)}});
  }

  Json any(TypeDescription const& type, FieldInfo const& info) const {
    Json out;
    switch (type.shape) {
      case Shape::number: out = number_schema(info); break;
      case Shape::integer:
        out = {{"type", "integer"}};
        add_range(out, info);
        break;
      case Shape::flag: out = {{"type", "boolean"}}; break;
      case Shape::text: out = {{"type", {"string", "number"}}}; break;
      case Shape::word: out = {{"enum", type.words}}; break;
      case Shape::list: out = {{"type", "array"}, {"items", any(type.element[0], info)}}; break;
      case Shape::map: out = {{"type", "object"}, {"additionalProperties", any(type.element[0], info)}}; break;
      case Shape::structure: out = or_reference(object(type)); break;
      case Shape::variant: out = variant(type); break;
    }
    return type.optional ? Json{{"anyOf", {std::move(out), {{"type", "null"}}}}} : out;
  }

  bool is_part_;
};

Json root_schema(TypeDescription const& type, bool is_part) {
  Json out = Writer(is_part).object(type);
  out["properties"]["schema"] = {{"const", "aifactory/scenario/v1"}, {"description", "Always aifactory/scenario/v1."}};
  out["properties"]["include"] = {{"type", "array"}, {"items", {{"type", "string"}}}, {"description", "Files merged below this one."}};
  out["properties"]["base"] = {{"type", "string"}, {"description", "Scenario that this file changes."}};
  out["properties"]["set"] = {{"type", {"object", "array"}}, {"description", "Changes by path, applied in order after the merge."}};
  if (is_part) out["required"] = {"schema"};
  return out;
}

}  // namespace

std::string scenario_schema(TypeDescription const& type) {
  Json const out = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"$id", "aifactory/scenario/v1"},
                    {"title", "aifactory scenario"},
                    {"definitions", {{"whole", root_schema(type, false)}, {"part", root_schema(type, true)}}},
                    {"if", {{"anyOf", {{{"required", {"base"}}}, {{"required", {"include"}}}}}}},
                    {"then", {{"$ref", "#/definitions/part"}}},
                    {"else", {{"$ref", "#/definitions/whole"}}}};
  return out.dump() + "\n";
}

}  // namespace aif::sim
