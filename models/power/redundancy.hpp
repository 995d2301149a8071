#pragma once
// The redundancy words as numbers. `count` equal blocks are installed; a word says how many blocks' worth of load they may carry so that
// the loss of one (of k for N+k, of one side for 2N) leaves the survivors within rating:
//   N: count   N+k: count-k   2N: count/2   2(N+1): count/2-1   aN/b: count b/a   catcher: count-1, the catcher idles in normal state.
// What the graph really tolerates is checked apart (outages.hpp); these are design limits, not proofs.

#include <optional>
#include <string>
#include <string_view>

namespace aif::power {

struct Redundancy {
  enum class Kind { n, n_plus_k, two_n, two_n_plus_1, ratio, catcher } kind = Kind::n;
  int k = 0;      // n_plus_k
  int of = 1, make = 1;  // ratio: "4N/3" has of 4, make 3
};

std::optional<Redundancy> parse_redundancy(std::string_view word);
inline constexpr std::string_view kRedundancyWords = "N, N+k, 2N, 2(N+1), 4N/3 (or another aN/b), catcher";

// Blocks' worth of load that may be carried with all `count` in service.
double usable_units(Redundancy const& r, int count);
// The same when `out` of them are out of service: never more than what is left.
double usable_units(Redundancy const& r, int count, int out);
// Of `count` blocks, how many idle in normal state (the catcher).
int idle_units(Redundancy const& r, int count);
// Share of the load that still has a source when `out` blocks are lost: with N the racks of a lost block are dark.
double fed_frac(Redundancy const& r, int count, int out);

}  // namespace aif::power
