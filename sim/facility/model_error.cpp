#include "sim/facility/model_error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "contracts/uncertainty.hpp"
#include "core/grid_table.hpp"
#include "sim/facility/serving_groups.hpp"
#include "sim/group_point.hpp"

namespace aif::sim {
namespace {

struct Factors {
  double tpot = 1, ttft = 1, power = 1, step = 1;
};

// A map and its promises, scaled once for all groups, hours and outages that share it; by map and factor of watts, which is the group's.
struct ScaledMap {
  std::shared_ptr<OperatingMap const> map;
  SloLimit slo;
};
using ScaledMaps = std::map<std::pair<OperatingMap const*, double>, ScaledMap>;

double factor_of(ErrorDraw const& draw, Estimate const& error) {
  if (draw.factor) return *draw.factor;
  return draw.u == 0.5 || !(error.low > 0 && error.high > error.low) ? 1.0 : error_factor(error, draw.u);
}

void scale(std::vector<double>& values, double factor) {
  for (double& v : values) v *= factor;
}

// Goodput where times are `f` longer is goodput where targets are 1/f of what they are.
void move_goodput(OperatingMap& map, double tpot, double ttft) {
  AxisPosition const t = aif::locate(map.ttft_target_frac, 1 / ttft), p = aif::locate(map.tpot_target_frac, 1 / tpot);
  std::size_t const np = map.tpot_target_frac.size(), cell = map.ttft_target_frac.size() * np;
  for (std::size_t i = 0; i < map.at.good_frac.size(); ++i) {
    auto const at = [&](std::size_t row, std::size_t column) { return 1e-4 * map.good_at_target[i * cell + (t.cell + row) * np + p.cell + column]; };
    map.at.good_frac[i] = (1 - t.weight) * ((1 - p.weight) * at(0, 0) + p.weight * at(0, 1)) + t.weight * ((1 - p.weight) * at(1, 0) + p.weight * at(1, 1));
  }
}

std::shared_ptr<OperatingMap const> scaled(OperatingMap const& from, Factors const& f) {
  auto map = std::make_shared<OperatingMap>(from);
  auto& at = map->at;
  map->capacity_out_token_s /= f.tpot;
  for (auto* rate : {&at.out_token_s, &at.in_token_s, &at.cached_token_s, &at.hbm_byte_s, &at.link_byte_s, &at.flop_s}) scale(*rate, 1 / f.tpot);
  for (auto* time : {&at.tpot_p50_s, &at.tpot_p90_s, &at.tpot_p99_s, &at.e2e_p50_s, &at.e2e_p90_s, &at.e2e_p99_s}) scale(*time, f.tpot);
  for (auto* time : {&at.ttft_p50_s, &at.ttft_p90_s, &at.ttft_p99_s}) scale(*time, f.ttft);
  scale(at.dynamic_w, f.power);
  if (f.tpot != 1 || f.ttft != 1) move_goodput(*map, f.tpot, f.ttft);
  return map;
}

void apply_to_group(RackGroup& group, Factors const& f, ScaledMaps& maps) {
  if (f.power != 1 && group.profile) {
    auto profile = std::make_shared<HardwareProfile>(*group.profile);
    profile->power.idle_w *= f.power;
    profile->power.leak_w *= f.power;
    group.profile = std::move(profile);
  }
  if (group.map && (f.tpot != 1 || f.ttft != 1 || f.power != 1)) {
    auto const [it, fresh] = maps.try_emplace({group.map.get(), f.power});
    if (fresh) it->second.map = scaled(*group.map, f), it->second.slo = slo_limit(*it->second.map, kGoodShare);
    group.map = it->second.map;
    group.slo = it->second.slo;
  }
  if (group.duty == Duty::training) {
    group.full_token_s /= f.step;
    for (double& w : group.curve.dynamic_w) w *= f.power;
  }
  if (f.power != 1 || f.tpot != 1 || f.ttft != 1) {
    group.top_clock_frac = rated_clock(group);
    group.efficient_clock_frac = efficient_clock(group);
  }
}

Estimate const* interval_of(RackGroup const& group, ErrorFamily family) {
  switch (family) {
    case ErrorFamily::tpot: return group.map ? &group.map->tpot_error : nullptr;
    case ErrorFamily::ttft: return group.map ? &group.map->ttft_error : nullptr;
    case ErrorFamily::power_gpu: return group.profile ? &group.power_error : nullptr;
    case ErrorFamily::step_time: return group.duty == Duty::training ? &group.step_error : nullptr;
  }
  return nullptr;
}

void apply(Facility& facility, ErrorDraws const& draws, ScaledMaps& maps) {
  for (auto& group : facility.groups) {
    auto const factor = [&](ErrorFamily family) {
      Estimate const* error = interval_of(group, family);
      return error ? factor_of(draws[static_cast<std::size_t>(family)], *error) : 1.0;
    };
    apply_to_group(group, {factor(ErrorFamily::tpot), factor(ErrorFamily::ttft), factor(ErrorFamily::power_gpu), factor(ErrorFamily::step_time)}, maps);
  }
  for (auto& part : facility.day_parts) apply(part, draws, maps);
  for (auto& variant : facility.variants) {
    auto changed = std::make_shared<Facility>(*variant);
    apply(*changed, draws, maps);
    variant = std::move(changed);
  }
}

}  // namespace

std::optional<Estimate> error_interval(Facility const& facility, ErrorFamily family) {
  std::optional<Estimate> widest;
  for (auto const& group : facility.groups)
    if (Estimate const* e = interval_of(group, family); e && (!widest || e->high / e->low > widest->high / widest->low)) widest = *e;
  return widest;
}

void apply_model_error(Facility& facility, ErrorDraws const& draws) {
  ScaledMaps maps;
  apply(facility, draws, maps);
}

}  // namespace aif::sim
