#include "validation/products_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <regex>

#include "contracts/profile_json.hpp"
#include "contracts/surfaces/form.hpp"
#include "core/csv.hpp"
#include "sim/scenario/library.hpp"

namespace aif::validation {
namespace {

using compute::Execution;
using compute::Layout;
using compute::Split;
using workloads::NetworkStage;

// The product that a model makes where nothing else is said (library/products).
std::map<std::string, std::string> const kProductOf{
    {"sdxl", "image-sdxl"}, {"flux.1-dev", "image-flux-dev"}, {"flux.1-schnell", "image-flux-schnell"}, {"hunyuanvideo", "video-hunyuan-720p"},
    {"wan2.1-t2v-14b", "video-wan-720p"}, {"wan2.1-t2v-1.3b", "video-wan-480p"}, {"wan2.2-t2v-a14b", "video-wan2.2-720p"}, {"retinanet", "detect-retinanet"},
    {"resnet-50", "classify-resnet50"}, {"bert-large", "extract-bert"}, {"alphafold-3", "fold-alphafold3"}, {"protenix", "fold-alphafold3"}, {"boltz-2", "fold-boltz2"},
    {"whisper-large-v3", "speech-whisper"}, {"whisper-large-v2", "speech-whisper"}, {"whisper-large-v3-turbo", "speech-whisper"},
    {"gr00t-n1.7-3b", "robot-gr00t-n1.7"}, {"gr00t-n1-2b", "robot-gr00t-n1"}, {"pi0", "robot-pi0"}, {"pi0.5", "robot-pi0.5"}, {"openvla-7b", "robot-openvla"},
    {"dlrm-dcnv2", "recommend-dcnv2"}, {"dlrm-v1", "recommend-dcnv2"}, {"rgat", "graph-rgat"}, {"llama-3.2-nv-embedqa-1b-v2", "embed-1b"},
    {"fastpitch-hifigan", "tts-fastpitch"}};

// Modules with a host of their own: one thread over that of a 2024 server, Geekbench 6 single-core from memory (2,200 for the server).
std::map<std::string, double> const kHostSpeed{{"agx_orin", 0.35}, {"agx_thor", 0.68}, {"dgx_spark", 1.4}};

constexpr double kWindowS = 30;            // of Whisper
constexpr double kSpokenTokenS = 3.7;      // text tokens of a second of speech: 2.5 words, 1.3 tokens a word, time stamps (workloads reference, section 1)
constexpr double kMostBatch = 4096;        // jobs that an offline submission batches; memory stops earlier
constexpr double kMemoryShare = 0.9;       // of the device that weights and work may take
constexpr double kBeams = 5;               // default of faster-whisper and openai/whisper

bool has(std::string const& text, char const* word) { return text.find(word) != std::string::npos; }
double number_before(std::string const& text, char const* pattern, double otherwise) {
  std::smatch m;
  return std::regex_search(text, m, std::regex(std::string(R"(([0-9.]+)\s?)") + pattern, std::regex::icase)) ? std::stod(m[1]) : otherwise;
}
double number_after(std::string const& text, char const* pattern, double otherwise) {
  std::smatch m;
  return std::regex_search(text, m, std::regex(std::string(pattern) + R"(\s?([0-9.]+))", std::regex::icase)) ? std::stod(m[1]) : otherwise;
}

// The words of one measured row, from either table.
struct Words {
  std::string id, file, hardware, model, conditions, metric, unit, layout, metric_name;
  double value = 0;
  int devices = 1;
};

Precision weights_in(std::string const& text, Precision otherwise) {
  std::string const low = [&] {
    std::string t = text;
    std::transform(t.begin(), t.end(), t.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return t;
  }();
  static constexpr std::pair<char const*, Precision> kWords[] = {{"fp4", Precision::fp4}, {"fp8", Precision::fp8}, {"int8", Precision::int8},
                                                                 {"bf16", Precision::bf16}, {"fp16", Precision::bf16}, {"fp32", Precision::fp32}};
  for (auto const& [word, precision] : kWords)
    if (has(low, word)) return precision;
  return otherwise;
}
// "{'unet': 'fp8', 'vae': 'int8'}": of one part of a network.
Precision weights_of(std::string const& text, char const* part, Precision otherwise) {
  std::smatch m;
  return std::regex_search(text, m, std::regex(std::string("'") + part + R"('\s*:\s*'([a-z0-9]+)')")) ? weights_in(m[1], otherwise) : otherwise;
}

class Reader {
 public:
  explicit Reader(Options const& options) : names_(options.shipped ? "" : options.data_dir) {}

  ProductRow read(Words const& w) {
    ProductRow row;
    row.file = w.file;
    row.metric = w.metric_name;
    row.row.id = w.id;
    row.row.measured = w.value;
    row.row.in_sample = std::numeric_limits<double>::quiet_NaN();
    row.hardware = names_.hardware_id(w.hardware);
    row.model = names_.model_id(w.model);
    row.fold_key = row.hardware + "|" + row.model;
    row.row.groups = {{"hardware", row.hardware}, {"model", row.model}};
    row.row.refusal = understand(w, row);
    return row;
  }

 private:
  std::string understand(Words const& w, ProductRow& row) {
    HardwareProfile const* profile = names_.profile(row.hardware);
    if (!profile) return "unknown name: hardware " + w.hardware;
    auto const product = kProductOf.find(row.model);
    if (product == kProductOf.end()) return "unknown name: model " + w.model;
    row.device = compute::operator_device(*profile);
    complete_device(row.hardware, row.device);
    if (auto const host = kHostSpeed.find(row.hardware); host != kHostSpeed.end()) row.device.host_speed = host->second;
    row.devices = w.devices;
    if (std::string const why = unit_of(w, row); !why.empty()) return why;
    auto const recipe = library_.load_as<workloads::ProductParams>("products/" + product->second);
    auto const network = library_.load_as<compute::NetworkParams>("networks/" + row.model);
    for (auto const& stage : recipe.stages) {
      auto const* s = std::get_if<NetworkStage>(&stage);
      if (!s) continue;  // processors and people are not in these measurements
      auto const* part = compute::find_part(network, s->part);
      if (!part) return "unknown name: part " + s->part;
      ProductCall call{*part, {s->samples, s->tokens, s->context, s->cross, s->width, s->height, s->frames, s->repeats, s->decodes}, {}, Execution::captured, s->per_job};
      call.format.weights = s->precision;
      call.format.attention = s->attention_precision;
      adapt(w, row, s->id, call);
      row.calls.push_back(std::move(call));
    }
    choose_layouts(w, row);
    choose_batches(row);
    return {};
  }

  static std::string unit_of(Words const& w, ProductRow& row) {
    if (w.unit == "s" || w.unit == "GPU s") row.unit = w.unit == "s" ? RowUnit::seconds : RowUnit::device_seconds;
    else if (w.unit == "ms") row.unit = RowUnit::milliseconds;
    else if (w.unit == "x") row.unit = RowUnit::times_real_time;
    else if (w.unit == "Hz" || has(w.unit, "/s")) row.unit = RowUnit::per_second;
    else return "unit not known: " + w.unit;
    return {};
  }

  // What the conditions of a row change in a call of the recipe.
  void adapt(Words const& w, ProductRow& row, std::string const& stage, ProductCall& call) {
    auto& work = call.work;
    bool const server = has(w.conditions, "Offline") || has(w.conditions, "Server");
    if (has(w.conditions, "eager") && !has(w.conditions, "TensorRT")) call.execution = Execution::eager;
    if (row.metric == "image" || row.metric == "robots") {
      if (double const px = number_before(w.conditions, "px", 0); px > 0) work.width = work.height = px;
      if (std::smatch m; std::regex_search(w.conditions, m, std::regex(R"((\d+)x(\d+))"))) work.width = std::stod(m[1]), work.height = std::stod(m[2]);
      work.frames = number_before(w.conditions, "frames", work.frames);
      if (work.repeats > 1 && row.metric == "image") work.repeats = number_before(w.conditions, "steps", work.repeats);
    }
    if (server) offline(w, row, stage, call);
    else if (row.metric == "speech") transcription(w, row, stage, call);
    if (row.metric == "folding") {
      work.tokens = number_before(w.conditions, "tokens", work.tokens);
      row.requests = 0;
    }
    if (row.metric == "robots") robot(w, row, stage, call);
  }

  // MLPerf: precision of the submission; activations of 8-bit convolutions, tables and graphs are 8 bit too; batches that fill the
  // device. 32-bit weights are the reference implementation: one sample at a time, operator by operator.
  static void offline(Words const& w, ProductRow& row, std::string const& stage, ProductCall& call) {
    Precision const stated = weights_in(w.conditions, call.format.weights);
    call.format.weights = stated;
    if (row.model == "sdxl") call.format.weights = stage == "denoise" ? weights_of(w.conditions, "unet", stated) : stage == "decode" ? weights_of(w.conditions, "vae", Precision::bf16) : Precision::bf16;
    bool const reference = stated == Precision::fp32 && row.model != "sdxl";
    if (call.format.weights == Precision::fp32 && !reference) call.format.weights = Precision::bf16;
    call.format.attention = reference ? Precision::fp32 : Precision::bf16;
    call.execution = reference ? Execution::eager : Execution::captured;
    if (!std::holds_alternative<compute::TransformerPart>(call.part) && row.model != "sdxl") call.format.activation_byte = std::min(2.0, aif::weight_byte(call.format.weights));
    if (auto* tables = std::get_if<compute::TablesPart>(&call.part)) tables->table_element_byte = aif::weight_byte(stated);
    if (auto* graph = std::get_if<compute::GraphNetPart>(&call.part)) graph->feature_byte = aif::weight_byte(stated);
    row.most_batch = reference ? 1 : kMostBatch;
    if (row.model.starts_with("whisper")) row.units_per_job = has(w.unit, "okens") ? call.work.repeats > 1 ? call.work.repeats : row.units_per_job : 1;
    if (row.metric == "speech") row.requests = 1;
  }

  // Whisper libraries: windows of 30 s one after another, or in the batch that the row states; beams share the encoder.
  static void transcription(Words const& w, ProductRow& row, std::string const& stage, ProductCall& call) {
    double const batch = number_after(w.conditions, "batch", 1);
    call.format.weights = weights_in(w.conditions, Precision::bf16);
    call.format.attention = Precision::bf16;
    call.execution = Execution::eager;  // kernels are launched one by one
    row.audio_s = kWindowS * batch;
    row.requests = batch;
    if (stage == "encode") call.work.batch = batch;
    if (stage == "decode") call.work.batch = batch * kBeams, call.work.repeats = kSpokenTokenS * kWindowS;
  }

  static void robot(Words const& w, ProductRow& row, std::string const& stage, ProductCall& call) {
    auto& work = call.work;
    bool const flow = row.model.starts_with("pi0");
    double const views = number_before(w.conditions, "camera", 1), chunk = number_after(w.conditions, "chunk", 0);
    if (stage == "see") work.batch = views;
    if (flow) {
      double const prompt = has(w.conditions, "empty prompt") ? 0 : work.tokens - 768, seen = 256 * views + std::max(0.0, prompt);
      if (stage == "think") work.tokens = seen;
      if (stage == "act") work.context = seen, work.tokens = chunk > 0 ? chunk + (row.model == "pi0" ? 1 : 0) : work.tokens;
    } else if (row.model.starts_with("gr00t")) {
      if (stage == "think" || stage == "mix") work.tokens = 64 * views + 36;
      if (stage == "act") work.cross = 64 * views + 36;
    }
    if (stage == "act") work.repeats = number_before(w.conditions, flow ? "flow steps" : "denoising steps", work.repeats);
    bool const only_action_head = has(w.conditions, "TensorRT") && has(w.conditions, "DiT") && !has(w.conditions, "full");
    if (only_action_head && stage != "act") call.execution = Execution::eager;
    row.requests = flow && has(w.conditions, "Triton") ? 0 : 1;
  }

  // Powers of four that fit the memory; the submitter of an offline run takes the best.
  static void choose_batches(ProductRow& row) {
    row.batches = {1};
    for (double batch = 4; batch <= row.most_batch; batch *= 4) {
      double resident = 0, working = 0;
      for (auto const& call : row.calls) {
        compute::PartWork work = call.work;
        work.batch *= batch;
        resident += compute::resident_byte(call.part, call.format, {Split::tensor, shards(call, row.devices), CommDomain::scale_up});
        working = std::max(working, compute::working_byte(call.part, work, call.format, {}));
      }
      if (resident + working > kMemoryShare * row.device.hbm_byte) break;
      row.batches.push_back(batch);
    }
  }

  // Tables and feature stores are spread over the devices of the machine; other weights stand on each.
  static int shards(ProductCall const& call, int devices) {
    return std::holds_alternative<compute::TablesPart>(call.part) || std::holds_alternative<compute::GraphNetPart>(call.part) ? devices : 1;
  }

  void choose_layouts(Words const& w, ProductRow& row) const {
    std::string const text = w.hardware + " " + w.conditions;
    bool const one_job = row.unit == RowUnit::seconds || row.unit == RowUnit::milliseconds || row.unit == RowUnit::device_seconds;
    if (!one_job || row.devices == 1) {
      row.layouts = {{}};
      return;
    }
    if (row.metric == "folding") {
      row.layouts = {{Split::axial, row.devices, CommDomain::scale_up}};
    } else if (w.layout == "free") {
      for (int ways = 1; ways <= row.devices; ways *= 2)
        for (Split split : {Split::ulysses, Split::ring}) row.layouts.push_back({ways > 1 ? split : Split::none, ways, CommDomain::scale_up});
    } else {
      row.layouts = {{has(text, "Ring") ? Split::ring : Split::ulysses, row.devices, CommDomain::scale_up}};
    }
  }

  // Multiprocessors and clocks stand in the library's profile, not in the catalogue; without one, tiles are taken to fill the device.
  void complete_device(std::string const& id, compute::OperatorDevice& device) const {
    std::string path;
    try {
      path = library_.asset_path("lib:profiles/" + id);
    } catch (InputError const&) {
      return;
    }
    auto const sheet = read_profile(path).datasheet;
    compute::describe_chip(device, sheet);
    auto const at = static_cast<std::size_t>(Precision::int8);  // the catalogue has no column of its own for it
    device.flop_s[at] = std::max(device.flop_s[at], sheet.peak_flop_s[at]);
  }

  Names names_;
  sim::Library library_;
};

int count_in_front(std::string const& hardware, std::string const& conditions) {
  std::smatch m;
  if (std::regex_search(hardware, m, std::regex(R"(^(\d+)x )"))) return std::stoi(m[1]);
  if (std::regex_search(hardware, m, std::regex(R"(\((\d+) GPU)"))) return std::stoi(m[1]);
  if (std::regex_search(conditions, m, std::regex(R"(SP=(\d+))"))) return std::stoi(m[1]);
  return 1;
}

bool has_metric(std::string const& cell) {
  for (char const* name : {"image", "speech", "folding", "robots", "recommendation", "graph"})
    if (cell == name) return true;
  return false;
}

}  // namespace

std::vector<ProductRow> load_product_rows(Options const& options) {
  std::vector<ProductRow> rows;
  Reader reader(options);
  for (char const* file : {"workloads_measurements.csv", "workloads_mlperf_inference_v51.csv"}) {
    std::string const path = options.data_dir + "/" + file;
    if (!std::filesystem::exists(path) && !std::filesystem::exists(path + ".gz")) continue;  // a folder may hold one of the two
    CsvTable const t = CsvTable::load(table_path(options.data_dir, file));
    bool const mlperf = t.has("accelerator");
    auto const value = t.numbers(mlperf ? "per_accelerator" : "value");
    for (std::size_t i = 0; i < t.rows(); ++i) {
      if (t.at(i, "use") != "predict" || !has_metric(t.at(i, "metric_name"))) continue;
      Words w;
      w.file = file;
      w.value = value[i];
      w.layout = t.at(i, "layout");
      w.metric_name = t.at(i, "metric_name");
      w.model = t.at(i, "model");
      w.unit = t.at(i, "unit");
      if (mlperf) {
        w.id = t.at(i, "mlperf_id");
        w.hardware = t.at(i, "accelerator");
        w.conditions = t.at(i, "scenario") + "; weights " + t.at(i, "weights");
        w.metric = "throughput";
        w.devices = std::max(1, std::atoi(t.at(i, "n_accelerators").c_str()));
      } else {
        w.id = t.at(i, "id");
        w.hardware = t.at(i, "hardware");
        w.conditions = t.at(i, "conditions");
        w.metric = t.at(i, "metric");
        w.devices = count_in_front(w.hardware, w.conditions);
      }
      rows.push_back(reader.read(w));
      if (!(w.value > 0) && rows.back().row.refusal.empty()) rows.back().row.refusal = "value missing";
    }
  }
  return rows;
}

compute::CallCost cost_of(ProductRow const& row, Layout const& layout, double batch, compute::OperatorEfficiency const& e) {
  compute::CallCost total;
  for (auto const& call : row.calls) {
    compute::PartWork work = call.work;
    work.batch *= batch;
    auto const calls = compute::lower(call.part, work, call.format, layout);
    auto one = compute::cost(calls, row.device, e, call.execution);
    total += one *= call.times;
  }
  double const host_s = row.device.is_cpu ? 0 : row.requests * batch * e.request_s / row.device.host_speed;
  total.time_s += host_s;
  total.overhead_s += host_s;
  return total;
}

double predict(ProductRow const& row, compute::OperatorEfficiency const& e) {
  double best = std::numeric_limits<double>::infinity();  // seconds of one job
  int ways = 1;
  for (auto const& layout : row.layouts)
    for (double batch : row.batches)
      if (double const time = cost_of(row, layout, batch, e).time_s / batch; time < best) best = time, ways = layout.ways;
  switch (row.unit) {
    case RowUnit::seconds: return best;
    case RowUnit::milliseconds: return 1e3 * best;
    case RowUnit::device_seconds: return best * ways;
    case RowUnit::times_real_time: return row.audio_s / best;
    case RowUnit::per_second: break;
  }
  return row.units_per_job / best;
}

}  // namespace aif::validation
