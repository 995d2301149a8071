#include "core/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "core/diagnostics.hpp"

namespace aif {
namespace {

[[noreturn]] void fail(std::string code, std::string const& file, int line, std::string message, std::string hint = {}) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {file, line, 1}, std::move(hint), 1});
}

std::string read_gzip(std::string const& path) {
  gzFile in = gzopen(path.c_str(), "rb");
  if (!in) fail("AF5001", path, 0, "cannot open the file");
  std::string out;
  char buffer[1 << 16];
  int n = 0;
  while ((n = gzread(in, buffer, sizeof buffer)) > 0) out.append(buffer, static_cast<std::size_t>(n));
  int const closed = gzclose(in);  // Z_BUF_ERROR: the file ends in the middle of the stream
  if (n < 0 || closed != Z_OK) fail("AF5001", path, 0, "the gzip stream is damaged");
  return out;
}

std::string inflate_xz(std::string const& path, std::string const& packed) {
  std::string out;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, std::uint64_t{1} << 30, 0) != LZMA_OK) fail("AF5001", path, 0, "cannot start the xz decoder");
  stream.next_in = reinterpret_cast<std::uint8_t const*>(packed.data());
  stream.avail_in = packed.size();
  std::uint8_t buffer[1 << 16];
  lzma_ret status = LZMA_OK;
  while (status == LZMA_OK) {
    stream.next_out = buffer;
    stream.avail_out = sizeof buffer;
    status = lzma_code(&stream, LZMA_FINISH);
    out.append(reinterpret_cast<char*>(buffer), sizeof buffer - stream.avail_out);
  }
  lzma_end(&stream);
  if (status != LZMA_STREAM_END) fail("AF5001", path, 0, "the xz stream is damaged");
  return out;
}

}  // namespace

std::string read_file(std::string const& path) {
  if (path.ends_with(".gz")) return read_gzip(path);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) fail("AF5001", path, 0, "cannot read the file", "check the name and the permissions");
  return path.ends_with(".xz") ? inflate_xz(path, text.str()) : text.str();
}

CsvTable CsvTable::load(std::string const& path) { return parse(read_file(path), path); }

CsvTable CsvTable::parse(std::string_view text, std::string const& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  table.name_ = name;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, any = false;
  int line = 1, row_line = 1;

  auto end_cell = [&] { row.push_back(std::move(cell)), cell.clear(); };
  auto end_row = [&] {
    end_cell();
    bool const blank = row.size() == 1 && row[0].empty();
    if (blank) {
      // an empty line is no row
    } else if (table.header_.empty()) {
      table.header_ = row;
      table.columns_.resize(row.size());
    } else if (row.size() != table.header_.size()) {
      fail("AF4002", name, row_line, fmt::format("the row has {} cells, the header {}", row.size(), table.header_.size()), "quote a cell that holds a comma");
    } else {
      for (std::size_t i = 0; i < row.size(); ++i) table.columns_[i].push_back(std::move(row[i]));
      table.lines_.push_back(row_line);
    }
    row.clear();
    any = false;
  };

  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (c == '\n') ++line;
    if (!any) row_line = c == '\n' ? line - 1 : line;
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += '"', ++i;
      else quoted = false;
      any = true;
    } else if (c == '"' && cell.empty()) {
      quoted = any = true;
    } else if (c == ',') {
      end_cell();
      any = true;
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      cell += c;
      any = true;
    }
  }
  if (quoted) fail("AF4002", name, row_line, "a quoted cell has no closing quote");
  if (any) end_row();
  if (table.header_.empty()) fail("AF4002", name, 1, "the table has no header");
  return table;
}

bool CsvTable::has(std::string_view column) const { return std::find(header_.begin(), header_.end(), column) != header_.end(); }

std::vector<std::string> const& CsvTable::column(std::string_view name) const {
  auto const it = std::find(header_.begin(), header_.end(), name);
  if (it == header_.end()) {
    std::string const near = did_you_mean(name, header_);
    fail("AF4003", name_, 1, fmt::format("no column `{}`{}", name, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)),
         fmt::format("columns: {}", fmt::join(header_, ", ")));
  }
  return columns_[static_cast<std::size_t>(it - header_.begin())];
}

double CsvTable::number(std::size_t row, std::string_view name) const {
  std::string const& cell = at(row, name);
  double value = 0;
  if (cell.empty()) return value;
  auto const* last = cell.data() + cell.size();
  auto const [end, problem] = std::from_chars(cell.data(), last, value);
  if (problem != std::errc{} || end != last) fail("AF4004", name_, lines_[row], fmt::format("column `{}`: `{}` is not a number", name, cell));
  return value;
}

std::vector<double> CsvTable::numbers(std::string_view name) const {
  auto const& cells = column(name);
  std::vector<double> out(cells.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!cells[i].empty()) out[i] = number(i, name);
  return out;
}

}  // namespace aif
