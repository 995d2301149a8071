#include "sim/io/risk_json.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;

// One list of members per struct serves both directions.
template <class A>
void members(A& a, OutageCase& x) {
  a("component", x.component), a("label", x.label), a("kind", x.kind), a("out", x.out), a("units", x.units), a("events_per_year", x.events_per_year),
      a("duration_s", x.duration_s), a("source", x.source);
}
template <class A>
void members(A& a, ChainStep& x) {
  a("time_s", x.time_s), a("component", x.component), a("text", x.text);
}
template <class A>
void members(A& a, PodRide& x) {
  a("pod", x.pod), a("racks", x.racks), a("seconds_to_throttle_s", x.seconds_to_throttle_s), a("seconds_to_trip_s", x.seconds_to_trip_s),
      a("highest_case_c", x.highest_case_c);
  a("highest_air_c", x.highest_air_c), a("rack_warming_k_s", x.rack_warming_k_s);
}
template <class A>
void members(A& a, RideThrough& x) {
  a("seconds_to_throttle_s", x.seconds_to_throttle_s), a("seconds_to_trip_s", x.seconds_to_trip_s), a("tripped", x.tripped), a("shed", x.shed),
      a("good_token_s_after", x.good_token_s_after);
}
template <class A>
void members(A& a, Transient& x) {
  a("ride", x.ride), a("pods", x.pods), a("chain", x.chain), a("tripped_frac", x.tripped_frac), a("trained_tripped_frac", x.trained_tripped_frac),
      a("cooling_gap_s", x.cooling_gap_s);
}
template <class A>
void members(A& a, PodLoss& x) {
  a("pod", x.pod), a("priority", x.priority), a("lost_frac", x.lost_frac);
}
template <class A>
void members(A& a, OutageResult& x) {
  a("what", x.what), a("also_out", x.also_out), a("good_token_s", x.good_token_s), a("trained_token_s", x.trained_token_s),
      a("worst_good_token_s", x.worst_good_token_s);
  a("worst_trained_token_s", x.worst_trained_token_s), a("worst_hour", x.worst_hour), a("worst_frac", x.worst_frac), a("hours_frac", x.hours_frac),
      a("gain_token_s", x.gain_token_s), a("gain_reason", x.gain_reason);
  a("binding", x.binding), a("pods", x.pods), a("transient", x.transient), a("restart_good_token", x.restart_good_token),
      a("restart_trained_token", x.restart_trained_token);
  a("lost_good_token_year", x.lost_good_token_year), a("lost_trained_token_year", x.lost_trained_token_year), a("is_in_goodput", x.is_in_goodput);
}
template <class A>
void members(A& a, DesignFinding& x) {
  a("rule", x.rule), a("severity", x.severity), a("component", x.component), a("text", x.text), a("fix", x.fix);
}
template <class A>
void members(A& a, ContingencyReport& x) {
  a("good_token_s", x.good_token_s), a("trained_token_s", x.trained_token_s), a("transient_hour", x.transient_hour),
      a("concurrently_maintainable", x.concurrently_maintainable);
  a("fault_tolerant", x.fault_tolerant), a("outages", x.outages), a("by_expected_loss", x.by_expected_loss), a("findings", x.findings), a("notes", x.notes);
}
template <class A>
void members(A& a, YearBand& x) {
  a("mean", x.mean), a("mean_low", x.mean_low), a("mean_high", x.mean_high), a("p50", x.p50), a("p90", x.p90), a("p99", x.p99), a("p99_low", x.p99_low),
      a("p99_high", x.p99_high), a("worst", x.worst);
}
template <class A>
void members(A& a, CauseLoss& x) {
  a("component", x.component), a("reason", x.reason), a("events_per_year", x.events_per_year), a("hours_per_year", x.hours_per_year),
      a("lost_good_token", x.lost_good_token);
  a("lost_trained_token", x.lost_trained_token);
}
template <class A>
void members(A& a, SpareWorth& x) {
  a("component", x.component), a("what", x.what), a("has", x.has), a("step", x.step), a("good_token", x.good_token), a("low", x.low), a("high", x.high),
      a("trained_token", x.trained_token);
}
template <class A>
void members(A& a, AvailabilityReport& x) {
  a("years", x.years), a("seed", x.seed), a("good_token", x.good_token), a("trained_token", x.trained_token), a("lost_good", x.lost_good),
      a("lost_trained", x.lost_trained);
  a("impaired_hours", x.impaired_hours), a("down_hours", x.down_hours), a("events", x.events), a("availability", x.availability),
      a("availability_low", x.availability_low);
  a("availability_high", x.availability_high), a("nines", x.nines), a("causes", x.causes), a("spares", x.spares),
      a("training_stops_by_nodes", x.training_stops_by_nodes);
  a("training_stops_by_plant", x.training_stops_by_plant), a("states", x.states), a("notes", x.notes);
}
template <class A>
void members(A& a, EventImpact& x) {
  a("id", x.id), a("type", x.type), a("start", x.start), a("hours", x.hours), a("lost_good_token", x.lost_good_token), a("lost_good_frac", x.lost_good_frac),
      a("worst_good_token_s", x.worst_good_token_s);
  a("lost_trained_token", x.lost_trained_token), a("lost_trained_frac", x.lost_trained_frac), a("utility_j", x.utility_j),
      a("peak_utility_w", x.peak_utility_w), a("water_kg", x.water_kg);
  a("generator_j", x.generator_j), a("binding", x.binding);
}
template <class A>
void members(A& a, RiskResults& x) {
  a("contingency", x.contingency), a("availability", x.availability), a("events", x.events);
}

struct Put {
  Json& j;
  template <class T>
  void operator()(char const* key, T& value) {
    j[key] = of(value);
  }
  template <class T>
  static Json of(T& value) {
    if constexpr (std::is_floating_point_v<T>)
      return std::isfinite(value) ? Json(value) : Json(nullptr);
    else if constexpr (NamedEnum<T>)
      return Json(std::string(enum_name(value)));
    else if constexpr (requires { value.push_back({}); } && !std::is_same_v<T, std::string>) {
      Json list = Json::array();
      for (auto& each : value) list.push_back(of(each));
      return list;
    } else if constexpr (requires { value.has_value(); })
      return value ? of(*value) : Json(nullptr);
    else if constexpr (requires(Put& p) { members(p, value); }) {
      Json object = Json::object();
      Put inner{object};
      members(inner, value);
      return object;
    } else
      return Json(value);
  }
};

struct Get {
  Json const& j;
  template <class T>
  void operator()(char const* key, T& value) {
    into(j.at(key), value);
  }
  template <class T>
  static void into(Json const& from, T& value) {
    if constexpr (std::is_floating_point_v<T>)
      value = from.is_null() ? std::numeric_limits<T>::infinity() : from.get<T>();
    else if constexpr (NamedEnum<T>) {
      auto const names = enum_names(T{});
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == from.get<std::string>()) value = static_cast<T>(i);
    } else if constexpr (requires { value.push_back({}); } && !std::is_same_v<T, std::string>) {
      value.clear();
      for (auto const& each : from) into(each, value.emplace_back());
    } else if constexpr (requires { value.has_value(); }) {
      if (from.is_null())
        value.reset();
      else
        into(from, value.emplace());
    } else if constexpr (requires(Get& g) { members(g, value); }) {
      Get inner{from};
      members(inner, value);
    } else
      value = from.get<T>();
  }
};

}  // namespace

std::string risk_json(std::string const& scenario_name, std::string const& scenario_sha256, RiskResults const& risk) {
  Json j;
  j["schema"] = "aifactory/contingency/v1";
  j["scenario"] = scenario_name;
  j["scenario_sha256"] = scenario_sha256;
  RiskResults copy = risk;  // the lists of members take what they may change
  Put put{j};
  members(put, copy);
  return j.dump(1) + "\n";
}

RiskResults read_risk_json(std::string const& text) {
  try {
    Json const j = Json::parse(text);
    if (j.at("schema") != "aifactory/contingency/v1") throw std::runtime_error("another schema");
    RiskResults out;
    Get get{j};
    members(get, out);
    return out;
  } catch (std::exception const& e) {
    throw InputError(Diagnostic{"AF4015", Severity::error, std::string("not a contingency document: ") + e.what(), "", {}, "it is what `aifactory contingency` writes as contingency.json", 1});
  }
}

}  // namespace aif::sim
