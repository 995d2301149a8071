#pragma once
// The kernels that the host backend times: plain OpenMP code, blocked as a GPU library would block it, so that the same forms
// fit. They measure this program on this CPU, not the best that the CPU could do.

#include <cstddef>
#include <vector>

namespace aif::calibration::host {

// c (m x n) = a (m x k) b (k x n), 32-bit, row-major, tiles of 64 x 64 over the threads.
void gemm(float const* a, float const* b, float* c, std::size_t m, std::size_t n, std::size_t k);

void copy(float const* from, float* to, std::size_t n);
void triad(float const* a, float const* b, float* c, std::size_t n);
void gather(float const* from, std::vector<unsigned> const& index, float* to);  // rows of 64 floats

// One new token per sequence against cached keys and values of the same head; sequences x heads over the threads.
void attention_decode(float const* query, float const* keys, float const* values, float* out, std::size_t sequences_heads, std::size_t context, std::size_t dim);
// Causal attention of whole prompts; sequences x heads x blocks of 64 queries over the threads.
void attention_prefill(float const* query, float const* keys, float const* values, float* out, std::size_t sequences_heads, std::size_t tokens, std::size_t dim);

void empty_parallel_region();

}  // namespace aif::calibration::host
