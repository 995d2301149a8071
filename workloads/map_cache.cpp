#include <fstream>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "core/diagnostics.hpp"
#include "core/hash.hpp"
#include "core/write_file.hpp"
#include "workloads/map_key.hpp"
#include "workloads/serving/design.hpp"

namespace aif::workloads {

namespace {

constexpr char const* kVersion = "aifactory serving map 2";  // raise when the same input gives another map

struct Bytes {
  std::string text;
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void add(T value) {
    text.append(reinterpret_cast<char const*>(&value), sizeof value);
  }
  template <class T>
  void add(std::vector<T> const& values) {
    add(values.size());
    for (T const& v : values) add(v);
  }
  void add(SchedulerParams const& s) {
    for (bool b : {s.mixed, s.chunked, s.reserve_output, s.one_prompt}) add(b);
    for (int i : {s.token_budget, s.max_sequences, s.block_token, s.poll_steps, s.poll_steps_few, s.poll_few}) add(i);
    for (double d : {s.kv_token, s.accepted_per_step, s.request_overhead_s, s.input_token_overhead_s, s.sqrt_request_overhead_s, s.admission_wait_steps}) add(d);
  }
  void add(Pool const& p) {
    add(p.replicas);
    if (p.replicas == 0) return;
    add(p.scheduler);
    for (auto const* v : {&p.times.base_s, &p.times.per_token_s, &p.times.chunk_token, &p.times.chunk_s}) add(*v);
    for (double d : {p.times.pair_s, p.times.alone_s, p.times.launch_s}) add(d);
  }
  void add(PowerModel const& p) {
    for (double d : {p.idle_w, p.active_floor_w, p.v_min, p.v0, p.v1, p.c_clock_w, p.e_hbm_j_per_byte, p.e_link_j_per_byte}) add(d);
    for (double d : p.e_flop_j) add(d);
  }
};

constexpr struct {
  char const* name;
  std::vector<double> OperatingMap::Layer::*member;
} kFields[] = {
    {"out_token_s", &OperatingMap::Layer::out_token_s}, {"in_token_s", &OperatingMap::Layer::in_token_s}, {"cached_token_s", &OperatingMap::Layer::cached_token_s},
    {"good_frac", &OperatingMap::Layer::good_frac}, {"ttft_p50_s", &OperatingMap::Layer::ttft_p50_s}, {"ttft_p90_s", &OperatingMap::Layer::ttft_p90_s},
    {"ttft_p99_s", &OperatingMap::Layer::ttft_p99_s}, {"tpot_p50_s", &OperatingMap::Layer::tpot_p50_s}, {"tpot_p90_s", &OperatingMap::Layer::tpot_p90_s},
    {"tpot_p99_s", &OperatingMap::Layer::tpot_p99_s}, {"e2e_p50_s", &OperatingMap::Layer::e2e_p50_s}, {"e2e_p90_s", &OperatingMap::Layer::e2e_p90_s},
    {"e2e_p99_s", &OperatingMap::Layer::e2e_p99_s}, {"dynamic_w", &OperatingMap::Layer::dynamic_w}, {"hbm_byte_s", &OperatingMap::Layer::hbm_byte_s},
    {"link_byte_s", &OperatingMap::Layer::link_byte_s}, {"flop_s", &OperatingMap::Layer::flop_s}, {"active_frac", &OperatingMap::Layer::active_frac},
    {"kv_used_frac", &OperatingMap::Layer::kv_used_frac}};

void read(nlohmann::json const& j, OperatingMap& map) {
  map.key = j.at("key");
  map.load_frac = j.at("load_frac").get<std::vector<double>>();
  map.clock_frac = j.at("clock_frac").get<std::vector<double>>();
  map.capacity_out_token_s = j.at("capacity_out_token_s");
  map.devices = j.at("devices");
  map.interpolation_error = j.at("interpolation_error");
  map.validity = static_cast<Validity>(j.at("validity").get<int>());
  auto estimate = [&](char const* name) {
    auto const& e = j.at(name);
    return Estimate{e.at(0), e.at(1), e.at(2), static_cast<Evidence>(e.at(3).get<int>())};
  };
  map.tpot_error = estimate("tpot_error");
  map.ttft_error = estimate("ttft_error");
  map.ttft_target_frac = j.at("ttft_target_frac").get<std::vector<double>>();
  map.tpot_target_frac = j.at("tpot_target_frac").get<std::vector<double>>();
  map.good_at_target = j.at("good_at_target").get<std::vector<std::uint16_t>>();
  if (map.good_at_target.size() != map.load_frac.size() * map.clock_frac.size() * map.ttft_target_frac.size() * map.tpot_target_frac.size()) throw std::out_of_range("good_at_target");
  for (auto const& f : kFields) {
    map.at.*f.member = j.at("at").at(f.name).get<std::vector<double>>();
    if ((map.at.*f.member).size() != map.load_frac.size() * map.clock_frac.size()) throw std::out_of_range(f.name);
  }
}

}  // namespace

std::string map_key(compute::ReplicaDesign const& design, ServingWorkloadParams const& workload, MapOptions const& options, RequestTable const& requests) {
  Bytes b;
  b.text = kVersion;
  for (double clock : options.clocks) {
    Deployment const d = deployment_of(design, clock * design.profile->datasheet.clock_max_hz);
    b.add(d.serve);
    b.add(d.decode);
    b.add(d.routing);
    b.add(d.transfer_s);
    b.add(d.transfer_token_s);
  }
  b.add(design.profile->power);
  b.add(compute::devices(design));
  for (double d : {design.engine.tpot_low, design.engine.tpot_high, design.engine.ttft_low, design.engine.ttft_high}) b.add(d);
  for (double d : {workload.slo.ttft_p95_s, workload.slo.tpot_p95_s, workload.slo.e2e_p95_s}) b.add(d);
  b.add(options.loads);
  b.add(options.clocks);
  for (std::size_t n : {options.requests, options.most_loads}) b.add(n);
  b.add(options.tolerance);
  b.add(requests.arrival_s);
  b.add(requests.input_token);
  b.add(requests.output_token);
  b.add(requests.cached_token);
  b.add(requests.priority);
  return content_hash(b.text);
}

std::string map_cache_path(std::string const& cache_dir, std::string const& key) { return cache_dir + "/map-" + key + ".json"; }

bool load_map(std::string const& path, OperatingMap& map) {
  std::ifstream in(path);
  if (!in) return false;
  try {
    read(nlohmann::json::parse(in), map);
  } catch (std::exception const&) {
    return false;  // a cache may be rebuilt; nothing is lost
  }
  return true;
}

void save_map(std::string const& path, OperatingMap const& map) {
  nlohmann::json j{{"key", map.key}, {"load_frac", map.load_frac}, {"clock_frac", map.clock_frac}, {"capacity_out_token_s", map.capacity_out_token_s},
                   {"devices", map.devices}, {"interpolation_error", map.interpolation_error}, {"validity", static_cast<int>(map.validity)}};
  auto estimate = [](Estimate const& e) { return nlohmann::json{e.value, e.low, e.high, static_cast<int>(e.evidence)}; };
  j["tpot_error"] = estimate(map.tpot_error);
  j["ttft_error"] = estimate(map.ttft_error);
  j["ttft_target_frac"] = map.ttft_target_frac;
  j["tpot_target_frac"] = map.tpot_target_frac;
  j["good_at_target"] = map.good_at_target;
  for (auto const& f : kFields) j["at"][f.name] = map.at.*f.member;
  try {
    write_file(path, j.dump());
  } catch (InputError const&) {  // a cache that cannot be written costs time and nothing else
  }
}

}  // namespace aif::workloads
