#pragma once
// Replicas behind a router, run from event to event: arrival, release of a successor, end of a replica's planned run. Pools of
// disaggregated prefill and decode are chained by a KV transfer. Results do not depend on anything but the inputs.

#include <array>
#include <string_view>

#include "core/interrupt.hpp"
#include "workloads/serving/replica.hpp"

namespace aif::workloads {

// prefix: to the replica whose caches keep most of the prompt, as cache-aware routers do (docs/theory/serving.md).
enum class Routing { round_robin, least_loaded, session, prefix };
constexpr auto enum_names(Routing) { return std::array<std::string_view, 4>{"round_robin", "least_loaded", "session", "prefix"}; }

struct Pool {
  StepTimes times;
  SchedulerParams scheduler;
  int replicas = 1;
};

// What happens to a replica of the serving pool. down: its requests start again elsewhere, from prompt and answer so far, and its
// caches are lost. drain: it takes no more and finishes what runs. up: it serves again (any cold start has passed by then).
struct ReplicaEvent {
  enum class Kind { down, drain, up };
  double at_s = 0;
  int replica = 0;
  Kind kind = Kind::down;
};

constexpr auto enum_names(ReplicaEvent::Kind) { return std::array<std::string_view, 3>{"down", "drain", "up"}; }

// Adds a replica when each has more than `high` requests outstanding, drains the last when each has less than `low`.
struct Autoscaler {
  double every_s = 0;  // 0: none
  double high = 50, low = 10, cold_start_s = 120;
  int fewest = 1;      // serve.replicas are the most
};

// `decode.replicas == 0`: `serve` does both phases. Else `serve` prefills, `decode` goes on after the transfer.
struct Deployment {
  Pool serve, decode{{}, {}, 0};
  Routing routing = Routing::least_loaded;
  std::vector<ReplicaEvent> events;  // by rising time
  Autoscaler autoscaler;
  double transfer_s = 0, transfer_token_s = 0;  // KV from prefill to decode: latency, and seconds for each prompt token
};

struct SimulationResult {
  RequestResults requests;
  ReplicaTally serve, decode;    // sums over the replicas of the pool
  double measured_s = 0;         // seconds that the tallies cover
  double end_s = 0;              // when the last request was done, or the horizon
  std::size_t done = 0, refused = 0, cut_off = 0;
  std::size_t events = 0;
  double replica_s = 0;          // of the serving pool: up or draining, integrated over the run
};

struct SimulationOptions {
  double horizon_s = std::numeric_limits<double>::infinity();  // nothing is planned after it; what is unfinished counts as cut off
  double measure_from_s = 0;     // tallies are counted from here to there; latencies of every request are kept
  double measure_to_s = std::numeric_limits<double>::infinity();
  bool audit = false;            // recount pages, contexts and sequences at every event; throws std::logic_error when they differ
};

// Throws InputError (AF2505) for events of replicas that do not exist or out of order.
SimulationResult simulate(RequestTable const& requests, Deployment const& deployment, SimulationOptions const& options = {},
                          RunControl const& control = {});

}  // namespace aif::workloads
