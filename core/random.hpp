#pragma once
// Counter-based random numbers: a draw is a pure function of (seed, stream, entity, step), so results do not depend on the
// number of threads or on the order of calls, and a new stream never disturbs another. Philox 4x32-10 (Salmon et al., SC'11)
// from Random123. No std::*_distribution: their sequences differ between implementations.

#include <Random123/philox.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace aif {

// Numbers are part of the results: never renumber, only append.
enum class Stream : std::uint32_t {
  arrivals = 1, lengths = 2, routing = 3, failures = 4, repairs = 5, delivery = 6, uncertainty = 7, sampling = 8,
  ecmp = 9, experts = 10, probes = 11, stragglers = 12, sessions = 13, weather = 14,
};

class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, Stream stream)
      : key_{{static_cast<std::uint32_t>(seed ^ (static_cast<std::uint64_t>(stream) * 0x9E3779B97F4A7C15ull)),
              static_cast<std::uint32_t>((seed >> 32) ^ (static_cast<std::uint64_t>(stream) << 8))}} {}

  // Two uniforms in (0, 1), independent; each has 52 random bits.
  std::array<double, 2> uniform_pair(std::uint64_t entity, std::uint64_t step) const {
    r123::Philox4x32::ctr_type const counter{{static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32),
                                              static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)}};
    auto const bits = r123::Philox4x32{}(counter, key_);
    return {to_unit(bits[0], bits[1]), to_unit(bits[2], bits[3])};
  }
  double uniform(std::uint64_t entity, std::uint64_t step) const { return uniform_pair(entity, step)[0]; }
  double exponential(std::uint64_t entity, std::uint64_t step, double mean) const { return -mean * std::log(uniform(entity, step)); }
  // Box-Muller; one of the pair.
  double normal(std::uint64_t entity, std::uint64_t step) const {
    auto const [u, v] = uniform_pair(entity, step);
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  }

 private:
  static double to_unit(std::uint32_t a, std::uint32_t b) {
    std::uint64_t const bits = ((static_cast<std::uint64_t>(a) << 32) | b) >> 12;
    return (static_cast<double>(bits) + 0.5) * 0x1.0p-52;
  }
  r123::Philox4x32::key_type key_;
};

}  // namespace aif
