#include "sim/decisions/result_cache.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "core/csv.hpp"
#include "core/hash.hpp"
#include "sim/io/result_file.hpp"

namespace aif::sim {
namespace {

namespace fs = std::filesystem;

// SHA-256 of the file that this code was loaded from: another build of the program must not find the results of this one.
std::string const& program_sha256() {
  static std::string const hash = [] {
    Dl_info info{};
    bool const is_module = dladdr(reinterpret_cast<void const*>(&run_key), &info) != 0 && std::string_view(info.dli_fname).find(".so") != std::string_view::npos;
    return sha256_hex(read_file(is_module ? info.dli_fname : "/proc/self/exe"));
  }();
  return hash;
}

// Files that the values name, and the fits that the models read, with their hashes.
std::map<std::string, std::string> files_of(LoadedScenario const& loaded, Library const& library) {
  std::map<std::string, std::string> out;
  auto const add = [&](std::string const& name) {
    std::error_code problem;
    std::string const path = name.starts_with("lib:") && !library.is_entry(name) ? library.asset_path(name) : name;
    if (!path.empty() && fs::is_regular_file(path, problem)) out[name] = sha256_hex(read_file(path));
  };
  for (auto const& [reference, path] : loaded.resolved.library) add(path);
  for (auto const& leaf : scenario_leaves(loaded.value))
    if (!leaf.is_number && !leaf.text.empty()) add(leaf.text);
  for (auto const& reference : library.references())
    if (reference.starts_with("engines/") || reference.starts_with("fits/") || reference.starts_with("training/")) add("lib:" + reference);
  return out;
}

}  // namespace

std::string run_key(LoadedScenario const& loaded, Library const& library, RunSettings const& settings) {
  std::string all = fmt::format("{} {} {} {} {} {}\n", loaded.sha256, program_sha256(), settings.members, settings.as_delivered, settings.marginal_values, version());
  for (auto const& [name, hash] : files_of(loaded, library)) all += name + " " + hash + "\n";
  return sha256_hex(all);
}

CachedRun run_or_load(LoadedScenario const& loaded, Library const& library, RunSettings const& settings) {
  std::string const path = settings.cache_dir.empty() ? "" : settings.cache_dir + "/results/" + run_key(loaded, library, settings) + ".nc";
  std::error_code problem;
  if (!path.empty() && fs::exists(path, problem)) {
    try {
      return {read_result(path), true};
    } catch (InputError const&) {  // damaged: run again
    }
  }
  CachedRun out{run_scenario(loaded, library, settings), false};
  if (!path.empty()) {
    fs::create_directories(fs::path(path).parent_path(), problem);
    try {
      write_result(out.results, path);
    } catch (InputError const&) {  // a cache that cannot be written costs time and nothing else
    }
  }
  return out;
}

}  // namespace aif::sim
