#include "workloads/serving/cluster.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace aif::workloads {

RequestResults::RequestResults(std::size_t n) {
  double const none = std::numeric_limits<double>::quiet_NaN();
  for (auto* column : {&released_s, &ttft_s, &tpot_s, &e2e_s}) column->assign(n, none);
  cached_token.assign(n, 0);
  replica.assign(n, -1);
  outcome.assign(n, Outcome::waiting);
}

namespace {

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
      : requests_(requests), deployment_(deployment), options_(options), result_{RequestResults(requests.size()), {}, {}, 0, 0, 0, 0, 0, 0} {
    measuring_ = options.measure_from_s <= 0;
    n_serve_ = static_cast<std::size_t>(deployment.serve.replicas);
    auto const n_decode = static_cast<std::size_t>(deployment.decode.replicas);
    replicas_.reserve(n_serve_ + n_decode);
    for (std::size_t r = 0; r < n_serve_ + n_decode; ++r) {
      Pool const& pool = r < n_serve_ ? deployment.serve : deployment.decode;
      replicas_.emplace_back(pool.times, pool.scheduler, requests, result_.requests);
      replicas_.back().role = n_decode == 0 ? Role::both : r < n_serve_ ? Role::prefill : Role::decode;
    }
    ends_.assign(replicas_.size(), Replica::kNever);
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
      double const event_s = std::min({arrival_s, release_s, *soonest});
      if (event_s == Replica::kNever || event_s > options_.horizon_s) break;
      if (event_s > options_.measure_from_s && !measuring_) start_measuring();
      if (event_s > options_.measure_to_s && !measured_) stop_measuring(options_.measure_to_s);
      result_.end_s = event_s;
      if (arrival_s <= std::min(release_s, *soonest)) {
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
    std::size_t const r = route(request, 0, n_serve_);
    bool const ok = replicas_[r].fits(request) && (n_serve_ == replicas_.size() || replicas_[n_serve_].fits(request));
    if (!ok) {
      result_.requests.outcome[static_cast<std::size_t>(request)] = Outcome::refused;
      ++result_.refused;
      follow(request, now_s);
      return;
    }
    result_.requests.replica[static_cast<std::size_t>(request)] = static_cast<std::int32_t>(r);
    enqueue(r, {request, 0, -1.0, false, false}, now_s);
  }

  void release() {
    Release const next = releases_.front();
    std::pop_heap(releases_.begin(), releases_.end(), std::greater<>{});
    releases_.pop_back();
    if (!next.to_decode) return arrive(next.request, next.at_s);
    std::size_t const r = route(next.request, n_serve_, replicas_.size() - n_serve_);
    auto const i = static_cast<std::size_t>(next.request);
    enqueue(r, {next.request, 1, result_.requests.released_s[i] + result_.requests.ttft_s[i], true, false}, next.at_s);
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
    if (n == 1) return first;
    if (deployment_.routing == Routing::session && !requests_.session.empty())
      return first + static_cast<std::size_t>(requests_.session[static_cast<std::size_t>(request)]) % n;
    if (deployment_.routing == Routing::round_robin) return first + turn_[first != 0]++ % n;
    std::size_t best = first;
    for (std::size_t r = first + 1; r < first + n; ++r)
      if (replicas_[r].outstanding() < replicas_[best].outstanding()) best = r;
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
    result_.cut_off = requests_.size() - result_.done - result_.refused;
    return std::move(result_);
  }

  RequestTable const& requests_;
  Deployment const& deployment_;
  SimulationOptions options_;
  SimulationResult result_;
  std::vector<Replica> replicas_;
  std::vector<double> ends_;
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
