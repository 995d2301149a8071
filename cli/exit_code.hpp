#pragma once
// What the shell learns (docs/reference/diagnostics): stable numbers.

namespace aif::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kCheckFailed = 1;      // finished, but a check failed or the problem is infeasible
inline constexpr int kUsage = 2;
inline constexpr int kInvalidInput = 3;
inline constexpr int kSolverFailed = 4;
inline constexpr int kMissing = 5;          // file, library, device, or a result that cannot be written
inline constexpr int kInternal = 70;        // EX_SOFTWARE of sysexits.h
inline constexpr int kInterrupted = 130;    // 128 + SIGINT

}  // namespace aif::cli
