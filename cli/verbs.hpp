#pragma once
// The verbs, one file each. A new verb is its file and one line in verbs.cpp.

#include "cli/frame.hpp"

namespace aif::cli {

void add_calibrate(CLI::App& app, Frame& frame);
void add_check(CLI::App& app, Frame& frame);
void add_compare(CLI::App& app, Frame& frame);
void add_contingency(CLI::App& app, Frame& frame);
void add_completion(CLI::App& app, Frame& frame);
void add_explain(CLI::App& app, Frame& frame);
void add_export(CLI::App& app, Frame& frame);
void add_inspect(CLI::App& app, Frame& frame);
void add_library(CLI::App& app, Frame& frame);
void add_network_busbw(CLI::App& network, Frame& frame);
void add_new(CLI::App& app, Frame& frame);
void add_optimize(CLI::App& app, Frame& frame);
void add_plan_serving(CLI::App& plan, Frame& frame);
void add_plan_training(CLI::App& plan, Frame& frame);
void add_quick(CLI::App& app, Frame& frame);
void add_run(CLI::App& app, Frame& frame);
void add_replay(CLI::App& app, Frame& frame);
void add_report(CLI::App& app, Frame& frame);
void add_schema(CLI::App& app, Frame& frame);
void add_sensitivity(CLI::App& app, Frame& frame);
void add_simulate_serving(CLI::App& simulate, Frame& frame);
void add_sweep(CLI::App& app, Frame& frame);
void add_validate(CLI::App& app, Frame& frame);
void add_verify(CLI::App& app, Frame& frame);
void add_version(CLI::App& app, Frame& frame);

void add_all_verbs(CLI::App& app, Frame& frame);

}  // namespace aif::cli
