// The page: complete, closed to the outside, and nothing in a scenario can become markup.
#include "reports/html.hpp"

#include <doctest/doctest.h>

#include <string>

#include "reports/assets.hpp"
#include "tests/unit/reports/synthetic_results.hpp"

using namespace aif;
using namespace aif::reports;

namespace {

std::string page_of(std::vector<sim::Results> const& all, ReportOptions const& settings = {}) { return render_report(all, settings); }

std::size_t count(std::string const& text, std::string const& word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("one option: every section, a strict policy, no address to load from, below 3 MB") {
  std::string const page = page_of({testing::make_results()});
  for (char const* id : {"answer", "o0-limits", "o0-energy", "o0-time", "o0-cooling", "o0-delivery", "o0-tokens", "o0-money", "o0-checks", "o0-notes", "o0-figures", "o0-assumptions", "o0-provenance", "notices"})
    CHECK_MESSAGE(count(page, std::string("<section id=\"") + id + "\"") == 1, id);
  CHECK(count(page, "content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\"") == 1);
  std::string const plain = page_of({testing::make_results()}, {"", false});  // the chart library names addresses in its comments
  CHECK(count(plain, " src=") == 0);
  CHECK(count(plain, "<link") == 0);
  CHECK(count(plain, "http") == 1);  // http-equiv
  CHECK(page.size() < 3'000'000);
  CHECK(count(page, "{{") == count(page_script(), "{{") + count(std::string(chart_library()), "{{"));
}

TEST_CASE("four options stay below 8 MB and stand side by side") {
  auto const one = testing::make_results();
  std::string const page = page_of({one, one, one, one});
  CHECK(page.size() < 8'000'000);
  CHECK(count(page, "data-metric=\"pue\" data-option=\"3\"") > 0);
  CHECK(count(page, "<section id=\"o3-limits\"") == 1);
  CHECK(count(page, "<section id=\"side-by-side\"") == 1);
  CHECK(count(page, "No option makes more good tokens") == 1);  // they are alike
}

TEST_CASE("the verdict names the better option, whichever stands first") {
  auto a = testing::make_results("First"), b = testing::make_results("Second");
  for (auto& m : b.summary)
    if (m.id == "cost.per_mtok_out") m.value *= 0.5;
  CHECK(count(page_of({a, b}, {"", false}), "Option B (Second) has the lowest cost of a good token (-50.0 % against A); it is mostly limited by the latency targets of Chat, DeepSeek class") == 1);
  CHECK(count(page_of({b, a}, {"", false}), "Option A (Second) has the lowest cost of a good token; it is mostly") == 1);
}

TEST_CASE("bands, outages, availability, events and studies have their sections when the result has them, and none when not") {
  auto r = testing::make_results();
  std::string const without = page_of({r}, {"", false});
  CHECK(count(without, "No bands were computed in this run") == 1);
  CHECK(count(without, "Outages and availability were not computed") == 1);
  r.ensemble.metrics = {"tokens.good.rate"}, r.ensemble.inputs = {"x"}, r.ensemble.input_sources = {"here"};
  for (int i = 0; i < 40; ++i) r.ensemble.draws.push_back({i * 1.0}), r.ensemble.values.push_back({44e6 + 1e5 * i}), r.ensemble.failures.emplace_back();
  sim::ContingencyReport c;
  sim::OutageResult o;
  o.what.component = o.what.label = "power.ups";
  o.transient.ride.seconds_to_trip_s = INFINITY;
  c.outages = {o}, c.by_expected_loss = {0};
  r.risk.contingency = c, r.risk.availability = sim::AvailabilityReport{};
  r.risk.events = {{"storm", "grid_outage", "2027-03-01", 4, 1e9}};
  r.studies.push_back({"swap", "factory_pattern", "Swap", "All run.", {}, {}, {}, {}});
  std::string const page = page_of({r}, {"", false});
  for (char const* id : {"o0-uncertainty", "o0-contingency", "o0-availability", "o0-events", "o0-study-0"}) CHECK_MESSAGE(count(page, std::string("<section id=\"") + id + "\"") == 1, id);
  CHECK(count(page, "Drivers of Good output tokens") > 0);  // one input explains all
  CHECK(count(page, "ups failure") > 0);
  CHECK(count(page, ">inf") == 0);
}

TEST_CASE("schedules, sheets and diagrams say what the result holds and leave out what it does not") {
  auto r = testing::make_results();
  CHECK(count(page_of({r}, {"", false}), "-schedules\"") == 0);  // no resolved scenario, nothing to draw
  r.provenance.canonical_json = R"({"site":{"utility":{"capacity":1e8,"voltage":138000,"feeds":{"count":2,"redundancy":"2N"},"power_factor_min":0.95}},
    "power":{"blocks":{"count":48,"it_capacity":2.75e6,"redundancy":"4N/3"},"ups":{"rated_power":1.25e6,"mode":"double_conversion"}},
    "halls":[{"id":"h","pods":[{"id":"a-chat","count":640,"rack":{"title":"<b>rack</b>","design_power":132000,"liquid_fraction":0.86}}]}],
    "phases":[{"id":"p","date":"2027-02-01","adds":{"site.utility.capacity":"50 MW"},"burn_in":864000,"ramp":0.00013888888888888889}]})";
  std::string const page = page_of({r}, {"", false});
  for (char const* id : {"o0-schedules", "o0-utility", "o0-compliance", "o0-diagrams"}) CHECK_MESSAGE(count(page, std::string("<section id=\"") + id + "\"") == 1, id);
  CHECK(count(page, "nothing is guessed here") == 1);  // a result without an inventory
  CHECK(count(page, "Short circuit currents") == 1);
  CHECK(count(page, "<b>rack</b>") == 0);
  CHECK(count(page, "2027-02-01") > 0);
  CHECK(count(page, "Shorter than a window of this run;") == 4);  // ramps of 1 s, 1, 10 and 15 min from hourly windows
  r.inventory = {{"power.ups", "UPS modules", "W", "racks", 144, 0, 1.25e6, 0, 0, 0, 0}, {"cooling.plant.facility_pumps", "Facility-water pumps", "", "racks", 3, 2, 0, 0.5, 2e5, 1.5e5, 0}};
  std::string const counted = page_of({r}, {"", false});
  CHECK(count(counted, "nothing is guessed here") == 0);
  CHECK(count(counted, "<td class=\"number\">144</td>") == 3);  // in all, on the day of its phase, and all of the phases
  CHECK(count(counted, "Bill of quantities by phase") > 0);
  CHECK(count(counted, ">500</data> <span class=\"unit\">L/s</span>") == 1);
}

TEST_CASE("the utility gets its sheet first, and neither cost nor tokens by product") {
  auto r = testing::make_results();
  r.provenance.canonical_json = R"({"site":{"utility":{"capacity":1e8}}})";
  std::string const page = page_of({r}, {"", false, "utility"});
  CHECK(page.find("<section id=\"o0-utility\"") < page.find("<section id=\"o0-time\""));
  CHECK(count(page, "<section id=\"o0-money\"") == 0);
  CHECK(count(page, "<section id=\"o0-tokens\"") == 0);
}

TEST_CASE("Markdown has every table, and text of a scenario stays text") {
  std::vector<sim::Results> const all{testing::make_results("A | B <script>alert(1)</script> [x](y) *z*")};
  std::string const text = render_markdown(make_report(all, {}));
  CHECK(text.starts_with("# A \\| B &lt;script&gt;alert(1)&lt;/script&gt; \\[x\\](y) \\*z\\*\n"));
  CHECK(count(text, "<script") == 0);
  CHECK(count(text, "## Checks") == 1);
  CHECK(count(text, "| PUE | 1.123 |") == 2);
}

TEST_CASE("a picture cannot carry markup of a scenario") {
  Picture const p{"", "", "\"><script>", "<svg/>"};
  ReportModel model;
  model.sections.push_back({"s", "S", {p}});
  CHECK(count(render_model(model, "", false), "\"><script>") == 0);
}

TEST_CASE("hostile text shows as text") {
  std::string const hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{script}}";
  sim::Results r = testing::make_results(hostile);
  r.workloads[0].title = r.notes[0] = r.assumptions[0].value = r.provenance.scenario_text = r.causes[1].component = r.checks[0].expression = hostile;
  r.series[1].coordinates["pod"][0] = hostile;
  r.flows[0].from = hostile;
  std::string const page = page_of({r}), harmless = page_of({testing::make_results()});
  CHECK(count(page, "<script") == count(harmless, "<script"));
  CHECK(count(page, "</script") == count(harmless, "</script"));
  CHECK(count(page, "<img") == count(harmless, "<img"));
  CHECK(count(page, "&lt;/script&gt;&lt;script&gt;alert(1)") > 5);
}

TEST_CASE("a result without series, costs or checks still gives a page") {
  sim::Results bare;
  bare.provenance.scenario_title = "Bare";
  testing::add_metric(bare, "pue", 1.2);
  std::string const page = page_of({bare});
  CHECK(count(page, "The scenario has no checks") == 1);
  CHECK(count(page, ">nan") == 0);
  CHECK(count(page, ":nan") == 0);
  CHECK_THROWS_WITH_AS(page_of({}), doctest::Contains("AF5040"), InputError);
}

TEST_CASE("escapes") {
  CHECK(escape_html("a<b>&\"'\x01") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(json_for_script(Json("</script>\xff")).find('<') == std::string::npos);
}
