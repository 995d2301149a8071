#include "sim/decisions/space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/csv.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kMostPoints = 10'000'000;

std::string trim(std::string_view s) {
  auto const first = s.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string() : std::string(s.substr(first, s.find_last_not_of(" \t") - first + 1));
}

// Commas outside brackets and quotes.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  int depth = 0;
  bool quoted = false;
  std::string item;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted) depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    if (c == ',' && depth == 0 && !quoted) out.push_back(trim(item)), item.clear();
    else item += c;
  }
  out.push_back(trim(item));
  return out;
}

// "32.5 degC" -> 32.5, "degC".
bool split_quantity(std::string const& text, double& number, std::string& unit) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  unit = trim(std::string_view(end, text.data() + text.size()));
  return true;
}

std::string number_text(double value, bool is_whole) { return is_whole ? fmt::format("{}", std::llround(value)) : fmt::format("{}", std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr)); }

class SpaceReader {
 public:
  SpaceReader(LoadedScenario const& base, DiagnosticList& problems) : leaves_(scenario_leaves(base.value)), problems_(problems) {}

  void read(std::string const& text, Space& out) {
    text_ = text;
    auto const equals = text.find('=');
    if (equals == std::string::npos || trim(text.substr(0, equals)).empty()) return fail("AF2901", "a variable is PATH=VALUES or PATH=LOW..HIGH", "for instance `pods.nvl.count=96..256 by 16`");
    SweptVariable v;
    v.path = trim(text.substr(0, equals));
    std::string range = trim(text.substr(equals + 1));
    if (range.starts_with('[') && range.ends_with(']')) range = trim(range.substr(1, range.size() - 2));
    if (std::any_of(out.variables.begin(), out.variables.end(), [&](auto const& other) { return other.path == v.path; })) return fail("AF2901", fmt::format("`{}` is varied twice", v.path), "once is enough");
    auto const dots = range.find("..");
    if (dots == std::string::npos ? read_values(range, v) : read_range(range, dots, v)) out.variables.push_back(std::move(v));
  }

 private:
  void fail(std::string code, std::string message, std::string hint) { problems_.add({std::move(code), Severity::error, std::move(message), "", {"--vary " + text_, 0, 0}, std::move(hint), 1}); }
  bool refuse(std::string message, std::string hint) {
    fail("AF2901", std::move(message), std::move(hint));
    return false;
  }

  bool read_values(std::string const& range, SweptVariable& v) {
    v.values = split_list(range);
    if (std::any_of(v.values.begin(), v.values.end(), [](auto const& s) { return s.empty(); })) return refuse("a value is empty", "write the values with commas between them");
    return true;
  }

  // The number of the scenario at the end of the path; ranges need its kind.
  Leaf const* number_at(std::string const& path) {
    std::vector<Leaf const*> fits;
    for (auto const& leaf : leaves_)
      if (leaf.is_number && (leaf.path == path || leaf.path.ends_with("." + path))) fits.push_back(&leaf);
    auto const whole = std::find_if(fits.begin(), fits.end(), [&](auto* leaf) { return leaf->path == path; });
    if (whole != fits.end()) return *whole;
    if (fits.size() == 1) return fits.front();
    std::vector<std::string> names;
    for (auto const* leaf : fits) names.push_back(leaf->path);
    if (!names.empty()) {
      fail("AF1014", fmt::format("the path `{}` fits several places", path), fmt::format("it could be {}", fmt::join(names, ", ")));
      return nullptr;
    }
    for (auto const& leaf : leaves_)
      if (leaf.is_number) names.push_back(leaf.path);
    std::string const near = did_you_mean(path, names);
    fail("AF1013", fmt::format("`{}` is no number of the scenario", path), near.empty() ? "a range needs a number; other values are given one by one" : fmt::format("did you mean `{}`?", near));
    return nullptr;
  }

  bool read_range(std::string const& range, std::size_t dots, SweptVariable& v) {
    Leaf const* leaf = number_at(v.path);
    if (!leaf) return false;
    std::string low = trim(range.substr(0, dots)), high = trim(range.substr(dots + 2)), step, count;
    if (auto const by = high.find(" by "); by != std::string::npos) step = trim(high.substr(by + 4)), high = trim(high.substr(0, by));
    if (auto const slash = high.rfind('/'); step.empty() && slash != std::string::npos && slash + 1 < high.size() && high.find_first_not_of(" 0123456789", slash + 1) == std::string::npos)
      count = trim(high.substr(slash + 1)), high = trim(high.substr(0, slash));
    v.kind = leaf->info.kind;
    v.is_whole = leaf->text.find_first_not_of("-0123456789") == std::string::npos && v.kind == Kind::number && is_whole_field(leaf->path);
    double number = 0;
    if (!split_quantity(high, number, v.unit)) return refuse(fmt::format("`{}` is no number", high), "LOW..HIGH, both with their unit");
    for (auto const& unit : unit_table())
      if (unit.kind == v.kind && unit.symbol == v.unit) v.factor = unit.factor, v.offset = unit.offset;
    if (!bound(low, v, v.low) || !bound(high, v, v.high)) return false;
    if (!(v.low < v.high)) return refuse(fmt::format("{} is not below {}", low, high), "LOW..HIGH");
    if (!step.empty()) return every(step, v);
    if (!count.empty()) return equal_steps(count, v);
    return true;
  }

  static bool is_whole_field(std::string const& path) {
    auto const* field = find_field(scenario_type(), path);
    return field && field->type.shape == TypeDescription::Shape::integer;
  }

  bool bound(std::string const& text, SweptVariable const& v, double& out) {
    auto const q = parse_quantity(text, v.kind);
    if (!q.error.empty()) return refuse(q.error, q.hint);
    out = (q.si - v.offset) / v.factor;
    return true;
  }

  bool every(std::string const& text, SweptVariable& v) {
    double step = 0;
    std::string unit;
    if (!split_quantity(text, step, unit) || step <= 0 || (!unit.empty() && unit != v.unit)) return refuse(fmt::format("`{}` is no step in {}", text, v.unit.empty() ? "numbers" : v.unit), "LOW..HIGH by STEP");
    if ((v.high - v.low) / step > 1e6) return refuse("more than a million steps", "a larger step");
    for (std::size_t i = 0; v.low + static_cast<double>(i) * step <= v.high * (1 + 1e-12); ++i) v.values.push_back(with_unit(v, v.low + static_cast<double>(i) * step));
    return true;
  }

  bool equal_steps(std::string const& text, SweptVariable& v) {
    std::size_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    if (n < 2 || n > 1'000'000) return refuse(fmt::format("`{}` is no number of values", text), "LOW..HIGH/COUNT with a count of 2 and more");
    for (std::size_t i = 0; i < n; ++i) v.values.push_back(with_unit(v, v.low + (v.high - v.low) * static_cast<double>(i) / static_cast<double>(n - 1)));
    return true;
  }

  static std::string with_unit(SweptVariable const& v, double number) { return number_text(number, v.is_whole) + (v.unit.empty() ? "" : " " + v.unit); }

  std::vector<Leaf> leaves_;
  DiagnosticList& problems_;
  std::string text_;
};

Points points_at(Space const& space, std::size_t n, std::vector<double> const& shares) {
  Points out(n);
  std::size_t const d = space.variables.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < d; ++j) out[i].push_back(space.variables[j].path + "=" + space.variables[j].text_at(shares[i * d + j]));
  return out;
}

}  // namespace

std::string SweptVariable::text_at(double share) const {
  if (!values.empty()) return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  // Each whole number gets the same share of the range.
  double const number = is_whole ? std::min(std::floor(low + share * (high - low + 1)), high) : low + share * (high - low);
  return number_text(number, is_whole) + (unit.empty() ? "" : " " + unit);
}

Space read_space(std::vector<std::string> const& texts, LoadedScenario const& base) {
  DiagnosticList problems;
  Space out;
  SpaceReader reader(base, problems);
  for (auto const& text : texts) reader.read(text, out);
  if (problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

Space list_space(std::vector<std::pair<std::string, std::vector<std::string>>> const& values) {
  Space out;
  for (auto const& [path, texts] : values) {
    SweptVariable v;
    v.path = path, v.values = texts;
    out.variables.push_back(std::move(v));
  }
  return out;
}

Points grid_points(Space const& space) {
  DiagnosticList problems;
  std::size_t total = 1;
  for (auto const& v : space.variables) {
    if (v.is_continuous())
      problems.add({"AF2902", Severity::error, fmt::format("a grid needs values of `{}`, not a range", v.path), "", {}, "add a count, LOW..HIGH/6, or a step, LOW..HIGH by STEP; or use --design lhs or sobol", 1});
    total = total > kMostPoints ? total : total * std::max<std::size_t>(1, v.values.size());
  }
  if (total > kMostPoints) problems.add({"AF2902", Severity::error, "the grid has more than ten million points", "", {}, "fewer values, or --design lhs or sobol with -n", 1});
  if (problems.has_errors()) throw InputError(std::move(problems));
  Points out(total);
  for (std::size_t i = 0; i < total; ++i) {
    std::size_t rest = i;
    out[i].resize(space.variables.size());
    for (std::size_t j = space.variables.size(); j-- > 0;) {
      auto const& v = space.variables[j];
      out[i][j] = v.path + "=" + v.values[rest % v.values.size()];
      rest /= v.values.size();
    }
  }
  return out;
}

Points latin_points(Space const& space, std::size_t n, std::uint64_t seed) {
  RandomStream const random(seed, Stream::sampling);
  std::size_t const d = space.variables.size();
  std::vector<double> shares(n * d);
  for (std::size_t j = 0; j < d; ++j) {
    std::uint64_t const entity = fnv1a(space.variables[j].path);
    std::vector<std::size_t> slice(n);
    std::iota(slice.begin(), slice.end(), std::size_t{0});
    for (std::size_t i = n; i-- > 1;) std::swap(slice[i], slice[static_cast<std::size_t>(random.uniform(entity, i) * static_cast<double>(i + 1))]);
    for (std::size_t i = 0; i < n; ++i) shares[i * d + j] = (static_cast<double>(slice[i]) + random.uniform_pair(entity, i)[1]) / static_cast<double>(n);
  }
  return points_at(space, n, shares);
}

std::vector<double> sobol_numbers(std::size_t n, std::size_t d, std::uint64_t seed) {
  constexpr double kScale = 0x1.0p-64;
  boost::random::sobol sequence(d);
  RandomStream const random(seed, Stream::sampling);
  std::vector<std::uint64_t> shift(d);
  for (std::size_t j = 0; j < d; ++j) shift[j] = static_cast<std::uint64_t>(random.uniform(j, 0) * 0x1.0p52) << 12;
  std::vector<double> out(n * d);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < d; ++j)  // the library leaves out point 0, at the origin
      out[i * d + j] = std::clamp(static_cast<double>(((i == 0 ? 0 : sequence()) ^ shift[j]) >> 11 << 11) * kScale + 0x1.0p-54, 0x1.0p-54, 1 - 0x1.0p-53);
  return out;
}

Points sobol_points(Space const& space, std::size_t n, std::uint64_t seed) { return points_at(space, n, sobol_numbers(n, space.variables.size(), seed)); }

Points list_points(std::string const& csv_path) {
  CsvTable const table = CsvTable::load(csv_path);
  Points out(table.rows());
  for (auto const& column : table.header()) {
    auto const open = column.find('[');
    std::string const path = trim(column.substr(0, open));
    std::string const unit = open == std::string::npos ? "" : trim(column.substr(open + 1, column.find(']', open) - open - 1));
    for (std::size_t r = 0; r < table.rows(); ++r)
      if (std::string const cell = trim(table.at(r, column)); !cell.empty()) out[r].push_back(path + "=" + cell + (unit.empty() ? "" : " " + unit));
  }
  return out;
}

}  // namespace aif::sim
