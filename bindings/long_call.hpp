#pragma once
// Long work from Python: on a thread of its own, without the GIL. The calling thread looks for signals fifty times a second, so Ctrl-C is
// KeyboardInterrupt as soon as the work has put down what it holds, and hands progress to a Python callback. The thread also keeps OpenMP
// usable in a forked child, whose main thread must not start a team again (libgomp).

#include <functional>
#include <memory>
#include <optional>

#include "bindings/bind.hpp"
#include "core/interrupt.hpp"

namespace aif::python {

// A switch that another Python thread may throw (signals reach the main thread only).
struct StopFlag {
  std::shared_ptr<std::atomic<bool>> flag = std::make_shared<std::atomic<bool>>(false);
};

// progress: None or callable(phase, fraction, now). threads: 0 for all cores. Rethrows what the work throws.
void run_on_thread(py::object const& progress, int threads, StopFlag const& stop, std::function<void(RunControl const&)> const& work);

template <class Work>
auto long_call(py::object const& progress, int threads, Work&& work, StopFlag const& stop = {}) {
  std::optional<std::invoke_result_t<Work, RunControl const&>> out;
  run_on_thread(progress, threads, stop, [&](RunControl const& control) { out.emplace(work(control)); });
  return std::move(*out);
}

}  // namespace aif::python
