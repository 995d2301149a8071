#pragma once
// Requests in and what became of them, as columns. Predecessors make sessions, agent loops, fan-out and joins: a request with
// predecessors is released when the last of them has finished, plus its gap (tool run, thought, human). Blocks name the content
// of the prompt for prefix caches: equal ids mean equal prefixes (chained hashes), as in the published traces.

#include <cstdint>
#include <string>
#include <vector>

namespace aif::workloads {

struct BlockRange {
  std::uint32_t first = 0, count = 0;
};

struct RequestTable {
  std::vector<double> arrival_s;                   // without predecessors: time of arrival; with: gap after the last of them
  std::vector<std::int32_t> input_token, output_token;
  std::vector<std::int32_t> cached_token;          // empty, or: leading prompt tokens that are known to be cached
  std::vector<std::int32_t> session;               // empty, or: for affinity
  std::vector<std::uint8_t> priority;              // empty, or: 0 first
  std::vector<std::uint32_t> block_begin;          // empty, or n + 1 offsets into blocks
  std::vector<BlockRange> blocks;
  int block_token = 64;
  std::vector<std::uint32_t> next_begin;           // empty, or n + 1 offsets into next
  std::vector<std::int32_t> next;                  // successors
  std::vector<std::int32_t> waits_for;             // empty, or: number of predecessors

  std::size_t size() const { return input_token.size(); }
  void add(double at_s, std::int32_t in, std::int32_t out) {
    arrival_s.push_back(at_s);
    input_token.push_back(in);
    output_token.push_back(out);
  }
};

enum class Outcome : std::uint8_t { waiting, done, refused };  // refused: larger than the KV memory; waiting: cut off by the horizon

struct RequestResults {
  std::vector<double> released_s, ttft_s, tpot_s, e2e_s;  // NaN where it did not come to that; tpot of a one-token answer is 0
  std::vector<double> first_s;                            // when the step that gave the first token ended
  std::vector<std::int32_t> cached_token;
  std::vector<std::int32_t> replica;
  std::vector<Outcome> outcome;

  explicit RequestResults(std::size_t n = 0);
};

}  // namespace aif::workloads
