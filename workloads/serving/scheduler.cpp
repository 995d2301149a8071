#include "workloads/serving/scheduler.hpp"

namespace aif::workloads {

SchedulerParams scheduler_defaults(SchedulerKind kind) {
  SchedulerParams p;
  switch (kind) {
    case SchedulerKind::vllm:  // vLLM v1 documentation: max_num_batched_tokens 8192 on large cards, max_num_seqs 256..1024
      break;
    case SchedulerKind::sarathi:  // Agrawal et al. 2024: chunk 512
      p.token_budget = 512;
      break;
    case SchedulerKind::trtllm:  // TensorRT-LLM: max_num_tokens 8192, whole prompts, capacity scheduler GUARANTEED_NO_EVICT, 32 tokens a block
      p.chunked = false;
      p.reserve_output = true;
      p.block_token = 32;
      break;
    case SchedulerKind::sglang:  // SGLang: chunked_prefill_size 8192, prompts in steps of their own
      p.mixed = false;
      break;
  }
  return p;
}

}  // namespace aif::workloads
