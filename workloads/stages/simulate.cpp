#include "workloads/stages/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <queue>

#include "core/random.hpp"
#include "core/statistics.hpp"

namespace aif::workloads {
namespace {

constexpr int kMostServers = 4096;  // cores and people that are told apart

bool on_devices(StagePool const& pool) { return pool.kind == StagePool::Kind::devices || pool.kind == StagePool::Kind::replicas; }

// Seconds at `n` jobs from the figures at 1, 2, 4 ...: linear between them.
double time_at(StagePlan const& stage, double n) {
  auto const& calls = stage.calls;
  double low_n = 1;
  for (std::size_t i = 0; i + 1 < calls.size(); ++i) {
    double const high_n = i + 2 == calls.size() ? std::max(low_n + 1, static_cast<double>(stage.batch)) : 2 * low_n;
    if (n <= high_n) return calls[i].time_s + (calls[i + 1].time_s - calls[i].time_s) * (std::max(n, low_n) - low_n) / (high_n - low_n);
    low_n = high_n;
  }
  return calls.back().time_s;
}
// Work of one job in company of n.
compute::CallCost work_at(StagePlan const& stage, double n) {
  std::size_t i = 0;
  double size = 1;
  while (i + 1 < stage.calls.size() && size < n) ++i, size = i + 1 == stage.calls.size() ? stage.batch : 2 * size;
  compute::CallCost work = stage.calls[i].work;
  return work *= stage.ways / size;
}

struct Item {
  double ready_s = 0;
  std::uint32_t job = 0, stage = 0;
};

enum class What { arrive, ready, done };
struct Event {
  double time_s;
  std::uint64_t order;  // ties in the order in which they were made
  What what;
  std::uint32_t job, stage, pool, server, batch;
  bool operator>(Event const& o) const { return time_s != o.time_s ? time_s > o.time_s : order > o.order; }
};

class Simulation {
 public:
  Simulation(ProductParams const& product, ProductPlan const& plan, Cell const& cell, StageRunOptions const& options)
      : product_(product), plan_(plan), cell_(cell), options_(options), before_(predecessors(product)), random_(options.seed, Stream::arrivals) {
    std::size_t const n = plan.stages.size();
    after_.resize(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j : before_[i]) after_[j].push_back(static_cast<std::uint32_t>(i));
    for (auto const& stage : plan.stages) items_of_stage_.push_back(static_cast<int>(std::max(1.0, std::round(stage.runs_per_job))));
    waiting_.resize(cell.pools.size());
    free_.resize(cell.pools.size());
    held_.resize(cell.pools.size());
    run_.pool_busy.assign(cell.pools.size(), 0.0);
    for (std::size_t p = 0; p < cell.pools.size(); ++p) {
      for (int s = cell.pools[p].servers; s-- > 0;) free_[p].push_back(static_cast<std::uint32_t>(s));
      held_[p].assign(static_cast<std::size_t>(std::max(0, cell.pools[p].servers)), 0);
    }
  }

  StageRun run() {
    std::size_t const jobs = options_.jobs, n = plan_.stages.size();
    pending_.assign(jobs * n, 0);
    items_left_.assign(jobs * n, 0);
    stages_left_.assign(jobs, static_cast<int>(n));
    arrival_.resize(jobs);
    double now = 0;
    for (std::size_t j = 0; j < jobs; ++j) {
      now += random_.exponential(j, 0, 1.0 / options_.jobs_s);
      arrival_[j] = now;
    }
    from_s_ = arrival_[static_cast<std::size_t>(options_.warm_up * static_cast<double>(jobs))];
    to_s_ = arrival_.back();
    push(arrival_[0], What::arrive, 0, 0, 0, 0, 0);
    while (!events_.empty()) {
      Event const e = events_.top();
      events_.pop();
      if (e.what == What::arrive) arrive(e);
      else if (e.what == What::ready) become_ready(e);
      else finish(e);
    }
    return reduce();
  }

 private:
  void push(double time_s, What what, std::uint32_t job, std::uint32_t stage, std::uint32_t pool, std::uint32_t server, std::uint32_t batch) {
    events_.push({time_s, order_++, what, job, stage, pool, server, batch});
  }
  std::size_t at(std::uint32_t job, std::uint32_t stage) const { return job * plan_.stages.size() + stage; }

  void arrive(Event const& e) {
    std::uint32_t const j = e.job;
    if (j + 1 < options_.jobs) push(arrival_[j + 1], What::arrive, j + 1, 0, 0, 0, 0);
    for (std::uint32_t i = 0; i < plan_.stages.size(); ++i) {
      pending_[at(j, i)] = static_cast<int>(before_[i].size());
      items_left_[at(j, i)] = items_of_stage_[i];
    }
    for (std::uint32_t i = 0; i < plan_.stages.size(); ++i)
      if (before_[i].empty()) push(e.time_s + base(product_.stages[i]).gap_s, What::ready, j, i, 0, 0, 0);
  }

  void become_ready(Event const& e) {
    auto const& stage = plan_.stages[e.stage];
    bool const happens = stage.runs_per_job >= 1 || random_.uniform(e.job, 1000 + e.stage) < stage.runs_per_job;
    if (stage.pool < 0 || !happens) {
      complete(e.job, e.stage, e.time_s, items_of_stage_[e.stage]);
      return;
    }
    auto const pool = static_cast<std::uint32_t>(stage.pool);
    for (int k = 0; k < items_of_stage_[e.stage]; ++k) waiting_[pool].push_back({e.time_s, e.job, e.stage});
    serve(pool, e.time_s);
  }

  void serve(std::uint32_t p, double now) {
    auto& queue = waiting_[p];
    auto const& pool = cell_.pools[p];
    if (pool.kind == StagePool::Kind::replicas) {
      while (!queue.empty()) {
        auto const least = static_cast<std::uint32_t>(std::min_element(held_[p].begin(), held_[p].end()) - held_[p].begin());
        if (held_[p][least] >= pool.slots) return;
        Item const item = queue.front();
        queue.pop_front();
        int const n = ++held_[p][least];
        auto const& stage = plan_.stages[item.stage];
        start(p, least, {item}, time_at(stage, n), work_at(stage, n), now, 1.0 / pool.slots);
      }
      return;
    }
    while (!queue.empty() && !free_[p].empty()) {
      std::uint32_t const server = free_[p].back();
      free_[p].pop_back();
      auto const stage_index = queue.front().stage;
      auto const& stage = plan_.stages[stage_index];
      auto const most = static_cast<std::size_t>(pool.kind == StagePool::Kind::devices ? stage.batch : 1);
      std::vector<Item> batch;
      for (auto it = queue.begin(); it != queue.end() && batch.size() < most;) {
        if (it->stage == stage_index) batch.push_back(*it), it = queue.erase(it);
        else ++it;
      }
      double const n = static_cast<double>(batch.size());
      auto work = work_at(stage, n);
      work *= n;
      start(p, server, std::move(batch), time_at(stage, n) / cell_.speed[p], work, now, 1.0);
    }
  }

  void start(std::uint32_t p, std::uint32_t server, std::vector<Item> batch, double time_s, compute::CallCost const& work, double now, double share) {
    double const end = now + time_s, inside = std::max(0.0, std::min(end, to_s_) - std::max(now, from_s_));
    run_.pool_busy[p] += inside * share;
    if (inside > 0 && time_s > 0) {
      compute::CallCost part = work;
      run_.work += part *= inside / time_s;
    }
    batches_.push_back(std::move(batch));
    push(end, What::done, 0, 0, p, server, static_cast<std::uint32_t>(batches_.size() - 1));
  }

  void finish(Event const& e) {
    auto const& pool = cell_.pools[e.pool];
    if (pool.kind == StagePool::Kind::replicas) --held_[e.pool][e.server];
    else free_[e.pool].push_back(e.server);
    std::vector<Item> const batch = std::move(batches_[e.batch]);
    for (auto const& item : batch) complete(item.job, item.stage, e.time_s, 1);
    serve(e.pool, e.time_s);
  }

  void complete(std::uint32_t job, std::uint32_t stage, double now, int items) {
    if ((items_left_[at(job, stage)] -= items) > 0) return;
    for (std::uint32_t next : after_[stage])
      if (--pending_[at(job, next)] == 0) push(now + base(product_.stages[next]).gap_s, What::ready, job, next, 0, 0, 0);
    if (--stages_left_[job] == 0) {
      if (arrival_[job] >= from_s_) latency_.push_back(now - arrival_[job]);
      if (now >= from_s_ && now <= to_s_) ++finished_;
    }
  }

  StageRun reduce() {
    run_.span_s = std::max(1e-12, to_s_ - from_s_);
    run_.jobs_s = static_cast<double>(finished_) / run_.span_s;
    std::sort(latency_.begin(), latency_.end());
    auto const q = [&](double p) { return latency_.empty() ? 0.0 : quantile(latency_, p); };
    run_.latency_p50_s = q(0.5), run_.latency_p90_s = q(0.9), run_.latency_p95_s = q(0.95), run_.latency_p99_s = q(0.99);
    if (product_.latency_p95_s > 0 && !latency_.empty())
      run_.good_frac = static_cast<double>(std::upper_bound(latency_.begin(), latency_.end(), product_.latency_p95_s) - latency_.begin()) / static_cast<double>(latency_.size());
    double device_s = 0;
    for (std::size_t p = 0; p < cell_.pools.size(); ++p) {
      if (on_devices(cell_.pools[p])) device_s += run_.pool_busy[p] * cell_.pools[p].ways;
      run_.pool_busy[p] /= run_.span_s * std::max(1, cell_.pools[p].servers);
    }
    run_.busy_frac = cell_.devices > 0 ? std::min(1.0, device_s / (run_.span_s * cell_.devices)) : 0;
    return std::move(run_);
  }

  ProductParams const& product_;
  ProductPlan const& plan_;
  Cell const& cell_;
  StageRunOptions const& options_;
  std::vector<std::vector<std::size_t>> before_;
  std::vector<std::vector<std::uint32_t>> after_;
  RandomStream random_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  std::vector<std::deque<Item>> waiting_;
  std::vector<std::vector<std::uint32_t>> free_;
  std::vector<std::vector<int>> held_;
  std::vector<std::vector<Item>> batches_;
  std::vector<int> items_of_stage_, pending_, items_left_, stages_left_;
  std::vector<double> arrival_, latency_;
  double from_s_ = 0, to_s_ = 0;
  std::size_t finished_ = 0;
  StageRun run_;
};

}  // namespace

Cell choose_cell(ProductPlan const& plan, Machine const& machine, int most_devices) {
  int least = 0;
  for (auto const& pool : plan.pools)
    if (on_devices(pool)) least += pool.ways;
  int const most = std::max(least, std::min(most_devices, machine.devices));
  Cell best;
  double best_rate = -1;
  for (int devices = least; devices <= most; ++devices) {
    Cell cell;
    cell.devices = devices;
    cell.pools = plan.pools;
    double idle = 0;
    if (least > 0 && !allocate(cell.pools, devices, idle).empty()) continue;
    cell.jobs_s = std::numeric_limits<double>::infinity();
    for (auto const& pool : cell.pools)
      if (on_devices(pool) && pool.job_s > 0) cell.jobs_s = std::min(cell.jobs_s, pool.servers / pool.job_s);
    double const rate = cell.jobs_s / std::max(1, devices);
    if (rate > best_rate * 1.005) best_rate = rate, best = std::move(cell);
    if (least == 0) break;
  }
  // Several of them share their queues, as the servers of a pod do.
  int const times = best.devices > 0 ? std::max(1, std::min(most_devices, machine.devices) / best.devices) : 1;
  best.devices *= times;
  best.jobs_s *= times;
  double const share = least > 0 ? static_cast<double>(best.devices) / machine.devices : 1.0;
  for (auto& pool : best.pools) {
    if (on_devices(pool)) {
      pool.servers *= times;
      best.speed.push_back(1.0);
      continue;
    }
    double const owned = pool.available * share;
    pool.servers = std::max(1, std::min(kMostServers, static_cast<int>(owned)));
    best.speed.push_back(owned / pool.servers > 1 ? 1.0 : owned / pool.servers);
    if (pool.job_s > 0) best.jobs_s = std::min(best.jobs_s, owned / pool.job_s);
  }
  best.jobs_s = std::min(best.jobs_s, plan.jobs_s * share);
  return best;
}

StageRun simulate_stages(ProductParams const& product, ProductPlan const& plan, Cell const& cell, StageRunOptions const& options) {
  return Simulation(product, plan, cell, options).run();
}

}  // namespace aif::workloads
