#include "validation/names.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "sim/scenario/library.hpp"
#include "validation/suite.hpp"

namespace aif::validation {
namespace {

namespace fs = std::filesystem;
using Cells = std::map<std::string, std::string>;

double number(Cells const& row, std::string const& key, double otherwise = 0) {
  auto const it = row.find(key);
  double value = 0;
  if (it == row.end() || it->second.empty()) return otherwise;
  auto const [end, error] = std::from_chars(it->second.data(), it->second.data() + it->second.size(), value);
  return error == std::errc{} && end == it->second.data() + it->second.size() ? value : otherwise;
}

// Number that follows a word: "latent 512+rope 64", "rope" -> 64.
double after_word(std::string const& text, std::string const& word) {
  auto const at = text.find(word + " ");
  double value = 0;
  if (at != std::string::npos) std::from_chars(text.data() + at + word.size() + 1, text.data() + text.size(), value);
  return value;
}

bool has_table(std::string const& dir, std::string const& name) { return fs::exists(dir + "/" + name) || fs::exists(dir + "/" + name + ".gz"); }

template <class Each>
void each_row(std::string const& dir, std::string const& name, Each&& each) {
  if (!has_table(dir, name)) return;
  CsvTable const table = CsvTable::load(table_path(dir, name));
  for (std::size_t r = 0; r < table.rows(); ++r) {
    Cells cells;
    for (auto const& column : table.header()) cells[column] = table.at(r, column);
    each(cells);
  }
}

// A mixture whose published total is smaller than experts in every layer give has experts in some layers only; a hybrid's
// missing parameters belong to its linear layers.
void infer_from_totals(compute::ModelArchitecture& m) {
  if (!(m.total_params > 0)) return;
  double const counted = compute::count_parameters(m).total();
  if (compute::is_moe(m) && counted > 1.03 * m.total_params && m.moe_layers < 0) {
    double const one = m.experts * compute::count_parameters(m).expert - 3.0 * m.hidden * m.ffn;
    if (one > 0) m.moe_layers = std::clamp(static_cast<int>(std::lround(compute::moe_layers(m) - (counted - m.total_params) / one)), 1, m.layers);
  }
  if (m.linear_layers > 0 && m.linear_params == 0) m.linear_params = std::max(0.0, (m.total_params - counted) / m.linear_layers);
}

}  // namespace

std::string shipped_data_dir() {
  sim::Library const shipped;  // outlives the loop over its folders
  for (auto const& library : shipped.dirs()) {
    auto const dir = fs::path(library).parent_path() / "validation/data";
    if (fs::is_directory(dir)) return dir.string();
  }
  return "validation/data";
}

HardwareProfile catalogue_profile(Cells const& row) {
  HardwareProfile p;
  p.id = row.at("id");
  p.title = row.count("name") ? row.at("name") : p.id;
  p.evidence = Evidence::datasheet_prior;
  p.note = "from a data-sheet row: no measured surface, no measured power";
  auto& d = p.datasheet;
  auto set = [&](Precision precision, double tflops) { d.peak_flop_s[static_cast<std::size_t>(precision)] = tflops * 1e12; };
  set(Precision::fp64, number(row, "fp64_tflops"));
  set(Precision::tf32, number(row, "tf32_tflops"));
  for (auto precision : {Precision::bf16, Precision::fp16}) set(precision, number(row, "bf16_tflops"));
  if (double const old = after_word(row.count("confidence_note") ? row.at("confidence_note") : "", "fp16 tensor"); old > 0) set(Precision::fp16, old);  // before bf16 existed
  d.is_cpu = row.count("class") && row.at("class") == "CPU";
  for (auto precision : {Precision::fp8, Precision::fp8_block}) set(precision, number(row, "fp8_tflops"));
  set(Precision::int8, number(row, "fp8_tflops", 2 * number(row, "bf16_tflops")));
  set(Precision::fp4, number(row, "fp4_tflops"));
  d.hbm_byte = number(row, "mem_GB") * 1e9;
  d.hbm_byte_s = number(row, "mem_TBps") * 1e12;
  d.tdp_w = number(row, "tdp_W");
  double const scale_up = number(row, "scaleup_GBps_per_dir") * 1e9, host = number(row, "pcie_or_host_GBps_per_dir", 32) * 1e9;
  // Over PCIe and the host no hardware reduces; a hop costs some microseconds (assumption).
  if (scale_up > host) d.links.push_back({"nvlink", scale_up, 0.0, static_cast<int>(number(row, "scaleup_domain", 1))});
  d.links.push_back({"pcie", host, 5e-6, 8});
  return p;
}

compute::ModelArchitecture table_architecture(Cells const& row, compute::ModelArchitecture m) {
  m.id = row.at("slug");
  m.title = row.at("model");
  auto take = [&](char const* key, int& member) {
    if (double const v = number(row, key, -1); v >= 0) member = static_cast<int>(v);
  };
  take("layers", m.layers);
  take("hidden", m.hidden);
  take("q_heads", m.q_heads);
  take("kv_heads_or_latent", m.kv_heads);
  take("head_dim", m.head_dim);
  take("ffn", m.ffn);
  take("experts", m.experts);
  take("top_k", m.top_k);
  take("shared_experts", m.shared_experts);
  take("moe_ffn", m.moe_ffn);
  take("dense_first_layers", m.dense_first_layers);
  take("vocab", m.vocab);
  take("max_ctx", m.max_context);
  take("sliding_window", m.sliding_window);
  std::string const& latent = row.at("kv_heads_or_latent");
  if (double const rank = after_word(latent, "latent"); rank > 0) {
    m.latent_rank = static_cast<int>(rank);
    m.rope_dim = static_cast<int>(after_word(latent, "rope"));
    m.head_dim = static_cast<int>(after_word(row.at("head_dim"), "nope"));
    m.value_dim = static_cast<int>(after_word(row.at("head_dim"), "v"));
    m.kv_heads = 1;
    if (m.q_rank == 0) m.q_rank = 3 * m.latent_rank;  // DeepSeek-V3's ratio (assumption for others)
  }
  if (double const v = after_word(row.at("notes"), "index_topk"); v > 0) m.sparse_top_k = static_cast<int>(v);
  if (double const v = number(row, "total_params_B"); v > 0) m.total_params = v * 1e9;
  if (double const v = number(row, "active_params_B"); v > 0) m.active_params = v * 1e9;
  if (m.sliding_window > 0 && m.window_layers == 0) m.window_layers = m.layers / 2;  // alternate layers, where nothing else is known
  // KV bytes of fewer layers than there are: the others keep a fixed state.
  double const one = compute::kv_element_per_token_layer(m) * 2, kv = number(row, "kv_bytes_per_token_bf16");
  if (one > 0 && kv > 0 && m.linear_layers == 0 && m.ffn_layers < 0) {
    int const attention = static_cast<int>(std::lround(kv / one));
    if (attention > 0 && attention < m.layers) m.linear_layers = m.layers - attention;
  }
  infer_from_totals(m);
  return m;
}

Names::Names(std::string const& data_dir) {
  std::string const shipped = shipped_data_dir();
  bool const own = !data_dir.empty() && fs::weakly_canonical(data_dir) != fs::weakly_canonical(shipped);
  sim::Library const library;
  for (auto const& reference : library.references()) {
    if (!reference.starts_with("models/")) continue;
    auto model = library.load_as<compute::ModelArchitecture>(reference);
    model.id = reference.substr(7);
    models_[model.id] = std::move(model);
  }
  std::vector<std::string> dirs = {shipped};
  if (own) dirs.push_back(data_dir);
  for (auto const& dir : dirs) {
    read_aliases(dir);
    read_catalogue(dir);
    read_models(dir, dir != shipped);
  }
}

void Names::read_aliases(std::string const& dir) {
  each_row(dir, "aliases.csv", [&](Cells const& row) { ids_[row.at("kind") + "|" + row.at("alias")] = row.at("id"); });
}

void Names::read_catalogue(std::string const& dir) {
  each_row(dir, "hardware_catalogue.csv", [&](Cells const& row) {
    if (number(row, "mem_TBps") > 0 && number(row, "mem_GB") > 0) profiles_[row.at("id")] = catalogue_profile(row);
  });
}

void Names::read_models(std::string const& dir, bool own) {
  each_row(dir, "workloads_model_architectures.csv", [&](Cells const& row) {
    std::string const& slug = row.at("slug");
    auto const known = models_.find(slug);
    if (known != models_.end() && !own) return;
    auto model = table_architecture(row, known != models_.end() ? known->second : compute::ModelArchitecture{});
    if (model.layers > 0 && model.hidden > 0 && model.q_heads > 0 && model.vocab > 0 && model.head_dim > 0 && model.kv_heads > 0) models_[slug] = std::move(model);
  });
}

std::string Names::id_of(std::string const& kind, std::string const& alias) const {
  auto const it = ids_.find(kind + "|" + alias);
  if (it != ids_.end()) return it->second == "unknown" ? "" : it->second;
  if (kind == "hardware" && profiles_.count(alias)) return alias;
  if (kind == "model" && models_.count(alias)) return alias;
  // An engine is its first word; the version follows.
  if (kind == "engine")
    for (std::string_view family : {"trtllm", "vllm", "sglang"})
      if (alias.starts_with(family)) return std::string(family);
  return {};
}

std::optional<Precision> Names::precision(std::string const& alias, std::string const& model) const {
  static constexpr std::pair<std::string_view, Precision> kWords[] = {
      {"bf16", Precision::bf16}, {"fp16", Precision::fp16}, {"fp32", Precision::fp32}, {"fp8", Precision::fp8}, {"mxfp8", Precision::fp8},
      {"fp8_block", Precision::fp8_block}, {"int8", Precision::int8}, {"int4", Precision::w4a16}, {"nvfp4", Precision::fp4}, {"fp4", Precision::fp4},
      {"mxfp4", Precision::mxfp4}, {"mxfp4_w4a8", Precision::mxfp4}, {"mxfp4_w4a16", Precision::w4a16_mxfp4}};
  auto const it = ids_.find("precision|" + alias);
  std::string const id = it != ids_.end() ? it->second : alias;
  // gpt-oss ships its experts in mxfp4 whatever the label says (aliases.csv, note on fp4).
  if (model.starts_with("gpt-oss") && id != "bf16") return Precision::mxfp4;
  for (auto const& [word, precision] : kWords)
    if (word == id) return precision;
  return std::nullopt;
}

HardwareProfile const* Names::profile(std::string const& hardware) const {
  auto const it = profiles_.find(hardware);
  return it != profiles_.end() ? &it->second : nullptr;
}

compute::ModelArchitecture const* Names::model(std::string const& id) const {
  auto const it = models_.find(id);
  return it != models_.end() ? &it->second : nullptr;
}

}  // namespace aif::validation
