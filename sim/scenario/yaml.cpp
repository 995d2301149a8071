#include "sim/scenario/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <vector>

namespace aif::sim {
namespace {

// Turns yaml-cpp's byte columns into columns of characters, counted from 1.
class Positions {
 public:
  Positions(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
    starts_.push_back(text_.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    for (std::size_t i = 0; i < text_.size(); ++i)
      if (text_[i] == '\n') starts_.push_back(i + 1);
  }
  SourcePos at(YAML::Mark const& mark) const {
    if (mark.is_null()) return {name_, 0, 0};
    auto const line = static_cast<std::size_t>(std::max(0, mark.line));
    int column = 1;
    if (line < starts_.size()) {
      std::size_t const first = starts_[line], last = std::min(text_.size(), first + static_cast<std::size_t>(std::max(0, mark.column)));
      for (std::size_t i = first; i < last; ++i) column += (static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80;
    }
    return {name_, static_cast<int>(line) + 1, column};
  }
  // Is the quoted text that starts at this place closed before the file ends? yaml-cpp lets an open quote run to the end.
  bool is_closed_quote(YAML::Mark const& mark) const {
    auto const line = static_cast<std::size_t>(std::max(0, mark.line));
    if (line >= starts_.size()) return true;
    std::size_t i = starts_[line] + static_cast<std::size_t>(std::max(0, mark.column));
    if (i >= text_.size() || (text_[i] != '"' && text_[i] != '\'')) return true;
    for (char const quote = text_[i++]; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') ++i;
      else if (text_[i] == quote) return true;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::string name_;
  std::vector<std::size_t> starts_;
};

struct TooMuch {
  SourcePos pos;
  std::string message, hint;
};

// Receives the parser's events and grows the tree. A map in `open_` alternates between waiting for a key and for its value.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Positions const& positions, DiagnosticList& problems) : positions_(positions), problems_(problems) {}
  DocNode take() { return std::move(root_); }
  YAML::Mark last_quoted() const { return last_quoted_; }

  void OnDocumentStart(YAML::Mark const&) override {}
  void OnDocumentEnd() override {}
  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override { scalar(mark, "?", anchor, DocNode::Type::null, ""); }
  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, std::string const& value) override {
    scalar(mark, tag, anchor, DocNode::Type::scalar, value);
  }
  void OnAlias(YAML::Mark const& mark, YAML::anchor_t) override {
    refuse(mark, "an alias (`*name`)");
    scalar(mark, "!", 0, DocNode::Type::scalar, "");  // something stands there: its absence is no further mistake
  }
  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, DocNode::Type::list);
  }
  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, DocNode::Type::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    DocNode node;
    bool has_key = false;
    bool is_key = false;  // a map or list that stands where a key should
    std::string key;
    SourcePos key_pos;
  };

  void add(std::string code, SourcePos pos, std::string message, std::string hint, std::size_t width = 1) {
    problems_.add({std::move(code), Severity::error, std::move(message), "", std::move(pos), std::move(hint), static_cast<int>(std::max<std::size_t>(1, width)), "", ""});
  }
  void refuse(YAML::Mark const& mark, std::string_view what) {
    add("AF1010", positions_.at(mark), fmt::format("{} is not supported in scenarios", what), "write the value out, or use `include:` or a library entry");
  }
  void check_decoration(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, "an anchor (`&name`)");
    if (tag.size() > 1 && tag != "tag:yaml.org,2002:str") refuse(mark, fmt::format("the tag `{}`", tag));
  }

  void scalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, DocNode::Type type, std::string const& value) {
    check_decoration(mark, tag, anchor);
    bool const plain = tag == "?" || tag.empty();
    if (!open_.empty() && open_.back().node.type == DocNode::Type::map && !open_.back().has_key) {
      if (plain && value == "<<") refuse(mark, "a merge key (`<<`)");
      return take_key(positions_.at(mark), type == DocNode::Type::null ? "null" : value);
    }
    DocNode node;
    node.type = type;
    node.scalar = value;
    node.quoted = !plain;
    node.pos = positions_.at(mark);
    if (node.quoted) last_quoted_ = mark;
    if (type == DocNode::Type::null && !open_.empty() && open_.back().has_key) node.pos = open_.back().key_pos;  // an absent value is told at its key
    place(std::move(node));
  }

  void take_key(SourcePos pos, std::string key) {
    Level& level = open_.back();
    level.has_key = true;
    level.key = std::move(key);
    level.key_pos = std::move(pos);
    for (auto const& e : level.node.entries)
      if (e.key == level.key)
        add("AF1002", level.key_pos, fmt::format("the key `{}` stands twice in this map", level.key),
            fmt::format("first at line {}, column {}", e.key_pos.line, e.key_pos.column), level.key.size());
  }

  void open(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor, DocNode::Type type) {
    check_decoration(mark, tag, anchor);
    if (open_.size() >= kMaxDepth) throw TooMuch{positions_.at(mark), fmt::format("more than {} levels of nesting", kMaxDepth), "look for an unclosed bracket"};
    bool const is_key = !open_.empty() && open_.back().node.type == DocNode::Type::map && !open_.back().has_key;
    if (is_key) add("AF1001", positions_.at(mark), "a key must be a single word or text", "quote the key, or look for a missing `:`");
    Level& level = open_.emplace_back();
    level.node.type = type;
    level.node.pos = positions_.at(mark);
    level.is_key = is_key;
  }

  void close() {
    Level level = std::move(open_.back());
    open_.pop_back();
    if (level.is_key) take_key(level.node.pos, fmt::format("?{}:{}", level.node.pos.line, level.node.pos.column));
    else place(std::move(level.node));
  }

  void place(DocNode node) {
    if (++values_ > kMaxValues) throw TooMuch{node.pos, fmt::format("more than {} values", kMaxValues), "put series into CSV files"};
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (Level& level = open_.back(); level.node.type == DocNode::Type::list) {
      level.node.items.push_back(std::move(node));
    } else {
      level.has_key = false;
      level.node.entries.push_back({std::move(level.key), std::move(level.key_pos), std::move(node)});  // a duplicate stays: both are checked
    }
  }

  Positions const& positions_;
  DiagnosticList& problems_;
  DocNode root_;
  YAML::Mark last_quoted_ = YAML::Mark::null_mark();
  std::vector<Level> open_;
  int values_ = 0;
};

// yaml-cpp's reasons in the words of someone who edits a scenario.
std::string hint_for(std::string const& reason, std::string_view text, int line) {
  std::istringstream in{std::string(text)};
  std::string row;
  for (int i = 0; i < line && std::getline(in, row); ++i) {}
  if (row.substr(0, row.find_first_not_of(" \t")).find('\t') != std::string::npos) return "indent with blanks, not with tabs";
  if (reason.find("illegal map value") != std::string::npos) return "a text with `: ` in it needs quotes";
  if (reason.find("end of sequence flow") != std::string::npos) return "close the list with `]`";
  if (reason.find("end of map flow") != std::string::npos) return "close the map with `}`";
  if (reason.find("end of map") != std::string::npos) return "look for a missing `:` or a wrong indentation";
  if (reason.find("unknown token") != std::string::npos) return "a text that begins with this character needs quotes";
  return "";
}

}  // namespace

std::optional<DocNode> parse_yaml(std::string_view text, std::string const& name, DiagnosticList& problems) {
  auto const fail = [&](std::string code, SourcePos pos, std::string message, std::string hint) -> std::optional<DocNode> {
    problems.add({std::move(code), Severity::error, std::move(message), "", std::move(pos), std::move(hint), 1, "", ""});
    return std::nullopt;
  };
  if (text.size() > kMaxBytes) return fail("AF1019", {name, 0, 0}, fmt::format("the file has {} MB", text.size() >> 20), "a scenario may have 16 MB; put series into CSV files");
  if (auto const zero = text.find('\0'); zero != std::string_view::npos) return fail("AF1001", {name, 0, 0}, "the file holds binary data", "scenarios are UTF-8 text");
  Positions const positions(text, name);
  DiagnosticList found;  // dropped after a syntax error: they would be its echo
  TreeBuilder builder(positions, found);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return fail("AF1001", {name, 1, 1}, "the file is empty", "start with `schema: aifactory/scenario/v1`");
    if (YAML::Mark const quote = builder.last_quoted(); !quote.is_null() && !positions.is_closed_quote(quote))
      return fail("AF1001", positions.at(quote), "this quote is never closed", "add the closing quote");
    DocNode tree = builder.take();
    TreeBuilder rest(positions, found);
    if (parser.HandleNextDocument(rest)) return fail("AF1001", rest.take().pos, "a second YAML document begins here", "one file holds one document: mend the indentation, or remove `---`");
    problems.append(found);
    return tree;
  } catch (TooMuch const& e) {
    return fail("AF1019", e.pos, e.message, e.hint);
  } catch (YAML::ParserException const& e) {
    SourcePos const pos = positions.at(e.mark);
    return fail("AF1001", pos, fmt::format("not valid YAML: {}", e.msg), hint_for(e.msg, text, pos.line));
  }
}

std::optional<DocNode> parse_value(std::string_view text, SourcePos const& pos, DiagnosticList& problems) {
  DiagnosticList inner;
  auto node = parse_yaml(text.find_first_not_of(" \t") == std::string_view::npos ? "''" : text, pos.file, inner);
  for (auto d : inner.items()) {
    d.pos = pos;
    problems.add(std::move(d));
  }
  struct Move {
    SourcePos const& pos;
    void operator()(DocNode& n) const {
      n.pos = pos;
      for (auto& e : n.entries) e.key_pos = pos, (*this)(e.value);
      for (auto& item : n.items) (*this)(item);
    }
  };
  if (node) Move{pos}(*node);
  return node;
}

}  // namespace aif::sim
