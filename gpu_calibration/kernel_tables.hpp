#pragma once
// The published kernel tables (inference_kernel_{gemm,attention,moe,comm}.csv) as samples grouped by device and surface. Column
// meanings: validation/data/README.md. Frameworks and kernels are never pooled: they run different code.

#include <map>
#include <string>
#include <vector>

#include "gpu_calibration/fit_surface.hpp"

namespace aif::calibration {

struct KernelRow {
  std::string id;         // file:line
  std::string hardware;   // as printed
  std::string device;     // id after aliases; empty when unknown
  std::string framework, metric, use;
  std::string refusal;    // why the row says nothing, when it does not: no surface is fitted to it, none predicts it
  Surface identity;       // op, precisions, kernel, form; math precision stays open: it depends on the die
  SurfaceSample sample;
  std::string shape_key;  // rows of one key fall into one fold
};

// Names of devices: alias as printed -> id.
using Aliases = std::map<std::string, std::string>;
Aliases load_hardware_aliases(std::string const& path);

// table: "gemm", "attention", "moe" or "comm". A row that cannot be (AF4702, AF4703) is refused and the others are read.
std::vector<KernelRow> load_kernel_rows(std::string const& path, std::string const& table, Aliases const& aliases);

// Rows of one surface of one device stand together, refused ones in none; the order of groups and of rows is that of first appearance.
struct KernelGroup {
  std::string device;
  Surface identity;
  std::vector<std::size_t> rows;  // indices into the rows given
};
std::vector<KernelGroup> group_rows(std::vector<KernelRow> const& rows);

bool same_surface(Surface const& a, Surface const& b);

}  // namespace aif::calibration
