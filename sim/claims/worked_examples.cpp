#include "sim/claims/worked_examples.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "contracts/profile_json.hpp"
#include "core/calendar.hpp"
#include "models/compute/device_power.hpp"
#include "models/compute/serving_parameters.hpp"
#include "models/economics/delivery.hpp"
#include "sim/claims/interactive_rate.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/product_groups.hpp"
#include "sim/facility/rack_power.hpp"
#include "sim/facility/serving_groups.hpp"

namespace aif::sim {
namespace {


class Examples {
 public:
  Examples(StudyResult& result, Library const& library) : r_(result), library_(library), assets_(library) {
    table_ = {"examples", "Worked examples: published, the twin's own, error", "Error: the twin's figure over the published one, less one. Published figures as quoted in the reference (workloads.md), with what is known of their conditions.", {"example", "published", "the twin", "unit", "error", "where the published figure comes from"},
              {"", "", "", "", "1", ""}, {}};
  }
  StudyTable take() { return std::move(table_); }

  void add(std::string const& id, std::string const& what, double published, double own, std::string const& unit, std::string const& from) {
    table_.rows.push_back({cell(what), cell(published), cell(own), cell(unit), cell(own / published - 1), cell(from)});
    r_.add(id, own, unit, what);
    r_.add(id + ".error", own / published - 1, "1", "Error of it against the published figure.");
  }

  HardwareProfile device(std::string const& id) const {
    return *assets_.serving_profile(library_.asset_path("lib:profiles/" + id));
  }

  // A product on one device, with some counts changed.
  template <class Change>
  workloads::ProductPlan plan(std::string const& product_id, HardwareProfile const& profile, int devices, Change&& change) const {
    auto product = library_.load_as<workloads::ProductParams>("products/" + product_id);
    change(product);
    DiagnosticList problems;
    auto const shelf = stock_shelf(product, library_, problems);
    MachineParts const parts{&profile, devices, scale_up_domain(profile, devices), 1e6, 1e15, {}, {{"supervisor", 1e12}}};
    return workloads::plan_product(product, shelf, make_machine(parts, shelf, assets_));
  }
  workloads::ProductPlan plan(std::string const& product_id, HardwareProfile const& profile, int devices = 1) const {
    return plan(product_id, profile, devices, [](auto&) {});
  }

  Library const& library() const { return library_; }
  compute::ServingFit const& fit() const { return *assets_.serving_fit(); }

 private:
  StudyResult& r_;
  Library const& library_;
  mutable Assets assets_;
  StudyTable table_;
};

double device_seconds(workloads::ProductPlan const& plan) {
  double s = 0;
  for (auto const& stage : plan.stages) s += stage.device_s;
  return s;
}

void images(Examples& e) {
  auto const flux = e.library().load_as<compute::NetworkParams>("networks/flux.1-dev");
  compute::PartWork work;
  work.width = work.height = 1024;
  work.repeats = 28;
  double const flop = compute::totals(compute::lower(*compute::find_part(flux, "denoiser"), work, {})).flop;
  e.add("flux.flop", "FLOP of a FLUX.1-dev image, 28 steps", 2.08e15, flop, "FLOP", "workloads.md, section 1");
  auto const h100 = e.device("h100_sxm"), b200 = e.device("b200_sxm");
  e.add("flux.seconds", "Seconds of that image on one H100", 4.30, e.plan("image-flux-dev", h100).latency_s, "s", "xDiT, compiled");
  e.add("sdxl.flop", "FLOP of an SDXL image, 20 steps with guidance", 2.44e14, [&] {
    double sum = 0;
    auto const p = e.plan("image-sdxl", b200);
    for (auto const& stage : p.stages)
      for (double f : stage.per_job.flop) sum += f;
    return sum;
  }(), "FLOP", "2.99 TMAC a forward (without attention scores), reference from memory");
  e.add("sdxl.rate", "SDXL images a second on one B200", 4.07, e.plan("image-sdxl", b200).jobs_s, "1 s-1", "MLPerf v5.1 offline");
  // Watts of a node of eight at that rate: the rack of four such nodes.
  auto const rack = e.library().load_as<RackParams>("racks/hgx-b200-4");
  auto const p = e.plan("image-sdxl", b200, 8);
  auto const activity = compute::activity_over(p.per_job, p.device_s);
  double const device_w = std::min(b200.datasheet.tdp_w, b200.power.idle_w + compute::leakage_w(b200.power, b200.power.t_ref_c) + compute::dynamic_w(b200.power, activity, 1.0));
  double const node_w = rack_power(rack, device_w * rack.devices, 1.0).it_w / rack.nodes;
  e.add("sdxl.node_power", "Watts of a node of eight B200 at work on SDXL", 9500, node_w, "W", "MLPerf v5.1 power");
  e.add("sdxl.energy", "Joules of an SDXL image at the wall of that node", 299, node_w / p.jobs_s, "J", "MLPerf v5.1 power");
}

void folding(Examples& e) {
  auto const h100 = e.device("h100_sxm");
  for (double n : {1024.0, 2048.0, 4096.0}) {
    auto const p = e.plan("fold-alphafold3", h100, 1, [&](auto& product) {
      for (auto& stage : product.stages)
        if (auto* s = std::get_if<workloads::NetworkStage>(&stage)) s->tokens = n;
    });
    double const law = 26.8 * std::pow(n / 1024, 2) + 5.4 * std::pow(n / 1024, 3);
    e.add(fmt::format("fold.seconds.n{:g}", n), fmt::format("AlphaFold 3 at {:.0f} tokens on one H100, seconds (law 26.8 n^2 + 5.4 n^3)", n), law, device_seconds(p), "s", "fit of the reference to google-deepmind/alphafold3");
    e.add(fmt::format("fold.per_day.n{:g}", n), fmt::format("Complexes a day of one H100 at {:.0f} tokens", n), n == 1024 ? 2540 : n == 2048 ? 600 : 110, 86400 / device_seconds(p), "1", "workloads.md, section 1");
  }
}

void languages(Examples& e) {
  // The published figure rests on a speech synthesis rate measured on an unnamed card of an older generation.
  auto const l4 = e.device("l4"), h100 = e.device("h100_sxm");
  auto const sources = [&](HardwareProfile const& profile) {
    auto const p = e.plan("speech-translate-30", profile);
    return p.fits ? p.jobs_s * 2 : 0.0;  // jobs of two seconds
  };
  e.add("languages.sources.l4", "Live sources x 30 languages of one L4", 12, sources(l4), "1", "Riva page, 366 x real time, GPU not named");
  e.add("languages.sources.h100", "Live sources x 30 languages of one H100", 12, sources(h100), "1", "the same");
  e.add("languages.venues", "Devices for 40 venues x 30 languages, L4, one spare", 6, std::ceil(40 / std::max(1e-9, sources(l4))) + 1, "1", "workloads.md: 4 to 6 GPUs and one");
}

void robots(Examples& e) {
  auto const pro = e.device("rtxpro6000_se"), h100 = e.device("h100_sxm");
  for (auto const* p : {&pro, &h100}) e.add("robot.rate." + p->id, "GR00T N1.7 chunks a second, one at a time, on " + p->id, 35.9, 1 / e.plan("robot-gr00t-n1.7", *p, 1, [](auto& product) {
    for (auto& stage : product.stages)
      if (auto* s = std::get_if<workloads::NetworkStage>(&stage)) s->max_batch = 1;
  }).latency_s, "Hz", "Isaac-GR00T, TensorRT");
}

void sessions(Examples& e) {
  auto const card = e.device("rtxpro6000_se");
  auto const count = [&](workloads::StateHome home) {
    auto const p = e.plan("agent-coding-120b", card, 1, [&](auto& product) {
      product.latency_p95_s = 0;
      for (auto& stage : product.stages)
        if (auto* s = std::get_if<workloads::LanguageStage>(&stage)) s->home = home, s->gap_s = 130, s->tpot_s = 0.06;
      std::erase_if(product.stages, [](auto const& stage) { return std::holds_alternative<workloads::CpuStage>(stage); });
      for (auto& stage : product.stages)
        if (auto* s = std::get_if<workloads::LanguageStage>(&stage)) s->after.clear();
    });
    return p.fits ? p.jobs_s * 140 : 0.0;
  };
  e.add("sessions.without_tier", "Coding sessions of one RTX PRO 6000, KV in device memory only", 13, count(workloads::StateHome::hbm), "1", "first principles, gpt-oss-120b, 118 k tokens");
  e.add("sessions.with_tier", "The same with 120 GB of host memory or more", 55, count(workloads::StateHome::host), "1", "first principles, 50 to 60");
}

void schedule(Examples& e) {
  economics::DeliveryItem gpus, transformer;
  gpus.id = "gpus", gpus.lead = {"", "", 26 * kWeek, 26 * kWeek, 26 * kWeek}, gpus.capacity_w = 10e6, gpus.capex_usd = 1e8, gpus.is_compute = true;
  transformer.id = "transformer", transformer.lead = {"", "", 128 * kWeek, 128 * kWeek, 128 * kWeek}, transformer.capacity_w = 10e6;
  auto const out = economics::simulate_delivery({gpus, transformer}, {.draws = 1, .seed = 1, .horizon_s = 140 * kWeek, .points = 2, .wacc_frac = 0.09});
  e.add("schedule.value_lost", "Share of the GPUs' price lost to a transformer at week 128", 0.57, out.compute_value_lost_frac.p50, "1", "workloads.md, finding 10");
  e.add("people.per_mtok_s", "People at work for a million agentic output tokens a second", 73000, 1e6 / 4127 * 300, "1", "Copilot, 4,127 tokens a turn, five minutes of supervision");
}

// The two machines of the published 50 times: the twin's own tokens and kilowatts of each, best over the speed of a user.
void fifty(Examples& e, StudyResult& r) {
  auto const model = e.library().load_as<compute::ModelArchitecture>("models/deepseek-r1");
  struct Side {
    char const *rack, *id;
    double published_token_s, published_w, accepted;
    int drafts;
    double year;
  };
  constexpr double kPue = 1.2, kNetworkW = 60;
  StudyTable t{"fifty", "The two machines behind '50 times'", "The published pair states no speed for a user; the twin's figures at the speed where its own ratio comes closest to theirs.", {"machine", "published tokens/s", "the twin's", "published kW at the meter", "the twin's", "tokens/s for a user"}, {"", "1 s-1", "1 s-1", "W", "W", "1 s-1"}, {}};
  Side const sides[2] = {{"racks/hgx-h200-4", "h200", 90, 1730, 1, 0, 2025.5}, {"racks/gb300-nvl72", "gb300", 6000, 2100, 2.3, 3, 2026.4}};
  double best_miss = INFINITY;
  std::array<double, 2> token{}, watt{};
  double speed_at = 0, at_ratio = 0;
  for (double speed = 10; speed <= 160; speed += 2) {
    std::array<double, 2> now{}, w{};
    for (int i = 0; i < 2; ++i) {
      auto const rack = e.library().load_as<RackParams>(sides[i].rack);
      ServedMachine m;
      m.profile = read_profile(e.library().asset_path(rack.device));
      m.profile.power = compute::serving_power(e.fit(), m.profile);
      m.weights = narrowest(m.profile), m.kv = Precision::fp8;
      m.domain = scale_up_domain(m.profile, rack.devices);
      m.engine = compute::engine_params(e.fit(), compute::EngineFamily::trtllm, m.profile, model);
      m.draft_tokens = sides[i].drafts, m.accepted_per_step = sides[i].accepted, m.software_year = sides[i].year;
      auto const rate = best_served_rate(m, model, {1000, 8000, 0, 1 / speed});
      now[static_cast<std::size_t>(i)] = rate.token_s;
      w[static_cast<std::size_t>(i)] = rate.token_s > 0 ? (rack_power(rack, rate.device_w * rack.devices, rate.active_frac).it_w / rack.devices + kNetworkW) * kPue : 0;
    }
    if (now[0] <= 0 || now[1] <= 0) continue;
    double const ratio = now[1] / w[1] / (now[0] / w[0]), miss = std::abs(std::log(ratio / 54.9));
    if (miss < best_miss) best_miss = miss, token = now, watt = w, speed_at = speed, at_ratio = ratio;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    t.rows.push_back({cell(std::string(sides[i].id)), cell(sides[i].published_token_s), cell(token[i]), cell(sides[i].published_w), cell(watt[i]), cell(speed_at)});
    e.add(fmt::format("fifty.{}.tokens", sides[i].id), fmt::format("Output tokens a second of one {} on DeepSeek-R1", sides[i].id), sides[i].published_token_s, token[i], "1 s-1", "vendor page of 2026-04");
    e.add(fmt::format("fifty.{}.watts", sides[i].id), fmt::format("Watts at the meter for one {}", sides[i].id), sides[i].published_w, watt[i], "W", "InferenceX-app constants.ts");
  }
  e.add("fifty.ratio", "Tokens per watt, GB300 over H200", 54.9, at_ratio, "1", "(6000 / 2.10) / (90 / 1.73)");
  r.add("fifty.speed", speed_at, "1 s-1", "Speed promised to a user at which the twin's own ratio comes closest to 54.9.");
  r.tables.push_back(std::move(t));
}

}  // namespace

StudyResult run_study(WorkedExamplesStudy const& s, Library const& library) {
  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "Worked examples, computed by the twin" : s.title;
  Examples e(r, library);
  images(e);
  folding(e);
  languages(e);
  robots(e);
  sessions(e);
  schedule(e);
  fifty(e, r);
  auto table = e.take();
  StudyFigure f{"errors", "Worked examples: the twin over the published figure", "1 is exact. Where the published figure's hardware is not named (languages) or its speed is not stated (the 50 times) the comparison says little.", "", "twin over published", FigureKind::bars, {}, {{"ratio", {}, {}, {}, {}}}, false, true};
  double within = 0;
  for (auto const& row : table.rows) {
    f.categories.push_back(row[0].text.substr(0, 26)), f.series[0].y.push_back(row[4].value + 1);
    within += std::abs(row[4].value) <= 0.25 ? 1 : 0;
  }
  r.add("within_quarter", within / static_cast<double>(table.rows.size()), "1", "Share of the examples within a quarter of the published figure.");
  r.verdict = fmt::format("{:.0f} of {} worked examples within a quarter of the published figure.", within, table.rows.size());
  r.tables.insert(r.tables.begin(), std::move(table));
  r.figures.push_back(std::move(f));
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
