#pragma once
// Claim 1: output is the least of what has been delivered. Chains of deliveries with triangular lead times: date of the first
// token, ramp, what gates it, capital and megawatts that stand idle meanwhile (models/economics/delivery.hpp).

#include "models/economics/delivery.hpp"
#include "sim/claims/study.hpp"

namespace aif::sim {

struct ArriveTogetherStudy {
  static constexpr std::string_view type_name = "arrive_together";
  std::string id, title;
  std::vector<economics::DeliveryItem> items;
  double draws = 4000, wacc_frac = 0.09, horizon_s = 0, tokens_per_j = 0;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = ArriveTogetherStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("items", &S::items, "What is delivered.").required(),
        field("draws", &S::draws, Kind::number, 1, 1e6, "Draws of the lead times.", "4,000: shares to one percent"),
        field("discount_rate", &S::wacc_frac, Kind::fraction, 0.0, 0.5, "Cost of capital.", "assumption"),
        field("horizon", &S::horizon_s, Kind::duration, 0.0, 1e10, "End of the curves; 0 s: when the slowest chain is done.", "slowest chain"),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

// Throws InputError: AF2860 .. AF2863 (models/economics/delivery.hpp), AF2865. `good_token_s`: of the site when all is there.
StudyResult run_study(ArriveTogetherStudy const& study, std::uint64_t seed, double good_token_s);

}  // namespace aif::sim
