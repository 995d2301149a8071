#pragma once
// Eight windows side by side. Every operation is element by element, so a lane has the same bits as the scalar and as any vector width.
// Two quads rather than one vector of eight: compilers keep quads in registers where the machine has no wider ones.

#include <cstddef>

namespace aif::power {

inline constexpr std::size_t kLanes = 8;

struct Lanes {
  using Quad = double __attribute__((vector_size(32)));
  Quad low{}, high{};

  Lanes() {}
  // Copies spelt out: as a block of 64 bytes gcc moves it through integer registers.
  Lanes(Lanes const& o) : low(o.low), high(o.high) {}
  Lanes& operator=(Lanes const& o) { return low = o.low, high = o.high, *this; }
  Lanes(Quad l, Quad h) : low(l), high(h) {}
  Lanes(double v) : low(Quad{v, v, v, v}), high(Quad{v, v, v, v}) {}  // NOLINT: a number is a number in every lane
  double operator[](std::size_t i) const { return i < 4 ? low[i] : high[i - 4]; }
  void set(std::size_t i, double v) {
    if (i < 4) low[i] = v;
    else high[i - 4] = v;
  }
  Lanes operator-() const { return {-low, -high}; }
  Lanes& operator+=(Lanes const& o) { return low += o.low, high += o.high, *this; }
  Lanes& operator-=(Lanes const& o) { return low -= o.low, high -= o.high, *this; }
  Lanes& operator*=(Lanes const& o) { return low *= o.low, high *= o.high, *this; }
  friend Lanes operator+(Lanes const& x, Lanes const& y) { return {x.low + y.low, x.high + y.high}; }
  friend Lanes operator-(Lanes const& x, Lanes const& y) { return {x.low - y.low, x.high - y.high}; }
  friend Lanes operator*(Lanes const& x, Lanes const& y) { return {x.low * y.low, x.high * y.high}; }
  friend Lanes operator/(Lanes const& x, Lanes const& y) { return {x.low / y.low, x.high / y.high}; }
};

template <class V>
inline constexpr std::size_t kWidth = sizeof(V) / sizeof(double);

inline double lane(double v, std::size_t) { return v; }
inline double lane(Lanes const& v, std::size_t i) { return v[i]; }
inline void set_lane(double& v, std::size_t, double value) { v = value; }
inline void set_lane(Lanes& v, std::size_t i, double value) { v.set(i, value); }

inline double lower_of(double a, double b) { return a < b ? a : b; }
inline double higher_of(double a, double b) { return a > b ? a : b; }
inline Lanes lower_of(Lanes const& a, Lanes const& b) { return {a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high}; }
inline Lanes higher_of(Lanes const& a, Lanes const& b) { return {a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high}; }

}  // namespace aif::power
