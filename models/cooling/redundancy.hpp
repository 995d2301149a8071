#pragma once
// Spare words of a scenario: N, N+k, 2N, 2(N+1), 4N/3, catcher -> installed units when N are needed.

#include <string>

namespace aif::cooling {

// Throws InputError (AF2201) for a word that is none of them. `catcher` is one shared spare: N+1.
int installed_units(std::string const& redundancy, int needed);
bool is_redundancy_word(std::string const& redundancy);

}  // namespace aif::cooling
