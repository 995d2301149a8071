#include "workloads/stages/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "workloads/stages/language.hpp"

namespace aif::workloads {
namespace {

using compute::Layout;
using compute::Split;

constexpr double kMemoryShare = 0.92;       // of device memory that weights and work may take; the rest is the runtime's (assumption)
constexpr double kLatencyShare = 0.6;       // of the target that an unloaded job may use: the rest is for waiting
constexpr double kWorthwhile = 0.98;        // a larger batch has to cut device time per job below this
constexpr double kLocalReadByteS = 10e9;    // node-local flash of eight devices (assumption)

double infinite() { return std::numeric_limits<double>::infinity(); }

// How a part may be cut over devices; none where no known way exists.
Split split_of(compute::NetworkPart const& part) {
  if (std::holds_alternative<compute::PairformerPart>(part)) return Split::axial;
  if (std::holds_alternative<compute::MmditPart>(part)) return Split::ulysses;
  if (auto const* t = std::get_if<compute::TransformerPart>(&part)) return t->pixels_per_token > 0 && t->cross_layers > 0 ? Split::ulysses : Split::tensor;
  if (std::holds_alternative<compute::TablesPart>(part) || std::holds_alternative<compute::GraphNetPart>(part)) return Split::tensor;
  return Split::none;
}

class Planner {
 public:
  Planner(ProductParams const& product, ModelShelf const& shelf, Machine const& machine, double clock_frac)
      : product_(product), shelf_(shelf), machine_(machine), clock_frac_(clock_frac), device_(compute::operator_device(*machine.profile, clock_frac)) {}

  ProductPlan plan() {
    for (auto const& stage : product_.stages) {
      StagePlan& s = out_.stages.emplace_back();
      s.id = base(stage).id;
      s.kind = std::visit([](auto const& each) { return std::string(std::decay_t<decltype(each)>::type_name); }, stage);
      s.runs_per_job = base(stage).per_job;
    }
    if (!place_networks() || !place_languages() || !place_cores() || !place_people()) return std::move(out_);
    if (!meet_latency()) return std::move(out_);
    grow_batches();
    for (std::size_t i = 0; i < out_.stages.size(); ++i) charge(i);
    share_devices();
    return std::move(out_);
  }

 private:
  bool refuse(std::string why) {
    out_.problem = std::move(why);
    return false;
  }
  NetworkStage const* network(std::size_t i) const { return std::get_if<NetworkStage>(&product_.stages[i]); }
  compute::NetworkPart const& part(NetworkStage const& s) const { return *compute::find_part(shelf_.networks.at(s.network), s.part); }
  Layout layout(std::size_t i, int ways) const { return ways > 1 ? Layout{split_of(part(*network(i))), ways, CommDomain::scale_up} : Layout{}; }
  compute::Format format(NetworkStage const& s) const { return {s.precision, s.attention_precision, s.precision == Precision::fp32 ? 4.0 : 2.0}; }
  compute::PartWork work(NetworkStage const& s, int jobs) const {
    return {s.samples * jobs, s.tokens, s.context, s.cross, s.width, s.height, s.frames, s.repeats, s.decodes};
  }
  double room() const { return kMemoryShare * machine_.profile->datasheet.hbm_byte; }

  // Smallest width at which weights and the work of one job fit.
  bool place_networks() {
    for (std::size_t i = 0; i < product_.stages.size(); ++i) {
      auto const* s = network(i);
      if (!s) continue;
      auto const& p = part(*s);
      int const most = split_of(p) == Split::none ? 1 : std::min(machine_.domain, machine_.devices);
      bool fits = false;
      for (int ways = 1; ways <= most && !fits; ways *= 2) fits = set_width(i, ways);
      if (!fits)
        return refuse(fmt::format("stage {} needs {:.1f} GB on each of {} devices of {:.0f} GB: no wider cut is possible", s->id, (out_.stages[i].resident_byte + out_.stages[i].working_byte) / 1e9, most, machine_.profile->datasheet.hbm_byte / 1e9));
      if (device_.flop_s[static_cast<std::size_t>(s->precision)] <= 0 || device_.byte_s <= 0) return refuse(fmt::format("{} states no rate for {}", machine_.profile->id, enum_name(s->precision)));
    }
    return share_memory();
  }

  bool set_width(std::size_t i, int ways) {
    auto const* s = network(i);
    StagePlan& plan = out_.stages[i];
    plan.ways = ways;
    plan.resident_byte = compute::resident_byte(part(*s), format(*s), layout(i, ways));
    plan.working_byte = compute::working_byte(part(*s), work(*s, 1), format(*s), layout(i, ways));
    return plan.resident_byte + plan.working_byte <= room();
  }

  // One pool for all network stages when their weights fit side by side at the widest cut; else one for each part.
  bool share_memory() {
    int widest = 1;
    bool same_cut = true;
    double together = 0, work_byte = 0;
    std::vector<std::string> counted;
    std::vector<std::size_t> stages;
    for (std::size_t i = 0; i < product_.stages.size(); ++i)
      if (network(i)) stages.push_back(i), widest = std::max(widest, out_.stages[i].ways);
    for (std::size_t i : stages) {
      same_cut = same_cut && out_.stages[i].ways == widest;
      std::string const key = network(i)->network + "/" + network(i)->part;
      if (std::find(counted.begin(), counted.end(), key) == counted.end()) together += out_.stages[i].resident_byte, counted.push_back(key);
      work_byte = std::max(work_byte, out_.stages[i].working_byte);
    }
    bool const shared = same_cut && together + work_byte <= room();
    shared_byte_ = shared ? together : 0;
    counted.clear();
    for (std::size_t i : stages) {
      std::string const key = shared ? "networks" : network(i)->network + "/" + network(i)->part;
      auto const at = std::find(counted.begin(), counted.end(), key);
      out_.stages[i].pool = static_cast<int>(at - counted.begin());
      if (at == counted.end()) {
        counted.push_back(key);
        StagePool& pool = out_.pools.emplace_back();
        pool.id = shared ? "networks" : out_.stages[i].id;
        pool.ways = out_.stages[i].ways;
      }
    }
    return true;
  }

  bool place_languages() {
    for (std::size_t i = 0; i < product_.stages.size(); ++i) {
      auto const* s = std::get_if<LanguageStage>(&product_.stages[i]);
      if (!s) continue;
      if (!machine_.design) return refuse("this machine serves no language models");
      try {
        out_.designs.push_back(std::make_shared<compute::ReplicaDesign const>(machine_.design(*s)));
      } catch (InputError const& e) {
        return refuse(e.diagnostics().items().front().message);
      }
      StagePool& pool = out_.pools.emplace_back();
      pool.id = s->id;
      pool.kind = StagePool::Kind::replicas;
      pool.design = out_.designs.back().get();
      pool.ways = compute::devices(*pool.design);
      StagePlan& plan = out_.stages[i];
      plan.pool = static_cast<int>(out_.pools.size()) - 1;
      plan.ways = pool.ways;
      LanguageCall const call = language_call(*s, *pool.design, clock_frac_);
      if (call.slots < 1) return refuse(fmt::format("stage {}: not one session of {:.0f} tokens fits the KV memory of a replica of {} devices", s->id, s->input_token + s->cached_token + s->output_token, pool.ways));
      pool.slots = call.slots;
      plan.batch = call.slots;
      plan.calls = call.by_occupancy;
      plan.state_byte = call.state_byte;
      plan.resident_byte = call.resident_byte;
      plan.bound = call.bound;
      plan.token_in = s->input_token * s->per_job + call.recomputed_token * s->per_job;
      plan.token_cached = (s->cached_token - call.recomputed_token) * s->per_job;
      plan.token_out = s->output_token * s->per_job;
      // Occupancy as a function of jobs held: server-seconds of one job at full occupancy.
      plan.device_s = call.by_occupancy.back().time_s / call.slots * pool.ways * s->per_job;
    }
    return true;
  }

  bool place_cores() {
    for (std::size_t i = 0; i < product_.stages.size(); ++i) {
      auto const* s = std::get_if<CpuStage>(&product_.stages[i]);
      if (!s) continue;
      StagePlan& plan = out_.stages[i];
      plan.core_s = s->core_s * s->per_job;
      plan.read_byte = s->read_byte * s->per_job;
      plan.batch = 1;
      double rate = kLocalReadByteS * std::max(1.0, machine_.devices / 8.0);
      if (!s->tier.empty()) {
        auto const at = std::find_if(machine_.tiers.begin(), machine_.tiers.end(), [&](auto const& t) { return t.tier == s->tier; });
        if (at == machine_.tiers.end()) return refuse(fmt::format("stage {} reads the tier `{}` and the site has none of that name", s->id, s->tier));
        rate = at->read_byte_s * at->efficiency;
      }
      tier_rate_[i] = rate;
      plan.calls.push_back({s->core_s / s->cores + s->read_byte / rate, {}});
      if (s->core_s > 0 && machine_.cores < s->cores) return refuse(fmt::format("stage {} needs {:.0f} processor cores at once; the machine has {:.0f}", s->id, s->cores, machine_.cores));
      StagePool& pool = out_.pools.emplace_back();
      pool.id = s->id;
      pool.kind = StagePool::Kind::cores;
      pool.ways = static_cast<int>(std::ceil(s->cores));
      plan.pool = static_cast<int>(out_.pools.size()) - 1;
    }
    return true;
  }

  bool place_people() {
    for (std::size_t i = 0; i < product_.stages.size(); ++i) {
      auto const* s = std::get_if<PeopleStage>(&product_.stages[i]);
      if (!s) continue;
      auto const at = machine_.people.find(s->role);
      if (at == machine_.people.end()) return refuse(fmt::format("stage {} needs people in the role `{}` and the site has none", s->id, s->role));
      if (!(at->second > 0)) return refuse(fmt::format("stage {} needs people in the role `{}`: nobody is at work", s->id, s->role));
      StagePlan& plan = out_.stages[i];
      plan.people_s = s->work_s * s->per_job;
      plan.calls.push_back({s->work_s, {}});
      StagePool& pool = out_.pools.emplace_back();
      pool.id = s->role;
      pool.kind = StagePool::Kind::people;
      plan.pool = static_cast<int>(out_.pools.size()) - 1;
    }
    return true;
  }

  std::vector<double> alone() {
    std::vector<double> times;
    for (std::size_t i = 0; i < out_.stages.size(); ++i) {
      auto& plan = out_.stages[i];
      if (auto const* s = network(i)) {
        if (plan.calls.empty()) plan.calls.push_back(network_call(*s, part(*s), layout(i, plan.ways), 1, device_, machine_.efficiency));
        // Side by side in one job: as many as one call takes, the rest after it.
        double const rounds = std::max(1.0, s->per_job);
        times.push_back(plan.calls.front().time_s * rounds);
      } else {
        times.push_back(plan.calls.front().time_s);
      }
    }
    return times;
  }

  // Widens the slowest stage that can be cut further until an unloaded job meets the target.
  bool meet_latency() {
    for (;;) {
      auto const times = alone();
      out_.latency_s = critical_path_s(product_, times);
      if (product_.latency_p95_s <= 0 || out_.latency_s <= kLatencyShare * product_.latency_p95_s) return true;
      std::size_t slowest = times.size();
      for (std::size_t i = 0; i < times.size(); ++i) {
        auto const* s = network(i);
        if (!s || split_of(part(*s)) == Split::none || 2 * out_.stages[i].ways > std::min(machine_.domain, machine_.devices)) continue;
        if (slowest == times.size() || times[i] > times[slowest]) slowest = i;
      }
      bool widened = false;
      if (slowest < times.size()) {
        StagePlan& plan = out_.stages[slowest];
        auto const wider = network_call(*network(slowest), part(*network(slowest)), layout(slowest, 2 * plan.ways), 1, device_, machine_.efficiency);
        if (wider.time_s < kWorthwhile * plan.calls.front().time_s) {
          set_width(slowest, 2 * plan.ways);
          plan.calls = {wider};
          widened = true;
        }
      }
      if (widened) continue;
      rebuild_pools();
      if (out_.latency_s <= product_.latency_p95_s) return true;
      return refuse(fmt::format("a job alone takes {:.3g} s, its target is {:.3g} s; the longest stage is {}", out_.latency_s, product_.latency_p95_s,
                                out_.stages[static_cast<std::size_t>(std::max_element(times.begin(), times.end()) - times.begin())].id));
    }
  }

  // Pools after a stage was widened.
  void rebuild_pools() {
    std::vector<StagePool> others;
    std::vector<int> moved(out_.pools.size(), -1);
    for (std::size_t p = 0; p < out_.pools.size(); ++p)
      if (out_.pools[p].kind != StagePool::Kind::devices) moved[p] = static_cast<int>(others.size()), others.push_back(out_.pools[p]);
    out_.pools.clear();
    share_memory();
    int const first = static_cast<int>(out_.pools.size());
    for (auto const& pool : others) out_.pools.push_back(pool);
    for (std::size_t i = 0; i < out_.stages.size(); ++i)
      if (!network(i) && out_.stages[i].pool >= 0) out_.stages[i].pool = first + moved[static_cast<std::size_t>(out_.stages[i].pool)];
  }

  void grow_batches() {
    rebuild_pools();
    for (std::size_t i = 0; i < out_.stages.size(); ++i) {
      auto const* s = network(i);
      if (!s) continue;
      auto& plan = out_.stages[i];
      for (int jobs = 2; jobs <= s->max_batch; jobs *= 2) {
        double const working = compute::working_byte(part(*s), work(*s, jobs), format(*s), layout(i, plan.ways));
        double const resident = shared_byte_ > 0 ? shared_byte_ : plan.resident_byte;
        if (resident + working > room()) break;
        auto const call = network_call(*s, part(*s), layout(i, plan.ways), jobs, device_, machine_.efficiency);
        if (call.time_s / jobs > kWorthwhile * plan.calls.back().time_s / plan.batch) break;
        if (product_.latency_p95_s > 0) {
          auto times = alone();
          times[i] = call.time_s;
          for (std::size_t j = 0; j < i; ++j)
            if (network(j)) times[j] = out_.stages[j].calls.back().time_s;
          if (critical_path_s(product_, times) > kLatencyShare * product_.latency_p95_s) break;
        }
        plan.calls.push_back(call);
        plan.batch = jobs;
        plan.working_byte = working;
      }
    }
  }

  // What one job takes of each resource.
  void charge(std::size_t i) {
    auto& plan = out_.stages[i];
    if (network(i)) {
      auto const& call = plan.calls.back();
      double const share = plan.runs_per_job / plan.batch * plan.ways;
      plan.device_s = call.time_s * share;
      plan.per_job = call.work;
      plan.per_job *= share;
      plan.bound = compute::bound_of(call.work);
      plan.busiest = compute::busiest_class(call.work);
    } else if (plan.kind == "language") {
      plan.per_job = plan.calls.back().work;
      plan.per_job *= plan.ways * plan.runs_per_job / plan.batch;
      plan.busiest = plan.bound == Bound::attention ? OpClass::attention_decode : OpClass::gemm;
    }
    out_.per_job += plan.per_job;
    out_.device_s += plan.device_s;
    if (plan.pool >= 0) {
      StagePool& pool = out_.pools[static_cast<std::size_t>(plan.pool)];
      if (pool.kind == StagePool::Kind::devices || pool.kind == StagePool::Kind::replicas) pool.job_s += plan.device_s / plan.ways;
      else if (pool.kind == StagePool::Kind::cores) pool.job_s += plan.core_s / pool.ways + plan.read_byte / tier_rate_[i];
      else pool.job_s += plan.people_s;
    }
  }

  void limit(double jobs_s, std::string const& resource, Cause cause) {
    if (jobs_s < out_.jobs_s) out_.jobs_s = jobs_s, out_.binding = resource, out_.cause = cause;
  }

  void share_devices() {
    out_.jobs_s = infinite();
    std::string const problem = allocate(out_.pools, machine_.devices, out_.idle_devices);
    if (!problem.empty()) {
      refuse(problem);
      return;
    }
    for (std::size_t p = 0; p < out_.pools.size(); ++p) {
      StagePool& pool = out_.pools[p];
      if (pool.kind == StagePool::Kind::devices || pool.kind == StagePool::Kind::replicas) {
        pool.available = pool.servers;
        if (pool.job_s > 0) limit(pool.available / pool.job_s, "devices", Cause::compute);
      } else if (pool.kind == StagePool::Kind::people) {
        pool.available = machine_.people.at(pool.id);
        double all = 0;  // stages of one role share its people
        for (auto const& other : out_.pools)
          if (other.kind == StagePool::Kind::people && other.id == pool.id) all += other.job_s;
        if (all > 0) limit(pool.available / all, "people." + pool.id, Cause::people);
      } else {
        pool.available = machine_.cores / pool.ways;
      }
    }
    double core_s = 0, host_byte_s = 0;
    std::map<std::string, double> read;
    for (std::size_t i = 0; i < out_.stages.size(); ++i) {
      auto const& plan = out_.stages[i];
      core_s += plan.core_s;
      if (auto const* s = std::get_if<CpuStage>(&product_.stages[i])) {
        host_byte_s += s->memory_byte * plan.calls.front().time_s * s->per_job;
        if (plan.read_byte > 0) limit(tier_rate_[i] / plan.read_byte, "storage." + (s->tier.empty() ? std::string("local") : s->tier), Cause::storage);
      }
      if (auto const* s = std::get_if<LanguageStage>(&product_.stages[i]); s && s->home == StateHome::host) host_byte_s += plan.state_byte * s->gap_s;
    }
    if (core_s > 0) limit(machine_.cores / core_s, "cores", Cause::compute);
    if (host_byte_s > 0) limit(machine_.host_byte / host_byte_s, "host memory", Cause::kv_capacity);
    out_.fits = out_.jobs_s > 0;
    if (!out_.fits) refuse(out_.binding + " allows nothing at all");
    if (!std::isfinite(out_.jobs_s)) out_.jobs_s = 0, out_.fits = false, refuse("the product asks for nothing");
    auto const longest = std::max_element(out_.stages.begin(), out_.stages.end(), [](auto const& a, auto const& b) { return a.device_s < b.device_s; });
    out_.bound = longest->bound;
    out_.busiest = longest->busiest;
  }

  ProductParams const& product_;
  ModelShelf const& shelf_;
  Machine const& machine_;
  double clock_frac_;
  compute::OperatorDevice device_;
  ProductPlan out_;
  double shared_byte_ = 0;
  std::map<std::size_t, double> tier_rate_;
};

}  // namespace

StageCall network_call(NetworkStage const& s, compute::NetworkPart const& part, Layout const& layout, int jobs, compute::OperatorDevice const& device,
                       compute::OperatorEfficiency const& efficiency) {
  compute::Format const format{s.precision, s.attention_precision, s.precision == Precision::fp32 ? 4.0 : 2.0};
  compute::PartWork const work{s.samples * jobs, s.tokens, s.context, s.cross, s.width, s.height, s.frames, s.repeats, s.decodes};
  auto calls = compute::lower(part, work, format, layout);
  if (s.upload_byte > 0) {
    OperatorCall& copy = calls.emplace_back();
    copy.op = OpClass::host_copy;
    copy.message_byte = s.upload_byte * jobs;
  }
  StageCall out;
  out.work = compute::cost(calls, device, efficiency, s.execution);
  double const host_s = device.is_cpu ? 0 : s.requests * jobs * efficiency.request_s / device.host_speed;
  out.work.time_s += host_s;
  out.work.overhead_s += host_s;
  out.time_s = out.work.time_s;
  return out;
}

std::string allocate(std::vector<StagePool>& pools, int devices, double& idle) {
  int needed = 0;
  std::size_t on_devices = 0;
  for (auto& pool : pools)
    if (pool.kind == StagePool::Kind::devices || pool.kind == StagePool::Kind::replicas) needed += pool.ways, pool.servers = 1, ++on_devices;
  if (needed > devices) return fmt::format("its {} pools need at least {} devices, there are {}", on_devices, needed, devices);
  int left = devices - needed;
  // The pool that would run out first gets the next server; whole runs at once where there are many devices.
  for (;;) {
    StagePool* first = nullptr;
    for (auto& pool : pools) {
      if ((pool.kind != StagePool::Kind::devices && pool.kind != StagePool::Kind::replicas) || pool.ways > left || !(pool.job_s > 0)) continue;
      if (!first || pool.servers / pool.job_s < first->servers / first->job_s) first = &pool;
    }
    if (!first) break;
    int const step = on_devices == 1 ? left / first->ways : std::max(1, left / (64 * first->ways));
    first->servers += step;
    left -= step * first->ways;
  }
  idle = left;
  return {};
}

ProductPlan plan_product(ProductParams const& product, ModelShelf const& shelf, Machine const& machine, double clock_frac) {
  return Planner(product, shelf, machine, clock_frac).plan();
}

}  // namespace aif::workloads
