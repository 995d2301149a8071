#pragma once
// Claim 5: the hall stands, the machines change by the year. Gain of a generation as a curve over the speed promised to a user, split
// into factors that multiply to the total; the same for products that are not language models; which swaps the hall refuses; when
// to renew for most tokens per dollar.
//
// The split walks from the old machine to the new in this order, one property at a time, each factor the ratio of two evaluations:
//   memory (bandwidth and capacity), arithmetic (same precision), precision (narrowest that the new one computes in), domain (scale-up
//   link and size), speculation, software (calendar year), kernels (the engine's shares on the new device), watts (per kilowatt at the meter)
// Another order would move shares between neighbours, never the total.

#include "sim/claims/brownfield.hpp"
#include "sim/scenario/library.hpp"
#include "workloads/stages/stage.hpp"

namespace aif::sim {

struct GenerationParams {
  std::string id, title;
  RackParams rack;
  double year = 2025, software_year = 0, draft_tokens = 0, accepted_per_step = 1;

  static constexpr auto fields() {
    using G = GenerationParams;
    return FieldList{
        field("id", &G::id, "Name of the machine.").required(), field("title", &G::title, "What it is, for people."),
        field("rack", &G::rack, "Its rack: lib:racks/NAME.").required(),
        field("year", &G::year, Kind::number, 2015, 2040, "When it can be bought in numbers.").required(),
        field("software_year", &G::software_year, Kind::number, 0, 2040, "Year of the software that runs on it; 0: half a year after the machine.", "assumption"),
        field("draft_tokens", &G::draft_tokens, Kind::number, 0, 16, "Tokens proposed by speculation in a step.", "none"),
        field("accepted", &G::accepted_per_step, Kind::number, 1, 17, "Tokens that a step then yields.", "one")};
  }
};

struct GenerationsStudy {
  static constexpr std::string_view type_name = "generations";
  std::string id, title, model = "lib:models/deepseek-r1";
  std::vector<GenerationParams> machines;
  double input_token = 1000, output_token = 8000;
  std::vector<double> user_token_s{20, 30, 40, 50, 60, 80, 100, 116, 150};
  std::vector<std::string> products;
  HallLimits hall;
  std::vector<RetrofitParams> retrofits;
  double pue = 1.2, network_w_per_device = 60, electricity_usd_j = 0.08 / 3.6e6, wacc_frac = 0.09, horizon_years = 12;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = GenerationsStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("model", &S::model, "Language model: lib:models/NAME."),
        field("machines", &S::machines, "Generations, oldest first.").required(),
        field("input", &S::input_token, Kind::tokens, 1.0, 1e7, "Prompt."), field("output", &S::output_token, Kind::tokens, 1.0, 1e7, "Answer."),
        field("user_speed", &S::user_token_s, Kind::number, 0.1, 1e4, "Output tokens a second that one user is promised."),
        field("products", &S::products, "Other products: lib:products/NAME."),
        field("hall", &S::hall, "The hall that stands.").required(), field("retrofits", &S::retrofits, "What may be done to it."),
        field("pue", &S::pue, Kind::number, 1.0, 3.0, "Site over IT.", "assumption"),
        field("network_power", &S::network_w_per_device, Kind::power, 0.0, 1e4, "Switches and optics of one accelerator.", "assumption"),
        field("electricity", &S::electricity_usd_j, Kind::money_per_energy, 0.0, 1e-6, "Price of electricity.", "assumption"),
        field("discount_rate", &S::wacc_frac, Kind::fraction, 0.0, 0.5, "Cost of capital.", "assumption"),
        field("horizon", &S::horizon_years, Kind::number, 1, 40, "Years over which renewals are weighed.", "assumption"),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

inline constexpr std::array<std::string_view, 8> kGainFactors{"memory", "arithmetic", "precision", "domain", "speculation", "software", "kernels", "watts"};

StudyResult run_study(GenerationsStudy const& study, Library const& library);

}  // namespace aif::sim
