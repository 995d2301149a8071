#pragma once
// What all verbs share: the global options, the stop flag, where text goes. A verb is one file with a function
// `void add_NAME(CLI::App& app, Frame& frame)` that declares its options and sets frame.action; verbs.cpp lists them.

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "cli/exit_code.hpp"
#include "core/diagnostics.hpp"
#include "core/interrupt.hpp"
#include "sim/scenario/load.hpp"

namespace aif::cli {

struct Frame {
  bool quiet = false, json = false;
  int verbosity = 0, jobs = 0;
  std::string color = "auto", progress = "auto";
  std::string command_line;
  std::function<int()> action;  // of the verb that was named

  bool colour_on_errors() const;
  void print(DiagnosticList const& problems) const;  // to stderr; nothing below a warning with -q
  // Stops on Ctrl-C; progress goes to stderr as --progress says.
  RunControl control() const;

  // Declares a verb: `run` is called after parsing, if the verb was named.
  CLI::App* verb(CLI::App& app, std::string const& name, std::string const& what, std::function<int()> run);
};

// Exit code of a set of problems: 4 when a solver failed, 5 when only files, devices or the library are missing, else 3.
int exit_code_of(DiagnosticList const& problems);

// Makes a folder of results and those above it; throws InputError (AF5002).
void make_folder(std::string const& dir);

// The folder that a verb writes to, made if need be: the one the user asked for, else runs/NAME-HASH with four digits of the hash.
std::string results_folder(std::string const& asked, std::string const& name, std::string const& hash);

// The options by which a scenario is chosen and changed, the same for every verb that reads one.
void add_scenario_options(CLI::App& verb, sim::LoadOptions& options);

}  // namespace aif::cli
