#pragma once
// Claim 4: agents talk by messages; where do PCIe cards beat a rack-scale link? Sessions of a real trace on each machine, with and
// without a tier for the KV of sleeping sessions (request simulator); then the crossover in closed form: cost and watts of a million
// output tokens against the speed promised to a user, the price at which two machines cost the same, and what sub-agents add.
//
// A session calls every `period`: the model answers, then a tool runs while its KV sleeps in device memory or in a tier. Without a tier
// sleeping sessions hold their memory, so no more can be served than fit.  Neglects: sessions that move between machines.

#include "contracts/operators.hpp"
#include "core/interrupt.hpp"
#include "sim/claims/study.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/rack.hpp"

namespace aif::sim {

struct AgentMachineParams {
  std::string id, title;
  RackParams rack;
  double tier_byte_per_device = 160e9;

  static constexpr auto fields() {
    using M = AgentMachineParams;
    return FieldList{field("id", &M::id, "Name of the machine.").required(), field("title", &M::title, "What it is, for people."), field("rack", &M::rack, "Its rack: lib:racks/NAME.").required(),
                      field("tier", &M::tier_byte_per_device, Kind::data, 0.0, 1e14, "Host memory for sleeping KV, of one accelerator.", "assumption: 160 GB")};
  }
};

struct AgentModelParams {
  std::string id, model;
  Precision precision = Precision::fp8;

  static constexpr auto fields() {
    using M = AgentModelParams;
    return FieldList{field("id", &M::id, "Name in the tables.").required(), field("model", &M::model, "lib:models/NAME.").required(), field("precision", &M::precision, "Of the weights.")};
  }
};

struct AgentsStudy {
  static constexpr std::string_view type_name = "agents";
  std::string id, title, trace = "lib:traces/claude_code_block_ranges_kvcachetester";
  std::vector<AgentMachineParams> machines;
  std::vector<AgentModelParams> models;
  double context_token = 118296, new_token = 4467, output_token = 440, period_s = 140, ttft_s = 10, tpot_s = 0.025;
  double sessions = 120;
  std::vector<double> user_token_s{10, 20, 30, 40, 60, 80, 100, 150}, sub_agents{1, 2, 4, 8, 16}, price_factors{0.5, 0.75, 1.0, 1.5, 2.0, 3.0};
  double message_byte = 0.5e6, sub_context_token = 20000;
  double pue = 1.2, electricity_usd_j = 0.08 / 3.6e6, wacc_frac = 0.09, plant_usd_per_w = 9.5;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = AgentsStudy;
    auto const number = [](std::string_view key, std::vector<double> S::*member, std::string_view doc) { return field(key, member, Kind::number, 0.01, 1e6, doc); };
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("trace", &S::trace, "Sessions that are replayed; empty: none."), field("machines", &S::machines, "Machines that compete.").required(), field("models", &S::models, "Models that they serve.").required(),
        field("context", &S::context_token, Kind::tokens, 1.0, 1e8, "Prompt of a call.", "Claude Code traces: 118,296"), field("new", &S::new_token, Kind::tokens, 1.0, 1e8, "Of it not seen before.", "Claude Code traces: 4,467"),
        field("output", &S::output_token, Kind::tokens, 1.0, 1e7, "Answer.", "Claude Code traces: 440"), field("period", &S::period_s, Kind::duration, 1.0, 1e6, "Between two calls of a session.", "workloads reference, section 5"),
        field("ttft_p95", &S::ttft_s, Kind::duration, 0.01, 1e4, "First token that 95 % of calls meet.", "assumption"), field("tpot_p95", &S::tpot_s, Kind::duration, 1e-4, 10.0, "Time per output token that 95 % of calls meet.", "assumption"),
        field("sessions", &S::sessions, Kind::number, 4, 692, "Sessions of the trace that are replayed."),
        number("user_speed", &S::user_token_s, "Speeds promised to a user, tokens a second."), number("sub_agents", &S::sub_agents, "Sub-agents that a call starts."), number("price_factors", &S::price_factors, "Factors on the price of the first machine."),
        field("message", &S::message_byte, Kind::data, 0.0, 1e12, "Text that one call sends to another.", "whole context as JSON"), field("sub_context", &S::sub_context_token, Kind::tokens, 1.0, 1e8, "Prompt of a sub-agent.", "assumption"),
        field("pue", &S::pue, Kind::number, 1.0, 3.0, "Site over IT.", "assumption"), field("electricity", &S::electricity_usd_j, Kind::money_per_energy, 0.0, 1e-6, "Price of electricity.", "assumption"),
        field("discount_rate", &S::wacc_frac, Kind::fraction, 0.0, 0.5, "Cost of capital.", "assumption"), field("plant", &S::plant_usd_per_w, Kind::money_per_power, 0.0, 100.0, "Building, electrical and cooling plant of a watt of IT.", "assumption"),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

StudyResult run_study(AgentsStudy const& study, Library const& library, RunControl const& control);

// Sessions of the trace that one replica of a machine holds within the targets, by bisection over their spacing.
struct SessionCapacity {
  double sessions = 0, device = 1;  // of one replica; its devices
  double cache_hit_frac = 0, device_w = 0, ttft_p95_s = 0;
  std::string design, refusal;
};
SessionCapacity session_capacity(AgentsStudy const& study, AgentMachineParams const& machine, AgentModelParams const& model, bool with_tier, Library const& library, RunControl const& control);

}  // namespace aif::sim
