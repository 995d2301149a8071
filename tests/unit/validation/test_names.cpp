#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "sim/scenario/library.hpp"
#include "validation/names.hpp"
#include "validation/serving_points.hpp"

using namespace aif;
using namespace aif::validation;

TEST_CASE("parameter counts of the shipped models equal the published totals within 1 %") {
  sim::Library const library;
  int models = 0, totals = 0;
  for (auto const& reference : library.references()) {
    if (!reference.starts_with("models/")) continue;
    CAPTURE(reference);
    auto const model = library.load_as<compute::ModelArchitecture>(reference);
    ++models;
    CHECK(compute::full_attention_layers(model) + model.window_layers > 0);
    if (!(model.total_params > 0)) continue;
    ++totals;
    CHECK(compute::count_parameters(model).total() == doctest::Approx(model.total_params).epsilon(0.01));
  }
  CHECK(models >= 25);
  CHECK(totals >= 25);
}

TEST_CASE("KV bytes follow the published configurations") {
  Names const names("");
  CHECK(compute::kv_byte_per_token(*names.model("llama-3.1-70b"), Precision::bf16) == 327680);
  CHECK(compute::kv_byte_per_token(*names.model("deepseek-v3"), Precision::bf16) == 70272);
  CHECK(compute::kv_byte_per_token(*names.model("qwen3.5-397b-a17b"), Precision::bf16) == 30720);
  // Half of the layers see 128 tokens: at long context the cache is little more than half.
  auto const& windowed = *names.model("gpt-oss-120b");
  CHECK(compute::kv_byte(windowed, Precision::bf16, 100000) < 0.51 * 100000 * compute::kv_byte_per_token(windowed, Precision::bf16));
}

TEST_CASE("a folder may bring devices and models that the library has never seen") {
  namespace fs = std::filesystem;
  auto const dir = fs::temp_directory_path() / "aif_names_test";
  fs::create_directories(dir);
  std::ofstream(dir / "aliases.csv") << "kind,alias,id,note\nhardware,Some GPU 9000,gpu9000,\nmodel,org/New-Hybrid,new-hybrid,\n";
  std::ofstream(dir / "hardware_catalogue.csv") << "id,name,bf16_tflops,fp8_tflops,fp4_tflops,mem_GB,mem_TBps,scaleup_GBps_per_dir,pcie_or_host_GBps_per_dir,tdp_W,scaleup_domain\n"
                                                   "gpu9000,GPU 9000,4000,8000,16000,400,16,1800,128,1500,72\n";
  std::ofstream(dir / "workloads_model_architectures.csv")
      << "slug,model,layers,hidden,q_heads,kv_heads_or_latent,head_dim,ffn,experts,top_k,shared_experts,moe_ffn,dense_first_layers,vocab,max_ctx,sliding_window,total_params_B,"
         "active_params_B,kv_bytes_per_token_bf16,notes\n"
         "new-hybrid,New Hybrid,40,4096,32,8,128,,64,4,,1536,,100000,262144,,60,5,40960,ten of forty layers attend\n";
  Names const names(dir.string());
  CHECK(names.hardware_id("Some GPU 9000") == "gpu9000");
  REQUIRE(names.profile("gpu9000"));
  CHECK(names.profile("gpu9000")->datasheet.hbm_byte_s == 16e12);
  auto const* model = names.model(names.model_id("org/New-Hybrid"));
  REQUIRE(model);
  CHECK(model->linear_layers == 30);  // from the KV bytes
  CHECK(compute::count_parameters(*model).total() == doctest::Approx(60e9).epsilon(0.01));
  CHECK(names.hardware_id("nothing of the kind").empty());
  CHECK(names.model_id("gpt-oss-120b") == "gpt-oss-120b");
  fs::remove_all(dir);
}

TEST_CASE("served rows become machines that exist") {
  Names const names("");
  KernelDevices devices("");
  for (auto const& row : load_served_points(shipped_data_dir(), names, devices)) {
    if (!row.refusal.empty()) continue;
    CAPTURE(row.id);
    CHECK(row.design.worker.devices() <= 64);
    CHECK(row.design.model->q_heads % row.design.worker.tp == 0);
    CHECK(row.fold >= 0);
    CHECK(row.fold < 5);
    CHECK(row.design.date_year > 2024);
  }
}
