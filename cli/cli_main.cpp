#include "cli/cli_main.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <cstdio>
#include <exception>

#include "cli/embedded.hpp"
#include "cli/frame.hpp"
#include "cli/verbs.hpp"

namespace aif::cli {
namespace {

void declare_globals(CLI::App& app, Frame& frame) {
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", version_text());
  app.add_flag("-q,--quiet", frame.quiet, "Errors only");
  app.add_flag("-v,--verbose", frame.verbosity, "Tell more");
  app.add_option("--color", frame.color, "Colour of diagnostics; NO_COLOR is honoured")->check(CLI::IsMember({"auto", "always", "never"}))->capture_default_str();
  app.add_option("--progress", frame.progress, "How progress is shown on stderr")->check(CLI::IsMember({"auto", "plain", "json", "none"}))->capture_default_str();
  app.add_option("-j,--jobs", frame.jobs, "Threads; the results are the same for any number. 0: one for each processor")->check(CLI::Range(0, 1024))->capture_default_str();
  app.add_flag("--json", frame.json, "Print the result as one JSON document");
}

int report_internal_error(char const* what) {
  std::fputs(fmt::format("aifactory: internal error: {}\nThis is a bug of aifactory {}. Please report it with the command line and the scenario.\n", what, version_text()).c_str(), stderr);
  return kInternal;
}

int run_action(Frame& frame) {
  try {
    if (frame.jobs > 0) omp_set_num_threads(frame.jobs);
    return frame.action ? frame.action() : kSuccess;
  } catch (InputError const& e) {
    frame.print(e.diagnostics());
    return exit_code_of(e.diagnostics());
  } catch (Interrupted const&) {
    std::fputs("aifactory: interrupted\n", stderr);
    return kInterrupted;
  } catch (std::bad_alloc const&) {
    return report_internal_error("out of memory");
  } catch (std::exception const& e) {
    return report_internal_error(e.what());
  }
}

}  // namespace

int cli_main(int argc, char const* const* argv) {
  Frame frame;
  for (int i = 0; i < argc; ++i) frame.command_line += (i > 0 ? std::string(" ") : std::string()) + argv[i];
  CLI::App app("A facility digital twin for AI factories: from the utility feed to the token.", "aifactory");
  app.get_formatter()->column_width(28);
  declare_globals(app, frame);
  add_all_verbs(app, frame);
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const& e) {
    app.exit(e);
    return kSuccess;
  } catch (CLI::CallForVersion const&) {
    std::printf("%s\n", version_text());
    return kSuccess;
  } catch (CLI::ParseError const& e) {
    std::fputs(fmt::format("aifactory: {}\nTry `aifactory --help`.\n", e.what()).c_str(), stderr);
    return kUsage;
  }
  return run_action(frame);
}

}  // namespace aif::cli
