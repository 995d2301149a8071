#pragma once
// Node power in training (MLPerf Training power logs) from what a row tells: devices, nodes, minutes, cooling, and the work of the benchmark.
// Two numbers are fitted (power/node.hpp TrainingDraw); node, fabric and supply figures are data sheet or assumption and not touched.

#include <string>
#include <vector>

#include "models/power/node.hpp"
#include "validation/names.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

struct NodePowerRow {
  std::string id, hardware, model, refusal;
  double measured = 0;               // in the unit of the row
  double to_row_unit = 1;            // node watts -> unit of the row
  double tdp_w = 0, mfu_frac = 0;    // of the dense 8-bit peak
  double devices_per_node = 8, nodes = 1;
  bool direct_current = false, liquid = false, with_fabric = false;
  bool inference = false;
  int fold = 0;
};

// Rows of both tables that carry the metric, "training_node_power" or "mlperf_node_power".
std::vector<NodePowerRow> load_node_rows(std::string const& dir, std::string const& metric, Names const& names);

double predict_node(NodePowerRow const& row, power::TrainingDraw const& draw);
power::TrainingDraw fit_draw(std::vector<NodePowerRow> const& rows, std::vector<bool> const& keep);

}  // namespace aif::validation
