#pragma once
// Served points predicted by a fit that has seen nothing of their model, or nothing of their device: what a planner gets for a model or a
// device that nobody has served yet. One fit for each, kept in library/engines/serving_held_out.csv (a column a fit) and made by --refit;
// the kernel surfaces of a left-out device stay, they come from kernel tables.

#include <string>
#include <vector>

#include "validation/serving_fit.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

// The group that a row belongs to: its device, or its model (DeepSeek R1, V3 and V3.1 are one).
struct HeldOutKind {
  char const* name;  // "device" or "model"
  std::string (*group)(ServedRow const& row);
};
std::vector<HeldOutKind> held_out_kinds();

struct HeldOutFit {
  std::string kind, group;
  ServingValues values{};
};
std::vector<HeldOutFit> fit_held_out(std::vector<ServedRow> const& rows);

void write_held_out(std::string const& path, std::vector<HeldOutFit> const& fits);
std::vector<HeldOutFit> read_held_out(std::string const& path);

// tpot and ttft for each kind; no limit, no band.
std::vector<MetricReport> held_out_metrics(std::vector<ServedRow> const& rows, std::vector<HeldOutFit> const& fits);

}  // namespace aif::validation
