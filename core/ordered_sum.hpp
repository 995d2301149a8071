#pragma once
// Sums and loops that give the same bits for any number of threads: work is cut into blocks of a fixed size, the blocks run
// on any thread, partial results are merged in block order. OpenMP's own reduction(+) depends on the thread count.

#include <algorithm>
#include <cstddef>
#include <exception>
#include <vector>
#ifdef __SANITIZE_THREAD__
#include <atomic>
#include <thread>
#endif

namespace aif {

namespace detail {
#ifdef __SANITIZE_THREAD__
// The thread sanitiser cannot see into g++'s OpenMP runtime and would call every loop a race; plain threads it understands.
template <class Step>
void run_on_threads(std::size_t n, Step&& step) {
  std::atomic<std::size_t> next = 0;
  auto const work = [&] {
    for (std::size_t i = next++; i < n; i = next++) step(i);
  };
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back(work);
}
#else
template <class Step>
void run_on_threads(std::size_t n, Step&& step) {
#pragma omp parallel for schedule(dynamic, 1)
  for (std::size_t i = 0; i < n; ++i) step(i);
}
#endif
}  // namespace detail

// Calls body(i) for i in [0, n) on all threads; the first exception (lowest i) is rethrown after the loop.
template <class Body>
void parallel_for(std::size_t n, Body&& body) {
  std::vector<std::exception_ptr> errors(n);
  detail::run_on_threads(n, [&](std::size_t i) {
    try {
      body(i);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  });
  for (auto const& e : errors)
    if (e) std::rethrow_exception(e);
}

inline constexpr std::size_t kSumBlock = 1024;

// Sum of value(i) over [0, n) in fixed blocks.
template <class Value>
double ordered_sum(std::size_t n, Value&& value) {
  std::size_t const n_blocks = (n + kSumBlock - 1) / kSumBlock;
  std::vector<double> partial(n_blocks, 0.0);
  parallel_for(n_blocks, [&](std::size_t b) {
    double sum = 0.0;
    for (std::size_t i = b * kSumBlock; i < std::min(n, (b + 1) * kSumBlock); ++i) sum += value(i);
    partial[b] = sum;
  });
  double total = 0.0;
  for (double p : partial) total += p;
  return total;
}

}  // namespace aif
