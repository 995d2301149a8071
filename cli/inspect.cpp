// inspect RESULT: summary, provenance and groups of a result file. verify RESULT: run it again from its own text and compare.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "sim/io/result_file.hpp"
#include "sim/run.hpp"

namespace aif::cli {
namespace {

std::string why(sim::Results const& r, std::string const& id) {
  auto const* m = r.find(id);
  if (!m) {
    std::vector<std::string> known;
    for (auto const& each : r.summary) known.push_back(each.id);
    std::string const near = did_you_mean(id, known);
    throw InputError(Diagnostic{"AF5010", Severity::error, fmt::format("the result has no metric `{}`", id), "", {}, near.empty() ? "inspect without --why lists them" : fmt::format("did you mean `{}`?", near), 1});
  }
  return fmt::format("{} = {} ({:.9g} {})\n  {}\n  validity {}\n", id, display(m->value, m->unit), m->value, m->unit, m->definition, enum_names(m->validity)[static_cast<std::size_t>(m->validity)]);
}

int inspect(std::string const& file, std::string const& metric, Frame const& frame) {
  auto const r = sim::read_result(file);
  if (frame.json) {
    std::fputs(sim::summary_json(r).c_str(), stdout);
    return kSuccess;
  }
  if (!metric.empty()) {
    std::fputs(why(r, metric).c_str(), stdout);
    return kSuccess;
  }
  auto const& p = r.provenance;
  fmt::print("{}\n{}\n  scenario  {} sha256 {}\n  made      {} by aifactory {} ({})\n  command   {}\n", p.scenario_title, summary_screen(r), p.scenario_name, p.scenario_sha256.substr(0, 16),
             p.finished, p.version, p.git, p.command_line);
  for (auto const& s : r.series) fmt::print("  {:<20} {} steps of {:g} s, {} variables\n", s.name, s.n_steps, s.step_s, s.variables.size());
  return kSuccess;
}

// Runs the embedded, resolved scenario again; every headline figure must come back within the tolerance.
int verify(std::string const& file, double tolerance, Frame const& frame) {
  auto const stored = sim::read_result(file);
  auto const loaded = sim::load_scenario_text(stored.provenance.scenario_text, stored.provenance.scenario_path);
  if (loaded.sha256 != stored.provenance.scenario_sha256)
    throw InputError(Diagnostic{"AF4002", Severity::error, "the scenario no longer resolves to what was run: an include, overlay, --set or library entry differs", "", {file, 0, 0},
                                fmt::format("stored {}, now {}; repeat the original command: {}", stored.provenance.scenario_sha256.substr(0, 16), loaded.sha256.substr(0, 16), stored.provenance.command_line), 1});
  sim::RunSettings settings;
  settings.control = frame.control();
  auto const again = sim::run_scenario(loaded, sim::Library(), settings);
  int differing = 0;
  for (auto const& m : stored.summary) {
    auto const* now = again.find(m.id);
    double const difference = now ? std::abs(now->value - m.value) / std::max(1e-300, std::abs(m.value)) : 1.0;
    if (m.value == (now ? now->value : NAN) || difference <= tolerance) continue;
    ++differing;
    fmt::print("{}: stored {:.17g}, now {:.17g}\n", m.id, m.value, now ? now->value : NAN);
  }
  fmt::print("{} of {} metrics agree{}\n", stored.summary.size() - static_cast<std::size_t>(differing), stored.summary.size(), tolerance > 0 ? fmt::format(" within {:g}", tolerance) : " bit for bit");
  return differing == 0 ? kSuccess : kCheckFailed;
}

}  // namespace

void add_inspect(CLI::App& app, Frame& frame) {
  auto const file = std::make_shared<std::string>(), metric = std::make_shared<std::string>();
  CLI::App* verb = frame.verb(app, "inspect", "Summary and provenance of a result", [=, &frame] { return inspect(*file, *metric, frame); });
  verb->add_option("RESULT", *file, "result.nc")->required();
  verb->add_option("--why", *metric, "One metric with its definition");
}

void add_verify(CLI::App& app, Frame& frame) {
  auto const file = std::make_shared<std::string>();
  auto const tolerance = std::make_shared<double>(0.0);
  CLI::App* verb = frame.verb(app, "verify", "Run a result again and compare", [=, &frame] { return verify(*file, *tolerance, frame); });
  verb->add_option("RESULT", *file, "result.nc")->required();
  verb->add_option("--tolerance", *tolerance, "Largest relative difference; 0 asks for the same bits")->capture_default_str();
}

}  // namespace aif::cli
