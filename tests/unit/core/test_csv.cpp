#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"

using aif::CsvTable;
using aif::InputError;

TEST_CASE("a table is columns by name, with the line of each row") {
  auto const t = CsvTable::parse("\xEF\xBB\xBFname,value\r\na,1.5\r\n\r\n\"b, \"\"c\"\"\nd\",-2e3\r\n", "t.csv");
  REQUIRE(t.rows() == 2);
  CHECK(t.at(1, "name") == "b, \"c\"\nd");
  CHECK(t.numbers("value") == std::vector<double>{1.5, -2000});
  CHECK(t.line(0) == 2);
  CHECK(t.line(1) == 4);
}

TEST_CASE("an empty cell is no number, a word in a numeric column is an error with its line") {
  CHECK(std::isnan(CsvTable::parse("v\n\"\"\n1\n", "t.csv").numbers("v")[1]) == false);
  auto const t = CsvTable::parse("a,v\nx,\ny,1\nz,many\n", "t.csv");
  CHECK_THROWS_WITH_AS(t.numbers("v"), doctest::Contains("t.csv:4:1"), InputError);
  CHECK(std::isnan(CsvTable::parse("a,v\nx,\n", "t.csv").numbers("v")[0]));
}

TEST_CASE("damaged tables are told by line") {
  CHECK_THROWS_WITH_AS(CsvTable::parse("a,b\n1,2\n3\n", "t.csv"), doctest::Contains("t.csv:3:1"), InputError);
  CHECK_THROWS_WITH_AS(CsvTable::parse("a,b\n\"1,2\n", "t.csv"), doctest::Contains("AF4002"), InputError);
  CHECK_THROWS_WITH_AS(CsvTable::parse("", "t.csv"), doctest::Contains("AF4002"), InputError);
  CHECK_THROWS_WITH_AS(CsvTable::parse("value\n1\n", "t.csv").column("vlaue"), doctest::Contains("error[AF4003]"), InputError);
  CHECK_THROWS_WITH_AS(CsvTable::parse("value\n1\n", "t.csv").column("vlaue"), doctest::Contains("did you mean `value`?"), InputError);
}

TEST_CASE("packed files read like plain ones; damaged and missing ones are told") {
  auto const dir = std::filesystem::temp_directory_path() / ("aif_csv_" + std::to_string(::getpid()));
  std::filesystem::create_directories(dir);
  auto const path = (dir / "t.csv.gz").string();
  gzFile out = gzopen(path.c_str(), "wb");
  gzputs(out, "a\n7\n");
  gzclose(out);
  CHECK(CsvTable::load(path).numbers("a") == std::vector<double>{7});
  std::filesystem::resize_file(path, 12);
  CHECK_THROWS_AS(CsvTable::load(path), InputError);
  CHECK_THROWS_WITH_AS(CsvTable::load((dir / "none.csv").string()), doctest::Contains("AF5001"), InputError);
  CHECK_THROWS_AS(CsvTable::load((dir / "none.csv.xz").string()), InputError);
  CHECK_THROWS_AS(CsvTable::load(dir.string()), InputError);
  std::filesystem::remove_all(dir);
}
