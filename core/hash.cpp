#include "core/hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace aif {

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr)) throw std::runtime_error("SHA-256 failed");
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

std::string content_hash(std::string_view bytes) { return sha256_hex(bytes).substr(0, 16); }

}  // namespace aif
