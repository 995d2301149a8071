#include "gpu_calibration/host_probes/kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace aif::calibration::host {
namespace {

constexpr std::size_t kTile = 64, kLane = 16;

// Rows [r0, r1) of one tile, kLane columns wide: partial sums stay in registers.
void gemm_strip(float const* a, float const* b, float* c, std::size_t r, std::size_t rows, std::size_t column, std::size_t width, std::size_t n, std::size_t k) {
  float sums[4][kLane] = {};
  for (std::size_t i = 0; i < k; ++i) {
    float const* line = b + i * n + column;
    for (std::size_t q = 0; q < rows; ++q) {
      float const x = a[(r + q) * k + i];
      for (std::size_t j = 0; j < width; ++j) sums[q][j] += x * line[j];
    }
  }
  for (std::size_t q = 0; q < rows; ++q)
    for (std::size_t j = 0; j < width; ++j) c[(r + q) * n + column + j] = sums[q][j];
}

void gemm_tile(float const* a, float const* b, float* c, std::size_t m, std::size_t n, std::size_t k, std::size_t row, std::size_t column) {
  for (std::size_t j = column; j < std::min(n, column + kTile); j += kLane) {
    std::size_t const width = std::min(kLane, n - j);
    for (std::size_t r = row; r < std::min(m, row + kTile); r += 4) {
      std::size_t const rows = std::min<std::size_t>(4, m - r);
      if (rows == 4 && width == kLane) gemm_strip(a, b, c, r, 4, j, kLane, n, k);
      else gemm_strip(a, b, c, r, rows, j, width, n, k);
    }
  }
}

float dot(float const* a, float const* b, std::size_t n) {
  std::array<float, 8> lanes{};
  for (std::size_t i = 0; i < n; i += 8)
    for (std::size_t j = 0; j < 8; ++j) lanes[j] += a[i + j] * b[i + j];
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

// Softmax-weighted sum of the values, online as in FlashAttention (Dao et al. 2022): one pass over the cache.
void attend(float const* query, float const* keys, float const* values, float* out, std::size_t context, std::size_t dim) {
  float highest = -INFINITY, sum = 0;
  std::fill(out, out + dim, 0.0f);
  for (std::size_t t = 0; t < context; ++t) {
    float const score = dot(query, keys + t * dim, dim);
    if (score > highest) {
      float const shrink = std::exp(highest - score);
      sum *= shrink;
      for (std::size_t i = 0; i < dim; ++i) out[i] *= shrink;
      highest = score;
    }
    float const weight = std::exp(score - highest);
    sum += weight;
    for (std::size_t i = 0; i < dim; ++i) out[i] += weight * values[t * dim + i];
  }
  for (std::size_t i = 0; i < dim; ++i) out[i] /= sum;
}

}  // namespace

void gemm(float const* a, float const* b, float* c, std::size_t m, std::size_t n, std::size_t k) {
  std::size_t const rows = (m + kTile - 1) / kTile, columns = (n + kTile - 1) / kTile;
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t t = 0; t < rows * columns; ++t) gemm_tile(a, b, c, m, n, k, t % rows * kTile, t / rows * kTile);
}

void copy(float const* from, float* to, std::size_t n) {
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < n; ++i) to[i] = from[i];
}

void triad(float const* a, float const* b, float* c, std::size_t n) {
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < n; ++i) c[i] = a[i] + 1.5f * b[i];
}

void gather(float const* from, std::vector<unsigned> const& index, float* to) {
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < index.size(); ++i)
    for (std::size_t j = 0; j < 64; ++j) to[i * 64 + j] = from[static_cast<std::size_t>(index[i]) * 64 + j];
}

void attention_decode(float const* query, float const* keys, float const* values, float* out, std::size_t sequences_heads, std::size_t context, std::size_t dim) {
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t h = 0; h < sequences_heads; ++h)
    attend(query + h * dim, keys + h * context * dim, values + h * context * dim, out + h * dim, context, dim);
}

void attention_prefill(float const* query, float const* keys, float const* values, float* out, std::size_t sequences_heads, std::size_t tokens, std::size_t dim) {
  std::size_t const blocks = (tokens + kTile - 1) / kTile;
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t b = 0; b < sequences_heads * blocks; ++b) {
    std::size_t const head = b / blocks * tokens * dim, first = b % blocks * kTile;
    for (std::size_t t = first; t < std::min(tokens, first + kTile); ++t)
      attend(query + head + t * dim, keys + head, values + head, out + head + t * dim, t + 1, dim);
  }
}

void empty_parallel_region() {
  int threads = 0;
#pragma omp parallel
  {
#pragma omp atomic
    threads += 1;
  }
}

}  // namespace aif::calibration::host
