#include "validation/serving_bands.hpp"

#include <algorithm>

namespace aif::validation {
namespace {

constexpr double kBandGroupRows = 15;  // as in the fit
// *_aggregated: burst and staggered together, the band of the product.
constexpr std::string_view kClasses[] = {
    "tpot_aggregated",  "tpot_burst",          "tpot_staggered",   "tpot_guessed",        "tpot_disaggregated", "ttft_aggregated",
    "ttft_burst",       "ttft_staggered",      "ttft_guessed",     "ttft_disaggregated",  "e2e_known",          "e2e_new",
    "ml_tokens_hopper", "ml_tokens_blackwell", "ml_joules_hopper", "ml_joules_blackwell", "ml_watts"};

double weighted_quantile(std::vector<std::pair<double, double>> const& ratio_weight, double total, double p) {
  double below = 0, last_at = 0, last = ratio_weight.front().first;
  for (auto const& [ratio, weight] : ratio_weight) {
    double const at = (below + weight / 2) / total;
    if (at >= p) return at > last_at ? last + (ratio - last) * (p - last_at) / (at - last_at) : ratio;
    below += weight;
    last_at = at;
    last = ratio;
  }
  return last;
}

}  // namespace

std::span<std::string_view const> band_classes() { return kClasses; }

std::string band_class(ServedRow const& row) {
  if (row.mode != "aggregated") return "disaggregated";
  return row.layout != LayoutKnowledge::given ? "guessed" : row.second_campaign ? "staggered" : "burst";
}

std::string band_class_of_die(HardwareProfile const& profile) {
  return profile.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0 ? "blackwell" : "hopper";
}

std::string band_class_of_device(HardwareProfile const& profile) { return compute::is_fitted_device(profile) ? "known" : "new"; }

std::array<double, 2> band_of(std::vector<BandSample> samples) {
  if (samples.empty()) return {1.0, 1.0};
  std::map<std::string, double> count;
  for (auto const& s : samples) count[s.group] += 1;
  std::vector<std::pair<double, double>> ratio_weight;
  double total = 0;
  for (auto const& s : samples) {
    ratio_weight.emplace_back(s.ratio, std::min(1.0, kBandGroupRows / count[s.group]));
    total += ratio_weight.back().second;
  }
  std::sort(ratio_weight.begin(), ratio_weight.end());
  return {weighted_quantile(ratio_weight, total, 0.05), weighted_quantile(ratio_weight, total, 0.95)};
}

}  // namespace aif::validation
