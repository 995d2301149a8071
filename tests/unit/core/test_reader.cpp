#include <doctest/doctest.h>

#include "core/field_tools.hpp"
#include "core/reader.hpp"

using namespace aif;

namespace {

enum class Mode { eco, online };
constexpr auto enum_names(Mode) { return std::array<std::string_view, 2>{"eco", "online"}; }

struct Fan {
  static constexpr std::string_view type_name = "fan";
  double power_w = 1e3;
  static constexpr auto fields() { return FieldList{field("power", &Fan::power_w, Kind::power, 0, 1e6, "Rated power.").required()}; }
};
struct Pump {
  static constexpr std::string_view type_name = "pump";
  double head_pa = 2e5;
  static constexpr auto fields() { return FieldList{field("head", &Pump::head_pa, Kind::pressure, 0, 1e7, "Head at design flow.")}; }
};
struct Hall {
  std::string id;
  int count = 1;
  std::variant<Fan, Pump> mover;
  std::optional<double> supply_c;
  bool open = false;
  Mode mode = Mode::eco;
  std::map<std::string, double> price_usd;
  static constexpr auto fields() {
    return FieldList{field("id", &Hall::id, "Name.").required(),
                      field("count", &Hall::count, Kind::number, 1, 100, "Installed units."),
                      field("mover", &Hall::mover, "What moves the air."),
                      field("supply", &Hall::supply_c, Kind::temperature, 5, 60, "Supply temperature."),
                      field("open", &Hall::open, "Open door."),
                      field("mode", &Hall::mode, "UPS mode."),
                      field("price", &Hall::price_usd, Kind::money, 0, 1e9, "Price by part.")};
  }
};
struct Site {
  std::vector<Hall> halls;
  static constexpr auto fields() { return FieldList{field("halls", &Site::halls, "Halls.")}; }
};

DocNode scalar(std::string text, bool quoted = false) {
  DocNode n;
  n.type = DocNode::Type::scalar;
  n.scalar = std::move(text);
  n.quoted = quoted;
  n.pos = {"toy.yaml", 1, 1};
  return n;
}
DocNode map(std::vector<std::pair<std::string, DocNode>> entries) {
  DocNode n;
  n.type = DocNode::Type::map;
  for (auto& [key, value] : entries) n.insert(key, {"toy.yaml", 1, 1}, std::move(value));
  return n;
}
DocNode site_of(std::vector<DocNode> halls) {
  DocNode list;
  list.type = DocNode::Type::list;
  list.items = std::move(halls);
  return map({{"halls", list}});
}
std::vector<std::string> codes(DocNode const& node) {
  DiagnosticList problems;
  Site site;
  Reader(problems).read_struct(node, site);
  std::vector<std::string> out;
  for (auto const& d : problems.items()) out.push_back(d.code + " " + d.path);
  return out;
}
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("a document fills the struct that declares it") {
  auto const node = site_of({map({{"id", scalar("a")}, {"count", scalar("3")}, {"supply", scalar("40 degC")}, {"open", scalar("true")}, {"mode", scalar("online")},
                                  {"mover", map({{"type", scalar("pump")}, {"head", scalar("2 bar")}})}, {"price", map({{"fan.big", scalar("3 MUSD")}})}})});
  auto const site = read_document<Site>(node);
  REQUIRE(site.halls.size() == 1);
  CHECK(site.halls[0].count == 3);
  CHECK(site.halls[0].supply_c == 40.0);
  CHECK(site.halls[0].open);
  CHECK(site.halls[0].mode == Mode::online);
  CHECK(std::get<Pump>(site.halls[0].mover).head_pa == 2e5);
  CHECK(site.halls[0].price_usd.at("fan.big") == 3e6);
}

TEST_CASE("every kind of mistake has its code and the path of the entry by its id") {
  auto const hall = [](std::string key, DocNode value) { return site_of({map({{"id", scalar("a")}, {std::move(key), std::move(value)}})}); };
  CHECK(codes(site_of({map({{"count", scalar("1")}})})) == Codes{"AF1003 halls.0"});
  CHECK(codes(hall("cuont", scalar("1"))) == Codes{"AF1004 halls.a"});
  CHECK(codes(hall("count", scalar("1.5"))) == Codes{"AF1005 halls.a.count"});
  CHECK(codes(hall("count", scalar("0"))) == Codes{"AF1012 halls.a.count"});
  CHECK(codes(hall("count", scalar("3", true))) == Codes{"AF1011 halls.a.count"});
  CHECK(codes(hall("open", scalar("yes"))) == Codes{"AF1005 halls.a.open"});
  CHECK(codes(hall("open", scalar("true", true))) == Codes{"AF1005 halls.a.open"});
  CHECK(codes(hall("mode", scalar("online "))) == Codes{"AF1007 halls.a.mode"});
  CHECK(codes(hall("supply", scalar("40"))) == Codes{"AF1011 halls.a.supply"});
  CHECK(codes(hall("supply", scalar("nan degC"))) == Codes{"AF1011 halls.a.supply"});
  CHECK(codes(hall("mover", map({{"head", scalar("2 bar")}}))) == Codes{"AF1003 halls.a.mover"});
  CHECK(codes(hall("mover", map({{"type", scalar("fan")}}))) == Codes{"AF1003 halls.a.mover"});
  CHECK(codes(hall("mover", map({{"type", scalar("fun")}}))) == Codes{"AF1007 halls.a.mover.type"});
  CHECK(codes(hall("price", map({{"x", scalar("3")}}))) == Codes{"AF1011 halls.a.price.x"});
  CHECK(codes(hall("id2", DocNode{})).size() == 1);
  CHECK(codes(site_of({map({{"id", scalar("a")}}), map({{"id", scalar("a")}})})) == Codes{"AF1006 halls"});
  CHECK(codes(map({{"halls", scalar("a")}})) == Codes{"AF1005 halls"});
}

TEST_CASE("all problems are found in one reading") {
  auto const node = site_of({map({{"id", scalar("a")}, {"count", scalar("x")}, {"supply", scalar("9")}, {"nope", scalar("1")}})});
  CHECK(codes(node).size() == 3);
  CHECK_THROWS_AS(read_document<Site>(node), InputError);
}

TEST_CASE("a struct filled by the library is called by the entry unless the file names it") {
  auto hall = map({{"count", scalar("2")}});
  hall.reference = "lib:halls/big-one";
  CHECK(read_document<Site>(site_of({hall})).halls[0].id == "big-one");
  hall.insert("id", {}, scalar("mine"));
  CHECK(read_document<Site>(site_of({hall})).halls[0].id == "mine");
}

TEST_CASE("the canonical text depends on values only") {
  auto const a = read_document<Site>(site_of({map({{"id", scalar("a")}, {"count", scalar("3")}, {"mover", map({{"type", scalar("fan")}, {"power", scalar("2 kW")}})}})}));
  auto const b = read_document<Site>(site_of({map({{"mover", map({{"power", scalar("2000 W")}, {"type", scalar("fan")}})}, {"count", scalar("3")}, {"id", scalar("a")}})}));
  CHECK(canonical_json(a) == canonical_json(b));
  CHECK(canonical_json(a) == R"({"halls":[{"count":3,"id":"a","mode":"eco","mover":{"power":2000,"type":"fan"},"open":false,"price":{},"supply":null}]})");
  CHECK(canonical_number(0.1) == "0.1");
  CHECK(canonical_number(1e300) == "1e+300");
}

TEST_CASE("a description knows every field, its default and its place") {
  auto const type = describe<Site>();
  auto const* count = find_field(type, "halls.hall-a.count");
  REQUIRE(count);
  CHECK(count->info.doc == "Installed units.");
  CHECK(count->default_text == "1");
  CHECK(find_field(type, "halls.count") == count);
  CHECK(find_field(type, "halls.a.mover.head"));
  CHECK(find_field(type, "halls.a.price.fan"));
  std::vector<std::string> known;
  CHECK_FALSE(find_field(type, "halls.a.cuont", &known));
  CHECK(did_you_mean("cuont", known) == "count");

  std::vector<std::string> paths;
  for (auto const& leaf : list_leaves(read_document<Site>(site_of({map({{"id", scalar("a")}})})))) paths.push_back(leaf.path);
  CHECK(paths == std::vector<std::string>{"halls.a.id", "halls.a.count", "halls.a.mover.power", "halls.a.open", "halls.a.mode"});
}
