#pragma once
// The redundancy words as numbers. `count` equal blocks are installed; a word says how many blocks' worth of load they may carry so that
// the loss of one (of k for N+k, of one side for 2N) leaves the survivors within rating:
//   N: count   N+k: count-k   2N: count/2   2(N+1): count/2-1   aN/b: count b/a   catcher: count-1, the catcher idles in normal state.
// What the graph really tolerates is checked apart (outages.hpp); these are design limits, not proofs.

#include <optional>
#include <span>
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
// What is left when the named blocks are out. Which ones matters: racks reach only the blocks of their own group (a pair for 2N, `of` for
// aN/b), so two blocks of one group leave racks dark where two of different groups leave none. Racks of aN/b are spread over all pairs of a
// group; N+k and catcher share their spares over the whole site. Survivors of a group share its load equally.
struct BlocksLeft {
  double usable = 0;    // blocks' worth of load that can be carried
  double fed_frac = 1;  // share of the racks that still has a source
};
BlocksLeft blocks_left(Redundancy const& r, int count, std::span<int const> out);

}  // namespace aif::power
