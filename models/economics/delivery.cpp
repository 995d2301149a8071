#include "models/economics/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calendar.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"

namespace aif::economics {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::size_t index_of(std::vector<DeliveryItem> const& items, std::string const& id) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].id == id) return i;
  return kNone;
}

// Indices in order of the graph; shorter than the list when there is a circle.
std::vector<std::size_t> order_of(std::vector<DeliveryItem> const& items) {
  std::vector<std::size_t> order;
  std::vector<bool> done(items.size(), false);
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (done[i]) continue;
      bool const ready = std::all_of(items[i].after.begin(), items[i].after.end(), [&](auto const& id) {
        std::size_t const j = index_of(items, id);
        return j == kNone || done[j];
      });
      if (ready) order.push_back(i), done[i] = moved = true;
    }
  }
  return order;
}

// One draw of the plan: when each item's first batch is there, and what it waited for.
struct Draw {
  std::vector<double> done_s;
  std::vector<std::size_t> waited_for;  // kNone: its own order
};

class Plan {
 public:
  Plan(std::vector<DeliveryItem> const& items, DeliveryOptions const& options)
      : items_(items), options_(options), order_(order_of(items)), random_(options.seed, Stream::delivery) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      entity_.push_back(fnv1a(items[i].group.empty() ? "item " + items[i].id : "group " + items[i].group));
      if (items[i].capacity_w > 0) links_.push_back(i);
      std::vector<std::size_t> list;
      for (auto const& id : items[i].after) list.push_back(index_of(items, id));
      after_.push_back(std::move(list));
    }
    capacity_w_ = std::numeric_limits<double>::infinity();
    for (std::size_t i : links_) capacity_w_ = std::min(capacity_w_, items[i].capacity_w);
  }

  Draw draw(std::size_t n) const {
    Draw d;
    d.done_s.assign(items_.size(), 0);
    d.waited_for.assign(items_.size(), kNone);
    for (std::size_t i : order_) {
      double start = items_[i].order_s;
      for (std::size_t j : after_[i])
        if (double const end = last_batch_s(d, j); end > start) start = end, d.waited_for[i] = j;
      auto const& lead = items_[i].lead;
      d.done_s[i] = start + triangular(lead.fast_s, lead.typical_s, lead.slow_s, random_.uniform(entity_[i], n));
    }
    return d;
  }

  double last_batch_s(Draw const& d, std::size_t i) const { return d.done_s[i] + (items_[i].batches - 1) * items_[i].every_s; }
  double arrived_frac(Draw const& d, std::size_t i, double t) const {
    if (t < d.done_s[i]) return 0;
    double const more = items_[i].every_s > 0 ? std::floor((t - d.done_s[i]) / items_[i].every_s) : items_[i].batches - 1;
    return std::min(1.0, (1 + more) / items_[i].batches);
  }
  double usable_w(Draw const& d, double t) const {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i : links_) least = std::min(least, items_[i].capacity_w * arrived_frac(d, i, t));
    // Steps without capacity that a link waits for are in its date; those that nothing waits for hold everything.
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (items_[i].capacity_w <= 0 && !is_waited_for(i) && t < d.done_s[i]) return 0;
    return std::isfinite(least) ? least : 0;
  }
  // Last of the things that output waits for, followed back to the item whose own lead time it is.
  std::size_t gate(Draw const& d, bool full) const {
    std::size_t last = kNone;
    double when = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].capacity_w <= 0 && is_waited_for(i)) continue;
      double const t = full ? last_batch_s(d, i) : d.done_s[i];
      if (t > when) when = t, last = i;
    }
    // Along the chain of waits, the item that took longest is the one to blame.
    std::size_t worst = last;
    double longest = -1;
    for (std::size_t i = last; i != kNone; i = d.waited_for[i]) {
      double const start = d.waited_for[i] == kNone ? items_[i].order_s : last_batch_s(d, d.waited_for[i]);
      if (double const took = d.done_s[i] - start; took > longest) longest = took, worst = i;
    }
    return worst;
  }
  double first_output_s(Draw const& d) const {
    double t = 0;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (items_[i].capacity_w > 0 || !is_waited_for(i)) t = std::max(t, d.done_s[i]);
    return t;
  }
  double full_output_s(Draw const& d) const {
    double t = first_output_s(d);
    for (std::size_t i : links_) {
      // The batches that bring the link to the smallest capacity.
      double const needed = std::ceil(items_[i].batches * capacity_w_ / items_[i].capacity_w - 1e-9);
      t = std::max(t, d.done_s[i] + (needed - 1) * items_[i].every_s);
    }
    return t;
  }
  bool is_waited_for(std::size_t i) const {
    for (auto const& list : after_)
      if (std::find(list.begin(), list.end(), i) != list.end()) return true;
    return false;
  }

  std::vector<DeliveryItem> const& items_;
  DeliveryOptions const& options_;
  std::vector<std::size_t> order_, links_;
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::uint64_t> entity_;
  RandomStream random_;
  double capacity_w_ = 0;
};

Quantiles quantiles(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  double const mean_value = mean(values);
  return {quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9), mean_value};
}

double slowest_s(std::vector<DeliveryItem> const& items) {
  std::vector<double> end(items.size(), 0);
  double last = 0;
  for (std::size_t i : order_of(items)) {
    double start = items[i].order_s;
    for (auto const& id : items[i].after) start = std::max(start, end[index_of(items, id)]);
    end[i] = start + items[i].lead.slow_s + (items[i].batches - 1) * items[i].every_s;
    last = std::max(last, end[i]);
  }
  return last;
}

}  // namespace

double triangular(double fast, double typical, double slow, double u) {
  if (!(slow > fast)) return typical;
  double const knee = (typical - fast) / (slow - fast);
  return u < knee ? fast + std::sqrt(u * (slow - fast) * (typical - fast)) : slow - std::sqrt((1 - u) * (slow - fast) * (slow - typical));
}

DiagnosticList check_delivery(std::vector<DeliveryItem> const& items, std::string const& path) {
  DiagnosticList problems;
  std::vector<std::string> ids;
  for (auto const& item : items) ids.push_back(item.id);
  auto const add = [&](std::string code, std::string const& id, std::string message, std::string hint) {
    problems.add({std::move(code), Severity::error, std::move(message), id.empty() ? path : path + "." + id, {}, std::move(hint), 1});
  };
  bool any = false;
  for (auto const& item : items) {
    any = any || item.capacity_w > 0;
    auto const& l = item.lead;
    if (!(l.fast_s >= 0) || !(l.fast_s <= l.typical_s && l.typical_s <= l.slow_s))
      add("AF2860", item.id, fmt::format("lead times of {} are {:.3g}, {:.3g} and {:.3g} weeks", item.id, l.fast_s / kWeek, l.typical_s / kWeek, l.slow_s / kWeek), "none is negative, and fast <= typical <= slow");
    for (auto const& id : item.after)
      if (index_of(items, id) == kNone) {
        std::string const near = did_you_mean(id, ids);
        add("AF2862", item.id, fmt::format("{} waits for `{}`, which is not in the plan{}", item.id, id, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), "name an item of the same plan");
      }
  }
  if (order_of(items).size() < items.size()) {
    std::string circle;
    auto const order = order_of(items);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (std::find(order.begin(), order.end(), i) == order.end()) circle += (circle.empty() ? "" : ", ") + items[i].id;
    add("AF2861", "", "items wait for each other in a circle: " + circle, "take one of the waits out");
  }
  if (!any) add("AF2863", "", "no item carries capacity: there is no output to wait for", "give at least one item a capacity, `10 MW`");
  return problems;
}

DeliveryOutcome simulate_delivery(std::vector<DeliveryItem> const& items, DeliveryOptions const& options) {
  Plan const plan(items, options);
  DeliveryOutcome out;
  out.capacity_w = plan.capacity_w_;
  double const horizon = options.horizon_s > 0 ? options.horizon_s : 1.02 * slowest_s(items);
  std::size_t const n = std::max<std::size_t>(2, options.points), draws = std::max<std::size_t>(1, options.draws);
  for (std::size_t k = 0; k < n; ++k) out.time_s.push_back(horizon * static_cast<double>(k) / static_cast<double>(n - 1));
  double const dt = out.time_s[1];
  out.gate_frac.assign(items.size(), 0.0);
  out.gate_full_frac.assign(items.size(), 0.0);
  std::vector<std::vector<double>> usable(n), stranded_usd(n), stranded_w(n), done(items.size());
  std::vector<double> first, full, usd_s, cost, wait, lost;
  for (std::size_t d = 0; d < draws; ++d) {
    Draw const draw = plan.draw(d);
    first.push_back(plan.first_output_s(draw));
    full.push_back(plan.full_output_s(draw));
    out.gate_frac[plan.gate(draw, false)] += 1.0 / static_cast<double>(draws);
    out.gate_full_frac[plan.gate(draw, true)] += 1.0 / static_cast<double>(draws);
    for (std::size_t i = 0; i < items.size(); ++i) done[i].push_back(draw.done_s[i]);
    double idle_usd_s = 0, idle_cost = 0, waited = 0, value = 0;
    for (std::size_t k = 0; k < n; ++k) {
      double const t = out.time_s[k], usable_w = plan.usable_w(draw, t), share = plan.capacity_w_ > 0 ? std::min(1.0, usable_w / plan.capacity_w_) : 0;
      double idle = 0, idle_w = 0;
      for (std::size_t i = 0; i < items.size(); ++i) {
        double const arrived = plan.arrived_frac(draw, i, t), unused = std::max(0.0, arrived - share);
        idle += items[i].capex_usd * unused;
        idle_cost += items[i].capex_usd * unused * dt / kYear * (options.wacc_frac + kYear / std::max(1.0, items[i].life_s));
        if (items[i].is_compute) idle_w += std::max(0.0, items[i].capacity_w * arrived - usable_w);
      }
      idle_usd_s += idle * dt;
      usable[k].push_back(usable_w);
      stranded_usd[k].push_back(idle);
      stranded_w[k].push_back(idle_w);
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!items[i].is_compute) continue;
      double const own = std::max(0.0, first.back() - draw.done_s[i]);
      waited = std::max(waited, own);
      value = std::max(value, std::min(1.0, own / kYear * (options.wacc_frac + kYear / std::max(1.0, items[i].life_s))));
    }
    usd_s.push_back(idle_usd_s), cost.push_back(idle_cost), wait.push_back(waited), lost.push_back(value);
  }
  out.first_s = quantiles(std::move(first));
  out.full_s = quantiles(std::move(full));
  out.stranded_usd_s = quantiles(std::move(usd_s));
  out.stranded_cost_usd = quantiles(std::move(cost));
  out.waiting_compute_s = quantiles(std::move(wait));
  out.compute_value_lost_frac = quantiles(std::move(lost));
  for (auto& list : done) out.done_s.push_back(quantiles(std::move(list)));
  for (std::size_t k = 0; k < n; ++k) {
    out.usable_w.push_back(quantiles(std::move(usable[k])));
    out.stranded_usd.push_back(quantiles(std::move(stranded_usd[k])));
    out.stranded_w.push_back(quantiles(std::move(stranded_w[k])));
  }
  return out;
}

}  // namespace aif::economics
