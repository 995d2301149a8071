#include "sim/serving_rows.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace aif::sim {

using namespace workloads;

std::vector<ServingClass> serving_classes(RequestTable const& table, RequestResults const& r, SloParams const& slo, ServingRunResult const& run, double scale) {
  std::vector<std::size_t> class_of(table.size());
  std::vector<std::string> names;
  if (!table.priority.empty()) {
    for (std::size_t i = 0; i < table.size(); ++i) class_of[i] = table.priority[i];
    std::size_t const most = *std::max_element(class_of.begin(), class_of.end());
    for (std::size_t k = 0; k <= most; ++k) names.push_back("priority " + std::to_string(k));
  } else {
    std::vector<std::size_t> order(table.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const length = [&](std::size_t i) { return static_cast<std::int64_t>(table.input_token[i]) + table.output_token[i]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return length(a) < length(b); });
    names = {"short", "middle", "long"};
    for (std::size_t k = 0; k < order.size(); ++k) class_of[order[k]] = 3 * k / order.size();
  }
  std::vector<ServingClass> out(names.size());
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k].name = names[k];
    std::vector<double> ttft, tpot, at;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (class_of[i] != k || std::isnan(r.released_s[i])) continue;
      ++out[k].requests;
      out[k].good_frac += is_good(slo, r.ttft_s[i], r.tpot_s[i], r.e2e_s[i]);
      ttft.push_back(r.ttft_s[i]), tpot.push_back(r.tpot_s[i]), at.push_back(0.0);
      if (std::isnan(r.e2e_s[i])) continue;
      out[k].j_per_request += scale * (run.j_per_prompt_token * (table.input_token[i] - r.cached_token[i]) + run.j_per_answer_token * table.output_token[i]);
    }
    double const n = std::max(1.0, static_cast<double>(out[k].requests));
    out[k].good_frac /= n;
    out[k].j_per_request /= n;
    out[k].ttft_p95_s = percentiles(ttft, at, 0, 0).p95;
    out[k].tpot_p95_s = percentiles(tpot, at, 0, 0).p95;
  }
  return out;
}

std::vector<ServingWindow> serving_windows(RequestTable const& table, RequestResults const& r, SloParams const& slo, double span_s, std::size_t n) {
  std::vector<ServingWindow> windows(n);
  if (n == 0) return windows;
  double const width_s = std::max(span_s, 1e-9) / static_cast<double>(n);
  std::vector<double> released(n), done(n), good(n);
  auto window = [&](double at_s) { return static_cast<std::size_t>(std::clamp(at_s / width_s, 0.0, static_cast<double>(n) - 1.0)); };
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::isnan(r.released_s[i])) continue;
    std::size_t const w = window(r.released_s[i]);
    released[w] += 1;
    if (std::isnan(r.e2e_s[i])) continue;
    windows[w].ttft_mean_s += r.ttft_s[i];
    good[w] += is_good(slo, r.ttft_s[i], r.tpot_s[i], r.e2e_s[i]);
    std::size_t const end = window(r.released_s[i] + r.e2e_s[i]);
    done[end] += 1;
    windows[end].out_token_s += table.output_token[i] / width_s;
  }
  double inside = 0;
  for (std::size_t w = 0; w < n; ++w) {
    inside += released[w] - done[w];
    windows[w].from_s = width_s * static_cast<double>(w);
    windows[w].offered_s = released[w] / width_s;
    windows[w].done_s = done[w] / width_s;
    windows[w].in_system = inside;
    windows[w].ttft_mean_s = released[w] > 0 ? windows[w].ttft_mean_s / released[w] : 0.0;
    windows[w].good_frac = released[w] > 0 ? good[w] / released[w] : 1.0;
  }
  return windows;
}

std::string to_json(ServingRunResult const& r) {
  using nlohmann::ordered_json;
  auto percentile = [](Percentiles const& p) { return ordered_json{{"mean", p.mean}, {"p50", p.p50}, {"p90", p.p90}, {"p95", p.p95}, {"p99", p.p99}}; };
  auto const& m = r.measures;
  ordered_json j{{"schema", "aifactory/serving_run/v1"}, {"design", r.design}, {"devices", r.devices}, {"requests", r.requests}, {"done", r.done}, {"refused", r.refused},
                 {"span", r.span_s}, {"ttft", percentile(m.ttft_s)}, {"tpot", percentile(m.tpot_s)}, {"e2e", percentile(m.e2e_s)}, {"good_share", m.good_frac},
                 {"meets_slo", m.meets_slo}, {"requests_rate", m.requests_s}, {"good_requests_rate", m.good_requests_s}, {"tokens_out_rate", m.out_token_s},
                 {"tokens_in_rate", m.in_token_s}, {"tokens_cached_rate", m.cached_token_s}, {"tokens_out_good_rate", m.good_out_token_s}, {"mean_batch", m.mean_batch},
                 {"kv_used_share", m.kv_used_frac}, {"busy_share", m.busy_frac}, {"preemptions", m.preemptions}, {"offered_over_capacity", r.offered_over_capacity},
                 {"sustained_rate", r.sustained_s}, {"replica_time", r.replica_s}, {"device_power", r.device_w}, {"device_power_prompts", r.prompt_w},
                 {"device_power_answers", r.answer_w}, {"energy_per_prompt_token", r.j_per_prompt_token}, {"energy_per_answer_token", r.j_per_answer_token},
                 {"energy_per_token_out", r.j_per_out_token}, {"cache_hit_share", r.cache_hit_frac}, {"reloaded_share", r.reloaded_frac}};
  for (auto const& c : r.classes)
    j["classes"].push_back({{"class", c.name}, {"requests", c.requests}, {"ttft_p95", c.ttft_p95_s}, {"tpot_p95", c.tpot_p95_s}, {"good_share", c.good_frac}, {"energy_per_request", c.j_per_request}});
  for (auto const& w : r.windows)
    j["windows"].push_back({{"from", w.from_s}, {"offered_rate", w.offered_s}, {"done_rate", w.done_s}, {"tokens_out_rate", w.out_token_s}, {"in_system", w.in_system},
                            {"ttft_mean", w.ttft_mean_s}, {"good_share", w.good_frac}});
  return j.dump(2) + "\n";
}

}  // namespace aif::sim
