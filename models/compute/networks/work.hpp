#pragma once
// What is asked of one part of a network, and the operator calls that answer it. A part (networks/*.hpp) knows its shapes and counts
// FLOP and bytes; how long a call takes on a device is operator_cost.hpp. FLOP of a product count 2 for a multiply-add; bytes are
// those that reach device memory when every operator reads its inputs and writes its output once (fused element-wise work excepted).

#include <vector>

#include "contracts/operators.hpp"

namespace aif::compute {

// How one sample is cut over devices. tensor: heads and hidden widths (Megatron, two all-reduces a block); ulysses: tokens, heads
// during attention (DeepSpeed-Ulysses, four all-to-alls); ring: tokens, keys and values travel (Ring Attention); axial: rows of a
// pair tensor (dynamic axial parallelism, FastFold).
enum class Split { none, tensor, ulysses, ring, axial };
constexpr auto enum_names(Split) { return std::array<std::string_view, 5>{"none", "tensor", "ulysses", "ring", "axial"}; }

struct PartWork {
  double batch = 1;       // independent samples in one call
  double tokens = 0;      // new tokens of each sample: words, patches, frames, residues
  double context = 0;     // tokens of each sample that are cached already
  double cross = 0;       // tokens that cross attention reads
  double width = 0, height = 0, frames = 1;  // of an image or a clip in pixels; sound: width in frames, height 1
  double repeats = 1;     // calls one after another: denoising steps, decoded tokens, recycles
  bool sum_context = false;  // the repeats decode: context grows by `tokens` each time, its mean is taken
};

// Tokens of a sample: given, or patches of `pixels` a side and `frames` deep (first frame alone, as causal video autoencoders have it).
double patch_tokens(PartWork const& work, double pixels, double frames);

struct Format {
  Precision weights = Precision::bf16;    // of matrix products and convolutions
  Precision attention = Precision::bf16;  // of scores and their products
  double activation_byte = 2;             // of one element between operators
};

struct Layout {
  Split split = Split::none;
  int ways = 1;
  CommDomain domain = CommDomain::scale_up;
};

// Calls of one part in order of the network; the shape of each stays readable, so that a kernel surface can be asked for its time.
class Lowering {
 public:
  Lowering(Format const& format, Layout const& layout) : format_(format), layout_(layout) {}

  void repeat(double times) { times_ = times; }  // of all that follows
  // (m x k)(k x n) with n k weights that the samples share.
  void gemm(double m, double n, double k, double count = 1);
  // `groups` products of m x k by k x n, all operands activations.
  void batched(OpClass op, double groups, double m, double n, double k, double count = 1);
  // Scores of `tokens` queries against `keys`, softmax and product with the values, without writing the scores.
  void attention(double batch, double tokens, double keys, double heads, double kv_heads, double head_dim, bool causal, double count = 1);
  // Attention inside a pair tensor: `rows` independent rows of `keys` positions, scores kept on chip.
  void row_attention(double rows, double keys, double heads, double head_dim, double count = 1);
  void conv(double positions_in, double positions_out, double in, double out, double taps, double groups, double count = 1);
  // Element-wise work on `elements` with `passes` reads and writes of them in `kernels` launches.
  void stream(double elements, double passes, double kernels, double count = 1);
  void gather(double rows, double row_byte, double count = 1);
  void collective(CollectiveKind kind, double byte, double count = 1);
  void copy(double byte, double count = 1);    // over the host link

  Format const& format() const { return format_; }
  Layout const& layout() const { return layout_; }
  bool is_split() const { return layout_.ways > 1; }
  std::vector<OperatorCall> take() { return std::move(calls_); }

 private:
  OperatorCall& add(OpClass op, double count);
  Format format_;
  Layout layout_;
  double times_ = 1;
  std::vector<OperatorCall> calls_;
};

struct WorkTotals {
  double flop = 0, weight_byte = 0, state_byte = 0, message_byte = 0, launches = 0;
};
WorkTotals totals(std::vector<OperatorCall> const& calls);

}  // namespace aif::compute
