#pragma once
// Readers of request traces into request tables: a user's own log, Azure LLM inference (CSV), Mooncake (JSON lines with prefix block
// hashes), Claude Code sessions (JSON lines with block ranges), BurstGPT's day. Plain, gz and xz. Bad rows are collected and
// reported together with their lines (AF4501 columns, AF4502 times, AF4503 lengths, AF4504 not JSON); nothing is skipped.
// Layouts: library/traces/SOURCES.md.

#include <string>
#include <vector>

#include "workloads/serving/requests.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::sim {

workloads::RequestTable read_azure_trace(std::string const& path);
workloads::RequestTable read_mooncake_trace(std::string const& path);

// Sessions as chains: a call waits for the one before it and for the sub-agents in between, then for the gap that the trace shows
// after the last of them. Session s starts at s x `spacing_s`. Block ids of sessions are disjoint.
struct SessionTrace {
  workloads::RequestTable requests;
  std::vector<double> at_s, call_s;  // as recorded: start of each call and how long it took (0: not recorded)
  std::size_t sessions = 0, sub_agents = 0;
  double busy_frac = 0;              // share of the sessions' own time inside a call of the main agent
};
SessionTrace read_session_trace(std::string const& path, double spacing_s = 0.0, std::size_t most_sessions = static_cast<std::size_t>(-1));

// A user's own log: `time, input [tok], output [tok]` and, where it is known, `cached [tok]`; times as text or as seconds.
workloads::RequestTable read_request_log(std::string const& path);

// By the name's end and the first line: .csv is a user's log or Azure's, .jsonl Mooncake or sessions. Throws AF4505 when it is none of them.
workloads::RequestTable read_trace(std::string const& path);

// Hour of day from the columns hour and session_count; days level.
workloads::DemandProfile read_hourly_shape(std::string const& path);

}  // namespace aif::sim
