// Uses one function of two installed libraries, so that headers, link line and dependencies are all exercised.
#include <cmath>

#include "contracts/service_tables.hpp"
#include "core/hash.hpp"

int main() {
  aif::CollectiveTable const table{.byte = {1e3, 1e6}, .time_s = {1e-5, 1e-3}};
  bool const interpolates = std::abs(aif::collective_time_s(table, 1e6) - 1e-3) < 1e-12;
  bool const hashes = aif::sha256_hex("abc").starts_with("ba7816bf");  // FIPS 180-2, appendix B.1
  return interpolates && hashes ? 0 : 1;
}
