// The request simulator on work whose speed peers have published or that was measured with them on a machine of this kind
// (Vidur 540-1,000 requests/s, BLIS 600-840). One core, unless the label says otherwise.
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>

#include "core/random.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/io/traces.hpp"
#include "workloads/operating_map.hpp"
#include "workloads/serving/measures.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

std::string const kTraces = AIF_SOURCE_DIR "/library/traces/";

RequestTable poisson_512_256(std::size_t n) {
  RequestTable table;
  RandomStream const random(1, Stream::arrivals);
  double at_s = 0;
  for (std::size_t i = 0; i < n; ++i) table.add(at_s += random.exponential(i, 0, 0.1), 512, 256);
  return table;
}

Deployment reference_replica(int replicas) {  // step times of an 8B model on one large card
  Deployment d;
  d.serve.times = simple_step_times(128, 8e-3, 2e-5, 2e-9, 3e-5);
  d.serve.scheduler = scheduler_defaults(SchedulerKind::sarathi);
  d.serve.scheduler.max_sequences = 128;
  d.serve.replicas = replicas;
  return d;
}

// Sum over the requests as checksum; requests that did not end as residual.
void report(benchmark::State& state, RequestTable const& table, SimulationResult const& r) {
  double sum = 0;
  for (double e : r.requests.e2e_s) sum += std::isnan(e) ? 0.0 : e;
  state.counters["checksum"] = sum;
  state.counters["residual"] = static_cast<double>(table.size() - r.done - r.refused);
  state.counters["events"] = static_cast<double>(r.events);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(table.size()));
}

void run(benchmark::State& state, RequestTable const& table, Deployment const& deployment) {
  SimulationResult last;
  for (auto _ : state) last = simulate(table, deployment);
  report(state, table, last);
  state.SetLabel("1 core");
}

void requests_512_256(benchmark::State& state) { run(state, poisson_512_256(100000), reference_replica(1)); }
BENCHMARK(requests_512_256)->Unit(benchmark::kMillisecond);

void million_requests(benchmark::State& state) { run(state, poisson_512_256(1000000), reference_replica(1)); }
BENCHMARK(million_requests)->Unit(benchmark::kMillisecond);

void azure_conversation(benchmark::State& state) {
  auto deployment = reference_replica(8);
  deployment.serve.scheduler.token_budget = 8192;
  run(state, sim::read_azure_trace(kTraces + "azure_llm_2023_conv.csv.gz"), deployment);
}
BENCHMARK(azure_conversation)->Unit(benchmark::kMillisecond);

// 692 sessions that start half a minute apart, on eight cards with HBM for eight of them and tiers below.
void agent_trace(benchmark::State& state) {
  auto deployment = reference_replica(8);
  deployment.routing = Routing::session;
  deployment.serve.times.pair_s = 1e-10;
  deployment.serve.scheduler.token_budget = 8192;
  deployment.serve.scheduler.kv_token = 1e6;
  deployment.serve.scheduler.tiers[0] = {6e6, 18.4e3 / 50e9, 1e-4};
  deployment.serve.scheduler.tiers[1] = {6e7, 18.4e3 / 5e9, 1e-3};
  run(state, sim::read_session_trace(kTraces + "claude_code_block_ranges_kvcachetester.jsonl.xz", 30.0).requests, deployment);
}
BENCHMARK(agent_trace)->Unit(benchmark::kMillisecond);

HardwareProfile reference_card() {  // round numbers near a B200
  HardwareProfile p;
  auto& d = p.datasheet;
  d.peak_flop_s[static_cast<std::size_t>(Precision::bf16)] = 2.25e15;
  d.peak_flop_s[static_cast<std::size_t>(Precision::fp8)] = 4.5e15;
  d.hbm_byte_s = 8e12;
  d.hbm_byte = 180e9;
  d.clock_min_hz = 0.3e9;
  d.clock_max_hz = 1.965e9;
  d.links = {{"nvlink", 900e9, 2e-6, 72}};
  p.power.active_floor_w = 80;
  p.power.c_clock_w = 100;
  p.power.e_flop_j[static_cast<std::size_t>(Precision::fp8)] = 0.15e-12;
  p.power.e_hbm_j_per_byte = 40e-12;
  return p;
}

// The three maps of a site: chat on two kinds of replica, and agents.
void operating_map_reference(benchmark::State& state) {
  auto const card = reference_card();
  compute::ModelArchitecture model;
  model.id = "70b";
  model.layers = 80, model.hidden = 8192, model.q_heads = 64, model.kv_heads = 8, model.head_dim = 128, model.ffn = 28672, model.vocab = 128256;
  ServingWorkloadParams chat, agents;
  chat.tokens.input = {2100, 14000}, chat.tokens.output = {380, 1900}, chat.tokens.cache_hit_frac = 0.42;
  chat.slo.ttft_p95_s = 1.5, chat.slo.tpot_p95_s = 0.05;
  agents.tokens.input = {9000, 0}, agents.tokens.output = {1200, 0};
  agents.slo.e2e_p95_s = 90;
  double checksum = 0, error = 0;
  for (auto _ : state) {
    checksum = error = 0;
    for (int i = 0; i < 3; ++i) {
      compute::ReplicaDesign d;
      d.profile = &card, d.model = &model, d.weights = d.kv = Precision::fp8;
      d.worker.tp = i == 1 ? 8 : 4;
      d.engine.chunked_prefill = true;
      auto const map = build_operating_map(d, i == 2 ? agents : chat, {});
      for (double v : map.at.out_token_s) checksum += v;
      error = std::max(error, map.interpolation_error);
    }
  }
  state.counters["checksum"] = checksum;
  state.counters["residual"] = error;
  state.SetLabel("all cores, cold");
}
BENCHMARK(operating_map_reference)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
