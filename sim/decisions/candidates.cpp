#include "sim/decisions/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/hash.hpp"
#include "core/ordered_sum.hpp"
#include "sim/run.hpp"

namespace aif::sim {
namespace {

constexpr double kFailed = 10;  // violation of a point that cannot be built

// Values that an expression asks for, of one point.
std::vector<double> figures(Expression const& e, std::vector<MetricColumn> const& metrics, PointResult const& r) {
  std::vector<double> out;
  for (auto name : e.figures()) {
    std::vector<double> const* column = &r.values;
    for (auto const& [suffix, values] : {std::pair{".p10", &r.p10}, std::pair{".p50", &r.p50}, std::pair{".p90", &r.p90}})
      if (name.ends_with(suffix)) column = values, name.resize(name.size() - 4);
    auto const at = std::find_if(metrics.begin(), metrics.end(), [&](auto const& m) { return m.id == name; });
    auto const i = static_cast<std::size_t>(at - metrics.begin());
    out.push_back(at != metrics.end() && i < column->size() ? (*column)[i] : std::nan(""));
  }
  return out;
}

bool dominates(std::vector<double> const& a, std::vector<double> const& b) {
  bool less = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] <= b[i])) return false;
    less = less || a[i] < b[i];
  }
  return less;
}

std::string head_line(Evaluator const& evaluator, Space const& space, SearchSettings const& settings) {
  std::string all;
  for (auto const& v : space.variables) {
    all += fmt::format("{}|{}|{}|{}|", v.path, v.unit, v.low, v.high);
    for (auto const& value : v.values) all += value + "|";
  }
  for (auto const& o : settings.objectives) all += (o.maximise ? "max " : "min ") + o.expression.text() + "|";
  for (auto const& c : settings.constraints) all += c.text + "|";
  nlohmann::ordered_json head{{"schema", "aifactory/journal/v1"}, {"version", version()}, {"base_sha256", evaluator.base().sha256}, {"search_sha256", sha256_hex(all)},
                              {"seed", settings.seed}, {"budget", settings.budget}, {"members", evaluator.settings().members}};
  for (auto const& m : evaluator.metrics()) head["metrics"].push_back({m.id, m.unit});
  return head.dump();
}

}  // namespace

Candidates::Candidates(Evaluator const& evaluator, Space const& space, SearchSettings const& settings, RunControl const& control)
    : evaluator_(evaluator), space_(space), settings_(settings), control_(control) {
  if (!settings.journal.empty()) read_journal();
}

void Candidates::read_journal() {
  std::string const head = head_line(evaluator_, space_, settings_);
  journal_.emplace(settings_.resume ? Journal::resume(settings_.journal, head) : Journal::create(settings_.journal, head));
  for (std::size_t i = 0; i < journal_->rows().size(); ++i) {
    SweepRow row = read_journal_line(journal_->rows()[i], settings_.journal, i + 2);
    auto sets = row.sets;
    earlier_.emplace(std::move(sets), std::move(row));
  }
}

Candidate Candidates::judge(SweepRow row) const {
  Candidate c;
  c.row = std::move(row);
  auto const value = [&](Expression const& e) { return c.row.result.failed ? std::nan("") : e.evaluate(figures(e, evaluator_.metrics(), c.row.result)); };
  for (auto const& o : settings_.objectives) c.objectives.push_back(value(o.expression));
  for (auto const& k : settings_.constraints) {
    c.left.push_back(value(k.left)), c.right.push_back(value(k.right));
    c.violation += k.violation(c.left.back(), c.right.back());
  }
  bool const has_objectives = std::all_of(c.objectives.begin(), c.objectives.end(), [](double v) { return std::isfinite(v); });
  if (c.row.result.failed || !has_objectives) c.violation += kFailed;
  return c;
}

std::vector<Candidates::Index> Candidates::evaluate(std::span<std::vector<double> const> points) {
  std::vector<Index> out;
  std::vector<std::size_t> fresh;
  for (auto const& shares : points) {
    std::vector<std::string> sets;
    for (std::size_t j = 0; j < shares.size(); ++j) sets.push_back(space_.variables[j].path + "=" + space_.variables[j].text_at(std::clamp(shares[j], 0.0, 1.0)));
    if (auto const it = by_sets_.find(sets); it != by_sets_.end()) {
      out.emplace_back(it->second);
    } else if (left() == 0) {
      out.emplace_back();
    } else {
      std::size_t const index = all_.size();
      by_sets_[sets] = index;
      all_.emplace_back();
      all_.back().row.number = index;
      all_.back().row.sets = std::move(sets);
      fresh.push_back(index);
      out.emplace_back(index);
    }
  }
  parallel_for(fresh.size(), [&](std::size_t k) {
    control_.check();
    SweepRow row = all_[fresh[k]].row;
    if (auto const it = earlier_.find(row.sets); it != earlier_.end()) {
      row.result = it->second.result;
    } else {
      row.result = evaluator_.evaluate(row.sets, {control_.stop, nullptr});
      if (journal_) journal_->add(row.number, journal_line(row));
    }
    all_[fresh[k]] = judge(std::move(row));
  });
  for (auto index : fresh) resumed_ += earlier_.count(all_[index].row.sets);
  std::string now;
  if (auto const b = best(); !b.empty()) now = fmt::format("best {:.5g}", all_[b.front()].objectives.front());
  else if (!all_.empty()) now = "no feasible point yet";
  control_.report("search", static_cast<double>(all_.size()) / static_cast<double>(settings_.budget), now);
  return out;
}

std::vector<double> Candidates::cost(Candidate const& c) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < c.objectives.size(); ++i) out.push_back(settings_.objectives[i].maximise ? -c.objectives[i] : c.objectives[i]);
  return out;
}

bool Candidates::is_better(Candidate const& a, Candidate const& b) const {
  if (a.violation != b.violation) return a.violation < b.violation;
  return a.violation < kFailed && cost(a).front() < cost(b).front();
}

std::vector<std::size_t> Candidates::best() const {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].objectives.empty() || all_[i].violation > 0) continue;
    auto const mine = cost(all_[i]);
    bool beaten = false;
    for (std::size_t j = 0; j < all_.size() && !beaten; ++j) {
      if (j == i || all_[j].objectives.empty() || all_[j].violation > 0) continue;
      auto const other = cost(all_[j]);
      beaten = dominates(other, mine) || (j < i && other == mine);  // of equals, the first
    }
    if (!beaten) front.push_back(i);
  }
  std::stable_sort(front.begin(), front.end(), [&](auto a, auto b) { return cost(all_[a]).front() < cost(all_[b]).front(); });
  return front;
}

std::size_t Candidates::closest() const {
  auto const at = std::min_element(all_.begin(), all_.end(), [](auto const& a, auto const& b) { return a.violation < b.violation; });
  return static_cast<std::size_t>(at - all_.begin());
}

std::vector<Relaxation> Candidates::relaxations() const {
  std::vector<Relaxation> out;
  auto const& near = all_[closest()];
  for (std::size_t k = 0; k < settings_.constraints.size(); ++k) {
    auto const& constraint = settings_.constraints[k];
    Relaxation r{k, near.left.empty() ? std::nan("") : near.left[k], near.left.empty() ? 1.0 : constraint.violation(near.left[k], near.right[k]), closest(), false};
    bool const breaks = r.relative > 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      auto const& c = all_[i];
      if (c.violation >= kFailed || c.left.empty()) continue;
      double const own = constraint.violation(c.left[k], c.right[k]);
      if (c.violation - own > 1e-12 || own <= 0 || own >= 1) continue;  // breaks another one, too
      if (!r.found || own < r.relative) r = {k, c.left[k], own, i, true};
    }
    if (breaks || r.found) out.push_back(r);
  }
  std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return std::pair{!a.found, a.relative} < std::pair{!b.found, b.relative}; });
  return out;
}

}  // namespace aif::sim
