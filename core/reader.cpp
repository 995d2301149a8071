#include "core/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aif {
namespace {
constexpr std::string_view kTypeNames[] = {"nothing", "a single value", "a map", "a list"};
}

Reader::Scope Reader::enter(std::string_view key) {
  std::size_t const length = path_.size();
  if (!path_.empty()) path_ += '.';
  path_ += key;
  return {*this, length};
}

void Reader::report(std::string code, SourcePos const& pos, std::string message, std::string hint, std::size_t width) {
  problems_.add({std::move(code), Severity::error, std::move(message), path_, pos, std::move(hint), static_cast<int>(std::max<std::size_t>(1, width))});
}

bool Reader::expect(DocNode const& node, DocNode::Type type, std::string_view wanted) {
  if (node.type == type) return true;
  report("AF1005", node.pos, fmt::format("expected {}, found {}", wanted, kTypeNames[static_cast<std::size_t>(node.type)]), "", node.scalar.size());
  return false;
}

double Reader::read_number(DocNode const& node, FieldInfo const& info, double fallback) {
  if (!expect(node, DocNode::Type::scalar, kind_name(info.kind))) return fallback;
  auto const parsed = parse_quantity(node.scalar, info.kind);
  if (!parsed.error.empty()) {
    report("AF1011", node.pos, parsed.error, parsed.hint, node.scalar.size());
    return fallback;
  }
  if (!(parsed.si >= info.low && parsed.si <= info.high)) {  // written so that NaN fails
    report("AF1012", node.pos,
           fmt::format("{} is outside its range {} to {}", node.scalar, format_quantity(info.low, info.kind), format_quantity(info.high, info.kind)),
           std::string(info.doc), node.scalar.size());
    return fallback;
  }
  return parsed.si;
}

std::int64_t Reader::read_integer(DocNode const& node, FieldInfo const& info, std::int64_t fallback) {
  double const value = read_number(node, info, static_cast<double>(fallback));
  if (value != std::floor(value) || std::abs(value) > 9e15) {
    report("AF1005", node.pos, fmt::format("expected a whole number, found `{}`", node.scalar), std::string(info.doc), node.scalar.size());
    return fallback;
  }
  return static_cast<std::int64_t>(value);
}

bool Reader::read_flag(DocNode const& node, bool fallback) {
  if (!expect(node, DocNode::Type::scalar, "true or false")) return fallback;
  if (!node.quoted && node.scalar == "true") return true;
  if (!node.quoted && node.scalar == "false") return false;
  report("AF1005", node.pos, fmt::format("expected true or false, found `{}`", node.scalar), "YAML 1.2: only `true` and `false` are flags", node.scalar.size());
  return fallback;
}

std::string Reader::read_text(DocNode const& node, std::string fallback) {
  return expect(node, DocNode::Type::scalar, "text") ? node.scalar : fallback;
}

std::size_t Reader::read_word(DocNode const& node, std::vector<std::string> const& words, std::size_t fallback) {
  if (!expect(node, DocNode::Type::scalar, "a word")) return fallback;
  if (auto const it = std::find(words.begin(), words.end(), node.scalar); it != words.end())
    return static_cast<std::size_t>(it - words.begin());
  std::string const near = did_you_mean(node.scalar, words);
  report("AF1007", node.pos, fmt::format("unknown value `{}`{}", node.scalar, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)),
         fmt::format("one of: {}", fmt::join(words, ", ")), node.scalar.size());
  return fallback;
}

void Reader::check_keys(DocNode const& node, std::vector<std::string> const& known, std::vector<std::string> const& required) {
  for (auto const& e : node.entries) {
    if (std::find(known.begin(), known.end(), e.key) != known.end()) continue;
    std::string const near = did_you_mean(e.key, known);
    report("AF1004", e.key_pos, fmt::format("unknown key `{}`{}", e.key, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)),
           fmt::format("known keys: {}", fmt::join(known, ", ")), e.key.size());
  }
  for (auto const& key : required)
    if (!node.find(key)) report("AF1003", node.pos, fmt::format("missing key `{}`", key), fmt::format("required keys: {}", fmt::join(required, ", ")));
}

}  // namespace aif
