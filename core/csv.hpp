#pragma once
// RFC 4180 tables with a header row, as columns of text; line numbers are kept for diagnostics. Reads .csv, .csv.gz and .csv.xz.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aif {

// Whole file, inflated if its name ends in .gz or .xz. Throws InputError (AF5001) when it cannot be read.
std::string read_file(std::string const& path);

class CsvTable {
 public:
  static CsvTable load(std::string const& path);                            // throws InputError with file:line
  static CsvTable parse(std::string_view text, std::string const& name);

  std::size_t rows() const { return lines_.size(); }
  bool has(std::string_view column) const;
  std::vector<std::string> const& header() const { return header_; }
  std::vector<std::string> const& column(std::string_view name) const;      // throws InputError (AF4003) naming the known columns
  std::vector<double> numbers(std::string_view name) const;                 // empty cell -> NaN; other text -> InputError (AF4004)
  double number(std::size_t row, std::string_view name) const;              // empty cell -> 0; other text -> InputError (AF4004)
  std::string const& at(std::size_t row, std::string_view name) const { return column(name)[row]; }
  int line(std::size_t row) const { return lines_[row]; }                   // line of the file, from 1
  std::string const& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> columns_;
  std::vector<int> lines_;
};

}  // namespace aif
