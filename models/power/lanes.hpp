#pragma once
// Eight windows side by side. Every operation is element by element, so a lane has the same bits as the scalar and as any vector width.

#include <cstddef>

namespace aif::power {

inline constexpr std::size_t kLanes = 8;
using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));

template <class V>
inline constexpr std::size_t kWidth = sizeof(V) / sizeof(double);

inline double& lane(double& v, std::size_t) { return v; }
inline double lane(double const& v, std::size_t) { return v; }
inline auto lane(Lanes& v, std::size_t i) -> decltype(v[i]) { return v[i]; }
inline double lane(Lanes const& v, std::size_t i) { return v[i]; }

template <class V>
inline V lower_of(V a, V b) { return a < b ? a : b; }
template <class V>
inline V higher_of(V a, V b) { return a > b ? a : b; }

}  // namespace aif::power
