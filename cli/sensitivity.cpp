// sensitivity FILE: which uncertain inputs matter: a tornado (one at a time) or Sobol indices.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/summary_screen.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/run.hpp"
#include "sim/decisions/sensitivity.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kShown = 12;
constexpr std::size_t kBarWidth = 24;

struct SensitivityOptions {
  std::string file, method = "oat", out;
  std::vector<std::string> metrics;
  sim::LoadOptions load;
  std::size_t n = 64;
};

Json number(double v) { return std::isfinite(v) ? Json(v) : Json(); }

std::vector<std::size_t> order_by(std::size_t n, auto const& size) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return size(a) > size(b); });
  return order;
}

std::string tornado_text(sim::Tornado const& t) {
  std::string out;
  for (std::size_t m = 0; m < t.metrics.size(); ++m) {
    auto const effect = [&](double v) { return std::isfinite(v) ? std::abs(v - t.base[m]) : 0.0; };
    auto const size = [&](std::size_t i) { return std::max(effect(t.bars[i].at_low[m]), effect(t.bars[i].at_high[m])); };
    auto const order = order_by(t.bars.size(), size);
    out += fmt::format("{}  nominal {}\n", t.metrics[m], display(t.base[m], t.units[m]));
    double const widest = order.empty() ? 0.0 : size(order.front());
    for (std::size_t k = 0; k < std::min(kShown, order.size()) && size(order[k]) > 1e-6 * std::abs(t.base[m]); ++k) {
      auto const& bar = t.bars[order[k]];
      std::string const drawn(static_cast<std::size_t>(std::lround(kBarWidth * size(order[k]) / widest)), '#');
      out += fmt::format("  {:<52} {:>13} .. {:<13} {}\n", bar.input, std::isfinite(bar.at_low[m]) ? display(bar.at_low[m], t.units[m]) : "fails",
                         std::isfinite(bar.at_high[m]) ? display(bar.at_high[m], t.units[m]) : "fails", drawn);
    }
  }
  return out;
}

Json tornado_json(sim::Tornado const& t) {
  Json j{{"schema", "aifactory/tornado/v1"}};
  for (std::size_t m = 0; m < t.metrics.size(); ++m) j["metrics"].push_back({{"id", t.metrics[m]}, {"unit", t.units[m]}, {"nominal", number(t.base[m])}});
  for (auto const& bar : t.bars) {
    Json b{{"input", bar.input}, {"unit", bar.unit}, {"p10", number(bar.low_input)}, {"p90", number(bar.high_input)}};
    for (std::size_t m = 0; m < t.metrics.size(); ++m) b["at_p10"].push_back(number(bar.at_low[m])), b["at_p90"].push_back(number(bar.at_high[m]));
    j["inputs"].push_back(std::move(b));
  }
  return j;
}

std::string sobol_text(sim::SobolTable const& t) {
  std::string out;
  for (std::size_t m = 0; m < t.metrics.size(); ++m) {
    auto const order = order_by(t.inputs.size(), [&](std::size_t i) { return t.indices[m][i].total; });
    out += fmt::format("{:<54} {:>8} {:>18}   {:>8} {:>18}\n", t.metrics[m], "alone", "90 %", "in all", "90 %");
    for (std::size_t k = 0; k < std::min(kShown, order.size()); ++k) {
      auto const& s = t.indices[m][order[k]];
      if (s.total < 0.005) break;
      out += fmt::format("  {:<52} {:>7.1f} % {:>7.1f} .. {:<7.1f} {:>8.1f} % {:>7.1f} .. {:<7.1f}\n", t.inputs[order[k]], 100 * s.first, 100 * s.first_low, 100 * s.first_high, 100 * s.total, 100 * s.total_low, 100 * s.total_high);
    }
  }
  return out;
}

Json sobol_json(sim::SobolTable const& t) {
  Json j{{"schema", "aifactory/sobol/v1"}, {"runs", t.runs}, {"metrics", t.metrics}, {"inputs", t.inputs}};
  for (auto const& row : t.indices) {
    Json list = Json::array();
    for (auto const& s : row)
      list.push_back({{"first", number(s.first)}, {"first_90", {number(s.first_low), number(s.first_high)}}, {"total", number(s.total)}, {"total_90", {number(s.total_low), number(s.total_high)}}});
    j["indices"].push_back(std::move(list));
  }
  return j;
}

int sensitivity(SensitivityOptions const& o, Frame const& frame) {
  auto const loaded = sim::load_scenario(o.file, o.load);
  frame.print(loaded.warnings);
  sim::Library const library(o.load.library_dirs);
  sim::SensitivitySettings settings{o.metrics, {.cache_dir = sim::default_cache_dir(), .control = frame.control()}};
  Json document;
  std::string text;
  if (o.method == "oat") {
    auto const t = sim::tornado(loaded, library, settings);
    document = tornado_json(t), text = tornado_text(t);
  } else {
    auto const t = sim::sobol_table(loaded, library, o.n, settings);
    document = sobol_json(t), text = sobol_text(t) + fmt::format("{} runs; shares of the variance by an input alone and with all that it interacts with\n", t.runs);
  }
  if (!o.out.empty()) write_file(o.out, document.dump(2) + "\n");
  if (frame.json) fmt::print("{}\n", document.dump(2));
  else std::fputs(text.c_str(), stdout);
  return kSuccess;
}

}  // namespace

void add_sensitivity(CLI::App& app, Frame& frame) {
  auto const o = std::make_shared<SensitivityOptions>();
  CLI::App* verb = frame.verb(app, "sensitivity", "Rank the uncertain inputs", [o, &frame] { return sensitivity(*o, frame); });
  verb->add_option("FILE", o->file, "Scenario file")->required();
  verb->add_option("--method", o->method, "oat: each input at its P10 and P90; sobol: shares of the variance")->check(CLI::IsMember({"oat", "sobol"}))->capture_default_str();
  verb->add_option("-n,--points", o->n, "Rows of the Sobol sample; runs are n x (inputs + 2)")->capture_default_str()->check(CLI::Range(2, 1000000));
  verb->add_option("--metrics", o->metrics, "Figures; default the headline ones")->delimiter(',')->type_name("ID,...");
  verb->add_option("-o,--out", o->out, "Also write the numbers as JSON")->type_name("FILE");
  add_scenario_options(*verb, o->load);
}

}  // namespace aif::cli
