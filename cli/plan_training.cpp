// plan training: the best parallel layout of a model on a number of devices, its step time by cause, and goodput under failures.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/option_values.hpp"
#include "cli/verbs.hpp"
#include "contracts/profile_json.hpp"
#include "models/network/site.hpp"
#include "sim/scenario/library.hpp"
#include "workloads/training/training.hpp"

namespace aif::cli {
namespace {

namespace wl = aif::workloads;

struct PlanTrainingOptions {
  std::string model, device = "lib:profiles/h200_sxm", precision = "fp8", recompute = "none", sharding = "optimizer", nic = "400 Gbit/s", checkpoint_write = "100 GB/s", node_link = "200 Gbit/s";
  std::vector<std::string> free;
  int devices = 1024;
  bool spares_that_pay = false;
  wl::TrainingWorkloadParams run;
};

std::string table_of(wl::TrainingPlan const& p, PlanTrainingOptions const& o) {
  auto const& l = p.layout;
  std::string out = fmt::format("{} on {} x {}, {}\n\n", o.run.id, o.devices, o.device, enum_name(p.precision));
  if (l.devices() < o.devices) out += fmt::format("  job         {} devices, {:.0f} nodes in reserve\n", l.devices(), o.run.spares);
  out += fmt::format("  layout      tp {} pp {} cp {} ep {} dp {} vp {}, micro-batch {}, {} micro-batches, recompute {}, sharding {}\n", l.tp, l.pp, l.cp, l.ep, l.dp, l.vp, l.micro_batch,
                     l.micro_batches(), enum_name(l.recompute), enum_name(l.sharding));
  out += fmt::format("  step        {:.4g} s ({:.4g}-{:.4g} with 90 %), {:.4g} tok/s, {:.4g} tok/s a device, MFU {:.1f} %\n", p.step.time_s, p.step.time_s * p.error.low,
                     p.step.time_s * p.error.high, p.token_s, p.token_s / l.devices(), 100 * p.mfu);
  for (std::size_t i = 0; i < p.step.part_s.size(); ++i)
    if (p.step.part_s[i] > 0.0005 * p.step.time_s)
      out += fmt::format("    {:<18} {:>9.4g} s {:>6.1f} %\n", enum_name(static_cast<wl::StepBound>(i)), p.step.part_s[i], 100 * p.step.part_s[i] / p.step.time_s);
  out += fmt::format("  binds       {}\n", p.binding);
  out += fmt::format("  memory      {:.1f} GB a device: weights {:.1f}, gradients {:.1f}, optimiser {:.1f}, activations {:.1f}\n", p.memory.total_byte() * 1e-9, p.memory.weight_byte * 1e-9,
                     p.memory.gradient_byte * 1e-9, p.memory.optimizer_byte * 1e-9, p.memory.activation_byte * 1e-9);
  out += fmt::format("  checkpoint  {:.3g} TB every {:.0f} s, {:.3g} s each, {:.3g} s to write (bound by {}); restart {:.0f} s\n", p.checkpoint_byte * 1e-12, p.checkpoint_interval_s, p.checkpoint_stall_s,
                     p.checkpoint_write_s, enum_name(p.checkpoint_bound), p.restart_s);
  out += fmt::format("  failures    one in {:.3g} h; goodput {:.1f} % ({:.1f}-{:.1f} % in 9 years of 10), {:.4g} tok/s\n", 1 / p.failures_per_s / 3600, 100 * p.goodput_frac, 100 * p.years.goodput_low,
                     100 * p.years.goodput_high, p.good_token_s);
  out += fmt::format("              {:.1f} % of the time is work done again, {:.1f} % is work of replicas that wait for a node, {:.1f} % no node at all\n", 100 * p.years.lost_frac, 100 * p.years.shrunk_frac,
                     100 * p.years.waiting_frac);
  return out;
}

std::string json_of(wl::TrainingPlan const& p) {
  auto const& l = p.layout;
  std::string out = fmt::format(R"({{"devices": {}, "precision": "{}", "recompute": "{}", "sharding": "{}", "tp": {}, "pp": {}, "cp": {}, "ep": {}, "dp": {}, "vp": {}, "micro_batch": {}, "step_time_s": {:.6g}, "token_s": {:.6g}, "mfu": {:.6g}, )",
                                l.devices(), enum_name(p.precision), enum_name(l.recompute), enum_name(l.sharding), l.tp, l.pp, l.cp, l.ep, l.dp, l.vp, l.micro_batch, p.step.time_s, p.token_s, p.mfu);
  for (std::size_t i = 0; i < p.step.part_s.size(); ++i) out += fmt::format("\"{}_s\": {:.6g}, ", enum_name(static_cast<wl::StepBound>(i)), p.step.part_s[i]);
  return out + fmt::format(R"("binding": "{}", "memory_byte": {:.6g}, "checkpoint_interval_s": {:.6g}, "goodput_frac": {:.6g}, "goodput_low": {:.6g}, "goodput_high": {:.6g}, "good_token_s": {:.6g}, "low": {:.4g}, "high": {:.4g}}})", p.binding,
                           p.memory.total_byte(), p.checkpoint_interval_s, p.goodput_frac, p.years.goodput_low, p.years.goodput_high, p.good_token_s, p.error.low, p.error.high) + "\n";
}

int plan(PlanTrainingOptions o, Frame const& frame) {
  if (o.model.empty()) refuse_option("--model", "no model is named", "--model lib:models/llama-3.1-70b");
  sim::Library const library;
  auto model = library.load_as<compute::ModelArchitecture>(o.model);
  model.id = o.run.id = o.model.substr(o.model.rfind('/') + 1);
  HardwareProfile const profile = read_profile(library.asset_path(o.device));
  o.run.precision = word_of<Precision>("--precision", o.precision);
  o.run.recompute = word_of<wl::Recompute>("--recompute", o.recompute);
  o.run.sharding = word_of<wl::Sharding>("--sharding", o.sharding);
  for (auto const& choice : o.free) o.run.free.push_back(word_of<wl::FreeChoice>("--free", choice));
  if (o.run.spares * o.run.devices_per_node >= o.devices) refuse_option("--spares", fmt::format("{:.0f} nodes in reserve leave none of the {} devices", o.run.spares, o.devices), "fewer spares");
  auto const device = wl::training_device(profile);
  double link = 0;
  for (auto const& l : profile.datasheet.links)
    if (l.kind == "nvlink") link = l.byte_s_per_direction;
  int const per_rack = device.scale_up_domain > 8 ? device.scale_up_domain : std::min(8, o.devices);
  network::NetworkGroup const group{"run", (o.devices + per_rack - 1) / per_rack, per_rack, 1, quantity_of("--nic", o.nic, Kind::data_rate), device.scale_up_domain, link, 0, 0};
  auto const site = network::build_site_network({}, {&group, 1});
  TierTable tier;
  tier.tier = "checkpoint";
  tier.burst_efficiency = 1;  // the rate given is what a burst sees
  tier.write_byte_s = tier.read_byte_s = quantity_of("--checkpoint-write", o.checkpoint_write, Kind::data_rate);
  wl::TrainingSite where;
  where.node_link_byte_s = quantity_of("--node-link", o.node_link, Kind::data_rate);
  auto const result = wl::plan_training(o.run, model, profile, network::collective_tables(site), {&tier, 1}, o.devices, where);
  if (!result.fits)
    throw InputError(Diagnostic{"AF2508", Severity::error, result.problem, "plan training", {}, "free the degree that is pinned, or change the number of devices", 1});
  std::fputs((frame.json ? json_of(result) : table_of(result, o)).c_str(), stdout);
  if (o.spares_that_pay && !frame.json) {
    auto const years = wl::failure_years_of(o.run, result, where);
    auto const best = wl::best_spares(years, years.nodes / 4 + 8, where.seed);
    std::fputs(fmt::format("  spares      {} nodes in reserve give most useful work per node owned: goodput {:.1f} %\n", best.spares, 100 * best.goodput).c_str(), stdout);
  }
  return kSuccess;
}

}  // namespace

void add_plan_training(CLI::App& group, Frame& frame) {
  auto options = std::make_shared<PlanTrainingOptions>();
  CLI::App* verb = frame.verb(group, "training", "Choose the parallel layout of a training run", [options, &frame] { return plan(*options, frame); });
  auto& run = options->run;
  verb->add_option("--model", options->model, "Model of the library")->type_name("LIB");
  verb->add_option("--device", options->device, "Device profile")->type_name("LIB");
  verb->add_option("--devices", options->devices, "Number of devices")->check(CLI::Range(1, 1000000));
  verb->add_option("--precision", options->precision, "bf16, fp8 or fp4");
  verb->add_option("--global-batch", run.global_batch, "Sequences of a step")->check(CLI::PositiveNumber);
  verb->add_option("--seq-len", run.seq_len, "Tokens of a sequence")->check(CLI::PositiveNumber);
  for (auto const& [name, member] : {std::pair{"--tp", &run.tp}, {"--pp", &run.pp}, {"--dp", &run.dp}, {"--cp", &run.cp}, {"--ep", &run.ep}, {"--vp", &run.vp}, {"--micro-batch", &run.micro_batch}})
    verb->add_option(name, *member, "Pinned; left out: searched")->check(CLI::NonNegativeNumber);
  verb->add_option("--recompute", options->recompute, "none, selective or full");
  verb->add_option("--sharding", options->sharding, "none, optimizer, gradients or fsdp");
  verb->add_option("--nic", options->nic, "Scale-out rate of a device");
  verb->add_option("--checkpoint-write", options->checkpoint_write, "Rate of the checkpoint storage in a burst");
  verb->add_option("--node-link", options->node_link, "Front-end link of a node, over which checkpoints go");
  verb->add_option("--free", options->free, "Searched, too: recompute, sharding, precision");
  verb->add_option("--spares", run.spares, "Nodes kept in reserve")->check(CLI::NonNegativeNumber);
  verb->add_flag("--spares-that-pay", options->spares_that_pay, "Say how many nodes in reserve pay");
}

}  // namespace aif::cli
