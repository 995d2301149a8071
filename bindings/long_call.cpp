#include "bindings/long_call.hpp"

#include <omp.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace aif::python {
namespace {

constexpr auto kLook = std::chrono::milliseconds(20);

// What the worker and the waiting thread share.
struct Exchange {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::optional<Progress> latest;  // not yet told
  std::exception_ptr error;
};

std::optional<Progress> take_latest(Exchange& x) {
  std::lock_guard const lock(x.mutex);
  return std::exchange(x.latest, std::nullopt);
}

}  // namespace

void run_on_thread(py::object const& progress, int threads, StopFlag const& stop, std::function<void(RunControl const&)> const& work) {
  Exchange x;
  RunControl control;
  control.stop = stop.flag.get();
  if (!progress.is_none())
    control.on_progress = [&](Progress const& p) {
      std::lock_guard const lock(x.mutex);
      x.latest = p;
    };
  std::exception_ptr python_error;
  {
    py::gil_scoped_release const without_gil;
    std::thread worker([&] {
      try {
        if (threads > 0) omp_set_num_threads(threads);
        work(control);
      } catch (...) {
        x.error = std::current_exception();
      }
      std::lock_guard const lock(x.mutex);
      x.done = true;
      x.changed.notify_one();
    });
    std::unique_lock lock(x.mutex);
    while (!x.changed.wait_for(lock, kLook, [&] { return x.done; })) {
      lock.unlock();
      if (!python_error) {
        py::gil_scoped_acquire const with_gil;
        try {
          if (PyErr_CheckSignals() != 0) throw py::error_already_set();
          if (auto const p = take_latest(x)) progress(p->phase, p->fraction, p->now);
        } catch (py::error_already_set const&) {
          python_error = std::current_exception();
          *stop.flag = true;
        }
      }
      lock.lock();
    }
    lock.unlock();
    worker.join();
  }
  if (python_error) std::rethrow_exception(python_error);
  if (x.error) std::rethrow_exception(x.error);
  if (auto const p = take_latest(x)) progress(p->phase, p->fraction, p->now);
}

}  // namespace aif::python
