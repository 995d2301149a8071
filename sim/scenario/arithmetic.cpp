#include "sim/scenario/arithmetic.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "core/units.hpp"

namespace aif::sim {
namespace {

struct Parts {
  double number = 0;
  std::string unit;
};

std::optional<Parts> split(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  Parts out;
  auto const [end, problem] = std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), text.data() + text.size(), out.number);
  if (problem != std::errc{} || !std::isfinite(out.number)) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  while (unit.ends_with(' ')) unit.remove_suffix(1);
  out.unit = unit;
  return out;
}

std::string joined(double number, std::string const& unit) {
  // fifteen digits hide the last-bit noise of 0.1 + 0.2 and lose nothing that a person would write
  std::string const digits = fmt::format("{:.15g}", number);
  return unit.empty() ? digits : fmt::format("{} {}", digits, unit);
}

// The factor from unit b to unit a when some kind of quantity has both.
std::optional<double> ratio(std::string const& a, std::string const& b) {
  if (a == b) return 1.0;
  for (auto const& u : unit_table())
    for (auto const& v : unit_table())
      if (u.symbol == a && v.symbol == b && u.kind == v.kind && u.offset == 0 && v.offset == 0) return v.factor / u.factor;
  if (a == "degC" && b == "K") return 1.0;
  return std::nullopt;
}

}  // namespace

Arithmetic add_quantities(std::string_view value, std::string_view increment) {
  auto const a = split(value), b = split(increment);
  if (!a || !b) return {"", fmt::format("`{}` is not a number", a ? increment : value)};
  auto const factor = ratio(a->unit, b->unit);
  if (!factor || (a->unit == b->unit && (a->unit == "degC" || a->unit == "degF")))
    return {"", fmt::format("cannot add `{}` to `{}`", increment, value)};
  return {joined(a->number + b->number * *factor, a->unit), ""};
}

Arithmetic scale_quantity(std::string_view value, std::string_view factor) {
  auto const a = split(value), b = split(factor);
  if (!a || !b) return {"", fmt::format("`{}` is not a number", a ? factor : value)};
  if (!b->unit.empty()) return {"", "a factor has no unit"};
  if (a->unit == "degC" || a->unit == "degF") return {"", "a temperature cannot be multiplied"};
  return {joined(a->number * b->number, a->unit), ""};
}

}  // namespace aif::sim
