#include "core/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace aif {
namespace {
constexpr std::string_view kTypeNames[] = {"nothing", "a single value", "a map", "a list"};

std::size_t width_of(DocNode const& node) { return node.scalar.size() + (node.quoted ? 2 : 0); }

bool is_bare_number(std::string const& text) { return !text.empty() && text.find_first_not_of("+-.0123456789eE ") == std::string::npos; }

std::string range_words(FieldInfo const& info) {
  if (std::isinf(info.high)) return fmt::format("at least {}", format_quantity(info.low, info.kind));
  if (std::isinf(info.low)) return fmt::format("at most {}", format_quantity(info.high, info.kind));
  return fmt::format("{} to {}", format_quantity(info.low, info.kind), format_quantity(info.high, info.kind));
}
}  // namespace

Reader::Scope Reader::enter(std::string_view key) {
  std::size_t const length = path_.size();
  if (!path_.empty()) path_ += '.';
  path_ += key;
  return {*this, length};
}

void Reader::report(std::string code, SourcePos const& pos, std::string message, std::string hint, std::size_t width, std::string detail) {
  problems_.add({std::move(code), Severity::error, std::move(message), path_, pos, std::move(hint),
                 static_cast<int>(std::max<std::size_t>(1, width)), std::move(detail), {}});
}

bool Reader::expect(DocNode const& node, DocNode::Type type, std::string_view wanted) {
  if (node.type == type) return true;
  std::string const found = node.reference.empty() ? std::string(kTypeNames[static_cast<std::size_t>(node.type)]) : fmt::format("the library entry `{}`", node.reference);
  report("AF1005", node.pos, fmt::format("expected {}, found {}", wanted, found), "", width_of(node));
  return false;
}

double Reader::read_number(DocNode const& node, FieldInfo const& info, double fallback) {
  if (!expect(node, DocNode::Type::scalar, kind_name(info.kind))) return fallback;
  auto const parsed = parse_quantity(node.scalar, info.kind);
  if (!parsed.error.empty()) {
    report("AF1011", node.pos, parsed.error, parsed.hint, width_of(node), std::string(info.doc));
    return fallback;
  }
  if (node.quoted && is_bare_number(node.scalar)) {
    report("AF1011", node.pos, fmt::format("expected {}, found text", kind_name(info.kind)), "remove the quotes", width_of(node), std::string(info.doc));
    return fallback;
  }
  if (!(parsed.si >= info.low && parsed.si <= info.high)) {  // written so that NaN fails
    report("AF1012", node.pos, fmt::format("{} is outside its range, {}", node.scalar, range_words(info)), "", width_of(node), std::string(info.doc));
    return fallback;
  }
  return parsed.si;
}

std::int64_t Reader::read_integer(DocNode const& node, FieldInfo const& info, std::int64_t fallback) {
  std::size_t const problems = problems_.items().size();
  double const value = read_number(node, info, static_cast<double>(fallback));
  if (problems_.items().size() > problems) return fallback;
  if (value != std::floor(value) || std::abs(value) > 9e15) {
    report("AF1005", node.pos, fmt::format("expected a whole number, found `{}`", node.scalar), "", width_of(node), std::string(info.doc));
    return fallback;
  }
  return static_cast<std::int64_t>(value);
}

bool Reader::read_flag(DocNode const& node, bool fallback) {
  if (!expect(node, DocNode::Type::scalar, "true or false")) return fallback;
  if (!node.quoted && node.scalar == "true") return true;
  if (!node.quoted && node.scalar == "false") return false;
  report("AF1005", node.pos, fmt::format("expected true or false, found `{}`", node.scalar), "only `true` and `false`, without quotes, are flags", width_of(node));
  return fallback;
}

std::string Reader::read_text(DocNode const& node, std::string fallback) {
  if (!node.reference.empty()) return node.reference;  // a library entry named where its name is wanted, not its values
  if (!expect(node, DocNode::Type::scalar, "text")) return fallback;
  if (!node.quoted && (node.scalar == "true" || node.scalar == "false")) {
    report("AF1005", node.pos, fmt::format("expected text, found the flag `{}`", node.scalar), "put it in quotes if it is a word", width_of(node));
    return fallback;
  }
  return node.scalar;
}

std::size_t Reader::read_word(DocNode const& node, std::vector<std::string> const& words, std::size_t fallback) {
  if (!expect(node, DocNode::Type::scalar, "a word")) return fallback;
  if (auto const it = std::find(words.begin(), words.end(), node.scalar); it != words.end())
    return static_cast<std::size_t>(it - words.begin());
  std::string const near = did_you_mean(node.scalar, words);
  report("AF1007", node.pos, fmt::format("unknown value `{}`", node.scalar), near.empty() ? "" : fmt::format("did you mean `{}`?", near),
         width_of(node), fmt::format("one of: {}", fmt::join(words, ", ")));
  return fallback;
}

void Reader::check_keys(DocNode const& node, std::vector<std::string> const& known, std::vector<std::string> const& required) {
  std::vector<std::string> sorted = known;
  std::sort(sorted.begin(), sorted.end());
  for (auto const& e : node.entries) {
    if (std::find(known.begin(), known.end(), e.key) != known.end()) continue;
    std::string const near = did_you_mean(e.key, known);
    report("AF1004", e.key_pos, fmt::format("unknown key `{}`", e.key), near.empty() ? "" : fmt::format("did you mean `{}`?", near),
           e.key.size(), fmt::format("known keys: {}", fmt::join(sorted, ", ")));
  }
  for (auto const& key : required)
    if (!node.find(key)) report("AF1003", node.pos, fmt::format("missing key `{}`", key), "", 1, fmt::format("required keys: {}", fmt::join(required, ", ")));
}

void Reader::check_ids(DocNode const& list) {
  std::map<std::string, SourcePos> first;
  for (DocNode const& item : list.items) {
    DocNode const* id = item.find("id");
    if (!id || id->type != DocNode::Type::scalar) continue;
    auto const [it, is_new] = first.emplace(id->scalar, id->pos);
    if (!is_new)
      report("AF1006", id->pos, fmt::format("two entries have the id `{}`", id->scalar), "ids are unique in a list", width_of(*id),
             fmt::format("the other stands at {}:{}:{}", it->second.file, it->second.line, it->second.column));
  }
}

}  // namespace aif
