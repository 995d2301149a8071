#include <cstdio>

#include "cli/embedded.hpp"
#include "cli/verbs.hpp"
#include "core/field_tools.hpp"

namespace aif::cli {

void add_version(CLI::App& app, Frame& frame) {
  frame.verb(app, "version", "Version of the program and of its file formats", [&frame] {
    if (frame.json)
      std::printf("{\"version\":%s,\"schemas\":[\"aifactory/scenario/v1\",\"aifactory/cases/v1\",\"aifactory/library/v1\",\"aifactory/profile/v1\"],\"compiler\":%s}\n",
                  quote_json(version_text()).c_str(), quote_json("g++ " __VERSION__).c_str());
    else
      std::printf("aifactory %s (scenario/v1, cases/v1, library/v1, profile/v1; compiled by g++ %s)\n", version_text(), __VERSION__);
    return kSuccess;
  });
}

}  // namespace aif::cli
