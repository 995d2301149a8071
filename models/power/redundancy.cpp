#include "models/power/redundancy.hpp"

#include <algorithm>
#include <charconv>

namespace aif::power {
namespace {

std::optional<int> whole(std::string_view text) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Redundancy> parse_redundancy(std::string_view word) {
  using Kind = Redundancy::Kind;
  if (word == "N") return Redundancy{Kind::n};
  if (word == "2N") return Redundancy{Kind::two_n};
  if (word == "2(N+1)") return Redundancy{Kind::two_n_plus_1};
  if (word == "catcher") return Redundancy{Kind::catcher};
  if (word.starts_with("N+"))
    if (auto const k = whole(word.substr(2))) return Redundancy{Kind::n_plus_k, *k};
  if (auto const n = word.find("N/"); n != word.npos) {
    auto const of = whole(word.substr(0, n)), make = whole(word.substr(n + 2));
    if (of && make && *of > *make) return Redundancy{Kind::ratio, 0, *of, *make};
  }
  return std::nullopt;
}

double usable_units(Redundancy const& r, int count) {
  using Kind = Redundancy::Kind;
  double const n = count;
  double usable = n;
  if (r.kind == Kind::n_plus_k) usable = n - r.k;
  if (r.kind == Kind::two_n) usable = n / 2;
  if (r.kind == Kind::two_n_plus_1) usable = n / 2 - 1;
  if (r.kind == Kind::ratio) usable = n * r.make / r.of;
  if (r.kind == Kind::catcher) usable = n - 1;
  return std::max(usable, 0.0);
}

double usable_units(Redundancy const& r, int count, int out) {
  return std::min(usable_units(r, count), static_cast<double>(std::max(count - out, 0)));
}

int idle_units(Redundancy const& r, int count) { return r.kind == Redundancy::Kind::catcher && count > 1 ? 1 : 0; }

double fed_frac(Redundancy const& r, int count, int out) {
  if (count <= 0 || out >= count) return 0;
  double const usable = usable_units(r, count);
  return usable > 0 ? std::min(1.0, (count - out) / usable) : 0.0;
}

}  // namespace aif::power
