#pragma once
// The studies that a scenario may ask for beside its year: one type each, one word in this list.

#include <variant>

#include "sim/claims/agents.hpp"
#include "sim/claims/arrive_together.hpp"
#include "sim/claims/brownfield.hpp"
#include "sim/claims/electrical.hpp"
#include "sim/claims/generations.hpp"
#include "sim/claims/site_studies.hpp"
#include "sim/claims/supervised.hpp"
#include "sim/claims/worked_examples.hpp"

namespace aif::sim {
using Study = std::variant<ArriveTogetherStudy, BrownfieldStudy, FactoryPatternStudy, ProductDayStudy, AgentsStudy, GenerationsStudy, SupervisedStudy, MoneyStudy, WorkedExamplesStudy, RideThroughStudy, TrainingSwingStudy>;
}  // namespace aif::sim
