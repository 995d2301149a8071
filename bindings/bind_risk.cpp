// assess_risk: contingency, design rules, availability and events of a site.
#include "bindings/bind.hpp"
#include "bindings/long_call.hpp"
#include "bindings/scenario.hpp"
#include "sim/assess_risk.hpp"
#include "sim/facility/build.hpp"
#include "sim/io/risk_json.hpp"
#include "sim/run.hpp"

namespace aif::python {

using namespace sim;

void bind_risk(py::module_& m) {
  Record<OutageCase>(m, "OutageCase", "What is taken away, how often, for how long.")
      .value("name", [](OutageCase const& c) { return case_name(c); }, "As in `aifactory contingency --list`: \"power.ups failure\".")
      .value("component", &OutageCase::component, "Kind of component.").value("kind", &OutageCase::kind, "What happens to it.")
      .value("out", &OutageCase::out, "Names taken away.").value("units", &OutageCase::units, "Alike; the case is any of them.")
      .value("events_per_year", &OutageCase::events_per_year, "Of any of them.").value("duration_s", &OutageCase::duration_s, "Mean, of one.")
      .value("source", &OutageCase::source, "Of rate and duration.");
  Record<ChainStep>(m, "ChainStep", "One link of the chain of events.")
      .value("time_s", &ChainStep::time_s, "After the fault.").value("component", &ChainStep::component, "Where.").value("text", &ChainStep::text, "In words.");
  Record<PodRide>(m, "PodRide", "The racks of one pod that feel the fault; seconds are infinite when never.")
      .value("pod", &PodRide::pod, "Its id.").value("racks", &PodRide::racks, "That feel it.")
      .value("seconds_to_throttle_s", &PodRide::seconds_to_throttle_s, "Until devices slow down.")
      .value("seconds_to_trip_s", &PodRide::seconds_to_trip_s, "Until racks switch off.")
      .value("highest_case_c", &PodRide::highest_case_c, "Cold plates.").value("highest_air_c", &PodRide::highest_air_c, "Hall.")
      .value("rack_warming_k_s", &PodRide::rack_warming_k_s, "Steepest rise of a rack's coolant.");
  Record<PodLoss>(m, "PodLoss", "Share of a pod's tokens that is gone in the worst hour.")
      .value("pod", &PodLoss::pod, "Its id.").value("priority", &PodLoss::priority, "Larger numbers are shed first.").value("lost_frac", &PodLoss::lost_frac, "0 to 1.");
  using R = OutageResult;
  Record<R>(m, "OutageResult", "One outage: coupled steady state over the year, and the seconds after it at the hottest hour.")
      .value("case", &R::what, "What happened.").value("also_out", &R::also_out, "What went with it, behind shared parts.")
      .value("good_token_s", &R::good_token_s, "Good tokens/s at risk, mean of the year.").value("trained_token_s", &R::trained_token_s, "The same for training.")
      .value("worst_good_token_s", &R::worst_good_token_s, "In the worst hour.").value("worst_trained_token_s", &R::worst_trained_token_s, "In the worst hour.")
      .value("worst_hour", &R::worst_hour, "Of the year.").value("worst_frac", &R::worst_frac, "Largest share of an hour's tokens.")
      .value("hours_frac", &R::hours_frac, "Of the hours in which it costs anything.").value("gain_token_s", &R::gain_token_s, "Rise of good tokens beyond tolerance; 0: none.")
      .value("binding", &R::binding, "What binds in the worst hour.").value("pods", &R::pods, "That lose in the worst hour.")
      .value("seconds_to_throttle_s", [](R const& r) { return r.transient.ride.seconds_to_throttle_s; }, "Of the first pod; infinite: never.")
      .value("seconds_to_trip_s", [](R const& r) { return r.transient.ride.seconds_to_trip_s; }, "Of the first racks; infinite: never.")
      .value("shed", [](R const& r) { return r.transient.ride.shed; }, "Rows switched off in order.")
      .value("tripped_frac", [](R const& r) { return r.transient.tripped_frac; }, "Of the good tokens: racks that switch off.")
      .value("rides", [](R const& r) { return r.transient.pods; }, "Pods that warm by more than 1 K, or trip.")
      .value("chain", [](R const& r) { return r.transient.chain; }, "What happens, with times.")
      .value("lost_good_token_year", &R::lost_good_token_year, "Expected in a year.").value("lost_trained_token_year", &R::lost_trained_token_year, "Expected in a year.")
      .value("is_in_goodput", &R::is_in_goodput, "A training run's own interruptions.");
  Record<DesignFinding>(m, "DesignFinding", "A design rule that is broken, or could not be checked.")
      .value("rule", &DesignFinding::rule, "single_point, survivors_overloaded, common_corridor, undone_redundancy, maintenance, ride_through, not_declared.")
      .value("severity", &DesignFinding::severity, "error, warn, info.").value("component", &DesignFinding::component, "Where.")
      .value("text", &DesignFinding::text, "What.").value("fix", &DesignFinding::fix, "How.");
  using C = ContingencyReport;
  Record<C>(m, "ContingencyReport", "Every outage of the site by good tokens at risk, and the design rules.")
      .value("good_token_s", &C::good_token_s, "Everything in service, mean of the year.").value("trained_token_s", &C::trained_token_s, "The same for training.")
      .value("outages", &C::outages, "By good tokens at risk.").value("by_expected_loss", &C::by_expected_loss, "Indices into `outages`.")
      .value("findings", &C::findings, "Errors first.").value("concurrently_maintainable", &C::concurrently_maintainable, "No planned work on the plant costs a token.")
      .value("fault_tolerant", &C::fault_tolerant, "Nor does a single failure of plant.").value("transient_hour", &C::transient_hour, "The hottest.").value("notes", &C::notes, "How it was made.");
  Record<YearBand>(m, "YearBand", "A quantity that differs from year to year; low and high: 90 % interval of the mean, or of the percentile.")
      .value("mean", &YearBand::mean, "").value("mean_low", &YearBand::mean_low, "").value("mean_high", &YearBand::mean_high, "").value("p50", &YearBand::p50, "Year.")
      .value("p90", &YearBand::p90, "Year.").value("p99", &YearBand::p99, "Year.").value("p99_low", &YearBand::p99_low, "").value("p99_high", &YearBand::p99_high, "").value("worst", &YearBand::worst, "Year.");
  Record<CauseLoss>(m, "CauseLoss", "Tokens of a mean year lost by one cause.")
      .value("component", &CauseLoss::component, "Kind of component.").value("reason", &CauseLoss::reason, "failure, common_cause, planned, human_error, start, run, fleet.")
      .value("events_per_year", &CauseLoss::events_per_year, "").value("hours_per_year", &CauseLoss::hours_per_year, "Unit-hours away.")
      .value("lost_good_token", &CauseLoss::lost_good_token, "A year.").value("lost_trained_token", &CauseLoss::lost_trained_token, "A year.");
  Record<SpareWorth>(m, "SpareWorth", "What one more is worth: tokens of a year, paired difference of the same years.")
      .value("component", &SpareWorth::component, "Kind.").value("what", &SpareWorth::what, "spare part or installed unit.").value("has", &SpareWorth::has, "Now.").value("step", &SpareWorth::step, "How many more.")
      .value("good_token", &SpareWorth::good_token, "Saved in a year.").value("low", &SpareWorth::low, "90 % interval.").value("high", &SpareWorth::high, "90 % interval.")
      .value("trained_token", &SpareWorth::trained_token, "Saved in a year.");
  using A = AvailabilityReport;
  Record<A>(m, "AvailabilityReport", "Years of failures and repairs: nines, tokens lost by cause, the 99th-percentile year.")
      .value("years", &A::years, "").value("seed", &A::seed, "").value("good_token", &A::good_token, "Of a year with everything in service.").value("trained_token", &A::trained_token, "The same for training.")
      .value("lost_good", &A::lost_good, "Tokens of a year.").value("lost_trained", &A::lost_trained, "Tokens of a year.")
      .value("impaired_hours", &A::impaired_hours, "More than 1 % of the good tokens gone.").value("down_hours", &A::down_hours, "All gone.").value("events", &A::events, "Times a year that it becomes impaired.")
      .value("availability", &A::availability, "Good tokens made over those with everything in service.").value("availability_low", &A::availability_low, "90 % interval.")
      .value("availability_high", &A::availability_high, "90 % interval.").value("nines", &A::nines, "-log10(1 - availability).").value("causes", &A::causes, "By tokens lost.")
      .value("spares", &A::spares, "By tokens saved.").value("training_stops_by_nodes", &A::training_stops_by_nodes, "A year, in the goodput.")
      .value("training_stops_by_plant", &A::training_stops_by_plant, "A year.").value("states", &A::states, "Of the plant that came up.").value("notes", &A::notes, "How it was made.");
  using E = EventImpact;
  Record<E>(m, "EventImpact", "An event of the scenario: its hours and the day after, with it less without it.")
      .value("id", &E::id, "").value("type", &E::type, "heat_wave, water_cap, curtailment, smoke, outage.").value("start", &E::start, "").value("hours", &E::hours, "")
      .value("lost_good_token", &E::lost_good_token, "").value("lost_good_frac", &E::lost_good_frac, "Of what those hours make without it.")
      .value("worst_good_token_s", &E::worst_good_token_s, "").value("lost_trained_token", &E::lost_trained_token, "").value("lost_trained_frac", &E::lost_trained_frac, "")
      .value("utility_j", &E::utility_j, "Change.").value("peak_utility_w", &E::peak_utility_w, "Change.").value("water_kg", &E::water_kg, "Change.")
      .value("generator_j", &E::generator_j, "With the event.").value("binding", &E::binding, "Of the worst hour; empty: nothing is lost.");
  Record<RiskResults>(m, "RiskResults", "Contingency, availability and events of a site.")
      .value("contingency", &RiskResults::contingency, "").value("availability", &RiskResults::availability, "None: no years were asked for.").value("events", &RiskResults::events, "Of the scenario.");

  m.def("assess_risk", [](ScenarioHandle const& scenario, std::string const& cache_dir, int years, std::size_t every, bool worth, bool events, std::vector<std::string> only, int threads,
                          py::typing::Optional<py::typing::Callable<void(std::string, double, std::string)>> const& progress) {
    RiskOptions options;
    options.years = years, options.every_hours = every, options.worth_of_spares = worth, options.events = events, options.only = std::move(only);
    return long_call(progress, threads, [&](RunControl const& control) {
      BuildLog log;
      Facility const facility = build_facility(*scenario.loaded, Library(scenario.library_dirs), {cache_dir, control, false}, log);
      options.control = control;
      return assess_risk(scenario.loaded->value, facility, options);
    });
  }, "scenario"_a, py::kw_only(), "cache_dir"_a, "years"_a, "every"_a, "worth"_a, "events"_a, "only"_a, "threads"_a, "progress"_a);
  m.def("risk_json", [](ScenarioHandle const& scenario, RiskResults const& risk) { return risk_json(scenario.loaded->value.name, scenario.loaded->sha256, risk); }, "scenario"_a, "risk"_a);
}

}  // namespace aif::python
