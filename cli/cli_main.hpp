#pragma once
// The whole program as a function: cli/main/main.cc and the Python wheel's console script both call it.

namespace aif::cli {

// Returns the exit code (exit_code.hpp); writes results to stdout, diagnostics and progress to stderr.
int cli_main(int argc, char const* const* argv);

}  // namespace aif::cli
