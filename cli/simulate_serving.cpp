// simulate serving: one deployment alone, from options or from a workload of a scenario; percentiles and a time line.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <sstream>

#include "cli/option_values.hpp"
#include "cli/verbs.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/serving_run.hpp"

namespace aif::cli {
namespace {

struct SimulateServingOptions {
  std::string scenario, workload, model, precision = "fp8", engine = "vllm", routing = "least_loaded", rate, ttft, tpot, e2e, input, output, mode = "aggregated", cold_start = "120 s";
  std::vector<std::string> kv_stores, events;
  int autoscale = 0;
  sim::ServingRunParams run;
  sim::LoadOptions load;
};

// "2.1 ktok" or "2.1 ktok,14 ktok": median and 95th percentile.
workloads::LengthParams length(std::string const& option, std::string const& text, workloads::LengthParams fallback) {
  if (text.empty()) return fallback;
  auto const comma = text.find(',');
  auto const trim = [](std::string s) { return s.erase(0, s.find_first_not_of(' ')); };
  fallback.p50_token = quantity_of(option, trim(text.substr(0, comma)), Kind::tokens);
  fallback.p95_token = comma == std::string::npos ? 0 : quantity_of(option, trim(text.substr(comma + 1)), Kind::tokens);
  return fallback;
}

std::vector<std::string> parts_of(std::string const& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part.erase(0, part.find_first_not_of(' ')));
  return parts;
}

// "480 GB,50 GB/s"
sim::KvStore kv_store(std::string const& text) {
  auto const parts = parts_of(text);
  if (parts.empty() || parts.size() > 2) refuse_option("--kv-store", fmt::format("`{}` is not a capacity and a rate", text), "--kv-store \"480 GB,50 GB/s\"");
  sim::KvStore store;
  store.byte = quantity_of("--kv-store", parts[0], Kind::data);
  if (parts.size() > 1) store.byte_s = quantity_of("--kv-store", parts[1], Kind::data_rate);
  return store;
}

// "90 s,2,down"
workloads::ReplicaEvent replica_event(std::string const& text) {
  auto const parts = parts_of(text);
  workloads::ReplicaEvent event;
  if (parts.size() != 3 || std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), event.replica).ptr != parts[1].data() + parts[1].size())
    refuse_option("--event", fmt::format("`{}` is not a time, a replica and down, drain or up", text), "--event \"90 s,2,down\"");
  event.at_s = quantity_of("--event", parts[0], Kind::duration);
  event.kind = word_of<workloads::ReplicaEvent::Kind>("--event", parts[2]);
  return event;
}

void take_changes(SimulateServingOptions& o) {
  if (o.kv_stores.size() > 3) refuse_option("--kv-store", "three slower homes of KV at most", "host memory, flash, an object store");
  for (auto const& text : o.kv_stores) o.run.kv_stores.push_back(kv_store(text));
  for (auto const& text : o.events) o.run.events.push_back(replica_event(text));
  if (o.autoscale == 0) return;
  if (o.autoscale > o.run.replicas) refuse_option("--autoscale", fmt::format("the fewest, {}, is above --replicas {}", o.autoscale, o.run.replicas), "--replicas says the most");
  o.run.autoscaler.every_s = sim::kAutoscale_s;
  o.run.autoscaler.fewest = o.autoscale;
  o.run.autoscaler.cold_start_s = quantity_of("--cold-start", o.cold_start, Kind::duration);
}

void take_from_scenario(SimulateServingOptions& o) {
  auto const loaded = sim::load_scenario(o.scenario, o.load);
  std::vector<std::string> known;
  for (auto const& w : loaded.value.workloads)
    if (auto const* serving = std::get_if<workloads::ServingWorkloadParams>(&w)) {
      known.push_back(serving->id);
      if (o.workload.empty() || serving->id == o.workload) {
        o.run.workload = *serving;
        return;
      }
    }
  refuse_option("--workload", fmt::format("the scenario has no serving workload `{}`", o.workload), fmt::format("it has: {}", fmt::join(known, ", ")));
}

void take_options(SimulateServingOptions& o) {
  auto& w = o.run.workload;
  std::string const trace = w.tokens.trace;
  int const tp = w.placement.tp;
  if (!o.scenario.empty()) {
    take_from_scenario(o);
    if (!trace.empty()) w.tokens.trace = trace;
    if (tp > 0) w.placement.tp = tp;
  } else {
    w.id = "serving";
    w.precision = word_of<Precision>("--precision", o.precision);
    w.placement.engine = word_of<workloads::SchedulerKind>("--engine", o.engine);
    w.placement.mode = word_of<workloads::ServingMode>("--mode", o.mode);
  }
  if (!o.model.empty()) w.model = o.model;
  if (w.model.empty()) refuse_option("--model", "no model is named", "--model lib:models/llama-3.1-8b, or a scenario");
  w.tokens.input = length("--input", o.input, w.tokens.input);
  w.tokens.output = length("--output", o.output, w.tokens.output);
  w.slo.ttft_p95_s = quantity_or("--ttft", o.ttft, Kind::duration, w.slo.ttft_p95_s);
  w.slo.tpot_p95_s = quantity_or("--tpot", o.tpot, Kind::duration, w.slo.tpot_p95_s);
  w.slo.e2e_p95_s = quantity_or("--e2e", o.e2e, Kind::duration, w.slo.e2e_p95_s);
  o.run.requests_s = quantity_or("--rate", o.rate, Kind::per_time, 0);
  o.run.routing = word_of<workloads::Routing>("--routing", o.routing);
  take_changes(o);
}

std::string latency_row(char const* name, workloads::Percentiles const& p) {
  auto text = [](double s) { return format_quantity(s, Kind::duration, 3); };
  return fmt::format("  {:<22}{:>11}{:>11}{:>11}{:>11}{:>11}\n", name, text(p.mean), text(p.p50), text(p.p90), text(p.p95), text(p.p99));
}

std::string table_of(sim::ServingRunResult const& r, SimulateServingOptions const& o) {
  auto const& m = r.measures;
  std::string out = fmt::format("{} ({} devices)\n{} requests, {} done, {} refused, {}\n\n", r.design, r.devices, r.requests, r.done, r.refused,
                                format_quantity(r.span_s, Kind::duration, 4));
  out += fmt::format("  {:<22}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "", "mean", "p50", "p90", "p95", "p99");
  out += latency_row("time to first token", m.ttft_s) + latency_row("time per output token", m.tpot_s) + latency_row("whole request", m.e2e_s);
  out += fmt::format("\n  tokens out {:.0f}/s (in time {:.0f}/s), in {:.0f}/s, cached {:.0f}/s\n", m.out_token_s, m.good_out_token_s, m.in_token_s, m.cached_token_s);
  out += fmt::format("  good requests {:.1f} %, mean batch {:.1f}, KV used {:.1f} %, pre-empted {:.0f}\n", 100 * m.good_frac, m.mean_batch, 100 * m.kv_used_frac, m.preemptions);
  out += fmt::format("  device {:.0f} W ({:.0f} for prompts, {:.0f} for answers), {:.3g} J per output token", r.device_w, r.prompt_w, r.answer_w, r.j_per_out_token);
  out += fmt::format("; by phase {:.3g} J per prompt token, {:.3g} per answer token\n", r.j_per_prompt_token, r.j_per_answer_token);
  if (r.offered_over_capacity > 0) {
    out += fmt::format("  offered {:.0f} % of what the replicas can do", 100 * r.offered_over_capacity);
    out += r.offered_over_capacity > 1      ? ": the queue grows for as long as the run lasts\n"
           : r.offered_over_capacity > 0.9 ? ": near saturation, time to first token is uncertain\n"
                                            : "\n";
  }
  if (o.run.search && r.sustained_s > 0) out += fmt::format("  keeps its targets up to {:.4g} requests/s\n", r.sustained_s);
  if (o.run.search && r.sustained_s <= 0) out += "  misses its targets at any rate: the longest prompts alone are too slow\n";
  if (o.autoscale > 0) out += fmt::format("  {:.1f} replicas on average of {}\n", r.replica_s / std::max(1e-9, r.span_s), o.run.replicas);
  out += fmt::format("\n  {:<12}{:>10}{:>12}{:>12}{:>8}{:>14}\n", "requests", "number", "TTFT p95", "TPOT p95", "good", "J a request");
  for (auto const& c : r.classes)
    out += fmt::format("  {:<12}{:>10}{:>12}{:>12}{:>6.0f} %{:>14.3g}\n", c.name, c.requests, format_quantity(c.ttft_p95_s, Kind::duration, 3), format_quantity(c.tpot_p95_s, Kind::duration, 3), 100 * c.good_frac, c.j_per_request);
  out += fmt::format("\n  {:>10}{:>11}{:>11}{:>12}{:>11}{:>12}{:>8}\n", "from", "offered/s", "done/s", "tokens/s", "inside", "TTFT mean", "good");
  for (auto const& w : r.windows)
    out += fmt::format("  {:>10}{:>11.2f}{:>11.2f}{:>12.0f}{:>11.0f}{:>12}{:>7.0f} %\n", format_quantity(w.from_s, Kind::duration, 3), w.offered_s, w.done_s, w.out_token_s,
                       w.in_system, format_quantity(w.ttft_mean_s, Kind::duration, 3), 100 * w.good_frac);
  return out;
}

int simulate_serving(SimulateServingOptions options, Frame const& frame) {
  take_options(options);
  auto const result = sim::run_serving(options.run, sim::Library{}, frame.control());
  std::fputs((frame.json ? sim::to_json(result) : table_of(result, options)).c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_simulate_serving(CLI::App& simulate, Frame& frame) {
  auto const o = std::make_shared<SimulateServingOptions>();
  o->run.profile = "lib:profiles/h200_sxm";
  CLI::App* verb = frame.verb(simulate, "serving", "Serve a request trace", [o, &frame] { return simulate_serving(*o, frame); });
  verb->add_option("SCENARIO", o->scenario, "Scenario whose workload is served; without it the options below describe one");
  verb->add_option("--workload", o->workload, "Workload of the scenario; default: its first");
  verb->add_option("--model", o->model, "Model, lib:models/NAME");
  verb->add_option("--device", o->run.profile, "Device, lib:profiles/NAME")->capture_default_str();
  verb->add_option("--precision", o->precision, "Of the weights")->capture_default_str();
  verb->add_option("--engine", o->engine, "vllm, sarathi, trtllm or sglang")->capture_default_str();
  verb->add_option("--devices", o->run.devices, "Devices that one replica may use")->check(CLI::Range(1, 4096))->capture_default_str();
  verb->add_option("--tp", o->run.workload.placement.tp, "Tensor parallel width; 0: chosen")->check(CLI::Range(0, 1024));
  verb->add_option("--replicas", o->run.replicas, "Replicas behind one router")->check(CLI::Range(1, 4096))->capture_default_str();
  verb->add_option("--routing", o->routing, "round_robin, least_loaded, session or prefix")->capture_default_str();
  verb->add_option("--trace", o->run.workload.tokens.trace, "Requests of a trace, lib:traces/NAME or a file; default: drawn");
  verb->add_option("--rate", o->rate, "Offered rate, `12 req/s`; a trace is stretched in time to it");
  verb->add_option("--requests", o->run.requests, "How many requests")->check(CLI::Range(1, 100000000))->capture_default_str();
  verb->add_option("--input", o->input, "Prompt length: median, or `median,p95`, as `2.1 ktok,14 ktok`");
  verb->add_option("--output", o->output, "Answer length, likewise");
  verb->add_option("--ttft", o->ttft, "Target for the 95th percentile of the time to first token");
  verb->add_option("--tpot", o->tpot, "Target for the 95th percentile of the time per output token");
  verb->add_option("--e2e", o->e2e, "Target for the 95th percentile of the whole request");
  verb->add_option("--mode", o->mode, "aggregated, or disaggregated pools of prefill and decode")->capture_default_str();
  verb->add_option("--kv-store", o->kv_stores, "Where KV of a replica sleeps, `480 GB,50 GB/s`; again for slower ones, three at most");
  verb->add_option("--event", o->events, "A replica that fails, drains or comes back, `90 s,2,down`; by rising time");
  verb->add_option("--autoscale", o->autoscale, "Fewest replicas; --replicas are the most. 0: all of them, always")->check(CLI::Range(0, 4096));
  verb->add_option("--cold-start", o->cold_start, "From the decision to a replica that serves")->capture_default_str();
  verb->add_flag("--search", o->run.search, "Also find the highest rate that keeps the targets");
  verb->add_option("--clock", o->run.clock_frac, "Clock as a share of the highest")->check(CLI::Range(0.1, 1.0))->capture_default_str();
  verb->add_option("--seed", o->run.seed, "Of drawn requests")->capture_default_str();
  verb->add_option("--windows", o->run.windows, "Rows of the time line")->check(CLI::Range(0, 100000))->capture_default_str();
}

}  // namespace aif::cli
