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

Json type_schema(TypeDescription const& type, FieldInfo const& info);

Json properties_of(TypeDescription const& type, Json& required) {
  Json out = Json::object();
  required = Json::array();
  for (auto const& f : type.fields) {
    Json one = type_schema(f.type, f.info);
    one["description"] = fmt::format("{} Takes {}.", f.info.doc, field_words(f));
    if (!f.default_text.empty() && f.type.shape != Shape::list) one["default"] = f.default_text;
    out[std::string(f.info.key)] = std::move(one);
    if (f.info.is_required) required.push_back(f.info.key);
  }
  return out;
}

Json object_schema(TypeDescription const& type) {
  Json required;
  Json out = {{"type", "object"}, {"additionalProperties", false}};
  out["properties"] = properties_of(type, required);
  if (!required.empty()) out["required"] = required;
  return out;
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

Json variant_schema(TypeDescription const& type) {
  Json alternatives = Json::array();
  for (auto const& [name, alternative] : type.alternatives) {
    Json one = object_schema(alternative);
    one["title"] = name;
    one["properties"]["type"] = {{"const", name}};
    one["required"].push_back("type");
    alternatives.push_back(std::move(one));
  }
  return or_reference({{"oneOf", std::move(alternatives)}});
}

Json type_schema(TypeDescription const& type, FieldInfo const& info) {
  Json out;
  switch (type.shape) {
    case Shape::number: out = number_schema(info); break;
    case Shape::integer: {
      out = {{"type", "integer"}};
      add_range(out, info);
      break;
    }
    case Shape::flag: out = {{"type", "boolean"}}; break;
    case Shape::text: out = {{"type", {"string", "number"}}}; break;
    case Shape::word: out = {{"enum", type.words}}; break;
    case Shape::list: out = {{"type", "array"}, {"items", type_schema(type.element[0], info)}}; break;
    case Shape::map: out = {{"type", "object"}, {"additionalProperties", type_schema(type.element[0], info)}}; break;
    case Shape::structure: out = or_reference(object_schema(type)); break;
    case Shape::variant: out = variant_schema(type); break;
  }
  return type.optional ? Json{{"anyOf", {std::move(out), {{"type", "null"}}}}} : out;
}

}  // namespace

std::string scenario_schema(TypeDescription const& type) {
  Json out = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"$id", "aifactory/scenario/v1"}, {"title", "aifactory scenario"}};
  Json root = object_schema(type);
  Json const required = root.value("required", Json::array());
  root.erase("required");
  out.update(root);
  out["properties"]["schema"] = {{"const", "aifactory/scenario/v1"}, {"description", "Always aifactory/scenario/v1."}};
  out["properties"]["include"] = {{"type", "array"}, {"items", {{"type", "string"}}}, {"description", "Files merged below this one."}};
  out["properties"]["base"] = {{"type", "string"}, {"description", "Scenario that this file changes."}};
  out["properties"]["set"] = {{"type", {"object", "array"}}, {"description", "Changes by path, applied in order after the merge."}};
  // what a file lacks its base or its includes may hold
  out["if"] = {{"anyOf", {{{"required", {"base"}}}, {{"required", {"include"}}}}}};
  out["then"] = {{"required", {"schema"}}};
  out["else"] = {{"required", required}};
  return out.dump(1) + "\n";
}

}  // namespace aif::sim
