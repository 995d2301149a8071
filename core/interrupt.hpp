#pragma once
// Cooperative interruption of long work. The CLI sets the flag on SIGINT, the Python module from PyErr_CheckSignals; every
// loop that can last longer than about 50 ms asks should_stop() and unwinds by throwing Interrupted after saving what it has.

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>

namespace aif {

struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

// One report of a long run: phase, 0..1, a short line of what is going on now.
struct Progress {
  std::string phase;
  double fraction = 0;
  std::string now;
};

// Handed down to long work; copies share the flag. Default: never stops, tells nobody.
struct RunControl {
  std::atomic<bool> const* stop = nullptr;
  std::function<void(Progress const&)> on_progress;

  bool should_stop() const { return stop && stop->load(std::memory_order_relaxed); }
  void check() const {
    if (should_stop()) throw Interrupted();
  }
  void report(std::string phase, double fraction, std::string now = {}) const {
    if (on_progress) on_progress({std::move(phase), fraction, std::move(now)});
  }
};

}  // namespace aif
