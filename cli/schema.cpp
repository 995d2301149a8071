// schema: the JSON Schema that editors complete scenarios with, or the reference manual.
#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/manual.hpp"

namespace aif::cli {

void add_schema(CLI::App& app, Frame& frame) {
  struct Options {
    std::string out;
    bool markdown = false;
  };
  auto const options = std::make_shared<Options>();
  CLI::App* verb = frame.verb(app, "schema", "JSON Schema of scenario files", [options] {
    std::string const text = options->markdown ? sim::scenario_manual(sim::scenario_type()) : sim::scenario_schema(sim::scenario_type());
    if (options->out.empty()) std::fputs(text.c_str(), stdout);
    else write_file(options->out, text);
    return kSuccess;
  });
  verb->add_option("--out", options->out, "Write to this file")->type_name("FILE");
  verb->add_flag("--markdown", options->markdown, "The reference manual instead");
}

}  // namespace aif::cli
