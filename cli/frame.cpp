#include "cli/frame.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/progress.hpp"

namespace aif::cli {
namespace {

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) {
  if (interrupted.exchange(true)) _exit(kInterrupted);  // a second Ctrl-C does not wait
}

}  // namespace

bool Frame::colour_on_errors() const {
  if (color != "auto") return color == "always";
  char const* no_color = std::getenv("NO_COLOR");  // no-color.org: any non-empty value
  return !(no_color && *no_color) && isatty(STDERR_FILENO) != 0;
}

void Frame::print(DiagnosticList const& problems) const {
  DiagnosticList shown;
  for (auto const& d : problems.items())
    if (!quiet || d.severity == Severity::error) shown.add(d);
  if (!shown.empty()) std::fputs(render(shown, colour_on_errors()).c_str(), stderr);
}

RunControl Frame::control() const {
  std::signal(SIGINT, on_interrupt);
  RunControl out;
  out.stop = &interrupted;
  if (!quiet) out.on_progress = progress_printer(progress, isatty(STDERR_FILENO) != 0);
  return out;
}

CLI::App* Frame::verb(CLI::App& app, std::string const& name, std::string const& what, std::function<int()> run) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->fallthrough();  // global options may stand after the verb
  sub->callback([this, run = std::move(run)] { action = run; });
  return sub;
}

int exit_code_of(DiagnosticList const& problems) {
  bool all_missing = true;
  for (auto const& d : problems.items()) {
    if (d.severity != Severity::error) continue;
    if (d.code.starts_with("AF3")) return kSolverFailed;
    all_missing = all_missing && d.code.starts_with("AF5");
  }
  return all_missing ? kMissing : kInvalidInput;
}

void make_folder(std::string const& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw InputError(Diagnostic{"AF5002", Severity::error, "cannot make the folder: " + error.message(), "", {dir, 0, 0}, "choose another with -o", 1});
}

std::string results_folder(std::string const& asked, std::string const& name, std::string const& hash) {
  std::string dir = asked.empty() ? "runs/" + name + "-" + hash.substr(0, 4) : asked;
  make_folder(dir);
  return dir;
}

void add_scenario_options(CLI::App& verb, sim::LoadOptions& options) {
  verb.add_option("--set", options.sets, "Change a value: PATH=VALUE, PATH+=VALUE, PATH*=FACTOR, PATH-=ID")->allow_extra_args(false)->type_name("CHANGE");
  verb.add_option("--overlay", options.overlays, "YAML file merged over the scenario")->allow_extra_args(false)->type_name("FILE");
  verb.add_option("--case", options.case_id, "Case of a cases file")->type_name("ID");
}

}  // namespace aif::cli
