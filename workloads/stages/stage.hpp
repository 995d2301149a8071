#pragma once
// A job as a small graph of stages (library/products, or `stages:` of a scenario). A stage names a model and counts; it waits for
// the stages in `after` and for a gap. Four kinds: a part of a network on an accelerator, a language model on an accelerator,
// work on processor cores, work of people. What a stage costs on a machine: plan.hpp. Checks of the graph: graph.hpp.

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contracts/operators.hpp"
#include "core/fields.hpp"
#include "models/compute/operator_cost.hpp"

namespace aif::workloads {

// Where the state of a stage (KV cache, session) sleeps while the job waits; none: it is made anew.
enum class StateHome { none, hbm, host, tier };
constexpr auto enum_names(StateHome) { return std::array<std::string_view, 4>{"none", "hbm", "host", "tier"}; }

struct StageBase {
  std::string id;
  std::vector<std::string> after;
  double gap_s = 0;      // before it starts, once what it waits for is done: a tool call, a network round trip
  double per_job = 1;    // times it runs in one job, side by side (fan-out)

  template <class S>
  static constexpr auto base_fields() {
    return FieldList{
        field("id", &S::id, "Name of the stage.").required(),
        field("after", &S::after, "Stages that it waits for."),
        field("gap", &S::gap_s, Kind::duration, 0.0, 1e7, "Wait before it starts: a tool, a round trip.", "none"),
        field("per_job", &S::per_job, Kind::number, 1e-6, 1e6, "Times it runs in one job, side by side.", "once")};
  }
};

struct NetworkStage : StageBase {
  static constexpr std::string_view type_name = "network";
  std::string network, part;
  Precision precision = Precision::bf16, attention_precision = Precision::bf16;
  compute::Execution execution = compute::Execution::captured;
  double samples = 1, tokens = 0, context = 0, cross = 0, width = 0, height = 0, frames = 1, repeats = 1;
  bool decodes = false;
  int max_batch = 1;
  double upload_byte = 0, requests = 0;

  static constexpr auto fields() {
    using S = NetworkStage;
    auto const count = [](std::string_view key, double S::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e9, doc); };
    return join_fields(base_fields<S>(), FieldList{
        field("network", &S::network, "The network: lib:networks/NAME.").required(),
        field("part", &S::part, "Part of it; empty: the first."),
        field("precision", &S::precision, "Of matrix products and convolutions."), field("attention_precision", &S::attention_precision, "Of attention scores."),
        field("execution", &S::execution, "Kernels from a captured graph, or one by one."),
        field("samples", &S::samples, Kind::number, 1, 1e6, "Samples of one job in a call: guidance doubles them."),
        count("tokens", &S::tokens, "Tokens of a sample: words, patches, frames, residues."), count("context", &S::context, "Tokens that are cached already."),
        count("cross", &S::cross, "Tokens that cross attention reads."), count("width", &S::width, "Pixels, or frames of sound."), count("height", &S::height, "Pixels."),
        count("frames", &S::frames, "Frames of a clip."),
        field("repeats", &S::repeats, Kind::number, 1, 1e9, "Calls one after another: denoising steps, tokens, recycles."),
        field("decodes", &S::decodes, "The repeats decode tokens: context grows."),
        field("max_batch", &S::max_batch, Kind::number, 1, 1e6, "Jobs that may share a call."),
        field("upload", &S::upload_byte, Kind::data, 0, 1e12, "Over the host link for each job.", "none"),
        field("requests", &S::requests, Kind::number, 0, 1e6, "Passes of the host's program around the kernels, for each job: decoding, resizing, tokenising.", "none")});
  }
};

struct LanguageStage : StageBase {
  static constexpr std::string_view type_name = "language";
  std::string model;
  Precision precision = Precision::fp8;
  std::optional<Precision> kv_precision;
  double input_token = 0, cached_token = 0, output_token = 1;
  StateHome home = StateHome::none;
  double tpot_s = 0;

  static constexpr auto fields() {
    using S = LanguageStage;
    return join_fields(base_fields<S>(), FieldList{
        field("model", &S::model, "The model: lib:models/NAME.").required(), field("precision", &S::precision, "Of the weights."),
        field("kv_precision", &S::kv_precision, "Of the KV cache; default fp8 for 8-bit weights and narrower, else bf16."),
        field("input", &S::input_token, Kind::tokens, 1.0, 1e8, "Prompt tokens that are not cached.").required(),
        field("cached", &S::cached_token, Kind::tokens, 0.0, 1e8, "Prompt tokens whose KV is kept from an earlier call.", "none"),
        field("output", &S::output_token, Kind::tokens, 1.0, 1e8, "Output tokens.").required(),
        field("state", &S::home, "Where the KV of the session sleeps until its next call."),
        field("tpot", &S::tpot_s, Kind::duration, 0.0, 100.0, "Longest time per output token; 0 s: what the job's latency target leaves.", "none")});
  }
};

struct CpuStage : StageBase {
  static constexpr std::string_view type_name = "cpu";
  double core_s = 0, cores = 1, memory_byte = 0, read_byte = 0;
  std::string tier;

  static constexpr auto fields() {
    using S = CpuStage;
    return join_fields(base_fields<S>(), FieldList{
        field("core_time", &S::core_s, Kind::duration, 0.0, 1e8, "Core-seconds of one run.").required(),
        field("cores", &S::cores, Kind::number, 1.0, 1e5, "Cores that one run uses at once.", "one"),
        field("memory", &S::memory_byte, Kind::data, 0.0, 1e13, "Host memory of one run.", "none"),
        field("read", &S::read_byte, Kind::data, 0.0, 1e15, "Bytes that one run reads from storage.", "none"),
        field("tier", &S::tier, "Storage tier that it reads; empty: node-local flash.")});
  }
};

struct PeopleStage : StageBase {
  static constexpr std::string_view type_name = "people";
  std::string role;
  double work_s = 0;

  static constexpr auto fields() {
    using S = PeopleStage;
    return join_fields(base_fields<S>(), FieldList{
        field("role", &S::role, "Role of the scenario's `people`.").required(),
        field("work", &S::work_s, Kind::duration, 0.0, 1e7, "Time of one person for one run.").required()});
  }
};

using Stage = std::variant<NetworkStage, LanguageStage, CpuStage, PeopleStage>;
inline StageBase const& base(Stage const& stage) {
  return std::visit([](auto const& s) -> StageBase const& { return s; }, stage);
}

// What a job makes and how: an entry of library/products.
struct ProductParams {
  std::string title, unit = "job", token_name;
  double units_per_job = 1, tokens_out = 0, tokens_in = 0;
  bool makes_text = false;
  std::vector<Stage> stages;
  double latency_p95_s = 0;
  double upload_byte = 0, download_byte = 0;

  static constexpr auto fields() {
    using P = ProductParams;
    return FieldList{
        field("title", &P::title, "What it is, for people."),
        field("unit", &P::unit, "What the customer buys: image, second of audio, complex, action chunk.").required(),
        field("units_per_job", &P::units_per_job, Kind::number, 1e-9, 1e9, "Units that one job makes.", "one"),
        field("token_name", &P::token_name, "What the model itself calls a token: latent patch, residue, frame."),
        field("tokens_out", &P::tokens_out, Kind::number, 0, 1e12, "Native tokens that one unit holds."),
        field("tokens_in", &P::tokens_in, Kind::number, 0, 1e12, "Native tokens that one unit takes in."),
        field("makes_text", &P::makes_text, "Its output tokens are text and count in the site's."),
        field("stages", &P::stages, "How it is made.").required(),
        field("latency_p95", &P::latency_p95_s, Kind::duration, 0.0, 1e8, "Time from arrival to delivery that 95 % of jobs meet; 0 s: no target.", "none"),
        field("upload", &P::upload_byte, Kind::data, 0.0, 1e13, "Into the site with each job.", "none"),
        field("download", &P::download_byte, Kind::data, 0.0, 1e13, "Out of the site with each job.", "none")};
  }
};

}  // namespace aif::workloads
