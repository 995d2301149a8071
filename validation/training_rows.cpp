#include "validation/training_rows.hpp"

#include <cmath>
#include <map>
#include <sstream>

#include "core/csv.hpp"
#include "validation/names.hpp"

namespace aif::validation {
namespace {

namespace wl = aif::workloads;

bool contains(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }
int whole(double x, int otherwise) { return std::isfinite(x) && x >= 1 ? static_cast<int>(x + 0.5) : otherwise; }

// The plain GPT models of the training studies: two matrices in a feed-forward block; where the table leaves the key-value heads
// empty, the eight groups of the study's script.
std::map<std::string, compute::ModelArchitecture> gpt_models(std::string const& dir) {
  std::map<std::string, compute::ModelArchitecture> models;
  for (std::string const& from : {shipped_data_dir(), dir}) {
    std::string path;
    try {
      path = table_path(from, "workloads_model_architectures.csv");
    } catch (InputError const&) {
      continue;  // a folder need not bring its own
    }
    CsvTable const t = CsvTable::load(path);
    for (std::size_t i = 0; i < t.rows(); ++i) {
      if (t.at(i, "family") != "gpt") continue;
      std::map<std::string, std::string> cells;
      for (auto const& column : t.header()) cells[column] = t.at(i, column);
      compute::ModelArchitecture base;
      base.kv_heads = 8, base.ffn_matrices = 2, base.tied_embeddings = true;
      models[cells.at("slug")] = table_architecture(cells, base);
    }
  }
  return models;
}

double link_byte_s(HardwareProfile const& profile, std::string_view kind) {
  for (auto const& link : profile.datasheet.links)
    if (link.kind == kind) return link.byte_s_per_direction;
  return 0;
}

wl::CommTables tables_of(HardwareProfile const& profile, int devices) {
  wl::TrainingDevice const device = wl::training_device(profile);
  // One NIC an accelerator, as the reference designs have: 200G with PCIe Gen4, 400G with Gen5, 800G with Gen6 hosts.
  double const host = link_byte_s(profile, "pcie"), nic = host >= 1.2e11 ? 1e11 : host >= 6e10 ? 5e10 : 2.5e10;
  network::NetworkGroup const group{"group", std::max(2, devices / device.scale_up_domain), device.scale_up_domain, 1, nic, device.scale_up_domain,
                                    link_byte_s(profile, "nvlink"), 1, 2.5e10};
  return wl::CommTables(network::collective_tables(network::build_site_network({}, {&group, 1})));
}

void read_layout(CsvTable const& t, std::size_t i, std::map<std::string, std::vector<double>> const& numbers, TrainingRow& r) {
  auto const at = [&](char const* column) { return numbers.at(column)[i]; };
  std::string const& notes = t.at(i, "notes");
  wl::TrainingLayout& l = r.layout;
  l.tp = whole(at("tp"), 1), l.pp = whole(at("pp"), 1), l.cp = whole(at("cp"), 1), l.ep = whole(at("ep"), 1), l.vp = whole(at("vp"), 1);
  l.dp = whole(at("dp"), std::max(1, static_cast<int>(r.gpus) / (l.tp * l.pp * l.cp)));
  l.micro_batch = whole(at("micro_batch"), 1), l.global_batch = whole(at("global_batch"), 1);
  bool const free = t.at(i, "layout") == "free";
  r.free_micro_batch = !(at("micro_batch") >= 1), r.free_vp = free && !(at("vp") >= 1) && l.pp > 1;
  l.recompute = contains(notes, "full activation recompute") ? wl::Recompute::full : contains(notes, "selective recompute") ? wl::Recompute::selective : wl::Recompute::none;
  if (contains(notes, "FSDP=") && !contains(notes, "FSDP=0") && !contains(notes, "FSDP=-")) l.sharding = wl::Sharding::fsdp;
  std::ostringstream group;
  group << r.hardware << '|' << r.precision_name << '|' << l.tp << '|' << l.pp << '|' << l.cp;
  r.group = group.str();
}

void read_software(CsvTable const& t, std::size_t i, TrainingRow& r) {
  std::string const &notes = t.at(i, "notes"), &source = t.at(i, "source");
  r.software.train_weights = !contains(notes, "LoRA");
  r.software.fused_experts = contains(source, "(26.06") || contains(source, "(26.08");
  // The Selene runs: 2022, before flash attention; their full-recompute baseline has no sequence parallelism.
  bool const recomputed = contains(notes, "activation recompute") || contains(notes, "selective recompute");
  r.software.flash_attention = !recomputed;
  r.software.sequence_parallel = !recomputed || contains(notes, "sequence parallel");
  r.full_attention_count = contains(source, "Megatron-LM");
}

}  // namespace

TrainingData load_training(Options const& options) {
  CsvTable const t = CsvTable::load(table_path(options.data_dir, "training.csv"));
  Names const names(options.data_dir);
  auto const extra = gpt_models(options.data_dir);
  std::map<std::string, std::vector<double>> numbers;
  for (char const* column : {"gpus", "tp", "pp", "dp", "ep", "cp", "vp", "micro_batch", "global_batch", "seq_len", "value"}) numbers[column] = t.numbers(column);
  TrainingData data;
  std::map<std::string, std::size_t> table_of;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "use") != "predict") continue;
    TrainingRow& r = data.rows.emplace_back();
    r.id = t.at(i, "id");
    r.hardware = names.hardware_id(t.at(i, "hardware"));
    r.model = names.model_id(t.at(i, "model"));
    r.precision_name = t.at(i, "precision").substr(0, 6);
    r.metric = t.at(i, "metric");
    std::istringstream metrics(t.at(i, "metric_name"));
    for (std::string name; std::getline(metrics, name, ';');) r.metrics.push_back(name);
    r.value = numbers["value"][i], r.gpus = numbers["gpus"][i];
    double const seq = numbers["seq_len"][i];
    HardwareProfile const* profile = names.profile(r.hardware);
    auto const other = extra.find(r.model);
    compute::ModelArchitecture const* model = other != extra.end() ? &other->second : names.model(r.model);
    auto const precision = names.precision(t.at(i, "precision"), "");
    if (!profile || !model || !precision) {
      r.refusal = "unknown name";
    } else if (!(seq > 0 && r.gpus > 0 && numbers["global_batch"][i] > 0 && r.value > 0)) {
      r.refusal = "sequence, devices or batch missing";
    }
    if (!r.refusal.empty()) continue;
    // Block-scaled 8-bit formats (MX) run other kernels than one scale a tensor.
    r.precision = *precision == Precision::fp8 && contains(t.at(i, "precision"), "MX") ? Precision::fp8_block : *precision;
    r.device = wl::training_device(*profile);
    r.shape = wl::training_shape(*model, seq);
    read_layout(t, i, numbers, r);
    read_software(t, i, r);
    if (table_of.try_emplace(r.hardware, data.tables.size()).second) data.tables.push_back(tables_of(*profile, 16384));
    r.tables = table_of[r.hardware];
  }
  return data;
}

}  // namespace aif::validation
