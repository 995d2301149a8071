// Engine level: the request simulator, the operating map, the serving planner.
#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/compute.hpp"
#include "bindings/long_call.hpp"
#include "models/compute/plan_serving.hpp"
#include "sim/serving_run.hpp"
#include "workloads/operating_map.hpp"
#include "bindings/documents.hpp"

namespace aif::python {
namespace {

using workloads::Percentiles;
using workloads::ServingMeasures;

void bind_measures(py::module_& m) {
  Record<Percentiles>(m, "Percentiles", "Of the requests of a run, seconds.")
      .value("mean", &Percentiles::mean, "Mean.").value("p50", &Percentiles::p50, "Median.").value("p90", &Percentiles::p90, "90 %.").value("p95", &Percentiles::p95, "95 %.")
      .value("p99", &Percentiles::p99, "99 %.");
  using W = sim::ServingWindow;
  Record<W>(m, "ServingWindow", "A piece of the time line of a run.")
      .value("from_s", &W::from_s, "Start, s.").value("offered_s", &W::offered_s, "Requests released per second.").value("done_s", &W::done_s, "Requests ended per second.")
      .value("out_token_s", &W::out_token_s, "Output tokens per second of answers that ended in it.").value("in_system", &W::in_system, "Requests inside at its end.")
      .value("ttft_mean_s", &W::ttft_mean_s, "Mean time to first token, s.").value("good_frac", &W::good_frac, "Share within the targets.");
  using C = sim::ServingClass;
  Record<C>(m, "ServingClass", "Requests of one class of a run.")
      .value("name", &C::name, "Priority, or short, middle, long.").value("requests", &C::requests, "Offered.").value("ttft_p95_s", &C::ttft_p95_s, "95 % of times to first token, s.")
      .value("tpot_p95_s", &C::tpot_p95_s, "95 % of times per output token, s.").value("good_frac", &C::good_frac, "Share within the targets.")
      .value("j_per_request", &C::j_per_request, "Joules of the devices for one request.");
  using R = sim::ServingRunResult;
  auto const of = [](auto member) { return [member](R const& r) { return r.measures.*member; }; };
  Record<R>(m, "ServingRun", "One deployment served alone.")
      .value("design", &R::design, "Layout in words.").value("devices", &R::devices, "Of all replicas.").value("requests", &R::requests, "Offered.").value("done", &R::done, "Answered.")
      .value("refused", &R::refused, "That fit no replica.").value("span_s", &R::span_s, "Length of the run, s.")
      .value("ttft_s", of(&ServingMeasures::ttft_s), "Time to first token.").value("tpot_s", of(&ServingMeasures::tpot_s), "Time per output token.")
      .value("e2e_s", of(&ServingMeasures::e2e_s), "Whole request.").value("good_frac", of(&ServingMeasures::good_frac), "Share of requests within the targets.")
      .value("out_token_s", of(&ServingMeasures::out_token_s), "Output tokens per second.").value("good_out_token_s", of(&ServingMeasures::good_out_token_s), "Of requests within the targets.")
      .value("in_token_s", of(&ServingMeasures::in_token_s), "Prompt tokens per second.").value("cached_token_s", of(&ServingMeasures::cached_token_s), "Prompt tokens found in a cache.")
      .value("mean_batch", of(&ServingMeasures::mean_batch), "Decoding sequences.").value("kv_used_frac", of(&ServingMeasures::kv_used_frac), "Share of the KV memory.")
      .value("preemptions", of(&ServingMeasures::preemptions), "Times that a request lost its KV.").value("meets_slo", of(&ServingMeasures::meets_slo), "Every promised 95th percentile is kept.")
      .value("offered_over_capacity", &R::offered_over_capacity, "Above 1 the queue grows for as long as the run lasts.").value("device_w", &R::device_w, "Watts of a device, without leakage.")
      .value("j_per_out_token", &R::j_per_out_token, "Joules of the devices per output token.").value("cache_hit_frac", &R::cache_hit_frac, "Of the prompt tokens.")
      .value("sustained_s", &R::sustained_s, "Highest requests per second that keep every target; 0: none, or not searched.")
      .value("replica_s", &R::replica_s, "Replicas up or draining, integrated over the run, s.").value("prompt_w", &R::prompt_w, "Of device_w, for prompts.")
      .value("answer_w", &R::answer_w, "Of device_w, for answers; the rest is idle and floor.").value("j_per_prompt_token", &R::j_per_prompt_token, "Joules of the phase per prompt token computed.")
      .value("j_per_answer_token", &R::j_per_answer_token, "Joules of the phase per answer token.").value("classes", &R::classes, "Requests by priority, else thirds by length.")
      .value("windows", &R::windows, "The time line.");
}

void bind_map(py::module_& m) {
  using V = workloads::MapValues;
  Record<V>(m, "MapValues", "A replica at one load and clock; rates of the replica, watts and bytes of a device.")
      .value("out_token_s", &V::out_token_s, "Output tokens per second.").value("in_token_s", &V::in_token_s, "Prompt tokens per second.")
      .value("cached_token_s", &V::cached_token_s, "Cached prompt tokens per second.").value("good_frac", &V::good_frac, "Share of requests within the targets.")
      .value("ttft_p50_s", &V::ttft_p50_s, "Median time to first token.").value("ttft_p99_s", &V::ttft_p99_s, "99 % of it.").value("tpot_p50_s", &V::tpot_p50_s, "Median time per output token.")
      .value("tpot_p99_s", &V::tpot_p99_s, "99 % of it.").value("e2e_p50_s", &V::e2e_p50_s, "Median whole time.").value("e2e_p99_s", &V::e2e_p99_s, "99 % of it.")
      .value("dynamic_w", &V::dynamic_w, "Watts above idle, without leakage.").value("active_frac", &V::active_frac, "Share of time with a kernel running.")
      .value("kv_used_frac", &V::kv_used_frac, "Share of the KV memory.");
  py::class_<OperatingMap>(m, "OperatingMap", "A replica under a workload over (offered load, clock).")
      .def_readonly("key", &OperatingMap::key, "Content hash of everything that went in.")
      .def_readonly("load_frac", &OperatingMap::load_frac, "Offered load over capacity at full clock.")
      .def_readonly("clock_frac", &OperatingMap::clock_frac, "Clock over the highest.")
      .def_readonly("capacity_out_token_s", &OperatingMap::capacity_out_token_s, "Output tokens per second at load 1 and full clock.")
      .def_readonly("devices", &OperatingMap::devices, "Of one replica.")
      .def_readonly("interpolation_error", &OperatingMap::interpolation_error, "Worst relative error at the cell centres that were tried.")
      .def_readonly("validity", &OperatingMap::validity)
      .def_readonly("tpot_error", &OperatingMap::tpot_error, "Factor on times per output token.")
      .def_readonly("ttft_error", &OperatingMap::ttft_error, "Factor on times to first token.")
      .def("at", [](OperatingMap const& map, double load, double clock) {
        expect_within("load", load, 0, 100);
        expect_within("clock", clock, 0, 1);
        return workloads::look_up(map, load, clock);
      }, "load"_a, "clock"_a, "Bilinear; outside its axes the edge.");
}

std::string layout_text(compute::WorkerLayout const& w) { return fmt::format("tp{} pp{} ep{} attention-dp{}", w.tp, w.pp, w.ep, w.attention_dp); }

void bind_plan(py::module_& m) {
  using P = compute::PlanPoint;
  Record<P>(m, "PlanPoint", "A design of the Pareto front.")
      .value("user_token_s", &P::user_token_s, "Output tokens per second of a user.").value("out_token_s_device", &P::out_token_s_device, "Output tokens per second and device.")
      .value("low", &P::low, "5 % factor on both rates.").value("high", &P::high, "95 % factor.").value("ttft_s", &P::ttft_s, "Time to first token, without a queue.")
      .value("tpot_s", &P::tpot_s, "Time per output token.").value("devices", &P::devices, "Of the replica.").value("batch", &P::batch, "Sequences of the replica.")
      .value("device_w", &P::device_w, "Watts of a device.").value("joule_per_token", &P::joule_per_token, "Joules of the devices per output token.")
      .value("token_s_mw", &P::token_s_mw, "Output tokens per second and megawatt of devices.").value("usd_per_mtok", &P::usd_per_mtok, "Dollars per million output tokens; 0: not priced.")
      .value("bound", &P::bound, "What sets a decode step.").value("workers", &P::workers, "Decode or aggregated workers.").value("prefill_workers", &P::prefill_workers, "0: aggregated.")
      .value("layout", [](P const& p) { return layout_text(p.worker) + (p.prefill_workers > 0 ? " | prefill " + layout_text(p.prefill) : ""); }, "Parallelism in words.");
  m.def("plan_serving", [](ProfileHandle const& profile, ModelHandle const& model, compute::EngineFamily engine, Precision weights, Precision kv, double input, double output, double ttft_s,
                           double tpot_s, int max_devices, bool pools, double usd_per_device_hour, std::vector<std::string> const& library, int threads, py::object const& progress) {
    compute::PlanRequest r;
    r.profile = profile.profile.get();
    r.model = model.model.get();
    r.fit = compute::read_serving_fit(sim::Library(library).asset_path("lib:engines/serving_fit"));
    r.family = engine, r.weights = weights, r.kv = kv;
    r.input_token = input, r.output_token = output, r.ttft_limit_s = ttft_s, r.tpot_limit_s = tpot_s, r.max_devices = max_devices, r.pools = pools, r.usd_per_device_hour = usd_per_device_hour;
    expect_within("input", input, 1, 1e9);
    expect_within("output", output, 2, 1e9);
    expect_within("ttft", ttft_s, 0, 1e6);
    expect_within("tpot", tpot_s, 0, 1e6);
    expect_within("max_devices", max_devices, 1, 1024);
    expect_within("usd_per_device_hour", usd_per_device_hour, 0, 1e6);
    auto plan = long_call(progress, threads, [&](RunControl const&) { return compute::plan_serving(r); });
    return py::make_tuple(std::move(plan.front), plan.tried, plan.feasible, to_list(plan.refusals));
  }, "profile"_a, "model"_a, py::kw_only(), "engine"_a, "weights"_a, "kv"_a, "input"_a, "output"_a, "ttft_s"_a, "tpot_s"_a, "max_devices"_a, "pools"_a, "usd_per_device_hour"_a, "library"_a,
        "threads"_a, "progress"_a, "(front, designs tried, points feasible, refusals)");
}

}  // namespace

void bind_serving(py::module_& m) {
  bind_measures(m);
  bind_map(m);
  bind_plan(m);
  m.def("simulate_serving", [](std::string const& workload, std::string const& profile, int devices, int replicas, workloads::Routing routing, double requests_s, std::size_t requests,
                               std::int64_t seed, double clock_frac, std::vector<std::pair<double, double>> const& kv_stores,
                               std::vector<std::tuple<double, int, workloads::ReplicaEvent::Kind>> const& events, int fewest_replicas, double cold_start_s, bool search, std::vector<std::string> const& library, int threads, py::object const& progress) {
    sim::Library const lib(library);
    sim::ServingRunParams p;
    p.workload = read_params<workloads::ServingWorkloadParams>(workload, "workload", lib);
    p.profile = profile, p.devices = devices, p.replicas = replicas, p.routing = routing, p.requests_s = requests_s, p.requests = requests, p.seed = static_cast<std::uint64_t>(seed);
    p.clock_frac = clock_frac, p.search = search;
    for (auto const& [byte, byte_s] : kv_stores) {
      expect_within("kv_stores", byte, 0, 1e18);
      expect_within("kv_stores", byte_s, 1, 1e15);
      p.kv_stores.push_back({byte, byte_s});
    }
    expect_within("kv_stores", static_cast<double>(kv_stores.size()), 0, 3);
    for (auto const& [at_s, replica, kind] : events) {
      expect_within("events", at_s, 0, 1e9);
      p.events.push_back({at_s, replica, kind});
    }
    expect_within("fewest_replicas", fewest_replicas, 0, replicas);
    expect_within("cold_start", cold_start_s, 0, 1e6);
    if (fewest_replicas > 0) p.autoscaler.every_s = sim::kAutoscale_s, p.autoscaler.fewest = fewest_replicas, p.autoscaler.cold_start_s = cold_start_s;
    expect_within("devices", devices, 1, 4096);
    expect_within("replicas", replicas, 1, 4096);
    expect_within("rate", requests_s, 0, 1e9);
    expect_within("requests", static_cast<double>(requests), 1, 1e8);
    expect_within("clock", clock_frac, 0.05, 1);
    return long_call(progress, threads, [&](RunControl const& control) { return sim::run_serving(p, lib, control); });
  }, "workload"_a, py::kw_only(), "profile"_a, "devices"_a, "replicas"_a, "routing"_a, "requests_s"_a, "requests"_a, "seed"_a, "clock"_a, "kv_stores"_a, "events"_a, "fewest_replicas"_a, "cold_start_s"_a, "search"_a, "library"_a, "threads"_a, "progress"_a);
  m.def("build_operating_map", [](ReplicaHandle const& replica, std::string const& workload, std::size_t requests, std::int64_t seed, std::string const& cache_dir,
                                  std::vector<std::string> const& library, int threads, py::object const& progress) {
    auto const params = read_params<workloads::ServingWorkloadParams>(workload, "workload", sim::Library(library));
    expect_within("requests", static_cast<double>(requests), 100, 1e7);
    workloads::MapOptions options;
    options.requests = requests;
    options.seed = static_cast<std::uint64_t>(seed);
    options.cache_dir = cache_dir;
    return long_call(progress, threads, [&](RunControl const& control) { return workloads::build_operating_map(replica.design, params, options, control); });
  }, "replica"_a, "workload"_a, py::kw_only(), "requests"_a, "seed"_a, "cache_dir"_a, "library"_a, "threads"_a, "progress"_a);
}

}  // namespace aif::python
