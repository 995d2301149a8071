#include <doctest/doctest.h>

#include "core/units.hpp"

using aif::Kind;
using aif::parse_quantity;

TEST_CASE("a quantity is read in SI") {
  CHECK(parse_quantity("72 MW", Kind::power).si == 72e6);
  CHECK(parse_quantity("72MW", Kind::power).si == 72e6);
  CHECK(parse_quantity("40 degC", Kind::temperature).si == 40.0);
  CHECK(parse_quantity("212 degF", Kind::temperature).si == doctest::Approx(100.0));
  CHECK(parse_quantity("42 %", Kind::fraction).si == doctest::Approx(0.42));
  CHECK(parse_quantity("0.42", Kind::fraction).si == 0.42);
  CHECK(parse_quantity("800 Gbit/s", Kind::data_rate).si == 1e11);
  CHECK(parse_quantity("0.068 USD/kWh", Kind::money_per_energy).si == doctest::Approx(0.068 / 3.6e6));
}

TEST_CASE("a quantity without its unit, with another's, or not finite is refused with a hint") {
  CHECK(parse_quantity("80", Kind::power).error == "expected a power, found a bare number");
  CHECK(parse_quantity("8 K", Kind::temperature).error == "expected a temperature, found a temperature difference (`K`)");
  CHECK(parse_quantity("40 degC", Kind::temperature_difference).error.find("found a temperature (`degC`)") != std::string::npos);
  CHECK(parse_quantity("3 furlong", Kind::length).error == "unknown unit `furlong` for a length");
  for (auto bad : {"nan MW", "inf MW", "", "MW", "1e999 MW"}) CHECK_FALSE(parse_quantity(bad, Kind::power).error.empty());
}

TEST_CASE("every unit survives a round trip through text") {
  for (auto const& u : aif::unit_table()) {
    if (u.offset != 0) continue;
    CAPTURE(u.symbol);
    auto const once = parse_quantity("3.25 " + std::string(u.symbol), u.kind);
    REQUIRE(once.error.empty());
    auto const again = parse_quantity(aif::format_quantity(once.si, u.kind, 12), u.kind);
    CHECK(again.si == doctest::Approx(once.si).epsilon(1e-10));
  }
}

TEST_CASE("the SI unit of every kind is accepted and changes no bit") {
  for (auto const& u : aif::unit_table()) {
    std::string const si(aif::si_symbol(u.kind));
    CAPTURE(si);
    auto const read = parse_quantity(si == "1" ? "0.1" : "0.1 " + si, u.kind);
    CHECK(read.error.empty());
    CHECK(read.si == 0.1);
  }
}
