#pragma once
// RiskResults as one JSON document (schema aifactory/contingency/v1) and back: the keys are the members' names, numbers SI, seconds that never come
// null. `aifactory contingency` writes it as contingency.json; result.nc holds the same text.

#include <string>

#include "sim/risk.hpp"

namespace aif::sim {

std::string risk_json(std::string const& scenario_name, std::string const& scenario_sha256, RiskResults const& risk);
RiskResults read_risk_json(std::string const& text);  // throws InputError AF4015 when it is not such a document

}  // namespace aif::sim
