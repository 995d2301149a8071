#include "cli/verbs.hpp"

namespace aif::cli {
namespace {

// "plan serving", "plan training": a verb that only groups.
CLI::App* add_group(CLI::App& app, std::string const& name, std::string const& what) {
  CLI::App* group = app.add_subcommand(name, what);
  group->require_subcommand(1)->fallthrough();
  return group;
}

}  // namespace

void add_all_verbs(CLI::App& app, Frame& frame) {
  add_new(app, frame);
  add_quick(app, frame);
  add_check(app, frame);
  add_run(app, frame);
  add_compare(app, frame);
  add_sweep(app, frame);
  add_optimize(app, frame);
  add_sensitivity(app, frame);
  add_contingency(app, frame);
  CLI::App* plan = add_group(app, "plan", "Plan a deployment or a training run");
  add_plan_serving(*plan, frame);
  add_plan_training(*plan, frame);
  CLI::App* simulate = add_group(app, "simulate", "Simulate one engine");
  add_simulate_serving(*simulate, frame);
  CLI::App* network = add_group(app, "network", "Questions about a fabric");
  add_network_busbw(*network, frame);
  add_calibrate(app, frame);
  add_report(app, frame);
  add_replay(app, frame);
  add_export(app, frame);
  add_inspect(app, frame);
  add_verify(app, frame);
  add_validate(app, frame);
  add_explain(app, frame);
  add_schema(app, frame);
  add_library(app, frame);
  add_completion(app, frame);
  add_version(app, frame);
}

}  // namespace aif::cli
