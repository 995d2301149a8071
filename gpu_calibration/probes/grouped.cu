// Ragged products of the routed experts of one layer (gate and up, then down) as grouped cuBLAS calls: even loads, and one fixed
// skewed assignment whose loads are stored with the result. Weights that exceed a third of the free memory are left out.
#include <cmath>
#include <numeric>

#include "gpu_calibration/probes/cublas.cuh"

namespace aif::calibration::cuda {
namespace {

struct Layer {
  int experts, top_k, hidden, inter;
};

// Tokens of each expert. Skewed: in proportion to 1/rank, rounded down, the rest to the first ones; never more than one slot a token.
std::vector<int> loads_of(Layer const& layer, int tokens, bool skewed) {
  int const slots = tokens * layer.top_k;
  std::vector<int> load(static_cast<std::size_t>(layer.experts), 0);
  double weight = 0;
  for (int e = 0; e < layer.experts; ++e) weight += skewed ? 1.0 / (e + 1) : 1.0;
  int given = 0;
  for (int e = 0; e < layer.experts; ++e) {
    double const share = (skewed ? 1.0 / (e + 1) : 1.0) / weight;
    load[static_cast<std::size_t>(e)] = std::min(tokens, static_cast<int>(slots * share));
    given += load[static_cast<std::size_t>(e)];
  }
  for (std::size_t e = 0; given < slots; e = (e + 1) % load.size())
    if (load[e] < tokens) ++load[e], ++given;
  return load;
}

// One grouped product: for every expert with work, out (tokens x n) = in (tokens x k) weights (k x n), row-major.
class Grouped {
 public:
  Grouped(Cublas const& cublas, std::vector<int> const& load, int n, int k, Buffer const& in, Buffer const& weights, Buffer const& out) : cublas_(cublas) {
    std::vector<void const*> a, b;
    std::vector<void*> c;
    std::size_t first = 0;
    for (std::size_t e = 0; e < load.size(); first += static_cast<std::size_t>(load[e]), ++e) {
      if (load[e] == 0) continue;
      // Column-major: out^T (n x tokens) = weights^T (n x k) in^T (k x tokens).
      m_.push_back(n), n_.push_back(load[e]), k_.push_back(k), lda_.push_back(n), ldb_.push_back(k), ldc_.push_back(n), size_.push_back(1);
      a.push_back(weights.as<char>() + 2 * e * static_cast<std::size_t>(n) * static_cast<std::size_t>(k));
      b.push_back(in.as<char>() + 2 * first * static_cast<std::size_t>(k));
      c.push_back(out.as<char>() + 2 * first * static_cast<std::size_t>(n));
    }
    plain_.assign(m_.size(), CUBLAS_OP_N);
    one_.assign(m_.size(), 1.0f), zero_.assign(m_.size(), 0.0f);
    std::size_t const byte = a.size() * sizeof(void*);
    for (auto* pointers : {&a_, &b_, &c_}) *pointers = std::make_unique<Buffer>(byte);
    check(cudaMemcpy(a_->as<void>(), a.data(), byte, cudaMemcpyHostToDevice), "cudaMemcpy");
    check(cudaMemcpy(b_->as<void>(), b.data(), byte, cudaMemcpyHostToDevice), "cudaMemcpy");
    check(cudaMemcpy(c_->as<void>(), c.data(), byte, cudaMemcpyHostToDevice), "cudaMemcpy");
    call_ = cublas.get<decltype(&cublasGemmGroupedBatchedEx)>("cublasGemmGroupedBatchedEx");
  }
  void run() const {
    blas(call_(cublas_.handle(), plain_.data(), plain_.data(), m_.data(), n_.data(), k_.data(), one_.data(), a_->as<void const*>(), CUDA_R_16BF, lda_.data(), b_->as<void const*>(), CUDA_R_16BF,
               ldb_.data(), zero_.data(), c_->as<void*>(), CUDA_R_16BF, ldc_.data(), static_cast<int>(m_.size()), size_.data(), CUBLAS_COMPUTE_32F),
         "cublasGemmGroupedBatchedEx");
  }

 private:
  Cublas const& cublas_;
  decltype(&cublasGemmGroupedBatchedEx) call_ = nullptr;
  std::vector<cublasOperation_t> plain_;
  std::vector<int> m_, n_, k_, lda_, ldb_, ldc_, size_;
  std::vector<float> one_, zero_;
  std::unique_ptr<Buffer> a_, b_, c_;
};

void probe_layer(Suite& suite, Cublas const& cublas, Layer const& layer) {
  constexpr int kMostTokens = 8192;
  auto const hidden = static_cast<std::size_t>(layer.hidden), inter = static_cast<std::size_t>(layer.inter), experts = static_cast<std::size_t>(layer.experts);
  auto const slots = static_cast<std::size_t>(kMostTokens) * static_cast<std::size_t>(layer.top_k);
  std::size_t free_byte = 0, total_byte = 0;
  check(cudaMemGetInfo(&free_byte, &total_byte), "cudaMemGetInfo");
  if (2 * (3 * experts * hidden * inter + slots * (hidden + 3 * inter)) > free_byte / 3) return;
  Buffer up(4 * experts * hidden * inter), down(2 * experts * hidden * inter), in(2 * slots * hidden), middle(4 * slots * inter), out(2 * slots * hidden);
  for (auto* b : {&up, &down, &in, &middle}) fill_random(*b, suite.stream);
  for (int tokens : {1, 8, 32, 128, 512, 2048, 8192})
    for (bool skewed : {false, true}) {
      auto const load = loads_of(layer, tokens, skewed);
      double active = 0;
      for (int l : load) active += l > 0 ? 1 : 0;
      Grouped const first(cublas, load, 2 * layer.inter, layer.hidden, in, up, middle), second(cublas, load, layer.hidden, layer.inter, middle, down, out);
      double const t = tokens;
      suite.add("grouped_gemm", "bf16", "cublas/grouped",
                {"moe_grouped",
                 {{"tokens", t}, {"top_k", layer.top_k}, {"experts", layer.experts}, {"expert_ranks", 1}, {"hidden", layer.hidden}, {"inter", layer.inter}, {"routing_alpha", skewed ? 1.01 : 0.0},
                  {"busiest_slots", t * layer.top_k}, {"active_experts", active}}},
                suite.time([&] { first.run(), second.run(); }));
    }
}

}  // namespace

void probe_grouped(Suite& suite) {
  Cublas const cublas(suite.stream);
  // Mixtral 8x7B, Qwen3-30B-A3B, gpt-oss-120b and DeepSeek-V3 with an eighth of its experts (config.json of each).
  for (Layer const& layer : {Layer{8, 2, 4096, 14336}, Layer{128, 8, 2048, 768}, Layer{128, 4, 2880, 2880}, Layer{32, 8, 7168, 2048}}) probe_layer(suite, cublas, layer);
}

}  // namespace aif::calibration::cuda
