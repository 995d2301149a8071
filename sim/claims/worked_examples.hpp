#pragma once
// The worked examples of the reference, computed by the twin's own models, each with the published figure and the error beside it:
// FLOP of an image, the law of folding, sizing of a 30-language service, sessions of a card, the price of a late transformer, people
// for a million tokens a second, the two machines behind the '50 times'. Published figures are quoted, never fitted here.

#include "sim/claims/study.hpp"
#include "sim/scenario/library.hpp"

namespace aif::sim {

struct WorkedExamplesStudy {
  static constexpr std::string_view type_name = "worked_examples";
  std::string id, title;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = WorkedExamplesStudy;
    return FieldList{field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."), field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

StudyResult run_study(WorkedExamplesStudy const& study, Library const& library);

}  // namespace aif::sim
