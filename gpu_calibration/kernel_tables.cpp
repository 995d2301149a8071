#include "gpu_calibration/kernel_tables.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"

namespace aif::calibration {
namespace {

Precision precision_of(CsvTable const& t, std::size_t row, std::string const& word) {
  static std::map<std::string, Precision> const known{
      {"bfloat16", Precision::bf16}, {"float16", Precision::fp16}, {"fp8", Precision::fp8}, {"fp8_block", Precision::fp8_block}, {"nvfp4", Precision::fp4},
      {"w4a16_mxfp4", Precision::w4a16_mxfp4}, {"w4a8_mxfp4_mxfp8", Precision::mxfp4}, {"int4_wo", Precision::w4a16}, {"int8_wo", Precision::int8}};
  auto const found = known.find(word);
  if (found != known.end()) return found->second;
  throw InputError(Diagnostic{"AF4702", Severity::error, fmt::format("unknown number format `{}`", word), "", {t.name(), t.line(row), 1},
                              "known: bfloat16, float16, fp8, fp8_block, nvfp4, w4a16_mxfp4, w4a8_mxfp4_mxfp8, int4_wo, int8_wo"});
}

CollectiveKind kind_of(CsvTable const& t, std::size_t row, std::string const& word) {
  static std::map<std::string, CollectiveKind> const known{{"all_reduce", CollectiveKind::all_reduce}, {"all_gather", CollectiveKind::all_gather},
                                                           {"reduce_scatter", CollectiveKind::reduce_scatter}, {"alltoall", CollectiveKind::all_to_all}};
  auto const found = known.find(word);
  if (found != known.end()) return found->second;
  throw InputError(Diagnostic{"AF4702", Severity::error, fmt::format("unknown collective `{}`", word), "", {t.name(), t.line(row), 1},
                              "known: all_reduce, all_gather, reduce_scatter, alltoall"});
}

// One cell as a positive number.
struct Cells {
  CsvTable const& table;
  double operator()(std::size_t row, std::string const& column) const {
    double const v = table.number(row, column);
    if (v > 0) return v;
    throw InputError(Diagnostic{"AF4703", Severity::error, fmt::format("column `{}` must hold a number above 0", column), "", {table.name(), table.line(row), 1},
                                "sizes and times of a kernel are positive"});
  }
};

template <class Shape>
void set_identity(KernelRow& row, Precision precision, std::string kernel, Shape const& shape) {
  row.identity.op = Shape::op;
  row.identity.form = std::string(Shape::form);
  row.identity.precision = precision;
  row.identity.kernel = std::move(kernel);
  row.sample.shape = shape;
}

void read_gemm(CsvTable const& t, Cells const& number, std::size_t i, KernelRow& row) {
  GemmShape const s{number(i, "m"), number(i, "n"), number(i, "k")};
  set_identity(row, precision_of(t, i, t.at(i, "dtype")), row.framework + "/gemm", s);
  row.shape_key = fmt::format("{}|{}|{}", s.m, s.n, s.k);
}

void read_attention(CsvTable const& t, Cells const& number, std::size_t i, KernelRow& row) {
  double const batch = number(i, "batch"), length = number(i, "seq_len"), heads = number(i, "n_q_heads"), kv = number(i, "n_kv_heads"), dim = number(i, "head_dim");
  Precision const precision = precision_of(t, i, t.at(i, "attn_dtype"));
  if (t.at(i, "phase") == "context") set_identity(row, precision, row.framework + "/attention", PrefillShape{batch, length, heads, kv, dim});
  else set_identity(row, precision, row.framework + "/attention", DecodeShape{batch, length, heads, kv, dim});
  row.identity.state_precision = precision_of(t, i, t.at(i, "kv_dtype"));
  row.shape_key = fmt::format("{}|{}|{}|{}", batch, length, heads, kv);
}

void read_moe(CsvTable const& t, Cells const& number, std::size_t i, KernelRow& row) {
  MoeShape s{number(i, "tokens"), number(i, "topk"), number(i, "experts"), number(i, "moe_ep"), number(i, "hidden"), number(i, "inter") / number(i, "moe_tp"), 0, {}};
  constexpr std::string_view kLaw = "power_law_";
  std::string const& routing = t.at(i, "routing");
  if (routing.starts_with(kLaw) && std::from_chars(routing.data() + kLaw.size(), routing.data() + routing.size(), s.routing_alpha).ec != std::errc{})
    throw InputError(Diagnostic{"AF4702", Severity::error, fmt::format("unknown routing `{}`", routing), "", {t.name(), t.line(i), 1}, "known: balanced, power_law_EXPONENT"});
  s.load = moe_load(s.tokens, s.top_k, s.experts, s.expert_ranks, s.routing_alpha);
  set_identity(row, precision_of(t, i, t.at(i, "dtype")), row.framework + "/" + t.at(i, "kernel"), s);
  row.shape_key = fmt::format("{}|{}|{}|{}|{}", s.hidden, t.at(i, "inter"), s.top_k, s.experts, s.tokens);
}

void read_collective(CsvTable const& t, Cells const& number, std::size_t i, KernelRow& row) {
  CollectiveShape const s{kind_of(t, i, t.at(i, "op")), number(i, "gpus"), number(i, "message_bytes_16bit")};
  // "nccl" -> nccl/all_reduce; "vllm custom" -> vllm/custom_all_reduce.
  auto const space = row.framework.find(' ');
  std::string const kernel = space == std::string::npos ? row.framework + "/" + t.at(i, "op")
                                                        : row.framework.substr(0, space) + "/" + row.framework.substr(space + 1) + "_" + t.at(i, "op");
  set_identity(row, Precision::bf16, kernel, s);
  row.shape_key = fmt::format("{}|{}|{}", t.at(i, "op"), s.group, s.message_byte);
}

}  // namespace

Aliases load_hardware_aliases(std::string const& path) {
  CsvTable const t = CsvTable::load(path);
  Aliases aliases;
  for (std::size_t i = 0; i < t.rows(); ++i)
    if (t.at(i, "kind") == "hardware") aliases[t.at(i, "alias")] = t.at(i, "id");
  return aliases;
}

std::vector<KernelRow> load_kernel_rows(std::string const& path, std::string const& table, Aliases const& aliases) {
  CsvTable const t = CsvTable::load(path);
  Cells const number{t};
  std::vector<KernelRow> rows;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    KernelRow row;
    row.id = fmt::format("{}:{}", path.substr(path.rfind('/') + 1), t.line(i));
    row.hardware = t.at(i, "system");
    auto const alias = aliases.find(row.hardware);
    row.device = alias == aliases.end() ? row.hardware : alias->second;
    row.framework = t.at(i, table == "comm" ? "library" : "framework");
    row.metric = t.at(i, "metric_name");
    row.use = t.at(i, "use");
    if (table == "comm") row.identity.op = OpClass::collective;  // a refused row too belongs to its suite
    try {
      row.sample.time_s = 1e-6 * number(i, "latency_us");
      if (table == "gemm") read_gemm(t, number, i, row);
      else if (table == "attention") read_attention(t, number, i, row);
      else if (table == "moe") read_moe(t, number, i, row);
      else read_collective(t, number, i, row);
    } catch (InputError const& e) {
      auto const& problem = e.diagnostics().items().front();
      if (problem.code == "AF4003") throw;  // a column that is not there is the table's problem, not the row's
      row.refusal = fmt::format("{} {}", problem.code, problem.message);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool same_surface(Surface const& a, Surface const& b) {
  return a.op == b.op && a.precision == b.precision && a.state_precision == b.state_precision && a.kernel == b.kernel;
}

std::vector<KernelGroup> group_rows(std::vector<KernelRow> const& rows) {
  std::vector<KernelGroup> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].refusal.empty()) continue;
    KernelGroup* home = nullptr;
    for (auto& g : groups)
      if (g.device == rows[i].device && same_surface(g.identity, rows[i].identity)) home = &g;
    if (!home) home = &groups.emplace_back(KernelGroup{rows[i].device, rows[i].identity, {}});
    home->rows.push_back(i);
  }
  return groups;
}

}  // namespace aif::calibration
