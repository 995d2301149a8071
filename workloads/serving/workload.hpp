#pragma once
// A serving workload as the scenario writes it (entry of `workloads:`): which model, how much demand with which shape, how long
// prompts and answers are, what latency is promised, where it runs, what it sells for; and the demand of a year from it.
// Demand is mean x shape(hour of day, day of week) x growth; what cannot be served waits as backlog until patience ends.
// Neglected: holidays, correlation with weather. Shapes: library/demand.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "contracts/operators.hpp"
#include "core/fields.hpp"
#include "workloads/serving/scheduler.hpp"

namespace aif::workloads {

// Load against its mean over the week, before normalisation (library/demand).
struct DemandProfile {
  std::string title;
  std::vector<double> hour = std::vector<double>(24, 1.0), day = std::vector<double>(7, 1.0);  // local time; Monday first

  static constexpr auto fields() {
    return FieldList{field("title", &DemandProfile::title, "What it is, for people."),
                      field("hour", &DemandProfile::hour, Kind::number, 0.0, 1e9, "Load of the 24 hours of a day.", "flat"),
                      field("day", &DemandProfile::day, Kind::number, 0.0, 1e9, "Load of the 7 days of a week, Monday first.", "flat")};
  }
};

struct DemandParams {
  std::string profile = "lib:demand/flat", series;
  double mean_per_s = 0.0;
  double peak_to_mean = 0.0;
  double growth_per_s = 0.0;

  static constexpr auto fields() {
    return FieldList{
        field("profile", &DemandParams::profile, "Shape over the day and the week: lib:demand/NAME."),
        field("series", &DemandParams::series, "Hourly requests of a year in place of the shape: a CSV file with the header `time, NAME [req/s]`."),
        field("mean", &DemandParams::mean_per_s, Kind::per_time, 0.0, 1e9, "Requests in a second, mean of the first week; of a series: scales it to this mean of the year.", "0: a series as it is"),
        field("peak_to_mean", &DemandParams::peak_to_mean, Kind::number, 0.0, 100.0, "Stretches the shape to this ratio; 0 keeps the shape's own.", "assumption: own ratio"),
        field("growth", &DemandParams::growth_per_s, Kind::relative_rate, -1e-6, 1e-6, "Continuous growth of the mean.", "assumption: none")};
  }
};

// Log-normal lengths by two quantiles; without p95 the spread is that of chat (Azure 2023 conversations, p90/p50 = 2.7).
struct LengthParams {
  double p50_token = 1000, p95_token = 0;

  static constexpr auto fields() {
    return FieldList{field("p50", &LengthParams::p50_token, Kind::tokens, 1.0, 1e7, "Median.").required(),
                      field("p95", &LengthParams::p95_token, Kind::tokens, 0.0, 1e8, "95th percentile; 0: 3.5 times the median.", "Azure LLM inference trace 2023")};
  }
};

struct TokenParams {
  LengthParams input{1000, 0}, output{250, 0};
  double cache_hit_frac = 0.0;
  std::string trace;
  double burstiness = 1.0;

  static constexpr auto fields() {
    return FieldList{
        field("input", &TokenParams::input, "Prompt lengths."), field("output", &TokenParams::output, "Answer lengths."),
        field("cache_hit", &TokenParams::cache_hit_frac, Kind::fraction, 0.0, 0.999, "Share of the prompt tokens whose KV is found in a cache.", "assumption: none"),
        field("trace", &TokenParams::trace, "Lengths and arrivals of a real trace in place of the quantiles: lib:traces/FILE."),
        field("burstiness", &TokenParams::burstiness, Kind::number, 0.1, 20.0, "Coefficient of variation of the times between arrivals; 1: Poisson.", "Poisson")};
  }
};

// Agents: between two calls of a session a tool runs; its KV sleeps meanwhile.
struct ToolParams {
  double sandbox_cpu = 0, hold_s = 0;
  std::string kv_offload;

  static constexpr auto fields() {
    return FieldList{field("sandbox_cpu", &ToolParams::sandbox_cpu, Kind::number, 0.0, 1e4, "Processor cores of one tool run.", "assumption: none"),
                      field("hold", &ToolParams::hold_s, Kind::duration, 0.0, 1e6, "Median time between two calls of a session.", "Claude Code traces: 10 s"),
                      field("kv_offload", &ToolParams::kv_offload, "Storage tier that keeps sleeping KV; empty: it is computed anew.")};
  }
};

// Zero: not promised.
struct SloParams {
  double ttft_p95_s = 0, tpot_p95_s = 0, e2e_p95_s = 0;

  static constexpr auto fields() {
    return FieldList{field("ttft_p95", &SloParams::ttft_p95_s, Kind::duration, 0.0, 1e5, "Time to first token that 95 % of requests meet; 0: no target.", "none"),
                      field("tpot_p95", &SloParams::tpot_p95_s, Kind::duration, 0.0, 1e3, "Time per output token that 95 % of requests meet; 0: no target.", "none"),
                      field("e2e_p95", &SloParams::e2e_p95_s, Kind::duration, 0.0, 1e6, "Whole time that 95 % of requests meet; 0: no target.", "none")};
  }
};

enum class ServingMode { aggregated, disaggregated };
constexpr auto enum_names(ServingMode) { return std::array<std::string_view, 2>{"aggregated", "disaggregated"}; }

struct PlacementParams {
  std::vector<std::string> pods;
  ServingMode mode = ServingMode::aggregated;
  SchedulerKind engine = SchedulerKind::vllm;
  int tp = 0, pp = 0, ep = 0, attention_dp = 0, max_sequences = 0;
  std::string prefill = "auto", decode = "auto";

  static constexpr auto fields() {
    using P = PlacementParams;
    return FieldList{field("pods", &P::pods, "Pods that serve it, in order of preference.").required(),
                      field("mode", &P::mode, "Prefill and decode on the same replica, or in pools."),
                      field("engine", &P::engine, "Scheduler of the inference engine."),
                      field("tp", &P::tp, Kind::number, 0, 1024, "Tensor parallel width; 0: the planner chooses.", "planner"),
                      field("pp", &P::pp, Kind::number, 0, 256, "Pipeline stages; 0: the planner chooses.", "planner"),
                      field("ep", &P::ep, Kind::number, 0, 1024, "Expert parallel width; 0: the planner chooses.", "planner"),
                      field("attention_dp", &P::attention_dp, Kind::number, 0, 1024, "Attention data-parallel ranks; 0: the planner chooses.", "planner"),
                      field("max_sequences", &P::max_sequences, Kind::number, 0, 100000, "Sequences in one batch; 0: the engine's own.", "engine"),
                      field("prefill", &P::prefill, "Prefill workers of a replica, or `auto`."),
                      field("decode", &P::decode, "Decode workers of a replica, or `auto`.")};
  }
};

struct TokenPriceParams {
  double input_usd_token = 0, output_usd_token = 0;

  static constexpr auto fields() {
    return FieldList{field("input", &TokenPriceParams::input_usd_token, Kind::money_per_token, 0.0, 1.0, "Price of prompt tokens.", "none"),
                      field("output", &TokenPriceParams::output_usd_token, Kind::money_per_token, 0.0, 1.0, "Price of output tokens.", "none")};
  }
};

struct ServingWorkloadParams {
  static constexpr std::string_view type_name = "serving";
  std::string id, title, model;
  Precision precision = Precision::fp8;
  std::optional<Precision> kv_precision;
  DemandParams demand;
  TokenParams tokens;
  ToolParams tools;
  SloParams slo;
  PlacementParams placement;
  TokenPriceParams price;
  double patience_s = 60;

  static constexpr auto fields() {
    using S = ServingWorkloadParams;
    return FieldList{
        field("id", &S::id, "Name of the workload.").required(), field("title", &S::title, "What it is, for people."),
        field("model", &S::model, "The model: lib:models/NAME.").required(), field("precision", &S::precision, "Of the weights."),
        field("kv_precision", &S::kv_precision, "Of the KV cache; default fp8 for 8-bit weights and narrower, else bf16."),
        field("demand", &S::demand, "How many requests come, and when.").required(), field("tokens", &S::tokens, "How long they are."),
        field("tools", &S::tools, "What agents do between calls."), field("slo", &S::slo, "Latency that is promised."),
        field("placement", &S::placement, "Where and how it runs.").required(), field("price", &S::price, "What tokens sell for."),
        field("patience", &S::patience_s, Kind::duration, 0.0, 1e6, "Longest wait before a queued request is given up.", "assumption: one minute")};
  }
};

// A series of 8,760 hourly rates, scaled to the mean that `demand` gives, if it gives one. Throws InputError (AF2501) for a demand that has
// neither mean nor series, or a series and a shape or growth beside it.
std::vector<double> offered_requests_s(DemandParams const& demand, std::vector<double> series_per_s);

// Offered requests a second, mean over n windows of `window_s`; the run starts `start_hour` hours after Monday 00:00 local time.
// Throws InputError (AF2501) for a profile without 24 hours and 7 days or with nothing in it.
std::vector<double> offered_requests_s(DemandParams const& demand, DemandProfile const& profile, double start_hour, double window_s, std::size_t n);

// Mean of one answer and one prompt under the log-normal laws.
double mean_token(LengthParams const& length);

// Output tokens that wait between windows (facility state). Fluid: what capacity does not serve waits, and is given up after
// `patience_s` of waiting, so the backlog never exceeds capacity x patience.
struct BacklogStep {
  double served_token_s = 0, abandoned_token_s = 0, backlog_token = 0, wait_s = 0;
};
BacklogStep step_backlog(double backlog_token, double offered_token_s, double capacity_token_s, double patience_s, double dt_s);

}  // namespace aif::workloads
