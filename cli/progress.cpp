#include "cli/progress.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>

#include "core/field_tools.hpp"

namespace aif::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Of one phase; reports may come from any thread.
struct State {
  std::mutex mutex;
  std::string phase;
  Clock::time_point start = Clock::now(), shown{};
  int tenth = -1;
};

double seconds_left(State const& s, double fraction) {
  double const elapsed = std::chrono::duration<double>(Clock::now() - s.start).count();
  return fraction > 0 ? elapsed / fraction * (1 - fraction) : NAN;
}

void show_line(State& s, Progress const& p) {
  bool const is_last = p.fraction >= 1;
  if (!is_last && Clock::now() - s.shown < std::chrono::milliseconds(100)) return;
  s.shown = Clock::now();
  int const filled = static_cast<int>(28 * std::min(1.0, std::max(0.0, p.fraction)));
  double const left = seconds_left(s, p.fraction);
  std::string const eta = is_last || !std::isfinite(left) ? "" : fmt::format("  ETA {}:{:02}", static_cast<int>(left) / 60, static_cast<int>(left) % 60);
  std::fputs(fmt::format("\r\033[K  {}  {:<10} [{}{}] {:3.0f} %{}  {}{}", is_last ? "ok" : "..", p.phase, std::string(static_cast<std::size_t>(filled), '='),
                         std::string(static_cast<std::size_t>(28 - filled), '.'), 100 * p.fraction, eta, p.now, is_last ? "\n" : "").c_str(), stderr);
  std::fflush(stderr);
}

void show_plain(State& s, Progress const& p) {
  int const tenth = static_cast<int>(p.fraction * 10);
  if (tenth == s.tenth) return;
  s.tenth = tenth;
  std::fputs(fmt::format("{} {:.0f} % {}\n", p.phase, 100 * p.fraction, p.now).c_str(), stderr);
}

void show_json(State& s, Progress const& p) {
  int const hundredth = static_cast<int>(p.fraction * 100);
  if (hundredth == s.tenth) return;
  s.tenth = hundredth;
  double const left = seconds_left(s, p.fraction);
  std::fputs(fmt::format("{{\"phase\":{},\"fraction\":{},\"eta_s\":{},\"now\":{}}}\n", quote_json(p.phase), canonical_number(p.fraction),
                         std::isfinite(left) ? fmt::format("{:.3g}", left) : "null", quote_json(p.now)).c_str(), stderr);
}

}  // namespace

std::function<void(Progress const&)> progress_printer(std::string const& mode, bool is_terminal) {
  if (mode == "none") return {};
  auto const state = std::make_shared<State>();
  auto const show = mode == "json" ? show_json : mode == "auto" && is_terminal ? show_line : show_plain;
  return [state, show](Progress const& p) {
    std::lock_guard const lock(state->mutex);
    if (p.phase != state->phase) {
      state->phase = p.phase;
      state->start = Clock::now();
      state->tenth = -1;
    }
    show(*state, p);
  };
}

}  // namespace aif::cli
