#include "models/compute/networks/work.hpp"

#include <algorithm>
#include <cmath>

#include "contracts/surfaces/form.hpp"

namespace aif::compute {

double patch_tokens(PartWork const& w, double pixels, double frames) {
  if (w.tokens > 0 || !(pixels > 0)) return w.tokens;
  double const deep = frames > 1 ? (w.frames - 1) / frames + 1 : w.frames;
  return std::ceil(w.width / pixels) * std::ceil(w.height / pixels) * std::ceil(deep);
}

OperatorCall& Lowering::add(OpClass op, double count) {
  OperatorCall& call = calls_.emplace_back();
  call.op = op;
  call.precision = format_.weights;
  call.count = static_cast<int>(std::max(1.0, std::round(count * times_)));
  return call;
}

void Lowering::gemm(double m, double n, double k, double count) {
  if (m <= 0 || n <= 0 || k <= 0) return;
  OperatorCall& c = add(OpClass::gemm, count);
  c.m = std::llround(m), c.n = std::llround(n), c.k = std::llround(k);
  c.flop = 2 * m * n * k;
  c.weight_byte = n * k * aif::weight_byte(format_.weights);
  c.state_byte = (m * k + m * n) * format_.activation_byte;
}

void Lowering::batched(OpClass op, double groups, double m, double n, double k, double count) {
  OperatorCall& c = add(op, count);
  c.m = std::llround(m), c.n = std::llround(n), c.k = std::llround(k), c.groups = std::llround(groups);
  c.precision = format_.attention;
  c.flop = 2 * groups * m * n * k;
  c.state_byte = groups * (m * k + k * n + m * n) * format_.activation_byte;
}

void Lowering::attention(double batch, double tokens, double keys, double heads, double kv_heads, double head_dim, bool causal, double count) {
  OperatorCall& c = add(tokens * batch > 16 && tokens > 1 ? OpClass::attention_prefill : OpClass::attention_decode, count);
  c.precision = format_.attention;
  c.m = std::llround(tokens), c.n = std::llround(heads), c.k = std::llround(head_dim);
  c.batch = std::llround(batch), c.context = std::llround(keys), c.groups = std::llround(kv_heads);
  double const seen = causal && tokens > 1 ? keys - 0.5 * (tokens - 1) : keys;  // mean keys of a query
  c.flop = 4 * batch * tokens * seen * heads * head_dim;
  c.state_byte = 2 * batch * (tokens * heads + keys * kv_heads) * head_dim * format_.activation_byte;
}

void Lowering::row_attention(double rows, double keys, double heads, double head_dim, double count) {
  OperatorCall& c = add(OpClass::triangle, count);
  c.precision = format_.attention;
  c.m = std::llround(keys), c.n = std::llround(keys), c.k = std::llround(head_dim), c.groups = std::llround(rows * heads);
  c.batch = std::llround(rows), c.context = std::llround(keys);
  c.flop = 4 * rows * keys * keys * heads * head_dim;
  c.state_byte = 4 * rows * keys * heads * head_dim * format_.activation_byte;
}

void Lowering::conv(double positions_in, double positions_out, double in, double out, double taps, double groups, double count) {
  OperatorCall& c = add(OpClass::conv, count);
  c.m = std::llround(positions_out), c.n = std::llround(out), c.k = std::llround(in * taps / groups), c.groups = std::llround(groups);
  c.flop = 2 * positions_out * out * in * taps / groups;
  c.weight_byte = out * in * taps / groups * aif::weight_byte(format_.weights);
  c.state_byte = (positions_in * in + positions_out * out) * format_.activation_byte;
}

void Lowering::stream(double elements, double passes, double kernels, double count) {
  OperatorCall& c = add(OpClass::stream, count * kernels);
  c.state_byte = elements * passes * format_.activation_byte / kernels;
}

void Lowering::gather(double rows, double row_byte, double count) {
  OperatorCall& c = add(OpClass::gather, count);
  c.m = std::llround(rows);
  c.state_byte = rows * row_byte;
}

void Lowering::collective(CollectiveKind kind, double byte, double count) {
  if (!is_split()) return;
  OperatorCall& c = add(OpClass::collective, count);
  c.message_byte = byte;
  c.comm = {kind, layout_.ways, layout_.domain, 0};
}

void Lowering::copy(double byte, double count) { add(OpClass::host_copy, count).message_byte = byte; }

WorkTotals totals(std::vector<OperatorCall> const& calls) {
  WorkTotals t;
  for (auto const& c : calls) {
    t.flop += c.flop * c.count;
    t.weight_byte += c.weight_byte * c.count;
    t.state_byte += c.state_byte * c.count;
    t.message_byte += c.message_byte * c.count;
    t.launches += c.op == OpClass::host_copy ? 0 : c.count;
  }
  return t;
}

}  // namespace aif::compute
