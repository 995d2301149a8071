// plan serving: the Pareto front of output tokens/s per device against tokens/s per user for one model on one device type.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/option_values.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "models/compute/plan_serving.hpp"
#include "sim/scenario/library.hpp"

namespace aif::cli {
namespace {

namespace cp = aif::compute;

struct PlanServingOptions {
  std::string model, device = "lib:profiles/h200_sxm", precision = "fp8", kv = "fp8", engine = "trtllm", input = "4 ktok", output = "1 ktok", ttft, tpot;
  int devices = 8, points = 24;
  double usd_per_hour = 0;
  bool aggregated = false;
};

std::string layout_text(cp::PlanPoint const& p) {
  auto one = [](cp::WorkerLayout const& w) {
    std::string text = fmt::format("tp{}", w.tp);
    if (w.attention_dp > 1) text += fmt::format(" dp{}", w.attention_dp);
    if (w.ep > 1) text += fmt::format(" ep{}", w.ep);
    if (w.pp > 1) text += fmt::format(" pp{}", w.pp);
    return text;
  };
  if (p.prefill_workers == 0) return one(p.worker);
  return fmt::format("{} x ({}) + {} x ({}) prefill", p.workers, one(p.worker), p.prefill_workers, one(p.prefill));
}

// Points to show: the ends and an even choice between.
std::vector<cp::PlanPoint> thinned(std::vector<cp::PlanPoint> const& front, int most) {
  if (static_cast<int>(front.size()) <= most || most < 2) return front;
  std::vector<cp::PlanPoint> out;
  for (int i = 0; i < most; ++i) out.push_back(front[(front.size() - 1) * static_cast<std::size_t>(i) / static_cast<std::size_t>(most - 1)]);
  return out;
}

std::string table_of(cp::ServingPlan const& plan, cp::PlanRequest const& r, int most) {
  std::string out = fmt::format("{} in {} on {}, {:.0f} tokens in, {:.0f} out; {} designs tried, {} points feasible\n\n", r.model->id, enum_name(r.weights), r.profile->id,
                                r.input_token, r.output_token, plan.tried, plan.feasible);
  out += fmt::format("{:>10} {:>12} {:>17} {:>9} {:>9} {:>7} {:>8} {:>12}{}  layout\n", "tok/s/user", "tok/s/device", "90 % band", "TTFT", "TPOT", "W", "J/token", "tok/s/MW",
                     r.usd_per_device_hour > 0 ? "   USD/Mtok" : "");
  for (auto const& p : thinned(plan.front, most)) {
    out += fmt::format("{:>10.1f} {:>12.1f} {:>8.0f}-{:<8.0f} {:>9} {:>9} {:>7.0f} {:>8.3g} {:>12.3g}", p.user_token_s, p.out_token_s_device, p.out_token_s_device * p.low,
                       p.out_token_s_device * p.high, format_quantity(p.ttft_s, Kind::duration, 3), format_quantity(p.tpot_s, Kind::duration, 3), p.device_w, p.joule_per_token, p.token_s_mw);
    if (r.usd_per_device_hour > 0) out += fmt::format(" {:>10.3f}", p.usd_per_mtok);
    out += fmt::format("  {}, batch {:.0f}\n", layout_text(p), p.batch);
  }
  return out;
}

std::string json_of(cp::ServingPlan const& plan, cp::PlanRequest const& r) {
  std::string out = fmt::format(R"({{"model": "{}", "device": "{}", "precision": "{}", "input_token": {}, "output_token": {}, "tried": {}, "feasible": {}, "front": [)", r.model->id,
                                r.profile->id, enum_name(r.weights), r.input_token, r.output_token, plan.tried, plan.feasible);
  for (std::size_t i = 0; i < plan.front.size(); ++i) {
    auto const& p = plan.front[i];
    out += fmt::format("{}\n{{\"layout\": \"{}\", \"devices\": {}, \"batch\": {}, \"user_token_s\": {:.6g}, \"out_token_s_device\": {:.6g}, \"low\": {:.6g}, \"high\": {:.6g}, "
                       "\"ttft_s\": {:.6g}, \"tpot_s\": {:.6g}, \"device_w\": {:.6g}, \"joule_per_token\": {:.6g}, \"out_token_s_mw\": {:.6g}",
                       i ? "," : "", layout_text(p), p.devices, p.batch, p.user_token_s, p.out_token_s_device, p.out_token_s_device * p.low, p.out_token_s_device * p.high, p.ttft_s,
                       p.tpot_s, p.device_w, p.joule_per_token, p.token_s_mw);
    if (r.usd_per_device_hour > 0) out += fmt::format(", \"usd_per_mtok\": {:.6g}", p.usd_per_mtok);
    out += "}";
  }
  return out + "]}\n";
}

int plan(PlanServingOptions const& o, Frame const& frame) {
  if (o.model.empty()) refuse_option("--model", "no model is named", "--model lib:models/llama-3.1-70b");
  sim::Library const library;
  auto model = library.load_as<cp::ModelArchitecture>(o.model);
  model.id = o.model.substr(o.model.rfind('/') + 1);
  HardwareProfile const profile = read_profile(library.asset_path(o.device));
  cp::PlanRequest r;
  r.profile = &profile;
  r.model = &model;
  r.fit = cp::read_serving_fit(library.asset_path("lib:engines/serving_fit"));
  r.family = word_of<cp::EngineFamily>("--engine", o.engine);
  r.weights = word_of<Precision>("--precision", o.precision);
  r.kv = word_of<Precision>("--kv", o.kv);
  r.input_token = quantity_of("--input", o.input, Kind::tokens);
  r.output_token = quantity_of("--output", o.output, Kind::tokens);
  if (!(r.input_token >= 1 && r.output_token >= 2)) refuse_option("--input, --output", "a request has at least one token in and two out", "--input '4 ktok' --output '1 ktok'");
  r.ttft_limit_s = quantity_or("--ttft", o.ttft, Kind::duration, 0);
  r.tpot_limit_s = quantity_or("--tpot", o.tpot, Kind::duration, 0);
  r.max_devices = o.devices;
  r.pools = !o.aggregated;
  r.usd_per_device_hour = o.usd_per_hour;
  auto const result = cp::plan_serving(r);
  if (result.front.empty()) {
    frame.print(result.refusals);
    std::fputs("aifactory plan serving: no design meets the limits\n", stderr);
    return kCheckFailed;
  }
  std::fputs((frame.json ? json_of(result, r) : table_of(result, r, o.points)).c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_plan_serving(CLI::App& group, Frame& frame) {
  auto const o = std::make_shared<PlanServingOptions>();
  CLI::App* verb = frame.verb(group, "serving", "Pareto front of replicas and parallelism for a model", [o, &frame] { return plan(*o, frame); });
  verb->add_option("--model", o->model, "Model, lib:models/NAME");
  verb->add_option("--device", o->device, "Device, lib:profiles/NAME")->capture_default_str();
  verb->add_option("--precision", o->precision, "Of the weights")->capture_default_str();
  verb->add_option("--kv", o->kv, "Of the KV cache")->capture_default_str();
  verb->add_option("--engine", o->engine, "trtllm, vllm or sglang")->capture_default_str();
  verb->add_option("--input", o->input, "Mean prompt length")->capture_default_str();
  verb->add_option("--output", o->output, "Mean answer length")->capture_default_str();
  verb->add_option("--ttft", o->ttft, "Longest time to first token, without a queue: `500 ms`");
  verb->add_option("--tpot", o->tpot, "Longest time per output token: `20 ms`");
  verb->add_option("--devices", o->devices, "Most devices of a replica")->check(CLI::Range(1, 1024))->capture_default_str();
  verb->add_option("--usd-per-device-hour", o->usd_per_hour, "Price of a device; adds dollars per million tokens")->check(CLI::Range(0.0, 1e4));
  verb->add_option("--points", o->points, "Most points of the table")->check(CLI::Range(2, 1000))->capture_default_str();
  verb->add_flag("--aggregated", o->aggregated, "Leave out separate prefill and decode pools");
}

}  // namespace aif::cli
