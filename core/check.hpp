#pragma once
// Programmer errors only; a user can never reach these. On in Debug, in the sanitiser presets and with -DAIF_AUDIT=ON.

#include <cstdio>
#include <cstdlib>

namespace aif {
[[noreturn]] inline void check_failed(char const* what, char const* expression, char const* file, int line) {
  std::fprintf(stderr, "%s:%d: %s violated: %s\n", file, line, what, expression);
  std::abort();
}
}  // namespace aif

#ifdef AIF_CHECKS
#define AIF_EXPECT(e) ((e) ? void(0) : ::aif::check_failed("precondition", #e, __FILE__, __LINE__))
#define AIF_ENSURE(e) ((e) ? void(0) : ::aif::check_failed("postcondition", #e, __FILE__, __LINE__))
#else
#define AIF_EXPECT(e) void(0)
#define AIF_ENSURE(e) void(0)
#endif
