#pragma once
// Hashes with three uses: sha256 for provenance, content_hash (the first 16 hex digits of it) for caches and case seeds,
// fnv1a for the cross-validation folds that validation/README prescribes.

#include <cstdint>
#include <string>
#include <string_view>

namespace aif {

std::string sha256_hex(std::string_view bytes);
std::string content_hash(std::string_view bytes);

constexpr std::uint64_t fnv1a(std::string_view bytes) {  // 64-bit FNV-1a
  std::uint64_t h = 14695981039346656037ull;
  for (char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return h;
}

}  // namespace aif
