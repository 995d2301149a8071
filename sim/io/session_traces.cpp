// Traces as JSON lines: Mooncake requests with block hashes, agent sessions with block ranges.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/csv.hpp"
#include "sim/io/trace_problems.hpp"
#include "sim/io/traces.hpp"

namespace aif::sim {

using nlohmann::json;
using workloads::BlockRange;
using workloads::RequestTable;

namespace {

constexpr int kMooncakeBlock_token = 512;

template <class F>
void for_each_line(std::string const& path, TraceProblems& problems, F&& f) {
  std::string const text = read_file(path);
  int line = 0;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t const to = std::min(text.find('\n', from), text.size());
    std::string_view const row(text.data() + from, to - from);
    from = to + 1;
    ++line;
    if (row.find_first_not_of(" \r") == std::string_view::npos) continue;
    json const value = json::parse(row, nullptr, false);
    try {
      if (value.is_discarded()) throw std::invalid_argument("the line is no JSON");
      f(line, value);
    } catch (std::exception const& e) {
      problems.add("AF4504", line, e.what(), "see library/traces/SOURCES.md for the layout");
    }
  }
  if (line == 0) problems.add("AF4503", 1, "the trace has no requests", "");
  problems.raise();
}

double number_or_zero(json const& call, char const* key) {
  auto const at = call.find(key);
  return at == call.end() || at->is_null() ? 0.0 : at->get<double>();
}

void close_blocks(RequestTable& table) { table.block_begin.push_back(static_cast<std::uint32_t>(table.blocks.size())); }

void add_block(RequestTable& table, std::size_t begin, BlockRange range) {  // neighbours are joined
  if (table.blocks.size() > begin && table.blocks.back().first + table.blocks.back().count == range.first) table.blocks.back().count += range.count;
  else table.blocks.push_back(range);
}

// Builds the chains of one session after another.
class SessionBuilder {
 public:
  SessionBuilder(SessionTrace& out, TraceProblems& problems) : out_(out), problems_(problems) { out_.requests.block_begin = {0}; }

  void add(int line, json const& session, double start_s) {
    line_ = line;
    block_base_ = next_block_;
    out_.requests.block_token = session.at("block").get<int>();
    double busy = 0, first = -1, end = 0, last = 0;
    std::vector<std::int32_t> before;
    for (json const& entry : session.at("requests")) {
      double const at = entry.at("t").get<double>();
      problems_.check_time(line_, at, last);
      last = at;
      if (entry.contains("requests")) {
        ++out_.sub_agents;
        std::vector<std::int32_t> own = before.empty() ? before : std::vector<std::int32_t>{before.front()};
        for (json const& call : entry.at("requests")) own = {this->call(call, start_s, at, own)};
        before.insert(before.end(), own.begin(), own.end());
        continue;
      }
      before = {call(entry, start_s, 0.0, before)};
      if (first < 0) first = at;
      busy += number_or_zero(entry, "api");
      end = at + number_or_zero(entry, "api");
    }
    busy_s_ += busy;
    span_s_ += end - std::max(0.0, first);
    ++out_.sessions;
  }

  void finish() {
    RequestTable& t = out_.requests;
    t.next_begin.assign(t.size() + 1, 0);
    for (auto const& [from, to] : edges_) ++t.next_begin[static_cast<std::size_t>(from) + 1];
    for (std::size_t i = 0; i < t.size(); ++i) t.next_begin[i + 1] += t.next_begin[i];
    std::vector<std::uint32_t> at(t.next_begin.begin(), t.next_begin.end() - 1);
    t.next.resize(edges_.size());
    for (auto const& [from, to] : edges_) t.next[at[static_cast<std::size_t>(from)]++] = to;
    out_.busy_frac = span_s_ > 0 ? busy_s_ / span_s_ : 0.0;
  }

 private:
  std::int32_t call(json const& c, double start_s, double offset_s, std::vector<std::int32_t> const& before) {
    RequestTable& t = out_.requests;
    auto const index = static_cast<std::int32_t>(t.size());
    double const at = offset_s + c.at("t").get<double>(), in = c.at("in").get<double>(), out = c.at("out").get<double>();
    problems_.check_lengths(line_, in, std::max(1.0, out));  // a call that was cut off answers nothing: one token
    double ready = 0;
    for (std::int32_t b : before) ready = std::max(ready, out_.at_s[static_cast<std::size_t>(b)] + out_.call_s[static_cast<std::size_t>(b)] - start_s);
    t.add(before.empty() ? start_s + at : std::max(0.0, at - ready), static_cast<std::int32_t>(in), static_cast<std::int32_t>(std::max(1.0, out)));
    t.session.push_back(static_cast<std::int32_t>(out_.sessions));
    t.waits_for.push_back(static_cast<std::int32_t>(before.size()));
    for (std::int32_t b : before) edges_.emplace_back(b, index);
    out_.at_s.push_back(start_s + at);
    out_.call_s.push_back(number_or_zero(c, "api"));
    std::size_t const begin = t.blocks.size();
    for (json const& b : c.at("b")) {
      auto const first = b.at(0).get<std::uint32_t>(), count = b.at(1).get<std::uint32_t>();
      add_block(t, begin, {block_base_ + first, count});
      next_block_ = std::max(next_block_, block_base_ + first + count + 1);
    }
    close_blocks(t);
    return index;
  }

  SessionTrace& out_;
  TraceProblems& problems_;
  std::vector<std::pair<std::int32_t, std::int32_t>> edges_;
  std::uint32_t block_base_ = 0, next_block_ = 0;
  double busy_s_ = 0, span_s_ = 0;
  int line_ = 0;
};

}  // namespace

RequestTable read_mooncake_trace(std::string const& path) {
  TraceProblems problems(path);
  RequestTable table;
  table.block_token = kMooncakeBlock_token;
  table.block_begin = {0};
  double last_s = 0;
  for_each_line(path, problems, [&](int line, json const& row) {
    double const at_s = row.at("timestamp").get<double>() / 1000.0, in = row.at("input_length").get<double>(), out = row.at("output_length").get<double>();
    problems.check_time(line, at_s, last_s);
    problems.check_lengths(line, in, out);
    last_s = std::max(last_s, at_s);
    table.add(at_s, static_cast<std::int32_t>(in), static_cast<std::int32_t>(out));
    std::size_t const begin = table.blocks.size();
    auto whole = static_cast<std::size_t>(in) / kMooncakeBlock_token;  // the last hash stands for a block that is not full
    for (json const& id : row.at("hash_ids"))
      if (whole-- > 0) add_block(table, begin, {id.get<std::uint32_t>(), 1});
      else break;
    close_blocks(table);
  });
  return table;
}

SessionTrace read_session_trace(std::string const& path, double spacing_s, std::size_t most_sessions) {
  TraceProblems problems(path);
  SessionTrace out;
  SessionBuilder builder(out, problems);
  for_each_line(path, problems, [&](int line, json const& session) {
    if (out.sessions < most_sessions) builder.add(line, session, spacing_s * static_cast<double>(out.sessions));
  });
  builder.finish();
  return out;
}

}  // namespace aif::sim
