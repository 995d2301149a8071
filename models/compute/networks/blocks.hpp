#pragma once
// The two sub-layers that transformers of every kind share, lowered with their norms, residuals and collectives.
// Sources: Vaswani et al. 2017 (attention), Shazeer 2020 (gated feed-forward), Jacobs et al. 2023 (Ulysses), Liu et al. 2023 (ring).

#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct AttentionShape {
  double hidden = 0, heads = 0, kv_heads = 0, head_dim = 0;
  double cross_hidden = 0;  // width of what keys and values are made of; 0: hidden
};
double attention_parameters(AttentionShape const& shape);

// Self attention of `tokens` new tokens a sample on `context` cached ones.
void lower_self_attention(Lowering& out, AttentionShape const& shape, double batch, double tokens, double context, bool causal, double count);
// Queries of `tokens` against `cross` tokens of another stream; `project_keys`: keys and values are made here, not cached.
void lower_cross_attention(Lowering& out, AttentionShape const& shape, double batch, double tokens, double cross, bool project_keys, double count);
// `matrices` 2: plain, 3: gated.
void lower_feed_forward(Lowering& out, double hidden, double width, double matrices, double rows, double count);

// Rows that one device works on when tokens are cut, and the divisor of widths when heads are.
double token_ways(Lowering const& out);
double width_ways(Lowering const& out);

}  // namespace aif::compute
