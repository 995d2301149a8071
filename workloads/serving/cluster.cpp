#include "workloads/serving/cluster.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/diagnostics.hpp"

namespace aif::workloads {

RequestResults::RequestResults(std::size_t n) {
  double const none = std::numeric_limits<double>::quiet_NaN();
  for (auto* column : {&released_s, &ttft_s, &tpot_s, &e2e_s, &first_s}) column->assign(n, none);
  cached_token.assign(n, 0);
  replica.assign(n, -1);
  outcome.assign(n, Outcome::waiting);
}

namespace {

// Cache-aware routing as the gateways of SGLang and vLLM ship it: --cache-threshold, --balance-abs-threshold, --balance-rel-threshold.
constexpr double kPrefixShare = 0.3, kBalanceAbsolute = 64, kBalanceRelative = 1.5;

// One request on its way to a pool: a successor that is released, or KV that arrives at a decode replica.
struct Release {
  double at_s;
  std::int32_t request;
  bool to_decode;
  bool operator>(Release const& o) const { return at_s != o.at_s ? at_s > o.at_s : request > o.request; }
};

class Cluster {
 public:
  Cluster(RequestTable const& requests, Deployment const& deployment, SimulationOptions const& options)
      : requests_(requests), deployment_(deployment), options_(options), result_{RequestResults(requests.size()), {}, {}, 0, 0, 0, 0, 0, 0, 0} {
    measuring_ = options.measure_from_s <= 0;
    events_ = deployment.events;
    check_events();
    n_serve_ = static_cast<std::size_t>(deployment.serve.replicas);
    auto const n_decode = static_cast<std::size_t>(deployment.decode.replicas);
    replicas_.reserve(n_serve_ + n_decode);
    for (std::size_t r = 0; r < n_serve_ + n_decode; ++r) {
      Pool const& pool = r < n_serve_ ? deployment.serve : deployment.decode;
      replicas_.emplace_back(pool.times, pool.scheduler, requests, result_.requests);
      replicas_.back().role = n_decode == 0 ? Role::both : r < n_serve_ ? Role::prefill : Role::decode;
    }
    ends_.assign(replicas_.size(), Replica::kNever);
    starts_.assign(replicas_.size(), 0);
    if (deployment.autoscaler.every_s > 0) {
      next_check_s_ = deployment.autoscaler.every_s;
      for (std::size_t r = static_cast<std::size_t>(deployment.autoscaler.fewest); r < n_serve_; ++r) replicas_[r].accepting = false;
    }
    if (!requests.waits_for.empty()) waits_for_ = requests.waits_for;
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (requests.waits_for.empty() || requests.waits_for[i] == 0) order_.push_back(static_cast<std::int32_t>(i));
    auto const earlier = [&](std::int32_t a, std::int32_t b) {
      return requests.arrival_s[static_cast<std::size_t>(a)] < requests.arrival_s[static_cast<std::size_t>(b)];
    };
    if (!std::is_sorted(order_.begin(), order_.end(), earlier)) std::stable_sort(order_.begin(), order_.end(), earlier);
  }

  SimulationResult run(RunControl const& control) {
    for (;;) {
      if ((++result_.events & 0xFFFF) == 0) control.check();
      double const arrival_s = next_ < order_.size() ? requests_.arrival_s[static_cast<std::size_t>(order_[next_])] : Replica::kNever;
      double const release_s = releases_.empty() ? Replica::kNever : releases_.front().at_s;
      auto const soonest = std::min_element(ends_.begin(), ends_.end());
      double const change_s = next_change_s();
      double const work_s = std::min({arrival_s, release_s, *soonest});
      double const event_s = work_s < Replica::kNever || !parked_.empty() ? std::min(work_s, change_s) : work_s;
      if (event_s == Replica::kNever || event_s > options_.horizon_s) break;
      if (event_s > options_.measure_from_s && !measuring_) start_measuring();
      if (event_s > options_.measure_to_s && !measured_) stop_measuring(options_.measure_to_s);
      result_.end_s = event_s;
      if (change_s <= work_s) {
        change(change_s);
      } else if (arrival_s <= std::min(release_s, *soonest)) {
        arrive(order_[next_++], arrival_s);
      } else if (release_s <= *soonest) {
        release();
      } else {
        commit(static_cast<std::size_t>(soonest - ends_.begin()));
      }
    }
    return close();
  }

 private:
  void arrive(std::int32_t request, double now_s) {
    result_.requests.released_s[static_cast<std::size_t>(request)] = now_s;
    bool const ok = replicas_[0].fits(request) && (n_serve_ == replicas_.size() || replicas_[n_serve_].fits(request));
    if (!ok) {
      result_.requests.outcome[static_cast<std::size_t>(request)] = Outcome::refused;
      ++result_.refused;
      follow(request, now_s);
      return;
    }
    dispatch({request, 0, false, false}, now_s);
  }

  // To a replica of the serving pool; parked while none accepts.
  void dispatch(Waiting const& w, double now_s) {
    std::size_t const r = route(w.request, 0, n_serve_);
    if (r == replicas_.size()) return parked_.push_back(w);
    result_.requests.replica[static_cast<std::size_t>(w.request)] = static_cast<std::int32_t>(r);
    enqueue(r, w, now_s);
  }

  double next_change_s() const {
    double const event_s = next_event_ < events_.size() ? events_[next_event_].at_s : Replica::kNever;
    return std::min(event_s, next_check_s_);
  }

  void change(double now_s) {
    count_replicas(now_s);
    if (next_event_ < events_.size() && events_[next_event_].at_s <= now_s) return apply(events_[next_event_++]);
    next_check_s_ = now_s + deployment_.autoscaler.every_s;
    autoscale(now_s);
  }

  void apply(ReplicaEvent const& e) {
    auto const r = static_cast<std::size_t>(e.replica);
    if (e.kind == ReplicaEvent::Kind::up) {
      replicas_[r].accepting = true;
      auto const waiting = std::exchange(parked_, {});
      for (Waiting const& w : waiting) dispatch(w, e.at_s);
      return;
    }
    replicas_[r].accepting = false;
    auto const homeless = replicas_[r].evacuate(e.kind == ReplicaEvent::Kind::down, e.at_s);
    ends_[r] = replicas_[r].next_event_s();
    audit(r);
    for (Waiting const& w : homeless) dispatch(w, e.at_s);
  }

  void autoscale(double now_s) {
    Autoscaler const& a = deployment_.autoscaler;
    double outstanding = static_cast<double>(parked_.size());
    int up = 0, starting = 0, last = -1, first_down = -1;
    for (std::size_t r = 0; r < n_serve_; ++r) {
      outstanding += static_cast<double>(replicas_[r].outstanding());
      if (replicas_[r].accepting) ++up, last = static_cast<int>(r);
      else if (starts_[r]) ++starting;
      else if (first_down < 0) first_down = static_cast<int>(r);
    }
    if (outstanding > a.high * (up + starting) && first_down >= 0) {
      starts_[static_cast<std::size_t>(first_down)] = 1;
      ReplicaEvent const start{now_s + a.cold_start_s, first_down, ReplicaEvent::Kind::up};
      auto const later = [](ReplicaEvent const& x, ReplicaEvent const& y) { return x.at_s < y.at_s; };
      auto const from = events_.begin() + static_cast<std::ptrdiff_t>(next_event_);
      events_.insert(std::upper_bound(from, events_.end(), start, later), start);
    } else if (outstanding < a.low * up && up > a.fewest) {
      starts_[static_cast<std::size_t>(last)] = 0;
      apply({now_s, last, ReplicaEvent::Kind::drain});
    }
  }

  // Replica-seconds: those that accept, start or still work.
  void count_replicas(double now_s) {
    double n = 0;
    for (std::size_t r = 0; r < n_serve_; ++r) n += replicas_[r].accepting || starts_[r] || replicas_[r].outstanding() > 0;
    result_.replica_s += n * (now_s - counted_s_);
    counted_s_ = now_s;
  }

  void check_events() const {
    double last_s = 0;
    for (ReplicaEvent const& e : events_) {
      if (e.replica < 0 || e.replica >= deployment_.serve.replicas || e.at_s < last_s)
        throw InputError(Diagnostic{"AF2505", Severity::error, "an event names replica " + std::to_string(e.replica) + ", which does not exist, or comes before the one above it", "events", {},
                                    "replicas count from 0; order the events by time", 1});
      last_s = e.at_s;
    }
  }

  void release() {
    Release const next = releases_.front();
    std::pop_heap(releases_.begin(), releases_.end(), std::greater<>{});
    releases_.pop_back();
    if (!next.to_decode) return arrive(next.request, next.at_s);
    std::size_t const r = route(next.request, n_serve_, replicas_.size() - n_serve_);
    enqueue(r, {next.request, 1, true, false}, next.at_s);
  }

  void enqueue(std::size_t r, Waiting const& w, double now_s) {
    replicas_[r].enqueue(w, now_s);
    ends_[r] = replicas_[r].next_event_s();
    audit(r);
  }

  void commit(std::size_t r) {
    double const now_s = ends_[r];
    finished_.clear();
    replicas_[r].commit(finished_);
    ends_[r] = replicas_[r].next_event_s();
    audit(r);
    for (std::int32_t const request : finished_) {
      auto const i = static_cast<std::size_t>(request);
      if (replicas_[r].role == Role::prefill && requests_.output_token[i] > 1) {
        push({now_s + deployment_.transfer_s + deployment_.transfer_token_s * requests_.input_token[i], request, true});
      } else {
        ++result_.done;
        follow(request, now_s);
      }
    }
  }

  // Successors whose last predecessor this was are released after their gap.
  void follow(std::int32_t request, double now_s) {
    if (waits_for_.empty()) return;
    auto const i = static_cast<std::size_t>(request);
    for (std::uint32_t j = requests_.next_begin[i]; j < requests_.next_begin[i + 1]; ++j) {
      auto const next = static_cast<std::size_t>(requests_.next[j]);
      if (--waits_for_[next] == 0) push({now_s + requests_.arrival_s[next], requests_.next[j], false});
    }
  }

  void push(Release const& r) {
    releases_.push_back(r);
    std::push_heap(releases_.begin(), releases_.end(), std::greater<>{});
  }

  std::size_t route(std::int32_t request, std::size_t first, std::size_t n) {
    if (n == 1) return replicas_[first].accepting ? first : replicas_.size();
    bool const by_session = deployment_.routing == Routing::session && !requests_.session.empty();
    if (by_session || deployment_.routing == Routing::round_robin) {  // the next that accepts takes the place of one that does not
      std::size_t const start = by_session ? static_cast<std::size_t>(requests_.session[static_cast<std::size_t>(request)]) : turn_[first != 0]++;
      for (std::size_t k = 0; k < n; ++k)
        if (std::size_t const r = first + (start + k) % n; replicas_[r].accepting) return r;
      return replicas_.size();
    }
    std::size_t const idlest = least(first, n, [&](std::size_t r) { return static_cast<std::int64_t>(replicas_[r].outstanding()); });
    if (deployment_.routing != Routing::prefix || requests_.blocks.empty() || idlest == replicas_.size()) return idlest;
    std::size_t busiest = idlest;
    for (std::size_t r = first; r < first + n; ++r)
      if (replicas_[r].accepting && replicas_[r].outstanding() > replicas_[busiest].outstanding()) busiest = r;
    auto const most = static_cast<double>(replicas_[busiest].outstanding()), fewest = static_cast<double>(replicas_[idlest].outstanding());
    if (most - fewest > kBalanceAbsolute && most > kBalanceRelative * fewest) return idlest;
    std::size_t const keeper = least(first, n, [&](std::size_t r) { return -replicas_[r].cached_blocks(request); });
    double const kept_token = static_cast<double>(replicas_[keeper].cached_blocks(request) * requests_.block_token);
    if (kept_token > kPrefixShare * requests_.input_token[static_cast<std::size_t>(request)]) return keeper;
    return least(first, n, [&](std::size_t r) { return replicas_[r].cached_blocks(); });
  }

  // The accepting replica of the pool with the least of something, the first of equals; replicas_.size() when none accepts.
  template <class Of>
  std::size_t least(std::size_t first, std::size_t n, Of&& of) const {
    std::size_t best = replicas_.size();
    std::int64_t best_value = 0;
    for (std::size_t r = first; r < first + n; ++r) {
      if (!replicas_[r].accepting) continue;
      std::int64_t const value = of(r);
      if (best == replicas_.size() || value < best_value) best = r, best_value = value;
    }
    return best;
  }

  void audit(std::size_t r) const {
    if (options_.audit && !replicas_[r].consistent()) throw std::logic_error("replica books do not balance");
  }

  // A run of steps that is under way counts where it ends; with thousands of events a window that is noise.
  void start_measuring() {
    measuring_ = true;
    for (Replica& r : replicas_) r.clear_tally();
  }
  void stop_measuring(double at_s) {
    measured_ = true;
    result_.measured_s = at_s - options_.measure_from_s;
    for (std::size_t r = 0; r < replicas_.size(); ++r) (r < n_serve_ ? result_.serve : result_.decode).add(replicas_[r].tally());
  }

  SimulationResult close() {
    if (!measured_) stop_measuring(result_.end_s);
    count_replicas(result_.end_s);
    result_.cut_off = requests_.size() - result_.done - result_.refused;
    return std::move(result_);
  }

  RequestTable const& requests_;
  Deployment const& deployment_;
  SimulationOptions options_;
  SimulationResult result_;
  std::vector<Replica> replicas_;
  std::vector<double> ends_;
  std::vector<ReplicaEvent> events_;
  std::vector<char> starts_;  // by replica: the autoscaler has started it
  std::vector<Waiting> parked_;
  std::size_t next_event_ = 0;
  double next_check_s_ = Replica::kNever, counted_s_ = 0;
  std::size_t n_serve_ = 0, next_ = 0;
  std::array<std::size_t, 2> turn_{};
  bool measuring_ = false, measured_ = false;
  std::vector<std::int32_t> order_, waits_for_, finished_;
  std::vector<Release> releases_;
};

}  // namespace

SimulationResult simulate(RequestTable const& requests, Deployment const& deployment, SimulationOptions const& options,
                          RunControl const& control) {
  return Cluster(requests, deployment, options).run(control);
}

}  // namespace aif::workloads
