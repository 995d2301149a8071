#include "validation/kernel_profiles.hpp"

#include <filesystem>

#include "contracts/profile_json.hpp"
#include "sim/scenario/library.hpp"
#include "validation/names.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

std::vector<calibration::GpuEntry> library_gpus() {
  sim::Library const library;
  std::vector<calibration::GpuEntry> gpus;
  for (auto const& reference : library.references()) {
    if (!reference.starts_with("gpus/") || !library.is_entry(reference)) continue;
    gpus.push_back(calibration::make_gpu(reference.substr(5), library.load(reference).title, library.load_as<calibration::GpuSheet>(reference)));
  }
  return gpus;
}

std::vector<calibration::KernelRow> kernel_rows(std::string const& data_dir) {
  // A folder may bring its own names; the shipped ones stay known beside them.
  auto aliases = calibration::load_hardware_aliases(table_path(shipped_data_dir(), "aliases.csv"));
  if (std::filesystem::exists(data_dir + "/aliases.csv"))
    for (auto& [alias, id] : calibration::load_hardware_aliases(data_dir + "/aliases.csv")) aliases[alias] = id;
  std::vector<calibration::KernelRow> rows;
  for (std::string const table : {"gemm", "attention", "moe", "comm"}) {
    std::string const file = data_dir + "/inference_kernel_" + table + ".csv";
    if (!std::filesystem::exists(file) && !std::filesystem::exists(file + ".gz")) continue;
    for (auto& row : calibration::load_kernel_rows(table_path(data_dir, "inference_kernel_" + table + ".csv"), table, aliases)) rows.push_back(std::move(row));
  }
  return rows;
}

void refit_profiles(std::string const& out_dir) {
  std::filesystem::create_directories(out_dir);
  for (auto const& profile : calibration::build_profiles(library_gpus(), kernel_rows(shipped_data_dir()))) write_profile(profile, out_dir + "/" + profile.id + ".json");
}

}  // namespace aif::validation
