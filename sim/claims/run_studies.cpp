#include "sim/claims/run_studies.hpp"

#include "sim/claims/electrical_run.hpp"
#include "sim/claims/factory_pattern.hpp"
#include "sim/claims/money.hpp"
#include "sim/claims/product_day.hpp"

namespace aif::sim {

std::vector<StudyResult> run_studies(Scenario const& scenario, Facility const& facility, Library const& library, Results const& results, RunSettings const& settings) {
  std::vector<StudyResult> out;
  DiagnosticList problems;
  auto const seed = static_cast<std::uint64_t>(scenario.seed);
  auto const* good = results.find("tokens.good.rate");
  double const good_token_s = good ? good->value : 0.0;
  std::size_t done = 0;
  for (auto const& study : scenario.studies) {
    if (settings.control.should_stop()) throw Interrupted();
    settings.control.report("studies", static_cast<double>(done++) / static_cast<double>(scenario.studies.size()));
    try {
      out.push_back(std::visit(
          [&](auto const& s) {
            using S = std::decay_t<decltype(s)>;
            if constexpr (std::is_same_v<S, ArriveTogetherStudy>) return run_study(s, seed, good_token_s);
            else if constexpr (std::is_same_v<S, BrownfieldStudy>) return run_study(s);
            else if constexpr (std::is_same_v<S, FactoryPatternStudy>) return run_study(s, scenario, library, results, settings);
            else if constexpr (std::is_same_v<S, AgentsStudy>) return run_study(s, library, settings.control);
            else if constexpr (std::is_same_v<S, GenerationsStudy> || std::is_same_v<S, WorkedExamplesStudy>) return run_study(s, library);
            else if constexpr (std::is_same_v<S, SupervisedStudy>) return run_study(s, library, seed);
            else if constexpr (std::is_same_v<S, RideThroughStudy> || std::is_same_v<S, TrainingSwingStudy>) return run_study(s, facility);
            else return run_study(s, scenario, facility, results);
          },
          study));
    } catch (InputError const& e) {
      problems.append(e.diagnostics());
    }
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

}  // namespace aif::sim
