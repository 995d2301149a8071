// Published traces as the library ships them, and broken ones.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/diagnostics.hpp"
#include "sim/io/traces.hpp"
#include "tests/support/temp_file.hpp"
#include "workloads/serving/prefix_cache.hpp"

using namespace aif;
using namespace aif::sim;
using aif::test::TempFile;

namespace {

std::string const kTraces = AIF_SOURCE_DIR "/library/traces/";

double mean_of(std::vector<std::int32_t> const& v) {
  double sum = 0;
  for (auto x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

std::vector<Diagnostic> problems_of(std::string const& path) {
  try {
    read_trace(path);
  } catch (InputError const& e) {
    return e.diagnostics().items();
  }
  return {};
}

}  // namespace

TEST_CASE("Azure 2023 conversation: rows and means as SOURCES.md states them") {
  auto const t = read_azure_trace(kTraces + "azure_llm_2023_conv.csv.gz");
  CHECK(t.size() == 19366);
  CHECK(mean_of(t.input_token) == doctest::Approx(1155).epsilon(0.001));
  CHECK(mean_of(t.output_token) == doctest::Approx(211).epsilon(0.001));
  CHECK(t.arrival_s.front() == 0);
  CHECK(t.arrival_s.back() == doctest::Approx(3501.72).epsilon(1e-5));
}

TEST_CASE("Mooncake conversation: an unbounded cache finds 37 % of the prompt tokens") {
  auto const t = read_mooncake_trace(kTraces + "mooncake_conversation.jsonl.xz");
  CHECK(t.size() == 12031);
  CHECK(mean_of(t.input_token) == doctest::Approx(12035).epsilon(0.001));
  CHECK(workloads::replay_hit_frac(t, t.arrival_s, std::numeric_limits<double>::infinity()) == doctest::Approx(0.37).epsilon(0.03));
}

TEST_CASE("Claude Code sessions: hit share by time-to-live, busy share, sub-agents") {
  auto const trace = read_session_trace(kTraces + "claude_code_block_ranges_kvcachetester.jsonl.xz");
  CHECK(trace.sessions == 692);
  CHECK(trace.sub_agents == 63);
  CHECK(mean_of(trace.requests.input_token) == doctest::Approx(118296).epsilon(0.02));
  CHECK(trace.busy_frac == doctest::Approx(0.068).epsilon(0.05));
  auto hit = [&](double ttl_s) { return workloads::replay_hit_frac(trace.requests, trace.at_s, ttl_s); };
  CHECK(hit(std::numeric_limits<double>::infinity()) == doctest::Approx(0.962).epsilon(0.005));
  CHECK(hit(60) == doctest::Approx(0.81).epsilon(0.02));
  CHECK(hit(300) == doctest::Approx(0.92).epsilon(0.02));
  CHECK(hit(3600) == doctest::Approx(0.96).epsilon(0.01));
}

TEST_CASE("BurstGPT day: twenty-four hours, quiet at night") {
  auto const p = read_hourly_shape(kTraces + "burstgpt_sessions_by_hour.csv");
  REQUIRE(p.hour.size() == 24);
  CHECK(p.hour[7] < 0.1 * p.hour[12]);
}

TEST_CASE("broken traces are told by line") {
  std::string const head = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.97,100,10\n";
  TempFile const missing("aif_t1.csv", "TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.97,100\n");
  REQUIRE(problems_of(missing.path.string()).size() == 1);
  CHECK(problems_of(missing.path.string())[0].code == "AF4501");
  TempFile const order("aif_t2.csv", head + "2023-11-16 18:17:02.97,100,10\n");
  REQUIRE(problems_of(order.path.string()).size() == 1);
  CHECK(problems_of(order.path.string())[0].code == "AF4502");
  CHECK(problems_of(order.path.string())[0].pos.line == 3);
  TempFile const absurd("aif_t3.csv", head + "2023-11-16 18:17:04.97,-5,10\n2023-11-16 18:17:04.97,5,1e12\n");
  CHECK(problems_of(absurd.path.string()).size() == 2);
  CHECK(problems_of(absurd.path.string())[1].pos.line == 4);
  TempFile const garbage("aif_t4.jsonl", "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 3, \"hash_ids\": [0]}\n{oops\n{\"timestamp\": -1000, \"input_length\": 5, \"output_length\": 3, \"hash_ids\": [0]}\n");
  auto const told = problems_of(garbage.path.string());
  REQUIRE(told.size() == 2);
  CHECK(told[0].code == "AF4504");
  CHECK(told[0].pos.line == 2);
  CHECK(told[1].code == "AF4502");
  CHECK(problems_of("x.parquet").at(0).code == "AF4505");
}
