#include "contracts/profile_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "contracts/surfaces/predict.hpp"
#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/fields.hpp"
#include "core/write_file.hpp"

namespace aif {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void fail(std::string const& name, std::string code, std::string what, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(what), "", {name, 0, 0}, std::move(hint), 1, {}, {}});
}

template <NamedEnum E>
E word(std::string_view text) {
  auto const names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<E>(i);
  throw std::invalid_argument(fmt::format("unknown word `{}`", text));
}

Json by_precision(PerPrecision<double> const& values) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kPrecisions; ++i)
    if (values[i] != 0) out[std::string(enum_names(Precision{})[i])] = values[i];
  return out;
}
PerPrecision<double> per_precision(Json const& j) {
  PerPrecision<double> out{};
  for (auto const& [key, value] : j.items()) out[static_cast<std::size_t>(word<Precision>(key))] = value.get<double>();
  return out;
}

// Six digits: far below any error of a fit, and the file stays readable.
double rounded(double v) { return v == 0 ? 0.0 : std::stod(fmt::format("{:.6g}", v)); }
Json rounded_list(std::vector<double> const& values) {
  Json out = Json::array();
  for (double v : values) out.push_back(rounded(v));
  return out;
}

Json sheet_json(Datasheet const& d) {
  Json links = Json::array();
  for (auto const& l : d.links) links.push_back({{"kind", l.kind}, {"byte_s_per_direction", l.byte_s_per_direction}, {"latency_s", l.latency_s}, {"domain", l.domain}});
  return {{"die", d.die}, {"peak_flop_s", by_precision(d.peak_flop_s)}, {"hbm_byte_s", d.hbm_byte_s}, {"hbm_byte", d.hbm_byte}, {"l2_byte", d.l2_byte},
          {"l2_byte_s", d.l2_byte_s}, {"tdp_w", d.tdp_w}, {"clock_min_hz", d.clock_min_hz}, {"clock_base_hz", d.clock_base_hz}, {"clock_max_hz", d.clock_max_hz},
          {"sm_count", d.sm_count}, {"exp_per_sm_clock", d.exp_per_sm_clock}, {"links", links}};
}
Datasheet sheet_from(Json const& j) {
  Datasheet d;
  j.at("die").get_to(d.die), j.at("hbm_byte_s").get_to(d.hbm_byte_s), j.at("hbm_byte").get_to(d.hbm_byte), j.at("l2_byte").get_to(d.l2_byte);
  j.at("l2_byte_s").get_to(d.l2_byte_s), j.at("tdp_w").get_to(d.tdp_w), j.at("clock_min_hz").get_to(d.clock_min_hz);
  j.at("clock_base_hz").get_to(d.clock_base_hz), j.at("clock_max_hz").get_to(d.clock_max_hz), j.at("sm_count").get_to(d.sm_count);
  d.is_cpu = j.value("is_cpu", false);
  j.at("exp_per_sm_clock").get_to(d.exp_per_sm_clock);
  d.peak_flop_s = per_precision(j.at("peak_flop_s"));
  for (auto const& l : j.at("links"))
    d.links.push_back({l.at("kind").get<std::string>(), l.at("byte_s_per_direction").get<double>(), l.at("latency_s").get<double>(), l.at("domain").get<int>()});
  return d;
}

Json surface_json(Surface const& s) {
  Json params = Json::object();
  auto const names = form_parameters(s.form);
  for (std::size_t i = 0; i < s.params.size(); ++i) params[std::string(names[i].name)] = s.params[i];
  Json j{{"op", enum_name(s.op)}, {"precision", enum_name(s.precision)}, {"state_precision", enum_name(s.state_precision)}, {"kernel", s.kernel},
         {"form", s.form}, {"evidence", enum_name(s.evidence)}, {"n_rows", s.n_rows}, {"residual_log_sd", rounded(s.residual_log_sd)},
         {"band_log", rounded(s.band_log)}, {"transfer_log_sd", s.transfer_log_sd}, {"params", params}};
  SurfaceBand const& b = s.band;
  j["band"] = {{"quantile", b.quantile}, {"sd_power", b.sd_power}, {"score_power", b.score_power}, {"compute", b.compute}, {"memory", b.memory}, {"distance", b.distance}, {"share", b.share}};
  if (s.math_precision) j["math_precision"] = enum_name(*s.math_precision);
  j["covariance"] = rounded_list(s.covariance);
  j["valid_low"] = s.valid_low, j["valid_high"] = s.valid_high;
  j["residual"] = {{"n_features", s.residual.n_features}, {"lengths", s.residual.lengths}, {"scale", s.residual.scale}, {"noise", s.residual.noise},
                   {"x", s.residual.x}, {"weights", s.residual.weights}, {"scores", s.residual.scores}};
  return j;
}

SurfaceResidual residual_from(Json const& j) {
  SurfaceResidual r;
  j.at("n_features").get_to(r.n_features), j.at("lengths").get_to(r.lengths), j.at("scale").get_to(r.scale), j.at("noise").get_to(r.noise);
  j.at("x").get_to(r.x), j.at("weights").get_to(r.weights), j.at("scores").get_to(r.scores);
  bool const lengths = std::all_of(r.lengths.begin(), r.lengths.end(), [](double v) { return v > 0; });
  if (!lengths || r.scale < 0 || r.noise < 0) throw std::invalid_argument("residual: lengths must be above 0, scale and noise not below");
  if (r.lengths.size() != static_cast<std::size_t>(std::max(0, r.n_features))) throw std::invalid_argument("residual: one length per feature");
  if (r.x.size() != r.weights.size() * static_cast<std::size_t>(std::max(0, r.n_features))) throw std::invalid_argument("residual: x does not hold n_features per weight");
  if (!r.scores.empty() && r.scores.size() != r.weights.size()) throw std::invalid_argument("residual: one score per weight");
  factor_residual(r);
  return r;
}

Surface surface_from(Json const& j) {
  Surface s;
  s.op = word<OpClass>(j.at("op").get<std::string>());
  s.precision = word<Precision>(j.at("precision").get<std::string>());
  s.state_precision = word<Precision>(j.at("state_precision").get<std::string>());
  if (j.contains("math_precision")) s.math_precision = word<Precision>(j.at("math_precision").get<std::string>());
  s.evidence = word<Evidence>(j.at("evidence").get<std::string>());
  j.at("kernel").get_to(s.kernel), j.at("form").get_to(s.form), j.at("n_rows").get_to(s.n_rows), j.at("residual_log_sd").get_to(s.residual_log_sd);
  auto const& b = j.at("band");
  s.band = {b.at("quantile").get<double>(), b.at("sd_power").get<double>(), b.at("score_power").get<double>(), b.at("compute").get<double>(), b.at("memory").get<double>(), b.at("distance").get<double>(), b.at("share").get<double>()};
  j.at("band_log").get_to(s.band_log), j.at("transfer_log_sd").get_to(s.transfer_log_sd);
  j.at("covariance").get_to(s.covariance), j.at("valid_low").get_to(s.valid_low), j.at("valid_high").get_to(s.valid_high);
  auto const names = form_parameters(s.form);
  if (names.empty()) throw std::invalid_argument(fmt::format("unknown form `{}`", s.form));
  for (auto const& p : names) {
    s.params.push_back(j.at("params").at(std::string(p.name)).get<double>());
    if (!std::isfinite(s.params.back())) throw std::invalid_argument(fmt::format("parameter `{}` is not finite", p.name));
  }
  s.residual = residual_from(j.at("residual"));
  return s;
}

Json power_json(PowerModel const& p) {
  return {{"evidence", enum_name(p.evidence)}, {"idle_w", p.idle_w}, {"active_floor_w", p.active_floor_w}, {"v_min", p.v_min}, {"v0", p.v0}, {"v1", p.v1},
          {"c_clock_w", p.c_clock_w}, {"e_flop_j", by_precision(p.e_flop_j)}, {"e_hbm_j_per_byte", p.e_hbm_j_per_byte}, {"e_link_j_per_byte", p.e_link_j_per_byte},
          {"leak_w", p.leak_w}, {"leak_scale_k", p.leak_scale_k}, {"t_ref_c", p.t_ref_c}, {"covariance", rounded_list(p.covariance)}};
}
PowerModel power_from(Json const& j) {
  PowerModel p;
  p.evidence = word<Evidence>(j.at("evidence").get<std::string>());
  j.at("idle_w").get_to(p.idle_w), j.at("active_floor_w").get_to(p.active_floor_w), j.at("v_min").get_to(p.v_min), j.at("v0").get_to(p.v0), j.at("v1").get_to(p.v1);
  j.at("c_clock_w").get_to(p.c_clock_w), j.at("e_hbm_j_per_byte").get_to(p.e_hbm_j_per_byte), j.at("e_link_j_per_byte").get_to(p.e_link_j_per_byte);
  j.at("leak_w").get_to(p.leak_w), j.at("leak_scale_k").get_to(p.leak_scale_k), j.at("t_ref_c").get_to(p.t_ref_c), j.at("covariance").get_to(p.covariance);
  p.e_flop_j = per_precision(j.at("e_flop_j"));
  return p;
}

HardwareProfile profile_from(Json const& j) {
  HardwareProfile p;
  j.at("id").get_to(p.id), j.at("title").get_to(p.title), j.at("aliases").get_to(p.aliases), j.at("note").get_to(p.note);
  p.evidence = word<Evidence>(j.at("evidence").get<std::string>());
  auto const& e = j.at("environment");
  e.at("device").get_to(p.environment.device), e.at("driver").get_to(p.environment.driver), e.at("date").get_to(p.environment.date);
  e.at("power_cap_w").get_to(p.environment.power_cap_w), e.at("sm_clock_hz").get_to(p.environment.sm_clock_hz), e.at("mem_clock_hz").get_to(p.environment.mem_clock_hz);
  p.datasheet = sheet_from(j.at("datasheet"));
  p.power = power_from(j.at("power"));
  auto const& t = j.at("thermal");
  p.thermal = {t.at("r_junction_case_k_per_w").get<double>(), t.at("slow_c").get<double>(), t.at("trip_c").get<double>(), t.at("hbm_max_c").get<double>()};
  if (j.contains("sustained")) p.sustained = {j["sustained"].at("matrix").get<double>(), j["sustained"].at("memory").get<double>()};
  if (!(p.sustained.matrix > 0) || !(p.sustained.memory > 0)) throw std::invalid_argument("sustained: shares must be above 0");
  for (auto const& s : j.at("surfaces")) p.surfaces.push_back(surface_from(s));
  return p;
}

}  // namespace

std::string profile_to_json(HardwareProfile const& p) {
  Json j{{"schema", kProfileSchema}, {"id", p.id}, {"title", p.title}, {"aliases", p.aliases}, {"evidence", enum_name(p.evidence)}, {"note", p.note}};
  auto const& e = p.environment;
  j["environment"] = {{"device", e.device}, {"driver", e.driver}, {"date", e.date}, {"power_cap_w", e.power_cap_w}, {"sm_clock_hz", e.sm_clock_hz}, {"mem_clock_hz", e.mem_clock_hz}};
  j["datasheet"] = sheet_json(p.datasheet);
  j["power"] = power_json(p.power);
  j["thermal"] = {{"r_junction_case_k_per_w", p.thermal.r_junction_case_k_per_w}, {"slow_c", p.thermal.slow_c}, {"trip_c", p.thermal.trip_c}, {"hbm_max_c", p.thermal.hbm_max_c}};
  if (p.sustained.matrix != 1 || p.sustained.memory != 1) j["sustained"] = {{"matrix", p.sustained.matrix}, {"memory", p.sustained.memory}};
  std::string text = j.dump(1);
  text.resize(text.size() - 2);  // reopen the object: one surface a line keeps differences between versions readable
  text += ",\n \"surfaces\": [";
  for (std::size_t i = 0; i < p.surfaces.size(); ++i) text += (i ? ",\n  " : "\n  ") + surface_json(p.surfaces[i]).dump();
  return text + "\n ]\n}\n";
}

HardwareProfile profile_from_json(std::string const& text, std::string const& name) {
  Json j;
  try {
    j = Json::parse(text);
  } catch (nlohmann::json::exception const& e) {
    fail(name, "AF4710", fmt::format("not a JSON file: {}", e.what()), "write profiles with `aifactory calibrate`");
  }
  if (!j.is_object() || !j.contains("schema") || j["schema"] != kProfileSchema)
    fail(name, "AF4711", fmt::format("not a hardware profile: key `schema` must be `{}`", kProfileSchema), "write profiles with `aifactory calibrate`");
  try {
    return profile_from(j);
  } catch (std::exception const& e) {
    fail(name, "AF4712", fmt::format("broken hardware profile: {}", e.what()), "write it again with `aifactory calibrate`");
  }
}

HardwareProfile read_profile(std::string const& path) { return profile_from_json(read_file(path), path); }

void write_profile(HardwareProfile const& profile, std::string const& path) { write_file(path, profile_to_json(profile)); }

}  // namespace aif
