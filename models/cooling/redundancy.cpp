#include "models/cooling/redundancy.hpp"

#include <fmt/format.h>

#include <charconv>

#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

int spares_of(std::string const& word) {  // k of "N+k"; -1 if the word is not of that form
  if (word.size() < 3 || word.compare(0, 2, "N+") != 0) return -1;
  int k = -1;
  auto const [end, error] = std::from_chars(word.data() + 2, word.data() + word.size(), k);
  return error == std::errc{} && end == word.data() + word.size() && k >= 0 ? k : -1;
}

}  // namespace

bool is_redundancy_word(std::string const& word) {
  return word == "N" || word == "2N" || word == "2(N+1)" || word == "4N/3" || word == "catcher" || spares_of(word) >= 0;
}

int installed_units(std::string const& word, int needed) {
  if (word == "N") return needed;
  if (word == "2N") return 2 * needed;
  if (word == "2(N+1)") return 2 * (needed + 1);
  if (word == "4N/3") return (4 * needed + 2) / 3;
  if (word == "catcher") return needed + 1;
  if (int const k = spares_of(word); k >= 0) return needed + k;
  refuse("AF2201", "cooling", fmt::format("`{}` is not a redundancy", word), "write N, N+1, N+2, 2N, 2(N+1), 4N/3 or catcher");
}

}  // namespace aif::cooling
