#include "validation/kernel_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "contracts/profile_json.hpp"
#include "core/csv.hpp"
#include "core/fields.hpp"
#include "core/write_file.hpp"
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

namespace {
constexpr char kTransferFile[] = "library/fits/kernel_transfer.csv";
}

calibration::TransferSds shipped_transfers() {
  CsvTable const t = CsvTable::load(sim::Library().asset_path("lib:fits/kernel_transfer"));
  auto const value = t.numbers("log_sd");
  calibration::TransferSds sds;
  auto const names = enum_names(OpClass{});
  for (std::size_t i = 0; i < t.rows(); ++i) {
    auto const op = std::find(names.begin(), names.end(), t.at(i, "operator"));
    if (op != names.end()) (t.at(i, "to") == "same_die" ? sds.same_die : sds.other_die)[static_cast<OpClass>(op - names.begin())] = value[i];
  }
  return sds;
}

void refit_profiles(std::string const& out_dir) {
  std::string const profiles = out_dir + "/library/profiles", file = out_dir + "/" + kTransferFile;
  auto const built = calibration::build_profiles(library_gpus(), kernel_rows(shipped_data_dir()));
  for (auto const& profile : built.profiles) write_profile(profile, profiles + "/" + profile.id + ".json");
  std::ostringstream out;
  out << "operator,to,log_sd\n";
  for (auto const& [op, sd] : built.transfers.same_die) out << fmt::format("{},same_die,{:.4f}\n", enum_name(op), sd);
  for (auto const& [op, sd] : built.transfers.other_die) out << fmt::format("{},other_die,{:.4f}\n", enum_name(op), sd);
  write_file(file, out.str());
}

}  // namespace aif::validation
