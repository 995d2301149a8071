// ProbeReport <-> JSON, schema aifactory/probe/v1. Shapes are written by name, so that a report can be read and made elsewhere.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"
#include "gpu_calibration/probes.hpp"

namespace aif::calibration {
namespace {

using Json = nlohmann::ordered_json;
constexpr char const* kSchema = "aifactory/probe/v1";

template <NamedEnum E>
E word(Json const& j, char const* key) {
  auto const text = j.at(key).get<std::string>();
  auto const names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<E>(i);
  throw std::invalid_argument(fmt::format("unknown {} `{}`", key, text));
}

double positive(Json const& j, char const* key) {
  double const v = j.at(key).get<double>();
  if (!(v > 0) || !std::isfinite(v)) throw std::invalid_argument(fmt::format("`{}` must be a number above 0", key));
  return v;
}

Json shape_json(GemmShape const& s) { return {{"form", s.form}, {"m", s.m}, {"n", s.n}, {"k", s.k}}; }
Json shape_json(PrefillShape const& s) { return {{"form", s.form}, {"batch", s.batch}, {"tokens", s.tokens}, {"heads", s.heads}, {"kv_heads", s.kv_heads}, {"head_dim", s.head_dim}}; }
Json shape_json(DecodeShape const& s) { return {{"form", s.form}, {"batch", s.batch}, {"context", s.context}, {"heads", s.heads}, {"kv_heads", s.kv_heads}, {"head_dim", s.head_dim}}; }
Json shape_json(StreamShape const& s) { return {{"form", s.form}, {"byte", s.byte}}; }
Json shape_json(CollectiveShape const& s) { return {{"form", s.form}, {"kind", enum_name(s.kind)}, {"group", s.group}, {"message_byte", s.message_byte}}; }
Json shape_json(MoeShape const& s) {
  return {{"form", s.form}, {"tokens", s.tokens}, {"top_k", s.top_k}, {"experts", s.experts}, {"expert_ranks", s.expert_ranks}, {"hidden", s.hidden}, {"inter", s.inter},
          {"routing_alpha", s.routing_alpha}, {"busiest_slots", s.load.slots}, {"active_experts", s.load.active_experts}};
}

SurfaceShape shape_from(Json const& j) {
  auto const form = j.at("form").get<std::string>();
  auto n = [&](char const* key) { return positive(j, key); };
  if (form == GemmShape::form) return GemmShape{n("m"), n("n"), n("k")};
  if (form == PrefillShape::form) return PrefillShape{n("batch"), n("tokens"), n("heads"), n("kv_heads"), n("head_dim")};
  if (form == DecodeShape::form) return DecodeShape{n("batch"), n("context"), n("heads"), n("kv_heads"), n("head_dim")};
  if (form == StreamShape::form) return StreamShape{j.at("byte").get<double>()};
  if (form == CollectiveShape::form) return CollectiveShape{word<CollectiveKind>(j, "kind"), n("group"), n("message_byte")};
  if (form == MoeShape::form)
    return MoeShape{n("tokens"), n("top_k"), n("experts"), n("expert_ranks"), n("hidden"), n("inter"), j.at("routing_alpha").get<double>(), {n("busiest_slots"), n("active_experts")}};
  throw std::invalid_argument(fmt::format("unknown form `{}`", form));
}

Json sheet_json(Datasheet const& d) {
  Json peaks = Json::object();
  for (std::size_t i = 0; i < kPrecisions; ++i)
    if (d.peak_flop_s[i] > 0) peaks[std::string(enum_names(Precision{})[i])] = d.peak_flop_s[i];
  return {{"die", d.die}, {"peak_flop_s", peaks}, {"hbm_byte_s", d.hbm_byte_s}, {"hbm_byte", d.hbm_byte}, {"l2_byte", d.l2_byte}, {"tdp_w", d.tdp_w},
          {"clock_max_hz", d.clock_max_hz}, {"sm_count", d.sm_count}, {"exp_per_sm_clock", d.exp_per_sm_clock}};
}
Datasheet sheet_from(Json const& j) {
  Datasheet d;
  d.die = j.value("die", "");
  for (std::size_t i = 0; i < kPrecisions; ++i) d.peak_flop_s[i] = j.at("peak_flop_s").value(std::string(enum_names(Precision{})[i]), 0.0);
  d.hbm_byte_s = positive(j, "hbm_byte_s"), d.hbm_byte = j.value("hbm_byte", 0.0), d.l2_byte = positive(j, "l2_byte"), d.tdp_w = j.value("tdp_w", 0.0);
  d.clock_max_hz = positive(j, "clock_max_hz"), d.sm_count = static_cast<int>(positive(j, "sm_count")), d.exp_per_sm_clock = j.value("exp_per_sm_clock", 16.0);
  return d;
}

Json result_json(ProbeResult const& r) {
  return {{"op", enum_name(r.op)}, {"precision", enum_name(r.precision)}, {"state_precision", enum_name(r.state_precision)}, {"kernel", r.kernel},
          {"shape", std::visit([](auto const& s) { return shape_json(s); }, r.shape)}, {"time_s", r.time_s}, {"low_s", r.low_s}, {"high_s", r.high_s}, {"repeats", r.repeats}};
}
ProbeResult result_from(Json const& j) {
  ProbeResult r;
  r.op = word<OpClass>(j, "op"), r.precision = word<Precision>(j, "precision"), r.state_precision = word<Precision>(j, "state_precision");
  j.at("kernel").get_to(r.kernel);
  r.shape = shape_from(j.at("shape"));
  r.time_s = positive(j, "time_s"), r.low_s = positive(j, "low_s"), r.high_s = positive(j, "high_s"), r.repeats = j.at("repeats").get<int>();
  return r;
}

Json power_json(PowerReading const& p) {
  return {{"load", p.load}, {"power_w", p.power_w}, {"temperature_c", p.temperature_c}, {"sm_clock_hz", p.sm_clock_hz}, {"active_frac", p.active_frac},
          {"precision", enum_name(p.precision)}, {"flop_s", p.flop_s}, {"byte_s", p.byte_s}, {"link_byte_s", p.link_byte_s}};
}
PowerReading power_from(Json const& j) {
  return {j.at("load").get<std::string>(), positive(j, "power_w"), j.at("temperature_c").get<double>(), j.at("sm_clock_hz").get<double>(), j.at("active_frac").get<double>(),
          word<Precision>(j, "precision"), j.at("flop_s").get<double>(), j.at("byte_s").get<double>(), j.at("link_byte_s").get<double>()};
}

ProbeReport report_from(Json const& j) {
  ProbeReport r;
  auto const& e = j.at("environment");
  e.at("device").get_to(r.environment.device), e.at("driver").get_to(r.environment.driver), e.at("date").get_to(r.environment.date);
  r.environment.power_cap_w = e.value("power_cap_w", 0.0), r.environment.sm_clock_hz = e.value("sm_clock_hz", 0.0), r.environment.mem_clock_hz = e.value("mem_clock_hz", 0.0);
  j.at("conditions").get_to(r.conditions);
  r.sheet = sheet_from(j.at("sheet"));
  for (auto const& x : j.at("results")) r.results.push_back(result_from(x));
  for (auto const& x : j.at("power")) r.power.push_back(power_from(x));
  if (j.contains("coolant"))
    for (auto const& x : j["coolant"]) r.coolant.push_back({positive(x, "power_w"), x.at("case_c").get<double>(), x.at("coolant_c").get<double>(), positive(x, "flow_kg_s")});
  for (auto const& x : j.at("failures")) r.failures.push_back({x.at("probe").get<std::string>(), x.at("why").get<std::string>()});
  return r;
}

}  // namespace

std::string probe_to_json(ProbeReport const& r) {
  Json j{{"schema", kSchema}};
  auto const& e = r.environment;
  j["environment"] = {{"device", e.device}, {"driver", e.driver}, {"date", e.date}, {"power_cap_w", e.power_cap_w}, {"sm_clock_hz", e.sm_clock_hz}, {"mem_clock_hz", e.mem_clock_hz}};
  j["conditions"] = r.conditions;
  j["sheet"] = sheet_json(r.sheet);
  j["failures"] = Json::array();
  for (auto const& f : r.failures) j["failures"].push_back({{"probe", f.probe}, {"why", f.why}});
  j["power"] = Json::array();
  for (auto const& p : r.power) j["power"].push_back(power_json(p));
  if (!r.coolant.empty()) j["coolant"] = Json::array();
  for (auto const& c : r.coolant) j["coolant"].push_back({{"power_w", c.power_w}, {"case_c", c.case_c}, {"coolant_c", c.coolant_c}, {"flow_kg_s", c.flow_kg_s}});
  j["results"] = Json::array();
  for (auto const& x : r.results) j["results"].push_back(result_json(x));
  return j.dump(1) + "\n";
}

ProbeReport probe_from_json(std::string const& text, std::string const& name) {
  auto fail = [&](std::string code, std::string what) {
    throw InputError(Diagnostic{std::move(code), Severity::error, std::move(what), "", {name, 0, 0}, "write it with aifactory-probe or `aifactory calibrate --dry-run`", 1, {}, {}});
  };
  Json j;
  try {
    j = Json::parse(text);
  } catch (nlohmann::json::exception const& e) {
    fail("AF4720", fmt::format("not a JSON file: {}", e.what()));
  }
  if (!j.is_object() || j.value("schema", "") != kSchema) fail("AF4720", fmt::format("not a probe report: key `schema` must be `{}`", kSchema));
  try {
    return report_from(j);
  } catch (std::exception const& e) {
    fail("AF4721", fmt::format("broken probe report: {}", e.what()));
  }
  return {};
}

}  // namespace aif::calibration
