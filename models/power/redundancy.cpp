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

BlocksLeft blocks_left(Redundancy const& r, int count, std::span<int const> out) {
  using Kind = Redundancy::Kind;
  BlocksLeft left{0, 0};
  if (count <= 0) return left;
  auto const lost_in = [&](int first, int size) {
    return static_cast<int>(std::count_if(out.begin(), out.end(), [&](int b) { return b >= first && b < first + size; }));
  };
  int const alive = count - lost_in(0, count);
  if (r.kind == Kind::two_n || r.kind == Kind::ratio) {
    int const size = r.kind == Kind::two_n ? 2 : r.of;
    double const load_per_block = r.kind == Kind::two_n ? 0.5 : static_cast<double>(r.make) / r.of;
    double fed = 0, racks = 0;  // in blocks' worth of load
    for (int first = 0; first < count; first += size) {
      int const n = std::min(size, count - first), k = lost_in(first, n);
      double const load = n * load_per_block, pairs = n * (n - 1) / 2.0;
      double const dark = n > 1 ? k * (k - 1) / 2.0 / pairs : k;  // racks whose both blocks are out; of a single block: all
      racks += load;
      fed += load * (1 - dark);
      left.usable += std::min(load * (1 - dark), static_cast<double>(n - k));
    }
    left.fed_frac = fed / racks;
    return left;
  }
  if (r.kind == Kind::two_n_plus_1) {  // two systems of N+1 blocks, racks on both
    left.usable = std::min(std::max(count / 2.0 - 1, 0.0), static_cast<double>(alive));
    left.fed_frac = alive > 0 ? 1 : 0;
    return left;
  }
  left.usable = std::min(usable_units(r, count), static_cast<double>(alive));
  left.fed_frac = usable_units(r, count) > 0 ? std::min(1.0, alive / usable_units(r, count)) : 0.0;
  return left;
}

}  // namespace aif::power
