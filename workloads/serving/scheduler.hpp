#pragma once
// What an engine's scheduler may do. Two families cover what people run: `mixed` steps carry prefill chunks beside the decodes
// (vLLM v1 and Sarathi with a token budget, TensorRT-LLM in-flight batching with whole prompts), `prefill_first` runs prompts in
// steps of their own (SGLang). Budgets are the engines' documented defaults; see docs/theory/serving.md.

#include <array>
#include <limits>
#include <string_view>

#include "core/fields.hpp"

namespace aif::workloads {

enum class SchedulerKind { vllm, sarathi, trtllm, sglang };
constexpr auto enum_names(SchedulerKind) { return std::array<std::string_view, 4>{"vllm", "sarathi", "trtllm", "sglang"}; }

// A slower home of KV: host memory, flash pool, object store. Seconds are those of one replica's share of the channel.
struct KvTier {
  double capacity_token = 0, token_s = 0, latency_s = 0;
};

struct SchedulerParams {
  bool mixed = true;            // prefill shares a step with decodes
  bool chunked = true;          // the last prompt of a step may be cut; else only prompts too long for any step are
  bool reserve_output = false;  // KV for the whole answer is set aside at admission: never pre-empts
  int token_budget = 8192;      // tokens in one step
  int max_sequences = 256;
  int block_token = 16;         // KV page
  double kv_token = 1e6;        // KV memory in tokens
  int poll_steps = 1;           // new requests are looked for every so many decode steps,
  int poll_steps_few = 1, poll_few = 0;  // and every so many while fewer than poll_few requests are there
  bool one_prompt = false;      // a step takes one prompt at most (recipes whose budget is a prompt and a little)
  double accepted_per_step = 1; // tokens a sequence gains in a step; above 1 with speculative decoding
  double time_to_live_s = std::numeric_limits<double>::infinity();  // of idle prefixes
  std::array<KvTier, 3> tiers{};  // below HBM; used when the requests carry blocks
  // Added to the time to first token: front end (HTTP, tokeniser, first message), contention in it by the root of the requests
  // there, and decode steps for which admission waits to fill or balance a batch.
  double request_overhead_s = 0, input_token_overhead_s = 0, sqrt_request_overhead_s = 0, admission_wait_steps = 0;
};

SchedulerParams scheduler_defaults(SchedulerKind kind);

}  // namespace aif::workloads
