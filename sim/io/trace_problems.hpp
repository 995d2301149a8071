#pragma once
// What is wrong with a trace, by line; the first twenty are told, the rest counted.

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "core/diagnostics.hpp"

namespace aif::sim {

class TraceProblems {
 public:
  explicit TraceProblems(std::string path) : path_(std::move(path)) {}

  void add(std::string code, int line, std::string message, std::string hint) {
    if (++count_ <= kTold) list_.add({std::move(code), Severity::error, std::move(message), "", {path_, line, 1}, std::move(hint), 1});
  }
  bool any() const { return count_ > 0; }

  void check_time(int line, double at_s, double last_s) {
    if (!std::isfinite(at_s)) add("AF4502", line, "the time is missing or is no time", "write 2023-11-16 18:17:03.9799600, or a number of seconds");
    else if (at_s < 0) add("AF4502", line, fmt::format("the time {} is negative", at_s), "times count from the start of the trace");
    else if (at_s < last_s) add("AF4502", line, fmt::format("the time lies {:.3f} s before that of the line above", last_s - at_s), "sort the trace by time");
  }
  void check_lengths(int line, double in, double out) {
    constexpr double kMost = 16777216;  // no model reads more in one request
    for (auto const& [value, what] : {std::pair{in, "prompt"}, std::pair{out, "answer"}})
      if (!(value >= 1 && value <= kMost) || value != std::floor(value))
        add("AF4503", line, fmt::format("a {} of {} tokens is not possible", what, value), "lengths are whole numbers from 1 to 16,777,216");
  }

  void raise() const {
    if (count_ == 0) return;
    DiagnosticList list = list_;
    if (count_ > kTold) list.add({"AF4502", Severity::note, fmt::format("and {} problems more", count_ - kTold), "", {path_, 0, 0}, "", 1});
    throw InputError(std::move(list));
  }

 private:
  static constexpr int kTold = 20;
  std::string path_;
  DiagnosticList list_;
  int count_ = 0;
};

}  // namespace aif::sim
