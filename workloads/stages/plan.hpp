#pragma once
// What a product costs on a machine and how many jobs a second the machine can do: each stage lowered to operator calls at its
// best batch and width, devices split between the pools of stages, and the resource that runs out first.
//
//   pools: the network stages share devices when their weights fit side by side; each language model has replicas of its own;
//          processor stages draw on cores, people on their roles
//   jobs/s = min over resources of what there is over what a job takes; devices are split so that their pools run out together
//
// A stage's batch is the largest power of two that fits memory and the latency target; its width (devices that work on one job)
// the smallest that does. Neglects queueing (simulate.hpp sees it), fragmentation of memory, and swapping of weights.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "contracts/limits.hpp"
#include "contracts/service_tables.hpp"
#include "models/compute/operator_cost.hpp"
#include "models/compute/replica.hpp"
#include "models/compute/step.hpp"
#include "workloads/stages/graph.hpp"

namespace aif::workloads {

// A group of devices with what stands beside them.
struct Machine {
  HardwareProfile const* profile = nullptr;
  compute::OperatorEfficiency efficiency;
  int devices = 1, domain = 1;        // domain: devices on one scale-up link
  double cores = 0;                   // processor cores for stages, of the whole machine
  double host_byte = 0;               // host memory for jobs and sleeping state, of the whole machine
  std::vector<TierTable> tiers;
  std::map<std::string, double> people;  // by role, at work
  // The replica that a language stage becomes; throws InputError with the reason when none fits.
  std::function<compute::ReplicaDesign(LanguageStage const&)> design;
};

// One call of a stage for `batch` jobs on one server of its pool, at a clock.
struct StageCall {
  double time_s = 0;
  compute::CallCost work;   // of one device
};

struct StagePlan {
  std::string id, kind;     // kind: network, language, cpu, people
  int pool = -1;            // index into ProductPlan::pools; -1: takes no server
  int ways = 1, batch = 1;
  std::vector<StageCall> calls;      // by batch 1, 2, 4 ... `batch`; one entry where batches do not exist
  double runs_per_job = 1;
  double device_s = 0, core_s = 0, people_s = 0, read_byte = 0;  // of one job
  double resident_byte = 0, working_byte = 0, state_byte = 0;    // weights and work of one device; state that sleeps, of one job
  compute::CallCost per_job;         // work of all devices for one job
  Bound bound = Bound::compute;
  OpClass busiest = OpClass::gemm;
  double token_in = 0, token_cached = 0, token_out = 0;          // native tokens of one job
};

struct StagePool {
  std::string id;
  enum class Kind { devices, replicas, cores, people } kind = Kind::devices;
  int ways = 1;             // devices of one server
  int servers = 0;          // in the cell that is simulated
  double slots = 1;         // jobs that one server holds at once (replicas: sequences)
  double job_s = 0;         // server-seconds of one job
  double available = 0;     // servers of the whole machine, not rounded
  compute::ReplicaDesign const* design = nullptr;
};

struct ProductPlan {
  bool fits = false;
  std::string problem;      // why not, with the nearest choice
  std::vector<StagePlan> stages;
  std::vector<StagePool> pools;
  std::vector<std::shared_ptr<compute::ReplicaDesign const>> designs;
  double jobs_s = 0;        // of the whole machine at full clock
  std::string binding;      // resource that runs out first: "devices", "cores", "storage", "people.reviewer", "host memory", "device memory"
  Cause cause = Cause::compute;
  double latency_s = 0;     // unloaded
  double device_s = 0;      // device-seconds of one job
  compute::CallCost per_job;
  Bound bound = Bound::compute;
  OpClass busiest = OpClass::gemm;
  double idle_devices = 0;  // that no pool can use, by rounding
};

// `clock_frac` of the highest clock. Never throws for a product that does not fit: `problem` says why.
ProductPlan plan_product(ProductParams const& product, ModelShelf const& shelf, Machine const& machine, double clock_frac = 1.0);

// Gives each pool on devices its servers: one each, then to the pool that runs out first. Returns why it cannot, or nothing.
std::string allocate(std::vector<StagePool>& pools, int devices, double& idle);

// Seconds of one call of a stage and its work, for `jobs` in the batch.
StageCall network_call(NetworkStage const& stage, compute::NetworkPart const& part, compute::Layout const& layout, int jobs, compute::OperatorDevice const& device,
                       compute::OperatorEfficiency const& efficiency);

}  // namespace aif::workloads
