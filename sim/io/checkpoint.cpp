#include "sim/io/checkpoint.hpp"

#include <cstring>
#include <type_traits>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/hash.hpp"
#include "core/write_file.hpp"

namespace aif::sim {
namespace {

constexpr std::string_view kMagic = "aifactory checkpoint 2\n";

[[noreturn]] void refuse(std::string const& path, std::string why) {
  throw InputError(Diagnostic{"AF4801", Severity::error, "the checkpoint cannot be resumed: " + why, "", {path, 0, 0}, "run again without --resume", 1});
}

struct Writer {
  std::string bytes;
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void operator()(T const& value) { bytes.append(reinterpret_cast<char const*>(&value), sizeof value); }
  template <class T>
  void operator()(std::vector<T> const& values) {
    (*this)(values.size());
    for (auto const& v : values) (*this)(v);
  }
  void operator()(std::string const& text) {
    (*this)(text.size());
    bytes += text;
  }
};

struct ReaderOf {
  std::string_view bytes;
  std::string path;
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void operator()(T& value) {
    if (bytes.size() < sizeof value) refuse(path, "the file is cut short");
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
  }
  std::size_t count(std::size_t least_size) {
    std::size_t n = 0;
    (*this)(n);
    if (n > bytes.size() / least_size) refuse(path, "the file is damaged");
    return n;
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    values.resize(count(1));
    for (auto& v : values) (*this)(v);
  }
  void operator()(std::string& text) {
    std::size_t const n = count(1);
    text.assign(bytes.substr(0, n));
    bytes.remove_prefix(n);
  }
};

// One list of what a run holds, for both directions.
template <class Archive, class Run>
void visit(Archive& a, Run& run) {
  a(run.next_window), a(run.n_windows), a(run.state.groups), a(run.state.power), a(run.state.cooling.groups), a(run.state.cooling.water_used_kg),
      a(run.state.cooling.elapsed_s), a(run.state.mechanical_w);
  auto& t = run.sums;
  a(t.time_s), a(t.it_j), a(t.utility_j), a(t.generator_j), a(t.site_j), a(t.battery_j), a(t.network_j), a(t.storage_j), a(t.rejected_j), a(t.unmet_j);
  a(t.water_kg), a(t.evaporation_kg), a(t.carbon_kg), a(t.marginal_carbon_kg), a(t.stranded_j), a(t.reused_j), a(t.gas_j), a(t.solar_j), a(t.solar_unused_j), a(t.fuel_m3), a(t.gas_fuel_j), a(t.fuel_usd), a(t.curtailable_j),
      a(t.curtailable_onsite_j), a(t.loss_j), a(t.cooling_j), a(t.month_it_j), a(t.month_site_j), a(t.peak_it_w);
  a(t.peak_site_w), a(t.peak_va), a(t.least_power_factor), a(t.worst_residual), a(t.worst_ramp_w_s), a(t.peak_window), a(t.unsolved), a(t.groups), a(t.workloads);
  a(t.ttft_p50), a(t.ttft_p99), a(t.tpot_p50), a(t.tpot_p99), a(t.ttft_weight), a(run.site_w), a(run.utility_w);
  for (auto& v : run.series.variables) a(v.values);
  for (auto& v : run.hourly.variables) a(v.values);
}

}  // namespace

void save_checkpoint(std::string const& path, std::string const& key, std::vector<YearRun> const& runs) {
  Writer w;
  for (auto const& run : runs) {
    visit(w, run);
    w(run.sums.causes.size());
    for (auto const& [cause, value] : run.sums.causes) w(cause.first), w(cause.second), w(value);
    w(run.events.size());
    for (auto const& e : run.events) w(e.time_s), w(e.kind), w(e.component), w(e.text);
  }
  write_file(path, std::string(kMagic) + key + '\n' + sha256_hex(w.bytes) + '\n' + w.bytes);
}

void load_checkpoint(std::string const& path, std::string const& key, std::vector<YearRun>& runs) {
  std::string const file = read_file(path), head = std::string(kMagic) + key + '\n';
  if (!file.starts_with(head)) refuse(path, "it belongs to another scenario or version");
  std::string_view const rest = std::string_view(file).substr(head.size());
  if (rest.size() < 65 || sha256_hex(rest.substr(65)) != rest.substr(0, 64)) refuse(path, "the file is damaged");
  ReaderOf r{rest.substr(65), path};
  for (auto& run : runs) {
    visit(r, run);
    run.sums.causes.clear();
    for (std::size_t n = r.count(1); n > 0; --n) {
      std::pair<int, std::string> cause;
      r(cause.first), r(cause.second), r(run.sums.causes[cause]);
    }
    run.events.resize(r.count(1));
    for (auto& e : run.events) r(e.time_s), r(e.kind), r(e.component), r(e.text);
  }
}

}  // namespace aif::sim
